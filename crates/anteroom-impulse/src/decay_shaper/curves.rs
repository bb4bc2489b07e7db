//! Energy decay curves by octave, read at other speeds, and the speeds that give the times that are
//! wanted.

use super::Octave;
use super::model::{Model, decibels, left};
use crate::f32x4::{F32x4, LANES};
use crate::math::{db_of_power, exp2, log2, power_of_db};
use crate::stft::Grid;

/// Rounds of measuring and correcting; they end earlier when all octaves are within 0.3 %.
const ROUNDS: usize = 8;

/// An octave of which this is left, in dB, is changed no further.
const SILENT_DB: f64 = -120.0;

/// Energy decay curves by octave, in dB, one value at each edge of the model's stretches.
pub(super) struct Curves {
    edges: Vec<usize>,
    db: Vec<Vec<f64>>,
    /// The reverberation times that they have as they are, in seconds.
    pub times: Vec<f64>,
    /// How each goes on after its end, in dB per frame.
    slopes: Vec<f64>,
}

impl Curves {
    pub fn of(model: &Model, octaves: &[Octave], grid: &Grid) -> Self {
        let octave = |(weights, octave): (&Vec<f64>, &Octave)| {
            let energy = model.rows().map(|(_, row)| weighted(row, weights));
            let left = left(energy, &model.edges, octave.slope);
            let time = time(&left, &model.edges, grid.frame_rate());
            (decibels(&left), time.unwrap_or(octave.time))
        };
        let (db, times) = grid.weights.iter().zip(octaves).map(octave).unzip();
        Self {
            edges: model.edges.clone(),
            db,
            times,
            slopes: octaves.iter().map(|octave| octave.slope).collect(),
        }
    }

    /// The curve of an octave at a fraction of a frame.
    fn at(&self, octave: usize, frame: f64) -> f64 {
        let (db, slope) = (&self.db[octave], self.slopes[octave]);
        let end = self.edges.len() - 1;
        let last = self.edges[end] as f64;
        if frame >= last {
            return db[end] + slope * (frame - last);
        }
        let whole = frame as usize;
        let below = match self.edges.get(whole) {
            // The first stretches are one frame each.
            Some(&edge) if edge == whole => whole,
            _ => self.edges.partition_point(|&edge| edge <= whole) - 1,
        };
        let (from, to) = (self.edges[below] as f64, self.edges[below + 1] as f64);
        db[below] + (db[below + 1] - db[below]) * (frame - from) / (to - from)
    }

    /// The change in level of an octave, in dB, when its curve is stretched.
    fn change(&self, octave: usize, frame: f64, stretch: f64) -> f64 {
        let level = self.at(octave, frame / stretch) - self.at(octave, frame);
        // The curve is the sum of what is still to come. Where it is bent, sum and sound do not
        // fall at the same rate, which the ratio of its slopes makes good.
        let bend =
            db_of_power(self.steepness(octave, frame / stretch) / self.steepness(octave, frame));
        (level + bend.clamp(-6.0, 6.0)).clamp(-300.0, 200.0)
    }

    /// How steep the curve of an octave is around a frame, in dB per frame.
    fn steepness(&self, octave: usize, frame: f64) -> f64 {
        let reach = 2.0 + frame * 0.25;
        let from = (frame - reach).max(0.0);
        let fall = self.at(octave, from) - self.at(octave, frame + reach);
        (fall / (frame + reach - from)).max(1e-6)
    }

    /// The changes in level of all octaves in dB at every edge, for these stretches.
    pub fn changes(&self, stretch: &[f64]) -> Vec<Vec<f64>> {
        let octave = |(octave, &stretch): (usize, &f64)| {
            let mut last = 0.0;
            let change = |&edge: &usize| {
                let frame = edge as f64;
                // Nothing is left to hear: what an octave would need there is only heard in its neighbours.
                if self.at(octave, frame / stretch) > SILENT_DB {
                    last = self.change(octave, frame, stretch);
                }
                last
            };
            self.edges.iter().map(change).collect()
        };
        stretch.iter().enumerate().map(octave).collect()
    }

