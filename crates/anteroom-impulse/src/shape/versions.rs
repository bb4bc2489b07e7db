//! Other versions of a tail: as long, as loud in each octave and each moment, and with nothing in common with it. A sound
//! that fades slowly from one to the next is a tail that moves.
//!
//! The tail is cut into short spectra, and every part of each gets an angle at random, the same in all channels, so that
//! what the channels have in common stays what it was. By chance a little of the tail is left in that, most at low
//! frequencies, where there are few parts. So it is taken away, octave by octave (by least squares, as in `fit`), and the
//! levels of the octaves are set to those of the tail.
//!
//! Two channels may meet in one output: then a version of one has nothing in common with the tail of the other, either.

use super::parts::Parts;
use super::{CUT_FADE_MS, Shape, raised_cosine, samples};
use crate::Impulse;
use crate::f32x4::{F32x4, LANES};
use crate::math::sin_cos;
use crate::parallel::for_each_parallel;
use crate::rng::Rng;
use crate::stft::Grid;

/// How many other versions there are.
const VERSIONS: usize = 2;
/// The tail and they.
const TAILS: usize = 1 + VERSIONS;
/// The angles are multiples of so many parts of a turn.
const ANGLES: usize = 256;
/// How often what is in common is taken away: octaves overlap, so once is not enough.
const ROUNDS: usize = 3;
/// The most that is made up for where little is left of an octave: 12 dB.
const MOST_GAIN: f64 = 4.0;
/// The seed of the angles.
const SEED: u64 = 0x6d6f_7469_6f6e;

/// Puts the other versions of a tail in its place: `apart` has the early part and the tail, and afterwards the early part
/// and the versions. `None` if cancelled.
pub(super) fn add(
    apart: &mut Impulse,
    shape: &Shape,
    parts: &Parts,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let (rate, frames) = (apart.rate, apart.frames());
    let gate = gate(frames, rate, shape, parts);
    let count = apart.channels.len() / 2;
    let mut made: Vec<[Vec<f32>; TAILS]> = apart
        .channels
        .drain(count..)
        .map(|tail| [tail, Vec::new(), Vec::new()])
        .collect();
    for_each_parallel(
        &mut made,
        cancelled,
        |_, [tail, versions @ ..], cancelled| {
            let mut short = Buffers::new(Grid::medium(rate));
            for (number, version) in versions.iter_mut().enumerate() {
                *version = turned(&mut short, tail, number as u64, cancelled)?;
                close(version, &gate);
            }
            Some(())
        },
    )?;
    let mut sets = sets(made);
    for_each_parallel(&mut sets, cancelled, |_, set, cancelled| {
        let mut maker = Maker::new(rate, set.len());
        for _ in 0..ROUNDS {
            maker.part(set, cancelled)?;
            let versions = set.iter_mut().flat_map(|tails| &mut tails[1..]);
            versions.for_each(|version| close(version, &gate));
        }
        Some(())
    })?;
    // Back in the order of the channels, one version after the other.
    let sets_count = sets.len().max(1);
    for version in 1..TAILS {
        for channel in 0..count {
            let tails = &mut sets[channel % sets_count][channel / sets_count];
            apart.channels.push(std::mem::take(&mut tails[version]));
        }
    }
    Some(())
}

/// The tails of one channel: its own, and the other versions.
type Tails = [Vec<f32>; TAILS];

/// The channels by where they meet: of four the first and the third, and the second and the fourth; of two both, where the
/// output is mono. Channel `c` is in set `c % sets`, at place `c / sets`.
fn sets(channels: Vec<Tails>) -> Vec<Vec<Tails>> {
    let count = match channels.len() {
        2 => 1,
        4 => 2,
        all => all,
    };
    let mut sets: Vec<Vec<Tails>> = (0..count).map(|_| Vec::new()).collect();
    for (channel, tails) in channels.into_iter().enumerate() {
        sets[channel % count].push(tails);
    }
    sets
}

/// Where a tail is, from 0 to 1: a version must not reach into the early part, nor end with a click.
fn gate(frames: usize, rate: u32, shape: &Shape, parts: &Parts) -> Vec<f32> {
    let from = parts.fade_start() + samples(shape.gap_ms, rate);
    let mut gate = vec![1.0; frames];
    gate[..from.min(frames)].fill(0.0);
    for (gate, early) in gate.iter_mut().skip(from).zip(parts.fade()) {
        *gate = 1.0 - early;
    }
    let end = raised_cosine(samples(CUT_FADE_MS, rate).min(frames / 10), frames);
    for (gate, end) in gate.iter_mut().rev().zip(end) {
        *gate *= end;
    }
    if shape.reverse {
        gate.reverse();
    }
    gate
}

/// A grid of frames, and the spectra of four of them.
struct Buffers {
    grid: Grid,
    re: Vec<F32x4>,
    im: Vec<F32x4>,
}

