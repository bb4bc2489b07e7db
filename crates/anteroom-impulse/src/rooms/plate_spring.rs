//! Plates and springs: waves whose speed depends on their frequency.
//!
//! Both are written down as spectra, where a delay that differs from bin to bin is only a phase,
//! and transformed once. Sources: J. S. Abel, D. P. Berners, S. Costello and J. O. Smith, "Spring
//! reverb emulation using dispersive allpass filters in a waveguide structure", AES 121 (2006);
//! S. Bilbao, "A digital plate reverberation algorithm", JAES 55 (2007).

use super::{RoomRecipe, early, late};
use crate::MAX_SECONDS;
use crate::decay_shaper::BandAnalyzer;
use crate::fft::{Fft, TwiddleTable};
use crate::math::{exp2, sin_cos};
use crate::rng::Rng;

/// How long the bare waves of a plate are heard before they are a field, in seconds.
const PLATE_MIXING_S: f64 = 0.03;
/// Above this a spring carries little, in Hz.
const SPRING_HZ: f64 = 4_600.0;
/// How much of it, as an amplitude.
const SPRING_REST: f64 = 0.06;

/// Bins that are worked out between two looks at whether they are still wanted.
const ASK: usize = 1 << 10;

fn uniform(rng: &mut Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// A plate: waves from its edges, high frequencies first, into a dense field. `None` if cancelled.
pub(super) fn plate(
    recipe: &RoomRecipe,
    path: usize,
    rate: u32,
    analyzer: &mut BandAnalyzer,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let mut field = late::field(recipe, path, rate, analyzer, cancelled)?;
    early::fade(&mut field, rate, PLATE_MIXING_S, true);
    let mut fft = Fft::new((0.17 * f64::from(rate)) as usize);
    let bins = fft.bins();
    let step = f64::from(rate) / fft.size() as f64;
    let mut rng = Rng::new(u64::from(recipe.seed), 0x914 + path as u64);
    // Sixteen arrivals in a geometric row, at times that are those of 1 kHz.
    let mut arrivals = Vec::new();
    for k in 0..16 {
        let seconds = 0.0012 * exp2(f64::from(k) * 0.28 + 0.2 * uniform(&mut rng));
        let sign = if rng.next_u64() & 1 == 1 { 1.0 } else { -1.0 };
        arrivals.push((seconds, sign));
    }
    let (mut re, mut im) = (vec![0.0f32; bins], vec![0.0f32; bins]);
    // The field has a variance of 1 / rate; sixteen waves share what it would bring meanwhile.
    let level = (PLATE_MIXING_S * 0.75 / 16.0).sqrt();
    let mut turn = 0.0;
    for bin in 1..bins - 1 {
        if bin % ASK == 0 && cancelled() {
            return None;
        }
        let hz = bin as f64 * step;
        // Bending waves: the group velocity grows with the root of the frequency. Low frequencies
        // would arrive when the field is there already.
        let slow = (1000.0 / hz.max(60.0)).sqrt();
        turn += std::f64::consts::TAU * step * slow;
        for &(seconds, sign) in &arrivals {
            let rt60 = recipe.rt60_at(hz);
            let decay = exp2(-3.0 * std::f64::consts::LOG2_10 * seconds * slow / rt60);
            let (sin, cos) = sin_cos(-turn * seconds);
            re[bin] += (sign * level * decay * cos) as f32;
            im[bin] += (sign * level * decay * sin) as f32;
        }
    }
    let mut waves = vec![0.0f32; fft.size()];
    fft.inverse(&re, &im, &mut waves);
    early::fade(&mut waves, rate, 0.12, false);
    for (sample, wave) in field.iter_mut().zip(waves) {
        *sample += wave;
    }
    Some(field)
}

/// A spring tank: three springs, each a train of echoes that never ends. Its spectrum is that of a
/// delay in a loop, z / (1 - z^2), with a delay for each frequency. `None` if cancelled.
pub(super) fn spring(
    recipe: &RoomRecipe,
    path: usize,
    rate: u32,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let longest = [125.0, 1000.0, 8000.0]
        .map(|hz| recipe.rt60_at(hz))
        .into_iter()
        .fold(0.0, f64::max);
    let seconds = (longest * 1.5).min(f64::from(MAX_SECONDS));
    let samples = (seconds * f64::from(rate)) as usize;
    let mut fft = Fft::on(&TwiddleTable::new_with(samples, cancelled)?);
    let bins = fft.bins();
    let step = f64::from(rate) / fft.size() as f64;
    let mut rng = Rng::new(u64::from(recipe.seed), 0x5912 + path as u64);
    let (mut re, mut im) = (vec![0.0f32; bins], vec![0.0f32; bins]);
    for spring in 0..3 {
        let seconds = 0.033 + 0.004 * f64::from(spring) + 0.003 * uniform(&mut rng);
        let sign = if rng.next_u64() & 1 == 1 { 1.0 } else { -1.0 };
        let mut turn = 0.0;
        for bin in 1..bins - 1 {
            if bin % ASK == 0 && cancelled() {
                return None;
            }
            let hz = bin as f64 * step;
            let part = (hz / SPRING_HZ).min(0.97);
            // Towards its cut-off frequency a coil gets slower; that is the chirp.
            let delay = seconds / (1.0 - part * part).sqrt();
            turn += std::f64::consts::TAU * step * delay;
            let over = (hz / SPRING_HZ) * (hz / SPRING_HZ);
            let level =
                sign * (SPRING_REST + (1.0 - SPRING_REST) / (1.0 + over * over * over * over));
            let gain = exp2(-3.0 * std::f64::consts::LOG2_10 * delay / recipe.rt60_at(hz));
            let (sin, cos) = sin_cos(-turn);
            let (zr, zi) = (gain * cos, gain * sin);
            // z / (1 - z^2), the division written out.
            let (dr, di) = (1.0 - (zr * zr - zi * zi), -2.0 * zr * zi);
            let size = dr * dr + di * di;
            re[bin] += (level * (zr * dr + zi * di) / size) as f32;
            im[bin] += (level * (zi * dr - zr * di) / size) as f32;
        }
    }
    fft.inverse_of(|bin| (re[bin], im[bin]), cancelled)?;
    let mut out: Vec<f32> = (0..samples).map(|at| fft.sample(at)).collect();
    // The end of the transform comes round to its beginning, 90 dB down: out of the way.
    let fade = out.len() / 20;
    for (i, sample) in out.iter_mut().rev().take(fade).enumerate() {
        *sample *= (i as f32 + 0.5) / fade as f32;
    }
    Some(out)
}
