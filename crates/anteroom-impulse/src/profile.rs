//! What is kept of an impulse so that its likeness to another one can be told without the samples of either: each of
//! a few thousand sums takes the parts of the spectrum, block by block, that a hash gives to it, each with a sign that
//! the hash gives as well. What two impulses have in common adds up in the products of the sums; what they have not
//! cancels, but for about one over the root of their number (a "count sketch", Charikar and others 2002).
//!
//! The parts are weighted as the [loudness](super::loudness) of pink noise is, so that two impulses that are alike in
//! what is heard are alike. Off the audio thread.

use super::f32x4::{F32x4, LANES};
use super::fft::Fft;
use super::loudness::{BLOCK_S, weights, window};

/// How many sums there are: a correlation is known to 1.6 %, three times in a thousand worse than 5 %.
pub const PROFILE_SUMS: usize = 4096;

/// Where a part of the spectrum goes: two places, and a bit for each sign.
fn place(block: usize, row: usize, bin: usize) -> u32 {
    let mut hash = (block as u32).wrapping_mul(0x9e37_79b1)
        ^ (bin as u32).wrapping_mul(0x85eb_ca77)
        ^ (row as u32).wrapping_mul(0xc2b2_ae3d);
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xc2b2_ae35);
    hash ^ (hash >> 16)
}

/// The sums of an impulse, and its energy in the same weighting. `rows` are what each output answers when all inputs
/// get the same: one or two rows, the same number for all that are compared, at `rate` Hz.
///
/// `None` as soon as `cancelled` says so, which is asked after each block of some thousand samples.
#[must_use]
pub fn profile(
    rows: &[Vec<f32>],
    rate: u32,
    cancelled: &dyn Fn() -> bool,
) -> Option<(Vec<f32>, f64)> {
    let mut fft: Fft<F32x4> = Fft::new(((BLOCK_S * f64::from(rate)) as usize).max(8));
    let block = fft.size();
    let window = window(block);
    let weights = weights(rate, &fft, |_| 1.0);
    let weights: Vec<f32> = weights.iter().map(|weight| weight.sqrt() as f32).collect();
    let mut samples = vec![F32x4::default(); block];
    let mut re = vec![F32x4::default(); fft.bins()];
    let mut im = re.clone();

    let rows = &rows[..rows.len().min(2)];
    let at_once = LANES / rows.len().max(1);
    let hop = block / 2;
    let frames = rows.iter().map(Vec::len).max().unwrap_or(0);
    // The first block is half before the beginning.
    let count = frames.div_ceil(hop) + 1;
    let (mut sums, mut energy) = (vec![0.0_f32; PROFILE_SUMS], 0.0_f64);
    for first in (0..count).step_by(at_once) {
        if cancelled() {
            return None;
        }
        samples.fill(F32x4::default());
        for (row, from) in rows.iter().enumerate() {
            for ahead in 0..at_once {
                let start = (first + ahead) * hop;
                let (skipped, at) = (hop.saturating_sub(start), start.saturating_sub(hop));
                let slots = samples.iter_mut().zip(&window).skip(skipped);
                for ((slot, window), sample) in slots.zip(from.get(at..).unwrap_or_default()) {
                    slot.0[row * at_once + ahead] = sample * window;
                }
            }
        }
        fft.forward(&samples, &mut re, &mut im);
        for row in 0..rows.len() {
            for ahead in 0..at_once {
                let lane = row * at_once + ahead;
                let bins = re.iter().zip(&im).zip(&weights).enumerate();
                for (bin, ((re, im), weight)) in bins.filter(|(_, (_, weight))| **weight > 0.0) {
                    let (re, im) = (re.0[lane] * weight, im.0[lane] * weight);
                    energy += f64::from(re * re + im * im);
                    let place = place(first + ahead, row, bin);
                    let sign = |bit: u32| if place >> bit & 1 == 0 { 1.0 } else { -1.0 };
                    sums[place as usize % PROFILE_SUMS] += sign(31) * re;
                    sums[(place >> 12) as usize % PROFILE_SUMS] += sign(30) * im;
                }
            }
        }
    }
    Some((sums, energy))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;

    const RATE: u32 = 48_000;

    fn noise(seed: u64, samples: usize) -> Vec<f32> {
        let mut rng = Rng::new(seed, 0);
        let decay = |at: usize| (-4.0 * at as f64 / samples as f64).exp();
        (0..samples)
            .map(|at| (decay(at) * rng.normal()) as f32)
            .collect()
    }

    fn of(rows: &[Vec<f32>]) -> (Vec<f32>, f64) {
        profile(rows, RATE, &|| false).expect("nobody cancels it")
    }

    fn correlation(one: &[f32], other: &[f32]) -> f64 {
        let dot = |a: &[f32], b: &[f32]| -> f64 {
            a.iter()
                .zip(b)
                .map(|(a, b)| f64::from(*a) * f64::from(*b))
                .sum()
        };
        dot(one, other) / (dot(one, one) * dot(other, other)).sqrt()
    }

    /// Two noises mixed to a given likeness are told to be that like, over many seeds.
    #[test]
    fn a_known_correlation_is_found() {
        for (number, wanted) in [-0.9, -0.5, 0.0, 0.3, 0.8, 0.99].into_iter().enumerate() {
            let mut worst = 0.0_f64;
            for seed in 0..8 {
                let seed = 100 * number as u64 + 2 * seed;
                let (one, own) = (noise(seed, 30_000), noise(seed + 1, 30_000));
                let rest = (1.0 - wanted * wanted) as f32;
                let mixed: Vec<f32> = (one.iter().zip(&own))
                    .map(|(one, own)| wanted as f32 * one + rest.sqrt() * own)
                    .collect();
                let found = correlation(&of(&[one]).0, &of(&[mixed]).0);
                worst = worst.max((found - wanted).abs());
            }
            // The noises themselves are a little alike by chance.
            assert!(worst < 0.07, "{wanted}: wrong by {worst}");
        }
    }

    #[test]
    fn the_same_impulse_is_the_same_whatever_its_level() {
        let one = [noise(1, 9_000), noise(2, 9_000)];
        let softer = one.clone().map(|row| row.iter().map(|x| 0.5 * x).collect());
        let ((sums, energy), (other, less)) = (of(&one), of(&softer));
        assert!((correlation(&sums, &other) - 1.0).abs() < 1e-6);
        assert!((energy / less - 4.0).abs() < 1e-6);
        assert_eq!(of(&[vec![0.0; 1000]]).1, 0.0);
    }

    #[test]
    fn nobody_waits_for_what_nobody_wants() {
        assert_eq!(profile(&[noise(3, 5_000)], RATE, &|| true), None);
    }
}
