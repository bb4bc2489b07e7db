//! What was played, and where the recording has it: by its marks, which set the clock right as well. A sweep without marks
//! is where the whole recording, divided by it, is loudest.

use super::clock::{self, Drift, Slowed};
use super::divide::Divider;
use super::marks::{self, Found};
use super::reference::{Pass, Played, Reference, identify};
use super::sweep::{Sweep, SweepSpec};
use super::{CaptureError, MAX_FRAMES};
use crate::decode::Audio;

/// How much louder than the rest a sweep must be that is there: noise alone reaches 6.
pub(super) const CERTAIN: f64 = 8.0;

/// What was played, and where the recording has it.
pub(super) struct Placed {
    pub reference: Reference,
    /// The frame of the recording at which what was played begins.
    pub offset: i64,
    /// How the clocks differed, if there are marks.
    pub drift: Option<Drift>,
}

/// Finds what was played, and sets the clock of the recording right.
pub(super) fn placed(
    recording: &mut Audio,
    played: &Played,
    notes: &mut Vec<String>,
    cancelled: &dyn Fn() -> bool,
) -> Result<Placed, CaptureError> {
    let rate = recording.rate;
    let band = marks::band(match played {
        Played::Default => rate,
        Played::Sweep(sweep) => sweep.spec().rate,
        Played::File(file) => file.rate,
    });
    let mut found: Option<Found> = None;
    for row in &recording.channels {
        let here = marks::find(row, rate, band, cancelled)?;
        let likeness = |found: Option<Found>| found.map_or(0.0, |found| found.likeness);
        if likeness(here) > likeness(found) {
            found = here;
        }
    }
    let Placed {
        reference,
        mut offset,
        drift,
    } = match played {
        Played::Sweep(sweep) => located(
            recording,
            Reference::of_sweep(sweep, rate),
            found,
            band,
            cancelled,
        )?,
        Played::File(file) => {
            let reference = Reference::of_file(file, rate, cancelled)?;
            located(recording, reference, found, band, cancelled)?
        }
        Played::Default => unnamed(recording, found, band, cancelled)?,
    };
    if reference.marks.is_some() && drift.is_none() {
        notes.push(
            "the marks can not be told in the recording: the drift of the clocks is not known"
                .into(),
        );
    }
    if let Some(drift) = drift.filter(Drift::is_certain) {
        let slowed = Slowed::by(drift.share);
        for row in &mut recording.channels {
            *row = slowed.of(row, cancelled)?;
        }
        // The mark was found where the fast clock had it.
        let (first, _) = reference.marks.unwrap_or_default();
        let first = first as i64;
        offset = ((offset + first) as f64 / (1.0 + drift.share)).round() as i64 - first;
    }
    Ok(Placed {
        reference,
        offset,
        drift,
    })
}

/// Finds what is known, by its marks or by itself.
fn located(
    recording: &Audio,
    reference: Reference,
    found: Option<Found>,
    band: (f64, f64),
    cancelled: &dyn Fn() -> bool,
) -> Result<Placed, CaptureError> {
    if let (Some(found), Some((first, last))) = (found, reference.marks) {
        let offset = (found.first as f64 - first).round() as i64;
        let is_near = ((found.last - found.first) as f64 / (last - first) - 1.0).abs()
            < 2.0 * clock::MOST_DRIFT;
        let drift = drift(recording, &reference, offset, band).filter(|_| is_near);
        if drift.is_some() {
            return Ok(Placed {
                reference,
                offset,
                drift,
            });
        }
    }
    let Some(pass) = reference.passes.first() else {
        return Err(no_sweep());
    };
    let top = (f64::from(recording.rate), reference.law.high_hz);
    let offset = without_marks(&recording.channels, pass, top, cancelled)? - pass.start as i64;
    let drift = drift(recording, &reference, offset, band);
    Ok(Placed {
        reference,
        offset,
        drift,
    })
}

