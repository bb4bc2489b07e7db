//! What happens to each stretch of samples: listen, answer, work, and at the end of a block turn.

use super::{
    super::{head::Answer, simd::run},
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
            self.listen(input, done, count);
            if let Some(output) = &mut output {
                self.answer(output, done, count);
            }
            self.phase += count;
            self.position += count;
            done += count;
            self.schedule.earn(&self.kernel.plan.levels, count);
            self.work();
            if self.phase == block {
                self.turn();
            }
        }
    }

    /// Takes the new samples into both histories.
    fn listen(&mut self, input: &[&[f32]], from: usize, count: usize) {
        let now = self.kernel.plan.head + self.phase;
        let ring = if self.span == 0 {
            0
        } else {
            self.position % self.span
        };
        let silent = self.unheard.silent_from.is_some();
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
    fn answer(&self, output: &mut [&mut [f32]], from: usize, count: usize) {
        let kernel = &*self.kernel;
        for index in 0..output.len().min(kernel.outputs.len()) {
            let (before, rest) = output.split_at_mut(index);
            let Some(channel) = rest
                .first_mut()
                .map(|channel| &mut channel[from..from + count])
            else {
                continue;
            };
            let Some(voice) = kernel.outputs[index] else {
                channel.fill(0.0);
                continue;
            };
            // An output that is like an earlier one is a copy of it.
            let twin = kernel.outputs[..index]
                .iter()
                .position(|earlier| *earlier == Some(voice));
            if let Some(twin) = twin {
                channel.copy_from_slice(&before[twin][from..from + count]);
                continue;
            }
            let answer = Answer {
                terms: &kernel.voices[voice],
                taps: &kernel.head,
                taps_count: kernel.plan.head,
                history: &self.recent,
                window: self.window,
                now: kernel.plan.head + self.phase,
                output: &mut channel[..],
            };
            run(kernel.isa, 16, answer);
            for (level, spectra) in self.levels.iter().zip(&kernel.levels) {
                if let Some(ready) = level.ready(spectra, voice, self.position, count) {
                    for (sum, sample) in channel.iter_mut().zip(ready) {
                        *sum += sample;
                    }
                }
            }
        }
    }

    /// Runs the pieces that are paid.
    fn work(&mut self) {
        while let Some((level, piece)) = self.schedule.next(&self.kernel.plan.levels) {
            self.run(level, piece);
        }
    }

    /// Does one piece of the work of a level.
    fn run(&mut self, level: usize, piece: usize) {
        let kernel = &*self.kernel;
        let piece = &kernel.plan.levels[level].pieces[piece];
        let past = Past {
            samples: &self.past,
            span: self.span,
        };
        self.levels[level].run(kernel, &kernel.levels[level], piece, past);
    }

    /// The block of the schedule is over.
    fn turn(&mut self) {
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
            // Half a piece may be left, or less.
            while let Some(piece) = self.schedule.last(&self.kernel.plan.levels, level) {
                self.run(level, piece);
            }
            let spared = self.unheard.of(self.position, size);
            self.levels[level].turn(&self.kernel.levels[level], self.span, spared);
        }
        self.schedule.turn(&self.kernel.plan.levels, self.position);
    }
}
