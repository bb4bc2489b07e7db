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

use std::f64::consts::TAU;

use super::simd::{Simd, Task};

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
/// there, which caches follow. (Radix 16 saves a pass, but its 32 streams of equal low address bits cost twice
/// as much for each number: 15 ns a cell instead of 7.)
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

/// A complex vector: real parts, imaginary parts.
type C<S> = [<S as Simd>::V; 2];

#[inline(always)]
fn load<S: Simd>(s: S, cell: &Cell, lane: usize) -> C<S> {
    [s.load(&cell.re[lane..]), s.load(&cell.im[lane..])]
}

#[inline(always)]
fn store<S: Simd>(s: S, value: C<S>, cell: &mut Cell, lane: usize) {
    s.store(value[0], &mut cell.re[lane..]);
    s.store(value[1], &mut cell.im[lane..]);
}

#[inline(always)]
fn splat<S: Simd>(s: S, value: [f32; 2]) -> C<S> {
    [s.splat(value[0]), s.splat(value[1])]
}

#[inline(always)]
fn add<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [s.add(a[0], b[0]), s.add(a[1], b[1])]
}

#[inline(always)]
fn sub<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [s.sub(a[0], b[0]), s.sub(a[1], b[1])]
}

/// a + ib
#[inline(always)]
fn add_turned<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [s.sub(a[0], b[1]), s.add(a[1], b[0])]
}

/// a - ib
#[inline(always)]
fn sub_turned<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [s.add(a[0], b[1]), s.sub(a[1], b[0])]
}

#[inline(always)]
fn mul<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [
        s.mul_sub_from(a[1], b[1], s.mul(a[0], b[0])),
        s.mul_add(a[0], b[1], s.mul(a[1], b[0])),
    ]
}

/// a times the conjugate of b
#[inline(always)]
fn mul_conj<S: Simd>(s: S, a: C<S>, b: C<S>) -> C<S> {
    [
        s.mul_add(a[1], b[1], s.mul(a[0], b[0])),
        s.mul_sub_from(a[0], b[1], s.mul(a[1], b[0])),
    ]
}

#[inline(always)]
fn split2<S: Simd>(s: S, a: &mut [C<S>], at: [usize; 2], w: C<S>) {
    let (x, y) = (a[at[0]], mul(s, a[at[1]], w));
    a[at[0]] = add(s, x, y);
    a[at[1]] = sub(s, x, y);
}

#[inline(always)]
fn join2<S: Simd>(s: S, a: &mut [C<S>], at: [usize; 2], w: C<S>) {
    let (x, y) = (a[at[0]], a[at[1]]);
    a[at[0]] = add(s, x, y);
    a[at[1]] = mul_conj(s, sub(s, x, y), w);
}

#[inline(always)]
fn split4<S: Simd>(s: S, a: &mut [C<S>], at: [usize; 4], w: [C<S>; 3]) {
    let (x0, x1) = (a[at[0]], mul(s, a[at[1]], w[0]));
    let (x2, x3) = (mul(s, a[at[2]], w[1]), mul(s, a[at[3]], w[2]));
    let (even, odd) = (add(s, x0, x2), sub(s, x0, x2));
    let (sum, difference) = (add(s, x1, x3), sub(s, x1, x3));
    a[at[0]] = add(s, even, sum);
    a[at[1]] = add_turned(s, odd, difference);
    a[at[2]] = sub(s, even, sum);
    a[at[3]] = sub_turned(s, odd, difference);
}

#[inline(always)]
fn join4<S: Simd>(s: S, a: &mut [C<S>], at: [usize; 4], w: [C<S>; 3]) {
    let (x0, x1, x2, x3) = (a[at[0]], a[at[1]], a[at[2]], a[at[3]]);
    let (even, odd) = (add(s, x0, x2), sub(s, x0, x2));
    let (sum, difference) = (add(s, x1, x3), sub(s, x1, x3));
    a[at[0]] = add(s, even, sum);
    a[at[1]] = mul_conj(s, sub_turned(s, odd, difference), w[0]);
    a[at[2]] = mul_conj(s, sub(s, even, sum), w[1]);
    a[at[3]] = mul_conj(s, add_turned(s, odd, difference), w[2]);
}

#[inline(always)]
fn three<S: Simd>(s: S, w: &[[f32; 2]], at: usize) -> [C<S>; 3] {
    [splat(s, w[at]), splat(s, w[at + 1]), splat(s, w[at + 2])]
}

