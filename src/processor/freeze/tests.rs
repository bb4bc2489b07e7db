//! The frozen sound, from what goes in: level, sameness, no loop, no click, whatever the blocks.

mod signals;

use super::*;
use signals::{RATE, SECOND, db, largest_repeat, pink, power, ripple, sine};
use std::f64::consts::TAU;

/// Plays `input`, with the switch as it stands from each sample in `moves` on, in blocks of these sizes.
fn frozen(input: &[Vec<f32>], moves: &[(usize, bool)], blocks: &[usize]) -> Vec<Vec<f32>> {
    let mut freeze = Freeze::new(RATE);
    freeze.reset(false);
    let mut output = input.to_vec();
    let (mut at, mut sizes) = (0, blocks.iter().cycle());
    while at < input[0].len() {
        if let Some((_, on)) = moves.iter().rev().find(|(from, _)| *from <= at) {
            freeze.set(*on);
        }
        let next = moves.iter().map(|(from, _)| *from).find(|from| *from > at);
        let size = sizes.next().copied().unwrap_or(512);
        let end = (at + size)
            .min(input[0].len())
            .min(next.unwrap_or(usize::MAX));
        let mut cut: Vec<&mut [f32]> = output
            .iter_mut()
            .map(|channel| &mut channel[at..end])
            .collect();
        freeze.process(&mut cut);
        at = end;
    }
    output
}

/// A second and a half of sound, then nothing more for so many seconds: frozen where it ends.
fn held(sound: &[Vec<f32>], seconds: usize) -> Vec<Vec<f32>> {
    let length = sound[0].len();
    let input: Vec<Vec<f32>> = sound
        .iter()
        .map(|channel| {
            let mut channel = channel.clone();
            channel.resize(length + seconds * SECOND, 0.0);
            channel
        })
        .collect();
    let output = frozen(&input, &[(length, true)], &[480]);
    output
        .iter()
        .map(|channel| channel[length..].to_vec())
        .collect()
}

#[test]
fn while_it_is_off_not_one_bit_changes() {
    let input = vec![pink(20_000, 1), pink(20_000, 2)];
    assert_eq!(frozen(&input, &[(0, false)], &[64, 1, 300]), input);
}

/// Pink noise: as loud as it was, as wide as it was, and without a repetition.
#[test]
fn frozen_noise_never_repeats_and_keeps_level_and_image() {
    for (seed, is_mono) in [(1, false), (2, true), (3, false), (4, true)] {
        let left = pink(3 * SECOND / 2, seed);
        let right = if is_mono {
            left.clone()
        } else {
            pink(3 * SECOND / 2, seed + 100)
        };
        let output = held(&[left.clone(), right.clone()], 25);
        let after: Vec<&[f32]> = output.iter().map(|channel| &channel[12_288..]).collect();
        let repeat = largest_repeat(after[0]);
        let level = db((power(after[0]) + power(after[1])) / (power(&left) + power(&right)));
        assert!(repeat < 0.3, "seed {seed}: {repeat}");
        assert!(level.abs() < 1.0, "seed {seed}: {level} dB");
        if is_mono {
            let side: Vec<f32> = after[0].iter().zip(after[1]).map(|(a, b)| a - b).collect();
            let side = db(power(&side) / power(after[0]));
            assert!(side < -100.0, "the middle stays in the middle: {side} dB");
        } else {
            let both: f64 = after[0]
                .iter()
                .zip(after[1])
                .map(|(a, b)| f64::from(a * b))
                .sum();
            let alike = both / after[0].len() as f64 / (power(after[0]) * power(after[1])).sqrt();
            assert!(alike.abs() < 0.2, "seed {seed}: {alike}");
        }
    }
}