impl Buffers {
    fn new(grid: Grid) -> Self {
        Self {
            re: vec![F32x4::default(); grid.fft.bins()],
            im: vec![F32x4::default(); grid.fft.bins()],
            grid,
        }
    }
}

/// The frames that a signal has anything in, by the first of each four.
fn frames(grid: &Grid, signal: &[f32]) -> impl Iterator<Item = usize> + use<> {
    let first = signal.iter().position(|sample| *sample != 0.0);
    let last = signal.iter().rposition(|sample| *sample != 0.0);
    let frames = match (first, last) {
        (Some(first), Some(last)) => first / grid.hop..grid.frames(last + 1),
        _ => 0..0,
    };
    frames.step_by(LANES)
}

/// A signal with other angles. `None` if cancelled.
fn turned(
    Buffers { grid, re, im }: &mut Buffers,
    signal: &[f32],
    number: u64,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let angles: Vec<(f32, f32)> = (0..ANGLES)
        .map(|step| {
            let (sin, cos) = sin_cos(std::f64::consts::TAU * step as f64 / ANGLES as f64);
            (sin as f32, cos as f32)
        })
        .collect();
    let mut turned = vec![0.0; signal.len()];
    for frame in frames(grid, signal) {
        if cancelled() {
            return None;
        }
        grid.analyse(signal, (frame, 1), re, im);
        for lane in 0..LANES {
            // The angles belong to the frame, so all channels have the same ones.
            let mut rng = Rng::new(SEED + number, (frame + lane) as u64);
            let mut bits = 0;
            for (bin, (re, im)) in re.iter_mut().zip(&mut *im).enumerate() {
                if bin % 8 == 0 {
                    bits = rng.next_u64();
                }
                let (sin, cos) = angles[(bits >> (bin % 8 * 8)) as usize % ANGLES];
                let (x, y) = (re.0[lane], im.0[lane]);
                re.0[lane] = x * cos - y * sin;
                im.0[lane] = x * sin + y * cos;
            }
        }
        grid.add(re, im, frame, &mut turned);
    }
    Some(turned)
}

/// Parts the versions of some channels from their tails and from each other.
struct Maker {
    /// Frames so long that the lowest octave has parts of its own.
    grid: Grid,
    /// The spectra of each signal, one channel's tails after the other.
    spectra: Vec<[Vec<F32x4>; 2]>,
    /// What is added up.
    sum: [Vec<F32x4>; 2],
    /// Levels by group.
    levels: Vec<F32x4>,
}

impl Maker {
    fn new(rate: u32, channels: usize) -> Self {
        let grid = Grid::long(rate);
        let bins = || vec![F32x4::default(); grid.fft.bins()];
        let both = || [bins(), bins()];
        Self {
            spectra: (0..TAILS * channels).map(|_| both()).collect(),
            sum: both(),
            levels: vec![F32x4::default(); grid.group_hz.len()],
            grid,
        }
    }

    /// Takes away what versions have in common with tails and with each other, and sets their levels. `None` if
    /// cancelled.
    fn part(&mut self, set: &mut [Tails], cancelled: &dyn Fn() -> bool) -> Option<()> {
        let octaves = self.products(set, cancelled)?;
        let count = TAILS * set.len();
        // By version and signal: how much of the signal is in what it becomes, in each octave.
        let mut shares = vec![vec![Vec::with_capacity(octaves.len()); count]; count];
        for products in &octaves {
            for (target, shares) in shares.iter_mut().enumerate() {
                let row = fit(products, target);
                for (share, row) in shares.iter_mut().zip(row) {
                    share.push(F32x4::all(row as f32));
                }
            }
        }
        let drawn: Vec<Vec<Option<Vec<F32x4>>>> = shares
            .iter()
            .map(|shares| shares.iter().map(|share| self.drawn(share)).collect())
            .collect();
        let frames_of = set.iter().flatten().map(Vec::len).max().unwrap_or(0);
        let mut made = vec![vec![0.0; frames_of]; count];
        for frame in (0..self.grid.frames(frames_of)).step_by(LANES) {
            if cancelled() {
                return None;
            }
            self.analyse(set, frame);
            for (target, made) in made.iter_mut().enumerate().filter(|(at, _)| at % TAILS > 0) {
                let [re, im] = &mut self.sum;
                re.fill(F32x4::default());
                im.fill(F32x4::default());
                for (levels, [from_re, from_im]) in drawn[target].iter().zip(&self.spectra) {
                    let Some(levels) = levels else { continue };
                    for (bin, level) in levels.iter().enumerate() {
                        re[bin] += from_re[bin] * *level;
                        im[bin] += from_im[bin] * *level;
                    }
                }
                self.grid.add(re, im, frame, made);
            }
        }
        for (target, made) in made
            .into_iter()
            .enumerate()
            .filter(|(at, _)| at % TAILS > 0)
        {
            set[target / TAILS][target % TAILS] = made;
        }
        Some(())
    }

