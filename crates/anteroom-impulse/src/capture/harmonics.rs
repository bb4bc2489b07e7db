//! What the loudspeaker added: the second and third harmonic, which an exponential sweep puts before the impulse.
//!
//! The harmonic of order m is the same sweep, earlier by the growth time multiplied by the logarithm of m. Its level is
//! its energy beside that of the sound itself, over the same frequencies and the same time, so that the room, which both
//! have passed, does not count.

use std::ops::Range;

use realfft::RealFftPlanner;
use serde::Serialize;

use super::law::Law;
use super::spectral::quick_size;
use super::sweep::rise;

/// So long before a sound its window begins, in seconds.
const BEFORE_S: f64 = 0.005;
/// The longest window, in seconds.
const LONGEST_S: f64 = 1.0;
/// The energy beside that of the noise that is a harmonic.
const CERTAIN: f64 = 2.0;

/// The levels of harmonics in dB of the sound itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Harmonics {
    /// The second; `None` if noise hides it.
    pub second_db: Option<f64>,
    /// The third; `None` if noise hides it.
    pub third_db: Option<f64>,
    /// The noise, where it was measured: softer harmonics can not be told.
    pub noise_db: Option<f64>,
}

/// The harmonics in a quotient, in which the sound begins at `onset` and the silence for the room ends at `end`.
pub(super) fn of(
    quotient: &[f64],
    (onset, end): (usize, usize),
    (law, rate): (&Law, f64),
) -> Option<Harmonics> {
    let growth_s = law.growth_s?;
    let apart = growth_s * 1.5_f64.ln();
    let length = ((0.9 * apart).min(LONGEST_S) * rate) as usize;
    let band = 3.6 * law.low_hz..0.9 * law.high_hz;
    if band.start * 2.0 > band.end || length < 64 {
        return None;
    }
    let before = (BEFORE_S.min(apart * 0.05) * rate) as usize;
    let size = quotient.len();
    let energy = |begins: f64| {
        let begins = begins.round() as isize - before as isize;
        let begins = begins.rem_euclid(size as isize) as usize;
        energy(quotient, (begins, length), before, (&band, rate))
    };
    let linear = energy(onset as f64)?;
    let silent = end.saturating_sub(onset) > 2 * length;
    let noise = match silent {
        true => energy((end - length + before) as f64)?,
        false => 0.0,
    };
    let level = |power: f64| 10.0 * (power / (linear - noise).max(f64::MIN_POSITIVE)).log10();
    let harmonic = |order: f64| {
        let found = energy(onset as f64 - growth_s * order.ln() * rate)?;
        (found > CERTAIN * noise && found > 0.0).then(|| level(found - noise))
    };
    (linear > noise).then(|| Harmonics {
        second_db: harmonic(2.0),
        third_db: harmonic(3.0),
        noise_db: (noise > 0.0).then(|| level(noise)),
    })
}

/// The energy within a band of a part of a quotient, which goes round at its end.
fn energy(
    quotient: &[f64],
    (begins, length): (usize, usize),
    fade: usize,
    (band, rate): (&Range<f64>, f64),
) -> Option<f64> {
    let size = quick_size(length);
    let forward = RealFftPlanner::<f64>::new().plan_fft_forward(size);
    let mut block = forward.make_input_vec();
    let mut bins = forward.make_output_vec();
    let fade = fade.max(1) as f64;
    let around = quotient.iter().cycle().skip(begins).take(length);
    for (frame, (slot, sample)) in block.iter_mut().zip(around).enumerate() {
        let edge = frame.min(length - 1 - frame) as f64 + 0.5;
        *slot = sample * rise(edge / fade);
    }
    forward.process(&mut block, &mut bins).ok()?;
    let bin_of = |hz: f64| ((hz / rate * size as f64) as usize).min(size / 2);
    let held = bins.get(bin_of(band.start)..bin_of(band.end))?;
    Some(held.iter().map(|bin| bin.norm_sqr()).sum())
}
