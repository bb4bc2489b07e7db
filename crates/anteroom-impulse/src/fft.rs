//! A real Fourier transform that gives the same bits on every machine.
//!
//! The libraries' transforms choose their instructions by processor, and with them the rounding.
//! Rooms are made from a seed and shapes are part of a bounce, so both use this one: Stockham's
//! radix-4 algorithm in single precision, real and imaginary parts apart. F32x4 frames go side by side
//! where there are many, which the compiler turns into vector code without changing a bit. Off the
//! audio thread.

use std::ops::{Add, Mul, Range, Sub};
use std::sync::Arc;

use super::math::sin_cos;

/// Butterflies, or other steps of the kind, between two looks at whether they are still wanted.
const PIECE: usize = 1 << 15;
/// The same for points on the circle, each of which takes longer.
const POINTS: usize = 1 << 13;

/// What is transformed: a number, or one number of each of four frames.
pub(super) trait Value:
    Copy + Default + Add<Output = Self> + Sub<Output = Self> + Mul<f32, Output = Self>
{
}

impl<T> Value for T where
    T: Copy + Default + Add<Output = T> + Sub<Output = T> + Mul<f32, Output = T>
{
}

/// A transform of one size.
#[derive(Debug)]
pub(super) struct Fft<T> {
    size: usize,
    twiddles: Arc<TwiddleTable>,
    /// Real and imaginary parts, twice: each pass goes from one pair to the other.
    work: [Vec<T>; 4],
}

/// The twiddles for one size, which transforms may share: points around the circle, cosine and minus sine.
#[derive(Debug)]
pub(super) struct TwiddleTable {
    half: usize,
    /// Those of the complex transform of half the size.
    twiddle: Twiddles,
    /// Those that join even and odd samples.
    join: Twiddles,
}

type Twiddles = (Vec<f32>, Vec<f32>);

fn point(k: usize, of: usize) -> (f32, f32) {
    let (sin, cos) = sin_cos(std::f64::consts::TAU * k as f64 / of as f64);
    (cos as f32, -sin as f32)
}

impl TwiddleTable {
    /// For transforms of `size` samples, a power of two of at least 8.
    pub fn new(size: usize) -> Arc<Self> {
        let mut new = Self::begin(size);
        while new.grow() {}
        Arc::new(new)
    }

    /// The same; `None` as soon as `cancelled` says so, which is asked every few milliseconds.
    pub fn new_with(size: usize, cancelled: &dyn Fn() -> bool) -> Option<Arc<Self>> {
        let mut new = Self::begin(size);
        while new.grow() {
            if cancelled() {
                return None;
            }
        }
        Some(Arc::new(new))
    }

    /// The size of the transforms.
    pub fn size(&self) -> usize {
        2 * self.half
    }

    fn begin(size: usize) -> Self {
        let half = size.max(8).next_power_of_two() / 2;
        let room = || (Vec::with_capacity(half), Vec::with_capacity(half));
        Self {
            half,
            twiddle: room(),
            join: room(),
        }
    }

    /// Works out some more points. Says whether there were any.
    fn grow(&mut self) -> bool {
        let (half, join) = (self.half, &mut self.join);
        if join.0.len() < half {
            for k in join.0.len()..half.min(join.0.len() + POINTS) {
                push(join, point(k, 2 * half));
            }
            return true;
        }
        let begin = self.twiddle.0.len();
        for k in begin..half.min(begin + POINTS) {
            // Every second of them is one of the others, which go on to the whole circle.
            let next = match k < half / 2 {
                true => (join.0[2 * k], join.1[2 * k]),
                false => point(k, half),
            };
            push(&mut self.twiddle, next);
        }
        begin < half
    }
}

fn push((cos, sin): &mut Twiddles, (x, y): (f32, f32)) {
    cos.push(x);
    sin.push(y);
}

