//! Convolution by its definition, in double precision: the oracle that every engine is held to.
//!
//! For every output sample: the sum over all taps of tap times past input. Slow and plain on purpose.

use anteroom_convolver::{Convolver, Matrix};

use super::{Route, routes};

/// The direct form in double precision. Real-time safe, but far too slow for long impulses.
#[derive(Debug)]
pub struct Direct {
    inputs: usize,
    outputs: usize,
    tail: usize,
    routes: Vec<Route>,
    /// Per input: the last `tail` samples as a ring; `newest` is the place of the latest one.
    history: Vec<Vec<f64>>,
    newest: usize,
    /// One frame of input and of output.
    frame: (Vec<f64>, Vec<f64>),
}

impl Direct {
    /// The oracle for an impulse.
    pub fn new(channels: &[Vec<f32>], matrix: &Matrix) -> Self {
        let routes = routes(channels, matrix);
        let tail = routes
            .iter()
            .map(|route| route.response.len())
            .max()
            .unwrap_or(0);
        let history = vec![vec![0.0; tail.max(1)]; matrix.inputs];
        let frame = (vec![0.0; matrix.inputs], vec![0.0; matrix.outputs]);
        Self {
            inputs: matrix.inputs,
            outputs: matrix.outputs,
            tail,
            routes,
            history,
            newest: 0,
            frame,
        }
    }

    /// The next frame in double precision: takes one sample per input, gives one per output.
    pub fn frame(&mut self, input: &[f64], output: &mut [f64]) {
        let size = self.tail.max(1);
        self.newest = (self.newest + 1) % size;
        for (ring, sample) in self.history.iter_mut().zip(input) {
            ring[self.newest] = *sample;
        }
        output.fill(0.0);
        for route in &self.routes {
            // The ring holds the newest sample at `newest` and older ones before it, wrapping once.
            let ring = &self.history[route.input];
            let (near, far) = route
                .response
                .split_at(route.response.len().min(self.newest + 1));
            let recent = near.iter().zip(ring[..=self.newest].iter().rev());
            let older = far.iter().zip(ring.iter().rev());
            let sum: f64 = recent
                .chain(older)
                .map(|(tap, sample)| f64::from(*tap) * sample)
                .sum();
            output[route.output] += sum;
        }
    }
}

impl Convolver for Direct {
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
        let (mut heard, mut answer) = std::mem::take(&mut self.frame);
        let frames = output.first().map_or(0, |channel| channel.len());
        for frame in 0..frames {
            for (sample, channel) in heard.iter_mut().zip(input) {
                *sample = f64::from(channel[frame]);
            }
            self.frame(&heard, &mut answer);
            for (sample, channel) in answer.iter().zip(output.iter_mut()) {
                channel[frame] = *sample as f32;
            }
        }
        self.frame = (heard, answer);
    }

    fn reset(&mut self) {
        for ring in &mut self.history {
            ring.fill(0.0);
        }
    }
}
