//! What is repaired in a file's samples, each with a note: what is no number, what is an offset, and
//! middle and side in the place of left and right. Off the audio thread.

use crate::impulse::ImpulseError;

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

/// Takes a constant offset away: one that is there from the middle of the file to its end. An
/// impulse that only has low frequencies does not look like that, because it decays.
pub fn offset(channels: &mut [Vec<f32>], notes: &mut Vec<String>) {
    let mut worst = 0.0f64;
    for channel in channels.iter_mut() {
        let peak = channel
            .iter()
            .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let part = channel.len() / 8;
        if part < 256 {
            continue;
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
        let constant = high - low < 0.1 * centre.abs();
        if !constant || centre.abs() < 1e-4 * f64::from(peak) {
            continue;
        }
        channel
            .iter_mut()
            .for_each(|sample| *sample -= centre as f32);
        worst = worst.max(centre.abs());
    }
    if worst > 0.0 {
        notes.push(format!("a constant offset of {worst:.5} was removed"));
    }
}

/// Whether a name says that the two channels are middle and side: the words "mid side", "m s" or
/// "midside", however joined. "ms" alone is milliseconds more often than not.
pub fn is_mid_side(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let together = words
        .windows(2)
        .any(|pair| matches!(pair, ["mid", "side"] | ["m", "s"]));
    together || words.contains(&"midside")
}

/// Left is middle plus side, right is middle minus side.
pub fn to_left_right(channels: &mut [Vec<f32>], notes: &mut Vec<String>) {
    let [middle, side] = channels else { return };
    for (middle, side) in middle.iter_mut().zip(side) {
        (*middle, *side) = (*middle + *side, *middle - *side);
    }
    notes.push("middle and side, by its name: turned into left and right".into());
}
