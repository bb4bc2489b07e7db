//! The dry phrases: drums, a plucked string, and something like a voice. The editor's test sounds are played on the same
//! instruments, so there is one file of them, which the crate of impulses has.

use super::Sound;

#[path = "../../../crates/anteroom-impulse/src/test_sounds/instruments.rs"]
mod instruments;

use instruments::{BEATS, Instruments, drums, string, voice};

/// A phrase and what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// In a word or two.
    pub name: &'static str,
    /// How it sounds without a room.
    pub sound: Sound,
}

/// The phrases at `rate` frames per second, between three and four seconds each.
pub fn all(rate: u32) -> [Phrase; 3] {
    let phrase = |name, play: fn(&mut Instruments)| Phrase {
        name,
        sound: instruments::play(rate, BEATS, play),
    };
    [
        phrase("drums", drums),
        phrase("a plucked string", string),
        phrase("a voice", voice),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phrases_are_heard_and_do_not_clip() {
        let phrases = all(48_000);
        for Phrase { name, sound } in &phrases {
            let samples = sound.iter().flatten();
            let peak = samples.fold(0.0_f32, |most, sample| most.max(sample.abs()));
            assert!((0.2..1.0).contains(&peak), "{name}: peak {peak}");
        }
        assert_eq!(all(48_000), phrases, "the same bits every time");
    }

    #[test]
    fn nothing_is_below_what_can_be_heard() {
        for Phrase { name, sound } in all(48_000) {
            let below = super::super::below_20_hz(&sound, 48_000);
            assert!(below < -45.0, "{name}: {below} dB");
        }
    }
}
