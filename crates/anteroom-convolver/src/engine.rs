//! The engine of the product. Made on the worker, then owned by the audio thread.
//!
//! For each block of the schedule (the smallest partition; it does not depend on the host's block):
//!
//! ```text
//! samples come in, any number at a time, up to the end of the block:
//!     note them in the history
//!     output = first taps, in direct form, + the answers that the levels have ready
//!     run work items until what the levels earned with so many samples is spent
//! the block is over:
//!     every level whose own block is complete: show the answer that is now due, begin the next
//! ```
//!
//! | file | what is in it |
//! |---|---|
//! | `process` | the loop above |
//! | `level` | one level's history and its work items |
//! | `skip_work` | what is skipped while one engine takes over from another |
//!
//! Each level has one period to collect its input and one to do the work, and writes its answer to a place of
//! its own; so when a work item runs has no influence on any sample, and splitting the input differently
//! does not change one bit of the output.

mod level;
mod process;
mod skip_work;

use std::{fmt, hint::black_box, sync::Arc};

use super::{Convolver, Kernel, fir::SLACK, schedule::Schedule};
use level::Level;
use skip_work::SkipRule;

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
    skip: SkipRule,
    /// Per input, `window` each: the last taps, the current block, slack. For the direct form.
    recent: Vec<f32>,
    window: usize,
    /// Per input, `span` each: a ring of three of the largest blocks.
    past: Vec<f32>,
    span: usize,
    levels: Vec<Level>,
}

/// A vector whose pages all exist: on some systems, memory that is asked for zeroed comes when it is first
/// written, which must not be in the audio thread.
fn prefaulted<T: Copy>(value: T, count: usize) -> Vec<T> {
    let mut vector = vec![value; count];
    let page = (1024 / size_of::<T>()).max(1);
    for slot in vector.iter_mut().step_by(page) {
        *slot = black_box(value);
    }
    if let Some(last) = vector.last_mut() {
        *last = black_box(value);
    }
    black_box(vector)
}

impl Engine {
    /// Makes an engine with an empty history. Allocates and touches all its memory.
    pub fn new(kernel: Arc<Kernel>) -> Self {
        let inputs = kernel.inputs;
        let plan = &kernel.plan;
        let window = plan.head + plan.block + SLACK;
        let span = 3 * plan.levels.last().map_or(0, |level| level.size);
        let levels = kernel.levels.iter();
        let levels = levels.map(|spectra| Level::new(spectra, inputs));
        Self {
            levels: levels.collect(),
            position: 0,
            phase: 0,
            schedule: Schedule::new(plan.levels.len()),
            skip: SkipRule::default(),
            recent: prefaulted(0.0, window * inputs),
            window,
            past: prefaulted(0.0, span * inputs),
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
        let levels = self.levels.iter().map(Level::bytes);
        levels.sum::<usize>() + size_of_val(&self.recent[..]) + size_of_val(&self.past[..])
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
        self.advance(input, frames, Some(output));
    }

    fn reset(&mut self) {
        // Nothing older than the reset is read again: levels count their blocks anew, and only spectra
        // and answers of counted blocks are used.
        self.position = 0;
        self.phase = 0;
        self.schedule.reset();
        self.skip = SkipRule::default();
        self.recent.fill(0.0);
        for level in &mut self.levels {
            level.blocks = 0;
        }
    }
}
