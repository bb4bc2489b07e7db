//! Octave bands without a shift in time: Butterworth's magnitude, and no phase.
//!
//! The whole response is filtered in one transform. A causal filter would delay the low bands and
//! move energy across the 50 and 80 ms borders; without phase, what a band rings goes to both sides
//! alike. Source of the centres and edges: IEC 61260-1, base-two.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

use crate::math::sin_cos;

/// The centres of the octave bands in Hz.
pub const CENTRES_HZ: [f64; 9] = [63.0, 125.0, 250.0, 500.0, 1e3, 2e3, 4e3, 8e3, 16e3];

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

/// The octave bands that fit below the Nyquist frequency, one after the other.
pub(super) fn split(samples: &[f64], rate: f64) -> impl Iterator<Item = (f64, Vec<f64>)> {
    // Room for half a second of ringing, so that the end does not come round to the beginning.
    let size = fast_size(samples.len() + (rate / 2.0) as usize);
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(size),
        planner.plan_fft_inverse(size),
    );
    let mut padded = samples.to_vec();
    padded.resize(size, 0.0);
    let mut spectrum = forward.make_output_vec();
    let transformed = forward.process(&mut padded, &mut spectrum).is_ok();
    let (frames, mut bins) = (samples.len(), inverse.make_input_vec());
    let centres = CENTRES_HZ.into_iter().filter(move |centre| {
        transformed && frames > 0 && centre * std::f64::consts::SQRT_2 < rate / 2.0
    });
    centres.map(move |centre| {
        let step = rate / size as f64;
        let octave = Octave::new(centre, rate);
        for (i, (bin, &from)) in bins.iter_mut().zip(&spectrum).enumerate() {
            let gain = octave.power(i as f64 * step).sqrt() / size as f64;
            *bin = if gain < 1e-9 {
                Complex::default()
            } else {
                from * gain
            };
        }
        let mut band = inverse.make_output_vec();
        // The ends of the spectrum are real by construction: the bands end before them.
        if inverse.process(&mut bins, &mut band).is_err() {
            band.fill(0.0);
        }
        band.truncate(frames);
        (centre, band)
    })
}

/// The next even length that transforms quickly: a power of two or three quarters of one.
fn fast_size(least: usize) -> usize {
    let three = least.div_ceil(3).next_power_of_two().max(2) * 3;
    least.next_power_of_two().max(2).min(three)
}
