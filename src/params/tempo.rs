//! The host's tempo: what is believed of it, and what the impulse follows. Audio thread; the last of it any thread.

use super::note::Note;
use std::sync::atomic::{AtomicU32, Ordering};

/// Tempos that are believed, in beats a minute.
const BPM: std::ops::RangeInclusive<f64> = 1.0..=1000.0;

/// The steps in which the impulse follows, in parts of a beat a minute.
const STEPS: f64 = 100.0;
/// How far the tempo has to be from the last step before another is taken, in steps: more than half a step, so that one
/// that trembles on the border between two stays on one of them.
const AWAY: f64 = 0.75;

/// Whether a tempo in beats a minute is one. NaN is none.
#[must_use]
pub fn is_tempo(bpm: f64) -> bool {
    BPM.contains(&bpm)
}

/// The tempo as far as it is known: 120 until a host tells one.
#[derive(Clone, Copy, Debug)]
pub struct Tempo {
    bpm: f64,
    /// The last step, in hundredths.
    steps: u32,
}

impl Default for Tempo {
    fn default() -> Self {
        Self {
            bpm: Note::ITS_TEMPO,
            steps: (Note::ITS_TEMPO * STEPS) as u32,
        }
    }
}

impl Tempo {
    /// Takes what a host tells, in beats a minute. What is none, or no tempo, changes nothing. Real-time.
    pub fn hear(&mut self, bpm: Option<f64>) {
        let Some(bpm) = bpm.filter(|bpm| is_tempo(*bpm)) else {
            return;
        };
        self.bpm = bpm;
        let steps = bpm * STEPS;
        if (steps - f64::from(self.steps)).abs() >= AWAY {
            self.steps = steps.round() as u32;
        }
    }

    /// The tempo as the host told it last, in beats a minute. Real-time.
    #[must_use]
    pub fn bpm(&self) -> f64 {
        self.bpm
    }

    /// The same in steps of 0.01: a tempo that trembles by less does not move it. Real-time.
    #[must_use]
    pub fn steady_bpm(&self) -> f64 {
        f64::from(self.steps) / STEPS
    }
}

/// The last [steady](Tempo::steady_bpm) tempo of an instance, for whoever asks.
#[derive(Debug)]
pub struct LastTempo(AtomicU32);

impl Default for LastTempo {
    fn default() -> Self {
        Self(AtomicU32::new(Tempo::default().steps))
    }
}

impl LastTempo {
    /// Keeps a tempo. Audio thread, real-time.
    pub fn keep(&self, tempo: &Tempo) {
        // ORDERING: Relaxed, a number that nothing else depends on.
        self.0.store(tempo.steps, Ordering::Relaxed);
    }

    /// The tempo that was kept last, in beats a minute. Any thread, real-time.
    #[must_use]
    pub fn bpm(&self) -> f64 {
        // ORDERING: Relaxed, as above.
        f64::from(self.0.load(Ordering::Relaxed)) / STEPS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_tempo_is_not_heard() {
        let mut tempo = Tempo::default();
        assert_eq!((tempo.bpm(), tempo.steady_bpm()), (120.0, 120.0));
        tempo.hear(Some(97.3));
        for bpm in [f64::NAN, 0.0, -120.0, 1e9, f64::INFINITY, 0.99, 1000.1] {
            tempo.hear(Some(bpm));
        }
        tempo.hear(None);
        assert_eq!((tempo.bpm(), tempo.steady_bpm()), (97.3, 97.3));
    }

    #[test]
    fn one_that_trembles_stands_still_for_the_impulse() {
        for middle in [120.0, 120.004, 120.005, 93.333_333] {
            let mut tempo = Tempo::default();
            tempo.hear(Some(middle));
            let steady = tempo.steady_bpm();
            assert!((steady - middle).abs() <= 0.0075);
            for turn in 0..1_000 {
                let tremble = f64::from(turn * 7 % 41 - 20) * 1e-4;
                tempo.hear(Some(middle + tremble));
                assert_eq!(tempo.bpm(), middle + tremble);
                assert_eq!(tempo.steady_bpm(), steady, "{middle} {tremble}");
            }
        }
        let mut tempo = Tempo::default();
        tempo.hear(Some(120.01));
        assert_eq!(tempo.steady_bpm(), 120.01);
    }

    #[test]
    fn the_last_one_can_be_asked_for() {
        let last = LastTempo::default();
        assert_eq!(last.bpm(), 120.0);
        let mut tempo = Tempo::default();
        tempo.hear(Some(87.654));
        last.keep(&tempo);
        assert_eq!(last.bpm(), 87.65);
    }
}
