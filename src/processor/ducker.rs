//! Turns the wet signal down while there is input, so that the words stay clear and the reverb comes in the gaps.
//! Audio thread.
//!
//! The gain reduction in dB is `min(level - threshold, amount)` where that is positive, with the level the highest peak
//! of all channels of the key in dB, held for the hold time. It is approached by one-pole filters, one for more and one for
//! less. All of it goes by samples, so the host's blocks make no difference.

use std::ops::Deref;

use super::Settings;
use super::math::{exp, gain, ln};

/// The peak is held for at least so long, in seconds: half a period of 40 Hz, or the wave itself would be heard.
const LEAST_HOLD_S: f32 = 0.0125;
/// Reduction below this is none, in dB.
const NOTHING_DB: f32 = 1e-3;
/// 20 / ln 10.
const DB: f32 = 8.685_89;
/// The quietest peak whose logarithm is taken; -120 dB, below every threshold.
const QUIETEST: f32 = 1e-6;

/// The ducker of the wet signal.
#[derive(Debug)]
pub struct Ducker {
    rate: f32,
    amount_db: f32,
    threshold_db: f32,
    hold_samples: u32,
    /// Times as they were set, in ms, and what they make a sample.
    attack: Pole,
    release: Pole,
    /// The highest peak, and how much longer it is held.
    peak: f32,
    peak_db: f32,
    held: u32,
    /// The reduction at the last sample, in dB.
    reduction_db: f32,
}

/// A time in ms, and the share of the way that is left after a sample.
#[derive(Clone, Copy, Debug)]
struct Pole {
    ms: f32,
    left: f32,
}

impl Pole {
    fn set(&mut self, ms: f32, rate: f32) {
        if self.ms != ms {
            self.ms = ms;
            self.left = exp(-1000.0 / (ms.max(0.01) * rate));
        }
    }
}

impl Ducker {
    /// One that does nothing. Not real-time.
    #[must_use]
    pub fn new(rate: f32) -> Self {
        let pole = Pole {
            ms: -1.0,
            left: 0.0,
        };
        let mut ducker = Self {
            rate,
            amount_db: 0.0,
            threshold_db: 0.0,
            hold_samples: 0,
            attack: pole,
            release: pole,
            peak: 0.0,
            peak_db: -120.0,
            held: 0,
            reduction_db: 0.0,
        };
        ducker.set(&Settings::default());
        ducker
    }

    /// Takes the settings; what is heard of them moves at the speed of attack and release. Real-time, wait-free.
    pub fn set(&mut self, settings: &Settings) {
        self.amount_db = settings.duck;
        self.threshold_db = settings.duck_threshold;
        let hold_s = (settings.duck_hold / 1000.0).max(LEAST_HOLD_S);
        self.hold_samples = (hold_s * self.rate) as u32;
        self.attack.set(settings.duck_attack, self.rate);
        self.release.set(settings.duck_release, self.rate);
    }

    /// Forgets what it has heard. Real-time, wait-free.
    pub fn reset(&mut self) {
        self.peak = 0.0;
        self.peak_db = -120.0;
        self.held = 0;
        self.reduction_db = 0.0;
    }

    /// Whether it does nothing until there is input again. Real-time, wait-free.
    #[must_use]
    pub fn at_rest(&self) -> bool {
        self.reduction_db == 0.0
    }

    /// The reduction at the last sample, in dB from 0 up. Real-time, wait-free.
    #[must_use]
    pub fn reduction_db(&self) -> f32 {
        self.reduction_db
    }

