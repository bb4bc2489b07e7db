//! A complex Fourier transform in small pieces, so that its work can be spread over the blocks.
//!
//! Radix 4, in Stockham's order: each pass reads one pair of planes and writes the other, and the last one leaves the
//! numbers in their natural order. One number is worked on as the next one is, so vectors of any width give the same bits.

use std::f64::consts::TAU;

use super::super::buffer::silence;
use crate::impulse::math::sin_cos;

/// Columns of a pass that make one piece of work, well below a microsecond.
const PIECE: usize = 64;

/// Complex numbers: real parts, imaginary parts.
#[derive(Debug)]
pub(super) struct Planes {
    pub re: Vec<f32>,
    pub im: Vec<f32>,
}

impl Planes {
    /// All zero, and every page has been written. Not real-time.
    pub fn new(size: usize) -> Self {
        Self {
            re: silence(size),
            im: silence(size),
        }
    }
}

/// The first three powers of a root: real part and imaginary part of each.
type Powers = [f32; 6];

/// The transform of one size, and the two pairs of planes that it goes to and fro between.
#[derive(Debug)]
pub(super) struct Transform {
    size: usize,
    /// Of each pass of radix 4.
    powers: Vec<Vec<Powers>>,
    /// Whether a pass of radix 2 comes last.
    halves: bool,
    planes: [Planes; 2],
}

impl Transform {
    /// For a power of two from 16 on. Not real-time.
    pub fn new(size: usize) -> Self {
        let order = size.trailing_zeros();
        let powers = (0..order / 2).map(|pass| {
            let length = size >> (2 * pass);
            let of = |column: usize| {
                let mut powers = [0.0; 6];
                for (power, pair) in powers.chunks_exact_mut(2).enumerate() {
                    let part = (column * (power + 1)) as f64 / length as f64;
                    let (sin, cos) = sin_cos(-TAU * part);
                    pair.copy_from_slice(&[cos as f32, sin as f32]);
                }
                powers
            };
            (0..length / 4).map(of).collect()
        });
        Self {
            size,
            powers: powers.collect(),
            halves: order % 2 == 1,
            planes: [Planes::new(size), Planes::new(size)],
        }
    }

    /// How many passes there are.
    pub fn passes(&self) -> usize {
        self.powers.len() + usize::from(self.halves)
    }

    /// How many pieces of work a pass is.
    pub fn pieces(&self) -> usize {
        (self.size / 4).div_ceil(PIECE)
    }

    /// Where the numbers are put before the first pass.
    pub fn input(&mut self) -> &mut Planes {
        &mut self.planes[0]
    }

    /// Where they are after the last pass.
    pub fn output(&self) -> &Planes {
        &self.planes[self.passes() % 2]
    }

    /// One piece of one pass. Real-time.
    pub fn work(&mut self, pass: usize, piece: usize) {
        let [even, odd] = &mut self.planes;
        let (from, to) = match pass % 2 {
            0 => (&*even, odd),
            _ => (&*odd, even),
        };
        let first = piece * PIECE;
        let last = (first + PIECE).min(self.size / 4);
        match self.powers.get(pass) {
            Some(powers) if pass == 0 => neighbours(powers, from, to, first..last),
            Some(powers) => quarters(powers, 1 << (2 * pass), from, to, first..last),
            None => halves(from, to, 2 * first..2 * last),
        }
    }
}

/// A butterfly of radix 4.
#[inline(always)]
fn butterfly(a: [f32; 2], b: [f32; 2], c: [f32; 2], d: [f32; 2], w: &Powers) -> [[f32; 2]; 4] {
    let even = [a[0] + c[0], a[1] + c[1]];
    let odd = [a[0] - c[0], a[1] - c[1]];
    let sum = [b[0] + d[0], b[1] + d[1]];
    // The difference, turned by a right angle.
    let turned = [d[1] - b[1], b[0] - d[0]];
    let times = |x: [f32; 2], re: f32, im: f32| [x[0] * re - x[1] * im, x[0] * im + x[1] * re];
    [
        [even[0] + sum[0], even[1] + sum[1]],
        times([odd[0] - turned[0], odd[1] - turned[1]], w[0], w[1]),
        times([even[0] - sum[0], even[1] - sum[1]], w[2], w[3]),
        times([odd[0] + turned[0], odd[1] + turned[1]], w[4], w[5]),
    ]
}