/// Goes through a range piece by piece; `None` as soon as `cancelled` says so. A short range is over before
/// anybody could ask.
fn pieces(
    range: Range<usize>,
    cancelled: &dyn Fn() -> bool,
    mut work: impl FnMut(Range<usize>),
) -> Option<()> {
    for start in range.clone().step_by(PIECE) {
        if range.len() > PIECE && cancelled() {
            return None;
        }
        work(start..range.end.min(start + PIECE));
    }
    Some(())
}

impl<T: Value> Fft<T> {
    /// A transform of `size` samples, a power of two of at least 8.
    pub fn new(size: usize) -> Self {
        Self::on(&TwiddleTable::new(size))
    }

    /// A transform of the size that these twiddles are for.
    pub fn on(twiddles: &Arc<TwiddleTable>) -> Self {
        let half = twiddles.half;
        Self {
            size: 2 * half,
            twiddles: Arc::clone(twiddles),
            work: std::array::from_fn(|_| vec![T::default(); half]),
        }
    }

    /// The samples in.
    pub fn size(&self) -> usize {
        self.size
    }

    /// The bins out: `size / 2 + 1`.
    pub fn bins(&self) -> usize {
        self.size / 2 + 1
    }

    /// From `size` samples to real and imaginary parts of `bins` bins, not scaled. Samples that are missing are
    /// silence.
    pub fn forward(&mut self, samples: &[T], re: &mut [T], im: &mut [T]) {
        // Nobody cancels it.
        let _ = self.forward_with(samples, (re, im), &|| false);
    }

    /// The same; `None` as soon as `cancelled` says so, which is asked every few milliseconds.
    pub fn forward_with(
        &mut self,
        samples: &[T],
        (re, im): (&mut [T], &mut [T]),
        cancelled: &dyn Fn() -> bool,
    ) -> Option<()> {
        let half = self.size / 2;
        let [x, y, ..] = &mut self.work;
        let (x, y) = (&mut x[..half], &mut y[..half]);
        let given = half.min(samples.len() / 2);
        pieces(0..given, cancelled, |range| {
            let pairs = samples[2 * range.start..2 * range.end].chunks_exact(2);
            let work = x[range.clone()].iter_mut().zip(&mut y[range]);
            for ((x, y), pair) in work.zip(pairs) {
                (*x, *y) = (pair[0], pair[1]);
            }
        })?;
        if given < half {
            x[given..].fill(T::default());
            y[given..].fill(T::default());
            x[given] = samples.get(2 * given).copied().unwrap_or_default();
        }
        self.complex(cancelled)?;
        let [x, y, ..] = &self.work;
        let (x, y, re, im) = (&x[..half], &y[..half], &mut re[..=half], &mut im[..=half]);
        let (cos, sin) = (&self.twiddles.join.0[..half], &self.twiddles.join.1[..half]);
        pieces(1..half, cancelled, |range| {
            // Those that lie opposite begin at the other end.
            let (count, opposite) = (range.len(), half + 1 - range.end);
            let (x_m, y_m) = (&x[opposite..][..count], &y[opposite..][..count]);
            let (x, y) = (&x[range.clone()][..count], &y[range.clone()][..count]);
            let cos = &cos[range.clone()][..count];
            let sin = &sin[range.clone()][..count];
            let (re, im) = (&mut re[range.clone()][..count], &mut im[range][..count]);
            for k in 0..count {
                let m = count - 1 - k;
                let (even_re, even_im) = ((x[k] + x_m[m]) * 0.5, (y[k] - y_m[m]) * 0.5);
                let (odd_re, odd_im) = ((y[k] + y_m[m]) * 0.5, (x_m[m] - x[k]) * 0.5);
                re[k] = even_re + odd_re * cos[k] - odd_im * sin[k];
                im[k] = even_im + odd_re * sin[k] + odd_im * cos[k];
            }
        })?;
        (re[0], im[0]) = (x[0] + y[0], T::default());
        (re[half], im[half]) = (x[0] - y[0], T::default());
        Some(())
    }

