//! Spectra and levels of impulses, for tests.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// The bins of `samples` from 0 Hz to half the rate, and their distance in Hz.
pub fn spectrum(samples: &[f32], rate: u32) -> (Vec<Complex<f32>>, f64) {
    let size = samples.len().max(rate as usize).next_power_of_two();
    let mut bins: Vec<Complex<f32>> = samples.iter().map(|&x| x.into()).collect();
    bins.resize(size, Complex::default());
    FftPlanner::new().plan_fft_forward(size).process(&mut bins);
    bins.truncate(size / 2 + 1);
    (bins, f64::from(rate) / size as f64)
}

/// The mean power of the bins from `low` to `high` Hz, in dB.
pub fn band_db((bins, step_hz): &(Vec<Complex<f32>>, f64), (low, high): (f64, f64)) -> f64 {
    let range = (low / step_hz).ceil() as usize..((high / step_hz) as usize + 1).min(bins.len());
    let count = range.len() as f64;
    let power: f64 = bins[range]
        .iter()
        .map(|bin| f64::from(bin.norm_sqr()))
        .sum();
    10.0 * (power / count).log10()
}

/// What is left between `low` and `high` Hz, with edges as soft as an eighth of each.
pub fn band_pass(samples: &[f32], rate: u32, (low, high): (f64, f64)) -> Vec<f32> {
    let (mut bins, step_hz) = spectrum(samples, rate);
    for (i, bin) in bins.iter_mut().enumerate() {
        let hz = i as f64 * step_hz;
        let up = ((hz / low - 0.875) * 4.0).clamp(0.0, 1.0);
        let down = ((1.125 - hz / high) * 4.0).clamp(0.0, 1.0);
        let ease = |x: f64| x * x * (3.0 - 2.0 * x);
        *bin *= (ease(up) * ease(down)) as f32;
    }
    let size = 2 * (bins.len() - 1);
    let opposite: Vec<_> = bins[1..size / 2]
        .iter()
        .rev()
        .map(|bin| bin.conj())
        .collect();
    bins.extend(opposite);
    FftPlanner::new().plan_fft_inverse(size).process(&mut bins);
    let scale = 1.0 / size as f32;
    let samples = bins.iter().take(samples.len());
    samples.map(|bin| bin.re * scale).collect()
}

/// The power over `window` samples from each sample on, in dB.
pub fn levels(samples: &[f32], window: usize) -> Vec<f64> {
    let square = |x: f32| f64::from(x) * f64::from(x);
    let mut sum: f64 = samples[..window].iter().map(|&x| square(x)).sum();
    let mut out = Vec::with_capacity(samples.len() - window);
    for i in window..samples.len() {
        out.push(10.0 * (sum.max(0.0) / window as f64 + 1e-30).log10());
        sum += square(samples[i]) - square(samples[i - window]);
    }
    out
}

/// The normalised echo density at a sample, in a Hann window of `half` samples on either side: 0 for one echo, 1 for
/// Gaussian noise. Source: J. S. Abel and P. Huang, "A simple, robust measure of reverberation echo density", AES
/// Convention 121 (2006).
pub fn echo_density(samples: &[f32], at: usize, half: usize) -> f64 {
    let around = &samples[at - half..at + half + 1];
    let weight = |i: usize| 1.0 - (std::f64::consts::PI * i as f64 / half as f64).cos();
    let all: f64 = (0..around.len()).map(weight).sum();
    let square = |x: f32| f64::from(x) * f64::from(x);
    let power = around.iter().enumerate();
    let power: f64 = power.map(|(i, &x)| weight(i) * square(x)).sum::<f64>() / all;
    let over = around
        .iter()
        .enumerate()
        .filter(|(_, x)| square(**x) > power);
    over.map(|(i, _)| weight(i)).sum::<f64>() / all / 0.317_310_508
}
