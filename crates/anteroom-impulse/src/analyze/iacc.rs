//! How much the two ears hear the same: the interaural cross-correlation.
//!
//! Source: ISO 3382-1:2009, annex B; T. Hidaka, L. L. Beranek and T. Okano, "Interaural cross-correlation,
//! lateral fraction, and low- and high-frequency sound levels as measures of acoustical quality in concert
//! halls", JASA 98 (1995), for the means over three octaves.

use std::borrow::Cow;
use std::ops::Range;

use realfft::RealFftPlanner;
use serde::{Deserialize, Serialize};

use super::octave::{OctaveFilter, fits};
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
/// A part with less of its band's energy than this has nothing to compare but what the filter rings: -60 dB.
const LEAST: f64 = 1e-6;

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
    /// From the onset of the first channel that begins to 80 ms after it.
    pub early: Option<f64>,
    /// From there to the end, or to 10 s after the onset.
    pub late: Option<f64>,
}

impl Iacc {
    /// Measures an impulse of two channels, or of four with a source in the middle: left is L>L with R>L,
    /// right is L>R with R>R. The outer `None` is for `cancelled`; the inner one for other impulses.
    pub(super) fn of(impulse: &Impulse, cancelled: &dyn Fn() -> bool) -> Option<Option<Self>> {
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
        let mut correlator = Correlator::new(rate);
        let mut bands = Vec::new();
        for centre_hz in BANDS_HZ.into_iter().filter(|&centre| fits(centre, rate)) {
            let mut filter = OctaveFilter::new(centre_hz, rate);
            let mut band = |row: &[f32]| -> Option<Vec<f64>> {
                let mut made = Vec::with_capacity(end - start);
                let take = |piece: &[f64]| made.extend_from_slice(piece);
                filter.run(row, start..end, cancelled, take)?;
                Some(made)
            };
            let pair = [band(&left)?, band(&right)?];
            let mut part = |range| correlator.coefficient(&pair, range, cancelled);
            bands.push(IaccBand {
                centre_hz,
                early: part(0..border - start)?,
                late: part(border - start..end - start)?,
            });
        }
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

/// Correlates two signals at lags up to 1 ms, block by block in the frequency domain.
struct Correlator {
    lags: usize,
    size: usize,
    planner: RealFftPlanner<f64>,
}

impl Correlator {
    fn new(rate: f64) -> Self {
        let lags = (rate / 1000.0) as usize;
        Self {
            lags,
            size: (64 * lags).next_power_of_two().max(4096),
            planner: RealFftPlanner::new(),
        }
    }

    /// The coefficient of a part of two signals. The outer `None` is for `cancelled`, the inner one for a part
    /// with nothing in it.
    fn coefficient(
        &mut self,
        pair: &[Vec<f64>; 2],
        range: Range<usize>,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Option<f64>> {
        let energy = |row: &[f64]| row.iter().map(|sample| sample * sample).sum::<f64>();
        let [one, other] = pair.each_ref().map(|row| {
            let part = &row[range.clone()];
            let energy_of_part = energy(part);
            let least = LEAST * energy(row);
            (energy_of_part > least).then_some((part, energy_of_part))
        });
        let Some(((one, energy_one), (other, energy_other))) = one.zip(other) else {
            return Some(None);
        };
        let largest = self.largest(one, other, cancelled)?;
        // Rounding may put the same signal twice a hair above 1.
        let value = (largest / (energy_one * energy_other).sqrt()).min(1.0);
        Some(value.is_finite().then_some(value))
    }

    /// The largest magnitude of the correlation at any lag.
    fn largest(&mut self, one: &[f64], other: &[f64], cancelled: &dyn Fn() -> bool) -> Option<f64> {
        let (lags, size) = (self.lags, self.size);
        let forward = self.planner.plan_fft_forward(size);
        let inverse = self.planner.plan_fft_inverse(size);
        let mut block = forward.make_input_vec();
        let (mut here, mut there) = (forward.make_output_vec(), forward.make_output_vec());
        let mut sum = forward.make_output_vec();
        // The second signal's block reaches `lags` further on both sides: then nothing comes round.
        let hop = size - 2 * lags;
        for start in (0..one.len()).step_by(hop) {
            if cancelled() {
                return None;
            }
            let end = one.len().min(start + hop);
            block.fill(0.0);
            block[..end - start].copy_from_slice(&one[start..end]);
            forward.process(&mut block, &mut here).ok()?;
            block.fill(0.0);
            let before = lags.saturating_sub(start);
            let from = start + before - lags;
            let wide = &other[from..other.len().min(end + lags)];
            block[before..][..wide.len()].copy_from_slice(wide);
            forward.process(&mut block, &mut there).ok()?;
            for ((sum, here), there) in sum.iter_mut().zip(&here).zip(&there) {
                *sum += here.conj() * there;
            }
        }
        // The ends of a real signal's spectrum are real; the products of real numbers are, too.
        inverse.process(&mut sum, &mut block).ok()?;
        let values = block[..=2 * lags].iter();
        let largest = values.fold(0.0f64, |largest, value| largest.max(value.abs()));
        Some(largest / size as f64)
    }
}