/// Columns of the first pass, each of which has powers of its own.
fn neighbours(powers: &[Powers], from: &Planes, to: &mut Planes, columns: std::ops::Range<usize>) {
    let quarter = powers.len();
    for column in columns {
        let at = |row: usize| {
            let place = column + row * quarter;
            [from.re[place], from.im[place]]
        };
        let made = butterfly(at(0), at(1), at(2), at(3), &powers[column]);
        for (row, [re, im]) in made.into_iter().enumerate() {
            to.re[4 * column + row] = re;
            to.im[4 * column + row] = im;
        }
    }
}

/// Columns of a later pass; `stride` of them in a row have the same powers.
fn quarters(
    powers: &[Powers],
    stride: usize,
    from: &Planes,
    to: &mut Planes,
    columns: std::ops::Range<usize>,
) {
    let rows = stride * powers.len();
    let mut column = columns.start;
    while column < columns.end {
        let (group, start) = (column / stride, column % stride);
        let count = (stride - start).min(columns.end - column);
        let source = |row: usize| {
            let range = column + row * rows..column + row * rows + count;
            (&from.re[range.clone()], &from.im[range])
        };
        let (a, b, c, d) = (source(0), source(1), source(2), source(3));
        let begin = 4 * group * stride + start;
        let (re, im) = (&mut to.re[begin..], &mut to.im[begin..]);
        let (re0, re) = re.split_at_mut(stride);
        let (re1, re) = re.split_at_mut(stride);
        let (re2, re3) = re.split_at_mut(stride);
        let (im0, im) = im.split_at_mut(stride);
        let (im1, im) = im.split_at_mut(stride);
        let (im2, im3) = im.split_at_mut(stride);
        let (re0, re1, re2, re3) = (
            &mut re0[..count],
            &mut re1[..count],
            &mut re2[..count],
            &mut re3[..count],
        );
        let (im0, im1, im2, im3) = (
            &mut im0[..count],
            &mut im1[..count],
            &mut im2[..count],
            &mut im3[..count],
        );
        let powers = &powers[group];
        for i in 0..count {
            let made = butterfly(
                [a.0[i], a.1[i]],
                [b.0[i], b.1[i]],
                [c.0[i], c.1[i]],
                [d.0[i], d.1[i]],
                powers,
            );
            [re0[i], im0[i]] = made[0];
            [re1[i], im1[i]] = made[1];
            [re2[i], im2[i]] = made[2];
            [re3[i], im3[i]] = made[3];
        }
        column += count;
    }
}

/// Columns of the last pass where the size is no power of four.
fn halves(from: &Planes, to: &mut Planes, columns: std::ops::Range<usize>) {
    for (from, to) in [(&from.re, &mut to.re), (&from.im, &mut to.im)] {
        let half = from.len() / 2;
        let (lower, upper) = to.split_at_mut(half);
        let (lower, upper) = (&mut lower[columns.clone()], &mut upper[columns.clone()]);
        let (a, b) = (
            &from[columns.clone()],
            &from[half + columns.start..half + columns.end],
        );
        for (((lower, upper), a), b) in lower.iter_mut().zip(upper).zip(a).zip(b) {
            (*lower, *upper) = (a + b, a - b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the sum that it is defined as, in double precision.
    #[test]
    fn it_is_the_fourier_transform() {
        for size in [16, 64, 128, 1024, 2048] {
            let mut transform = Transform::new(size);
            let value =
                |n: usize, seed: usize| ((n * 7919 + seed * 104_729) % 2003) as f32 / 1001.5 - 1.0;
            for n in 0..size {
                transform.input().re[n] = value(n, 1);
                transform.input().im[n] = value(n, 2);
            }
            for pass in 0..transform.passes() {
                // In any order: pieces of a pass do not touch each other.
                for piece in (0..transform.pieces()).rev() {
                    transform.work(pass, piece);
                }
            }
            let output = transform.output();
            for k in (0..size).step_by(1 + size / 61) {
                let (mut re, mut im) = (0.0_f64, 0.0);
                for n in 0..size {
                    let angle = -TAU * ((k * n) % size) as f64 / size as f64;
                    let (a, b) = (f64::from(value(n, 1)), f64::from(value(n, 2)));
                    re += a * angle.cos() - b * angle.sin();
                    im += a * angle.sin() + b * angle.cos();
                }
                let error = (f64::from(output.re[k]) - re).hypot(f64::from(output.im[k]) - im);
                let most = 1e-6 * (size as f64).sqrt() * 4.0;
                assert!(error < most, "bin {k} of {size}: {error}");
            }
        }
    }
}
