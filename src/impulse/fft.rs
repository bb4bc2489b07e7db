//! A real Fourier transform that gives the same bits on every machine.
//!
//! The libraries' transforms choose their instructions by processor, and with them the rounding.
//! Rooms are made from a seed and shapes are part of a bounce, so both use this one: Stockham's
//! radix-4 algorithm in single precision, real and imaginary parts apart. Four frames go side by side
//! where there are many, which the compiler turns into vector code without changing a bit. Off the
//! audio thread.

use std::ops::{Add, Mul, Sub};
use std::sync::Arc;

use super::math::sin_cos;

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
    circle: Arc<Circle>,
    /// Real and imaginary parts, twice: each pass goes from one pair to the other.
    work: [Vec<T>; 4],
}

/// The twiddles for one size, which transforms may share: points around the circle, cosine and minus sine.
#[derive(Debug)]
pub(super) struct Circle {
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

impl Circle {
    /// For transforms of `size` samples, a power of two of at least 8.
    pub fn new(size: usize) -> Arc<Self> {
        let half = size.max(8).next_power_of_two() / 2;
        let join: Twiddles = (0..half).map(|k| point(k, 2 * half)).unzip();
        // Every second of them is one of the others, which go on to the whole circle.
        let again = (0..half / 2).map(|k| (join.0[2 * k], join.1[2 * k]));
        let rest = (half / 2..half).map(|k| point(k, half));
        let twiddle = again.chain(rest).unzip();
        Arc::new(Self { twiddle, join })
    }
}

impl<T: Value> Fft<T> {
    /// A transform of `size` samples, a power of two of at least 8.
    pub fn new(size: usize) -> Self {
        Self::on(&Circle::new(size))
    }

