//! An engine on its way into the sound, with what it has heard so far.

use super::{Convolver, Engine};

/// An engine that is to take over from another one.
///
/// If it has heard the same past as the one before it, it can take over with its whole tail; if it
/// has not, it begins in silence while the other one rings out.
#[derive(Debug)]
pub struct Entrant {
    /// The engine.
    pub engine: Engine,
    /// The position, in samples of the instance's tape, up to which it has heard the input.
    pub heard_to: Option<u64>,
    /// The position of the first sample that it has heard.
    pub since: u64,
}

impl Entrant {
    /// An engine that has heard nothing.
    #[must_use]
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            heard_to: None,
            since: 0,
        }
    }

    /// Forgets what it has heard. Real-time, as cheap as [`Convolver::reset`].
    pub fn forget(&mut self) {
        if self.heard_to.take().is_some() {
            self.engine.reset();
        }
    }
}
