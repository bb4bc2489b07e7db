//! Products of spectra, summed over partitions, inputs and paths.
//!
//! Spectra of one level lie cell by cell: all partitions of a cell are neighbours, so the sum of a cell
//! streams through one stretch of memory for the impulse and one for the history, with the sums in
//! registers. (Partition by partition with the sums in memory reads and writes each sum once per partition
//! and walks as many streams as there are partitions.)

use super::{
    simd::{Simd, Task},
    transform::{Cell, Columns},
};

/// One product that a output sum is the sum of: an input's history times a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub input: usize,
    pub response: usize,
}

/// How the spectra of a level lie in memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub inputs: usize,
    pub responses: usize,
    pub parts: usize,
}

impl Shape {
    /// Where the slots of an input's cell begin in the history.
    #[inline(always)]
    pub fn history(&self, cell: usize, input: usize) -> usize {
        (cell * self.inputs + input) * self.parts
    }

    /// Where the partitions of a response's cell begin in the kernel.
    #[inline(always)]
    pub fn kernel(&self, cell: usize, response: usize) -> usize {
        (cell * self.responses + response) * self.parts
    }
}

/// Sums up some cells of all output sums.
pub(crate) struct Multiply<'a> {
    pub shape: Shape,
    pub cells: Columns,
    /// Only these partitions: `(slice, slices)` is one of so many equal shares. The first share of a cell sets
    /// its sums, others add to them.
    pub share: (usize, usize),
    /// The spectra are in farther caches or in memory: each cell asks for the next one.
    pub far: bool,
    /// The slot of the newest input spectrum; older ones follow it, around the end.
    pub newest: usize,
    /// How many of the newest spectra are silence, and are not looked at.
    pub silent: usize,
    /// How many spectra the history has so far, at most as many as there are partitions.
    pub known: usize,
    pub history: &'a [Cell],
    pub kernel: &'a [Cell],
    /// Per output sum.
    pub output_sums: &'a [Vec<Term>],
    /// One output sum after the other, `spacing` cells each: the sum of cell `c` is at `c % spacing`.
    pub sums: &'a mut [Cell],
    /// A power of two.
    pub spacing: usize,
}

impl Task for Multiply<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let parts = self.shape.parts;
        let (slice, slices) = self.share;
        let (mut from, mut to) = (0, self.known);
        if slices > 1 {
            from = (parts * slice / slices).min(to);
            to = (parts * (slice + 1) / slices).min(to);
        }
        from = from.max(self.silent).min(to);
        // The ring has two stretches: from the newest to the end, then from the beginning.
        let turn = (parts - self.newest).clamp(from, to);
        let near = Stretch {
            slot: if from < turn { self.newest + from } else { 0 },
            part: from,
            count: turn - from,
        };
        let far = Stretch {
            slot: (turn + self.newest).saturating_sub(parts),
            part: turn,
            count: to - turn,
        };
        for cell in self.cells.from..self.cells.from + self.cells.count {
            if self.far {
                self.ask(s, cell + 1);
                if slice == 0 {
                    self.ask_place(s, cell + 16);
                }
            }
            for (output_sum, terms) in self.output_sums.iter().enumerate() {
                let sum = &mut self.sums[output_sum * self.spacing + (cell & (self.spacing - 1))];
                // At most two vectors at a time, so that all sums stay in registers.
                for lane in (0..16).step_by(2 * S::LANES) {
                    let mut sums = [[s.splat(0.0); 4]; 2];
                    for term in terms {
                        let at = self.shape.history(cell, term.input);
                        let history = &self.history[at..at + parts];
                        let at = self.shape.kernel(cell, term.response);
                        let kernel = &self.kernel[at..at + parts];
                        near.add(s, &mut sums, lane, history, kernel);
                        far.add(s, &mut sums, lane, history, kernel);
                    }
                    for (half, [rr, ii, ri, ir]) in sums.into_iter().enumerate() {
                        let at = lane + half * S::LANES;
                        if at < 16 {
                            let (mut re, mut im) = (s.sub(rr, ii), s.add(ri, ir));
                            if slice > 0 {
                                re = s.add(s.load(&sum.re[at..]), re);
                                im = s.add(s.load(&sum.im[at..]), im);
                            }
                            s.store(re, &mut sum.re[at..]);
                            s.store(im, &mut sum.im[at..]);
                        }
                    }
                }
            }
        }
    }
}

