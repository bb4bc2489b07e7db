//! Spectra of minimum phase, from their magnitudes alone.
//!
//! Source: A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", chapter on the
//! cepstrum and minimum phase: the cepstrum of the magnitudes, folded onto its first half.

use crate::fft::Fft;

/// Logarithms to base two of a minimum-phase spectrum, one for each bin. They may be added and
/// scaled like any logarithms: the phase follows.
#[derive(Clone, Debug)]
pub(super) struct LogSpectrum {
    /// Of the magnitude.
    pub re: Vec<f32>,
    /// The phase in the same units: radians divided by the natural logarithm of two.
    pub im: Vec<f32>,
}

impl LogSpectrum {
    /// For a transform of `size` samples, a power of two, from the logarithm to base two of the
    /// magnitude at each frequency.
    pub fn new(size: usize, rate: u32, log2_magnitude: impl Fn(f64) -> f64) -> Self {
        let mut fft = Fft::new(size);
        let bins = fft.bins();
        let step = f64::from(rate) / size as f64;
        let mut re: Vec<f32> = (0..bins)
            .map(|bin| log2_magnitude(bin as f64 * step) as f32)
            .collect();
        let mut im = vec![0.0f32; bins];
        let mut cepstrum = vec![0.0f32; size];
        fft.inverse(&re, &im, &mut cepstrum);
        for value in &mut cepstrum[1..size / 2] {
            *value *= 2.0;
        }
        cepstrum[size / 2 + 1..].fill(0.0);
        fft.forward(&cepstrum, &mut re, &mut im);
        Self { re, im }
    }
}
