//! How loud an impulse makes music.

/// The gain at which pink noise comes out of an impulse as loud as it went in. `channels` are 1, 2 or 4 rows of
/// samples at `rate` Hz. 1 if nothing can be heard.
pub(crate) fn unity_gain(channels: &[Vec<f32>], rate: u32) -> f64 {
    let square = |&sample: &f32| f64::from(sample) * f64::from(sample);
    let energy: f64 = channels.iter().flatten().map(square).sum();
    let outputs = if channels.len() == 1 { 1.0 } else { 2.0 };
    let gain = (outputs / energy * 48_000.0 / f64::from(rate)).sqrt();
    if gain.is_finite() { gain } else { 1.0 }
}
