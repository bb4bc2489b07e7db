//! The engine of the product. Made on the worker, then owned by the audio thread.
//!
//! For each block of the schedule (the smallest partition; it does not depend on the host's block):
//!
//! ```text
//! samples come in, any number at a time, up to the end of the block:
//!     note them in the history
//!     output = first taps, in direct form, + the answers that the levels have ready
//!     run pieces of work until the budget for so many samples is spent
//! the block is over:
//!     every level whose own block is complete: show the answer that is now due, begin the next
//! ```
//!
//! Each level has one period to collect its input and one to do the work, and writes its answer to a place of
//! its own; so when a piece runs has no influence on any sample, and splitting the input differently
//! does not change one bit of the output.

use std::{fmt, hint::black_box, sync::Arc};

use super::{
    Convolver, Kernel,
    head::{Answer, SLACK},
    kernel::Spectra,
    multiply::Multiply,
    plan::Schedule,
    program::{Piece, Work},
    simd::run,
    transform::{Cell, Final, First, Leaves, Middle, Roots},
};

/// Input smaller than this (-300 dBFS) is silence: see the kernel's smallest tap.
const SMALLEST: f32 = 1e-15;

/// Convolution without latency for impulses of any length, at an even cost.
///
/// Owns the history of its input; everything prepared is in the [`Kernel`] that it shares.
pub struct Engine {
    kernel: Arc<Kernel>,
    /// Samples since the beginning or the last reset.
    position: usize,
    /// Samples of the current block of the schedule.
    phase: usize,
    schedule: Schedule,
    /// Per input, `window` each: the last taps, the current block, slack. For the direct form.
    recent: Vec<f32>,
    window: usize,
    /// Per input, `span` each: a ring of three of the largest blocks.
    past: Vec<f32>,
    span: usize,
    levels: Vec<Level>,
}

/// The history of a level.
struct Level {
    /// Blocks complete since the reset; work is being done on the last of them.
    blocks: usize,
    /// Spectra of the input: see [`Shape`](super::multiply::Shape).
    history: Vec<Cell>,
    /// For the transforms of inputs, then of voices; one after the other.
    work: Vec<Cell>,
    /// Answers, voice by voice: two halves, one being played while the other is made.
    answers: [Vec<f32>; 2],
}

/// A vector whose pages all exist: on some systems, memory that is asked for zeroed comes when it is first
/// written, which must not be in the audio thread.
fn touched<T: Copy>(value: T, count: usize) -> Vec<T> {
    let mut vector = vec![value; count];
    let page = (1024 / size_of::<T>()).max(1);
    for slot in vector.iter_mut().step_by(page) {
        *slot = black_box(value);
    }
    black_box(vector)
}

impl Engine {
    /// Makes an engine with an empty history. Allocates and touches all its memory.
    pub fn new(kernel: Arc<Kernel>) -> Self {
        let (inputs, voices) = (kernel.inputs, kernel.voices.len());
        let plan = &kernel.plan;
        let window = plan.head + plan.block + SLACK;
        let span = 3 * plan.levels.last().map_or(0, |level| level.size);
        let levels = kernel.levels.iter().map(|spectra| {
            let Spectra {
                transform, shape, ..
            } = spectra;
            Level {
                blocks: 0,
                history: touched(Cell::ZERO, transform.cells() * shape.inputs * shape.parts),
                work: touched(Cell::ZERO, transform.cells() * inputs.max(voices)),
                answers: [
                    touched(0.0, transform.size * voices),
                    touched(0.0, transform.size * voices),
                ],
            }
        });
        Self {
            levels: levels.collect(),
            position: 0,
            phase: 0,
            schedule: Schedule::new(plan.levels.len()),
            recent: touched(0.0, window * inputs),
            window,
            past: touched(0.0, span * inputs),
            span,
            kernel,
        }
    }

    /// An engine that answers everything with silence. Allocates.
    pub fn silent(inputs: usize, outputs: usize) -> Self {
        Self::new(Kernel::silent(inputs, outputs))
    }

    /// The prepared impulse that this engine shares.
    pub fn kernel(&self) -> &Arc<Kernel> {
        &self.kernel
    }

    /// Memory of the history, bytes, without the kernel's.
    pub fn bytes(&self) -> usize {
        let levels = self.levels.iter().map(|level| {
            let answers: usize = level
                .answers
                .iter()
                .map(|half| size_of_val(&half[..]))
                .sum();
            size_of_val(&level.history[..]) + size_of_val(&level.work[..]) + answers
        });
        levels.sum::<usize>() + size_of_val(&self.recent[..]) + size_of_val(&self.past[..])
    }

