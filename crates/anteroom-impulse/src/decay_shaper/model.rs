//! The energies of a sound without its noise and beyond its end, on stretches of time that grow
//! with their distance from the onset: one frame each at first, then a sixty-fourth of the way. A
//! decay of a second and one of a minute take some hundred of them.

use super::Octave;
use super::band_analyzer::Spectra;
use crate::math::{db_of_power, power_of_db};
use crate::stft::Grid;

/// Stretches on the way from the onset to twice as far, at most.
const FINENESS: usize = 64;

/// Frames that are gone through between two looks at whether they are still wanted.
const FRAMES: usize = 1 << 10;

/// A group's level at its knee is taken from the frames in which it falls by this much, in dB,
const LOOK_DB: f64 = 15.0;
/// but from no more of them than this.
const MOST_FRAMES: usize = 96;

/// A group's level is that of at least so many frames: a quarter of a second, in which a single bin says something.
const LEVEL_FRAMES: usize = 24;

/// A group stays if it falls by less than this part of what its octave does,
const STAYS: f64 = 0.35;
/// in a time in which that falls by this much, in dB.
const STAYS_DB: f64 = 10.0;

/// Frames whose energies are averaged to see where a group sinks into its noise.
const BLOCK: usize = 8;
/// There it is this far above the noise, in dB.
const OWN_KNEE_DB: f64 = 8.0;

/// The energies of all groups, and how each goes on.
pub(super) struct Model {
    /// The first frame of each stretch, counted from the onset, and the end of the last.
    pub edges: Vec<usize>,
    /// Energy by stretch, group after group within each.
    pub energy: Vec<f64>,
    /// How each group goes on when the sound is no longer good.
    pub tails: Vec<Tail>,
    /// The frame of the onset.
    pub first: usize,
}

/// The straight line that takes the place of a group's noise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tail {
    /// The frame from which on it does, counted from the first of all.
    pub knee: usize,
    /// The energy of that frame in dB.
    pub level: f64,
    /// In dB per frame, below 0.
    pub slope: f64,
    /// The energy of the noise in a frame, as long as the recording lasts; 0 if there is none.
    pub noise: f64,
}

impl Model {
    /// Of a sound whose onset is at frame `first`, for as many frames as it may have in the end. `None` if
    /// cancelled.
    pub fn of(
        sound: &Spectra,
        octaves: &[Octave],
        grid: &Grid,
        (first, frames): (usize, usize),
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let groups = grid.group_hz.len();
        let edges = edges(frames.saturating_sub(first).max(1));
        let mut tails = Vec::new();
        for group in 0..groups {
            if cancelled() {
                return None;
            }
            tails.push(end(sound, octaves, grid, (group, first)));
        }
        let mut energy = vec![0.0; (edges.len() - 1) * groups];
        let rows = energy.chunks_exact_mut(groups).zip(edges.windows(2));
        for (row, edge) in rows {
            let (from, to) = (first + edge[0], first + edge[1]);
            for frame in from..to.min(sound.frames) {
                if frame % FRAMES == 0 && cancelled() {
                    return None;
                }
                let heard = &sound.energy[frame * groups..][..groups];
                for ((sum, &heard), tail) in row.iter_mut().zip(heard).zip(&tails) {
                    if frame < tail.knee {
                        *sum += (heard - tail.noise).max(heard * 1e-3);
                    }
                }
            }
            for (sum, tail) in row.iter_mut().zip(&tails) {
                let begin = from.max(tail.knee);
                if begin < to {
                    *sum += tail.energy(begin, to - begin);
                }
            }
        }
        Some(Self {
            edges,
            energy,
            tails,
            first,
        })
    }

    /// The level of one group after each edge in dB, over some time, and never above what it had fallen to before.
    pub fn levels(&self, group: usize, octaves: &[Octave], grid: &Grid) -> Vec<f64> {
        let slope = octaves.get(grid.octave_of(group)).map_or(-1.0, |o| o.slope);
        let left = left(self.rows().map(|(_, row)| row[group]), &self.edges, slope);
        let (mut until, mut lowest) = (0, f64::INFINITY);
        let level = |(i, &edge): (usize, &usize)| {
            let reach = edge + LEVEL_FRAMES + edge / 4;
            while until + 1 < self.edges.len() && self.edges[until] < reach {
                until += 1;
            }
            let level = match self.edges[until] >= reach {
                true => (left[i] - left[until]) / (self.edges[until] - edge) as f64,
                // The rest is a straight line.
                false => left[i] * -slope * std::f64::consts::LN_10 / 10.0,
            };
            lowest = db_of_power(level).max(-1000.0).min(lowest);
            lowest
        };
        self.edges.iter().enumerate().map(level).collect()
    }

    /// The stretches: first frame and end, both counted from the onset, and energies by group.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = (&[usize], &[f64])> + ExactSizeIterator {
        let rows = self.energy.chunks_exact(self.tails.len().max(1));
        self.edges.windows(2).zip(rows)
    }
}

impl Tail {
    /// The energy of a frame on the line in dB.
    pub fn at(&self, frame: usize) -> f64 {
        self.level + self.slope * (frame as f64 - self.knee as f64)
    }

    /// The energy of the noise in a frame in dB.
    pub fn noise_db(&self) -> f64 {
        db_of_power(self.noise).max(-1000.0)
    }

    /// The energy of `count` frames from `frame` on.
    fn energy(&self, frame: usize, count: usize) -> f64 {
        let begin = power_of_db(self.at(frame));
        let step = power_of_db(self.slope);
        match 1.0 - step {
            fall if fall > 1e-9 => begin * (1.0 - power_of_db(self.slope * count as f64)) / fall,
            _ => begin * count as f64,
        }
    }
}

