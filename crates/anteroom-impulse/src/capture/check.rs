//! Recordings before they are used: what is refused, what is mended, what is said.

use super::quality::{Quality, peak_db, rows_clipped};
use super::{CaptureError, MAX_RECORDING};
use crate::decode::Audio;

/// Checks and mends a recording of so many channels; gives what is known of its quality by then, and what is to be said.
pub(super) fn checked(
    recording: &mut Audio,
    channels: &[usize],
) -> Result<(Quality, Vec<String>), CaptureError> {
    let mut notes = mend(recording, channels)?;
    let quality = Quality {
        recorded_peak_db: peak_db(&recording.channels),
        clipped_samples: rows_clipped(recording),
        ..Quality::default()
    };
    if quality.clipped_samples > 0 {
        let count = quality.clipped_samples;
        notes.push(format!(
            "the recording is clipped in {count} samples: record it softer"
        ));
    }
    Ok((quality, notes))
}

/// Checks a recording, and makes silence of samples that are no numbers.
fn mend(recording: &mut Audio, channels: &[usize]) -> Result<Vec<String>, CaptureError> {
    let count = recording.channels.len();
    if !channels.contains(&count) {
        let allowed: Vec<String> = channels.iter().map(usize::to_string).collect();
        let allowed = allowed.join(" or ");
        return Err(CaptureError::recording(format!(
            "it has {count} channels, and {allowed} can be used"
        )));
    }
    if !(8_000..=384_000).contains(&recording.rate) {
        let rate = recording.rate;
        return Err(CaptureError::recording(format!(
            "its rate is {rate} Hz: 8000 to 384000 can be used"
        )));
    }
    if recording
        .channels
        .iter()
        .any(|row| row.len() > MAX_RECORDING)
    {
        let most = MAX_RECORDING / recording.rate as usize;
        return Err(CaptureError::recording(format!(
            "it is longer than {most} s: leave out what is before and after the sound"
        )));
    }
    let mut mended = 0;
    for sample in recording.channels.iter_mut().flatten() {
        // Nor what is so large that its square is none.
        if sample.is_nan() || sample.abs() >= 1e6 {
            *sample = 0.0;
            mended += 1;
        }
    }
    if recording
        .channels
        .iter()
        .flatten()
        .all(|&sample| sample == 0.0)
    {
        return Err(CaptureError::recording("it is silent"));
    }
    Ok(match mended {
        0 => Vec::new(),
        _ => vec![format!(
            "{mended} samples made no sense and are silence now"
        )],
    })
}
