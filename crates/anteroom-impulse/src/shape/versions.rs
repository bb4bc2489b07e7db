//! Other versions of a tail: as long, as loud in each octave and each moment, and with nothing in common with it. A sound
//! that fades slowly from one to the next is a tail that moves.
//!
//! The tail is cut into short spectra, and every part of each gets an angle at random, the same in all channels, so that
//! what the channels have in common stays what it was. By chance a little of the tail is left in that, most at low
//! frequencies, where there are few parts. So it is taken away, octave by octave (Gram and Schmidt), and the levels of the
//! octaves are set to those of the tail.

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
/// The angles are multiples of so many parts of a turn.
const ANGLES: usize = 256;
/// How often what is in common is taken away: octaves overlap, so once is not enough.
const ROUNDS: usize = 3;
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
    let mut made: Vec<(Vec<f32>, [Vec<f32>; VERSIONS])> = apart
        .channels
        .drain(count..)
        .map(|tail| (tail, [const { Vec::new() }; VERSIONS]))
        .collect();
    for_each_parallel(&mut made, cancelled, |_, (tail, versions), cancelled| {
        *versions = Maker::new(rate).of(tail, &gate, cancelled)?;
        Some(())
    })?;
    let mut versions = [const { Vec::new() }; VERSIONS];
    for (_, made) in made {
        for (versions, made) in versions.iter_mut().zip(made) {
            versions.push(made);
        }
    }
    apart.channels.extend(versions.into_iter().flatten());
    Some(())
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

/// Makes versions of one channel's tail.
struct Maker {
    /// Frames so short that a version rises and falls as the tail does.
    short: Buffers,
    /// Frames so long that the lowest octave has parts of its own.
    long: Buffers,
    /// The spectra of another signal, in long frames.
    other: [Vec<F32x4>; 2],
    /// Levels by group of the long frames.
    levels: Vec<F32x4>,
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

    /// The frames that a signal has anything in, by the first of each four.
    fn frames(&self, signal: &[f32]) -> impl Iterator<Item = usize> + use<> {
        let first = signal.iter().position(|sample| *sample != 0.0);
        let last = signal.iter().rposition(|sample| *sample != 0.0);
        let hop = self.grid.hop;
        let frames = match (first, last) {
            (Some(first), Some(last)) => first / hop..self.grid.frames(last + 1),
            _ => 0..0,
        };
        frames.step_by(LANES)
    }
}

impl Maker {
    fn new(rate: u32) -> Self {
        let long = Buffers::new(Grid::long(rate));
        Self {
            short: Buffers::new(Grid::medium(rate)),
            other: [long.re.clone(), long.im.clone()],
            levels: vec![F32x4::default(); long.grid.group_hz.len()],
            long,
        }
    }

    /// The versions. `None` if cancelled.
    fn of(
        &mut self,
        tail: &[f32],
        gate: &[f32],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<[Vec<f32>; VERSIONS]> {
        let mut versions = [const { Vec::new() }; VERSIONS];
        for (number, version) in versions.iter_mut().enumerate() {
            *version = self.turned(tail, number as u64, cancelled)?;
            close(version, gate);
        }
        for _ in 0..ROUNDS {
            for number in 0..VERSIONS {
                let (before, rest) = versions.split_at_mut(number);
                let Some(version) = rest.first_mut() else {
                    break;
                };
                let others = std::iter::once(tail).chain(before.iter().map(Vec::as_slice));
                for other in others {
                    self.take_away(other, version, cancelled)?;
                }
                *version = self.levelled(version, tail, cancelled)?;
                close(version, gate);
            }
        }
        Some(versions)
    }

    /// A signal with other angles. `None` if cancelled.
    fn turned(
        &mut self,
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
        for frame in self.short.frames(signal) {
            if cancelled() {
                return None;
            }
            let Buffers { grid, re, im } = &mut self.short;
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

    /// Takes away what a signal has in common with another one, octave by octave. `None` if cancelled.
    fn take_away(
        &mut self,
        other: &[f32],
        signal: &mut [f32],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<()> {
        let [common, energy, _] = self.octaves(other, signal, cancelled)?;
        let shares = common.iter().zip(&energy);
        let shares: Vec<F32x4> = shares
            .map(|(common, energy)| F32x4::all(-ratio(*common, *energy) as f32))
            .collect();
        self.add_scaled(other, &shares, signal, cancelled)
    }

    /// A signal with another one's levels of the octaves. `None` if cancelled.
    fn levelled(
        &mut self,
        signal: &[f32],
        other: &[f32],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<f32>> {
        let [_, wanted, energy] = self.octaves(other, signal, cancelled)?;
        let gains = wanted.iter().zip(&energy);
        let gains: Vec<F32x4> = gains
            .map(|(wanted, energy)| F32x4::all(ratio(*wanted, *energy).sqrt() as f32))
            .collect();
        let mut levelled = vec![0.0; signal.len()];
        self.add_scaled(signal, &gains, &mut levelled, cancelled)?;
        Some(levelled)
    }

    /// By octave: the product of two signals, and the energy of each. `None` if cancelled.
    fn octaves(
        &mut self,
        one: &[f32],
        two: &[f32],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<[Vec<f64>; 3]> {
        let Buffers { grid, re, im } = &mut self.long;
        let [re_two, im_two] = &mut self.other;
        let groups = grid.group_hz.len();
        let mut sums = [(); 3].map(|()| vec![0.0_f64; groups]);
        // They are the same frames, as one is made of the other.
        for frame in (0..grid.frames(one.len())).step_by(LANES) {
            if cancelled() {
                return None;
            }
            grid.analyse(one, (frame, 1), re, im);
            grid.analyse(two, (frame, 1), re_two, im_two);
            for group in 0..groups {
                let mut group_sums = [F32x4::default(); 3];
                for bin in grid.groups[group]..grid.groups[group + 1] {
                    let (a, b, c, d) = (re[bin], im[bin], re_two[bin], im_two[bin]);
                    group_sums[0] += a * c + b * d;
                    group_sums[1] += a * a + b * b;
                    group_sums[2] += c * c + d * d;
                }
                for (sums, group_sum) in sums.iter_mut().zip(group_sums) {
                    sums[group] += group_sum.0.iter().copied().map(f64::from).sum::<f64>();
                }
            }
        }
        let by_octave = |sums: Vec<f64>| {
            let octaves = grid.weights.iter();
            let octave = |weights: &Vec<f64>| -> f64 {
                let groups = weights.iter().zip(&sums);
                groups.map(|(weight, sum)| weight * sum).sum()
            };
            octaves.map(octave).collect()
        };
        Some(sums.map(by_octave))
    }

    /// Adds a signal to another one, with a factor for each octave. `None` if cancelled.
    fn add_scaled(
        &mut self,
        signal: &[f32],
        octaves: &[F32x4],
        to: &mut [f32],
        cancelled: &dyn Fn() -> bool,
    ) -> Option<()> {
        if octaves.is_empty() {
            return Some(());
        }
        self.long.grid.draw_out(octaves, &mut self.levels);
        for frame in self.long.frames(signal) {
            if cancelled() {
                return None;
            }
            let Buffers { grid, re, im } = &mut self.long;
            grid.analyse(signal, (frame, 1), re, im);
            grid.scale(re, im, &self.levels);
            grid.add(re, im, frame, to);
        }
        Some(())
    }
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
