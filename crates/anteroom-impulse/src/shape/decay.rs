//! Decay and damping: another reverberation time for the same impulse, octave by octave.

use std::sync::Arc;

use crate::Impulse;
use crate::analyze::onset_with;
use crate::decay_shaper::{self, BandAnalyzer, FilterCache};
use crate::math::{exp2, log2};
use crate::parallel::for_each_parallel;

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
    let rate = impulse.rate;
    let filters = Arc::new(FilterCache::default());
    for_each_parallel(
        &mut impulse.channels,
        cancelled,
        |number, channel, cancelled| {
            // Silence has no decay.
            let start = onset_with(channel, 20.0, cancelled)?;
            if channel.get(start).is_none_or(|&sample| sample == 0.0) {
                return Some(());
            }
            let mut analyzer = BandAnalyzer::careful(rate, &filters);
            let ratios: Vec<f64> = (analyzer.grid.centres.iter())
                .map(|&hz| ratio(decay_percent, damping_percent, hz))
                .collect();
            let wanted =
                |octave: usize, time: f64| time * ratios.get(octave).copied().unwrap_or(1.0);
            decay_shaper::redecay(channel, &mut analyzer, &wanted, number as u64, cancelled)
        },
    )?;
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