    /// Takes the new samples into both histories.
    fn listen(&mut self, input: &[&[f32]], from: usize, count: usize) {
        let now = self.kernel.plan.head + self.phase;
        let ring = if self.span == 0 {
            0
        } else {
            self.position % self.span
        };
        for (channel, samples) in input.iter().enumerate().take(self.kernel.inputs) {
            let recent = &mut self.recent[channel * self.window + now..][..count];
            for (slot, sample) in recent.iter_mut().zip(&samples[from..from + count]) {
                *slot = if sample.abs() < SMALLEST {
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
                // The first answer is due two periods after the beginning.
                if level.blocks >= 2 {
                    let size = spectra.transform.size;
                    let at = voice * size + (self.position & (size - 1));
                    let ready = &level.answers[level.blocks & 1][at..at + count];
                    for (sum, sample) in channel.iter_mut().zip(ready) {
                        *sum += sample;
                    }
                }
            }
        }
    }

    /// Runs pieces until `target` is spent or nothing is left.
    fn work(&mut self, target: u64) {
        let kernel = &*self.kernel;
        while let Some((index, piece)) = self.schedule.next(&kernel.plan.levels, target) {
            let piece = &kernel.plan.levels[index].pieces[piece];
            self.levels[index].run(kernel, &kernel.levels[index], piece, &self.past, self.span);
        }
    }

    /// The block of the schedule is over.
    fn turn(&mut self) {
        let kernel = &*self.kernel;
        let plan = &kernel.plan;
        self.phase = 0;
        for window in self.recent.chunks_exact_mut(self.window) {
            window.copy_within(plan.block..plan.block + plan.head, 0);
        }
        for (index, level) in plan.levels.iter().enumerate() {
            if self.position.is_multiple_of(level.size) {
                // The plan was played through: this does not happen. If it did, the samples would still be right.
                while let Some(piece) = self.schedule.forced(&plan.levels, index) {
                    debug_assert!(
                        false,
                        "level {index} missed its deadline at {}",
                        self.position
                    );
                    let piece = &level.pieces[piece];
                    self.levels[index].run(
                        kernel,
                        &kernel.levels[index],
                        piece,
                        &self.past,
                        self.span,
                    );
                }
                self.levels[index].blocks += 1;
            }
        }
        let in_time = self.schedule.turn(&plan.levels, plan.budget, self.position);
        debug_assert!(in_time);
    }
}

impl Level {
    /// Does one piece of the work on the block that was completed last.
    fn run(
        &mut self,
        kernel: &Kernel,
        spectra: &Spectra,
        piece: &Piece,
        past: &[f32],
        span: usize,
    ) {
        let Spectra {
            transform,
            shape,
            cells: prepared,
            ..
        } = spectra;
        let (isa, size, cells) = (kernel.isa, transform.size, transform.cells());
        let columns = piece.columns;
        // This is block `block`, counted from 0; slots run backwards, so that older spectra follow newer ones.
        let block = self.blocks - 1;
        let slot = shape.parts - 1 - block % shape.parts;
        let passes = &transform.passes;
        for channel in usize::from(piece.channels.0)..usize::from(piece.channels.1) {
            let own = &mut self.work[channel * cells..][..cells];
            match piece.work {
                Work::First => {
                    let ring = &past[channel * span..][..span];
                    let later = block * size % span;
                    let earlier = (later + span - size) % span;
                    let task = First {
                        pass: &passes[0],
                        columns,
                        earlier: (block > 0).then(|| &ring[earlier..earlier + size]),
                        later: Some(&ring[later..later + size]),
                        to: own,
                    };
                    run(isa, 16, task);
                }
                Work::Down(pass) => {
                    run(
                        isa,
                        16,
                        Middle {
                            pass: &passes[pass],
                            columns,
                            joins: false,
                            cells: own,
                        },
                    );
                }
                Work::Leaves => {
                    let first = shape.history(0, channel) + slot;
                    let spacing = shape.history(1, 0);
                    let to = &mut self.history[first..];
                    run(
                        isa,
                        transform.lanes(),
                        Leaves {
                            transform,
                            range: columns,
                            from: own,
                            to,
                            spacing,
                        },
                    );
                }
                Work::Multiply(slice, slices) => {
                    let task = Multiply {
                        shape: *shape,
                        cells: columns,
                        share: (slice, slices),
                        far: spectra.far,
                        newest: slot,
                        known: self.blocks.min(shape.parts),
                        history: &self.history,
                        kernel: prepared,
                        voices: &kernel.voices,
                        sums: &mut self.work,
                        spacing: cells,
                    };
                    run(isa, 16, task);
                }
                Work::Roots => {
                    run(
                        isa,
                        transform.lanes(),
                        Roots {
                            transform,
                            range: columns,
                            cells: own,
                        },
                    );
                }
                Work::Up(pass) => {
                    run(
                        isa,
                        16,
                        Middle {
                            pass: &passes[pass],
                            columns,
                            joins: true,
                            cells: own,
                        },
                    );
                }
                Work::Final => {
                    // It will be played when one more block is complete.
                    let later = &mut self.answers[(self.blocks + 1) & 1][channel * size..][..size];
                    run(
                        isa,
                        16,
                        Final {
                            pass: &passes[0],
                            columns,
                            cells: own,
                            later,
                        },
                    );
                }
            }
        }
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("kernel", &self.kernel)
            .finish_non_exhaustive()
    }
}

impl Convolver for Engine {
    fn inputs(&self) -> usize {
        self.kernel.inputs
    }

    fn outputs(&self) -> usize {
        self.kernel.outputs()
    }

    fn tail(&self) -> usize {
        self.kernel.tail
    }

    fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]) {
        let lengths = input
            .iter()
            .map(|channel| channel.len())
            .chain(output.iter().map(|channel| channel.len()));
        let frames = lengths.min().unwrap_or(0);
        let (block, budget) = (self.kernel.plan.block, self.kernel.plan.budget);
        let mut done = 0;
        while done < frames {
            let count = (frames - done).min(block - self.phase);
            self.listen(input, done, count);
            self.answer(output, done, count);
            self.phase += count;
            self.position += count;
            done += count;
            self.work(budget * self.phase as u64 / block as u64);
            if self.phase == block {
                self.turn();
            }
        }
    }

    fn reset(&mut self) {
        // Nothing older than the reset is read again: levels count their blocks anew, and only spectra
        // and answers of counted blocks are used.
        self.position = 0;
        self.phase = 0;
        self.schedule.reset();
        self.recent.fill(0.0);
        for level in &mut self.levels {
            level.blocks = 0;
        }
    }
}
