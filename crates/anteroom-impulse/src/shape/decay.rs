//! Decay and damping: another reverberation time for the same impulse, octave by octave.

use crate::Impulse;
use crate::decay_shaper;
use crate::math::{exp2, log2};

/// Up to here damping changes nothing, in Hz.
const DAMPED_FROM_HZ: f64 = 500.0;
/// From here on it acts in full, in Hz.
const DAMPED_TO_HZ: f64 = 8_000.0;

/// The ratio of the reverberation time after to that before, at a frequency: `decay` percent,
/// times a part that goes from 1 at 500 Hz to `damping` percent at 8 kHz by the same factor for
/// each octave.
pub fn ratio(decay_percent: f32, damping_percent: f32, hz: f64) -> f64 {
    let octaves = log2(hz.clamp(DAMPED_FROM_HZ, DAMPED_TO_HZ) / DAMPED_FROM_HZ);
    let all = log2(DAMPED_TO_HZ / DAMPED_FROM_HZ);
    let damping = exp2(log2(f64::from(damping_percent) / 100.0) * octaves / all);
    f64::from(decay_percent) / 100.0 * damping
}

/// Scales the reverberation time of every channel. `None` if cancelled.
pub(super) fn redecay(
    impulse: &mut Impulse,
    decay_percent: f32,
    damping_percent: f32,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let ratio = |hz: f64| ratio(decay_percent, damping_percent, hz);
    decay_shaper::redecay(&mut impulse.channels, impulse.rate, &ratio, cancelled)?;
    // Tails of different lengths: the longest counts.
    let longest = impulse.channels.iter().map(Vec::len).max().unwrap_or(0);
    for channel in &mut impulse.channels {
        if cancelled() {
            return None;
        }
        channel.reserve_exact(longest - channel.len());
        channel.resize(longest, 0.0);
    }
    Some(())
}
