//! What another sample rate may not change: the time of a sound, and how loud it is at each frequency.

use std::f64::consts::TAU;

use anteroom_impulse::{Impulse, resample};

const RATES: [u32; 9] = [
    16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000,
];

fn at(samples: &[f32], rates: (u32, u32)) -> Vec<f32> {
    let impulse = Impulse {
        channels: vec![samples.to_vec()],
        rate: rates.0,
    };
    let mut made = resample(&impulse, rates.1).expect("two good rates");
    made.channels.remove(0)
}

fn click(frames: usize, at: usize) -> Vec<f32> {
    let mut samples = vec![0.0; frames];
    samples[at] = 1.0;
    samples
}

/// Real and imaginary part of the spectrum at a frequency, time counted from `from` samples.
fn spectrum(samples: &[f32], rate: u32, hz: f64, from: f64) -> (f64, f64) {
    let turn = |n: usize| TAU * hz * (n as f64 - from) / f64::from(rate);
    let add = |(re, im): (f64, f64), (n, &sample): (usize, &f32)| {
        let (sin, cos) = turn(n).sin_cos();
        (re + f64::from(sample) * cos, im - f64::from(sample) * sin)
    };
    samples.iter().enumerate().fold((0.0, 0.0), add)
}

fn level(samples: &[f32], rate: u32, hz: f64) -> f64 {
    let (re, im) = spectrum(samples, rate, hz, 0.0);
    10.0 * (re * re + im * im).log10()
}

/// The mean power in an octave, in dB.
fn octave(samples: &[f32], rate: u32, hz: f64) -> f64 {
    let edge = std::f64::consts::SQRT_2;
    let steps = 60;
    let power: f64 = (0..steps)
        .map(|i| hz / edge * 2f64.powf((f64::from(i) + 0.5) / f64::from(steps)))
        .map(|hz| 10f64.powf(level(samples, rate, hz) / 10.0))
        .sum();
    10.0 * (power / f64::from(steps)).log10()
}

#[test]
fn nothing_is_delayed_between_any_two_rates() {
    for from in RATES {
        for to in RATES.into_iter().filter(|&to| to != from) {
            let made = at(
                &click(1_600 * from.div_ceil(to) as usize, 1_000),
                (from, to),
            );
            let place = 1_000.0 * f64::from(to) / f64::from(from);
            let hz = 0.3 * f64::from(from.min(to));
            let (re, im) = spectrum(&made, to, hz, place);
            let late = -im.atan2(re) / (TAU * hz) * f64::from(to);
            assert!(late.abs() < 0.01, "{from} to {to}: {late} samples late");
        }
    }
}

#[test]
fn everything_up_to_20_khz_is_as_loud_and_what_is_beyond_is_gone() {
    for rates in [
        (44_100, 48_000),
        (48_000, 44_100),
        (96_000, 44_100),
        (48_000, 96_000),
    ] {
        let made = at(&click(8_000, 4_000), rates);
        for hz in [20.0, 100.0, 1_000.0, 8_000.0, 16_000.0, 20_000.0, 21_000.0] {
            let off = level(&made, rates.1, hz);
            assert!(off.abs() < 0.001, "{rates:?}, {hz} Hz: {off} dB");
        }
        if rates.0 < rates.1 {
            for share in [1.005, 1.05, 1.08] {
                let hz = share * f64::from(rates.0) / 2.0;
                let off = level(&made, rates.1, hz);
                assert!(off < -130.0, "{rates:?}, {hz} Hz: {off} dB");
            }
        }
    }
    // A tone that the lower rate can not hold leaves nothing in the middle.
    let tone = |n: u32| (TAU * 23_000.0 * f64::from(n) / 48_000.0).sin() as f32;
    let made = at(&(0..20_000).map(tone).collect::<Vec<_>>(), (48_000, 44_100));
    let power = made[4_000..14_000].iter().map(|x| f64::from(x * x));
    let left = 10.0 * (power.sum::<f64>() / 5_000.0).log10();
    assert!(left < -130.0, "{left} dB");
}

#[test]
fn a_click_in_the_first_sample_is_as_loud_as_anywhere() {
    for from in RATES.into_iter().filter(|&rate| rate >= 44_100) {
        for to in RATES.into_iter().filter(|&to| to >= 44_100 && to != from) {
            let click = click(600, 0);
            let made = at(&click, (from, to));
            for hz in [125.0, 500.0, 2_000.0, 8_000.0, 15_000.0] {
                let off = octave(&made, to, hz) - octave(&click, from, hz);
                assert!(off.abs() < 0.05, "{from} to {to}, {hz} Hz: {off} dB");
            }
            let loudest = made.iter().fold(0.0, |a: f32, b| a.max(b.abs()));
            assert_eq!(made[0], loudest, "{from} to {to}");
        }
    }
}

/// What rang before the beginning is turned round, not lost.
#[test]
fn noise_that_begins_in_the_first_sample_is_as_loud_as_before() {
    for (from, to) in [
        (44_100, 48_000),
        (48_000, 44_100),
        (48_000, 96_000),
        (96_000, 48_000),
    ] {
        for hz in [250.0, 1_000.0, 4_000.0, 8_000.0] {
            let (mut before, mut after) = (0.0, 0.0);
            for seed in 1..8 {
                let mut state = seed * 77_777_u32;
                let noise: Vec<f32> = (0..400)
                    .map(|n| {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        let white = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
                        white * (-n as f32 / 40.0).exp()
                    })
                    .collect();
                before += 10f64.powf(octave(&noise, from, hz) / 10.0);
                after += 10f64.powf(octave(&at(&noise, (from, to)), to, hz) / 10.0);
            }
            let off = 10.0 * f64::log10(after / before);
            assert!(off.abs() < 0.3, "{from} to {to}, {hz} Hz: {off} dB");
        }
    }
}

/// More phases than the table holds.
#[test]
fn rates_without_a_common_divisor_are_as_exact() {
    for rates in [(44_100, 44_101), (48_000, 47_999), (191_999, 48_001)] {
        let made = at(&click(9_000, 4_500), rates);
        let place = 4_500.0 * f64::from(rates.1) / f64::from(rates.0);
        for hz in [100.0, 5_000.0, 15_000.0, 20_000.0] {
            let (re, im) = spectrum(&made, rates.1, hz, place);
            let late = -im.atan2(re) / (TAU * hz) * f64::from(rates.1);
            let off = 10.0 * (re * re + im * im).log10();
            assert!(
                late.abs() < 0.001,
                "{rates:?}, {hz} Hz: {late} samples late"
            );
            assert!(off.abs() < 0.001, "{rates:?}, {hz} Hz: {off} dB");
        }
    }
}
