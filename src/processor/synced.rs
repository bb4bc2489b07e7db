//! What follows the host's transport: the pre-delay as a note in its tempo, and the movement of the tail. Audio thread,
//! real-time, wait-free.
//!
//! A note that is longer than the longest pre-delay is halved until it fits: it comes early, but in time.

use super::{LONGEST_PREDELAY_SECONDS, Processor, Settings};
use crate::params::is_tempo;

/// The longest pre-delay at a sample rate in Hz, in samples.
#[must_use]
pub fn longest_predelay(rate: f32) -> usize {
    (LONGEST_PREDELAY_SECONDS * rate).ceil() as usize
}

/// The pre-delay in samples, at a tempo in beats a minute and a sample rate in Hz.
#[must_use]
pub fn predelay_samples(settings: &Settings, bpm: f64, rate: f32) -> usize {
    let Some(note_s) = settings.predelay_sync.seconds(bpm) else {
        return (settings.predelay * 1e-3 * rate).round() as usize;
    };
    let longest = longest_predelay(rate);
    let mut samples = note_s * f64::from(rate);
    // A note of six beats at one a minute is halved ten times; the bound is for what could not be.
    for _ in 0..16 {
        if samples.round() as usize <= longest {
            break;
        }
        samples /= 2.0;
    }
    (samples.round() as usize).min(longest)
}

impl Processor {
    /// Tells the host's tempo from the next sample on, in beats a minute; what is no tempo changes nothing. Without a word
    /// it is 120. Real-time, wait-free.
    pub fn set_tempo(&mut self, bpm: f64) {
        if is_tempo(bpm) {
            self.bpm = bpm;
        }
    }

    /// Tells where in the song the next sample is, if the host plays one: the movement of the tail follows it. Without a word
    /// it counts from the last reset. Real-time, wait-free.
    pub fn set_position(&mut self, position: Option<i64>) {
        self.slots.hear_position(position);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::params::Note;

    fn samples(name: &str, bpm: f64) -> usize {
        let settings = Settings {
            predelay: 77.0,
            predelay_sync: Note::named(name).expect("a note"),
            ..Settings::default()
        };
        predelay_samples(&settings, bpm, 48_000.0)
    }

    #[test]
    fn a_note_is_as_long_as_the_tempo_says() {
        assert_eq!(samples("off", 97.0), 3_696, "the milliseconds count");
        assert_eq!(samples("1/8", 120.0), 12_000);
        assert_eq!(samples("1/8d", 120.0), 18_000);
        assert_eq!(samples("1/8t", 120.0), 8_000);
        assert_eq!(samples("1/4", 120.0), 24_000, "the longest that fits");
        assert_eq!(samples("1/64t", 1000.0), 120);
        // 60 / 97.3 / 4 * 48000 = 7399.79
        assert_eq!(samples("1/16", 97.3), 7_400);
    }

    #[test]
    fn one_that_is_too_long_is_halved_until_it_fits() {
        assert_eq!(samples("1/4", 119.0), 12_101, "24201.7 is too long");
        assert_eq!(samples("1/1", 120.0), 24_000);
        assert_eq!(samples("1/1d", 120.0), 18_000);
        assert_eq!(samples("1/1d", 1.0), 16_875, "of 360 s, halved ten times");
    }
}
