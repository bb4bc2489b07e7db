//! What every engine has to pass: the same cases, compared sample by sample with double precision.

use super::oracles::Direct;
use anteroom_convolver::{Convolver, Layout, Matrix};
use rustfft::{FftPlanner, num_complex::Complex};

/// Makes an engine for the channels of an impulse and a matrix.
pub type Factory = fn(&[Vec<f32>], &Matrix) -> Box<dyn Convolver>;

/// All layouts.
pub const LAYOUTS: [Layout; 3] = [Layout::Mono, Layout::MonoToStereo, Layout::Stereo];

/// Block sizes, repeated until the input ends: single ones, primes, powers, large ones, mixed ones.
pub const NAMED_BLOCKS: [&[usize]; 10] = [
    &[1],
    &[7],
    &[64],
    &[127],
    &[480],
    &[1009],
    &[8192],
    &[0, 1, 63, 64, 65, 0, 2],
    &[31, 33],
    &[3000, 5, 8192, 1],
];

/// Largest error allowed, relative to the sum of all magnitudes of taps times the largest input.
const TOLERANCE: f64 = 4e-7;

/// One input through one impulse.
#[derive(Clone, Debug)]
pub struct Case {
    /// Length of the impulse, samples.
    pub taps: usize,
    /// Length of the input, samples.
    pub frames: usize,
    /// Channels of the impulse.
    pub channels: usize,
    /// Layout of the engine.
    pub layout: Layout,
    /// Seed of impulse and input.
    pub seed: u64,
    /// Sizes of the calls, repeated; an empty list splits at random.
    pub blocks: &'static [usize],
    /// Silences all taps but this one.
    pub only_tap: Option<usize>,
    /// Input is a cosine of so many radians a sample instead of noise.
    pub wave: Option<f32>,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            taps: 1,
            frames: 1,
            channels: 2,
            layout: Layout::Stereo,
            seed: 1,
            blocks: &[],
            only_tap: None,
            wave: None,
        }
    }
}

impl Case {
    /// Noise that decays by 60 dB, or the one tap.
    pub fn impulse(&self) -> Vec<Vec<f32>> {
        let channel = |channel: usize| -> Vec<f32> {
            let noise = noise(
                self.seed.wrapping_mul(31).wrapping_add(channel as u64),
                self.taps,
            );
            let decay = -6.9 / self.taps as f32;
            let shaped = noise
                .iter()
                .enumerate()
                .map(|(tap, sample)| match self.only_tap {
                    Some(only) => f32::from(tap == only) * (1.0 + channel as f32),
                    None => sample * (decay * tap as f32).exp(),
                });
            shaped.collect()
        };
        (0..self.channels).map(channel).collect()
    }

    /// Noise of full scale, or the wave.
    pub fn input(&self) -> Vec<Vec<f32>> {
        let channel = |channel: usize| match self.wave {
            Some(step) => (0..self.frames)
                .map(|frame| (step * frame as f32).cos())
                .collect(),
            None => noise(self.seed ^ (0xABCD + channel as u64), self.frames),
        };
        (0..self.layout.inputs()).map(channel).collect()
    }

    /// The matrix of the layout.
    pub fn matrix(&self) -> Matrix {
        Matrix::for_layout(self.layout, self.channels)
    }

    /// Runs the engine and compares every sample with the definition.
    pub fn check(&self, name: &str, factory: Factory) {
        let (impulse, input, matrix) = (self.impulse(), self.input(), self.matrix());
        let mut engine = factory(&impulse, &matrix);
        assert_eq!(
            (engine.inputs(), engine.outputs()),
            (matrix.inputs, matrix.outputs),
            "{name}"
        );
        let blocks = if self.blocks.is_empty() {
            random_blocks(self.seed, self.frames)
        } else {
            self.blocks.to_vec()
        };
        let output = run(&mut *engine, &input, &blocks);
        let expected = reference(&impulse, &matrix, &input);
        compare(name, self, &impulse, &output, &expected);
    }
}

/// Compares every sample: the largest error allowed grows with the sum of all taps.
pub fn compare(
    name: &str,
    case: &Case,
    impulse: &[Vec<f32>],
    output: &[Vec<f32>],
    expected: &[Vec<f64>],
) {
    let gain: f64 = impulse
        .iter()
        .flatten()
        .map(|tap| f64::from(tap.abs()))
        .sum();
    let limit = TOLERANCE * gain.max(1e-6);
    for (channel, (heard, truth)) in output.iter().zip(expected).enumerate() {
        for (frame, (a, b)) in heard.iter().zip(truth).enumerate() {
            let error = (f64::from(*a) - b).abs();
            assert!(
                error <= limit,
                "{name} differs from the definition by {error:e} (limit {limit:e}) \
                 in channel {channel}, frame {frame}: {case:?}"
            );
        }
    }
}

