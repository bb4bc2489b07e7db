//! What happens to each stretch of samples: listen, answer, work, and at the end of a block turn.

use super::{
    super::{fir::FirTask, simd::run},
    Engine,
    level::Past,
};

/// Input smaller than this (-300 dBFS) is silence: see the kernel's smallest tap.
const SMALLEST: f32 = 1e-15;

impl Engine {
    /// Goes on by some frames, with an answer or without.
    pub(super) fn advance(
        &mut self,
        input: &[&[f32]],
        frames: usize,
        mut output: Option<&mut [&mut [f32]]>,
    ) {
        let block = self.kernel.plan.block;
        self.schedule.call_of(frames);
        let mut done = 0;
        while done < frames {
            let count = (frames - done).min(block - self.phase);
            self.take_input(input, done, count);
            if let Some(output) = &mut output {
                self.render(output, done, count);
            }
            self.phase += count;
            self.position += count;
            done += count;
            self.schedule.earn(&self.kernel.plan.levels, count);
            self.work();
            if self.phase == block {
                self.end_block();
            }
        }
    }

    /// Takes the new samples into both histories.
    fn take_input(&mut self, input: &[&[f32]], from: usize, count: usize) {
        let now = self.kernel.plan.head + self.phase;
        let ring = if self.span == 0 {
            0
        } else {
            self.position % self.span
        };
        let silent = self.skip.silent_from.is_some();
        for (channel, samples) in input.iter().enumerate().take(self.kernel.inputs) {
            let recent = &mut self.recent[channel * self.window + now..][..count];
            for (slot, sample) in recent.iter_mut().zip(&samples[from..from + count]) {
                *slot = if silent || sample.abs() < SMALLEST {
                    0.0
                } else {
                    *sample
                };
            }
            if self.span > 0 {
                self.past[channel * self.span + ring..][..count].copy_from_slice(recent);
            }
        }
    }

    /// Gives what is due for the new samples.
    fn render(&self, output: &mut [&mut [f32]], from: usize, count: usize) {
        let kernel = &*self.kernel;
        for index in 0..output.len().min(kernel.outputs.len()) {
            let (before, rest) = output.split_at_mut(index);
            let Some(channel) = rest
                .first_mut()
                .map(|channel| &mut channel[from..from + count])
            else {
                continue;
            };
            let Some(output_sum) = kernel.outputs[index] else {
                channel.fill(0.0);
                continue;
            };
            // An output that is like an earlier one is a copy of it.
            let twin = kernel.outputs[..index]
                .iter()
                .position(|earlier| *earlier == Some(output_sum));
            if let Some(twin) = twin {
                channel.copy_from_slice(&before[twin][from..from + count]);
                continue;
            }
            let answer = FirTask {
                terms: &kernel.head_sums[output_sum],
                taps: &kernel.head,
                taps_count: kernel.plan.head,
                history: &self.recent,
                window: self.window,
                now: kernel.plan.head + self.phase,
                output: &mut channel[..],
            };
            run(kernel.isa, 16, answer);
            for (level, spectra) in self.levels.iter().zip(&kernel.levels) {
                if let Some(ready) = level.ready(spectra, output_sum, self.position, count) {
                    for (sum, sample) in channel.iter_mut().zip(ready) {
                        *sum += sample;
                    }
                }
            }
        }
    }

    /// Runs the work items that are paid.
    fn work(&mut self) {
        while let Some((level, item)) = self.schedule.next(&self.kernel.plan.levels) {
            self.run(level, item);
        }
    }

    /// Does one work item of the work of a level.
    fn run(&mut self, level: usize, item: usize) {
        let kernel = &*self.kernel;
        let item = &kernel.plan.levels[level].items[item];
        let past = Past {
            samples: &self.past,
            span: self.span,
        };
        self.levels[level].run(kernel, &kernel.levels[level], item, past);
    }

    /// The block of the schedule is over.
    fn end_block(&mut self) {
        self.phase = 0;
        let (block, head) = (self.kernel.plan.block, self.kernel.plan.head);
        for window in self.recent.chunks_exact_mut(self.window) {
            window.copy_within(block..block + head, 0);
        }
        for level in 0..self.levels.len() {
            let size = self.kernel.plan.levels[level].size;
            if !self.position.is_multiple_of(size) {
                // Sizes grow and divide each other: no larger one is complete either.
                break;
            }
            // Half a work item may be left, or less.
            while let Some(item) = self.schedule.last(&self.kernel.plan.levels, level) {
                self.run(level, item);
            }
            let skipped = self.skip.of(self.position, size);
            self.levels[level].end_block(&self.kernel.levels[level], self.span, skipped);
        }
        self.schedule
            .end_block(&self.kernel.plan.levels, self.position);
    }
}
