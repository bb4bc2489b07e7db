//! The last pass, among neighbours: 16 numbers of each block, side by side with those of other blocks.

use super::super::simd::{Simd, Task};
use super::{
    Cell, Columns, Transform,
    arithmetic::{C, join4, load, mul, splat, split4, store},
};

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
pub(crate) struct ForwardLast<'a> {
    pub transform: &'a Transform,
    /// In cells; multiples of `lanes()`.
    pub range: Columns,
    pub from: &'a [Cell],
    /// The spectrum: cell `c` is at `to[c * spacing]`.
    pub to: &'a mut [Cell],
    pub spacing: usize,
}

impl Task for ForwardLast<'_> {
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

/// Undoes [`ForwardLast`] for one set of `lanes()` cells, times 16.
pub(crate) struct InverseFirst<'a> {
    pub transform: &'a Transform,
    /// The set's first cell.
    pub start: usize,
    /// The set's spectrum.
    pub from: &'a [Cell],
    /// All cells.
    pub to: &'a mut [Cell],
}

impl Task for InverseFirst<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let set = self.transform.lanes();
        let from = &self.from[..set];
        for group in (0..set).step_by(S::LANES) {
            let mut a = [[s.splat(0.0); 2]; 16];
            for (element, value) in a.iter_mut().enumerate() {
                let place = element * set + group;
                *value = load(s, &from[place / 16], place % 16);
            }
            let block = self.start + group;
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
            scatter(s, a, &mut self.to[block..block + S::LANES]);
        }
    }
}
