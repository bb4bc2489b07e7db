//! What is played to the freeze, and how what comes out is measured.

use super::super::transform::Transform;
use std::f64::consts::TAU;

pub(super) const RATE: f32 = 48_000.0;
pub(super) const SECOND: usize = 48_000;

/// A number from -0.5 to 0.5, the same everywhere.
fn dice(seed: &mut u32) -> f32 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*seed >> 8) as f32 / 16_777_216.0 - 0.5
}

/// Pink noise from about 10 Hz on: white noise through Kellet's filters, which are good to 0.05 dB.
pub(super) fn pink(samples: usize, seed: u32) -> Vec<f32> {
    const POLES: [(f32, f32); 6] = [
        (0.998_86, 0.055_517_9),
        (0.993_32, 0.075_075_9),
        (0.969_00, 0.153_852),
        (0.866_50, 0.310_485_6),
        (0.550_00, 0.532_952_2),
        (-0.761_6, -0.016_898),
    ];
    let (mut seed, mut sums, mut last) = (seed.wrapping_mul(0x9e37_79b9), [0.0_f32; 6], 0.0);
    let mut next = || {
        let white = dice(&mut seed);
        for (sum, (pole, gain)) in sums.iter_mut().zip(POLES) {
            *sum = pole * *sum + gain * white;
        }
        let pink = sums.iter().sum::<f32>() + last + 0.536_2 * white;
        last = 0.115_926 * white;
        0.1 * pink
    };
    (0..SECOND).for_each(|_| {
        next();
    });
    (0..samples).map(|_| next()).collect()
}

pub(super) fn sine(hz: f64, level: f64, angle: f64, samples: usize) -> Vec<f32> {
    let wave = |n: usize| (level * (TAU * hz * n as f64 / f64::from(RATE) + angle).sin()) as f32;
    (0..samples).map(wave).collect()
}

pub(super) fn power(samples: &[f32]) -> f64 {
    let sum: f64 = samples.iter().map(|x| f64::from(*x) * f64::from(*x)).sum();
    sum / samples.len() as f64
}

pub(super) fn db(ratio: f64) -> f64 {
    10.0 * ratio.log10()
}

/// The largest autocorrelation at lags of 50 ms to 10 s, over all of the samples.
pub(super) fn largest_repeat(samples: &[f32]) -> f64 {
    // By transforms of our own, which have a test of their own.
    let size = (2 * samples.len()).next_power_of_two();
    let mut transform = Transform::new(size);
    let run = |transform: &mut Transform| {
        for pass in 0..transform.passes() {
            (0..transform.pieces()).for_each(|piece| transform.work(pass, piece));
        }
    };
    transform.input().re.fill(0.0);
    transform.input().im.fill(0.0);
    transform.input().re[..samples.len()].copy_from_slice(samples);
    run(&mut transform);
    let power: Vec<f32> = {
        let planes = transform.output();
        planes
            .re
            .iter()
            .zip(&planes.im)
            .map(|(re, im)| re * re + im * im)
            .collect()
    };
    transform.input().re.copy_from_slice(&power);
    transform.input().im.fill(0.0);
    run(&mut transform);
    let of = &transform.output().re;
    let lags = SECOND / 20..(10 * SECOND).min(samples.len() * 3 / 4);
    lags.map(|lag| {
        let share = (samples.len() - lag) as f64 / samples.len() as f64;
        (f64::from(of[lag]) / f64::from(of[0]) / share).abs()
    })
    .fold(0.0, f64::max)
}

/// How far the level of a sine moves, in dB, over stretches of `window` samples; and its mean level.
pub(super) fn ripple(samples: &[f32], hz: f64) -> (f64, f64) {
    let (mut least, mut most) = (f64::MAX, 0.0_f64);
    // Whole periods, at least 20 ms.
    let period = f64::from(RATE) / hz;
    let window = ((960.0 / period).ceil().max(2.0) * period).round() as usize;
    for start in (0..samples.len() - window).step_by(480) {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, sample) in samples[start..start + window].iter().enumerate() {
            let angle = TAU * hz * (start + n) as f64 / f64::from(RATE);
            re += f64::from(*sample) * angle.cos();
            im += f64::from(*sample) * angle.sin();
        }
        let level = (re * re + im * im).sqrt() * 2.0 / window as f64;
        (least, most) = (least.min(level), most.max(level));
    }
    (2.0 * db(most / least), 2.0 * db(most))
}
