//! What is measured: the lengths, layouts and blocks, and the noise that impulses and input are made of.

use anteroom_convolver::{Engine, Isa, Kernel, Layout, Matrix};

pub const RATE: usize = 48_000;

/// Samples after which every engine does the same again: all partitions divide it.
pub const PERIOD: usize = 1 << 18;

pub const SECONDS: [usize; 4] = [1, 3, 10, 30];
pub const CHANNELS: [usize; 2] = [2, 4];
pub const BLOCKS: [usize; 6] = [16, 32, 64, 128, 512, 2048];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub seconds: usize,
    /// Channels of the impulse: 2 is stereo, 4 is true stereo.
    pub channels: usize,
    pub block: usize,
}

/// The one that most targets are about.
pub const CENTRAL: Scenario = Scenario {
    seconds: 10,
    channels: 4,
    block: 64,
};

impl Scenario {
    /// The whole table.
    pub fn all() -> impl Iterator<Item = Self> {
        SECONDS.into_iter().flat_map(|seconds| {
            CHANNELS.into_iter().flat_map(move |channels| {
                BLOCKS.into_iter().map(move |block| Self {
                    seconds,
                    channels,
                    block,
                })
            })
        })
    }

    pub fn layout(self) -> &'static str {
        match self.channels {
            4 => "true stereo",
            _ => "stereo",
        }
    }

    pub fn name(self) -> String {
        format!("{} s {}, {}", self.seconds, self.layout(), self.block)
    }

    pub fn taps(self) -> usize {
        self.seconds * RATE
    }

    /// Noise that decays by 60 dB, of unit energy.
    pub fn impulse(self) -> Vec<Vec<f32>> {
        let taps = self.taps();
        let decay = -6.9 / taps as f32;
        let channel = |channel: usize| {
            let mut samples = noise(channel as u64 + 1, taps);
            for (tap, sample) in samples.iter_mut().enumerate() {
                *sample *= (decay * tap as f32).exp();
            }
            let energy: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
            let gain = 1.0 / energy.sqrt() as f32;
            samples.iter_mut().for_each(|sample| *sample *= gain);
            samples
        };
        (0..self.channels).map(channel).collect()
    }

    /// Periods of input after which nothing older is heard.
    pub fn periods(self) -> usize {
        self.taps().div_ceil(PERIOD) + 1
    }

    pub fn matrix(self) -> Matrix {
        Matrix::for_layout(Layout::Stereo, self.channels)
    }

    /// Block period, nanoseconds.
    pub fn period(self) -> f64 {
        self.block as f64 / RATE as f64 * 1e9
    }

    /// Our engine.
    pub fn engine(self, impulse: &[Vec<f32>], isa: Isa) -> Engine {
        let kernel = Kernel::prepare_for(impulse, &self.matrix(), isa);
        Engine::new(kernel.expect("the impulse is sound"))
    }
}

/// Deterministic noise in -0.5..0.5.
pub fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1 << 24) as f32 - 0.5
    };
    (0..count).map(|_| next()).collect()
}

/// What both inputs hear.
pub fn stereo_noise(frames: usize) -> [Vec<f32>; 2] {
    [noise(77, frames), noise(78, frames)]
}