    /// A transform of the size that these twiddles are for.
    pub fn on(circle: &Arc<Circle>) -> Self {
        let half = circle.join.0.len();
        Self {
            size: 2 * half,
            circle: Arc::clone(circle),
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

    /// From `size` samples to real and imaginary parts of `bins` bins, not scaled.
    pub fn forward(&mut self, samples: &[T], re: &mut [T], im: &mut [T]) {
        let half = self.size / 2;
        for (i, pair) in samples.chunks_exact(2).take(half).enumerate() {
            self.work[0][i] = pair[0];
            self.work[1][i] = pair[1];
        }
        self.complex();
        let [x, y, ..] = &self.work;
        let (x, y, re, im) = (&x[..half], &y[..half], &mut re[..=half], &mut im[..=half]);
        let (cos, sin) = (&self.circle.join.0[..half], &self.circle.join.1[..half]);
        for k in 1..half {
            let m = half - k;
            let (even_re, even_im) = ((x[k] + x[m]) * 0.5, (y[k] - y[m]) * 0.5);
            let (odd_re, odd_im) = ((y[k] + y[m]) * 0.5, (x[m] - x[k]) * 0.5);
            re[k] = even_re + odd_re * cos[k] - odd_im * sin[k];
            im[k] = even_im + odd_re * sin[k] + odd_im * cos[k];
        }
        (re[0], im[0]) = (x[0] + y[0], T::default());
        (re[half], im[half]) = (x[0] - y[0], T::default());
    }

    /// From `bins` bins back to `size` samples, scaled so that it undoes [`forward`](Self::forward).
    pub fn inverse(&mut self, re: &[T], im: &[T], samples: &mut [T]) {
        let half = self.size / 2;
        let scale = 1.0 / half as f32;
        let (re, im) = (&re[..=half], &im[..=half]);
        let (cos, sin) = (&self.circle.join.0[..half], &self.circle.join.1[..half]);
        let [x, y, ..] = &mut self.work;
        let (x, y) = (&mut x[..half], &mut y[..half]);
        // The inverse is the forward transform of the conjugate.
        for k in 0..half {
            let m = half - k;
            let (even_re, even_im) = ((re[k] + re[m]) * 0.5, (im[k] - im[m]) * 0.5);
            let (dif_re, dif_im) = ((re[k] - re[m]) * 0.5, (im[k] + im[m]) * 0.5);
            let odd_re = dif_re * cos[k] + dif_im * sin[k];
            let odd_im = dif_im * cos[k] - dif_re * sin[k];
            x[k] = even_re - odd_im;
            y[k] = (even_im + odd_re) * -1.0;
        }
        self.complex();
        for (i, pair) in samples.chunks_exact_mut(2).take(half).enumerate() {
            pair[0] = self.work[0][i] * scale;
            pair[1] = self.work[1][i] * -scale;
        }
    }

    /// The complex transform of `work[0]`, `work[1]` in place.
    fn complex(&mut self) {
        let total = self.size / 2;
        let (mut n, mut stride) = (total, 1);
        while n > 1 {
            let [ar, ai, br, bi] = &mut self.work;
            let from = (ar.as_slice(), ai.as_slice());
            let to = (br.as_mut_slice(), bi.as_mut_slice());
            if n % 4 == 0 {
                radix4(from, to, n / 4, stride, total / n, &self.circle.twiddle);
                n /= 4;
                stride *= 4;
            } else {
                radix2(from, to, n / 2, stride, total / n, &self.circle.twiddle);
                n /= 2;
                stride *= 2;
            }
            self.work.swap(0, 2);
            self.work.swap(1, 3);
        }
    }
}

type Parts<'a, T> = (&'a [T], &'a [T]);
type PartsMut<'a, T> = (&'a mut [T], &'a mut [T]);

/// One pass over quarters: `m` groups of `stride` butterflies.
fn radix4<T: Value>(
    from: Parts<T>,
    to: PartsMut<T>,
    m: usize,
    stride: usize,
    step: usize,
    w: &Twiddles,
) {
    let quarter = m * stride;
    for p in 0..m {
        let (w1r, w1i) = (w.0[p * step], w.1[p * step]);
        let (w2r, w2i) = (w.0[2 * p * step], w.1[2 * p * step]);
        let (w3r, w3i) = (w.0[3 * p * step], w.1[3 * p * step]);
        let at = p * stride;
        let part = |i: usize| {
            let range = at + i * quarter..at + i * quarter + stride;
            (&from.0[range.clone()], &from.1[range])
        };
        let ((ar, ai), (br, bi), (cr, ci), (dr, di)) = (part(0), part(1), part(2), part(3));
        let out = 4 * at..4 * at + 4 * stride;
        let (o0r, rest) = to.0[out.clone()].split_at_mut(stride);
        let (o1r, rest) = rest.split_at_mut(stride);
        let (o2r, o3r) = rest.split_at_mut(stride);
        let (o0i, rest) = to.1[out].split_at_mut(stride);
        let (o1i, rest) = rest.split_at_mut(stride);
        let (o2i, o3i) = rest.split_at_mut(stride);
        for q in 0..stride {
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

/// One pass over halves, for sizes that are no power of four.
fn radix2<T: Value>(
    from: Parts<T>,
    to: PartsMut<T>,
    m: usize,
    stride: usize,
    step: usize,
    w: &Twiddles,
) {
    let half = m * stride;
    for p in 0..m {
        let (wr, wi) = (w.0[p * step], w.1[p * step]);
        let at = p * stride;
        for q in at..at + stride {
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
mod tests {
    use super::super::four::{Four, LANES};
    use super::*;

    /// Other noise in each lane; the first lane is that of `size` alone.
    fn noise(size: usize) -> Vec<Four> {
        let dice = |lane| crate::impulse::dice::Dice::new(size as u64, lane);
        let mut dice: [_; LANES] = std::array::from_fn(|lane| dice(lane as u64));
        let next = |_| Four::of(|lane| dice[lane].normal() as f32);
        (0..size).map(next).collect()
    }

    fn forward(fft: &mut Fft<Four>, samples: &[Four]) -> (Vec<Four>, Vec<Four>) {
        let nothing = vec![Four::default(); fft.bins()];
        let (mut re, mut im) = (nothing.clone(), nothing);
        fft.forward(samples, &mut re, &mut im);
        (re, im)
    }

    #[test]
    fn every_size_matches_the_definition_in_every_lane() {
        for size in [8, 16, 32, 64, 128, 256] {
            let samples = noise(size);
            let mut fft = Fft::new(size);
            let (re, im) = forward(&mut fft, &samples);
            for (k, lane) in (0..fft.bins()).flat_map(|k| (0..LANES).map(move |lane| (k, lane))) {
                let (mut want_re, mut want_im) = (0.0, 0.0);
                for (n, sample) in samples.iter().enumerate() {
                    let angle = std::f64::consts::TAU * (n * k) as f64 / size as f64;
                    want_re += f64::from(sample.0[lane]) * angle.cos();
                    want_im -= f64::from(sample.0[lane]) * angle.sin();
                }
                let (re, im) = (f64::from(re[k].0[lane]), f64::from(im[k].0[lane]));
                let error = (re - want_re).hypot(im - want_im);
                assert!(error < 1e-4, "size {size}, bin {k}: off by {error}");
            }
        }
    }

    #[test]
    fn the_inverse_undoes_the_forward_transform() {
        for size in [8, 32, 2048, 8192] {
            let samples = noise(size);
            let mut fft = Fft::new(size);
            let (re, im) = forward(&mut fft, &samples);
            let mut back = vec![Four::default(); size];
            fft.inverse(&re, &im, &mut back);
            let errors = samples.iter().zip(&back).flat_map(|(a, b)| (*a - *b).0);
            let worst = errors.fold(0.0, |worst: f32, error| worst.max(error.abs()));
            assert!(worst < 1e-5, "size {size}: off by {worst}");
        }
    }

    #[test]
    fn the_bits_are_the_same_everywhere() {
        let (re, im) = forward(&mut Fft::new(2048), &noise(2048));
        let bits = re.iter().chain(&im).map(|x| x.0[0].to_bits());
        let bytes: Vec<u8> = bits.flat_map(u32::to_le_bytes).collect();
        // Written down once; a change here changes every room.
        assert_eq!(
            &crate::impulse::origin::content_hash(&bytes)[..16],
            "ae06b2ceb9b516bc"
        );
    }
}