    /// From `bins` bins back to `size` samples, scaled so that it undoes [`forward`](Self::forward).
    pub fn inverse(&mut self, re: &[T], im: &[T], samples: &mut [T]) {
        let half = self.size / 2;
        let (re, im) = (&re[..=half], &im[..=half]);
        let (cos, sin) = (&self.twiddles.join.0[..half], &self.twiddles.join.1[..half]);
        let [x, y, ..] = &mut self.work;
        let (x, y) = (&mut x[..half], &mut y[..half]);
        for k in 0..half {
            let m = half - k;
            (x[k], y[k]) = apart((re[k], im[k]), (re[m], im[m]), (cos[k], sin[k]));
        }
        // Nobody cancels it.
        let _ = self.complex(&|| false);
        let scale = self.scale();
        for (i, pair) in samples.chunks_exact_mut(2).take(half).enumerate() {
            pair[0] = self.work[0][i] * scale;
            pair[1] = self.work[1][i] * -scale;
        }
    }

    /// The same from bins that are worked out as they are needed, which is twice each; the samples are there for
    /// [`sample`](Self::sample). `None` as soon as `cancelled` says so, which is asked every few milliseconds.
    pub fn inverse_of(
        &mut self,
        bin: impl Fn(usize) -> (T, T),
        cancelled: &dyn Fn() -> bool,
    ) -> Option<()> {
        let half = self.size / 2;
        let (cos, sin) = (&self.twiddles.join.0[..half], &self.twiddles.join.1[..half]);
        let [x, y, ..] = &mut self.work;
        let (x, y) = (&mut x[..half], &mut y[..half]);
        pieces(0..half, cancelled, |range| {
            for k in range {
                (x[k], y[k]) = apart(bin(k), bin(half - k), (cos[k], sin[k]));
            }
        })?;
        self.complex(cancelled)
    }

    /// A sample of the last inverse transform.
    pub fn sample(&self, at: usize) -> T {
        match at % 2 {
            0 => self.work[0][at / 2] * self.scale(),
            _ => self.work[1][at / 2] * -self.scale(),
        }
    }

    fn scale(&self) -> f32 {
        1.0 / (self.size / 2) as f32
    }

    /// The complex transform of `work[0]`, `work[1]` in place. `None` if cancelled.
    fn complex(&mut self, cancelled: &dyn Fn() -> bool) -> Option<()> {
        let total = self.size / 2;
        let (mut n, mut stride) = (total, 1);
        while n > 1 {
            let [ar, ai, br, bi] = &mut self.work;
            let from = (ar.as_slice(), ai.as_slice());
            let radix = if n % 4 == 0 { 4 } else { 2 };
            let groups = n / radix;
            let some = (PIECE / stride).max(1);
            for p in (0..groups).step_by(some) {
                for q in (0..stride).step_by(PIECE) {
                    if total > PIECE && cancelled() {
                        return None;
                    }
                    let part = Part {
                        groups,
                        stride,
                        step: total / n,
                        p: p..groups.min(p + some),
                        q: q..stride.min(q + PIECE),
                    };
                    let to = (br.as_mut_slice(), bi.as_mut_slice());
                    match radix {
                        4 => radix4(from, to, part, &self.twiddles.twiddle),
                        _ => radix2(from, to, part, &self.twiddles.twiddle),
                    }
                }
            }
            n /= radix;
            stride *= radix;
            self.work.swap(0, 2);
            self.work.swap(1, 3);
        }
        Some(())
    }
}

/// A bin and the one opposite as a bin of the complex transform of half the size. The inverse is the forward transform of
/// the conjugate.
#[inline(always)]
fn apart<T: Value>((re, im): (T, T), (re_m, im_m): (T, T), (cos, sin): (f32, f32)) -> (T, T) {
    let (even_re, even_im) = ((re + re_m) * 0.5, (im - im_m) * 0.5);
    let (dif_re, dif_im) = ((re - re_m) * 0.5, (im + im_m) * 0.5);
    let odd_re = dif_re * cos + dif_im * sin;
    let odd_im = dif_im * cos - dif_re * sin;
    (even_re - odd_im, (even_im + odd_re) * -1.0)
}

