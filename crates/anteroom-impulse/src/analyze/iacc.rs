//! How much the two ears hear the same: the interaural cross-correlation.
//!
//! Early and late are cut out first and filtered into octaves then, with all that the filters ring: so the
//! coefficients do not depend on the phase of the filters, and can be read off the spectra of the
//! correlations, whose size does not depend on the length of the sound.
//!
//! Source: ISO 3382-1:2009, annex B; T. Hidaka, L. L. Beranek and T. Okano, "Interaural cross-correlation,
//! lateral fraction, and low- and high-frequency sound levels as measures of acoustical quality in concert
//! halls", JASA 98 (1995), for the means over three octaves.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use serde::{Deserialize, Serialize};

use super::octave::{Octave, fits};
use super::onset_with;
use crate::Impulse;

/// The octaves that the standard names, in Hz.
const BANDS_HZ: [f64; 6] = [125.0, 250.0, 500.0, 1e3, 2e3, 4e3];
/// The octaves of the means E3 and L3.
const MIDDLE_HZ: [f64; 3] = [500.0, 1e3, 2e3];
/// Where early ends and late begins, in seconds from the onset.
const BORDER_S: f64 = 0.08;
/// What comes later than this is not heard any more, in seconds from the onset.
const END_S: f64 = 10.0;
/// How long the filter of the lowest octave rings, in seconds: down to -139 dB.
const REACH_S: f64 = 0.15;
/// A band with less of a part's energy than this has nothing in it but rounding.
const LEAST: f64 = 1e-12;

/// The interaural cross-correlation coefficients of left and right: the largest magnitude of the normalised
/// correlation at lags up to 1 ms. 1 is the same at both ears, 0 has nothing in common.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Iacc {
    /// `IACC_E3`: the mean of the first 80 ms at 500, 1000 and 2000 Hz.
    pub e3: Option<f64>,
    /// `IACC_L3`: the mean of what comes after 80 ms at 500, 1000 and 2000 Hz.
    pub l3: Option<f64>,
    /// By octave band from 125 to 4000 Hz, as far as the sample rate reaches.
    pub bands: Vec<IaccBand>,
}

/// The coefficients of one octave; `None` is "not measurable here".
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IaccBand {
    /// The centre of the octave in Hz.
    pub centre_hz: f64,
    /// The first 80 ms from the onset of the channel that begins first.
    pub early: Option<f64>,
    /// From there to the end, or to 10 s after the onset.
    pub late: Option<f64>,
}

impl Iacc {
    /// Measures an impulse of two channels, or of four with a source in the middle: left is L>L with R>L,
    /// right is L>R with R>R. The outer `None` is for `cancelled`; the inner one for other impulses.
    pub(super) fn of(
        impulse: &Impulse,
        planner: &mut RealFftPlanner<f64>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Option<Self>> {
        let rate = f64::from(impulse.rate);
        let Some([left, right]) = ears(&impulse.channels) else {
            return Some(None);
        };
        let is_silent = |row: &[f32]| row.iter().all(|&sample| sample == 0.0);
        let sounding = [&left, &right].into_iter().filter(|row| !is_silent(row));
        let onsets = sounding.map(|row| onset_with(row, 20.0, cancelled));
        let onset = onsets.collect::<Option<Vec<_>>>()?.into_iter().min();
        let start = onset.unwrap_or(0);
        let end = left.len().min(start + (END_S * rate) as usize);
        let border = end.min(start + (BORDER_S * rate).round() as usize);
        let mut correlator = Correlator::new(rate, planner);
        let mut part =
            |from, to| correlator.coefficients(&left[from..to], &right[from..to], cancelled);
        let (early, late) = (part(start, border)?, part(border, end)?);
        let centres = BANDS_HZ.into_iter().filter(|&centre| fits(centre, rate));
        let bands = centres.zip(early.into_iter().zip(late));
        let bands = bands.map(|(centre_hz, (early, late))| IaccBand {
            centre_hz,
            early,
            late,
        });
        let bands: Vec<_> = bands.collect();
        Some(Some(Self {
            e3: mean(&bands, |band| band.early),
            l3: mean(&bands, |band| band.late),
            bands,
        }))
    }
}

/// What the ears hear of a source in the middle.
fn ears(channels: &[Vec<f32>]) -> Option<[Cow<'_, [f32]>; 2]> {
    let both = |one: &[f32], other: &[f32]| -> Vec<f32> {
        one.iter()
            .zip(other)
            .map(|(one, other)| one + other)
            .collect()
    };
    match channels {
        [left, right] => Some([left.into(), right.into()]),
        [ll, lr, rl, rr] => Some([both(ll, rl).into(), both(lr, rr).into()]),
        _ => None,
    }
}

/// The mean over the octaves in the middle, if all are known.
fn mean(bands: &[IaccBand], part: impl Fn(&IaccBand) -> Option<f64>) -> Option<f64> {
    let middle = bands
        .iter()
        .filter(|band| MIDDLE_HZ.contains(&band.centre_hz));
    let known: Vec<f64> = middle.filter_map(part).collect();
    (known.len() == MIDDLE_HZ.len()).then(|| known.iter().sum::<f64>() / known.len() as f64)
}

/// Correlates two signals by octave bands.
struct Correlator {
    rate: f64,
    /// The largest lag in samples, 1 ms.
    lags: usize,
    /// The lag that stands in the middle of a correlation: as far as the filters ring from there.
    middle: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
}

impl fmt::Debug for Correlator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Correlator")
            .field("middle", &self.middle)
            .finish_non_exhaustive()
    }
}

