//! A wave that runs up and down a coil, as a spectrum.
//!
//! One pass is a delay and a chain of all-passes, which delays each frequency by a time of its own. Each round is
//! two passes and a little more blur, so that chirps become a wash. Rounds are summed bin by bin.

use std::f64::consts::{LOG2_10, PI, TAU};

use crate::math::{exp2, sin_cos};
use crate::rooms::band_times::BandTimes;

/// Bins within which gains are straight lines, and phases go on from the first.
const BLOCK: usize = 64;
/// Blocks between two looks at whether they are still wanted.
const ASK: usize = 16;
/// Filters that blur, of which each round takes one.
pub(super) const BLURS: usize = 3;

/// An all-pass with a delay in it, after Schroeder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blur {
    /// How much goes by, 0 to 1.
    pub gain: f64,
    /// The delay in seconds.
    pub delay_s: f64,
}

/// A wave in a coil.
#[derive(Debug)]
pub(super) struct Wave<L> {
    /// What is heard of it, from and to, in Hz.
    pub band_hz: (f64, f64),
    /// How much, as an amplitude, at a frequency in Hz.
    pub level: L,
    /// The delay of a pass without the chain, in seconds.
    pub delay_s: f64,
    /// Where the chain's delay is least or most, and over how many hertz it goes to the other end.
    pub chain_hz: (f64, f64),
    /// The all-passes' coefficient, -1 to 1: above 0 the delay grows over `chain_hz`, below it falls.
    pub chain: f64,
    /// How many of them a pass has, as a power of two.
    pub stages_log2: u32,
    /// What blurs, and which of it in which round.
    pub blurs: [Blur; BLURS],
    pub rounds: Vec<usize>,
}

/// A spectrum as it is summed: its bins, and how far they are apart in Hz.
#[derive(Debug)]
pub(super) struct Spectrum {
    pub re: Vec<f32>,
    pub im: Vec<f32>,
    pub step_hz: f64,
}

#[derive(Clone, Copy)]
struct Complex(f64, f64);

impl Complex {
    /// At an angle of so many turns.
    fn turned(turns: f64) -> Self {
        let (sin, cos) = sin_cos(TAU * (turns - turns.floor()));
        Self(cos, sin)
    }

    fn times(self, other: Self) -> Self {
        Self(
            self.0 * other.0 - self.1 * other.1,
            self.0 * other.1 + self.1 * other.0,
        )
    }

    fn scaled(self, by: f64) -> Self {
        Self(self.0 * by, self.1 * by)
    }

    /// `(gain + z) / (1 + gain z)`, an all-pass if `self` lies on the circle.
    fn all_pass(self, gain: f64) -> Self {
        let (re, im) = (1.0 + gain * self.0, gain * self.1);
        let size = re * re + im * im;
        Self(gain + self.0, self.1).times(Self(re / size, -im / size))
    }
}

/// A phase that goes on from bin to bin.
struct Phase(Complex, Complex);

impl Phase {
    /// Turns at the first bin, and from one to the next.
    fn new(first: f64, step: f64) -> Self {
        Self(Complex::turned(first), Complex::turned(step))
    }

    fn next(&mut self) -> Complex {
        let now = self.0;
        self.0 = now.times(self.1);
        now
    }
}

/// Real and imaginary parts of the bins of a block.
type Bins = ([f32; BLOCK], [f32; BLOCK]);

const NOTHING: Bins = ([0.0; BLOCK], [0.0; BLOCK]);

impl<L: Fn(f64) -> f64> Wave<L> {
    /// How long a pass takes at a frequency, in seconds.
    fn pass_s(&self, hz: f64) -> f64 {
        let (a, (from, over)) = (self.chain, self.chain_hz);
        let (_, cos) = sin_cos(PI * (hz - from) / over);
        let stage = 0.5 / over * (1.0 - a * a) / (1.0 + a * a + 2.0 * a * cos);
        self.delay_s + stage * f64::from(1u32 << self.stages_log2)
    }

    /// Adds it to a spectrum. A pass takes what leads to the times asked for. `None` if cancelled.
    pub fn add_to(
        &self,
        spectrum: &mut Spectrum,
        times: &BandTimes,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<()> {
        let bin = |hz: f64| (hz / spectrum.step_hz) as usize;
        let end = bin(self.band_hz.1).min(spectrum.re.len() - 1);
        for (count, first) in (bin(self.band_hz.0).max(1)..end).step_by(BLOCK).enumerate() {
            if count % ASK == 0 && cancelled() {
                return None;
            }
            let range = first..end.min(first + BLOCK);
            let (pass, round) = self.block(first, spectrum.step_hz, times);
            let (mut now, mut sum) = (pass, pass);
            for &blur in &self.rounds {
                now = product(&now, &round[blur]);
                for i in 0..BLOCK {
                    sum.0[i] += now.0[i];
                    sum.1[i] += now.1[i];
                }
            }
            let bins = spectrum.re[range.clone()].iter_mut();
            for ((re, im), (x, y)) in bins
                .zip(&mut spectrum.im[range])
                .zip(sum.0.into_iter().zip(sum.1))
            {
                *re += x;
                *im += y;
            }
        }
        Some(())
    }

    /// The first pass, and a round with each of the blurs, in the block of bins from `first` on.
    fn block(&self, first: usize, step_hz: f64, times: &BandTimes) -> (Bins, [Bins; BLURS]) {
        // Gains at both ends: of the wave, of a pass, of the blurs.
        let gains = |bin: usize| {
            let hz = bin as f64 * step_hz;
            let fall = -3.0 * LOG2_10 / times.at(hz);
            let blurs = self.blurs.map(|blur| exp2(fall * blur.delay_s));
            ((self.level)(hz), exp2(fall * self.pass_s(hz)), blurs)
        };
        let (from, to) = (gains(first), gains(first + BLOCK));
        let hz = first as f64 * step_hz;
        let mut delay = Phase::new(-hz * self.delay_s, -step_hz * self.delay_s);
        let over = 2.0 * self.chain_hz.1;
        let mut chain = Phase::new(-(hz - self.chain_hz.0) / over, -step_hz / over);
        let mut blurs = self
            .blurs
            .map(|blur| Phase::new(-hz * blur.delay_s, -step_hz * blur.delay_s));
        let (mut pass, mut round) = (NOTHING, [NOTHING; BLURS]);
        for i in 0..BLOCK {
            let part = i as f64 / BLOCK as f64;
            let between = |a: f64, b: f64| a + part * (b - a);
            let mut stages = chain.next().all_pass(self.chain);
            for _ in 0..self.stages_log2 {
                stages = stages.times(stages);
            }
            let once = delay.next().times(stages).scaled(between(from.1, to.1));
            let twice = once.times(once);
            let heard = once.scaled(between(from.0, to.0));
            (pass.0[i], pass.1[i]) = (heard.0 as f32, heard.1 as f32);
            for k in 0..BLURS {
                let blur = blurs[k].next().all_pass(self.blurs[k].gain);
                let z = twice.times(blur).scaled(between(from.2[k], to.2[k]));
                (round[k].0[i], round[k].1[i]) = (z.0 as f32, z.1 as f32);
            }
        }
        (pass, round)
    }
}

fn product(a: &Bins, b: &Bins) -> Bins {
    let mut out = NOTHING;
    for i in 0..BLOCK {
        out.0[i] = a.0[i] * b.0[i] - a.1[i] * b.1[i];
        out.1[i] = a.0[i] * b.1[i] + a.1[i] * b.0[i];
    }
    out
}