/// The energy still to come at each edge, for energies that go on after the end by a slope in dB
/// per frame.
pub(super) fn left(
    energy: impl DoubleEndedIterator<Item = f64> + ExactSizeIterator,
    edges: &[usize],
    slope: f64,
) -> Vec<f64> {
    let mut left = vec![0.0; edges.len()];
    let mut sum = 0.0;
    for (i, energy) in energy.enumerate().rev() {
        if i + 2 == edges.len() && slope < 0.0 {
            let frames = (edges[i + 1] - edges[i]).max(1) as f64;
            sum = energy / frames * 10.0 / std::f64::consts::LN_10 / -slope;
            left[i + 1] = sum;
        }
        sum += energy;
        left[i] = sum;
    }
    left
}

/// What is left in dB of all there is.
pub(super) fn decibels(left: &[f64]) -> Vec<f64> {
    let total = left[0].max(f64::MIN_POSITIVE);
    let db = |left: &f64| db_of_power(left / total).max(-400.0);
    left.iter().map(db).collect()
}

fn edges(frames: usize) -> Vec<usize> {
    let mut edges = vec![0];
    let mut at = 0;
    while at < frames {
        at = (at + (at / FINENESS).max(1)).min(frames);
        edges.push(at);
    }
    edges
}

/// The tail of a group.
fn end(sound: &Spectra, octaves: &[Octave], grid: &Grid, (group, first): (usize, usize)) -> Tail {
    let groups = grid.group_hz.len();
    let Some(octave) = octaves.get(grid.octave_of(group)) else {
        return Tail {
            knee: usize::MAX,
            level: -1000.0,
            slope: -1.0,
            noise: 0.0,
        };
    };
    let at = |frame: usize| sound.energy.get(frame * groups + group).copied();
    let at = |frame: usize| at(frame).unwrap_or(0.0);
    let mut knee = octave.knee.max(first + 1);
    let mut slope = octave.slope;
    let noise = match octave.floor > octave.knee && octave.floor < sound.frames {
        true => {
            let frames = octave.floor..sound.frames;
            frames.clone().map(at).sum::<f64>() / frames.len() as f64
        }
        false => stays(&at, first..knee, slope),
    };
    if noise > 0.0
        && let Some((own, steeper)) = sinks(&at, first..knee, noise, slope)
    {
        (knee, slope) = (own, steeper);
    }
    // The level at the knee is that of the line which has as much energy as the frames before it: one frame, or a
    // gap between two echoes, says little.
    let look = ((LOOK_DB / -slope) as usize)
        .clamp(4, MOST_FRAMES)
        .min(knee - first);
    let frames = knee - look..knee;
    let heard: f64 = frames
        .clone()
        .map(|frame| (at(frame) - noise).max(0.0))
        .sum();
    let line: f64 = frames
        .map(|frame| power_of_db(slope * (frame as f64 - knee as f64)))
        .sum();
    let level = heard / line;
    Tail {
        knee,
        level: db_of_power(level).max(-1000.0),
        slope,
        noise,
    }
}

/// The energy of a group that stays where its octave falls, because what it has is none of the octave's: an offset,
/// say, or something above the highest octave. To the group that is noise. 0 if it falls.
fn stays(at: &dyn Fn(usize) -> f64, frames: std::ops::Range<usize>, slope: f64) -> f64 {
    let quarter = frames.len() / 4;
    let mean = |from: usize| (from..from + quarter).map(at).sum::<f64>() / quarter as f64;
    let expected = -slope * quarter as f64;
    if quarter < 2 * BLOCK || expected < STAYS_DB {
        return 0.0;
    }
    let late = mean(frames.end - quarter);
    match late > mean(frames.end - 2 * quarter) * power_of_db(-expected * STAYS) {
        true => late,
        false => 0.0,
    }
}

/// Where one group alone sinks into its noise, if that is well before its octave does, and how steep
/// it is there: the upper groups of an octave often decay faster than the octave, and their noise
/// would be lifted together with the sound of the others.
fn sinks(
    at: &dyn Fn(usize) -> f64,
    frames: std::ops::Range<usize>,
    noise: f64,
    slope: f64,
) -> Option<(usize, f64)> {
    let mean = |block: usize| {
        let from = frames.start + block * BLOCK;
        (from..from + BLOCK).map(at).sum::<f64>() / BLOCK as f64
    };
    let blocks: Vec<f64> = (0..frames.len() / BLOCK).map(mean).collect();
    let (low, high) = (power_of_db(OWN_KNEE_DB), power_of_db(OWN_KNEE_DB + 20.0));
    // It may never rise above its noise.
    let heard = blocks
        .iter()
        .rposition(|&mean| mean > low * noise)
        .unwrap_or(0)
        + 1;
    let knee = frames.start + heard * BLOCK;
    if knee + 2 * BLOCK > frames.end {
        return None;
    }
    // From the last block that is 20 dB louder to the last one of all.
    let (mut above, last) = (heard - 1, heard - 1);
    while above > 0 && blocks[above] < high * noise {
        above -= 1;
    }
    let level = |block: usize| db_of_power((blocks[block] - noise).max(f64::MIN_POSITIVE));
    let run = ((last - above) * BLOCK) as f64;
    let own = match last - above {
        0..3 => slope,
        _ => (level(last) - level(above)) / run,
    };
    Some((knee, own.min(slope)))
}
