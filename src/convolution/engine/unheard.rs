//! What nobody will hear, and what comes of silence: that work is left out.
//!
//! While one engine takes over from another one, two of them run. Neither has to do everything then:
//!
//! | who says it | what is left out |
//! |---|---|
//! | [`Engine::hear`]: its past is answered by another one | answers that are over before anybody listens |
//! | [`Engine::leave`]: it is heard for a while only | everything that is not due by then |
//! | [`Engine::ring`]: it hears nothing more | transforms of silence, and products with them |
//!
//! No sample that is heard is another one because of it. What is left out by `hear` and `ring` is paid all the same, so
//! that the rest is done when it would have been; the levels of one that leaves earn nothing once their work is
//! left out.

use super::Engine;

/// What an engine was told.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Unheard {
    /// Nobody hears what is answered before this sample.
    until: usize,
    /// The input is silent from this sample on.
    pub silent_from: Option<usize>,
}

/// What is left out of the work on one block of a level.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spared {
    /// Products and the way back: nobody hears them.
    pub answer: bool,
    /// How many of the newest spectra are silence: the way there, if there are any, and products with them.
    pub silent: usize,
}

impl Unheard {
    /// Of the work that begins at sample `now`, of a level with blocks of `size`.
    pub fn of(&self, now: usize, size: usize) -> Spared {
        // A spectrum is that of two blocks; its answer sounds in the block after the next.
        let blocks = self.silent_from.map_or(0, |from| (now - from) / size);
        Spared {
            answer: now + 2 * size <= self.until,
            silent: blocks.saturating_sub(1),
        }
    }
}

impl Engine {
    /// Takes the next frames in without an answer: for an engine that is to know a past that nobody hears again.
    /// `unheard`: how many frames after these nobody will hear either, at least. Real-time; cheaper than
    /// [`process`](super::Convolver::process).
    pub fn hear(&mut self, input: &[&[f32]], unheard: usize) {
        let frames = input.iter().map(|channel| channel.len()).min();
        let frames = frames.unwrap_or(0);
        self.unheard.until = self.unheard.until.max(self.position + frames + unheard);
        self.advance(input, frames, None);
    }

    /// From now on nobody hears it for longer than so many frames: it leaves out the work whose answer comes
    /// later. A later call can shorten the time, only a reset ends it. Real-time; walks along the levels.
    ///
    /// What it answers after that time is finite and means nothing.
    pub fn leave(&mut self, frames: usize) {
        let end = self.position.saturating_add(frames);
        self.schedule
            .leave(&self.kernel.plan.levels, self.position, end);
    }

    /// From now on its input is silence, whatever it is given, until it is reset. Its tail costs less and less then.
    /// Real-time.
    pub fn ring(&mut self) {
        self.unheard.silent_from.get_or_insert(self.position);
    }
}
