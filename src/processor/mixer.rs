//! The end of the sound path: width, dry/wet balance, output gain and bypass. Audio thread.

use super::Settings;
use super::math::{gain, sin_cos};
use super::ramp::Ramp;

/// Mixes dry and wet by the settings, each smoothed in a straight line.
#[derive(Debug)]
pub struct Mixer {
    /// 0..=1; the gains follow by the equal-power law.
    mix: Ramp,
    /// Linear gain.
    output: Ramp,
    /// The level that `output` was computed from, in dB: the power is taken only when it moves.
    output_db: f32,
    /// 0..=2, 1 as recorded.
    width: Ramp,
    /// 1 when bypassed.
    bypass: Ramp,
}

/// Gains of dry and wet at a balance of 0..=1: equal power between the ends, exact at the ends.
#[must_use]
pub fn equal_power(mix: f32) -> (f32, f32) {
    if mix <= 0.0 {
        (1.0, 0.0)
    } else if mix >= 1.0 {
        (0.0, 1.0)
    } else {
        let (wet, dry) = sin_cos(mix * std::f32::consts::FRAC_PI_2);
        (dry, wet)
    }
}

/// Linear gain of a level in dB; exactly 1 at 0 dB.
#[must_use]
pub fn gain_of_db(db: f32) -> f32 {
    if db == 0.0 { 1.0 } else { gain(db) }
}

impl Mixer {
    /// A mixer at rest whose moves take `fade_samples`. Not real-time.
    #[must_use]
    pub fn new(fade_samples: u32) -> Self {
        let ramp = || Ramp::new(1.0, fade_samples);
        Self {
            mix: ramp(),
            output: ramp(),
            output_db: 0.0,
            width: ramp(),
            bypass: Ramp::new(0.0, fade_samples),
        }
    }

    /// Moves to new settings. Real-time, wait-free.
    pub fn set(&mut self, settings: &Settings) {
        self.mix.set(settings.mix / 100.0);
        self.width.set(settings.width / 100.0);
        self.bypass.set(if settings.bypass { 1.0 } else { 0.0 });
        if settings.output != self.output_db {
            self.output_db = settings.output;
            self.output.set(gain_of_db(settings.output));
        }
    }

    /// Takes the settings at once. Real-time, wait-free.
    pub fn reset(&mut self, settings: &Settings) {
        self.set(settings);
        for ramp in [
            &mut self.mix,
            &mut self.output,
            &mut self.width,
            &mut self.bypass,
        ] {
            ramp.snap(ramp.target());
        }
    }

    /// Whether nothing moves that so many channels are mixed by. Real-time, wait-free.
    #[must_use]
    pub fn at_rest(&self, outputs: usize) -> bool {
        let rests = self.mix.at_rest() && self.output.at_rest() && self.bypass.at_rest();
        // A single channel has no width, so that never arrives.
        rests && (outputs < 2 || self.width.at_rest())
    }

    /// Applies the stereo width to the wet signal, in place. Real-time, wait-free.
    pub fn widen(&mut self, wet: &mut [&mut [f32]]) {
        let [left, right] = wet else {
            return;
        };
        if self.width.rests_on(1.0) {
            return;
        }
        for (left, right) in left.iter_mut().zip(right.iter_mut()) {
            let width = self.width.next();
            if width == 1.0 {
                // Exact, as where it rests: no bit may depend on where a pass ends.
                continue;
            }
            let mid = 0.5 * (*left + *right);
            let side = 0.5 * (*left - *right) * width;
            *left = mid + side;
            *right = mid - side;
        }
    }

    /// Writes the result over `dry`. Real-time, wait-free.
    pub fn mix(&mut self, dry: &mut [&mut [f32]], wet: &[&[f32]]) {
        let rests = self.mix.at_rest() && self.output.at_rest() && self.bypass.at_rest();
        if rests {
            return self.mix_at_rest(dry, wet);
        }
        // What is mixed by is worked out once for all channels: sines take longer than the rest.
        let balance = self.mix.at_rest().then(|| equal_power(self.mix.target()));
        let frames = dry.iter().map(|channel| channel.len()).max();
        for at in 0..frames.unwrap_or(0) {
            let (dry_gain, wet_gain) = balance.unwrap_or_else(|| equal_power(self.mix.next()));
            let (output, bypass) = (self.output.next(), self.bypass.next());
            for (dry, wet) in dry.iter_mut().zip(wet) {
                let (Some(dry), Some(wet)) = (dry.get_mut(at), wet.get(at)) else {
                    continue;
                };
                let result = (*dry * dry_gain + wet * wet_gain) * output;
                // Exact at both ends.
                *dry = result * (1.0 - bypass) + *dry * bypass;
            }
        }
    }

    /// The same, to the bit, while nothing moves.
    fn mix_at_rest(&self, dry: &mut [&mut [f32]], wet: &[&[f32]]) {
        if self.bypass.target() >= 1.0 {
            return;
        }
        let (dry_gain, wet_gain) = equal_power(self.mix.target());
        let gain = self.output.target();
        for (dry, wet) in dry.iter_mut().zip(wet) {
            for (dry, wet) in dry.iter_mut().zip(wet.iter()) {
                *dry = (*dry * dry_gain + wet * wet_gain) * gain;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(settings: &Settings, dry: &[f32], wet: &[f32]) -> Vec<f32> {
        let mut mixer = Mixer::new(8);
        mixer.reset(settings);
        let mut block = dry.to_vec();
        mixer.mix(&mut [&mut block], &[wet]);
        block
    }

    #[test]
    fn the_ends_of_the_mix_are_exact() {
        let (dry, wet) = ([0.3, -0.1], [0.7, 0.2]);
        let mut settings = Settings {
            mix: 0.0,
            ..Settings::default()
        };
        assert_eq!(mixed(&settings, &dry, &wet), dry);
        settings.mix = 100.0;
        assert_eq!(mixed(&settings, &dry, &wet), wet);
        settings.bypass = true;
        assert_eq!(mixed(&settings, &dry, &wet), dry);
    }

    #[test]
    fn half_way_both_are_three_decibels_down() {
        let (dry, wet) = equal_power(0.5);
        assert!((dry - 0.5f32.sqrt()).abs() < 1e-6);
        assert!((dry * dry + wet * wet - 1.0).abs() < 1e-6);
    }

    #[test]
    fn width_leaves_the_middle_and_scales_the_side() {
        let mut mixer = Mixer::new(1);
        mixer.reset(&Settings {
            width: 0.0,
            ..Settings::default()
        });
        let (mut left, mut right) = ([1.0, 0.5], [0.0, 0.5]);
        mixer.widen(&mut [&mut left, &mut right]);
        assert_eq!((left, right), ([0.5, 0.5], [0.5, 0.5]));
    }

    #[test]
    fn a_move_does_not_step() {
        let mut mixer = Mixer::new(480);
        mixer.reset(&Settings {
            mix: 0.0,
            ..Settings::default()
        });
        mixer.set(&Settings {
            mix: 100.0,
            output: -20.0,
            ..Settings::default()
        });
        let mut block = [1.0; 960];
        mixer.mix(&mut [&mut block], &[&[1.0; 960]]);
        let step = block
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f32::max);
        assert!(step < 0.01, "{step}");
        assert!((block[959] - 0.1).abs() < 1e-6);
    }
}
