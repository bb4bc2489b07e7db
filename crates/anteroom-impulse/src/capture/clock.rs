//! How fast the recorder's clock went: the distance of two marks, to a small part of a sample.
//!
//! Both marks come by the same way, through the same room. So it is their recordings that are compared, not each with the
//! mark itself: reflections and colour are the same in both.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use super::CaptureError;
use super::marks::MARK_S;
use super::spectral::{quick_size, real_ends};
use super::wanted;
use crate::resample::kaiser;

/// What is compared: from so long before a mark to so long after it, in seconds.
const BEFORE_S: f64 = 0.01;
const AFTER_S: f64 = 0.12;
/// Faster or slower than this no clock is.
pub(super) const MOST_DRIFT: f64 = 5e-4;
/// Two marks are this much alike, or they are none: 1 is without noise, 0.5 as much noise as mark.
const ALIKE: f64 = 0.5;
/// Nor has one more than this share of the other's power.
const AS_LOUD: f64 = 0.25;
/// So many samples a mark may be beside where it is looked for.
const BESIDE: f64 = 16.0;
/// A drift that is smaller makes no difference.
const NO_DRIFT: f64 = 1e-9;

/// The samples to each side that one between them is made of, and how much softer its images are, in dB.
const REACH: usize = 72;
const ATTENUATION_DB: f64 = 125.0;
/// Places between two samples for which a kernel is worked out.
const PHASES: usize = 4096;

/// How much faster the recorder's clock went than the player's, as a share, and the standard error of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Drift {
    pub share: f64,
    pub error: f64,
}

impl Drift {
    /// Whether it is more than an error of the measurement.
    pub fn is_certain(&self) -> bool {
        self.share.abs() > NO_DRIFT.max(3.0 * self.error)
    }
}

/// The drift that puts two marks, which are looked for at `first` and `distance` frames later, where they are. `None` if
/// they are not alike.
pub(super) fn drift(
    samples: &[f32],
    (first, distance): (usize, f64),
    (rate, band): (f64, (f64, f64)),
) -> Option<Drift> {
    let before = (BEFORE_S * rate) as usize;
    let length = ((BEFORE_S + MARK_S + AFTER_S) * rate) as usize;
    let size = quick_size(length);
    let forward = RealFftPlanner::<f64>::new().plan_fft_forward(size);
    let bin_of = |hz: f64| (hz / rate * size as f64) as usize;
    let bins = bin_of(band.0)..bin_of(band.1).min(size / 2);
    // What the mark has no frequencies for is left out.
    let spectrum = |at: usize| {
        let mut block = forward.make_input_vec();
        let from = at.checked_sub(before)?;
        let heard = samples.get(from..(from + length).min(samples.len()))?;
        for (slot, &sample) in block.iter_mut().zip(heard) {
            *slot = f64::from(sample);
        }
        let mut heard_bins = forward.make_output_vec();
        forward.process(&mut block, &mut heard_bins).ok()?;
        let all = heard_bins.iter_mut().enumerate();
        all.filter(|(bin, _)| !bins.contains(bin))
            .for_each(|(_, value)| *value = Complex::default());
        Some(heard_bins)
    };
    let turn = std::f64::consts::TAU / size as f64;
    let one = spectrum(first)?;
    let last = first + distance.round() as usize;
    let rough = roughly_later(&one, &spectrum(last)?, size, MOST_DRIFT * distance + BESIDE)?;
    // Now the same part of both.
    let last = (last as f64 + rough).max(0.0) as usize;
    let two = spectrum(last)?;
    let used = || {
        let bins = bins.clone();
        bins.map(|bin| (bin as f64 * turn, one[bin], two[bin]))
    };
    let later = later(used, roughly_later(&one, &two, size, BESIDE)?)?;
    // What is left when both lie on each other is noise.
    let (mut rest, mut sharpness, mut count) = (0.0, 0.0, 0.0);
    let (mut product, mut powers) = (0.0, (0.0, 0.0));
    for (angle, one, two) in used() {
        let two = two * Complex::from_polar(1.0, angle * later);
        rest += (two - one).norm_sqr();
        sharpness += one.norm_sqr() * angle * angle;
        product += (two * one.conj()).re;
        powers = (powers.0 + one.norm_sqr(), powers.1 + two.norm_sqr());
        count += 1.0;
    }
    let alike = product / (powers.0 * powers.1).sqrt();
    let found = (last - first) as f64 + later;
    let drift = Drift {
        share: found / distance - 1.0,
        error: (rest / (2.0 * count * sharpness)).sqrt() / distance,
    };
    let as_loud = (AS_LOUD..1.0 / AS_LOUD).contains(&(powers.0 / powers.1));
    (alike > ALIKE && as_loud && drift.share.abs() < MOST_DRIFT).then_some(drift)
}