/// Splits one column of a block; `w` are the block's factors.
#[inline(always)]
fn split<S: Simd, const R: usize>(s: S, a: &mut [C<S>; R], w: &[[f32; 2]]) {
    match R {
        4 => split4(s, a, [0, 1, 2, 3], three(s, w, 0)),
        8 => {
            let root = splat(s, w[0]);
            split2(s, a, [0, 4], root);
            split2(s, a, [1, 5], root);
            split2(s, a, [2, 6], root);
            split2(s, a, [3, 7], root);
            split4(s, a, [0, 1, 2, 3], three(s, w, 1));
            split4(s, a, [4, 5, 6, 7], three(s, w, 4));
        }
        _ => {
            let root = three(s, w, 0);
            split4(s, a, [0, 4, 8, 12], root);
            split4(s, a, [1, 5, 9, 13], root);
            split4(s, a, [2, 6, 10, 14], root);
            split4(s, a, [3, 7, 11, 15], root);
            split4(s, a, [0, 1, 2, 3], three(s, w, 3));
            split4(s, a, [4, 5, 6, 7], three(s, w, 6));
            split4(s, a, [8, 9, 10, 11], three(s, w, 9));
            split4(s, a, [12, 13, 14, 15], three(s, w, 12));
        }
    }
}

/// Undoes [`split`], times R.
#[inline(always)]
fn join<S: Simd, const R: usize>(s: S, a: &mut [C<S>; R], w: &[[f32; 2]]) {
    match R {
        4 => join4(s, a, [0, 1, 2, 3], three(s, w, 0)),
        8 => {
            join4(s, a, [0, 1, 2, 3], three(s, w, 1));
            join4(s, a, [4, 5, 6, 7], three(s, w, 4));
            let root = splat(s, w[0]);
            join2(s, a, [0, 4], root);
            join2(s, a, [1, 5], root);
            join2(s, a, [2, 6], root);
            join2(s, a, [3, 7], root);
        }
        _ => {
            join4(s, a, [0, 1, 2, 3], three(s, w, 3));
            join4(s, a, [4, 5, 6, 7], three(s, w, 6));
            join4(s, a, [8, 9, 10, 11], three(s, w, 9));
            join4(s, a, [12, 13, 14, 15], three(s, w, 12));
            let root = three(s, w, 0);
            join4(s, a, [0, 4, 8, 12], root);
            join4(s, a, [1, 5, 9, 13], root);
            join4(s, a, [2, 6, 10, 14], root);
            join4(s, a, [3, 7, 11, 15], root);
        }
    }
}

/// Which columns of a pass: from the first, so many. Columns are counted through all blocks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Columns {
    pub from: usize,
    pub count: usize,
}

/// The first pass: reads two real blocks and splits.
pub(crate) struct First<'a> {
    pub pass: &'a Pass,
    pub columns: Columns,
    /// The earlier block, N samples, or None for silence.
    pub earlier: Option<&'a [f32]>,
    /// The later block, likewise.
    pub later: Option<&'a [f32]>,
    pub to: &'a mut [Cell],
}

impl Task for First<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        match self.pass.radix {
            4 => self.radix::<S, 4>(s),
            8 => self.radix::<S, 8>(s),
            _ => self.radix::<S, 16>(s),
        }
    }
}

impl First<'_> {
    #[inline(always)]
    fn radix<S: Simd, const R: usize>(self, s: S) {
        const SILENCE: [f32; 16] = [0.0; 16];
        let stride = self.pass.stride;
        for column in self.columns.from..self.columns.from + self.columns.count {
            for lane in (0..16).step_by(S::LANES) {
                let mut a = [[s.splat(0.0); 2]; R];
                for (row, value) in a.iter_mut().enumerate() {
                    let at = 16 * (row * stride + column);
                    let re = self
                        .earlier
                        .map_or(&SILENCE[..], |samples| &samples[at..at + 16]);
                    let im = self
                        .later
                        .map_or(&SILENCE[..], |samples| &samples[at..at + 16]);
                    *value = [s.load(&re[lane..]), s.load(&im[lane..])];
                }
                split::<S, R>(s, &mut a, &self.pass.factors);
                for (row, value) in a.iter().enumerate() {
                    store(s, *value, &mut self.to[row * stride + column], lane);
                }
            }
        }
    }
}

/// A pass in the middle, in place: splits or joins.
pub(crate) struct Middle<'a> {
    pub pass: &'a Pass,
    pub columns: Columns,
    pub joins: bool,
    pub cells: &'a mut [Cell],
}

