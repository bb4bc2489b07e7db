//! Partitioned convolution done at once at each block boundary, the plain way.
//!
//! The first `block` taps are a direct form, so there is no latency. The rest of the response is cut into
//! partitions of that size, and all of them are due at once when so many samples have come in (overlap-save;
//! Gardner 1995, Wefers 2015).
//!
//! It is the second witness in the tests and a rival in the benchmark.

use std::{fmt, sync::Arc};

use anteroom_convolver::{Convolver, Matrix};
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex, num_complex::Complex};

use super::{Route, routes};

/// Convolution in partitions of one size, at a cost that grows with the length of the impulse.
///
/// Real-time safe, without latency; all the work of a block falls on its last sample.
pub struct Uniform {
    inputs: usize,
    outputs: usize,
    tail: usize,
    /// Size of the head and of the partitions, in samples.
    block: usize,
    /// Place in the current block, 0..block.
    phase: usize,
    /// Per input: the previous block, then the current one.
    windows: Vec<Vec<f32>>,
    head: Vec<Route>,
    /// Everything beyond the head, if there is anything.
    level: Option<Level>,
}

impl Uniform {
    /// An engine with partitions of `block` samples (at least 1).
    pub fn new(channels: &[Vec<f32>], matrix: &Matrix, block: usize) -> Self {
        let routes = routes(channels, matrix);
        let (inputs, outputs, block) = (matrix.inputs, matrix.outputs, block.max(1));
        let lengths = routes.iter().map(|route| route.response.len());
        let tail = lengths.max().unwrap_or(0);
        let level = || Level::new(&cut(&routes, block, tail), inputs, outputs, block);
        Self {
            inputs,
            outputs,
            tail,
            block,
            phase: 0,
            windows: vec![vec![0.0; 2 * block]; inputs],
            head: cut(&routes, 0, block),
            level: (block < tail).then(level),
        }
    }
}

impl fmt::Debug for Uniform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uniform")
            .field("block", &self.block)
            .field("tail", &self.tail)
            .finish_non_exhaustive()
    }
}

impl Convolver for Uniform {
    fn inputs(&self) -> usize {
        self.inputs
    }

    fn outputs(&self) -> usize {
        self.outputs
    }

    fn tail(&self) -> usize {
        self.tail
    }

    fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]) {
        let frames = output.first().map_or(0, |channel| channel.len());
        let mut done = 0;
        while done < frames {
            let count = (frames - done).min(self.block - self.phase);
            let now = self.block + self.phase;
            for (window, channel) in self.windows.iter_mut().zip(input) {
                window[now..now + count].copy_from_slice(&channel[done..done + count]);
            }
            for channel in output.iter_mut() {
                channel[done..done + count].fill(0.0);
            }
            for route in &self.head {
                let window = &self.windows[route.input];
                let channel = &mut output[route.output][done..done + count];
                for (tap, gain) in route.response.iter().enumerate() {
                    let delayed = &window[now - tap..now - tap + count];
                    for (sum, sample) in channel.iter_mut().zip(delayed) {
                        *sum += gain * sample;
                    }
                }
            }
            if let Some(level) = &mut self.level {
                level.add(input, output, done, count);
            }
            self.phase += count;
            if self.phase == self.block {
                self.phase = 0;
                for window in &mut self.windows {
                    window.copy_within(self.block.., 0);
                }
            }
            done += count;
        }
    }

    fn reset(&mut self) {
        self.phase = 0;
        for window in &mut self.windows {
            window.fill(0.0);
        }
        if let Some(level) = &mut self.level {
            level.reset();
        }
    }
}

/// The stretch of every response between two taps.
fn cut(routes: &[Route], from: usize, to: usize) -> Vec<Route> {
    let pieces = routes.iter().filter_map(|route| {
        let response = route
            .response
            .get(from..to.min(route.response.len()))?
            .to_vec();
        (!response.is_empty()).then_some(Route {
            input: route.input,
            output: route.output,
            response,
        })
    });
    pieces.collect()
}

/// The partitions. The first tap of the responses is delayed by one of them.
struct Level {
    size: usize,
    phase: usize,
    /// Per input: previous and current block.
    windows: Vec<Vec<f32>>,
    /// Per input: the last `parts` spectra, a ring whose newest row is `newest`.
    spectra: Vec<Vec<Complex<f32>>>,
    newest: usize,
    parts: usize,
    /// (input, output, spectra of the partitions one after the other)
    kernels: Vec<(usize, usize, Vec<Complex<f32>>)>,
    /// Per output: the block that is being given out.
    ready: Vec<Vec<f32>>,
    forward: Arc<dyn RealToComplex<f32>>,
    inverse: Arc<dyn ComplexToReal<f32>>,
    time: Vec<f32>,
    sum: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
}