impl Correlator {
    fn new(rate: f64, planner: &mut RealFftPlanner<f64>) -> Self {
        let lags = (rate / 1000.0) as usize;
        let middle = lags + (REACH_S * rate) as usize;
        let size = (4 * middle).next_power_of_two().max(16);
        Self {
            rate,
            lags,
            middle,
            forward: planner.plan_fft_forward(size),
            inverse: planner.plan_fft_inverse(size),
        }
    }

    /// The coefficients of all bands; `None` for a band with nothing in it. The outer `None` is for `cancelled`.
    fn coefficients(
        &mut self,
        left: &[f32],
        right: &[f32],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Option<f64>>> {
        let pairs = [(left, left), (right, right), (left, right)];
        let mut spectra = Vec::new();
        for (one, other) in pairs {
            spectra.push(self.spectrum(one, other, cancelled)?);
        }
        let energy = |row: &[f32]| row.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>();
        let least = [energy(left) * LEAST, energy(right) * LEAST];
        let mut found = Vec::new();
        for centre in BANDS_HZ
            .into_iter()
            .filter(|&centre| fits(centre, self.rate))
        {
            let gains = self.gains(centre);
            let mut energies = [0.0; 2];
            for (energy, spectrum) in energies.iter_mut().zip(&spectra) {
                *energy = self.band(spectrum, &gains, cancelled)?[self.middle];
            }
            let both = self.band(&spectra[2], &gains, cancelled)?;
            let near = &both[self.middle - self.lags..=self.middle + self.lags];
            let largest = near
                .iter()
                .fold(0.0f64, |most, value| most.max(value.abs()));
            // Rounding may put the same signal twice a hair above 1.
            let value = (largest / (energies[0] * energies[1]).sqrt()).min(1.0);
            let is_there = energies[0] > least[0] && energies[1] > least[1];
            found.push((is_there && value.is_finite()).then_some(value));
        }
        Some(found)
    }

    /// The spectrum of the correlation of two signals, gathered block by block.
    fn spectrum(
        &self,
        one: &[f32],
        other: &[f32],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Complex<f64>>> {
        let mut block = self.forward.make_input_vec();
        let mut here = self.forward.make_output_vec();
        let (mut there, mut sum) = (here.clone(), here.clone());
        // The second signal's block reaches further on both sides, so that nothing comes round.
        let hop = block.len() - 2 * self.middle;
        for start in (0..one.len()).step_by(hop) {
            let end = one.len().min(start + hop);
            block.fill(0.0);
            copy(&mut block, &one[start..end]);
            self.forward.process(&mut block, &mut here).ok()?;
            if cancelled() {
                return None;
            }
            block.fill(0.0);
            let before = self.middle.saturating_sub(start);
            let wide = start + before - self.middle..other.len().min(end + self.middle);
            copy(&mut block[before..], &other[wide]);
            self.forward.process(&mut block, &mut there).ok()?;
            for ((sum, here), there) in sum.iter_mut().zip(&here).zip(&there) {
                *sum += here.conj() * there;
            }
            if cancelled() {
                return None;
            }
        }
        Some(sum)
    }

    /// What an octave filter does to the power of each bin, with the scale of the transforms in it.
    fn gains(&self, centre: f64) -> Vec<f64> {
        let octave = Octave::new(centre, self.rate);
        let size = self.forward.len();
        let step = self.rate / size as f64;
        let gain = |bin: usize| octave.power(bin as f64 * step) / size as f64;
        (0..=size / 2).map(gain).collect()
    }

    /// The correlation in one band.
    fn band(
        &self,
        spectrum: &[Complex<f64>],
        gains: &[f64],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<f64>> {
        let mut made = self.inverse.make_output_vec();
        let bins = spectrum.iter().zip(gains);
        let mut bins: Vec<_> = bins.map(|(value, gain)| value * gain).collect();
        // The ends of the spectrum are real, because the band has nothing there.
        self.inverse.process(&mut bins, &mut made).ok()?;
        (!cancelled()).then_some(made)
    }
}

fn copy(to: &mut [f64], from: &[f32]) {
    for (slot, &sample) in to.iter_mut().zip(from) {
        *slot = f64::from(sample);
    }
}