impl Task for Middle<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        match (self.pass.radix, self.joins) {
            (4, false) => self.radix::<S, 4, false>(s),
            (4, true) => self.radix::<S, 4, true>(s),
            (8, false) => self.radix::<S, 8, false>(s),
            (8, true) => self.radix::<S, 8, true>(s),
            (_, false) => self.radix::<S, 16, false>(s),
            (_, true) => self.radix::<S, 16, true>(s),
        }
    }
}

impl Middle<'_> {
    #[inline(always)]
    fn radix<S: Simd, const R: usize, const JOINS: bool>(self, s: S) {
        let stride = self.pass.stride;
        let shift = stride.trailing_zeros();
        for unit in self.columns.from..self.columns.from + self.columns.count {
            let (block, column) = (unit >> shift, unit & (stride - 1));
            let factors = &self.pass.factors[block * (R - 1)..][..R - 1];
            let cells = &mut self.cells[block * R * stride + column..][..(R - 1) * stride + 1];
            for lane in (0..16).step_by(S::LANES) {
                let mut a = [[s.splat(0.0); 2]; R];
                for (row, value) in a.iter_mut().enumerate() {
                    *value = load(s, &cells[row * stride], lane);
                }
                if JOINS {
                    join::<S, R>(s, &mut a, factors);
                } else {
                    split::<S, R>(s, &mut a, factors);
                }
                for (row, value) in a.iter().enumerate() {
                    store(s, *value, &mut cells[row * stride], lane);
                }
            }
        }
    }
}

/// The last pass of the way back: joins and keeps the later of the two real blocks.
pub(crate) struct Final<'a> {
    pub pass: &'a Pass,
    pub columns: Columns,
    pub cells: &'a [Cell],
    /// N samples.
    pub later: &'a mut [f32],
}

impl Task for Final<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        match self.pass.radix {
            4 => self.radix::<S, 4>(s),
            8 => self.radix::<S, 8>(s),
            _ => self.radix::<S, 16>(s),
        }
    }
}

impl Final<'_> {
    #[inline(always)]
    fn radix<S: Simd, const R: usize>(self, s: S) {
        let stride = self.pass.stride;
        for column in self.columns.from..self.columns.from + self.columns.count {
            for lane in (0..16).step_by(S::LANES) {
                let mut a = [[s.splat(0.0); 2]; R];
                for (row, value) in a.iter_mut().enumerate() {
                    *value = load(s, &self.cells[row * stride + column], lane);
                }
                join::<S, R>(s, &mut a, &self.pass.factors);
                for (row, value) in a.iter().enumerate() {
                    let at = 16 * (row * stride + column);
                    s.store(value[1], &mut self.later[at + lane..at + 16]);
                }
            }
        }
    }
}

/// What the last pass multiplies with, for the blocks in the lanes of one vector: the powers of their roots.
#[inline(always)]
fn powers<S: Simd>(s: S, roots: &[Cell; 2], lane: usize) -> ([C<S>; 3], [[C<S>; 3]; 4]) {
    const EIGHTH: f32 = std::f32::consts::FRAC_1_SQRT_2;
    // The cosine and the sine of a sixteenth of a turn.
    const SIXTEENTH: [f32; 2] = [0.923_879_5, 0.382_683_43];
    let turned = |a: C<S>| -> C<S> { [s.sub(s.splat(0.0), a[1]), a[0]] };
    let eighth = s.splat(EIGHTH);
    let turned_eighth = |a: C<S>| -> C<S> {
        [
            s.mul(s.sub(a[0], a[1]), eighth),
            s.mul(s.add(a[0], a[1]), eighth),
        ]
    };

    let [root, fourth] = [load(s, &roots[0], lane), load(s, &roots[1], lane)];
    let (square, eighth_power) = (mul(s, root, root), mul(s, fourth, fourth));
    let upper = [fourth, eighth_power, mul(s, eighth_power, fourth)];

    let first = mul(s, root, splat(s, SIXTEENTH));
    let second = turned_eighth(root);
    let third = mul(s, root, splat(s, [SIXTEENTH[1], SIXTEENTH[0]]));
    let square_eighth = turned_eighth(square);
    let square_quarter = turned(square);
    let square_three = turned(square_eighth);
    let lower = [
        [root, square, mul(s, square, root)],
        [first, square_eighth, mul(s, square_eighth, first)],
        [second, square_quarter, mul(s, square_quarter, second)],
        [third, square_three, mul(s, square_three, third)],
    ];
    (upper, lower)
}

