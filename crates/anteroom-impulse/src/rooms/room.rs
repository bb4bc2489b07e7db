//! Air in a box.

use super::{RENDER_HZ, RoomRecipe, early, late};
use crate::decay_shaper::{BandAnalyzer, redecay};
use crate::math::exp2;
use crate::parallel::for_each_parallel;

/// The impulse of each path at [`RENDER_HZ`]. `None` if cancelled.
pub(super) fn render(
    recipe: &RoomRecipe,
    paths: &[usize],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Vec<f32>>> {
    let mono = paths.len() == 1;
    let mut rows = vec![Vec::new(); paths.len()];
    for_each_parallel(&mut rows, cancelled, |number, row, cancelled| {
        *row = path(recipe, paths[number], mono, cancelled)?;
        Some(())
    })?;
    Some(rows)
}

fn path(
    recipe: &RoomRecipe,
    path: usize,
    mono: bool,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let mut analyzer = BandAnalyzer::new(RENDER_HZ);
    let mixing = early::mixing_s(recipe);
    let mut samples = late::field(recipe, path, RENDER_HZ, &mut analyzer, cancelled)?;
    early::fade(&mut samples, RENDER_HZ, mixing, true);
    let mut first = early::reflections(recipe, path, (mono, RENDER_HZ), cancelled)?;
    early::fade(&mut first, RENDER_HZ, mixing, false);
    let gain = exp2(f64::from(recipe.early_db) / (20.0 * std::f64::consts::LOG10_2)) as f32;
    for (sample, early) in samples.iter_mut().zip(first) {
        *sample += gain * early;
    }
    // Few reflections are not an exact exponential, nor is noise: a last correction.
    let centres = analyzer.grid.centres.clone();
    let wanted = |octave: usize, _: f64| {
        let centre = centres.get(octave);
        centre.map_or(1.0, |&centre| recipe.rt60_at(centre))
    };
    if !analyzer.agree(&samples, &wanted, 0.015, cancelled)? {
        redecay(&mut samples, &mut analyzer, &wanted, path as u64, cancelled)?;
    }
    Some(samples)
}
