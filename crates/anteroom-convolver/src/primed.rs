//! An engine on its way to the audio thread, with the input that it already knows.

use std::sync::Arc;

use super::{Convolver, Engine, Profile};

/// How many impulses an engine whose tail [moves](PrimedEngine::moves) plays at once: the whole one, its early part, and
/// two other versions of its tail.
pub const MOVING_PARTS: usize = 4;

/// An engine that takes over from another one.
///
/// If it was primed with the same input as the engine before it, it takes over with its whole tail. If not, it begins
/// in silence while the other one rings out.
#[derive(Debug)]
pub struct PrimedEngine {
    /// The engine.
    pub engine: Engine,
    /// The position up to which it knows the input, in samples of whatever clock its owner counts by; none if it was not
    /// primed.
    pub primed_to: Option<u64>,
    /// The position of the first sample that it knows.
    pub primed_from: u64,
    /// How like its impulse is to others, if its maker has measured that. It goes home with the engine.
    pub profile: Option<Arc<Profile>>,
    /// Whether it has the outputs of [`MOVING_PARTS`] impulses, one after the other, in place of those of one.
    pub moves: bool,
    /// Its place among several that wait ready side by side, if it is one of them.
    pub place: Option<usize>,
    /// Whether it stands for no impulse at all. An impulse can be silent as well, and is still one.
    is_nothing: bool,
}

impl PrimedEngine {
    /// An engine that knows no input yet.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            primed_to: None,
            primed_from: 0,
            profile: None,
            place: None,
            moves: false,
            is_nothing: false,
        }
    }

    /// The engine of no impulse: it answers with silence. Not real-time.
    #[must_use]
    pub fn nothing(inputs: usize, outputs: usize) -> Self {
        Self {
            is_nothing: true,
            ..Self::new(Engine::silent(inputs, outputs))
        }
    }

    /// Whether it stands for [no impulse](Self::nothing). Real-time.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.is_nothing
    }

    /// The outputs of one impulse. Real-time.
    #[must_use]
    pub fn outputs(&self) -> usize {
        match self.moves {
            true => self.engine.outputs() / MOVING_PARTS,
            false => self.engine.outputs(),
        }
    }

    /// Makes it an engine that knows no input. Real-time, as cheap as [`Convolver::reset`].
    pub fn reset(&mut self) {
        if self.primed_to.take().is_some() {
            self.engine.reset();
        }
    }
}
