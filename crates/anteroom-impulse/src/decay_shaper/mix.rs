//! What the noise of a tail has in common with that of the other channels.
//!
//! The end of a recording that is made longer is noise. Noise of its own in each channel would turn the
//! image into something wide, and a mono sound into stereo. So the covariance between the channels is
//! measured in each group, on the late part of the recording that is still good, and the noise of all
//! channels is mixed from the same streams by its Cholesky factor: it has that covariance again. Levels are
//! not part of it; those come from each channel's own decay.
//!
//! Sources: J.-M. Jot, L. Cerveau, O. Warusfel, "Analysis and synthesis of room reverberation based on a
//! statistical time-frequency model", AES 103rd Convention (1997); P. Masse, T. Carpentier, O. Warusfel,
//! M. Noisternig, "A robust denoising process for spatial room impulse responses with diffuse reverberation
//! tails", JASA 147 (2020).

use super::Heard;
use crate::f32x4::{F32x4, LANES};
use crate::stft::Grid;

/// The late part begins and ends at these parts of the reverberation time: 9 and 39 dB below the beginning. Further
/// down many a recording is no longer that of the room.
const LATE: [f64; 2] = [0.15, 0.65];
/// Rows of four frames that are levelled together, so that the end counts as much as the beginning.
const BLOCK: usize = 4;
/// The late part has at least so many rows; where it has not, all that is good counts.
const LEAST_ROWS: usize = 8;
/// A stream whose amplitude in a channel is below this is left out.
const LEAST_SHARE: f64 = 1e-4;
/// What is left of a channel after the streams before it, as a power, below which it has none of its own.
const LEAST_OWN: f64 = 1e-6;

/// How much of a stream of noise a channel has: a complex factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Share {
    /// The stream's number.
    pub stream: u64,
    pub re: f32,
    pub im: f32,
}

/// The streams of one channel, by group.
pub(super) type Mix = Vec<Vec<Share>>;