    /// Whether it does nothing, whatever the key is. Real-time, wait-free.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.amount_db == 0.0 && self.reduction_db == 0.0
    }

    /// Turns `wet` down by what is heard in `key`. Real-time, wait-free.
    pub fn process(&mut self, key: &[impl Deref<Target = [f32]>], wet: &mut [&mut [f32]]) {
        if self.is_off() {
            // Off: exactly transparent. What was heard before counts when it comes on.
            self.reset();
            return;
        }
        let samples = wet.first().map_or(0, |block| block.len());
        for at in 0..samples {
            if self.is_off() {
                // As at the start of a block: no bit may depend on where that is.
                self.reset();
                continue;
            }
            let heard = key.iter().map(|block| block[at].abs());
            self.hear(heard.fold(0.0, f32::max));
            if self.reduction_db > 0.0 {
                let gain = gain(-self.reduction_db);
                for block in wet.iter_mut() {
                    block[at] *= gain;
                }
            }
        }
    }

    /// Moves the reduction by one sample of the key.
    fn hear(&mut self, level: f32) {
        if level >= self.peak {
            self.take(level);
        } else if self.held > 0 {
            self.held -= 1;
        } else {
            self.take(level);
        }
        let aim = (self.peak_db - self.threshold_db).clamp(0.0, self.amount_db);
        let pole = if aim > self.reduction_db {
            self.attack
        } else {
            self.release
        };
        let next = aim + (self.reduction_db - aim) * pole.left;
        self.reduction_db = if next < NOTHING_DB { 0.0 } else { next };
    }

    fn take(&mut self, level: f32) {
        self.held = self.hold_samples;
        if level != self.peak {
            self.peak = level;
            self.peak_db = DB * ln(level.max(QUIETEST));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f32 = 48_000.0;

    fn settings(duck: f32, threshold: f32) -> Settings {
        Settings {
            duck,
            duck_threshold: threshold,
            ..Settings::default()
        }
    }

    fn sine(level_db: f32, hz: f32, samples: usize) -> Vec<f32> {
        let level = gain(level_db);
        let wave =
            |i: usize| level * (std::f32::consts::TAU * ((hz * i as f32 / RATE) % 1.0)).sin();
        (0..samples).map(wave).collect()
    }

    /// The gain of a wet signal of ones, sample by sample, in dB.
    fn gains(settings: &Settings, key: &[f32], cut: usize) -> Vec<f32> {
        let mut ducker = Ducker::new(RATE);
        ducker.set(settings);
        let mut wet = vec![1.0; key.len()];
        let mut key = key.to_vec();
        for (key, wet) in key.chunks_mut(cut).zip(wet.chunks_mut(cut)) {
            ducker.process(&[key], &mut [wet]);
        }
        wet.iter().map(|gain: &f32| 20.0 * gain.log10()).collect()
    }

    /// The curve is what it is defined as, whatever the wave.
    #[test]
    fn the_reduction_is_what_lies_above_the_threshold_up_to_the_amount() {
        for hz in [45.0, 440.0, 5_000.0] {
            for level in [-40.0, -31.0, -29.0, -20.0, -12.0, -3.0] {
                let settings = settings(12.0, -30.0);
                let gains = gains(&settings, &sine(level, hz, 48_000), 64);
                let wanted: f32 = (level + 30.0_f32).clamp(0.0, 12.0);
                let off = gains[24_000..]
                    .iter()
                    .map(|gain| (gain + wanted).abs())
                    .fold(0.0, f32::max);
                assert!(off < 0.2, "{hz} Hz at {level} dB: {off} dB off");
            }
        }
    }

    #[test]
    fn attack_hold_and_release_take_their_times() {
        let settings = Settings {
            duck_attack: 10.0,
            duck_hold: 100.0,
            duck_release: 200.0,
            ..settings(10.0, -40.0)
        };
        let mut key = vec![0.5; 24_000];
        key.resize(192_000, 0.0);
        let gains = gains(&settings, &key, 480);
        // One time constant: 63 % of the way.
        assert!((gains[479] + 6.32).abs() < 0.1, "{}", gains[479]);
        // Held for 100 ms after the end.
        assert!((gains[24_000 + 4_700] + 10.0).abs() < 0.01);
        let released = gains[24_000 + 4_800 + 9_600];
        assert!((released + 3.68).abs() < 0.1, "{released}");
        assert_eq!(gains[191_999], 0.0);
    }

    #[test]
    fn without_an_amount_it_changes_no_bit() {
        let key = sine(0.0, 440.0, 4_800);
        assert!(
            gains(&settings(0.0, -60.0), &key, 64)
                .iter()
                .all(|gain| *gain == 0.0)
        );
    }

    #[test]
    fn the_output_does_not_depend_on_how_the_block_is_cut() {
        let mut key = sine(-6.0, 100.0, 9_000);
        key.resize(20_000, 0.0);
        let whole = gains(&settings(18.0, -35.0), &key, 20_000);
        for cut in [1, 7, 64, 333] {
            assert_eq!(gains(&settings(18.0, -35.0), &key, cut), whole, "{cut}");
        }
    }

    #[test]
    fn no_step_is_larger_than_the_attack_makes_it() {
        let key = sine(0.0, 60.0, 48_000);
        let gains = gains(&settings(24.0, -40.0), &key, 512);
        // The shortest way in is 24 dB by one pole of 5 ms.
        let most = 24.0 * (1.0 - (-1000.0_f32 / (5.0 * RATE)).exp());
        for pair in gains.windows(2) {
            assert!((pair[1] - pair[0]).abs() <= most * 1.01);
        }
    }
}
