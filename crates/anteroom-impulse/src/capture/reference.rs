//! What is known of what was played: each sweep, where it begins, and where the marks are.

use std::sync::Arc;

use super::law::Law;
use super::marks::{self, AGAIN_S, Found, MARK_S};
use super::sweep::{Sweep, SweepSpec};
use super::{CaptureError, clock};
use crate::decode::Audio;
use crate::resample;

/// What was played.
#[derive(Clone, Debug)]
pub enum Played {
    /// A sweep as [`SweepSpec::new`] has it, of any length, of one channel or two, and of any usual rate: its marks tell.
    Default,
    /// This sweep.
    Sweep(Sweep),
    /// What this file has: a sweep of Anteroom, or any other, alone in the file, on one channel or on each of two in turn.
    File(Audio),
}

/// One sweep.
#[derive(Clone, Debug)]
pub(super) struct Pass {
    /// Where it begins in what was played.
    pub start: usize,
    pub samples: Arc<Vec<f32>>,
}

/// All that is known. Frames are at the rate of the recording.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub passes: Vec<Pass>,
    /// Where the first mark and the last one begin.
    pub marks: Option<(f64, f64)>,
    pub law: Law,
}

/// The usual rates.
const RATES: [u32; 6] = [48_000, 44_100, 96_000, 88_200, 192_000, 176_400];
/// The correlation of two sweeps that are the same.
const SAME: f64 = 0.999;
/// Samples that are softer than this share of the loudest are silence.
const SILENCE: f32 = 1e-4;

impl Reference {
    /// Of a sweep that was played at its own rate, for a recording at `rate`.
    pub fn of_sweep(sweep: &Sweep, rate: u32) -> Self {
        let own = f64::from(sweep.spec().rate);
        let ratio = f64::from(rate) / own;
        let frames = (sweep.seconds() * f64::from(rate)).ceil() as usize + 1;
        let mut passes: Vec<(f64, Pass)> = Vec::new();
        for pass in 0..sweep.channels() {
            let begins = sweep.start(pass) as f64 * ratio;
            let (start, late) = (begins as usize, begins.fract());
            // Two sweeps that begin alike are one in memory.
            let same = passes.iter().find(|(other, _)| *other == late);
            let samples = match same {
                Some((_, pass)) => Arc::clone(&pass.samples),
                None => {
                    let at = |frame: usize| (frame as f64 - late) / f64::from(rate);
                    let tone = |frame: usize| sweep.tone(at(frame), rate) as f32;
                    Arc::new((0..frames).map(tone).collect())
                }
            };
            passes.push((late, Pass { start, samples }));
        }
        Self {
            passes: passes.into_iter().map(|(_, pass)| pass).collect(),
            marks: Some((
                sweep.first_mark() as f64 * ratio,
                sweep.last_mark() as f64 * ratio,
            )),
            law: Law {
                low_hz: sweep.spec().low_hz,
                high_hz: sweep.spec().high_hz.min(0.47 * f64::from(rate)),
                growth_s: Some(sweep.growth_s()),
            },
        }
    }

