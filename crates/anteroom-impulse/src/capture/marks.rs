//! Timing marks: short chirps before and after a sweep, and where they are in a recording.
//!
//! A mark is found by how alike the recording is to it, from 0 to 1: how loud it is does not matter, nor does a sweep,
//! which passes through the mark's frequencies much more slowly.

use realfft::RealFftPlanner;

use super::spectral::real_ends;
use super::{CaptureError, wanted};
use crate::math::sin_cos;

/// How long a mark is, in seconds.
pub(super) const MARK_S: f64 = 0.1;
/// The lowest frequency of a mark, and the highest where the rate holds it, in Hz.
const LOW_HZ: f64 = 1000.0;
const HIGH_HZ: f64 = 8000.0;
/// The second mark before two sweeps follows the first after so many seconds.
pub(super) const AGAIN_S: f64 = 0.4;
/// What is less alike is no mark, nor what noise may reach: so many standard deviations.
const LEAST: f64 = 0.12;
const DEVIATIONS: f64 = 8.0;
/// A mark is as loud as this share of the loudest.
const AS_LOUD: f32 = 0.4;
/// A file is as alike as this.
pub(super) const IN_A_FILE: f32 = 0.9;

/// The frequencies of the marks in a file of this rate, in Hz.
pub(super) fn band(rate: u32) -> (f64, f64) {
    (LOW_HZ, HIGH_HZ.min(0.4 * f64::from(rate)))
}

/// A mark of full scale, so many seconds after it began.
pub(super) fn mark(seconds: f64, (low, high): (f64, f64)) -> f64 {
    if !(0.0..MARK_S).contains(&seconds) {
        return 0.0;
    }
    let cycles = low * seconds + (high - low) / (2.0 * MARK_S) * seconds * seconds;
    let turn = |cycles: f64| sin_cos(std::f64::consts::TAU * (cycles - cycles.floor()));
    let window = 0.5 - 0.5 * turn(seconds / MARK_S).1;
    turn(cycles).0 * window
}

/// Marks that were found, in frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// Where the first begins.
    pub first: usize,
    /// Whether it is there twice: two sweeps follow.
    pub twice: bool,
    /// Where the last begins.
    pub last: usize,
    /// How alike the best of them is.
    pub likeness: f32,
}

/// Looks for marks.
pub(super) fn find(
    samples: &[f32],
    rate: u32,
    band: (f64, f64),
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<Found>, CaptureError> {
    let (mut alike, loud) = likeness(samples, rate, band, cancelled)?;
    let best = alike.iter().fold(0.0_f32, |best, &here| best.max(here));
    // A late echo of a mark, alone in silence, is like a mark, but not as loud.
    let both = || alike.iter().zip(&loud);
    let marks = both().filter(|(alike, _)| **alike > best / 2.0);
    let loudest = marks.fold(0.0_f32, |most, (_, &loud)| most.max(loud));
    for (alike, &loud) in alike.iter_mut().zip(&loud) {
        if loud < AS_LOUD * loudest {
            *alike = 0.0;
        }
    }
    let frames = |seconds: f64| (seconds * f64::from(rate)) as usize;
    let least = LEAST.max(DEVIATIONS / (frames(MARK_S).max(1) as f64).sqrt());
    if f64::from(best) < least {
        return Ok(None);
    }
    let is_one = |&here: &f32| here > best / 2.0;
    let best_in = |from: usize, to: usize| {
        let to = to.min(alike.len());
        (from..to).max_by(|&a, &b| alike[a].total_cmp(&alike[b]))
    };
    let (Some(early), Some(late)) = (
        alike.iter().position(is_one),
        alike.iter().rposition(is_one),
    ) else {
        return Ok(None);
    };
    let first = best_in(early, early + frames(0.05)).unwrap_or(early);
    // A reflection follows its mark.
    let last = best_in(late.saturating_sub(frames(0.15)), late + 1).unwrap_or(late);
    if last < first + frames(1.0) {
        return Ok(None);
    }
    let again = first + frames(AGAIN_S);
    let twice = best_in(
        again.saturating_sub(frames(0.002)),
        again + frames(0.002) + 1,
    );
    Ok(Some(Found {
        first,
        twice: twice.is_some_and(|at| alike[at] > alike[first] / 2.0),
        last,
        likeness: best,
    }))
}

/// How alike what begins at each sample is to a mark, 0 to 1, and how loud it is.
fn likeness(
    samples: &[f32],
    rate: u32,
    band: (f64, f64),
    cancelled: &dyn Fn() -> bool,
) -> Result<(Vec<f32>, Vec<f32>), CaptureError> {
    let length = ((MARK_S * f64::from(rate)) as usize).max(1);
    let size = (4 * length).next_power_of_two();
    let hop = size - length;
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(size),
        planner.plan_fft_inverse(size),
    );
    let mut block = forward.make_input_vec();
    let mut sought = forward.make_output_vec();
    let mut bins = forward.make_output_vec();
    let mut energy = 0.0;
    for (frame, slot) in block.iter_mut().enumerate().take(length) {
        *slot = mark(frame as f64 / f64::from(rate), band);
        energy += *slot * *slot;
    }
    let failed = |_| CaptureError::recording("the marks can not be looked for");
    forward.process(&mut block, &mut sought).map_err(failed)?;
    let scale = 1.0 / (size as f64 * f64::sqrt(energy));
    let mut alike = Vec::with_capacity(samples.len());
    let mut loud = Vec::with_capacity(samples.len());
    for start in (0..samples.len()).step_by(hop) {
        wanted(cancelled)?;
        block.fill(0.0);
        let heard = &samples[start..samples.len().min(start + size)];
        for (slot, &sample) in block.iter_mut().zip(heard) {
            *slot = f64::from(sample);
        }
        // The energy from each sample on, as long as a mark is, summed anew in each block.
        let mut around: f64 = block[..length].iter().map(|x| x * x).sum();
        let mut energies = Vec::with_capacity(hop);
        for at in 0..hop {
            energies.push(around);
            around += block[at + length] * block[at + length] - block[at] * block[at];
        }
        forward.process(&mut block, &mut bins).map_err(failed)?;
        for (bin, sought) in bins.iter_mut().zip(&sought) {
            *bin *= sought.conj();
        }
        real_ends(&mut bins);
        inverse.process(&mut bins, &mut block).map_err(failed)?;
        let loudest = energies.iter().fold(0.0_f64, |most, &here| most.max(here));
        for (product, around) in block.iter().zip(&energies).take(samples.len() - start) {
            // What is left of a sum that went up and down again is no energy.
            let alone = *around > loudest * 1e-12 && *around > 1e-18;
            loud.push((product.abs() * scale) as f32);
            alike.push(if alone {
                (product.abs() * scale / around.sqrt()).min(1.0) as f32
            } else {
                0.0
            });
        }
    }
    Ok((alike, loud))
}
