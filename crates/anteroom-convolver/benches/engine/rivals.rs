//! The engines that ours is compared with, in the same program and the same run.

use anteroom_convolver::Convolver;
use fft_convolver::{TwoStageFFTConvolver, compute_tail_block_size};

use super::scenario::Scenario;

/// The two-stage engine of crate fft-convolver, one for each path.
pub struct TwoStage {
    paths: Vec<(usize, usize, TwoStageFFTConvolver<f32>)>,
    sum: Vec<f32>,
    tail: usize,
}

impl TwoStage {
    pub fn new(scenario: Scenario, impulse: &[Vec<f32>]) -> Self {
        let tail_block = compute_tail_block_size(scenario.block, impulse[0].len());
        let paths = scenario.matrix().paths.into_iter().map(|path| {
            let mut convolver = TwoStageFFTConvolver::default();
            convolver
                .init(scenario.block, tail_block, &impulse[path.channel])
                .expect("sizes are not 0");
            (path.input, path.output, convolver)
        });
        Self {
            paths: paths.collect(),
            sum: vec![0.0; scenario.block],
            tail: impulse[0].len(),
        }
    }
}

impl Convolver for TwoStage {
    fn inputs(&self) -> usize {
        2
    }

    fn outputs(&self) -> usize {
        2
    }

    fn tail(&self) -> usize {
        self.tail
    }

    fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]) {
        output.iter_mut().for_each(|channel| channel.fill(0.0));
        for (from, to, convolver) in &mut self.paths {
            let sum = &mut self.sum[..input[*from].len()];
            convolver
                .process(input[*from], sum)
                .expect("the lengths are the same");
            for (a, b) in output[*to].iter_mut().zip(sum) {
                *a += *b;
            }
        }
    }

    fn reset(&mut self) {
        self.paths.iter_mut().for_each(|path| path.2.reset());
    }
}
