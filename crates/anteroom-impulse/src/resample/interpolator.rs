//! Samples between samples, of a signal whose upper half of the band is empty.

use super::band_limiter::BandLimiter;
use super::kaiser;
use crate::f32x4::{F32x4, LANES};

/// Samples that each one is made of.
const TAPS: usize = 20;
/// How much softer are the images of the signal, in dB.
const ATTENUATION_DB: f64 = 150.0;
/// The most phases that are worked out. Those between more of them are as straight as single precision can tell.
const MOST_PHASES: u64 = 4096;

/// Goes through a signal with a step that is a ratio of two whole numbers.
pub(super) struct Interpolator {
    kernels: Vec<[F32x4; TAPS / LANES]>,
    /// How many phases there are in the table, the last of which is the first of the next sample.
    phases: u64,
    /// The step is `step / of` samples.
    step: u64,
    of: u64,
    /// Where the next sample is: so many samples after the first that is held, and `part / of`.
    at: usize,
    part: u64,
    held: Vec<f32>,
}

impl Interpolator {
    /// From what the limiter makes to the rate that it makes it for, `before` samples before the first.
    pub fn new((from, to): (u32, u32), limiter: &BandLimiter<'_>, before: usize) -> Self {
        let (up, down) = match limiter.octaves() {
            octaves @ 0.. => (1 << octaves, 1),
            octaves => (1, 1 << -octaves),
        };
        let (step, of) = (u64::from(from) * up, u64::from(to) * down);
        let common = common(step, of);
        let (step, of) = (step / common, of / common);
        // Nothing is before the first sample of the limiter: so much silence stands for it.
        let silence = TAPS;
        let begin = (limiter.scaled(limiter.lead()) + silence) as u64 * of - before as u64 * step;
        let phases = of.min(MOST_PHASES);
        Self {
            kernels: (0..=phases)
                .map(|phase| kernel(phase as f64 / phases as f64))
                .collect(),
            phases,
            step,
            of,
            at: (begin / of) as usize,
            part: begin % of,
            held: vec![0.0; silence],
        }
    }

    /// Takes the next samples and gives all that can be made.
    pub fn take(&mut self, samples: &[f32], mut give: impl FnMut(f32)) {
        self.held.extend_from_slice(samples);
        let (whole, part) = (self.step / self.of, self.step % self.of);
        // The sample itself and half of the others lie after it.
        while let Some(around) = (self.held).get(self.at + 1 - TAPS / 2..self.at + 1 + TAPS / 2) {
            give(self.between(around));
            self.at += whole as usize;
            self.part += part;
            if self.part >= self.of {
                self.part -= self.of;
                self.at += 1;
            }
        }
        // A large step may end beyond what is held.
        let gone = (self.at + 1 - TAPS / 2).min(self.held.len());
        self.held.drain(..gone);
        self.at -= gone;
    }

    fn between(&self, around: &[f32]) -> f32 {
        let dot = |kernel: &[F32x4; TAPS / LANES]| {
            let mut sum = F32x4::default();
            for (part, &tap) in around.chunks_exact(LANES).zip(kernel) {
                sum += F32x4([part[0], part[1], part[2], part[3]]) * tap;
            }
            (sum.0[0] + sum.0[1]) + (sum.0[2] + sum.0[3])
        };
        if self.phases == self.of {
            return dot(&self.kernels[self.part as usize]);
        }
        let phase = self.part * self.phases;
        let (index, rest) = ((phase / self.of) as usize, phase % self.of);
        let (low, high) = (dot(&self.kernels[index]), dot(&self.kernels[index + 1]));
        low + (high - low) * (rest as f64 / self.of as f64) as f32
    }
}

/// What each sample around a place counts, which is `phase` after the last one of the first half.
fn kernel(phase: f64) -> [F32x4; TAPS / LANES] {
    let half = (TAPS / 2) as f64;
    let beta = kaiser::beta(ATTENUATION_DB);
    std::array::from_fn(|part| {
        F32x4::of(|lane| {
            let away = (part * LANES + lane) as f64 - (half - 1.0) - phase;
            (kaiser::sinc(away) * kaiser::window(away / half, beta)) as f32
        })
    })
}

/// The greatest common divisor.
fn common(a: u64, b: u64) -> u64 {
    match b {
        0 => a.max(1),
        _ => common(b, a % b),
    }
}
