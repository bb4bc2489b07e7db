//! The work itself: from what is wanted to an engine. It changes nothing, so it may end anywhere.
//! Worker thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::convolution::{Engine, Entrant};
use crate::exchange::Stamped;
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
    Engine(Box<Stamped<Entrant>>, Current),
    /// What is linked already is what is wanted; or nobody can use an engine now.
    Nothing(Current),
}

impl Loader {
    /// The work itself. It changes nothing, so it may end anywhere.
    pub(super) fn job(&self, due: Due) -> Result<Outcome, Trouble> {
        let Self { ends, wanted, .. } = self;
        let overtaken = || match due {
            Due::Nothing | Due::Engine => false,
            Due::Shape => !ends.inbox.is_empty() || (!self.gave_up && ends.wishes.updated()),
            Due::Origin => !ends.inbox.is_empty(),
        };
        let cancelled = || ends.wires.cancel.is_cancelled() || overtaken();
        let stage = &ends.wires.stage;
        stage.tell(Stage::Reading);
        let sound = match &self.current.sound {
            Some(sound) if same(&wanted.origin, &sound.origin) => sound.clone(),
            _ => find(&wanted.origin, &ends.cache)?,
        };
        // ORDERING: Relaxed, a hint; while nobody takes engines they would only pile up.
        let active = ends.wires.active.load(Ordering::Relaxed);
        let Some(format) = wanted.format.filter(|_| active || due == Due::Engine) else {
            return Ok(Outcome::Nothing(Current {
                sound: Some(sound),
                ..Current::default()
            }));
        };
        stage.tell(Stage::Conforming);
        let known = (self.current.sound.as_ref()).filter(|known| known.content == sound.content);
        let conformed = match &self.current.conformed {
            Some((of, conformed)) if known.is_some() && of.rate == format.rate => conformed.clone(),
            _ => conform(&sound, format.rate, &ends.cache)?,
        };
        let prepared = match &self.current.prepared {
            Some((of, shape, prepared))
                if known.is_some() && *of == format && bits(shape) == bits(&wanted.shape) =>
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
        let mut entrant = Entrant::new(Engine::new(Arc::clone(&prepared.kernel)));
        // The same impulse in a new shape goes on where the old shape was; another one does not.
        if known.is_some() && due < Due::Engine {
            hear(&mut entrant, &ends.past, &cancelled)?;
        }
        let engine = Box::new(Stamped {
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
