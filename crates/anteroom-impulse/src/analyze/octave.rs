//! Octave bands without a shift in time: Butterworth's magnitude, and no phase.
//!
//! A causal filter would delay the low bands and move energy across the 50 and 80 ms borders; without
//! phase, what a band rings goes to both sides alike. The response is filtered block by block, each
//! with its neighbourhood (overlap-save): a long file takes no more memory than a short one, and the
//! work can be given up between two blocks. Source of the centres and edges: IEC 61260-1, base-two.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use crate::math::sin_cos;

/// The centres of the octave bands in Hz.
pub const CENTRES_HZ: [f64; 9] = [63.0, 125.0, 250.0, 500.0, 1e3, 2e3, 4e3, 8e3, 16e3];

/// How long the filter of the lowest octave rings to either side, in seconds: down to -139 dB. The others
/// ring shorter, as their bands are wider.
const REACH_S: f64 = 0.3;
/// The smallest transform.
const LEAST_SIZE: usize = 4096;

/// One octave's filter: the edges as the bilinear transform bends them. This is the magnitude of
/// a digital Butterworth band-pass, which other programs measure with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Octave {
    low: f64,
    high: f64,
    rate: f64,
}

impl Octave {
    /// The octave around `centre` Hz.
    pub fn new(centre: f64, rate: f64) -> Self {
        Self {
            low: bend(centre / std::f64::consts::SQRT_2, rate),
            high: bend(centre * std::f64::consts::SQRT_2, rate),
            rate,
        }
    }

    /// The part of the power at `hz` that passes.
    pub fn power(&self, hz: f64) -> f64 {
        if hz <= 0.0 || hz >= self.rate / 2.0 {
            return 0.0;
        }
        self.power_at(bend(hz, self.rate))
    }

    /// The same at a frequency that is [bent](bend) already.
    pub fn power_at(&self, at: f64) -> f64 {
        if at <= 0.0 {
            return 0.0;
        }
        let q = (at * at - self.low * self.high) / (at * (self.high - self.low));
        // Of the fourth order at each edge.
        let fourth = q * q * q * q;
        1.0 / (1.0 + fourth * fourth)
    }
}

/// A frequency in Hz as the bilinear transform bends it, at a sample rate.
pub(crate) fn bend(hz: f64, rate: f64) -> f64 {
    let (sin, cos) = sin_cos(std::f64::consts::PI * hz / rate);
    sin / cos
}

/// Whether an octave band lies below the Nyquist frequency.
pub(super) fn fits(centre: f64, rate: f64) -> bool {
    centre * std::f64::consts::SQRT_2 < rate / 2.0
}

/// Filters one octave band out of signals.
pub(super) struct OctaveFilter {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    /// The gain of each bin, with the scale of the transforms in it.
    gains: Vec<f64>,
    /// How far the filter rings, in samples.
    reach: usize,
    block: Vec<f64>,
    bins: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
}

impl fmt::Debug for OctaveFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OctaveFilter")
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

impl OctaveFilter {
    /// The filter of the octave around `centre` Hz.
    pub fn new(centre: f64, rate: f64, planner: &mut RealFftPlanner<f64>) -> Self {
        let reach = (REACH_S * rate * CENTRES_HZ[0] / centre).ceil() as usize;
        let size = (4 * reach).next_power_of_two().max(LEAST_SIZE);
        let forward = planner.plan_fft_forward(size);
        let inverse = planner.plan_fft_inverse(size);
        let octave = Octave::new(centre, rate);
        let gain = |bin: usize| {
            let gain = octave.power(bin as f64 * rate / size as f64).sqrt();
            // The ends of the spectrum stay real: there the band is nothing.
            if gain < 1e-9 { 0.0 } else { gain / size as f64 }
        };
        Self {
            gains: (0..=size / 2).map(gain).collect(),
            reach,
            block: forward.make_input_vec(),
            bins: forward.make_output_vec(),
            scratch: vec![
                Complex::default();
                forward.get_scratch_len().max(inverse.get_scratch_len())
            ],
            forward,
            inverse,
        }
    }

    /// The band in a range of a signal, piece after piece in order. Outside of the signal is silence. `None`
    /// as soon as `cancelled` says so, which is asked before every transform.
    pub fn run(
        &mut self,
        samples: &[f32],
        range: Range<usize>,
        cancelled: &dyn Fn() -> bool,
        mut take: impl FnMut(&[f64]),
    ) -> Option<()> {
        let hop = self.block.len() - 2 * self.reach;
        for start in range.clone().step_by(hop) {
            if cancelled() {
                return None;
            }
            // The block begins `reach` samples before what is made of it.
            let before = self.reach.saturating_sub(start);
            let from = (start + before - self.reach).min(samples.len());
            self.block.fill(0.0);
            let slots = self.block[before..].iter_mut();
            for (slot, &sample) in slots.zip(&samples[from..]) {
                *slot = f64::from(sample);
            }
            // The lengths are those of the plan, so that neither can fail.
            let done = self.forward.process_with_scratch(
                &mut self.block,
                &mut self.bins,
                &mut self.scratch,
            );
            if done.is_err() || cancelled() {
                return None;
            }
            for (bin, gain) in self.bins.iter_mut().zip(&self.gains) {
                *bin *= gain;
            }
            self.inverse
                .process_with_scratch(&mut self.bins, &mut self.block, &mut self.scratch)
                .ok()?;
            let end = (start + hop).min(range.end);
            take(&self.block[self.reach..][..end - start]);
        }
        Some(())
    }
}