impl Level {
    fn new(routes: &[Route], inputs: usize, outputs: usize, size: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        let forward = planner.plan_fft_forward(2 * size);
        let inverse = planner.plan_fft_inverse(2 * size);
        let bins = size + 1;
        let zero = Complex::new(0.0, 0.0);
        let longest = routes
            .iter()
            .map(|route| route.response.len())
            .max()
            .unwrap_or(0);
        let parts = longest.div_ceil(size);
        let mut scratch = vec![zero; forward.get_scratch_len().max(inverse.get_scratch_len())];
        let mut time = vec![0.0; 2 * size];
        let scale = 1.0 / (2 * size) as f32;
        let kernels = routes.iter().map(|route| {
            let mut spectra = vec![zero; route.response.len().div_ceil(size) * bins];
            for (piece, row) in route
                .response
                .chunks(size)
                .zip(spectra.chunks_exact_mut(bins))
            {
                time.fill(0.0);
                for (slot, tap) in time.iter_mut().zip(piece) {
                    *slot = tap * scale;
                }
                let done = forward.process_with_scratch(&mut time, row, &mut scratch);
                debug_assert!(done.is_ok());
            }
            (route.input, route.output, spectra)
        });
        Self {
            kernels: kernels.collect(),
            size,
            phase: 0,
            windows: vec![vec![0.0; 2 * size]; inputs],
            spectra: vec![vec![zero; parts * bins]; inputs],
            newest: 0,
            parts,
            ready: vec![vec![0.0; size]; outputs],
            forward,
            inverse,
            time,
            sum: vec![zero; bins],
            scratch,
        }
    }

    /// Takes `count` frames, which do not cross the end of the block, and adds what is ready.
    fn add(&mut self, input: &[&[f32]], output: &mut [&mut [f32]], from: usize, count: usize) {
        let (size, phase) = (self.size, self.phase);
        for (window, channel) in self.windows.iter_mut().zip(input) {
            window[size + phase..size + phase + count]
                .copy_from_slice(&channel[from..from + count]);
        }
        for (ready, channel) in self.ready.iter().zip(output.iter_mut()) {
            for (sum, sample) in channel[from..from + count].iter_mut().zip(&ready[phase..]) {
                *sum += sample;
            }
        }
        self.phase += count;
        if self.phase == size {
            self.phase = 0;
            self.turn();
        }
    }

    /// A block is complete: all transforms and products of this level.
    fn turn(&mut self) {
        let (size, bins) = (self.size, self.size + 1);
        self.newest = if self.newest == 0 {
            self.parts - 1
        } else {
            self.newest - 1
        };
        for (window, spectra) in self.windows.iter_mut().zip(&mut self.spectra) {
            self.time.copy_from_slice(window);
            window.copy_within(size.., 0);
            let row = &mut spectra[self.newest * bins..][..bins];
            let done = self
                .forward
                .process_with_scratch(&mut self.time, row, &mut self.scratch);
            debug_assert!(done.is_ok());
        }
        for (output, ready) in self.ready.iter_mut().enumerate() {
            self.sum.fill(Complex::new(0.0, 0.0));
            for (input, _, kernel) in self.kernels.iter().filter(|kernel| kernel.1 == output) {
                for (part, row) in kernel.chunks_exact(bins).enumerate() {
                    let past = (self.newest + part) % self.parts;
                    let heard = &self.spectra[*input][past * bins..][..bins];
                    for ((sum, x), h) in self.sum.iter_mut().zip(heard).zip(row) {
                        *sum += x * h;
                    }
                }
            }
            // The bins at both ends of a real signal's spectrum are real; rounding must not say otherwise.
            self.sum[0].im = 0.0;
            self.sum[size].im = 0.0;
            let done =
                self.inverse
                    .process_with_scratch(&mut self.sum, &mut self.time, &mut self.scratch);
            debug_assert!(done.is_ok());
            ready.copy_from_slice(&self.time[size..]);
        }
    }

    fn reset(&mut self) {
        self.phase = 0;
        for row in self.windows.iter_mut().chain(&mut self.ready) {
            row.fill(0.0);
        }
        for spectra in &mut self.spectra {
            spectra.fill(Complex::new(0.0, 0.0));
        }
    }
}
