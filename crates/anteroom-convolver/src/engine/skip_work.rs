//! Work that is skipped because nobody will hear its result.
//!
//! While one engine takes over from another, both run. Neither does everything then:
//!
//! | call | what the engine skips |
//! |---|---|
//! | [`Engine::prime`]: another engine answers this input | answers that are over before this engine is heard |
//! | [`Engine::retire_after`]: it is faded out by then | work that is due later |
//! | [`Engine::drain_tail`]: it gets no more input | transforms of silence, and products with them |
//!
//! Audible output is bit-identical. Work that `prime` and `drain_tail` skip is paid for in the schedule all the same, so
//! the rest is done at the time when it would have been done. A level that `retire_after` stops earns nothing more.

use super::Engine;

/// What the engine was told about who listens.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SkipRule {
    /// Nobody hears the output before this sample.
    until: usize,
    /// The input is silent from this sample on.
    pub silent_from: Option<usize>,
}

/// What is skipped of the work on one block of a level.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SkippedWork {
    /// Products and inverse transform: nobody hears the result.
    pub answer: bool,
    /// How many of the newest spectra are silence: their forward transforms, and products with them.
    pub silent: usize,
}

impl SkipRule {
    /// Of the work that begins at sample `now`, of a level with blocks of `size`.
    pub fn of(&self, now: usize, size: usize) -> SkippedWork {
        // A spectrum is that of two blocks; its answer sounds in the block after the next.
        let blocks = self.silent_from.map_or(0, |from| (now - from) / size);
        SkippedWork {
            answer: now + 2 * size <= self.until,
            silent: blocks.saturating_sub(1),
        }
    }
}

impl Engine {
    /// Takes the next frames as input without giving output, so that the engine's tail begins with them.
    /// `unheard`: how many frames of output after these nobody hears either, at least. Real-time; cheaper than
    /// [`process`](super::Convolver::process).
    pub fn prime(&mut self, input: &[&[f32]], unheard: usize) {
        let frames = input.iter().map(|channel| channel.len()).min();
        let frames = frames.unwrap_or(0);
        self.skip.until = self.skip.until.max(self.position + frames + unheard);
        self.advance(input, frames, None);
    }

    /// From now on nobody hears it for longer than so many frames: it skips the work whose result is due later. A later
    /// call can shorten the time, only a reset ends it. Real-time; walks along the levels.
    ///
    /// What it gives after that time is finite and means nothing.
    pub fn retire_after(&mut self, frames: usize) {
        let end = self.position.saturating_add(frames);
        self.schedule
            .retire_after(&self.kernel.plan.levels, self.position, end);
    }

    /// From now on its input is silence, whatever it is given, until it is reset. Its tail costs less and less.
    /// Real-time.
    pub fn drain_tail(&mut self) {
        self.skip.silent_from.get_or_insert(self.position);
    }
}
