//! The passes among rows that lie far apart: the first, those in the middle, and the last on the way back.

use super::super::simd::{Simd, Task};
use super::{
    Cell, Columns, Pass,
    arithmetic::{join, load, split, store},
};

/// What a pass does to the columns of its blocks.
trait Walk: Sized {
    /// The pass.
    fn pass(&self) -> &Pass;

    /// All columns, for a pass of this radix.
    fn columns<S: Simd, const R: usize>(self, s: S);

    /// All columns.
    #[inline(always)]
    fn walk<S: Simd>(self, s: S) {
        match self.pass().radix {
            4 => self.columns::<S, 4>(s),
            8 => self.columns::<S, 8>(s),
            _ => self.columns::<S, 16>(s),
        }
    }
}

/// The first pass: reads two real blocks and splits.
pub(crate) struct ForwardFirst<'a> {
    pub pass: &'a Pass,
    pub columns: Columns,
    /// The earlier block, N samples, or None for silence.
    pub earlier: Option<&'a [f32]>,
    /// The later block, likewise.
    pub later: Option<&'a [f32]>,
    pub to: &'a mut [Cell],
}

impl Task for ForwardFirst<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        self.walk(s);
    }
}

impl Walk for ForwardFirst<'_> {
    fn pass(&self) -> &Pass {
        self.pass
    }

    #[inline(always)]
    fn columns<S: Simd, const R: usize>(self, s: S) {
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
        self.walk(s);
    }
}

impl Walk for Middle<'_> {
    fn pass(&self) -> &Pass {
        self.pass
    }

    #[inline(always)]
    fn columns<S: Simd, const R: usize>(self, s: S) {
        if self.joins {
            self.butterflies::<S, R, true>(s);
        } else {
            self.butterflies::<S, R, false>(s);
        }
    }
}

impl Middle<'_> {
    #[inline(always)]
    fn butterflies<S: Simd, const R: usize, const JOINS: bool>(self, s: S) {
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
pub(crate) struct InverseLast<'a> {
    pub pass: &'a Pass,
    pub columns: Columns,
    pub cells: &'a [Cell],
    /// N samples.
    pub later: &'a mut [f32],
}

impl Task for InverseLast<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        self.walk(s);
    }
}

impl Walk for InverseLast<'_> {
    fn pass(&self) -> &Pass {
        self.pass
    }

    #[inline(always)]
    fn columns<S: Simd, const R: usize>(self, s: S) {
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