/// The streams of all channels, from what was heard of each. Silent ones have a stream of their own. `None` if
/// cancelled.
pub(super) fn together(
    heard: &[Option<Heard>],
    grid: &Grid,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Mix>> {
    let groups = grid.group_hz.len();
    let mut mixes = vec![Vec::with_capacity(groups); heard.len()];
    for group in 0..groups {
        let covariance = Covariance::of(heard, grid, group, cancelled)?;
        for (mix, row) in mixes.iter_mut().zip(covariance.factor()) {
            mix.push(row);
        }
    }
    Some(mixes)
}

/// A complex number.
type Complex = (f64, f64);

/// The covariance of one group between the channels: row after row, real and imaginary parts.
#[derive(Debug)]
struct Covariance {
    channels: usize,
    values: Vec<Complex>,
}

impl Covariance {
    /// That of a group. `None` if cancelled.
    fn of(
        heard: &[Option<Heard>],
        grid: &Grid,
        group: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let channels = heard.len();
        let mut all = Self {
            channels,
            values: vec![(0.0, 0.0); channels * channels],
        };
        let (from, to) = late(heard, grid, group);
        let mut row = from;
        while row < to {
            if cancelled() {
                return None;
            }
            let end = (row + BLOCK).min(to);
            let block = Self::block(heard, grid, group, (row, end));
            let trace: f64 = (0..channels).map(|i| block.at(i, i).0).sum();
            if trace > 0.0 {
                for (sum, value) in all.values.iter_mut().zip(&block.values) {
                    sum.0 += value.0 / trace;
                    sum.1 += value.1 / trace;
                }
            }
            row = end;
        }
        Some(all)
    }

    /// That of some rows of four frames. Only what is on and below the diagonal is worked out.
    fn block(
        heard: &[Option<Heard>],
        grid: &Grid,
        group: usize,
        (from, to): (usize, usize),
    ) -> Self {
        let (channels, bins) = (heard.len(), grid.fft.bins());
        let mut values = vec![(0.0, 0.0); channels * channels];
        for row in from..to {
            let range = row * bins + grid.groups[group]..row * bins + grid.groups[group + 1];
            let spectrum = |channel: usize| {
                let sound = &heard[channel].as_ref()?.sound;
                Some((sound.re.get(range.clone())?, sound.im.get(range.clone())?))
            };
            for i in 0..channels {
                for j in 0..=i {
                    let (Some((re, im)), Some((other_re, other_im))) = (spectrum(i), spectrum(j))
                    else {
                        continue;
                    };
                    let (mut real, mut imaginary) = (F32x4::default(), F32x4::default());
                    let own = re.iter().zip(im);
                    for ((&a, &b), (&c, &d)) in own.zip(other_re.iter().zip(other_im)) {
                        real += a * c + b * d;
                        imaginary += b * c - a * d;
                    }
                    let sum = |lanes: F32x4| lanes.0.into_iter().map(f64::from).sum::<f64>();
                    let value = &mut values[i * channels + j];
                    value.0 += sum(real);
                    value.1 += sum(imaginary);
                }
            }
        }
        Self { channels, values }
    }

    fn at(&self, row: usize, column: usize) -> Complex {
        self.values[row * self.channels + column]
    }

    /// The Cholesky factor of the correlation, row by row: what each channel has of each stream.
    fn factor(&self) -> Vec<Vec<Share>> {
        let channels = self.channels;
        let mut factor = vec![(0.0, 0.0); channels * channels];
        for i in 0..channels {
            let mut own = 1.0;
            for j in 0..i {
                let level = (self.at(i, i).0 * self.at(j, j).0).sqrt();
                let pivot = factor[j * channels + j].0;
                if level <= 0.0 || pivot <= 0.0 {
                    continue;
                }
                let (mut re, mut im) = (self.at(i, j).0 / level, self.at(i, j).1 / level);
                for k in 0..j {
                    let (a, b) = (factor[i * channels + k], factor[j * channels + k]);
                    re -= a.0 * b.0 + a.1 * b.1;
                    im -= a.1 * b.0 - a.0 * b.1;
                }
                factor[i * channels + j] = (re / pivot, im / pivot);
                own -= (re * re + im * im) / (pivot * pivot);
            }
            factor[i * channels + i].0 = if own > LEAST_OWN { own.sqrt() } else { 0.0 };
        }
        let row = |i: usize| {
            let shares = (0..=i).map(|j| (j, factor[i * channels + j]));
            let heard = shares.filter(|(_, (re, im))| re.abs().max(im.abs()) > LEAST_SHARE);
            let share = |(stream, (re, im)): (usize, Complex)| Share {
                stream: stream as u64,
                re: re as f32,
                im: im as f32,
            };
            heard.map(share).collect()
        };
        (0..channels).map(row).collect()
    }
}

/// The rows of four frames in which a group is late and still good in all channels.
fn late(heard: &[Option<Heard>], grid: &Grid, group: usize) -> (usize, usize) {
    let (mut first, mut late, mut good) = (0, 0, usize::MAX);
    for heard in heard.iter().flatten() {
        let Some(octave) = heard.octaves.get(grid.octave_of(group)) else {
            continue;
        };
        let [from, to] = LATE.map(|part| (octave.time * part * grid.frame_rate()) as usize);
        first = first.max(heard.first.div_ceil(LANES));
        late = late.max((heard.first + from).div_ceil(LANES));
        let kept = heard.sound.re.len() / grid.fft.bins();
        let to = octave
            .knee
            .min(heard.first + to.max(from + (LEAST_ROWS + 1) * LANES));
        good = good.min(kept).min(to / LANES);
    }
    match good {
        usize::MAX => (0, 0),
        _ if good >= late + LEAST_ROWS => (late, good),
        _ => (first, good.max(first + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_gives_the_correlation_again() {
        // Hermitian and positive: three channels, the third a copy of the first but for its level.
        let off = (0.3, 0.4);
        let covariance = Covariance {
            channels: 3,
            values: vec![
                (4.0, 0.0),
                (0.0, 0.0),
                (0.0, 0.0),
                (2.0 * off.0, 2.0 * off.1),
                (1.0, 0.0),
                (0.0, 0.0),
                (12.0, 0.0),
                (6.0 * off.0, -6.0 * off.1),
                (36.0, 0.0),
            ],
        };
        let rows = covariance.factor();
        assert_eq!(rows[2], rows[0]);
        let power = |row: &[Share]| row.iter().map(|s| s.re * s.re + s.im * s.im).sum::<f32>();
        assert!((power(&rows[1]) - 1.0).abs() < 1e-6);
        assert!((rows[1][0].re - 0.3).abs() < 1e-6 && (rows[1][0].im - 0.4).abs() < 1e-6);
    }
}
