//! The whole way from the recording of a sweep to an impulse.

use std::sync::Arc;

use super::check::checked;
use super::divide::Divider;
use super::finish::{Begin, begin, finish};
use super::harmonics::{self, Harmonics};
use super::place::{self, Placed, placed};
use super::quality::SweepFound;
use super::reference::{Pass, Played, Reference};
use super::{Capture, CaptureError, MAX_FRAMES, Trim, wanted};
use crate::MAX_SECONDS;
use crate::decode::Audio;

/// What is kept before a sweep begins, at most, in seconds; before its second harmonic, as a share of its distance.
const BEFORE_S: f64 = 0.25;
const BEFORE_HARMONIC: f64 = 0.4;
/// A silence that is shorter says nothing of the noise, in seconds.
const SILENCE_S: f64 = 0.1;
/// The share of a sweep that may be missing at either end.
const MISSING: f64 = 0.02;

/// The impulse of a room, from the recording of a sweep: one or two microphones, for one or two loudspeakers in turn.
///
/// Its scale is that of the recording: what is recorded as it was played is 1. The channels are those of the microphones;
/// for two sweeps and two microphones left to left, left to right, right to left, right to right.
///
/// `watch` is asked whether the work is still wanted, and hears how much is done, 0..=1.
///
/// # Errors
/// When the recording has not what was played, is too long, or has more than two channels; and
/// [`CaptureError::Cancelled`].
pub fn deconvolve(
    mut recording: Audio,
    played: &Played,
    trim: Trim,
    (cancelled, told): (&dyn Fn() -> bool, &dyn Fn(f32)),
) -> Result<Capture, CaptureError> {
    let rate = recording.rate;
    let (mut quality, mut notes) = checked(&mut recording, &[1, 2])?;
    told(0.05);
    let placed = placed(&mut recording, played, &mut notes, cancelled)?;
    told(0.3);
    let reference = &placed.reference;
    let divided = divide(&recording, &placed, (cancelled, told))?;
    told(0.8);
    if divided.above < place::CERTAIN {
        return Err(place::no_sweep());
    }
    if divided.is_short {
        notes.push("there is hardly any silence after the sweep: the noise is not known".into());
    }
    let start = placed.offset - divided.before as i64;
    let latency = start + divided.begin.direct as i64;
    quality.latency_samples = Some(latency);
    quality.latency_ms = Some(latency as f64 / f64::from(rate) * 1e3);
    quality.drift_ppm = placed.drift.map(|drift| drift.share * 1e6);
    quality.drift_error_ppm = placed.drift.map(|drift| drift.error * 1e6);
    quality.harmonics = divided.harmonics;
    let frames = reference
        .passes
        .first()
        .map_or(0, |pass| pass.samples.len());
    quality.sweep = Some(SweepFound {
        low_hz: reference.law.low_hz,
        high_hz: reference.law.high_hz,
        seconds: frames as f64 / f64::from(rate),
        passes: reference.passes.len(),
        is_exponential: reference.law.growth_s.is_some(),
        has_marks: placed.drift.is_some(),
    });
    let (impulse, channels) = finish(
        divided.rows,
        rate,
        divided.begin,
        trim,
        &mut notes,
        cancelled,
    )?;
    quality.channels = channels;
    told(1.0);
    Ok(Capture {
        impulse,
        quality,
        notes,
    })
}

/// All quotients, as far as they are of use.
struct Divided {
    /// By sweep, and in it by microphone.
    rows: Vec<Vec<f32>>,
    /// So many frames of them are before the sweep began.
    before: usize,
    begin: Begin,
    harmonics: Option<Harmonics>,
    /// The loudest sample of all beside the mean of its quotient.
    above: f64,
    /// Whether there was too little silence to hear the noise in.
    is_short: bool,
}

