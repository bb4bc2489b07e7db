//! What the ducker listens to where that is the sidechain: a copy of the host's samples, made good. Audio thread.

use super::Settings;
use super::buffer::{PASS_SAMPLES, silence};
use super::input_sanitizer::repair;
use crate::params::DuckKey;

/// What the host sends into the sidechain, per channel, as long as the block or empty: a channel that is not there, or
/// ends early, is silent.
pub type Sidechain<'a> = [&'a [f32]; 2];

/// A sidechain that is not connected.
pub const NO_SIDECHAIN: Sidechain<'static> = [&[], &[]];

/// Some samples of a sidechain. What is beyond its end is left out. Real-time, wait-free.
#[must_use]
pub fn sidechain_part(sidechain: Sidechain<'_>, start: usize, end: usize) -> Sidechain<'_> {
    sidechain.map(|channel| {
        let here = start.min(channel.len())..end.min(channel.len());
        channel.get(here).unwrap_or_default()
    })
}

/// The key of one pass.
#[derive(Debug)]
pub struct Key {
    chosen: DuckKey,
    channels: [Vec<f32>; 2],
    /// Whether there was sound in the last pass that was listened to.
    sounds: bool,
}

impl Key {
    /// A silent one. Not real-time.
    #[must_use]
    pub fn new() -> Self {
        Self {
            chosen: DuckKey::Input,
            channels: [silence(PASS_SAMPLES), silence(PASS_SAMPLES)],
            sounds: false,
        }
    }

    /// Takes the settings. Real-time, wait-free.
    pub fn set(&mut self, settings: &Settings) {
        self.chosen = settings.duck_key;
    }

    /// Whether the sidechain is what is listened to. Real-time, wait-free.
    #[must_use]
    pub fn is_sidechain(&self) -> bool {
        self.chosen == DuckKey::Sidechain
    }

    /// Whether nothing comes in that a ducker would miss. Real-time, wait-free.
    #[must_use]
    pub fn at_rest(&self) -> bool {
        !self.sounds
    }

    /// Takes in the sidechain of one pass, and says how many bad samples were in it. Real-time, wait-free.
    pub fn read(&mut self, sidechain: Sidechain<'_>, samples: usize) -> u32 {
        self.sounds = false;
        let mut repaired = 0;
        for (to, from) in self.channels.iter_mut().zip(sidechain) {
            let to = &mut to[..samples];
            let (heard, silent) = to.split_at_mut(from.len().min(samples));
            heard.copy_from_slice(&from[..heard.len()]);
            silent.fill(0.0);
            repaired += repair(heard);
            self.sounds |= heard.iter().any(|sample| *sample != 0.0);
        }
        repaired
    }

    /// Nobody listens in this pass. Real-time, wait-free.
    pub fn skip(&mut self) {
        self.sounds = false;
    }

    /// What was read. Real-time, wait-free.
    #[must_use]
    pub fn channels(&self, samples: usize) -> [&[f32]; 2] {
        let [left, right] = &self.channels;
        [&left[..samples], &right[..samples]]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_silent_and_what_is_bad_is_repaired() {
        let mut key = Key::new();
        assert_eq!(key.read(NO_SIDECHAIN, 8), 0);
        assert!(key.at_rest());
        assert_eq!(key.channels(8), [&[0.0; 8], &[0.0; 8]]);
        assert_eq!(key.read([&[0.5, f32::NAN, 1e9], &[]], 4), 2);
        assert!(!key.at_rest());
        assert_eq!(key.channels(4), [&[0.5, 0.0, 0.0, 0.0], &[0.0; 4]]);
        // Longer than the pass.
        assert_eq!(key.read([&[0.0; 9], &[0.25; 9]], 2), 0);
        assert_eq!(key.channels(2), [&[0.0; 2], &[0.25; 2]]);
        key.read([&[0.0; 4], &[-0.0; 4]], 4);
        assert!(key.at_rest());
        key.read([&[1.0; 4], &[]], 4);
        key.skip();
        assert!(key.at_rest());
    }

    #[test]
    fn a_part_ends_where_the_sidechain_does() {
        let whole = [1.0, 2.0, 3.0];
        let of = |start, end| sidechain_part([&whole, &[]], start, end);
        assert_eq!(of(0, 2), [&[1.0, 2.0], &[][..]]);
        assert_eq!(of(2, 9), [&[3.0], &[][..]]);
        let none: &[f32] = &[];
        assert_eq!(of(5, 9), [none, none]);
    }
}