/// A part of a pass: which of its groups, and which of the butterflies in each.
struct Part {
    groups: usize,
    stride: usize,
    /// From twiddle to twiddle.
    step: usize,
    p: Range<usize>,
    q: Range<usize>,
}

type Parts<'a, T> = (&'a [T], &'a [T]);
type PartsMut<'a, T> = (&'a mut [T], &'a mut [T]);

/// A pass over quarters.
fn radix4<T: Value>(from: Parts<T>, to: PartsMut<T>, part: Part, w: &Twiddles) {
    let (stride, step) = (part.stride, part.step);
    let (quarter, first, count) = (part.groups * stride, part.q.start, part.q.len());
    for p in part.p {
        let (w1r, w1i) = (w.0[p * step], w.1[p * step]);
        let (w2r, w2i) = (w.0[2 * p * step], w.1[2 * p * step]);
        let (w3r, w3i) = (w.0[3 * p * step], w.1[3 * p * step]);
        let at = p * stride;
        let of = |i: usize| {
            let start = at + i * quarter + first;
            let range = start..start + count;
            (&from.0[range.clone()], &from.1[range])
        };
        let ((ar, ai), (br, bi), (cr, ci), (dr, di)) = (of(0), of(1), of(2), of(3));
        let out = 4 * at..4 * at + 4 * stride;
        let [o0r, o1r, o2r, o3r] = quarters(&mut to.0[out.clone()], first, count);
        let [o0i, o1i, o2i, o3i] = quarters(&mut to.1[out], first, count);
        for q in 0..count {
            let (sum_r, sum_i) = (ar[q] + cr[q], ai[q] + ci[q]);
            let (dif_r, dif_i) = (ar[q] - cr[q], ai[q] - ci[q]);
            let (tum_r, tum_i) = (br[q] + dr[q], bi[q] + di[q]);
            // The difference of the other pair, turned by -90 degrees.
            let (tif_r, tif_i) = (bi[q] - di[q], dr[q] - br[q]);
            o0r[q] = sum_r + tum_r;
            o0i[q] = sum_i + tum_i;
            let (r, i) = (dif_r + tif_r, dif_i + tif_i);
            o1r[q] = r * w1r - i * w1i;
            o1i[q] = r * w1i + i * w1r;
            let (r, i) = (sum_r - tum_r, sum_i - tum_i);
            o2r[q] = r * w2r - i * w2i;
            o2i[q] = r * w2i + i * w2r;
            let (r, i) = (dif_r - tif_r, dif_i - tif_i);
            o3r[q] = r * w3r - i * w3i;
            o3i[q] = r * w3i + i * w3r;
        }
    }
}

/// Some of each quarter.
fn quarters<T>(whole: &mut [T], first: usize, count: usize) -> [&mut [T]; 4] {
    let (low, high) = whole.split_at_mut(whole.len() / 2);
    let (a, b) = low.split_at_mut(low.len() / 2);
    let (c, d) = high.split_at_mut(high.len() / 2);
    [a, b, c, d].map(|quarter| &mut quarter[first..first + count])
}

/// A pass over halves, for sizes that are no power of four.
fn radix2<T: Value>(from: Parts<T>, to: PartsMut<T>, part: Part, w: &Twiddles) {
    let (stride, step) = (part.stride, part.step);
    let half = part.groups * stride;
    for p in part.p {
        let (wr, wi) = (w.0[p * step], w.1[p * step]);
        let at = p * stride;
        for q in at + part.q.start..at + part.q.end {
            let (a, b) = (q, q + half);
            let (sum, low) = (q + at, q + at + stride);
            to.0[sum] = from.0[a] + from.0[b];
            to.1[sum] = from.1[a] + from.1[b];
            let (r, i) = (from.0[a] - from.0[b], from.1[a] - from.1[b]);
            to.0[low] = r * wr - i * wi;
            to.1[low] = r * wi + i * wr;
        }
    }
}

#[cfg(test)]
mod tests;
