//! The work itself: from what is wanted to an engine. It changes nothing, so it may end anywhere.
//! Worker thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::convolution::{Engine, PrimedEngine};
use crate::exchange::Versioned;
use crate::impulse::Shape;

use super::super::cache::{Prepared, bits};
use super::super::past::hear;
use super::super::prepare::{Conformed, conform, kernel};
use super::super::source::{Sound, Trouble, find, same};
use super::super::{Format, Stage};
use super::Loader;
use super::wanted::Due;

/// What is in use, kept so that nothing is read or resampled twice.
#[derive(Default)]
pub(super) struct Current {
    pub sound: Option<Sound>,
    pub conformed: Option<(Format, Conformed)>,
    pub prepared: Option<(Format, Shape, Arc<Prepared>)>,
}

/// What a job came to.
pub(super) enum Outcome {
    /// An engine for this format, and what it is made of.
    Engine(Box<Versioned<PrimedEngine>>, Current),
    /// What is linked already is what is wanted; or nobody can use an engine now.
    Nothing(Current),
}

impl Loader {
    /// The work itself. It changes nothing, so it may end anywhere.
    pub(super) fn job(&self, due: Due) -> Result<Outcome, Trouble> {
        let Self { ends, wanted, .. } = self;
        let overtaken = || match due {
            Due::Nothing => false,
            Due::Shape => self.has_requests() || (!self.gave_up && ends.wishes.updated()),
            Due::Engine if wanted.recall => !self.gave_up && self.is_overtaken(),
            // Whatever gives up a choice is also read before it is tried again.
            Due::Origin | Due::Engine => self.has_requests(),
        };
        // Asked often while anything is done, so it is the job's pulse as well.
        let cancelled = || {
            ends.wires.heart.beat();
            ends.wires.cancel.is_cancelled() || overtaken()
        };
        let stage = &ends.wires.stage;
        stage.tell(Stage::Reading);
        let sound = match &self.current.sound {
            Some(sound) if same(&wanted.origin, &sound.origin) => sound.clone(),
            _ => find(&wanted.origin, &ends.cache, (stage, &cancelled))?,
        };
        // ORDERING: Relaxed, a hint; while nobody takes engines they would only pile up.
        let active = ends.wires.active.load(Ordering::Relaxed);
        let Some(format) = wanted.format.filter(|_| active || due == Due::Engine) else {
            // Of the same impulse there is still a picture to show.
            let known = self.current.sound.as_ref();
            let kept = known.filter(|known| known.content == sound.content);
            return Ok(Outcome::Nothing(Current {
                conformed: kept.and_then(|_| self.current.conformed.clone()),
                prepared: kept.and_then(|_| self.current.prepared.clone()),
                sound: Some(sound),
            }));
        };
        stage.tell(Stage::Conforming);
        let known = (self.current.sound.as_ref()).filter(|known| known.content == sound.content);
        let is_repaired = sound.is_repaired(wanted.shape.normalize);
        let kept = (self.current.conformed.as_ref()).filter(|(of, conformed)| {
            known.is_some() && of.rate == format.rate && conformed.is_repaired() == is_repaired
        });
        let conformed = match kept {
            Some((_, conformed)) => conformed.clone(),
            None => {
                let wanted = (format.rate, is_repaired);
                conform(&sound, wanted, &ends.cache, (stage, &cancelled))?
            }
        };
        let prepared = match &self.current.prepared {
            Some((of, shape, prepared))
                if kept.is_some() && *of == format && bits(shape) == bits(&wanted.shape) =>
            {
                if due < Due::Engine {
                    return Ok(Outcome::Nothing(Current {
                        conformed: Some((format, conformed)),
                        prepared: Some((format, wanted.shape, Arc::clone(prepared))),
                        sound: Some(sound),
                    }));
                }
                Arc::clone(prepared)
            }
            _ => kernel(
                &sound,
                &conformed,
                (format, wanted.shape),
                &ends.cache,
                (stage, &cancelled),
            )?,
        };
        stage.tell(Stage::Preparing);
        if cancelled() {
            return Err(Trouble::Cancelled);
        }
        let mut entrant = PrimedEngine::new(Engine::new(Arc::clone(&prepared.kernel)));
        // The same impulse in a new shape goes on where the old shape was; another one does not.
        if known.is_some() && due < Due::Engine {
            hear(&mut entrant, &ends.past, &cancelled)?;
        }
        let engine = Box::new(Versioned {
            generation: wanted.newest,
            value: entrant,
        });
        Ok(Outcome::Engine(
            engine,
            Current {
                conformed: Some((format, conformed)),
                prepared: Some((format, wanted.shape, prepared)),
                sound: Some(sound),
            },
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::{Ends, Layout, Reply, Request, loader};
    use super::*;
    use crate::exchange::queue;
    use crate::impulse::{FileRef, Origin};

    /// What a worker does whose plug-in goes away before it begins.
    fn cancelled_with(origin: Origin, rate: u32) {
        let Ends {
            mut loader,
            remote: _remote,
            audio: _audio,
            status: _status,
        } = loader(Arc::default(), || {});
        loader.ends.wires.cancel.cancel();
        loader.take(Request::Configure {
            format: Format {
                rate,
                layout: Layout::Stereo,
            },
            origin: Box::new(origin),
            shape: Shape::default(),
            embed: None,
            generation: 1,
            reply: Reply {
                answer: queue(1).0,
                asker: std::thread::current(),
            },
        });
        let due = loader.wanted.due;
        assert!(matches!(loader.job(due), Err(Trouble::Cancelled)));
        // Nothing was read, made or kept, and nothing is known to be missing.
        assert_eq!(loader.ends.cache.held().made, 0);
    }

    #[test]
    fn a_job_that_nobody_wants_makes_nothing() {
        cancelled_with(Origin::default(), 44_100);
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("long.wav");
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: 8_000,
            bits_per_sample: 32,
            sample_format: hound::SampleFormat::Float,
        };
        let mut writer = hound::WavWriter::create(&path, spec).expect("a file");
        for place in 0..8_000 {
            let sample = 0.999_f32.powi(place);
            writer.write_sample(sample).expect("room on the disk");
        }
        writer.finalize().expect("room on the disk");
        let chosen = FileRef {
            absolute: path.clone(),
            ..FileRef::default()
        };
        cancelled_with(Origin::File(chosen), 48_000);
        // A project's, which is searched for first, and would be missed.
        let (known, _) = FileRef::open(&path).expect("a good file");
        cancelled_with(Origin::File(known.clone()), 48_000);
        std::fs::remove_file(path).expect("just written");
        cancelled_with(Origin::File(known), 48_000);
    }
}
