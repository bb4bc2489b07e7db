//! What an analysis takes of the memory, and how soon it gives up.

use std::time::Duration;

use anteroom_impulse::Impulse;
use anteroom_impulse::analyze::{analyze, analyze_with};
use cancelling::{SOON, gives_up};
use heap::{most, turn};
use noise::Noise;

#[path = "common/cancelling.rs"]
mod cancelling;
#[path = "../../../tests/support/heap.rs"]
mod heap;
#[path = "../../../tests/support/noise.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod noise;

/// What an analysis takes beside the energy of one channel: the transforms of the octave filters.
const FILTERS_BYTES: usize = 24 << 20;

/// A decay that is heard to the end.
fn long(rate: u32, channels: usize, seconds: usize) -> Impulse {
    let frames = rate as usize * seconds;
    let row = |channel: usize| {
        let mut noise = Noise::new(channel as u64 + 1);
        let sample = |frame: usize| noise.sample() * (1.0 - frame as f32 / frames as f32).powi(8);
        (0..frames).map(sample).collect()
    };
    Impulse {
        channels: (0..channels).map(row).collect(),
        rate,
    }
}

#[test]
fn an_analysis_takes_what_the_energy_of_one_channel_takes() {
    let _turn = turn();
    for (rate, channels, seconds) in [(48_000, 4, 20), (192_000, 2, 20), (48_000, 1, 1)] {
        let impulse = long(rate, channels, seconds);
        let (found, taken) = most(|| analyze(&impulse));
        assert_eq!(found.channels.len(), channels);
        // A double for each sample.
        let energy = impulse.frames() * 8;
        println!(
            "{channels} channels of {seconds} s at {rate} Hz: {} kB, {} kB taken",
            energy >> 10,
            taken >> 10
        );
        assert!(
            taken <= energy + FILTERS_BYTES,
            "{taken} bytes for {energy}"
        );
    }
}

#[test]
fn an_analysis_that_nobody_wants_ends_at_once() {
    let _turn = turn();
    let impulse = long(192_000, 4, 60);
    for after in [1, 30, 200, 700, 2000] {
        let after = Duration::from_millis(after);
        let took = gives_up(after, |cancelled| {
            analyze_with(&impulse, cancelled).is_some()
        });
        println!("after {after:?}: {took:?}");
        assert!(took < SOON, "after {after:?}: {took:?}");
    }
}