/// By how many samples the second of two spectra is later, `reach` at most, to a whole sample: at which their product is
/// greatest.
fn roughly_later(
    one: &[Complex<f64>],
    two: &[Complex<f64>],
    size: usize,
    reach: f64,
) -> Option<f64> {
    let inverse = RealFftPlanner::<f64>::new().plan_fft_inverse(size);
    let mut bins: Vec<_> = one
        .iter()
        .zip(two)
        .map(|(one, two)| two * one.conj())
        .collect();
    let mut product = inverse.make_output_vec();
    real_ends(&mut bins);
    inverse.process(&mut bins, &mut product).ok()?;
    let most = (reach as i64).min(size as i64 / 2 - 1);
    let value = |later: i64| product[later.rem_euclid(size as i64) as usize];
    let best = (-most..=most).max_by(|&a, &b| value(a).total_cmp(&value(b)))?;
    Some(best as f64)
}

/// The same to a small part of a sample, from near there.
fn later<I: Iterator<Item = (f64, Complex<f64>, Complex<f64>)>>(
    used: impl Fn() -> I,
    coarse: f64,
) -> Option<f64> {
    let at = |later: f64| {
        let (mut value, mut slope, mut bend) = (0.0, 0.0, 0.0);
        for (angle, one, two) in used() {
            let product = two * one.conj() * Complex::from_polar(1.0, angle * later);
            value += product.re;
            slope -= angle * product.im;
            bend -= angle * angle * product.re;
        }
        (value, slope, bend)
    };
    let mut best = coarse;
    for _ in 0..20 {
        let (_, slope, bend) = at(best);
        if bend >= 0.0 {
            return None;
        }
        let step = slope / bend;
        best -= step;
        if step.abs() < 1e-12 {
            break;
        }
    }
    best.is_finite().then_some(best)
}

/// A recording as a clock would have made it that is slower by this share.
pub(super) struct Slowed {
    step: f64,
    kernels: Vec<[f32; 2 * REACH]>,
}

impl Slowed {
    pub fn by(share: f64) -> Self {
        let beta = kaiser::beta(ATTENUATION_DB);
        let kernel = |phase: usize| {
            let phase = phase as f64 / PHASES as f64;
            std::array::from_fn(|tap| {
                let away = tap as f64 - (REACH as f64 - 1.0) - phase;
                (kaiser::sinc(away) * kaiser::window(away / REACH as f64, beta)) as f32
            })
        };
        Self {
            step: 1.0 + share,
            kernels: (0..=PHASES).map(kernel).collect(),
        }
    }

    pub fn of(
        &self,
        samples: &[f32],
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<f32>, CaptureError> {
        let frames = (samples.len() as f64 / self.step) as usize;
        let mut made = Vec::with_capacity(frames);
        for frame in 0..frames {
            if frame % (1 << 14) == 0 {
                wanted(cancelled)?;
            }
            let at = frame as f64 * self.step;
            let phase = at.fract() * PHASES as f64;
            let (low, high) = (
                &self.kernels[phase as usize],
                &self.kernels[phase as usize + 1],
            );
            let share = phase.fract();
            // The kernel begins so far before the sample.
            let begin = at as usize as isize + 1 - REACH as isize;
            let skipped = begin.min(0).unsigned_abs().min(2 * REACH);
            let around = samples.get(begin.max(0) as usize..).unwrap_or_default();
            let (mut below, mut above) = (0.0, 0.0);
            let taps = low[skipped..].iter().zip(&high[skipped..]);
            for (&sample, (&low, &high)) in around.iter().zip(taps) {
                below += f64::from(sample) * f64::from(low);
                above += f64::from(sample) * f64::from(high);
            }
            made.push((below + (above - below) * share) as f32);
        }
        Ok(made)
    }
}

#[cfg(test)]
mod tests;
