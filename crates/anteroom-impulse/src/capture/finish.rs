//! From what was measured to an impulse: where it begins, where noise begins, and fades at both.

use std::ops::Range;

use super::quality::ChannelQuality;
use super::sweep::rise;
use super::{CaptureError, Trim};
use crate::analyze::{Analysis, analyze_with, onset};
use crate::{Impulse, MAX_SECONDS};

/// What is kept before the direct sound, in ms: the ringing of the filter at the upper end of the range, which fades in.
pub const PRE_MS: f64 = 2.0;
/// The onset is the first sample within so many dB of the largest (ISO 3382-1), or the first that noise does not reach.
const ONSET_DB: f32 = 20.0;
const NOISE_REACHES: f32 = 5.0;
/// The direct sound is the largest sample so soon after the onset, in ms.
const DIRECT_MS: f64 = 0.5;
/// An octave whose decay can be followed no further than this has no say in where the impulse ends, in dB.
const LEAST_RANGE_DB: f64 = 20.0;
/// The power of noise is looked at in intervals of so many seconds. What is so much above it is heard.
const INTERVAL_S: f64 = 0.005;
const HEARD: f64 = 4.0;
/// What is softer than this share of the largest sample is nothing.
const NOTHING: f64 = 1e-7;

/// Where sound begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Begin {
    pub onset: usize,
    pub direct: usize,
}

/// Where the first of these rows begins to sound, within a range.
pub(super) fn begin(rows: &[Vec<f32>], rate: f64, within: Range<usize>) -> Option<Begin> {
    let peak_of = |row: &Vec<f32>| {
        let part = row.get(within.clone()).unwrap_or_default();
        part.iter().fold(0.0_f32, |most, x| most.max(x.abs()))
    };
    let loudest = rows.iter().map(peak_of).fold(0.0_f32, f32::max);
    let first = rows.iter().filter_map(|row| {
        let part = row.get(within.clone())?;
        let peak = peak_of(row);
        if peak <= 0.0 || peak < loudest * 0.1 {
            return None;
        }
        let noise = mean_power(&row[row.len() - row.len() / 4..]).sqrt() as f32;
        let above = 20.0 * (peak / (NOISE_REACHES * noise).max(f32::MIN_POSITIVE)).log10();
        let at = within.start + onset(part, ONSET_DB.min(above).max(3.0));
        let near = &row[at..(at + (DIRECT_MS * 1e-3 * rate) as usize + 1).min(row.len())];
        let direct = (0..near.len()).max_by(|&a, &b| near[a].abs().total_cmp(&near[b].abs()))?;
        Some(Begin {
            onset: at,
            direct: at + direct,
        })
    });
    first.min_by_key(|begin| begin.onset)
}

/// The impulse in these rows, which begin some time before `begin`, and what is said of its channels.
pub(super) fn finish(
    mut rows: Vec<Vec<f32>>,
    rate: u32,
    begin: Begin,
    trim: Trim,
    notes: &mut Vec<String>,
    cancelled: &dyn Fn() -> bool,
) -> Result<(Impulse, Vec<ChannelQuality>), CaptureError> {
    let frames = |seconds: f64| (seconds * f64::from(rate)) as usize;
    let start = begin.direct.saturating_sub(frames(PRE_MS * 1e-3));
    if trim == Trim::Auto {
        rows.iter_mut().for_each(|row| drop(row.drain(..start)));
    }
    let longest = frames(f64::from(MAX_SECONDS));
    if rows.iter().any(|row| row.len() > longest) {
        notes.push(format!("longer than {MAX_SECONDS} s: the rest is left out"));
        rows.iter_mut().for_each(|row| row.truncate(longest));
    }
    let mut impulse = Impulse {
        channels: rows,
        rate,
    };
    let analysis = analyze_with(&impulse, cancelled).ok_or(CaptureError::Cancelled)?;
    let said = analysis.channels.iter().map(ChannelQuality::of).collect();
    if trim == Trim::Auto {
        let rows = &mut impulse.channels;
        let onset = begin.direct - start;
        let (end, fade) = end(rows, f64::from(rate), onset, &analysis, notes);
        for row in rows {
            row.truncate(end + fade);
            for (frame, sample) in row.iter_mut().enumerate().take(onset / 2) {
                *sample *= rise((frame as f64 + 0.5) / (onset / 2) as f64) as f32;
            }
            let count = row.len().saturating_sub(end) as f64;
            for (frame, sample) in row.iter_mut().skip(end).enumerate() {
                *sample *= rise(1.0 - (frame as f64 + 0.5) / count) as f32;
            }
        }
    }
    Ok((impulse, said))
}

/// Where the impulse begins to fade, and over how many frames.
fn end(
    rows: &[Vec<f32>],
    rate: f64,
    onset: usize,
    analysis: &Analysis,
    notes: &mut Vec<String>,
) -> (usize, usize) {
    let all = rows.first().map_or(0, Vec::len);
    let knees = analysis.channels.iter().flat_map(|channel| {
        let bands = channel
            .bands
            .iter()
            .filter(|band| band.range_db > LEAST_RANGE_DB);
        let onset_s = channel.onset_ms * 1e-3;
        let bands = bands.chain(std::iter::once(&channel.broadband));
        bands.filter_map(move |band| Some(onset_s + band.knee_s?))
    });
    let knee = knees.fold(None, |last: Option<f64>, knee| {
        Some(last.map_or(knee, |last| last.max(knee)))
    });
    let heard = rows
        .iter()
        .map(|row| heard(row, rate, onset))
        .max()
        .unwrap_or(all);
    let cut = match knee {
        // A sound that ends before its decay has met the noise is not longer than it is heard.
        Some(knee) => ((knee * rate) as usize)
            .min(onset + (heard - onset.min(heard)) * 23 / 20 + (0.05 * rate) as usize),
        None => heard + (0.02 * rate) as usize,
    };
    let fade = |length: usize| {
        ((0.1 * length as f64) as usize).clamp((0.01 * rate) as usize, (0.5 * rate) as usize)
    };
    let length = fade(cut.min(all));
    if cut + length < all {
        return (cut, length);
    }
    if heard >= all {
        notes.push("it still sounds where the recording ends: leave more silence after it".into());
    }
    (all.saturating_sub(length), length.min(all))
}

/// The end of the last interval that is above the noise; that of the row if it is not noise that is there.
fn heard(row: &[f32], rate: f64, onset: usize) -> usize {
    let after = row.get(onset..).unwrap_or_default();
    let quarter = &after[after.len() - after.len() / 4..];
    let (first, second) = quarter.split_at(quarter.len() / 2);
    let peak = after.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    let least = (f64::from(peak) * NOTHING).powi(2);
    // Noise neither grows nor falls.
    if mean_power(first) > 1.3 * mean_power(second).max(least) {
        return row.len();
    }
    let limit = HEARD * mean_power(quarter).max(least);
    let interval = ((INTERVAL_S * rate) as usize).max(1);
    let count = after
        .chunks(interval)
        .rposition(|part| mean_power(part) > limit);
    onset + count.map_or(0, |last| (last + 1) * interval)
}

fn mean_power(row: &[f32]) -> f64 {
    let sum: f64 = row.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
    sum / row.len().max(1) as f64
}
