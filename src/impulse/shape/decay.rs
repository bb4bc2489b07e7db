//! Decay and damping: another reverberation time for the same impulse.
//!
//! Off the audio thread. One exponential for the whole band, from the slope of the energy decay.

use crate::impulse::Impulse;

/// Scales the reverberation time of every channel to `decay` percent.
pub(super) fn redecay(
    impulse: &mut Impulse,
    decay: f32,
    _damping: f32,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let rate = f64::from(impulse.rate);
    for channel in &mut impulse.channels {
        if cancelled() {
            return None;
        }
        let Some(rt60) = slope(channel, rate) else {
            continue;
        };
        // 60 dB in rt60 seconds is a factor of 1000 in amplitude.
        let change = 1000f64.ln() / rt60 * (1.0 - 100.0 / f64::from(decay));
        let step = (change / rate).exp();
        let mut gain = 1.0f64;
        for sample in channel.iter_mut() {
            *sample = (f64::from(*sample) * gain) as f32;
            gain = (gain * step).min(1e4);
        }
    }
    Some(())
}

/// The reverberation time in seconds, from -5 to -25 dB of the energy that is still to come.
fn slope(samples: &[f32], rate: f64) -> Option<f64> {
    let total: f64 = samples.iter().map(|&s| f64::from(s) * f64::from(s)).sum();
    let mut left = total;
    let (mut from, mut to) = (None, None);
    for (i, &sample) in samples.iter().enumerate() {
        if left <= total * 10f64.powf(-0.5) {
            from.get_or_insert(i);
        }
        if left <= total * 10f64.powf(-2.5) {
            to.get_or_insert(i);
        }
        left -= f64::from(sample) * f64::from(sample);
    }
    let seconds = (to?.checked_sub(from?)?) as f64 / rate * 3.0;
    (seconds > 0.0).then_some(seconds)
}