impl Multiply<'_> {
    /// Asks for the place of the newest spectrum, which is about to be written.
    #[inline(always)]
    fn ask_place<S: Simd>(&self, s: S, cell: usize) {
        for input in 0..self.shape.inputs {
            let place = self
                .history
                .get(self.shape.history(cell, input) + self.newest);
            place.into_iter().for_each(|cell| s.prefetch(cell));
        }
    }

    /// Asks for this share of everything that a cell will soon need, which is one stretch of the history and one
    /// of the kernel.
    ///
    /// Streams of a few hundred bytes are over before the processor's own prefetching has seen them.
    #[inline(always)]
    fn ask<S: Simd>(&self, s: S, cell: usize) {
        let (slice, slices) = self.share;
        let share = |spectra: usize| {
            let count = spectra * self.shape.parts;
            match slices {
                1 => (cell * count, cell * count + count),
                _ => (
                    cell * count + count * slice / slices,
                    cell * count + count * (slice + 1) / slices,
                ),
            }
        };
        let (from, to) = share(self.shape.inputs);
        for spectrum in self.history.get(from..to).unwrap_or(&[]) {
            s.prefetch(spectrum);
        }
        let (from, to) = share(self.shape.responses);
        for spectrum in self.kernel.get(from..to).unwrap_or(&[]) {
            s.prefetch(spectrum);
        }
    }
}

/// Partitions whose input spectra are neighbours.
#[derive(Clone, Copy)]
struct Stretch {
    /// Slot of the first one in the history.
    slot: usize,
    /// Index of the first one in the kernel.
    part: usize,
    count: usize,
}

impl Stretch {
    /// Adds their products; the four kinds of real products have sums of their own.
    #[inline(always)]
    fn add<S: Simd>(
        self,
        s: S,
        sums: &mut [[S::V; 4]; 2],
        lane: usize,
        history: &[Cell],
        kernel: &[Cell],
    ) {
        let history = &history[self.slot..self.slot + self.count];
        let kernel = &kernel[self.part..self.part + self.count];
        // Two at a time, as the count of a loop costs nearly as much as half a product.
        let (histories, kernels) = (history.chunks_exact(2), kernel.chunks_exact(2));
        let last = histories
            .remainder()
            .first()
            .zip(kernels.remainder().first());
        for (x, h) in histories.zip(kernels) {
            product(s, sums, lane, &x[0], &h[0]);
            product(s, sums, lane, &x[1], &h[1]);
        }
        if let Some((x, h)) = last {
            product(s, sums, lane, x, h);
        }
    }
}

/// Adds the product of two cells.
#[inline(always)]
fn product<S: Simd>(s: S, sums: &mut [[S::V; 4]; 2], lane: usize, x: &Cell, h: &Cell) {
    for (half, sum) in sums.iter_mut().enumerate() {
        let at = lane + half * S::LANES;
        if at < 16 {
            let (x_re, x_im) = (s.load(&x.re[at..]), s.load(&x.im[at..]));
            let (h_re, h_im) = (s.load(&h.re[at..]), s.load(&h.im[at..]));
            sum[0] = s.mul_add(x_re, h_re, sum[0]);
            sum[1] = s.mul_add(x_im, h_im, sum[1]);
            sum[2] = s.mul_add(x_re, h_im, sum[2]);
            sum[3] = s.mul_add(x_im, h_re, sum[3]);
        }
    }
}
