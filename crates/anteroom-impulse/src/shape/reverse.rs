//! An impulse backwards.
//!
//! The end of a reverberation is inaudible long before its samples are zero. Played backwards that would be a
//! beginning of seconds in which nothing is heard, so it is left out.

use super::PART;
use crate::Impulse;

/// An impulse that is played backwards begins where it is this far below its loudest moment, as a ratio of powers: 60 dB.
const INAUDIBLE: f64 = 1e-6;
/// The moments that are compared for that, in ms.
const MOMENT_MS: u64 = 10;
/// So many of them are gone through between two looks at whether they are still wanted.
const MOMENTS: usize = 256;

/// The samples until an impulse stays inaudible, and a moment more for the fade. `None` if cancelled.
pub(super) fn audible(impulse: &Impulse, cancelled: &dyn Fn() -> bool) -> Option<usize> {
    let moment = ((u64::from(impulse.rate) * MOMENT_MS / 1000) as usize).max(1);
    let mut energies = vec![0.0; impulse.frames().div_ceil(moment)];
    for channel in &impulse.channels {
        for (number, (sum, part)) in energies.iter_mut().zip(channel.chunks(moment)).enumerate() {
            if number % MOMENTS == 0 && cancelled() {
                return None;
            }
            *sum += part
                .iter()
                .map(|&s| f64::from(s) * f64::from(s))
                .sum::<f64>();
        }
    }
    let least = energies.iter().copied().fold(0.0, f64::max) * INAUDIBLE;
    let last = energies.iter().rposition(|&energy| energy > least);
    let whole = impulse.frames();
    Some(last.map_or(whole, |last| ((last + 2) * moment).min(whole)))
}

/// Turns a channel round. `None` if cancelled.
pub(super) fn turn_round(channel: &mut [f32], cancelled: &dyn Fn() -> bool) -> Option<()> {
    let half = channel.len() / 2;
    let (first, rest) = channel.split_at_mut(half);
    for (first, last) in first.chunks_mut(PART).zip(rest.rchunks_mut(PART)) {
        if cancelled() {
            return None;
        }
        for (first, last) in first.iter_mut().zip(last.iter_mut().rev()) {
            std::mem::swap(first, last);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_left_out_from_60_db_below_the_loudest_moment_on() {
        // 100 dB in a second, in one of the channels, and 90 dB below from then on.
        let falling = |at: usize| 10f32.powf(-5.0 * (at as f32 / 8000.0)).max(3e-5);
        let channels = vec![(0..16_000).map(falling).collect(), vec![0.0; 16_000]];
        let impulse = Impulse {
            channels,
            rate: 8000,
        };
        let audible = audible(&impulse, &|| false).expect("not cancelled");
        assert!((4800..=4800 + 160).contains(&audible), "{audible}");
        let silent = Impulse {
            channels: vec![vec![0.0; 100]],
            rate: 8000,
        };
        assert_eq!(super::audible(&silent, &|| false), Some(100));
    }
}
