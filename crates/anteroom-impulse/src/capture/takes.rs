//! Several takes of one sweep, played one after the other, as one recording with less noise.
//!
//! Takes are added sample by sample, so the clock of the recorder is set right first: from the first mark of the first take
//! to the last mark of the last one it is known several times as well as within one.

use super::clock::{self, Drift, Slowed};
use super::marks;
use super::sweep::Sweep;
use super::{CaptureError, wanted};
use crate::decode::Audio;

/// What was made of several takes.
#[derive(Clone, Debug)]
pub struct Takes {
    /// The mean of them: a recording of one.
    pub recording: Audio,
    /// How much faster the recorder's clock went than the player's, in millionths, and the standard error of it. It was
    /// set right. `None` if the marks can not be told, so that it is not known.
    pub drift_ppm: Option<(f64, f64)>,
}

/// The mean of several takes, each as long as the sweep with its marks and silence. The recording is at the rate of the
/// sweep, and begins with the first take.
///
/// # Errors
/// [`CaptureError::Recording`] if it is shorter than the takes, and [`CaptureError::Cancelled`].
pub fn averaged(
    mut recording: Audio,
    sweep: &Sweep,
    takes: usize,
    cancelled: &dyn Fn() -> bool,
) -> Result<Takes, CaptureError> {
    let period = sweep.frames();
    let shortest = recording.channels.iter().map(Vec::len).min().unwrap_or(0);
    if takes == 0 || shortest < period * takes {
        return Err(CaptureError::recording("it is shorter than its takes"));
    }
    if recording
        .channels
        .iter()
        .flatten()
        .any(|sample| !sample.is_finite())
    {
        return Err(CaptureError::recording(
            "some of its samples are no numbers",
        ));
    }
    let drift = drift(&recording, sweep, takes, cancelled)?;
    if let Some(drift) = drift.filter(Drift::is_certain) {
        let slowed = Slowed::by(drift.share);
        for row in &mut recording.channels {
            *row = slowed.of(row, cancelled)?;
        }
    }
    for row in &mut recording.channels {
        let mut mean = vec![0.0_f64; period];
        for take in row.chunks(period).take(takes) {
            wanted(cancelled)?;
            for (sum, &sample) in mean.iter_mut().zip(take) {
                *sum += f64::from(sample);
            }
        }
        *row = mean.iter().map(|sum| (sum / takes as f64) as f32).collect();
    }
    Ok(Takes {
        recording,
        drift_ppm: drift.map(|drift| (drift.share * 1e6, drift.error * 1e6)),
    })
}

/// The drift over all takes, from the channel that knows it best.
fn drift(
    recording: &Audio,
    sweep: &Sweep,
    takes: usize,
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<Drift>, CaptureError> {
    let (rate, period) = (recording.rate, sweep.frames());
    let band = marks::band(rate);
    let distance = ((takes - 1) * period + sweep.last_mark() - sweep.first_mark()) as f64;
    let mut best: Option<Drift> = None;
    for row in &recording.channels {
        // Alone in the first take: those of the others are as alike.
        let first = row.get(..period.min(row.len())).unwrap_or_default();
        let Some(found) = marks::find(first, rate, band, cancelled)? else {
            continue;
        };
        let here = clock::drift(row, (found.first, distance), (f64::from(rate), band));
        if let Some(here) = here
            && best.is_none_or(|best| here.error < best.error)
        {
            best = Some(here);
        }
    }
    Ok(best)
}

#[cfg(test)]
mod tests;
