//! Plates.

use super::{RENDER_HZ, RoomRecipe, early, late};
use crate::decay_shaper::BandAnalyzer;
use crate::fft::Fft;
use crate::math::{exp2, sin_cos};
use crate::parallel::for_each_parallel;
use crate::rng::Rng;

/// How long the bare waves of a plate are heard before they are a field, in seconds.
const PLATE_MIXING_S: f64 = 0.03;
/// Bins that are worked out between two looks at whether they are still wanted.
const ASK: usize = 1 << 10;

fn uniform(rng: &mut Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// The impulse of each path at [`RENDER_HZ`]. `None` if cancelled.
pub(super) fn render(
    recipe: &RoomRecipe,
    paths: &[usize],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Vec<f32>>> {
    let mut rows = vec![Vec::new(); paths.len()];
    for_each_parallel(&mut rows, cancelled, |number, row, cancelled| {
        *row = plate(recipe, paths[number], RENDER_HZ, cancelled)?;
        Some(())
    })?;
    Some(rows)
}

/// A plate: waves from its edges, high frequencies first, into a dense field. `None` if cancelled.
fn plate(
    recipe: &RoomRecipe,
    path: usize,
    rate: u32,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let mut field = late::field(recipe, path, rate, &mut BandAnalyzer::new(rate), cancelled)?;
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
