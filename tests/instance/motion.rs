//! The tail moves in a whole instance: prepared when it is asked for, exact in a bounce, as loud as before.

use super::blend::pink;
use super::{FORMAT, LIMIT};
use anteroom::impulse::{Origin, Shape};
use anteroom::instance::{AudioSide, UiHandle, instance};
use anteroom::loader::Remote;
use anteroom::processor::Settings;

fn moving(percent: f32, hz: f32) -> Settings {
    Settings {
        mix: 100.0,
        motion: percent,
        motion_rate: hz,
        ..Settings::default()
    }
}

fn shape(moves: bool) -> Shape {
    Shape {
        moves,
        ..Shape::default()
    }
}

fn playing(room: &str, moves: bool) -> (AudioSide, UiHandle, Remote) {
    let (mut audio, ui_handle, remote) = instance(|| {}).expect("a thread");
    let origin = Origin::room(room).expect("a built-in room");
    let settled = remote.configure(FORMAT, origin, shape(moves), LIMIT);
    let settled = settled.expect("an answer");
    assert_eq!(settled.error, None);
    audio.prepare(FORMAT, shape(moves), settled.generation, true);
    (audio, ui_handle, remote)
}

/// Plays in blocks of one size that are cut every so many samples, where the strength and the rate may move.
fn bounce(size: usize, cut: usize, at: impl Fn(usize) -> (f32, f32)) -> Vec<f32> {
    const SAMPLES: usize = 24_000;
    let (mut audio, _ui_handle, _remote) = playing("Studio", at(0).0 > 0.0);
    let (mut left, mut right) = (pink(SAMPLES, 1), pink(SAMPLES, 2));
    let mut start = 0;
    while start < SAMPLES {
        let end = SAMPLES.min(start + (size - start % size).min(cut - start % cut));
        let (percent, hz) = at(start / cut);
        audio.set_position(Some(9_000_000 + start as i64));
        let mut channels = [&mut left[start..end], &mut right[start..end]];
        audio.process(&mut channels, &moving(percent, hz), &shape(percent > 0.0));
        start = end;
    }
    left.extend(right);
    left
}

#[test]
fn a_bounce_is_the_same_in_blocks_of_any_size() {
    let at = |step: usize| {
        let percent = [60.0, 100.0, 0.0, 0.0, 30.0, 0.0, 80.0][step % 7];
        (percent, [0.3, 2.0, 0.05][step % 3])
    };
    let whole = bounce(2_048, 1_700, at);
    for size in [1, 17, 64, 192, 480, 512] {
        assert!(bounce(size, 1_700, at) == whole, "blocks of {size}");
    }
    assert!(bounce(512, 1_700, |_| (0.0, 0.3)) != whole);
}

#[test]
fn it_is_prepared_when_it_is_asked_for_and_given_back_afterwards() {
    let (mut audio, _ui_handle, _remote) = playing("Studio", false);
    let mut play = |percent: f32, blocks: usize| {
        let before = audio.slots().swaps;
        for _ in 0..blocks {
            let (mut left, mut right) = (pink(512, 3), pink(512, 4));
            let mut channels = [&mut left[..], &mut right[..]];
            audio.process(&mut channels, &moving(percent, 0.3), &shape(percent > 0.0));
        }
        audio.slots().swaps - before
    };
    assert_eq!(play(0.0, 20), 0);
    assert_eq!(play(1.0, 20), 1);
    assert_eq!(play(100.0, 20), 0);
    assert_eq!(play(0.0, 20), 1);
}

/// The level of each octave from 63 Hz to 8 kHz, for each second, in powers that are added to `sums`.
fn add_octaves(sound: &[f32], sums: &mut [Vec<f64>]) {
    for (octave, sums) in sums.iter_mut().enumerate() {
        let centre = 62.5 * f64::from(1 << octave);
        let filtered = octave_of(sound, centre);
        for (sum, second) in sums.iter_mut().zip(filtered.chunks(48_000)) {
            *sum += second.iter().map(|x| x * x).sum::<f64>();
        }
    }
}

/// Two band-passes of the second order, one after the other (R. Bristow-Johnson's), an octave wide.
fn octave_of(sound: &[f32], centre: f64) -> Vec<f64> {
    let w = std::f64::consts::TAU * centre / 48_000.0;
    let alpha = w.sin() / (2.0 * std::f64::consts::SQRT_2);
    let (b, a0, a1, a2) = (alpha, 1.0 + alpha, -2.0 * w.cos(), 1.0 - alpha);
    let mut rows: Vec<f64> = sound.iter().copied().map(f64::from).collect();
    for _ in 0..2 {
        let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
        for sample in &mut rows {
            let x = *sample;
            let y = (b * (x - x2) - a1 * y1 - a2 * y2) / a0;
            (x2, x1, y2, y1) = (x1, x, y1, y);
            *sample = y;
        }
    }
    rows
}

/// The octaves of pink noise stand as still as those of the reverb that does not move: the mean of 16 noises, in windows of
/// a second.
#[test]
fn the_level_of_no_octave_ripples() {
    const SECONDS: usize = 7;
    // What comes in on both sides alike meets itself in each output of a room.
    for (room, is_mono) in [("Concert Hall", false), ("Studio", true)] {
        let render = |percent: f32| {
            let mut sums = vec![vec![0.0_f64; SECONDS]; 8];
            for seed in 0..16 {
                let (mut audio, _ui_handle, _remote) = playing(room, percent > 0.0);
                let (mut left, mut right) = (
                    pink(48_000 * SECONDS, 2 * seed + 1),
                    pink(48_000 * SECONDS, 2 * seed + if is_mono { 1 } else { 2 }),
                );
                let rows = left.chunks_mut(480).zip(right.chunks_mut(480));
                for (left, right) in rows {
                    let mut channels = [left, right];
                    audio.process(&mut channels, &moving(percent, 0.3), &shape(percent > 0.0));
                }
                add_octaves(&left, &mut sums);
                add_octaves(&right, &mut sums);
            }
            sums
        };
        let (still, moved) = (render(0.0), render(100.0));
        for (octave, (still, moved)) in still.iter().zip(&moved).enumerate() {
            // The first seconds are those in which the room fills.
            let change = |second: usize| 10.0 * (moved[second] / still[second]).log10();
            let changes: Vec<f64> = (2..SECONDS).map(change).collect();
            let mean = changes.iter().sum::<f64>() / changes.len() as f64;
            let ripple = changes.iter().map(|x| (x - mean).abs()).fold(0.0, f64::max);
            println!(
                "{room}, {} Hz: mean {mean:.2} dB, ripple {ripple:.2} dB",
                62.5 * f64::from(1 << octave)
            );
            assert!(ripple <= 0.5, "{room}, octave {octave}: {changes:?}");
            assert!(mean.abs() <= 0.5, "{room}, octave {octave}: {mean}");
        }
    }
}
