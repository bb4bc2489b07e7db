//! The spectrum of what sounds now, for drawing: levels in bands of equal musical width.
//!
//! Off the audio thread; some ten microseconds a channel.

use super::fft::Fft;
use super::math::{db_of_power, exp2, log2};

/// Samples of one spectrum: 85 ms at 48 kHz.
pub const SPECTRUM_SAMPLES: usize = 4096;
/// Levels of one spectrum, at equal musical intervals from [`SPECTRUM_LOWEST_HZ`] to [`SPECTRUM_HIGHEST_HZ`].
pub const SPECTRUM_POINTS: usize = 121;
/// Where the first level is, in Hz.
pub const SPECTRUM_LOWEST_HZ: f64 = 20.0;
/// Where the last level is, in Hz.
pub const SPECTRUM_HIGHEST_HZ: f64 = 20_000.0;
/// What is below this is silence, in dB.
pub const SPECTRUM_FLOOR_DB: f32 = -120.0;

/// Half the width of a band, in octaves.
const HALF_BAND: f64 = 1.0 / 12.0;

/// The levels of one spectrum, in dB: a sine at full scale is 0, pink noise is level.
pub type SpectrumLevels = [f32; SPECTRUM_POINTS];

/// Makes spectra of the newest samples. Not real-time: made once, it allocates no more.
pub struct SpectrumAnalyzer {
    fft: Fft<f32>,
    window: Vec<f32>,
    frame: Vec<f32>,
    re: Vec<f32>,
    im: Vec<f32>,
    /// The power of all bins below each.
    below: Vec<f64>,
}

impl std::fmt::Debug for SpectrumAnalyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SpectrumAnalyzer").finish_non_exhaustive()
    }
}

impl Default for SpectrumAnalyzer {
    fn default() -> Self {
        let fft = Fft::new(SPECTRUM_SAMPLES);
        let bins = fft.bins();
        let turn = std::f64::consts::TAU / SPECTRUM_SAMPLES as f64;
        let window = |index: usize| (0.5 - 0.5 * (index as f64 * turn).cos()) as f32;
        Self {
            fft,
            window: (0..SPECTRUM_SAMPLES).map(window).collect(),
            frame: vec![0.0; SPECTRUM_SAMPLES],
            re: vec![0.0; bins],
            im: vec![0.0; bins],
            below: vec![0.0; bins + 1],
        }
    }
}

impl SpectrumAnalyzer {
    /// The levels of the last [`SPECTRUM_SAMPLES`] of these channels, as the mean of their powers, at a rate in Hz. What a
    /// channel lacks is silence.
    pub fn measure(&mut self, channels: &[&[f32]], rate: f64) -> SpectrumLevels {
        let mut power = vec![0.0_f64; self.re.len()];
        for channel in channels {
            let samples = &channel[channel.len().saturating_sub(SPECTRUM_SAMPLES)..];
            self.frame.fill(0.0);
            let windowed = samples
                .iter()
                .zip(&self.window)
                .map(|(x, weight)| x * weight);
            for (place, x) in self.frame.iter_mut().zip(windowed) {
                *place = x;
            }
            self.fft.forward(&self.frame, &mut self.re, &mut self.im);
            for (sum, (re, im)) in power.iter_mut().zip(self.re.iter().zip(&self.im)) {
                *sum += f64::from(re * re + im * im);
            }
        }
        // A windowed sine at full scale has this much in all bins together.
        let size = SPECTRUM_SAMPLES as f64;
        let whole = 3.0 / 32.0 * size * size * channels.len().max(1) as f64;
        let mut sum = 0.0;
        for (place, power) in self.below.iter_mut().skip(1).zip(&power) {
            sum += power / whole;
            *place = sum;
        }
        let bin = |hz: f64| hz / rate.max(1.0) * size + 0.5;
        std::array::from_fn(|point| {
            let hz = point_hz(point);
            let (from, to) = (bin(hz * exp2(-HALF_BAND)), bin(hz * exp2(HALF_BAND)));
            let power = self.until(to) - self.until(from);
            (db_of_power(power.max(1e-30)) as f32).max(SPECTRUM_FLOOR_DB)
        })
    }

    /// The power below a place among the bins, which may lie within one.
    fn until(&self, bin: f64) -> f64 {
        let last = self.below.len() - 1;
        let bin = bin.clamp(0.0, last as f64);
        let index = (bin as usize).min(last - 1);
        let (low, high) = (self.below[index], self.below[index + 1]);
        low + (high - low) * (bin - index as f64)
    }
}

/// Where a level of a spectrum is, in Hz.
#[must_use]
pub fn point_hz(point: usize) -> f64 {
    let octaves = log2(SPECTRUM_HIGHEST_HZ / SPECTRUM_LOWEST_HZ);
    SPECTRUM_LOWEST_HZ * exp2(octaves * point as f64 / (SPECTRUM_POINTS - 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(hz: f64, rate: f64) -> Vec<f32> {
        let turn = std::f64::consts::TAU * hz / rate;
        let samples = 0..SPECTRUM_SAMPLES;
        samples.map(|i| (turn * i as f64).sin() as f32).collect()
    }

    #[test]
    fn a_sine_stands_where_it_is_and_at_its_level() {
        let mut analyzer = SpectrumAnalyzer::default();
        for rate in [44_100.0, 48_000.0, 96_000.0] {
            for point in [48, 60, 84, 100] {
                let hz = point_hz(point);
                let levels = analyzer.measure(&[&sine(hz, rate)], rate);
                let loudest = (0..SPECTRUM_POINTS).max_by(|a, b| levels[*a].total_cmp(&levels[*b]));
                let loudest = loudest.expect("some");
                assert!(
                    loudest.abs_diff(point) <= 1,
                    "{rate}: {loudest} for {point}"
                );
                assert!(levels[point].abs() < 1.5, "{rate}: {}", levels[point]);
                assert!(levels[point - 24] < -60.0 && levels[(point + 24).min(120)] < -60.0);
            }
        }
    }

    #[test]
    fn silence_and_no_samples_are_at_the_floor() {
        let mut analyzer = SpectrumAnalyzer::default();
        for channels in [&[][..], &[&[][..]][..], &[&[0.0; 100][..]][..]] {
            let levels = analyzer.measure(channels, 48_000.0);
            assert!(levels.iter().all(|level| *level == SPECTRUM_FLOOR_DB));
        }
    }
}