    /// How far each octave's curve has to be stretched to reach its target in seconds. `None` if
    /// cancelled.
    pub fn solve(
        &self,
        model: &Model,
        octaves: &[Octave],
        target: &[f64],
        grid: &Grid,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<f64>> {
        let begin = self.times.iter().zip(target);
        let begin = begin.map(|(time, target)| target / time);
        let mut tries: Vec<Try> = begin.map(Try::new).collect();
        for _ in 0..ROUNDS {
            if cancelled() {
                return None;
            }
            let stretch: Vec<f64> = tries.iter().map(|octave| octave.stretch).collect();
            let energy = changed(model, &self.changes(&stretch), grid);
            let mut worst = 0.0f64;
            for (i, weights) in grid.weights.iter().enumerate() {
                let rows = energy.chunks_exact(weights.len());
                let rows = rows.map(|row| weighted(row, weights));
                let left = left(rows, &self.edges, octaves[i].slope / stretch[i]);
                let Some(reached) = time(&left, &self.edges, grid.frame_rate()) else {
                    continue;
                };
                worst = worst.max((target[i] / reached - 1.0).abs());
                tries[i].correct(target[i] / reached);
            }
            if worst < 0.003 {
                return Some(stretch);
            }
        }
        Some(tries.iter().map(|octave| octave.best.1).collect())
    }
}

/// The search for one octave's stretch. A smaller one does not always make a shorter decay: past some
/// point only what leaks from a slower neighbour is left, and that is where the search turns back.
struct Try {
    begin: f64,
    stretch: f64,
    /// The smallest error so far, as a logarithm; the stretch that had it; and what it lacked.
    best: (f64, f64, f64),
    /// How much of an error is corrected at once, as an exponent.
    power: f64,
}

impl Try {
    fn new(begin: f64) -> Self {
        Self {
            begin,
            stretch: begin,
            best: (f64::INFINITY, begin, 1.0),
            power: 1.0,
        }
    }

    /// Tells that the present stretch made a time that is wrong by this factor; chooses the next.
    fn correct(&mut self, wrong: f64) {
        let error = log2(wrong).abs();
        if error <= self.best.0 {
            self.best = (error, self.stretch, wrong);
        } else {
            self.power *= 0.5;
        }
        let (_, stretch, wrong) = self.best;
        self.stretch =
            (stretch * exp2(log2(wrong) * self.power)).clamp(self.begin * 0.4, self.begin * 2.5);
    }
}

/// The model's energies under these changes.
pub(super) fn changed(model: &Model, changes: &[Vec<f64>], grid: &Grid) -> Vec<f64> {
    let mut energy = Vec::with_capacity(model.energy.len());
    let groups = grid.group_hz.len();
    let (mut middle, mut db) = (
        vec![F32x4::default(); changes.len()],
        vec![F32x4::default(); groups],
    );
    for rows in (0..model.edges.len() - 1).step_by(LANES) {
        for (middle, change) in middle.iter_mut().zip(changes) {
            *middle = F32x4::of(|lane| match change.get(rows + lane..rows + lane + 2) {
                Some(edges) => ((edges[0] + edges[1]) / 2.0) as f32,
                None => 0.0,
            });
        }
        grid.draw_out(&middle, &mut db);
        for gain in &mut db {
            *gain = gain.amplitude();
        }
        let rest = &model.energy[rows * groups..];
        for (lane, row) in rest.chunks_exact(groups).take(LANES).enumerate() {
            let louder = row.iter().zip(&db);
            energy.extend(louder.map(|(energy, gain)| {
                let gain = f64::from(gain.0[lane]);
                energy * gain * gain
            }));
        }
    }
    energy
}

fn weighted(row: &[f64], weights: &[f64]) -> f64 {
    row.iter().zip(weights).map(|(e, w)| e * w).sum()
}

/// The reverberation time in seconds by a line through the longest part that reaches far enough.
fn time(left: &[f64], edges: &[usize], frame_rate: f64) -> Option<f64> {
    let (total, end) = (left[0], left.last().copied()?);
    let lines = [(-5.0, -35.0), (-5.0, -25.0), (-3.0, -15.0)];
    lines.into_iter().find_map(|(from, to)| {
        if total <= 0.0 || end > total * power_of_db(to - 5.0) {
            return None;
        }
        let below = |db: f64| left.partition_point(|&left| left > total * power_of_db(db));
        // Least squares; a stretch weighs as much as the frames in it.
        let [mut n, mut x, mut y, mut xx, mut xy] = [0.0; 5];
        for i in below(from)..below(to).min(edges.len() - 1) {
            let weight = (edges[i + 1] - edges[i]) as f64;
            let (at, db) = (edges[i] as f64, db_of_power(left[i] / total));
            n += weight;
            x += weight * at;
            y += weight * db;
            xx += weight * at * at;
            xy += weight * at * db;
        }
        let spread = n * xx - x * x;
        let slope = (n * xy - x * y) / spread * frame_rate;
        (n >= 3.0 && spread > 0.0 && slope < 0.0).then(|| -60.0 / slope)
    })
}
