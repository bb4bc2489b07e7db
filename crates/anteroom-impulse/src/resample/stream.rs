//! A recording at another sample rate, piece by piece from anywhere. Off the audio thread.
//!
//! Each sample that comes out is a sum over the samples around its place, and of nothing else: there is no state, so the
//! same place gives the same bits wherever reading began. The kernel is a sinc under Kaiser's window, one for each phase
//! that occurs; where there are very many, two of a table are mixed.
//!
//! Up to 88 % of half the lower rate the ripple is below 0.001 dB; what folds back is 105 dB softer, but between that and
//! half the lower rate.

use super::kaiser;

/// Samples of the lower rate that each sum reaches to, to each side.
const ZERO_CROSSINGS: f64 = 64.0;
/// How much softer is what is taken away, in dB.
const ATTENUATION_DB: f64 = 110.0;
/// Where the filter has fallen to a half, as a share of half the lower rate.
const CUT: f64 = 0.945;
/// Numbers in the table at most: 2 MiB.
const MOST_TAPS: u64 = 1 << 19;
/// Phases that are worked out at most. Those between more of them are straight to -118 dB.
const MOST_PHASES: u64 = 1024;

/// From one rate to another. Not real-time to make: up to some tens of milliseconds.
#[derive(Clone, Debug)]
pub struct StreamResampler {
    /// A step is `step / of` samples of those that come in.
    step: u64,
    of: u64,
    /// Samples to each side.
    reach: usize,
    phases: u64,
    /// `2 * reach` numbers for each phase, and for the first of the next sample.
    table: Vec<f32>,
}

impl StreamResampler {
    /// From `from` Hz to `to` Hz; `None` if either is 0.
    #[must_use]
    pub fn new(from: u32, to: u32) -> Option<Self> {
        if from == 0 || to == 0 {
            return None;
        }
        let common = common(from, to);
        let (step, of) = (u64::from(from / common), u64::from(to / common));
        if step == of {
            return Some(Self {
                step,
                of,
                reach: 0,
                phases: 1,
                table: Vec::new(),
            });
        }
        // Half the lower rate, as a share of half the rate of what comes in.
        let top = (f64::from(to) / f64::from(from)).min(1.0);
        let reach = (ZERO_CROSSINGS / top).ceil() as usize;
        let phases = of
            .min(MOST_PHASES)
            .min((MOST_TAPS / (2 * reach as u64)).max(16));
        let beta = kaiser::beta(ATTENUATION_DB);
        let cut = top * CUT;
        let mut table = Vec::with_capacity((phases as usize + 1) * 2 * reach);
        for phase in 0..=phases {
            let phase = phase as f64 / phases as f64;
            let first = table.len();
            for tap in 0..2 * reach {
                // The sample itself is the last of the first half.
                let away = tap as f64 - (reach as f64 - 1.0) - phase;
                let value =
                    cut * kaiser::sinc(cut * away) * kaiser::window(away / reach as f64, beta);
                table.push(value as f32);
            }
            // What is constant stays as it is, in each phase.
            let sum: f64 = table[first..].iter().map(|tap| f64::from(*tap)).sum();
            for tap in &mut table[first..] {
                *tap = (f64::from(*tap) / sum) as f32;
            }
        }
        Some(Self {
            step,
            of,
            reach,
            phases,
            table,
        })
    }

    /// How many samples `frames` become.
    #[must_use]
    pub fn scaled(&self, frames: u64) -> u64 {
        let scaled = (u128::from(frames) * u128::from(self.of)).div_ceil(u128::from(self.step));
        u64::try_from(scaled).unwrap_or(u64::MAX)
    }

    /// The samples that `count` from `at` on are made of: from the first, which may lie before the beginning, up to the
    /// one after the last.
    #[must_use]
    pub fn span(&self, at: u64, count: usize) -> (i64, i64) {
        if self.reach == 0 || count == 0 {
            return (at as i64, at.saturating_add(count as u64) as i64);
        }
        let reach = self.reach as i64;
        let (first, _) = self.place(at);
        let (last, _) = self.place(at + count as u64 - 1);
        (first as i64 - reach + 1, last as i64 + reach + 1)
    }

