//! The right-angle transform, in pieces of any size.
//!
//! Two real blocks of N samples, `a` and `b`, are the N complex numbers `a + ib`, read as a polynomial
//! modulo `t^N - i`: the product of two such polynomials is the negacyclic convolution of the 2N real samples,
//! and its second half is free of what wrapped around when one factor has only N samples (overlap-save).
//! There are no special bins at the ends of the spectrum.
//!
//! `t^N - c` is split into R factors `t^(N/R) - d_k`, where `d_k` are the R-th roots of c, again and again
//! until the factors have degree 1 (a tower of fields, as in number-theoretic transforms; Bernstein 2001,
//! "Multidigit multiplication for mathematicians"). In slow words:
//!
//! ```text
//! split(block of M numbers, c):                  z = the R-th root of c
//!     for column in 0..M/R:
//!         out[k][column] = sum over r of  (z w^k)^r in[r][column]        w = exp(2 pi i / R)
//!     for k in 0..R: split(out[k], z w^k)
//! ```
//!
//! So the factors `z^r` are the same for a whole block: they are broadcast, not streamed, and their tables are
//! small. The right angle costs nothing, as the tower simply begins at `c = i`. The last 16 numbers of a
//! block are neighbours in memory; there, 16 blocks are transposed and split side by side. The spectrum
//! stays in the order in which it falls out, since only products bin by bin follow.
//!
//! Each pass can be cut between columns: a piece of 256 numbers takes about a tenth of a microsecond.
//!
//! `arithmetic` has the butterflies, `passes` what lies far apart, `neighbours` the last 16 numbers; `whole` is a
//! transform in one go.

mod arithmetic;
mod neighbours;
mod passes;
mod whole;

use std::f64::consts::TAU;

pub(crate) use neighbours::{ForwardLast, InverseFirst};
pub(crate) use passes::{ForwardFirst, InverseLast, Middle};
pub(crate) use whole::spectrum;

/// Sixteen complex numbers: the unit of all spectra.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(crate) struct Cell {
    pub re: [f32; 16],
    pub im: [f32; 16],
}

impl Cell {
    pub const ZERO: Self = Self {
        re: [0.0; 16],
        im: [0.0; 16],
    };
}

/// Orders (powers of two) of the sizes that there are transforms for.
pub(crate) const ORDERS: std::ops::RangeInclusive<u32> = 6..=16;

/// The tables of one size.
#[derive(Debug)]
pub(crate) struct Transform {
    /// N, complex numbers.
    pub size: usize,
    /// All passes but the last, the one with the longest columns first.
    pub passes: Vec<Pass>,
    /// For 16 blocks of the last pass: the 16th roots of their `c`, then the 4th roots. (The latter are the
    /// fourth powers of the former, but powers multiply the error of rounding.)
    roots: Vec<[Cell; 2]>,
}

/// One pass: every block of `radix * stride` cells is split into `radix` blocks.
#[derive(Debug)]
pub(crate) struct Pass {
    /// 4, 8 or 16.
    pub radix: usize,
    /// Cells from one row of a block to the next.
    pub stride: usize,
    /// Per block: what its rows are multiplied with, in the order of use.
    factors: Vec<[f32; 2]>,
}

/// The transform of a size, made at the first use and kept for ever (less than 100 KB each).
///
/// Not real-time. None for a size without a transform.
#[allow(
    clippy::disallowed_types,
    reason = "filled when a kernel is prepared, before any audio thread has it"
)]
pub(crate) fn transform(size: usize) -> Option<&'static Transform> {
    use std::sync::OnceLock;
    static MADE: [OnceLock<Transform>; 17] = [const { OnceLock::new() }; 17];
    let order = size.trailing_zeros();
    let known = size.is_power_of_two() && ORDERS.contains(&order);
    known.then(|| MADE[order as usize].get_or_init(|| Transform::new(order)))
}

impl Transform {
    fn new(order: u32) -> Self {
        let size = 1_usize << order;
        let mut passes = Vec::new();
        // The blocks of a pass by the angle of their `c`, in turns.
        let mut angles = vec![0.25];
        for radix in radices(order) {
            let stride = size / 16 / angles.len() / radix;
            let mut factors = Vec::new();
            let mut children = Vec::new();
            for angle in angles {
                children.extend(split_angle(angle, radix, &mut factors));
            }
            passes.push(Pass {
                radix,
                stride,
                factors,
            });
            angles = children;
        }
        let mut roots = vec![[Cell::ZERO; 2]; angles.len().div_ceil(16)];
        for (block, angle) in angles.iter().enumerate() {
            for (cell, radix) in roots[block / 16].iter_mut().zip([16.0, 4.0]) {
                [cell.re[block % 16], cell.im[block % 16]] = turn(angle / radix);
            }
        }
        Self {
            size,
            passes,
            roots,
        }
    }

    /// Cells of a spectrum.
    pub fn cells(&self) -> usize {
        self.size / 16
    }

    /// How many blocks of the last pass lie side by side in the lanes of a spectrum's cell: 4, 8 or 16.
    pub fn lanes(&self) -> usize {
        self.cells().min(16)
    }
}

/// The radices of all passes but the last, whose radix is 16.
///
/// The first pass reads and writes each number where it lies farthest away; radix 4 walks along 8 streams
/// there, which caches follow. (Radix 16 saves a pass, but its 32 streams of equal low address bits cost more than
/// that.)
fn radices(order: u32) -> Vec<usize> {
    match order - 4 {
        0 | 1 => Vec::new(),
        2 => vec![4],
        3 => vec![8],
        4 => vec![4, 4],
        5 => vec![4, 8],
        6 => vec![4, 16],
        7 => vec![8, 16],
        bits => {
            let mut radices = match bits % 4 {
                0 => vec![4, 4],
                1 => vec![4, 8],
                2 => vec![4, 16],
                _ => vec![8, 16],
            };
            let done: u32 = radices
                .iter()
                .map(|radix: &usize| radix.trailing_zeros())
                .sum();
            radices.extend((0..(bits - done) / 4).map(|_| 16));
            radices
        }
    }
}

/// A point on the unit circle, by its angle in turns.
fn turn(angle: f64) -> [f32; 2] {
    [(TAU * angle).cos() as f32, (TAU * angle).sin() as f32]
}

/// The children of a block and the factors on the way to them. Radix 8 is 2 then 4, radix 16 is 4 then 4.
fn split_angle(angle: f64, radix: usize, factors: &mut Vec<[f32; 2]>) -> Vec<f64> {
    let step = |angle: f64, radix: usize, factors: &mut Vec<[f32; 2]>| -> Vec<f64> {
        let root = angle / radix as f64;
        factors.extend((1..radix).map(|row| turn(root * row as f64)));
        (0..radix)
            .map(|child| root + child as f64 / radix as f64)
            .collect()
    };
    let first = step(angle, if radix == 8 { 2 } else { 4 }, factors);
    match radix {
        4 => first,
        _ => first
            .into_iter()
            .flat_map(|angle| step(angle, 4, factors))
            .collect(),
    }
}

/// Which columns of a pass: from the first, so many. Columns are counted through all blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    pub from: usize,
    pub count: usize,
}

#[cfg(test)]
mod tests;