/// Puts the numbers of `LANES` neighbouring cells side by side: lane g of vector e is number e of cell g.
#[inline(always)]
fn gather<S: Simd>(s: S, cells: &[Cell]) -> [C<S>; 16] {
    let mut a = [[s.splat(0.0); 2]; 16];
    for quarter in (0..16).step_by(S::LANES) {
        let mut re = [s.splat(0.0); 16];
        let mut im = [s.splat(0.0); 16];
        for group in 0..S::LANES {
            [re[group], im[group]] = load(s, &cells[group], quarter);
        }
        s.transpose(&mut re[..S::LANES]);
        s.transpose(&mut im[..S::LANES]);
        for element in 0..S::LANES {
            a[quarter + element] = [re[element], im[element]];
        }
    }
    a
}

/// Undoes [`gather`].
#[inline(always)]
fn scatter<S: Simd>(s: S, a: [C<S>; 16], cells: &mut [Cell]) {
    for quarter in (0..16).step_by(S::LANES) {
        let mut re = [s.splat(0.0); 16];
        let mut im = [s.splat(0.0); 16];
        for element in 0..S::LANES {
            [re[element], im[element]] = a[quarter + element];
        }
        s.transpose(&mut re[..S::LANES]);
        s.transpose(&mut im[..S::LANES]);
        for group in 0..S::LANES {
            store(s, [re[group], im[group]], &mut cells[group], quarter);
        }
    }
}

/// The last pass: 16 neighbours of each block, and into the spectrum. Works on whole sets of `lanes()` cells.
pub(crate) struct Leaves<'a> {
    pub transform: &'a Transform,
    /// In cells; multiples of `lanes()`.
    pub range: Columns,
    pub from: &'a [Cell],
    /// The spectrum: cell `c` is at `to[c * spacing]`.
    pub to: &'a mut [Cell],
    pub spacing: usize,
}

impl Task for Leaves<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let set = self.transform.lanes();
        for start in (self.range.from..self.range.from + self.range.count).step_by(set) {
            for group in (start..start + set).step_by(S::LANES) {
                let mut a = gather(s, &self.from[group..group + S::LANES]);
                let (upper, lower) = powers(s, &self.transform.roots[group / 16], group % 16);
                for row in 0..4 {
                    split4(s, &mut a, [row, row + 4, row + 8, row + 12], upper);
                }
                for (row, w) in lower.into_iter().enumerate() {
                    split4(
                        s,
                        &mut a,
                        [4 * row, 4 * row + 1, 4 * row + 2, 4 * row + 3],
                        w,
                    );
                }
                // Vectors of the set are laid end to end, so that the order is the same for any instruction set.
                for (element, value) in a.iter().enumerate() {
                    let place = element * set + (group - start);
                    store(
                        s,
                        *value,
                        &mut self.to[(start + place / 16) * self.spacing],
                        place % 16,
                    );
                }
            }
        }
    }
}

/// Undoes [`Leaves`], in place and times 16.
pub(crate) struct Roots<'a> {
    pub transform: &'a Transform,
    /// In cells; multiples of `lanes()`.
    pub range: Columns,
    pub cells: &'a mut [Cell],
}

