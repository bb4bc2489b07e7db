//! How dense the reflections are, and when they have become a diffuse field.
//!
//! Sources: J. S. Abel and P. Huang, "A simple, robust measure of reverberation echo density", 121st
//! AES Convention (2006); A. Lindau, L. Kosanke and S. Weinzierl, "Perceptual evaluation of model- and
//! signal-based predictors of the mixing time in binaural room impulse responses", JAES 60 (2012).

use serde::{Deserialize, Serialize};

use crate::math::sin_cos;

/// Half of the window that one density is measured in, in seconds: 20 ms in all.
const HALF_WINDOW_S: f64 = 0.01;
/// What part of a Gaussian noise lies further out than its standard deviation: erfc(1 / sqrt(2)).
const OUTSIDE: f64 = 0.317_310_507_862_914_1;
/// The density at a time is the mean of the milliseconds up to so many before and after it.
const AROUND_MS: usize = 5;
/// The mixing time is looked for up to here.
const LONGEST_MS: usize = 2000;
/// The density of Gaussian noise, where the field is mixed.
const MIXED: f64 = 1.0;

/// The normalised echo density of one channel: 0 for a single reflection, about 1 for Gaussian noise, which is
/// what a diffuse field is. All times count from the onset. `None` is "not measurable here": there is
/// no sound, or it ends earlier.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EchoDensity {
    /// The density 20 ms after the onset: in a Hann window of 20 ms, the mean of 11 values a millisecond apart.
    pub at_20_ms: Option<f64>,
    /// The same 50 ms after the onset.
    pub at_50_ms: Option<f64>,
    /// The same 100 ms after the onset.
    pub at_100_ms: Option<f64>,
    /// The mixing time in ms: the first whole millisecond whose density is that of noise (Abel and Huang).
    /// `None` if there is none in the first two seconds.
    pub mixing_time_ms: Option<f64>,
    /// From when on an average listener takes the field for a diffuse one, in ms: 0.8 times the mixing time less
    /// 8 ms, and not below 0 (Lindau and others, `tmp50` from the signal).
    pub perceptual_mixing_time_ms: Option<f64>,
}

impl EchoDensity {
    /// Measures a channel that begins at `start`. `None` as soon as `cancelled` says so.
    pub(crate) fn of(
        samples: &[f32],
        start: usize,
        rate: f64,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let profile = Profile::new(&samples[start.min(samples.len())..], rate);
        let at = |ms: usize| -> Option<f64> {
            profile.at(ms)?;
            let around = ms - AROUND_MS..=ms + AROUND_MS;
            let values: Vec<f64> = around.filter_map(|ms| profile.at(ms)).collect();
            Some(values.iter().sum::<f64>() / values.len() as f64)
        };
        let mut mixing_time_ms = None;
        for ms in 0..=LONGEST_MS {
            if cancelled() {
                return None;
            }
            match profile.at(ms) {
                Some(density) if density < MIXED => {}
                found => {
                    mixing_time_ms = found.map(|_| ms as f64);
                    break;
                }
            }
        }
        Some(Self {
            at_20_ms: at(20),
            at_50_ms: at(50),
            at_100_ms: at(100),
            mixing_time_ms,
            perceptual_mixing_time_ms: mixing_time_ms.map(|ms| (0.8 * ms - 8.0).max(0.0)),
        })
    }
}

/// The density over time.
struct Profile<'a> {
    samples: &'a [f32],
    rate: f64,
    /// The right half of the window, its middle first.
    window: Vec<f64>,
}

impl<'a> Profile<'a> {
    /// Of samples from the onset on.
    fn new(samples: &'a [f32], rate: f64) -> Self {
        let half = (HALF_WINDOW_S * rate).round().max(1.0);
        let hann = |i: usize| 0.5 + 0.5 * sin_cos(std::f64::consts::PI * i as f64 / half).1;
        Self {
            samples: match samples.iter().any(|&sample| sample != 0.0) {
                true => samples,
                false => &[],
            },
            rate,
            window: (0..=half as usize).map(hann).collect(),
        }
    }

    /// The density around a millisecond; `None` after the end. Where the window reaches over an end of the
    /// sound, it counts only what is inside.
    fn at(&self, ms: usize) -> Option<f64> {
        let middle = (ms as f64 * self.rate / 1000.0).round() as usize;
        if middle >= self.samples.len() {
            return None;
        }
        let half = self.window.len() - 1;
        let from = middle.saturating_sub(half);
        let part = &self.samples[from..self.samples.len().min(middle + half + 1)];
        let weighed = || {
            let weights = (from..).map(|at| self.window[at.abs_diff(middle)]);
            part.iter()
                .map(|&sample| f64::from(sample).powi(2))
                .zip(weights)
        };
        let (mut all, mut power) = (0.0, 0.0);
        for (energy, weight) in weighed() {
            all += weight;
            power += weight * energy;
        }
        let power = power / all;
        let loud = weighed().filter(|&(energy, _)| energy > power);
        let outside: f64 = loud.map(|(_, weight)| weight).sum();
        Some(outside / all / OUTSIDE)
    }
}

/// From when on an average listener takes the field of a room for a diffuse one, in ms: 20 V / S + 12, with the
/// volume in cubic metres and the surface in square metres (Lindau and others, `tmp50` from the model). `size_m`
/// is width, length and height of the room in metres; `None` where one is no length.
pub fn model_mixing_time_ms(size_m: [f32; 3]) -> Option<f64> {
    let [x, y, z] = size_m.map(f64::from);
    let (volume, surface) = (x * y * z, 2.0 * (x * y + y * z + z * x));
    let is_room = size_m
        .iter()
        .all(|metres| metres.is_finite() && *metres > 0.0);
    is_room.then(|| 20.0 * volume / surface + 12.0)
}
