//! What is heard is what the recording has, whatever the rates, the host's blocks and the seeks.

use super::*;
use crate::audition::BLOCK_FRAMES;
use crate::impulse::resample::StreamResampler;

/// Noise that says nothing of its neighbours.
fn noise(at: u64) -> f32 {
    let mixed = (at + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed >> 40) as f32 / (1 << 23) as f32 - 1.0) * 0.5
}

/// The noise as it is at the host's rate from a frame on: all of it in one go.
fn whole(rate: u32, at: u64, count: usize) -> Vec<f32> {
    let resampler = StreamResampler::new(rate, RATE).expect("two rates");
    let (from, to) = resampler.span(at, count);
    let around: Vec<f32> = (from..to)
        .map(|at| u64::try_from(at).map_or(0.0, noise))
        .collect();
    let mut made = vec![0.0; count];
    resampler.make(at, &around, &mut made);
    made
}

/// The samples after the fades.
const SETTLED: usize = 500;

#[test]
fn every_rate_and_every_block_gives_the_same_samples() {
    for rate in [48_000, 44_100, 96_000, 22_050, 48_001, 192_000] {
        let wanted = whole(rate, 0, 30_000);
        for block in [1, 7, 64, 511, 8_192] {
            let mut rig = Rig::new();
            let sound = rig.open(noise, rate, 100_000_000);
            rig.obey(PlayerCommand::Play(sound));
            let heard = rig.play(24_000, block);
            let first = heard
                .iter()
                .position(|sample| *sample != 0.0)
                .expect("it plays");
            // Only its first millisecond is faded.
            let heard = &heard[first + 48..];
            assert_eq!(heard, &wanted[48..48 + heard.len()], "{rate} Hz in {block}");
        }
    }
}

#[test]
fn after_a_seek_it_is_the_same_as_from_the_beginning() {
    for rate in [48_000, 44_100, 96_000] {
        let mut rig = Rig::new();
        let sound = rig.open(noise, rate, 1 << 40);
        rig.obey(PlayerCommand::Play(sound));
        rig.play(3_000, 64);
        for to in [1_000_003, 12, 700_000_000, 699_999_000, BLOCK_FRAMES as u64] {
            rig.obey(PlayerCommand::Seek(to));
            rig.play(480 + 512 + SETTLED, 64);
            let at = rig.player.report().position;
            assert!((to..to + 2_000).contains(&at), "{rate}: {at} after {to}");
            let heard = rig.play(5_000, 64);
            assert_eq!(heard, whole(rate, at, 5_000), "{rate} Hz at {to}");
        }
    }
}

#[test]
fn a_loop_is_as_long_as_the_sound() {
    let mut rig = Rig::new();
    let sound = rig.open(noise, RATE, 10_000);
    rig.obey(PlayerCommand::Mix(PlayerMix {
        looped: true,
        ..FULL
    }));
    rig.obey(PlayerCommand::Play(sound));
    let heard = rig.play(63_000, 64);
    let first = heard
        .iter()
        .position(|sample| *sample != 0.0)
        .expect("it plays");
    let rounds: Vec<&[f32]> = heard[first..].chunks_exact(10_000).collect();
    assert!(rounds.len() >= 5);
    assert!(rounds.windows(2).all(|pair| pair[0] == pair[1]));
    // Not looped any more it ends where it ends.
    rig.obey(PlayerCommand::Mix(FULL));
    let rest = rig.play(20_000, 64);
    let last = rest
        .iter()
        .rposition(|sample| *sample != 0.0)
        .expect("the rest of it");
    assert_eq!((63_000 - first + last + 1) % 10_000, 0);
    assert!(rig.player.is_off());
}

#[test]
fn two_hours_at_96_khz_are_heard_in_blocks_of_64_without_a_gap() {
    let mut rig = Rig::new();
    let sound = rig.open(noise, 96_000, 2 * 3_600 * 96_000);
    rig.obey(PlayerCommand::Play(sound));
    // Here and there of it; all of it would take the test minutes.
    for to in [0, 1_000_000, 100_000_000, 2 * 3_600 * 48_000 - 40_000] {
        rig.obey(PlayerCommand::Seek(to));
        rig.play(30_000, 64);
    }
    assert_eq!(rig.player.report().late, 0);
    rig.play(30_000, 64);
    assert!(rig.player.is_off(), "it has come to its end");
    // What is read ahead lasts for a disk that stalls for 200 ms.
    const { assert!(BLOCKS * BLOCK_FRAMES > 192_000 / 2) };
}

#[test]
fn blocks_go_round_and_are_looked_for_once_in_each() {
    let mut rig = Rig::new();
    let sound = rig.open(noise, RATE, 1 << 40);
    rig.obey(PlayerCommand::Play(sound));
    rig.play(4_800, 64);
    let before = rig.player.report();
    rig.play(2_048 * 64 * 10, 64);
    let after = rig.player.report();
    let passes = 2_048 * 10;
    let replies = after.replies - before.replies;
    assert!((630..=640 + BLOCKS as u64).contains(&replies), "{replies}");
    assert!(
        after.looks - before.looks <= replies + passes,
        "{}",
        after.looks
    );
    // With much at hand it does not look at all: far fewer looks than passes.
    assert!(
        after.looks - before.looks < 1_000,
        "{}",
        after.looks - before.looks
    );
}

#[test]
fn mono_is_heard_left_and_right_and_stereo_once_in_a_mono_plug_in() {
    let mut rig = Rig::new();
    let sound = rig.open(noise, RATE, 1 << 30);
    rig.obey(PlayerCommand::Play(sound));
    rig.play(4_800, 64);
    rig.read();
    let [left, right] = rig.block(64);
    assert!(left.iter().zip(&right).all(|(l, r)| *l == -r && *l != 0.0));
    // The two channels of this recording are each other's opposite.
    let mut mono = [0.0; 64];
    rig.player.process(&mut [&mut mono], &mut rig.sender);
    assert!(mono.iter().all(|sample| *sample == 0.0));
}
