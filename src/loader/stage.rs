//! How far the worker has come with an impulse, for whoever waits for it.

use std::sync::atomic::{AtomicU8, Ordering};

/// What the worker does for an impulse, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// Finds the file and decodes it, or looks up a room.
    #[default]
    Reading,
    /// Brings it to the host's sample rate; makes a room.
    Conforming,
    /// Shapes it.
    Shaping,
    /// Transforms it for the engine, and lets that hear the past.
    Preparing,
}

/// All stages, in their order.
pub const STAGES: [Stage; 4] = [
    Stage::Reading,
    Stage::Conforming,
    Stage::Shaping,
    Stage::Preparing,
];

/// The stage as the worker tells it and others read it. One store, one load.
#[derive(Debug, Default)]
pub(super) struct Told(AtomicU8);

impl Told {
    pub fn tell(&self, stage: Stage) {
        // ORDERING: Relaxed, a number to show.
        self.0.store(stage as u8, Ordering::Relaxed);
    }

    pub fn stage(&self) -> Stage {
        // ORDERING: Relaxed, as above.
        let index = usize::from(self.0.load(Ordering::Relaxed));
        STAGES.get(index).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_read_as_it_was_told() {
        let told = Told::default();
        assert_eq!(told.stage(), Stage::Reading);
        for stage in STAGES {
            told.tell(stage);
            assert_eq!(told.stage(), stage);
        }
    }
}
