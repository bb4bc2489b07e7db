//! Decay, damping and the octaves' own controls: another reverberation time for the same impulse, octave by octave.

use super::Shape;
use crate::Impulse;
use crate::decay_shaper;
use crate::math::{exp2, log2};

/// Up to here damping changes nothing, in Hz.
const DAMPED_FROM_HZ: f64 = 500.0;
/// From here on it acts in full, in Hz.
const DAMPED_TO_HZ: f64 = 8_000.0;

/// The lowest octave with a control of its own, in Hz. The others follow.
const LOWEST_HZ: f64 = 62.5;
/// What the controls of decay make together: no octave's ratio goes further by its own control.
const RANGE: [f64; 2] = [0.25, 4.0];

/// The ratio of the reverberation time after to that before, at a frequency: decay, times a part that goes from 1 at
/// 500 Hz to damping at 8 kHz by the same factor for each octave, times what the octaves' own controls say. These stop
/// where the product is 25 or 400 %; between two octaves they go by the same factor for each part of the way.
pub fn ratio(shape: &Shape, hz: f64) -> f64 {
    let octaves = log2(hz.clamp(DAMPED_FROM_HZ, DAMPED_TO_HZ) / DAMPED_FROM_HZ);
    let all = log2(DAMPED_TO_HZ / DAMPED_FROM_HZ);
    let damping = exp2(log2(f64::from(shape.damping_percent) / 100.0) * octaves / all);
    let ratio = f64::from(shape.decay_percent) / 100.0 * damping;
    let own = of_octaves(&shape.octaves(), hz);
    if own == 1.0 {
        return ratio;
    }
    // Decay and damping may be beyond by themselves.
    let [least, most] = RANGE;
    (ratio * own).clamp(least.min(ratio), most.max(ratio))
}

/// What the octaves' own controls say at a frequency.
fn of_octaves(percents: &[f32; 8], hz: f64) -> f64 {
    if percents.iter().all(|percent| *percent == 100.0) {
        return 1.0;
    }
    let last = percents.len() - 1;
    let place = log2((hz / LOWEST_HZ).max(1.0)).min(last as f64);
    let below = (place as usize).min(last - 1);
    let pitch = |octave: usize| log2(f64::from(percents[octave]) / 100.0);
    let (from, to) = (pitch(below), pitch(below + 1));
    exp2(from + (to - from) * (place - below as f64))
}

/// Scales the reverberation time of every channel. `None` if cancelled.
pub(super) fn redecay(
    impulse: &mut Impulse,
    shape: &Shape,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let ratio = |hz: f64| ratio(shape, hz);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_octaves_control_multiplies_and_stops_at_the_range() {
        let shape = Shape {
            decay_percent: 200.0,
            decay_1k_percent: 150.0,
            decay_4k_percent: 400.0,
            ..Shape::default()
        };
        let near = |hz: f64, wanted: f64| {
            let made = ratio(&shape, hz);
            assert!(
                (made - wanted).abs() < 0.01 * wanted,
                "{hz}: {made} for {wanted}"
            );
        };
        near(63.0, 2.0);
        near(500.0, 2.0);
        near(1_000.0, 3.0);
        near(4_000.0, 4.0);
        near(16_000.0, 2.0);
        near(707.1, 2.0 * 1.5_f64.sqrt());
    }

    #[test]
    fn what_decay_and_damping_do_alone_is_not_stopped() {
        let alone = Shape {
            decay_percent: 25.0,
            damping_percent: 25.0,
            ..Shape::default()
        };
        let least = ratio(&alone, 8_000.0);
        assert!((least - 0.0625).abs() < 1e-9, "{least}");
        let less = Shape {
            decay_8k_percent: 50.0,
            ..alone
        };
        assert_eq!(ratio(&less, 8_000.0), least);
        let more = Shape {
            decay_8k_percent: 200.0,
            ..alone
        };
        assert!((ratio(&more, 8_000.0) - 0.125).abs() < 1e-9);
    }
}
