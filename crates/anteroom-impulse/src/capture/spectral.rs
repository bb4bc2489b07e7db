//! Sizes of transforms, the ends of their spectra, and means by third octaves.

use realfft::num_complex::Complex;

/// A size of at least so many samples whose transform is quick, and even.
pub(super) fn quick_size(least: usize) -> usize {
    let least = least.max(16);
    let sizes = [1, 3, 5, 9, 15].map(|odd: usize| {
        let twos = least.div_ceil(odd).next_power_of_two().max(2);
        odd * twos
    });
    sizes.into_iter().min().unwrap_or(least)
}

/// The frequency below which everything is one band, in Hz.
const LOWEST_HZ: f64 = 1.0;

/// The mean power of the bins of each third octave.
#[derive(Clone, Debug)]
pub(super) struct Bands {
    means: Vec<f64>,
}

fn band_of(hz: f64) -> usize {
    match hz < LOWEST_HZ {
        true => 0,
        false => 1 + (3.0 * (hz / LOWEST_HZ).log2()) as usize,
    }
}

/// The middle of a band in Hz.
fn centre(band: usize) -> f64 {
    match band {
        0 => LOWEST_HZ / 2.0,
        _ => LOWEST_HZ * ((band as f64 - 0.5) / 3.0).exp2(),
    }
}

impl Bands {
    /// The means of a spectrum up to half of `rate`.
    pub fn of(bins: &[Complex<f64>], rate: f64) -> Self {
        let step = rate / 2.0 / (bins.len().max(2) - 1) as f64;
        let count = band_of(rate / 2.0) + 1;
        let (mut sums, mut counts) = (vec![0.0; count], vec![0_u32; count]);
        for (number, bin) in bins.iter().enumerate() {
            let band = band_of(number as f64 * step).min(count - 1);
            sums[band] += bin.norm_sqr();
            counts[band] += 1;
        }
        let mut means: Vec<f64> = sums
            .iter()
            .zip(&counts)
            .map(|(sum, &count)| sum / f64::from(count.max(1)))
            .collect();
        // A band without a bin is as the one below it, or as the first that has one.
        let first = counts.iter().position(|&count| count > 0).unwrap_or(0);
        let empty = counts.iter().enumerate().filter(|(_, count)| **count == 0);
        for (band, _) in empty {
            means[band] = means[if band < first { first } else { band - 1 }];
        }
        Self { means }
    }

    /// Another value for each band, from its number and its mean.
    pub fn map(&self, value: impl Fn(usize, f64) -> f64) -> Self {
        let means = self.means.iter().enumerate();
        Self {
            means: means.map(|(band, &mean)| value(band, mean)).collect(),
        }
    }

    /// The value of a band; beyond the last it is the last.
    pub fn get(&self, band: usize) -> f64 {
        let last = self.means.len().saturating_sub(1);
        self.means.get(band.min(last)).copied().unwrap_or(0.0)
    }

    /// The value at a frequency, on lines between the middles of the bands where both axes are logarithmic.
    pub fn at(&self, hz: f64) -> f64 {
        let band = band_of(hz);
        let (low, high) = match hz < centre(band) {
            true => (band.saturating_sub(1), band),
            false => (band, band + 1),
        };
        let (below, above) = (self.get(low).max(1e-300), self.get(high).max(1e-300));
        if low == high || hz <= centre(0) {
            return self.get(band.min(low));
        }
        let share = (hz / centre(low)).ln() / (centre(high) / centre(low)).ln();
        (below.ln() + (above / below).ln() * share).exp()
    }
}

/// The first and the last bin of a real signal have no imaginary part, but by rounding.
pub(super) fn real_ends(bins: &mut [Complex<f64>]) {
    if let Some(first) = bins.first_mut() {
        first.im = 0.0;
    }
    if let Some(last) = bins.last_mut() {
        last.im = 0.0;
    }
}