impl Task for Roots<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let set = self.transform.lanes();
        for start in (self.range.from..self.range.from + self.range.count).step_by(set) {
            // A set narrower than a cell's 16 lanes shares cells between its groups: all are read first.
            let mut done = [Cell::ZERO; 16];
            for group in (0..set).step_by(S::LANES) {
                let mut a = [[s.splat(0.0); 2]; 16];
                for (element, value) in a.iter_mut().enumerate() {
                    let place = element * set + group;
                    *value = load(s, &self.cells[start + place / 16], place % 16);
                }
                let block = start + group;
                let (upper, lower) = powers(s, &self.transform.roots[block / 16], block % 16);
                for (row, w) in lower.into_iter().enumerate() {
                    join4(
                        s,
                        &mut a,
                        [4 * row, 4 * row + 1, 4 * row + 2, 4 * row + 3],
                        w,
                    );
                }
                for row in 0..4 {
                    join4(s, &mut a, [row, row + 4, row + 8, row + 12], upper);
                }
                if S::LANES == set {
                    scatter(s, a, &mut self.cells[start..start + set]);
                } else {
                    scatter(s, a, &mut done[group..group + S::LANES]);
                }
            }
            if S::LANES != set {
                self.cells[start..start + set].copy_from_slice(&done[..set]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::simd::{Isa, run};
    use super::*;

    /// The whole transform of two real blocks.
    fn forward(isa: Isa, plan: &Transform, earlier: &[f32], later: &[f32]) -> Vec<Cell> {
        let mut work = vec![Cell::ZERO; plan.cells()];
        let mut spectrum = work.clone();
        for (index, pass) in plan.passes.iter().enumerate() {
            // Two uneven pieces, as passes may be cut anywhere.
            let all = plan.cells() / pass.radix;
            for (from, count) in [(0, all / 3), (all / 3, all - all / 3)] {
                let columns = Columns { from, count };
                if index == 0 {
                    let (earlier, later) = (Some(earlier), Some(later));
                    run(
                        isa,
                        16,
                        First {
                            pass,
                            columns,
                            earlier,
                            later,
                            to: &mut work,
                        },
                    );
                } else {
                    run(
                        isa,
                        16,
                        Middle {
                            pass,
                            columns,
                            joins: false,
                            cells: &mut work,
                        },
                    );
                }
            }
        }
        let range = Columns {
            from: 0,
            count: plan.cells(),
        };
        run(
            isa,
            plan.lanes(),
            Leaves {
                transform: plan,
                range,
                from: &work,
                to: &mut spectrum,
                spacing: 1,
            },
        );
        spectrum
    }

    fn backward(isa: Isa, plan: &Transform, mut cells: Vec<Cell>) -> Vec<f32> {
        let range = Columns {
            from: 0,
            count: plan.cells(),
        };
        run(
            isa,
            plan.lanes(),
            Roots {
                transform: plan,
                range,
                cells: &mut cells,
            },
        );
        let mut later = vec![0.0; plan.size];
        for (index, pass) in plan.passes.iter().enumerate().rev() {
            let columns = Columns {
                from: 0,
                count: plan.cells() / pass.radix,
            };
            if index == 0 {
                run(
                    isa,
                    16,
                    Final {
                        pass,
                        columns,
                        cells: &cells,
                        later: &mut later,
                    },
                );
            } else {
                run(
                    isa,
                    16,
                    Middle {
                        pass,
                        columns,
                        joins: true,
                        cells: &mut cells,
                    },
                );
            }
        }
        later
    }

    fn noise(seed: u32, count: usize) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    /// The angle of each bin of a spectrum, in turns, by following the tower without any arithmetic on numbers.
    fn angles(plan: &Transform, order: u32) -> Vec<f64> {
        let mut angles = vec![0.25];
        for radix in radices(order) {
            angles = angles
                .into_iter()
                .flat_map(|angle| split_angle(angle, radix, &mut Vec::new()))
                .collect();
        }
        let lanes = plan.lanes();
        let mut sorted = vec![0.0; plan.size];
        for (block, angle) in angles.into_iter().enumerate() {
            for (element, leaf) in split_angle(angle, 16, &mut Vec::new())
                .into_iter()
                .enumerate()
            {
                sorted[block / lanes * 16 * lanes + element * lanes + block % lanes] = leaf;
            }
        }
        sorted
    }

    #[test]
    fn a_spectrum_is_the_polynomial_at_the_roots() {
        for isa in Isa::available() {
            for order in 6..=10 {
                let plan = transform(1 << order).unwrap();
                let (earlier, later) = (noise(1, plan.size), noise(2, plan.size));
                let spectrum = forward(isa, plan, &earlier, &later);
                for (bin, angle) in angles(plan, order).into_iter().enumerate().step_by(7) {
                    let (mut re, mut im) = (0.0, 0.0);
                    for (power, (a, b)) in earlier.iter().zip(&later).enumerate() {
                        let (sin, cos) = (TAU * (angle * power as f64).fract()).sin_cos();
                        re += f64::from(*a) * cos - f64::from(*b) * sin;
                        im += f64::from(*a) * sin + f64::from(*b) * cos;
                    }
                    let cell = &spectrum[bin / 16];
                    let error = (re - f64::from(cell.re[bin % 16]))
                        .hypot(im - f64::from(cell.im[bin % 16]));
                    assert!(
                        error < 5e-5,
                        "{isa:?}, order {order}, bin {bin}: off by {error}"
                    );
                }
            }
        }
    }

    #[test]
    fn there_and_back_gives_the_later_block() {
        for isa in Isa::available() {
            for order in ORDERS {
                let plan = transform(1 << order).unwrap();
                let (earlier, later) = (noise(3, plan.size), noise(4, plan.size));
                let back = backward(isa, plan, forward(isa, plan, &earlier, &later));
                let scale = 1.0 / plan.size as f32;
                for (a, b) in back.iter().zip(&later) {
                    assert!((a * scale - b).abs() < 2e-6, "{isa:?}, order {order}");
                }
            }
        }
    }

    #[test]
    fn sizes_without_a_transform_are_refused() {
        for size in [0, 1, 32, 63, 96, 1 << 17] {
            assert!(transform(size).is_none(), "{size}");
        }
    }
}
