//! What no place does: a dense field with an envelope of its own.
//!
//! The field is velvet noise, pulses of either sign at random places on a grid of their own, which is
//! smoother than Gaussian noise. Source: V. Valimaki, H.-M. Lehtonen and M. Takanen, "A perceptual
//! study on velvet noise and its variants", IEEE TASLP 21 (2013): dense from 2000 a second on.

use super::pulses::{Colour, Pulse, render as render_pulses};
use super::{Model, RENDER_HZ, RoomRecipe};
use crate::MAX_SECONDS;
use crate::math::{log2, sin_cos};
use crate::parallel::for_each_parallel;
use crate::rng::Rng;

/// From pulse to pulse on average, in samples: 4000 a second.
const GRID: usize = 12;
/// How much a gated field falls while its gate is open, as a part of the 60 dB of a decay.
const FALL: f64 = 0.2;
/// How long a gated field takes to build up and to be shut, and a reversed one to end, in seconds.
const BUILD_UP_S: f64 = 0.012;
const SHUT_S: f64 = 0.035;
const END_S: f64 = 0.004;
/// What lies below is thin, in Hz.
const LOW_HZ: f64 = 70.0;
/// What lies above is softer, in Hz.
const HIGH_HZ: f64 = 9_000.0;

/// The impulse of each path at [`RENDER_HZ`]. `None` if cancelled.
pub(super) fn render(
    recipe: &RoomRecipe,
    paths: &[usize],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Vec<f32>>> {
    let reversed = recipe.model == Model::Reverse;
    let seconds = f64::from(recipe.rt60_s).clamp(0.05, f64::from(MAX_SECONDS));
    let frames = (seconds * f64::from(RENDER_HZ)) as usize;
    let share = if reversed { 1.0 } else { FALL };
    let decade = 3.0 * std::f64::consts::LOG2_10;
    let colour = Colour::new(
        |hz| {
            let (low, high) = (LOW_HZ / hz.max(1.0), hz / HIGH_HZ);
            let cuts = -0.5 * (log2(1.0 + low * low * low * low) + log2(1.0 + high * high));
            cuts.max(-12.0)
        },
        |hz| -share * decade / recipe.rt60_at(hz),
    );
    let mut rows = vec![Vec::new(); paths.len()];
    for_each_parallel(&mut rows, cancelled, |number, row, cancelled| {
        let pulses = velvet(recipe.seed, paths[number], frames);
        *row = render_pulses(&pulses, frames, &colour, cancelled)?;
        if reversed {
            fade(row, BUILD_UP_S.max(0.1 * seconds), true);
            fade(row, END_S, false);
            row.reverse();
        } else {
            fade(row, BUILD_UP_S, false);
            fade(row, SHUT_S, true);
        }
        Some(())
    })?;
    Some(rows)
}

/// One pulse in each cell of the grid, anywhere in it, of either sign.
fn velvet(seed: u32, path: usize, frames: usize) -> Vec<Pulse> {
    let mut rng = Rng::new(u64::from(seed), 0xEF0 + path as u64);
    let cells = 0..frames / GRID;
    cells
        .map(|cell| {
            let random = rng.next_u64();
            let at = cell * GRID + (random >> 1) as usize % GRID;
            Pulse {
                at: at as f64,
                gain: if random & 1 == 1 { 1.0 } else { -1.0 },
            }
        })
        .collect()
}

/// Fades the first so many seconds in, or the last out: a quarter of a sine.
fn fade(samples: &mut [f32], seconds: f64, at_end: bool) {
    let length = ((seconds * f64::from(RENDER_HZ)) as usize).min(samples.len() / 2);
    let frames = samples.len();
    for i in 0..length {
        let (sin, _) = sin_cos(std::f64::consts::FRAC_PI_2 * i as f64 / length as f64);
        let at = if at_end { frames - 1 - i } else { i };
        samples[at] *= sin as f32;
    }
}