/// Calls the engine with the blocks, again and again until the input is used up.
pub fn run(engine: &mut dyn Convolver, input: &[Vec<f32>], blocks: &[usize]) -> Vec<Vec<f32>> {
    let frames = input.first().map_or(0, Vec::len);
    // What is not overwritten shows up as a number that nothing else makes.
    let mut output = vec![vec![1e9_f32; frames]; engine.outputs()];
    let mut done = 0;
    for block in blocks.iter().cycle().take_while(|_| frames > 0) {
        let count = (*block).min(frames - done);
        let heard: Vec<&[f32]> = input
            .iter()
            .map(|channel| &channel[done..done + count])
            .collect();
        let mut answer: Vec<&mut [f32]> = output
            .iter_mut()
            .map(|channel| &mut channel[done..done + count])
            .collect();
        engine.process(&heard, &mut answer);
        done += count;
        if done == frames {
            break;
        }
    }
    output
}

/// After a reset an engine answers, bit for bit, like a new one.
pub fn reset_equals_fresh(name: &str, factory: Factory, taps: usize, before: usize) {
    let case = Case {
        taps,
        frames: 6_000,
        channels: 4,
        ..Case::default()
    };
    let mut used = factory(&case.impulse(), &case.matrix());
    run(
        &mut *used,
        &Case {
            frames: before,
            seed: 9,
            ..case.clone()
        }
        .input(),
        &[97],
    );
    used.reset();
    let mut fresh = factory(&case.impulse(), &case.matrix());
    let (a, b) = (
        run(&mut *used, &case.input(), &[64]),
        run(&mut *fresh, &case.input(), &[64]),
    );
    assert!(
        a == b,
        "{name} remembers something after {before} frames and a reset, {taps} taps"
    );
}

/// The convolution in double precision: by definition where that is quick, else by one long transform.
pub fn reference(impulse: &[Vec<f32>], matrix: &Matrix, input: &[Vec<f32>]) -> Vec<Vec<f64>> {
    let frames = input.first().map_or(0, Vec::len);
    let taps = impulse.iter().map(Vec::len).max().unwrap_or(0);
    if taps * frames > 1_000_000 {
        by_transform(impulse, matrix, input)
    } else {
        by_definition(impulse, matrix, input)
    }
}

fn by_definition(impulse: &[Vec<f32>], matrix: &Matrix, input: &[Vec<f32>]) -> Vec<Vec<f64>> {
    let mut direct = Direct::new(impulse, matrix);
    let frames = input.first().map_or(0, Vec::len);
    let mut output = vec![vec![0.0; frames]; matrix.outputs];
    let mut answer = vec![0.0; matrix.outputs];
    for frame in 0..frames {
        let heard: Vec<f64> = input
            .iter()
            .map(|channel| f64::from(channel[frame]))
            .collect();
        direct.frame(&heard, &mut answer);
        for (channel, sample) in output.iter_mut().zip(&answer) {
            channel[frame] = *sample;
        }
    }
    output
}

fn by_transform(impulse: &[Vec<f32>], matrix: &Matrix, input: &[Vec<f32>]) -> Vec<Vec<f64>> {
    let frames = input.first().map_or(0, Vec::len);
    let taps = impulse.iter().map(Vec::len).max().unwrap_or(0);
    let size = (frames + taps).next_power_of_two();
    let mut planner = FftPlanner::<f64>::new();
    let (forward, inverse) = (
        planner.plan_fft_forward(size),
        planner.plan_fft_inverse(size),
    );
    let transform = |samples: &[f32]| {
        let mut bins: Vec<_> = samples
            .iter()
            .map(|sample| Complex::new(f64::from(*sample), 0.0))
            .collect();
        bins.resize(size, Complex::new(0.0, 0.0));
        forward.process(&mut bins);
        bins
    };
    let kernels: Vec<_> = impulse.iter().map(|channel| transform(channel)).collect();
    let heard: Vec<_> = input.iter().map(|channel| transform(channel)).collect();
    let output = (0..matrix.outputs).map(|output| {
        let mut sum = vec![Complex::new(0.0, 0.0); size];
        for path in matrix.paths.iter().filter(|path| path.output == output) {
            for ((s, a), b) in sum
                .iter_mut()
                .zip(&kernels[path.channel])
                .zip(&heard[path.input])
            {
                *s += a * b * f64::from(path.gain);
            }
        }
        inverse.process(&mut sum);
        sum[..frames]
            .iter()
            .map(|bin| bin.re / size as f64)
            .collect()
    });
    output.collect()
}

/// The two references agree, so either may judge.
#[test]
fn references_agree() {
    let case = Case {
        taps: 500,
        frames: 1_200,
        channels: 4,
        ..Case::default()
    };
    let (impulse, input, matrix) = (case.impulse(), case.input(), case.matrix());
    let (a, b) = (
        by_definition(&impulse, &matrix, &input),
        by_transform(&impulse, &matrix, &input),
    );
    for (a, b) in a.iter().flatten().zip(b.iter().flatten()) {
        assert!((a - b).abs() < 1e-10);
    }
}

/// Deterministic noise in -1..1 (splitmix64).
pub fn noise(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

/// A random split of `frames` into blocks of 0 to 700.
pub fn random_blocks(seed: u64, frames: usize) -> Vec<usize> {
    let sizes = noise(seed ^ 0x5117, frames / 100 + 20);
    sizes
        .iter()
        .map(|value| ((value + 1.0) * 350.0) as usize)
        .chain([1])
        .collect()
}