    /// Of a file that was played, for a recording at `rate`.
    pub fn of_file(
        file: &Audio,
        rate: u32,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Self, CaptureError> {
        let bad = |reason: &str| CaptureError::recording(format!("the sweep's file: {reason}"));
        if file.channels.len() > 2 {
            return Err(bad("it has more than two channels"));
        }
        if file
            .channels
            .iter()
            .flatten()
            .any(|sample| !sample.is_finite())
        {
            return Err(bad("some of its samples are no numbers"));
        }
        let found = match file.channels.first() {
            Some(first) => marks::find(first, file.rate, marks::band(file.rate), cancelled)?,
            None => None,
        };
        let found = found.filter(|found| found.likeness > marks::IN_A_FILE);
        let frames = |seconds: f64| (seconds * f64::from(file.rate)) as usize;
        let (from, to) = match found {
            Some(found) => {
                let again = if found.twice { AGAIN_S } else { 0.0 };
                (found.first + frames(again + 1.5 * MARK_S), found.last)
            }
            None => (0, usize::MAX),
        };
        let mut played: Vec<(usize, Vec<f32>)> = Vec::new();
        for channel in &file.channels {
            let part = channel.get(from..to.min(channel.len())).unwrap_or_default();
            let loudest = part
                .iter()
                .fold(0.0_f32, |most, sample| most.max(sample.abs()));
            let heard = |sample: &f32| loudest > 0.0 && sample.abs() > SILENCE * loudest;
            let (Some(first), Some(last)) =
                (part.iter().position(heard), part.iter().rposition(heard))
            else {
                continue;
            };
            played.push((from + first, part[first..=last].to_vec()));
        }
        if let [(one, left), (two, right)] = played.as_slice() {
            let alike = left.iter().zip(right).all(|(a, b)| (a - b).abs() <= 1e-4);
            if one.abs_diff(*two) < 2 && alike {
                played.truncate(1);
            } else if two + 1 < one + left.len() {
                return Err(bad("its channels do not play one after the other"));
            }
        }
        let ratio = f64::from(rate) / f64::from(file.rate);
        let mut passes = Vec::new();
        for (start, samples) in played {
            let samples = match rate == file.rate {
                true => samples,
                false => resample::convert(&samples, (file.rate, rate), 1.0, cancelled)
                    .map_err(|_| CaptureError::Cancelled)?,
            };
            let start = (start as f64 * ratio).round() as usize;
            passes.push(Pass {
                start,
                samples: Arc::new(samples),
            });
        }
        let Some(first) = passes.first() else {
            return Err(bad("it is silent"));
        };
        let known = found.and_then(|found| identify(&found, file.rate));
        let known = known.map(|sweep| Self::of_sweep(&sweep, rate));
        let law = match known
            .filter(|known| known.passes.first().is_some_and(|one| is_same(one, first)))
        {
            Some(known) => known.law,
            None => Law::of(&first.samples, f64::from(rate), cancelled)?,
        };
        Ok(Self {
            law: Law {
                high_hz: law.high_hz.min(0.49 * f64::from(rate)),
                ..law
            },
            passes,
            marks: found.map(|found| (found.first as f64 * ratio, found.last as f64 * ratio)),
        })
    }
}

/// Whether two sweeps are the same but for their levels. The first begins where it does; of the other the softest samples
/// are missing.
fn is_same(known: &Pass, file: &Pass) -> bool {
    let Some(missing) = file.start.checked_sub(known.start) else {
        return false;
    };
    let known = known.samples.get(missing..).unwrap_or_default();
    let (mut product, mut powers) = (0.0, (0.0, 0.0));
    for (&one, &other) in known.iter().zip(file.samples.iter()) {
        let (one, other) = (f64::from(one), f64::from(other));
        product += one * other;
        powers = (powers.0 + one * one, powers.1 + other * other);
    }
    product > SAME * f64::sqrt(powers.0 * powers.1)
}

/// The default sweep whose marks are as far apart as those that were found.
pub(super) fn identify(found: &Found, rate: u32) -> Option<Sweep> {
    let distance = (found.last - found.first) as f64 / f64::from(rate);
    let of_rate = |rate: u32| {
        let spec = SweepSpec {
            passes: if found.twice { 2 } else { 1 },
            ..SweepSpec::new(rate)
        };
        let sweeps = (1..).map(|cycles| Sweep::of_cycles(spec, f64::from(cycles)));
        let apart = |sweep: &Sweep| {
            let frames = sweep.last_mark() - sweep.first_mark();
            frames as f64 / f64::from(rate) / distance - 1.0
        };
        let enough = sweeps.take_while(|sweep| sweep.seconds() < distance);
        let near = enough.filter(|sweep| apart(sweep).abs() < clock::MOST_DRIFT);
        near.min_by(|a, b| apart(a).abs().total_cmp(&apart(b).abs()))
    };
    std::iter::once(rate).chain(RATES).find_map(of_rate)
}

#[cfg(test)]
mod tests;