/// From the switch on, with all that it fades through.
#[test]
fn a_frozen_sine_stays_that_sine() {
    for hz in [
        31.0, 61.7, 100.0, 440.0, 1003.1, 2500.0, 4321.5, 10_000.7, 15_999.9,
    ] {
        for level in [0.9, 1e-3] {
            let length = 3 * SECOND / 2;
            let sound = [
                sine(hz, level, 1.0, length),
                sine(hz, level / 3.0, 1.0, length),
            ];
            let output = held(&sound, 12);
            let (from_the_start, _) = ripple(&output[0][2048..], hz);
            let after = &output[0][12_288..];
            let (moves, mean) = ripple(after, hz);
            let side = db(power(&output[0]) / power(&output[1]));
            assert!(moves < 1.0, "{hz} Hz: {moves} dB");
            assert!(from_the_start < 1.0, "{hz} Hz: {from_the_start} dB");
            assert!((mean - 2.0 * db(level)).abs() < 0.5, "{hz} Hz: {mean} dB");
            assert!((side - 2.0 * db(3.0)).abs() < 0.1, "{hz} Hz: {side} dB");
            // What is no such sine.
            let truth = sine(hz, level, 1.0, length + 12 * SECOND);
            let rest: Vec<f32> = after
                .iter()
                .zip(&truth[length + 12_288..])
                .map(|(a, b)| a - b)
                .collect();
            let rest = db(power(&rest) / power(after));
            assert!(
                hz < 90.0 || rest < -30.0,
                "{hz} Hz: {rest} dB of something else"
            );
        }
    }
}

#[test]
fn a_chord_is_held_as_it_is() {
    let length = 3 * SECOND / 2;
    let tones = [130.81, 164.81, 196.0, 261.63, 329.63];
    let mut chord = vec![0.0; length];
    for (i, hz) in tones.into_iter().enumerate() {
        for (sum, wave) in chord.iter_mut().zip(sine(hz, 0.1, i as f64, length)) {
            *sum += wave;
        }
    }
    let output = held(&[chord.clone(), chord], 10);
    for hz in tones {
        for second in 0..9 {
            // A second tells the tones apart.
            let (mut re, mut im) = (0.0, 0.0);
            for (n, sample) in output[0][12_288 + second * SECOND..][..SECOND]
                .iter()
                .enumerate()
            {
                let angle = TAU * hz * n as f64 / f64::from(RATE);
                re += f64::from(*sample) * angle.cos();
                im += f64::from(*sample) * angle.sin();
            }
            let level = (re * re + im * im).sqrt() * 2.0 / SECOND as f64;
            assert!(db((level / 0.1).powi(2)).abs() < 0.5, "{hz} Hz: {level}");
        }
    }
}

/// What dies away is held as loud as it is when the switch is thrown.
#[test]
fn a_tail_is_held_at_its_last_level() {
    for seconds in [1.0_f64, 2.0, 4.0] {
        let fall = |n: usize| 10_f64.powf(-3.0 * (n as f64 / f64::from(RATE) / seconds)) as f32;
        for (name, sound) in [
            ("noise", pink(SECOND, 9)),
            ("sine", sine(440.3, 0.5, 0.0, SECOND)),
        ] {
            let tail: Vec<f32> = sound.iter().enumerate().map(|(n, x)| x * fall(n)).collect();
            let output = held(&[tail.clone(), tail], 10);
            let level = db(power(&output[0][SECOND..]) / power(&sound)) + 60.0 / seconds;
            let first = db(power(&output[0][2048..8192]) / power(&sound)) + 60.0 / seconds;
            assert!(level.abs() < 2.0, "{seconds} s of {name}: {level} dB");
            assert!(
                first.abs() < 3.0,
                "{seconds} s of {name}: at first {first} dB"
            );
        }
    }
}

#[test]
fn nothing_new_comes_in() {
    let length = SECOND;
    let mut quiet = vec![sine(300.0, 0.2, 0.0, length), sine(300.0, 0.2, 1.0, length)];
    let mut loud = quiet.clone();
    for (i, channel) in quiet.iter_mut().enumerate() {
        channel.resize(3 * SECOND, 0.0);
        loud[i].extend(pink(2 * SECOND, 5));
    }
    let moves = [(length, true)];
    let (quiet, loud) = (frozen(&quiet, &moves, &[64]), frozen(&loud, &moves, &[64]));
    // What is live is gone after two fades of 21 ms.
    assert!(quiet[0][length + 2048..] == loud[0][length + 2048..]);
    assert!(quiet[1][length + 2048..] == loud[1][length + 2048..]);
}