    /// The spectra of all signals from a frame on.
    fn analyse(&mut self, set: &[Tails], frame: usize) {
        for (signal, [re, im]) in set.iter().flatten().zip(&mut self.spectra) {
            self.grid.analyse(signal, (frame, 1), re, im);
        }
    }

    /// By octave: the products of all signals with each other. `None` if cancelled.
    fn products(&mut self, set: &[Tails], cancelled: &dyn Fn() -> bool) -> Option<Vec<Products>> {
        let count = TAILS * set.len();
        let groups = self.grid.group_hz.len();
        let mut sums = vec![vec![vec![0.0_f64; groups]; count]; count];
        let frames_of = set.iter().flatten().map(Vec::len).max().unwrap_or(0);
        for frame in (0..self.grid.frames(frames_of)).step_by(LANES) {
            if cancelled() {
                return None;
            }
            self.analyse(set, frame);
            for (one, [re, im]) in self.spectra.iter().enumerate() {
                for (two, [other_re, other_im]) in self.spectra.iter().enumerate().skip(one) {
                    for (group, sum) in sums[one][two].iter_mut().enumerate() {
                        let mut product = F32x4::default();
                        for bin in self.grid.groups[group]..self.grid.groups[group + 1] {
                            product += re[bin] * other_re[bin] + im[bin] * other_im[bin];
                        }
                        *sum += product.0.iter().copied().map(f64::from).sum::<f64>();
                    }
                }
            }
        }
        let octave = |weights: &Vec<f64>| -> Products {
            let of = |one: usize, two: usize| -> f64 {
                let groups = weights.iter().zip(&sums[one.min(two)][one.max(two)]);
                groups.map(|(weight, sum)| weight * sum).sum()
            };
            (0..count)
                .map(|one| (0..count).map(|two| of(one, two)).collect())
                .collect()
        };
        Some(self.grid.weights.iter().map(octave).collect())
    }

    /// A level for each bin, of one for each octave; none where all of them are 0.
    fn drawn(&mut self, octaves: &[F32x4]) -> Option<Vec<F32x4>> {
        if octaves.iter().all(|level| *level == F32x4::default()) {
            return None;
        }
        self.levels.fill(F32x4::default());
        self.grid.draw_out(octaves, &mut self.levels);
        let mut drawn = vec![F32x4::all(1.0); self.grid.fft.bins()];
        let mut unused = drawn.clone();
        self.grid.scale(&mut drawn, &mut unused, &self.levels);
        Some(drawn)
    }
}

/// The products of some signals with each other, in one octave.
type Products = Vec<Vec<f64>>;

/// What a signal becomes that has nothing in common any more with the tails and the versions before it, and is as loud as
/// its channel's tail: a share of each signal. Signals are numbered as in `Maker`.
fn fit(products: &Products, target: usize) -> Vec<f64> {
    let mut shares = vec![0.0; products.len()];
    let version = target % TAILS;
    if version == 0 {
        return shares;
    }
    let others: Vec<usize> = (0..products.len())
        .filter(|at| at % TAILS < version)
        .collect();
    // The equations of least squares, with a little of the power on the diagonal, so that they can always be solved.
    let mut rows: Vec<Vec<f64>> = others
        .iter()
        .map(|one| {
            let mut row: Vec<f64> = others.iter().map(|two| products[*one][*two]).collect();
            row.push(products[*one][target]);
            row
        })
        .collect();
    let power = others
        .iter()
        .map(|at| products[*at][*at])
        .fold(0.0, f64::max);
    for (at, row) in rows.iter_mut().enumerate() {
        row[at] += 1e-6 * power;
    }
    for pivot in 0..rows.len() {
        let (before, rest) = rows.split_at_mut(pivot + 1);
        let first = &before[pivot];
        for row in rest {
            let factor = ratio(row[pivot], first[pivot]);
            for (value, first) in row.iter_mut().zip(first).skip(pivot) {
                *value -= factor * first;
            }
        }
    }
    for (at, other) in others.iter().enumerate().rev() {
        let known: f64 = (at + 1..others.len())
            .map(|next| rows[at][next] * shares[others[next]])
            .sum();
        shares[*other] = ratio(rows[at][others.len()] - known, rows[at][at]);
    }
    let gone: f64 = others
        .iter()
        .map(|other| shares[*other] * products[*other][target])
        .sum();
    let left = (products[target][target] - gone).max(0.0);
    let wanted = products[target - version][target - version];
    let gain = ratio(wanted, left).sqrt().min(MOST_GAIN);
    for share in &mut shares {
        *share *= -gain;
    }
    shares[target] = gain;
    shares
}

/// A ratio, 0 where there is nothing to compare with.
fn ratio(over: f64, under: f64) -> f64 {
    if under > f64::MIN_POSITIVE {
        over / under
    } else {
        0.0
    }
}

/// Keeps what the gate lets through.
fn close(signal: &mut [f32], gate: &[f32]) {
    for (sample, gate) in signal.iter_mut().zip(gate) {
        *sample *= gate;
    }
}

#[cfg(test)]
mod tests;
