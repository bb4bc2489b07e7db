//! Which frequencies a sweep from a file has, and whether it is exponential.
//!
//! The mean time of the energy of each third octave, its group delay, tells: in an exponential sweep it grows by the same
//! time from each to the next. Only then do harmonics keep a distance, and can be told apart.

use realfft::RealFftPlanner;

use super::spectral::quick_size;
use super::{CaptureError, wanted};

/// What has less power than this share of the strongest, each weighted by its frequency, is not in the sweep.
const LEAST_POWER: f64 = 0.1;
/// Parts of an octave in which its edges are looked for, and in which the times are.
const EDGE_PARTS: f64 = 48.0;
const TIME_PARTS: f64 = 3.0;
/// The times lie this near to a straight line, as a share of all the time.
const STRAIGHT: f64 = 0.01;

/// What a sweep is made of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Law {
    /// The lowest and the highest frequency in Hz.
    pub low_hz: f64,
    pub high_hz: f64,
    /// The time in which the frequency grows by the factor e, in seconds; `None` if it does not grow so.
    pub growth_s: Option<f64>,
}

/// Sums over the bins of a part of an octave.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    power: f64,
    weighted: f64,
    time: f64,
    pitch: f64,
}

impl Law {
    /// The law of a sweep, from its samples.
    pub fn of(
        samples: &[f32],
        rate: f64,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, CaptureError> {
        let failed = |_| CaptureError::recording("the sweep's spectrum can not be worked out");
        let size = quick_size(samples.len());
        let forward = RealFftPlanner::<f64>::new().plan_fft_forward(size);
        let mut block = forward.make_input_vec();
        let mut bins = forward.make_output_vec();
        let mut later = forward.make_output_vec();
        let put = |block: &mut [f64], weight: &dyn Fn(usize) -> f64| {
            block.fill(0.0);
            for (frame, (slot, &sample)) in block.iter_mut().zip(samples).enumerate() {
                *slot = f64::from(sample) * weight(frame);
            }
        };
        put(&mut block, &|_| 1.0);
        forward.process(&mut block, &mut bins).map_err(failed)?;
        wanted(cancelled)?;
        put(&mut block, &|frame| frame as f64 / rate);
        forward.process(&mut block, &mut later).map_err(failed)?;
        wanted(cancelled)?;
        let step = rate / size as f64;
        // The bins from the first on, lowest first, in parts of an octave.
        let parts = |of_an_octave: f64, from_hz: f64, to_hz: f64| {
            let count = ((to_hz / from_hz).log2() * of_an_octave).ceil().max(1.0) as usize;
            let mut parts = vec![Part::default(); count];
            let first = (from_hz / step).ceil().max(1.0) as usize;
            let last = ((to_hz / step) as usize).min(size / 2);
            let spectra = bins.iter().zip(&later).enumerate();
            for (number, (bin, later)) in spectra.take(last + 1).skip(first) {
                let hz = number as f64 * step;
                let part = ((hz / from_hz).log2() * of_an_octave) as usize;
                let power = bin.norm_sqr();
                let part = &mut parts[part.min(count - 1)];
                part.power += power;
                part.weighted += power * hz;
                // The mean time of a frequency is the real part of one spectrum divided by the other.
                part.time += (later * bin.conj()).re;
                part.pitch += power * hz.ln();
            }
            parts
        };
        let (lowest, highest) = (step.max(1.0), rate / 2.0);
        let fine = parts(EDGE_PARTS, lowest, highest);
        // The mean of a part's bins; near 1 Hz a part may have none.
        let level = |part: usize| {
            let width = lowest * ((part as f64 / EDGE_PARTS).exp2()) * (0.0145 / step);
            fine[part].weighted / width.max(1.0)
        };
        let most = (0..fine.len()).map(level).fold(0.0, f64::max);
        let held = |part: &usize| level(*part) > LEAST_POWER * most;
        let (Some(first), Some(last)) =
            ((0..fine.len()).find(held), (0..fine.len()).rev().find(held))
        else {
            return Err(CaptureError::recording("the sweep is silent"));
        };
        let low_hz = lowest * (first as f64 / EDGE_PARTS).exp2();
        let high_hz = (lowest * ((last + 1) as f64 / EDGE_PARTS).exp2()).min(highest);
        // The ends fade: they are left out.
        let (from, to) = (low_hz * 1.5, high_hz / 1.3);
        let growth_s = match to > 4.0 * from {
            true => line(&parts(TIME_PARTS, from, to), samples.len() as f64 / rate),
            false => None,
        };
        Ok(Self {
            low_hz,
            high_hz,
            growth_s,
        })
    }
}

/// The slope of a line through the mean times over the logarithms of the frequencies, if they lie on one.
fn line(parts: &[Part], seconds: f64) -> Option<f64> {
    // The last part may be a sliver.
    let parts = &parts[..parts.len().saturating_sub(1)];
    let points: Vec<(f64, f64)> = (parts.iter().filter(|part| part.power > 0.0))
        .map(|part| (part.pitch / part.power, part.time / part.power))
        .collect();
    let count = points.len() as f64;
    if points.len() < 4 {
        return None;
    }
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |(x, y), p| (x + p.0, y + p.1));
    let (x, y) = (x / count, y / count);
    let (mut xx, mut xy) = (0.0, 0.0);
    for point in &points {
        xx += (point.0 - x) * (point.0 - x);
        xy += (point.0 - x) * (point.1 - y);
    }
    let slope = xy / xx;
    let away = |point: &(f64, f64)| (point.1 - y - slope * (point.0 - x)).abs();
    let worst = points.iter().map(away).fold(0.0, f64::max);
    (slope > 0.0 && worst < STRAIGHT * seconds).then_some(slope)
}
