//! Springs.

use super::{RENDER_HZ, RoomRecipe};
use crate::MAX_SECONDS;
use crate::fft::{Fft, TwiddleTable};
use crate::math::{exp2, sin_cos};
use crate::parallel::for_each_parallel;
use crate::rng::Rng;

/// Above this a spring carries little, in Hz.
const SPRING_HZ: f64 = 4_600.0;
/// How much of it, as an amplitude.
const SPRING_REST: f64 = 0.06;
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
        *row = spring(recipe, paths[number], RENDER_HZ, cancelled)?;
        Some(())
    })?;
    Some(rows)
}

/// A spring tank: three springs, each a train of echoes that never ends. Its spectrum is that of a
/// delay in a loop, z / (1 - z^2), with a delay for each frequency. `None` if cancelled.
fn spring(
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
