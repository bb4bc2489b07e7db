//! A decay that is changed never rises.
//!
//! Gains are planned by octave and drawn out between the octaves, so a group near an edge gets part of what its
//! neighbour octave needs. Where that one is long gone, or ends sooner, its gain says nothing about what
//! is there, and may be many decibels. What only looks like part of the octave (an offset below the lowest, or
//! something above the highest) gets a gain that is none of its own anyway. So a group is never lifted by more
//! than what it has lost by then: what its level has fallen to never rises under the gains.

use super::Octave;
use super::model::Model;
use crate::f32x4::F32x4;
use crate::stft::Grid;

/// How far it may rise after all, in dB: levels of few bins are not that exact.
const TOLERANCE_DB: f64 = 2.0;

/// The most that a group may be changed by, in dB at the edges of the model's stretches; for those groups that
/// would be changed by more.
pub(super) type Limits = Vec<Option<Vec<f32>>>;

/// The limits for these changes by octave, in dB at the edges of the model's stretches.
pub(super) fn of(model: &Model, changes: &[Vec<f64>], octaves: &[Octave], grid: &Grid) -> Limits {
    let groups = grid.group_hz.len();
    let at_edges = |edge: usize| {
        let mut drawn = vec![F32x4::default(); groups];
        let octaves: Vec<F32x4> = changes
            .iter()
            .map(|change| F32x4::all(change[edge] as f32))
            .collect();
        grid.draw_out(&octaves, &mut drawn);
        drawn.into_iter().map(|change| f64::from(change.0[0]))
    };
    let drawn: Vec<f64> = (0..model.edges.len()).flat_map(at_edges).collect();
    let one = |group: usize| {
        let levels = model.levels(group, octaves, grid);
        let mut lowest = f64::INFINITY;
        let mut limited = false;
        let limit = levels.iter().enumerate().map(|(edge, &level)| {
            let changed = drawn[edge * groups + group];
            let most = lowest + TOLERANCE_DB - level;
            lowest = lowest.min(level + changed.min(most));
            limited |= changed > most;
            changed.min(most) as f32
        });
        let limit: Vec<f32> = limit.collect();
        limited.then_some(limit)
    };
    (0..groups).map(one).collect()
}