/// Finds a default sweep. In a room where hardly anything comes straight from the loudspeaker a mark is not like a mark
/// any more; then it is the sweep of 20 s, or none that is known.
fn unnamed(
    recording: &Audio,
    found: Option<Found>,
    band: (f64, f64),
    cancelled: &dyn Fn() -> bool,
) -> Result<Placed, CaptureError> {
    let rate = recording.rate;
    if let Some(found) = found {
        let sweep = identify(&found, rate);
        let reference = sweep.map(|sweep| Reference::of_sweep(&sweep, rate));
        let placed = reference.and_then(|reference| {
            let (first, _) = reference.marks?;
            let offset = (found.first as f64 - first).round() as i64;
            let drift = Some(drift(recording, &reference, offset, band)?);
            Some(Placed {
                reference,
                offset,
                drift,
            })
        });
        if let Some(placed) = placed {
            return Ok(placed);
        }
    }
    let unknown = || {
        CaptureError::recording(
            "the marks before and after a sweep can not be told in it: --sweep FILE says what was played",
        )
    };
    let mut offset = None;
    for passes in [1, 2] {
        let spec = SweepSpec {
            passes,
            ..SweepSpec::new(rate)
        };
        let reference = Reference::of_sweep(&Sweep::new(spec)?, rate);
        let Some(pass) = reference.passes.first() else {
            break;
        };
        let at = match offset {
            Some(at) => at,
            None => {
                let top = (f64::from(rate), reference.law.high_hz);
                let at = without_marks(&recording.channels, pass, top, cancelled);
                let at = at.map_err(|error| match error {
                    CaptureError::Cancelled => error,
                    _ => unknown(),
                })?;
                at - pass.start as i64
            }
        };
        offset = Some(at);
        let drift = drift(recording, &reference, at, band);
        if drift.is_some() {
            return Ok(Placed {
                reference,
                offset: at,
                drift,
            });
        }
    }
    Err(unknown())
}

/// The drift by the marks, which are where what was played has them, from the channel that knows it best.
fn drift(recording: &Audio, reference: &Reference, offset: i64, band: (f64, f64)) -> Option<Drift> {
    let (first, last) = reference.marks?;
    let at = usize::try_from((offset as f64 + first).round() as i64).ok()?;
    let rate = f64::from(recording.rate);
    let rows = recording.channels.iter();
    let drifts = rows.filter_map(|row| clock::drift(row, (at, last - first), (rate, band)));
    drifts.min_by(|a, b| a.error.total_cmp(&b.error))
}

/// The frame of the recording at which a pass begins.
fn without_marks(
    recording: &[Vec<f32>],
    pass: &Pass,
    rate_and_top: (f64, f64),
    cancelled: &dyn Fn() -> bool,
) -> Result<i64, CaptureError> {
    let frames = recording.first().map_or(0, Vec::len) + pass.samples.len();
    if frames > 2 * MAX_FRAMES {
        return Err(CaptureError::recording(
            "it is too long to look for a sweep without marks: leave out what is before and after it",
        ));
    }
    let divider = Divider::new(&pass.samples, frames, rate_and_top, cancelled)?;
    let mut best = (0.0, 0);
    for channel in recording {
        let samples = channel.iter().map(|&sample| f64::from(sample));
        let quotient = divider.divide_roughly(samples, cancelled)?;
        let (mut loudest, mut sum) = ((0.0, 0), 0.0);
        for (frame, sample) in quotient.iter().enumerate() {
            sum += sample * sample;
            if sample.abs() > loudest.0 {
                loudest = (sample.abs(), frame);
            }
        }
        let above = loudest.0 / (sum / quotient.len() as f64).sqrt().max(f64::MIN_POSITIVE);
        if above > best.0 {
            best = (above, loudest.1);
        }
    }
    if best.0 < CERTAIN {
        return Err(no_sweep());
    }
    // What lies before the beginning is at the end.
    let size = divider.size();
    let recorded = frames - pass.samples.len();
    Ok(match best.1 < recorded {
        true => best.1 as i64,
        false => best.1 as i64 - size as i64,
    })
}

/// What is said where the recording is of something else.
pub(super) fn no_sweep() -> CaptureError {
    CaptureError::recording("this sweep is not in it: --sweep FILE says which was played")
}