#[test]
fn no_bit_depends_on_the_blocks() {
    let input = vec![pink(3 * SECOND, 6), pink(3 * SECOND, 7)];
    // On, off before the first frame, on again within the fade, off, on.
    let moves = [
        (20_011, true),
        (23_000, false),
        (23_500, true),
        (70_123, false),
        (71_500, true),
        (120_000, false),
    ];
    let whole = frozen(&input, &moves, &[512]);
    for blocks in [&[1][..], &[17], &[64], &[3, 500, 1, 129]] {
        assert!(
            frozen(&input, &moves, blocks) == whole,
            "blocks of {blocks:?}"
        );
    }
    assert!(whole[0][SECOND] != input[0][SECOND]);
    // It is as if nothing had been.
    assert!(whole[0][122_000..] == input[0][122_000..]);
}

/// The switch is thrown at any time, in a sine, whose steps are known.
#[test]
fn it_comes_and_goes_without_a_click() {
    let input = vec![sine(200.0, 0.5, 0.0, 2 * SECOND); 2];
    let largest = |samples: &[f32]| {
        samples
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0, f32::max)
    };
    let steady = largest(&input[0]);
    for from in [30_000, 30_031, 30_077] {
        for length in [10, 900, 1500, 3000, 6000, 20_000] {
            let moves = [(from, true), (from + length, false)];
            let step = largest(&frozen(&input, &moves, &[64])[0]);
            assert!(step < 1.3 * steady, "{length} samples from {from}: {step}");
        }
    }
}

#[test]
fn a_reset_forgets_and_silence_is_held_then() {
    let mut freeze = Freeze::new(RATE);
    let play = |freeze: &mut Freeze, sound: f32| {
        let (mut left, mut right) = ([sound; 64], [sound; 64]);
        freeze.process(&mut [&mut left, &mut right]);
        left[63]
    };
    freeze.reset(true);
    assert!(freeze.is_on());
    assert_eq!(play(&mut freeze, 0.5), 0.0);
    freeze.set(false);
    for _ in 0..40 {
        play(&mut freeze, 0.5);
    }
    assert!(freeze.is_off());
    assert_eq!(play(&mut freeze, 0.5), 0.5);
    freeze.set(true);
    for _ in 0..400 {
        play(&mut freeze, 0.25);
    }
    freeze.clear();
    assert_eq!(play(&mut freeze, 0.5), 0.0);
    assert!(freeze.is_on());
    freeze.reset(false);
    assert!(freeze.is_off());
}

/// Every rate, one channel or two, and levels from next to nothing to far too much.
#[test]
fn it_holds_at_every_rate_and_level() {
    for rate in [8e3, 22_050.0, 44.1e3, 96e3, 192e3] {
        for level in [1e-30_f32, 1e-9, 0.1, 1e6] {
            let mut freeze = Freeze::new(rate);
            let count = rate as usize;
            let wave = |n: usize| level * (TAU * 440.0 * n as f64 / f64::from(rate)).sin() as f32;
            let mut sound: Vec<f32> = (0..2 * count).map(wave).collect();
            for (at, block) in sound.chunks_mut(500).enumerate() {
                freeze.set(at * 500 >= count);
                if at * 500 >= count {
                    block.fill(0.0);
                }
                freeze.process(&mut [block]);
            }
            let held = &sound[count + 500..];
            assert!(held.iter().all(|x| !x.is_subnormal() && x.is_finite()));
            let after = power(&sound[2 * count - count / 4..]);
            let change = db(after / power(&sound[count / 2..count]));
            assert!(
                level < 1e-20 || change.abs() < 0.5,
                "{rate} Hz, {level}: {change} dB"
            );
        }
    }
}

/// Frozen soon after it has begun: there is no hole until the frames sound, though there is little past.
#[test]
fn a_sound_that_has_just_begun_is_held_without_a_hole() {
    for since in [4000, 6000, 12_000] {
        for noise in [false, true] {
            let mut sound = match noise {
                true => pink(SECOND, 3),
                false => sine(330.0, 0.3, 0.0, SECOND),
            };
            sound[..SECOND - since].fill(0.0);
            let level = power(&sound[SECOND - since..]);
            let output = held(&[sound.clone(), sound], 3);
            // Live is nothing any more, for two fades. Then the past, then the fade to the frames.
            for part in [2048..8192, 8192..12_288, 12_288..2 * SECOND] {
                let change = db(power(&output[0][part.clone()]) / level);
                assert!(
                    change.abs() < 8.0,
                    "{since}, {noise}: {change} dB in {part:?}"
                );
            }
        }
    }
}