    /// Makes the samples from `at` on out of those around them, of which `around[0]` is the first of their
    /// [`span`](Self::span). There has to be all of it.
    pub fn make(&self, at: u64, around: &[f32], into: &mut [f32]) {
        if self.reach == 0 {
            let count = into.len().min(around.len());
            into[..count].copy_from_slice(&around[..count]);
            return;
        }
        let (first, _) = self.place(at);
        let taps = 2 * self.reach;
        for (number, sample) in into.iter_mut().enumerate() {
            let (whole, part) = self.place(at + number as u64);
            let begin = (whole - first) as usize;
            let Some(around) = around.get(begin..begin + taps) else {
                *sample = 0.0;
                continue;
            };
            let phase = part * self.phases;
            let (row, rest) = ((phase / self.of) as usize, phase % self.of);
            let low = dot(around, &self.table[row * taps..(row + 1) * taps]);
            *sample = match rest {
                0 => low,
                rest => {
                    let high = dot(around, &self.table[(row + 1) * taps..(row + 2) * taps]);
                    low + (high - low) * (rest as f64 / self.of as f64) as f32
                }
            };
        }
    }

    /// Where a sample lies among those that come in: so many, and `part / of`.
    fn place(&self, at: u64) -> (u64, u64) {
        let place = u128::from(at) * u128::from(self.step);
        let of = u128::from(self.of);
        ((place / of) as u64, (place % of) as u64)
    }
}

/// The sum of products, in eight parts that a vector unit takes at once.
fn dot(samples: &[f32], taps: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (samples, taps) = (samples.chunks_exact(8), taps.chunks_exact(8));
    let rest: f32 = samples
        .remainder()
        .iter()
        .zip(taps.remainder())
        .map(|(a, b)| a * b)
        .sum();
    for (samples, taps) in samples.zip(taps) {
        for ((sum, sample), tap) in sums.iter_mut().zip(samples).zip(taps) {
            *sum += sample * tap;
        }
    }
    sums.iter().sum::<f32>() + rest
}

fn common(a: u32, b: u32) -> u32 {
    match b {
        0 => a.max(1),
        _ => common(b, a % b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `count` samples from `at` on, of a signal.
    fn made(
        resampler: &StreamResampler,
        at: u64,
        count: usize,
        signal: impl Fn(i64) -> f32,
    ) -> Vec<f32> {
        let (from, to) = resampler.span(at, count);
        let around: Vec<f32> = (from..to).map(signal).collect();
        let mut into = vec![0.0; count];
        resampler.make(at, &around, &mut into);
        into
    }

    const PAIRS: [(u32, u32); 10] = [
        (44_100, 48_000),
        (48_000, 44_100),
        (96_000, 44_100),
        (44_100, 96_000),
        (48_000, 96_000),
        (192_000, 48_000),
        (8_000, 48_000),
        (44_100, 48_001),
        (22_050, 192_000),
        (48_000, 48_000),
    ];

    #[test]
    fn a_sine_stays_the_same_sine() {
        for (from, to) in PAIRS {
            let resampler = StreamResampler::new(from, to).expect("two rates");
            let hz = 0.4 * f64::from(from.min(to));
            let sine =
                |at: f64, rate: u32| (std::f64::consts::TAU * hz * at / f64::from(rate)).sin();
            let found = made(&resampler, 10_000, 1_000, |at| sine(at as f64, from) as f32);
            for (number, found) in found.iter().enumerate() {
                let wanted = sine(10_000.0 + number as f64, to);
                let off = (f64::from(*found) - wanted).abs();
                assert!(off < 3e-5, "{from} to {to}, sample {number}: {off}");
            }
        }
    }

    #[test]
    fn what_the_lower_rate_can_not_hold_is_gone() {
        let resampler = StreamResampler::new(96_000, 44_100).expect("two rates");
        let sine = |at: i64| (std::f64::consts::TAU * 23_300.0 * at as f64 / 96_000.0).sin() as f32;
        let found = made(&resampler, 50_000, 2_000, sine);
        let most = found.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
        assert!(most < 1e-5, "{most}");
    }

    #[test]
    fn pieces_are_the_same_bits_wherever_they_begin() {
        let noise =
            |at: i64| ((at.wrapping_mul(2_654_435_761) as u32) as f32 / u32::MAX as f32) - 0.5;
        for (from, to) in PAIRS {
            let resampler = StreamResampler::new(from, to).expect("two rates");
            let whole = made(&resampler, 0, 5_000, noise);
            for (at, count) in [(1, 1), (17, 512), (1_000, 4_000), (4_999, 1)] {
                assert_eq!(
                    made(&resampler, at as u64, count, noise),
                    whole[at..at + count]
                );
            }
        }
    }

    #[test]
    fn lengths_are_those_of_the_other_rate() {
        let resampler = StreamResampler::new(48_000, 44_100).expect("two rates");
        assert_eq!(resampler.scaled(48_000), 44_100);
        assert_eq!(resampler.scaled(1), 1);
        assert!(StreamResampler::new(0, 48_000).is_none());
        // A place far in: two hours at 96 kHz, and beyond what 32 bits hold.
        let (from, to) = resampler.span(1 << 40, 10);
        assert!(from > 1 << 40 && to - from < 200);
    }
}
