//! The diffuse field: noise whose power falls in each band as the recipe says.
//!
//! Each path has noise of its own.

use super::RoomRecipe;
use crate::MAX_SECONDS;
use crate::decay_shaper::BandAnalyzer;
use crate::f32x4::{F32x4, LANES};
use crate::math::exp2;
use crate::rng::Rng;
use crate::stft::{Grid, OVERLAP};

/// The field ends this far below its beginning, in dB.
const END_DB: f64 = 90.0;

/// The field of one path from time zero on, for the caller to fade in. `None` if cancelled.
pub(super) fn field(
    recipe: &RoomRecipe,
    path: usize,
    rate: u32,
    analyzer: &mut BandAnalyzer,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let longest = [125.0, 1000.0, 8000.0]
        .map(|hz| recipe.rt60_at(hz))
        .into_iter()
        .fold(0.0, f64::max);
    let shortest = [125.0, 1000.0, 8000.0]
        .map(|hz| recipe.rt60_at(hz))
        .into_iter()
        .fold(20.0, f64::min);
    let seconds = (longest * END_DB / 60.0).min(f64::from(MAX_SECONDS));
    let frames = (seconds * f64::from(rate)) as usize;
    // Long frames would blur a short decay.
    let grid = if shortest < 0.6 {
        analyzer.short()
    } else {
        &mut analyzer.grid
    };
    noise(
        recipe,
        path,
        (1.0 / f64::from(rate), frames),
        grid,
        cancelled,
    )
}

/// Noise of this variance at time zero. `None` if cancelled.
fn noise(
    recipe: &RoomRecipe,
    path: usize,
    (power, samples): (f64, usize),
    grid: &mut Grid,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let bins = grid.fft.bins();
    let step = grid.rate / grid.fft.size() as f64;
    let fall: Vec<f64> = (0..bins)
        .map(|bin| -3.0 * std::f64::consts::LOG2_10 / recipe.rt60_at(bin as f64 * step) / grid.rate)
        .collect();
    let mut rng = Rng::new(u64::from(recipe.seed), path as u64 + 1);
    let mut out = vec![0.0f32; samples];
    let (mut re, mut im) = (vec![F32x4::default(); bins], vec![F32x4::default(); bins]);
    // Frames that do not know of each other add in power: see how the shapes hand over to noise.
    let level = (power * grid.fft.size() as f64).sqrt();
    let ahead = (OVERLAP as f64 / 2.0 - 1.0) * grid.hop as f64;
    let mut gains: Vec<f64> = fall
        .iter()
        .map(|fall| level * exp2(fall * -ahead))
        .collect();
    let steps: Vec<f64> = fall
        .iter()
        .map(|fall| exp2(fall * grid.hop as f64))
        .collect();
    for frame in (0..grid.frames(samples)).step_by(LANES) {
        if frame % (4 * LANES) == 0 && cancelled() {
            return None;
        }
        for lane in 0..LANES {
            let mut coins = 0u64;
            for bin in 1..bins - 1 {
                if bin % 32 == 1 {
                    coins = rng.next_u64();
                }
                let gain = gains[bin] as f32;
                re[bin].0[lane] = if coins & 1 == 1 { gain } else { -gain };
                im[bin].0[lane] = if coins & 2 == 2 { gain } else { -gain };
                coins >>= 2;
                gains[bin] *= steps[bin];
            }
        }
        grid.add(&re, &im, frame, &mut out);
    }
    Some(out)
}
