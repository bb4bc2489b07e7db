//! Reverberation times that octave bands show.
//!
//! Within an octave whose treble is short and soft, the lower edge rings longest and loudest: its T30 is longer
//! than the time at its centre. Here times are sought whose octaves have the T30 that is asked for.

use std::f64::consts::LOG2_10;

use super::RENDER_HZ;
use crate::analyze::Octave;
use crate::math::{exp2, log2};

/// The centre of the lowest octave, in Hz.
const LOWEST_HZ: f64 = 62.5;
/// Octaves, up to that of 16 kHz.
const OCTAVES: usize = 9;
/// Places in an octave.
const STEPS: usize = 12;
/// How far beyond its centre an octave's filter hears, in octaves.
const REACH: usize = 2;
/// How often the times are mended.
const ROUNDS: usize = 24;
/// Points in time of a decay curve, and which part of the time asked for they cover.
const POINTS: usize = 80;
const COVERED: f64 = 0.8;

/// Reverberation times over frequency: straight lines in logarithms between the centres of octaves.
#[derive(Debug)]
pub(super) struct BandTimes([f64; OCTAVES]);

impl BandTimes {
    /// Times whose octaves show a T30 of `wanted` seconds, where the energy per hertz is `energy`; both are asked
    /// for frequencies in Hz.
    pub fn new(wanted: impl Fn(f64) -> f64, energy: impl Fn(f64) -> f64) -> Self {
        let hz = |octave: f64| LOWEST_HZ * exp2(octave);
        let mut times = Self(std::array::from_fn(|i| log2(wanted(hz(i as f64)))));
        // Energy in the places of the octaves and beside them, times the width of each.
        let place = |i: usize| i as f64 / STEPS as f64 - REACH as f64;
        let energies: Vec<f64> = (0..(OCTAVES + 2 * REACH) * STEPS)
            .map(|i| energy(hz(place(i))) * hz(place(i)))
            .collect();
        // What the filters of the analysis let through.
        let weights: [Vec<f64>; OCTAVES] = std::array::from_fn(|octave| {
            let filter = Octave::new(hz(octave as f64), f64::from(RENDER_HZ));
            let places = octave * STEPS..=(octave + 2 * REACH) * STEPS;
            places.map(|i| filter.power(hz(place(i)))).collect()
        });
        for _ in 0..ROUNDS {
            let shown: [f64; OCTAVES] = std::array::from_fn(|octave| {
                let want = wanted(hz(octave as f64));
                let parts = weights[octave].iter().enumerate();
                let parts = parts.map(|(i, weight)| {
                    let at = place(octave * STEPS + i);
                    (energies[octave * STEPS + i] * weight, times.octave(at))
                });
                t30(parts, want * COVERED).unwrap_or(want)
            });
            for (octave, shown) in shown.into_iter().enumerate() {
                times.0[octave] += log2(wanted(hz(octave as f64)) / shown);
            }
        }
        times
    }

    /// The time at a frequency, in seconds.
    pub fn at(&self, hz: f64) -> f64 {
        self.octave(log2(hz / LOWEST_HZ))
    }

    fn octave(&self, octave: f64) -> f64 {
        let octave = octave.clamp(0.0, (OCTAVES - 1) as f64);
        let whole = (octave.floor() as usize).min(OCTAVES - 2);
        let part = octave - whole as f64;
        exp2(self.0[whole] + part * (self.0[whole + 1] - self.0[whole]))
    }
}

/// The T30 of a sum of decays, each an energy and the seconds it takes to fall by 60 dB: the slope of the line
/// from -5 to -35 dB. `None` if it does not fall so far in `seconds`.
fn t30(parts: impl Iterator<Item = (f64, f64)>, seconds: f64) -> Option<f64> {
    let mut curve = [0.0; POINTS];
    for (energy, rt60_s) in parts {
        let step = exp2(-6.0 * LOG2_10 * seconds / POINTS as f64 / rt60_s);
        curve.iter_mut().fold(energy, |left, point| {
            *point += left;
            left * step
        });
    }
    let decay = curve.map(|energy| (log2(energy) - log2(curve[0])) * 10.0 / LOG2_10);
    let first = decay.iter().position(|&db| db <= -5.0)?;
    let end = decay.iter().position(|&db| db <= -35.0)?;
    // A line of least squares.
    let (count, middle) = ((end - first) as f64, (first + end - 1) as f64 / 2.0);
    let mean = decay[first..end].iter().sum::<f64>() / count;
    let (mut rise, mut run) = (0.0, 0.0);
    for (i, db) in decay.iter().enumerate().take(end).skip(first) {
        rise += (i as f64 - middle) * (db - mean);
        run += (i as f64 - middle) * (i as f64 - middle);
    }
    Some(-60.0 * run / rise * seconds / POINTS as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_octave_that_falls_towards_its_treble_is_shortened() {
        let wanted = |hz: f64| 2.0 * (hz / 1000.0).powf(-0.3);
        let flat = BandTimes::new(|_| 2.0, |_| 1.0);
        let falling = BandTimes::new(wanted, |hz| (hz / 1000.0).powf(-3.0));
        for hz in [125.0, 1000.0, 8000.0] {
            assert!((flat.at(hz) - 2.0).abs() < 1e-3, "{hz}: {}", flat.at(hz));
            let ratio = falling.at(hz) / wanted(hz);
            assert!((0.85..0.97).contains(&ratio), "{hz}: {ratio}");
        }
    }
}
