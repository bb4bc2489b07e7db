//! A closer look at the impulse in use: its outline before shaping, its room acoustics before and
//! after, and its spectrum over time. Made on a thread of its own, and only for as long as somebody
//! looks: an instance whose editor is closed spends nothing on it.

use std::io;
use std::sync::Arc;

use crate::background::{BackgroundJob, Job};
use crate::exchange::{Observer, Publisher, observe};
use crate::impulse::analyze::{CENTRES_HZ, ChannelAnalysis, analyze_with};
use crate::impulse::{Analysis, Impulse, Shape, Spectrogram, shape, shape_with};
use crate::loader::{IrHandle, Picture};

/// What was found out about an impulse.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// What was looked at.
    pub ir: IrHandle,
    /// Its outline before shaping.
    pub original: Arc<Picture>,
    /// Its acoustics before shaping.
    pub before: Option<Arc<Analysis>>,
    /// Its acoustics as it sounds.
    pub after: Option<Arc<Analysis>>,
    /// Its spectrum over time as it sounds.
    pub spectrogram: Arc<Spectrogram>,
}

/// Looks at impulses, the newest first. Dropping it ends its thread and waits for it.
#[derive(Debug)]
pub struct IrAnalysis {
    wanted: Publisher<IrHandle>,
    found: Observer<Findings>,
    job: BackgroundJob,
}

impl IrAnalysis {
    /// Starts the thread.
    ///
    /// # Errors
    /// The operating system's word if it gives no thread.
    pub fn start() -> io::Result<Self> {
        let (wanted, requests) = observe(IrHandle::default());
        let (findings, found) = observe(Findings::default());
        let mut worker = AnalysisWorker {
            requests,
            findings,
            last: Findings::default(),
            plain: Arc::default(),
        };
        Ok(Self {
            wanted,
            found,
            job: BackgroundJob::spawn("anteroom study", move |job| worker.step(job))?,
        })
    }

    /// Asks for a look at this; what was asked for before and not begun is forgotten.
    pub fn look_at(&mut self, ir: IrHandle) {
        self.wanted.write(ir);
        self.job.wake();
    }

    /// What was found last, if it is new.
    pub fn news(&mut self) -> Option<&Findings> {
        self.found.update().then(|| self.found.output_buffer())
    }
}

/// The half on the thread, which does the work.
struct AnalysisWorker {
    requests: Observer<IrHandle>,
    findings: Publisher<Findings>,
    last: Findings,
    /// The spectrum over time before shaping.
    plain: Arc<Spectrogram>,
}

impl AnalysisWorker {
    fn step(&mut self, job: &Job<'_>) -> bool {
        if !self.requests.update() {
            return false;
        }
        let ir = self.requests.output_buffer().clone();
        if !ir.is_of(&self.last.ir) {
            let Some(found) = ir.look(|impulse| {
                let first = first(impulse);
                let before = analyze_with(&first, job.cancel)?;
                Some((Picture::of(impulse), before, spectrogram(&first)))
            }) else {
                return true;
            };
            let Some((original, before, spectrogram)) = found else {
                return true;
            };
            self.last.original = Arc::new(original);
            self.last.before = Some(Arc::new(before));
            self.plain = Arc::new(spectrogram);
        }
        let plain = Shape {
            normalize: false,
            ..Shape::default()
        };
        let neutral = Shape {
            normalize: false,
            ..ir.shape
        } == plain;
        // Loudness changes nothing that is measured here.
        let shaped = if neutral {
            None
        } else {
            let look = ir.look(|impulse| {
                let shaped = shape_with(&first(impulse), &ir.shape, job.cancel)?;
                let after = analyze_with(&shaped, job.cancel)?;
                Some((Arc::new(after), Arc::new(spectrogram(&shaped))))
            });
            look.flatten()
        };
        (self.last.after, self.last.spectrogram) = match shaped {
            Some((after, spectrogram)) => (Some(after), spectrogram),
            None if neutral => (self.last.before.clone(), Arc::clone(&self.plain)),
            None => (None, Arc::default()),
        };
        self.last.ir = ir;
        self.findings.write(self.last.clone());
        true
    }
}

/// By how much a shape makes the reverberation time at a frequency in Hz longer: what is asked for, not what is measured.
/// Size counts, as it stretches all there is.
#[must_use]
pub fn decay_ratio(shape: &Shape, hz: f64) -> f64 {
    shape::decay_ratio(shape, hz) * f64::from(shape.size_percent) / 100.0
}

/// The reverberation times of the octaves from 63 Hz to 8 kHz, in seconds; none where one can not be measured.
#[must_use]
pub fn times_by_octave(channel: &ChannelAnalysis) -> [Option<f32>; 8] {
    std::array::from_fn(|octave| {
        let mut bands = channel.bands.iter();
        let band = bands.find(|band| band.centre_hz == Some(CENTRES_HZ[octave]))?;
        let seconds = band.t30_s.or(band.t20_s).or(band.edt_s)?;
        (seconds > 0.0).then_some(seconds as f32)
    })
}

/// The first channel speaks for all: in a room they differ less than the bands do, and whoever
/// closes an editor waits for what has been begun.
fn first(impulse: &Impulse) -> Impulse {
    Impulse {
        channels: impulse.channels.iter().take(1).cloned().collect(),
        rate: impulse.rate,
    }
}

/// The spectrum over time of the one channel that speaks for all.
fn spectrogram(first: &Impulse) -> Spectrogram {
    let samples = first.channels.first().map_or(&[][..], Vec::as_slice);
    Spectrogram::of(samples, first.rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::background::to_the_end;
    use crate::exchange::observe;

    #[test]
    fn nothing_is_found_in_nothing() {
        let (mut wanted, requests) = observe(IrHandle::default());
        let (findings, mut found) = observe(Findings::default());
        let mut worker = AnalysisWorker {
            requests,
            findings,
            last: Findings::default(),
            plain: Arc::default(),
        };
        assert!(!to_the_end(|job| worker.step(job)));
        wanted.write(IrHandle::default());
        assert!(to_the_end(|job| worker.step(job)));
        assert!(!to_the_end(|job| worker.step(job)));
        found.update();
        assert!(found.output_buffer().before.is_none());
    }
}
