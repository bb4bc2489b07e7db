//! A starter pistol or a balloon: the recording is the impulse, and has only to be trimmed.

use super::check::checked;
use super::finish::{begin, finish};
use super::{Capture, CaptureError, Trim};
use crate::decode::Audio;

/// The loudest sample is so soon after the onset, in seconds.
const SOON_S: f64 = 0.1;
/// What is kept before the onset to begin with, in seconds.
const BEFORE_S: f64 = 0.05;
/// The level is looked at in intervals of so many seconds.
const INTERVAL_S: f64 = 0.02;
/// Another shot is so much louder than what was there so many intervals before, and comes so late at the earliest.
const LOUDER: f64 = 30.0;
const INTERVALS: usize = 5;
const AFTER_S: f64 = 0.3;
/// It is within this share of the power of the loudest.
const NEAR: f64 = 0.01;

/// The impulse in a recording of a shot, by one, two or four microphones, as loud as it was recorded. Of several shots it
/// is the loudest.
///
/// # Errors
/// When the recording is silent or too long, or has another number of channels; and [`CaptureError::Cancelled`].
pub fn from_shot(
    mut recording: Audio,
    trim: Trim,
    (cancelled, told): (&dyn Fn() -> bool, &dyn Fn(f32)),
) -> Result<Capture, CaptureError> {
    let (mut quality, mut notes) = checked(&mut recording, &[1, 2, 4])?;
    let rate = f64::from(recording.rate);
    told(0.1);
    let rows = &mut recording.channels;
    let all = rows.first().map_or(0, Vec::len);
    let peaks = rows.iter().flat_map(|row| row.iter().enumerate());
    let loudest = peaks.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    let peak = loudest.map_or(0, |(frame, _)| frame);
    let to = next_shot(rows, peak, rate).unwrap_or(all);
    if to < all {
        notes.push("there is more than one shot: the loudest is used".into());
    }
    for row in rows.iter_mut() {
        row.truncate(to);
        // A constant offset would be a noise that never ends.
        let quiet = &row[row.len() - row.len() / 8..];
        let mean = quiet.iter().map(|&x| f64::from(x)).sum::<f64>() / quiet.len().max(1) as f64;
        row.iter_mut()
            .for_each(|sample| *sample = (f64::from(*sample) - mean) as f32);
    }
    let silent = || CaptureError::recording("it is silent");
    let soon = peak.saturating_sub((SOON_S * rate) as usize);
    let found = begin(rows, rate, soon..to).ok_or_else(silent)?;
    let kept = match trim {
        Trim::Auto => found.onset.saturating_sub((BEFORE_S * rate) as usize),
        Trim::None => 0,
    };
    rows.iter_mut().for_each(|row| drop(row.drain(..kept)));
    let found = begin(rows, rate, soon.saturating_sub(kept)..to - kept).ok_or_else(silent)?;
    told(0.3);
    let rows = std::mem::take(rows);
    let (impulse, channels) = finish(rows, recording.rate, found, trim, &mut notes, cancelled)?;
    quality.channels = channels;
    told(1.0);
    Ok(Capture {
        impulse,
        quality,
        notes,
    })
}

/// Where the shot after the one at `peak` begins, if there is one.
fn next_shot(rows: &[Vec<f32>], peak: usize, rate: f64) -> Option<usize> {
    let interval = ((INTERVAL_S * rate) as usize).max(1);
    let frames = rows.first().map_or(0, Vec::len);
    let power = |number: usize| {
        let from = peak + number * interval;
        let parts = rows
            .iter()
            .filter_map(|row| row.get(from..(from + interval).min(frames)));
        parts
            .flatten()
            .map(|&x| f64::from(x) * f64::from(x))
            .sum::<f64>()
    };
    let count = (frames - peak) / interval;
    let powers: Vec<f64> = (0..count).map(power).collect();
    let strongest = powers.iter().fold(0.0_f64, |most, &here| most.max(here));
    let first = ((AFTER_S / INTERVAL_S) as usize).max(INTERVALS);
    let found = (first..count).find(|&number| {
        powers[number] > LOUDER * powers[number - INTERVALS] && powers[number] > NEAR * strongest
    });
    // It may begin in the interval before.
    found.map(|number| peak + (number - 1) * interval)
}

#[cfg(test)]
mod tests;
