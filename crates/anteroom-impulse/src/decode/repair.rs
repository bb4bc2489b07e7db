//! What is repaired in a file's samples, each with a note: what is no number, and middle and side in
//! the place of left and right; and what can be repaired if it is wanted, an offset. Off the audio
//! thread.

use crate::ImpulseError;

/// Replaces what is not a number, or not a sensible one, by silence.
pub fn non_finite(
    name: &str,
    channels: &mut [Vec<f32>],
    notes: &mut Vec<String>,
) -> Result<(), ImpulseError> {
    let (mut bad, mut all) = (0usize, 0usize);
    for sample in channels.iter_mut().flatten() {
        all += 1;
        if !sample.is_finite() || sample.abs() > 1e6 {
            bad += 1;
            *sample = 0.0;
        }
    }
    if bad == all {
        return Err(ImpulseError::malformed(
            name,
            "no sample in it is a finite number",
        ));
    }
    if bad > 0 {
        notes.push(format!(
            "{bad} samples that were not finite numbers are now silence"
        ));
    }
    Ok(())
}

/// A constant that was added to all samples of a channel, by whatever recorded it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Offset {
    /// The constant; 1.0 is full scale. 0 if there is none.
    pub value: f32,
    /// How many samples it was added to, from the first on.
    pub frames: usize,
}

/// The constant offset of each channel: one that is there from the middle of the file to its end. An
/// impulse that only has low frequencies does not look like that, because it decays; and one that
/// never leaves the constant behind, as a moving average, is not offset by it but made of it. Empty
/// if no channel has any.
pub fn offsets(channels: &[Vec<f32>]) -> Vec<Offset> {
    let offset = |channel: &Vec<f32>| Offset {
        value: offset_of(channel).unwrap_or(0.0),
        frames: channel.len(),
    };
    let offsets: Vec<Offset> = channels.iter().map(offset).collect();
    match offsets.iter().any(|offset| offset.value != 0.0) {
        true => offsets,
        false => Vec::new(),
    }
}

fn offset_of(channel: &[f32]) -> Option<f32> {
    let part = channel.len() / 8;
    if part < 256 {
        return None;
    }
    let mean = |samples: &[f32]| {
        samples.iter().map(|&sample| f64::from(sample)).sum::<f64>() / samples.len() as f64
    };
    let means: Vec<f64> = channel
        .chunks_exact(part)
        .skip(4)
        .take(4)
        .map(mean)
        .collect();
    let low = means.iter().copied().fold(f64::INFINITY, f64::min);
    let high = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let centre = means.iter().sum::<f64>() / means.len().max(1) as f64;
    let peak = |from: f32| {
        let samples = channel.iter();
        samples.fold(0.0f32, |peak, sample| peak.max((sample - from).abs()))
    };
    let is_constant = high - low < 0.1 * centre.abs();
    if !is_constant || centre.abs() < 1e-4 * f64::from(peak(0.0)) {
        return None;
    }
    let value = centre as f32;
    (peak(value) > value.abs()).then_some(value)
}

/// Takes constant offsets away.
pub fn without(offsets: &[Offset], channels: &[Vec<f32>]) -> Vec<Vec<f32>> {
    let mut channels = channels.to_vec();
    for (channel, offset) in channels.iter_mut().zip(offsets) {
        for sample in channel.iter_mut().take(offset.frames) {
            *sample -= offset.value;
        }
    }
    channels
}

/// Left is middle plus side, right is middle minus side.
pub fn to_left_right(channels: &mut [Vec<f32>], notes: &mut Vec<String>) {
    let [middle, side] = channels else { return };
    for (middle, side) in middle.iter_mut().zip(side) {
        (*middle, *side) = (*middle + *side, *middle - *side);
    }
    notes.push("middle and side, by its name: turned into left and right".into());
}
