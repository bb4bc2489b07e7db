//! The first taps of the responses in direct form, so that any number of samples is answered at once.

use super::{
    multiply::Term,
    simd::{Simd, Task},
};

/// Numbers that may be read, and thrown away, after the newest sample of a window.
pub(crate) const SLACK: usize = 16;

/// Taps are taken so many at a time: their number is a multiple of this.
pub(crate) const TAPS: usize = 4;

/// Convolves the newest samples with the first taps.
///
/// Always works on whole vectors and drops what is too much, so that the arithmetic of a sample does not
/// depend on how many others were asked for at the same time.
pub(crate) struct FirTask<'a> {
    /// What the output sum is the sum of.
    pub terms: &'a [Term],
    /// Response by response, `taps_count` each.
    pub taps: &'a [f32],
    pub taps_count: usize,
    /// Input by input, `window` samples each; the first new sample is at `now`.
    pub history: &'a [f32],
    pub window: usize,
    pub now: usize,
    pub output: &'a mut [f32],
}

impl Task for FirTask<'_> {
    #[inline(always)]
    fn run<S: Simd>(self, s: S) {
        let mut done = 0;
        while self.output.len() - done >= 4 * S::LANES {
            self.vectors::<S, 4>(s, done)
                .into_iter()
                .enumerate()
                .for_each(|(place, value)| {
                    s.store(value, &mut self.output[done + place * S::LANES..]);
                });
            done += 4 * S::LANES;
        }
        while done < self.output.len() {
            let [value] = self.vectors::<S, 1>(s, done);
            let rest = &mut self.output[done..];
            if rest.len() >= S::LANES {
                s.store(value, rest);
            } else {
                let mut lanes = [0.0; 16];
                s.store(value, &mut lanes);
                rest.copy_from_slice(&lanes[..rest.len()]);
            }
            done += S::LANES;
        }
    }
}

impl FirTask<'_> {
    /// `K` vectors of output, beginning `done` samples after the first new one.
    #[inline(always)]
    fn vectors<S: Simd, const K: usize>(&self, s: S, done: usize) -> [S::V; K] {
        // Even and odd taps have sums of their own: two chains of additions instead of one long one.
        let mut even = [s.splat(0.0); K];
        let mut odd = [s.splat(0.0); K];
        for term in self.terms {
            let taps = &self.taps[term.response * self.taps_count..][..self.taps_count];
            let from = term.input * self.window + self.now + done;
            for (group, four) in taps.chunks_exact(TAPS).enumerate() {
                // One slice for all of them: each further tap reads one sample earlier.
                let oldest = from - TAPS * group - (TAPS - 1);
                let samples = &self.history[oldest..][..K * S::LANES + TAPS - 1];
                for (tap, value) in four.iter().enumerate() {
                    let factor = s.splat(*value);
                    let sums = if tap % 2 == 0 { &mut even } else { &mut odd };
                    for (place, sum) in sums.iter_mut().enumerate() {
                        let at = place * S::LANES + TAPS - 1 - tap;
                        *sum = s.mul_add(factor, s.load(&samples[at..]), *sum);
                    }
                }
            }
        }
        for (even, odd) in even.iter_mut().zip(odd) {
            *even = s.add(*even, odd);
        }
        even
    }
}