fn divide(
    recording: &Audio,
    placed: &Placed,
    (cancelled, told): (&dyn Fn() -> bool, &dyn Fn(f32)),
) -> Result<Divided, CaptureError> {
    let reference = &placed.reference;
    let rate = f64::from(recording.rate);
    let recorded = recording.channels.first().map_or(0, Vec::len) as i64;
    let early = reference
        .law
        .growth_s
        .map_or(BEFORE_S, |growth| BEFORE_HARMONIC * 2.0_f64.ln() * growth);
    let before = (early.min(BEFORE_S) * rate) as usize;
    // The same silence for all, so that the rows are of one length.
    let spans: Vec<(i64, i64)> = (0..reference.passes.len())
        .map(|number| span(reference, number, placed.offset, recorded))
        .collect();
    let longest = |pass: &Pass| pass.samples.len() as i64;
    let tails = spans
        .iter()
        .zip(&reference.passes)
        .map(|((from, to), pass)| to - from - longest(pass));
    let tail = tails.min().unwrap_or(0);
    for (pass, &(from, to)) in reference.passes.iter().zip(&spans) {
        let missing = (MISSING * longest(pass) as f64) as i64;
        if to < from + longest(pass) - missing {
            return Err(CaptureError::recording("it ends before the sweep does"));
        }
        if from < -missing {
            return Err(CaptureError::recording("it begins after the sweep does"));
        }
    }
    let most = i64::from(MAX_SECONDS) * i64::from(recording.rate);
    let tail = tail.clamp((SILENCE_S * rate) as i64, most) as usize;
    let mut rows: Vec<Vec<f32>> = Vec::new();
    let mut first_divider: Option<(Arc<Vec<f32>>, Divider)> = None;
    let (mut best, mut is_short) = ((0.0, None), false);
    let steps = (reference.passes.len() * recording.channels.len()) as f32;
    for (pass, &(from, to)) in reference.passes.iter().zip(&spans) {
        wanted(cancelled)?;
        let frames = before + pass.samples.len() + tail;
        if frames > MAX_FRAMES + before {
            let most = MAX_FRAMES as f64 / rate;
            return Err(CaptureError::recording(format!(
                "a sweep with the silence after it lasts {most:.0} s at most"
            )));
        }
        // Both sweeps are the same, but for files.
        if first_divider
            .as_ref()
            .is_none_or(|(samples, _)| !Arc::ptr_eq(samples, &pass.samples))
        {
            drop(first_divider.take());
            let divider = Divider::new(
                &pass.samples,
                frames,
                (rate, reference.law.high_hz),
                cancelled,
            )?;
            first_divider = Some((Arc::clone(&pass.samples), divider));
        }
        let Some((_, divider)) = &first_divider else {
            continue;
        };
        for row in &recording.channels {
            // A constant offset is heard in the last quarter of the silence.
            let quiet = to - (to - from - longest(pass)).max(0) / 4;
            let silence =
                row.get(quiet.clamp(0, recorded) as usize..to.clamp(0, recorded) as usize);
            let silence = silence.filter(|silence| silence.len() as f64 >= SILENCE_S * rate);
            is_short |= silence.is_none();
            let mean = silence.map_or(0.0, |silence| {
                let sum: f64 = silence.iter().map(|&x| f64::from(x)).sum();
                sum / silence.len() as f64
            });
            let first = from - before as i64;
            let heard = (0..frames).map(|frame| {
                let at = first + frame as i64;
                // After the silence there is something else.
                let inside = (0..to).contains(&at);
                let sample = usize::try_from(at)
                    .ok()
                    .filter(|_| inside)
                    .and_then(|at| row.get(at));
                sample.map_or(0.0, |&sample| f64::from(sample) - mean)
            });
            let quotient = divider.divide(heard, before, cancelled)?;
            let kept: Vec<f32> = quotient[..before + tail]
                .iter()
                .map(|&x| x as f32)
                .collect();
            let (loudest, sum) = quotient.iter().fold((0.0_f64, 0.0), |(most, sum), x| {
                (most.max(x.abs()), sum + x * x)
            });
            let in_reach = kept.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
            let above =
                f64::from(in_reach) / (sum / quotient.len() as f64).sqrt().max(f64::MIN_POSITIVE);
            if loudest > best.0 {
                let one = std::slice::from_ref(&kept);
                let onset = begin(one, rate, 0..kept.len()).map_or(before, |begin| begin.onset);
                let found =
                    harmonics::of(&quotient, (onset, before + tail), (&reference.law, rate));
                best = (loudest, Some((above, found)));
            }
            rows.push(kept);
            told(0.3 + 0.5 * rows.len() as f32 / steps);
        }
    }
    let begin = begin(&rows, rate, 0..before + tail).ok_or_else(place::no_sweep)?;
    let (above, harmonics) = best.1.unwrap_or((0.0, None));
    Ok(Divided {
        rows,
        before,
        begin,
        harmonics,
        above,
        is_short,
    })
}

/// From where a sweep is in the recording to where something else begins.
fn span(reference: &Reference, number: usize, offset: i64, recorded: i64) -> (i64, i64) {
    let from = offset + reference.passes.get(number).map_or(0, |pass| pass.start) as i64;
    let next = reference
        .passes
        .get(number + 1)
        .map(|pass| pass.start as f64);
    let next = next.or(reference.marks.map(|(_, last)| last));
    let to = next.map_or(recorded, |next| {
        (offset + next.floor() as i64).min(recorded)
    });
    (from, to)
}

#[cfg(test)]
mod tests;
