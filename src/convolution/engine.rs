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
    simd::{Isa, run},
    transform::{Cell, Final, First, Leaves, Middle, Roots, Transform},
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
    /// The place of that block's spectrum in the history, and of its samples in the ring of the past.
    slot: usize,
    later: usize,
    /// The place of the block before it, unless it is the first.
    earlier: Option<usize>,
    /// Spectra of the input: see [`Shape`](super::multiply::Shape).
    history: Vec<Cell>,
    /// For the transforms of inputs, then of voices; one after the other.
    work: Vec<Cell>,
    /// The sums of the products of one set of cells, voice by voice.
    sums: Vec<Cell>,
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
                slot: 0,
                later: 0,
                earlier: None,
                sums: touched(Cell::ZERO, transform.lanes() * voices),
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
            let cells = level.history.len() + level.work.len() + level.sums.len();
            cells * size_of::<Cell>() + answers
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
                self.levels[index].turn(&kernel.levels[index], self.span);
            }
        }
        let in_time = self.schedule.turn(&plan.levels, plan.budget, self.position);
        debug_assert!(in_time);
    }
}

impl Level {
    /// Its block is complete: notes what all the work on it will need.
    fn turn(&mut self, spectra: &Spectra, span: usize) {
        // This is block `block`, counted from 0; slots run backwards, so that older spectra follow newer ones.
        let (block, size, parts) = (self.blocks, spectra.transform.size, spectra.shape.parts);
        self.slot = parts - 1 - block % parts;
        self.later = block * size % span;
        self.earlier = (block > 0).then(|| (self.later + span - size) % span);
        self.blocks += 1;
    }

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
            transform, shape, ..
        } = spectra;
        let (isa, cells) = (kernel.isa, transform.cells());
        let columns = piece.columns;
        let channels = usize::from(piece.channels.0)..usize::from(piece.channels.1);
        match piece.work {
            Work::First => {
                for channel in channels {
                    let ring = &past[channel * span..][..span];
                    let task = First {
                        pass: &transform.passes[0],
                        columns,
                        earlier: self.earlier.map(|at| &ring[at..at + transform.size]),
                        later: Some(&ring[self.later..self.later + transform.size]),
                        to: &mut self.work[channel * cells..][..cells],
                    };
                    run(isa, 16, task);
                }
            }
            Work::Down(pass) => self.middle(isa, transform, piece, (pass, false)),
            Work::Leaves => {
                for channel in channels {
                    let first = shape.history(0, channel) + self.slot;
                    let task = Leaves {
                        transform,
                        range: columns,
                        from: &self.work[channel * cells..][..cells],
                        to: &mut self.history[first..],
                        spacing: shape.history(1, 0),
                    };
                    run(isa, transform.lanes(), task);
                }
            }
            Work::Multiply(slice, slices) => {
                let task = Multiply {
                    shape: *shape,
                    cells: columns,
                    share: (slice, slices),
                    far: spectra.far,
                    newest: self.slot,
                    known: self.blocks.min(shape.parts),
                    history: &self.history,
                    kernel: &spectra.cells,
                    voices: &kernel.voices,
                    sums: &mut self.sums,
                    spacing: transform.lanes(),
                };
                run(isa, 16, task);
            }
            Work::Roots => {
                let lanes = transform.lanes();
                for channel in channels {
                    let task = Roots {
                        transform,
                        start: columns.from,
                        from: &self.sums[channel * lanes..][..lanes],
                        to: &mut self.work[channel * cells..][..cells],
                    };
                    run(isa, lanes, task);
                }
            }
            Work::Up(pass) => self.middle(isa, transform, piece, (pass, true)),
            Work::Final => {
                for channel in channels {
                    // It will be played when one more block is complete.
                    let answer = &mut self.answers[(self.blocks + 1) & 1];
                    let task = Final {
                        pass: &transform.passes[0],
                        columns,
                        cells: &self.work[channel * cells..][..cells],
                        later: &mut answer[channel * transform.size..][..transform.size],
                    };
                    run(isa, 16, task);
                }
            }
        }
    }

    /// A pass in the middle, there or back.
    fn middle(
        &mut self,
        isa: Isa,
        transform: &Transform,
        piece: &Piece,
        (pass, joins): (usize, bool),
    ) {
        let cells = transform.cells();
        for channel in piece.channels.0..piece.channels.1 {
            let task = Middle {
                pass: &transform.passes[pass],
                columns: piece.columns,
                joins,
                cells: &mut self.work[usize::from(channel) * cells..][..cells],
            };
            run(isa, 16, task);
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
