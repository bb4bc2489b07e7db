//! What the worker does for an impulse, as it is shown to whoever waits for it.

use crate::background::Progress;

/// What the worker does for an impulse, in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Stage {
    /// Finds the file and decodes it, or looks up a room.
    #[default]
    Reading,
    /// Brings it to the host's sample rate; makes a room.
    Resampling,
    /// Shapes it: the decay stage, and then the trim stage.
    Shaping,
    /// Transforms it for the engine, and primes that with the recent input.
    Preparing,
}

/// All stages, in their order.
pub const STAGES: [Stage; 4] = [
    Stage::Reading,
    Stage::Resampling,
    Stage::Shaping,
    Stage::Preparing,
];

impl Stage {
    /// The stage that a loader's job is at.
    pub(super) fn of(progress: &Progress) -> Self {
        STAGES
            .get(progress.step() as usize)
            .copied()
            .unwrap_or_default()
    }

    /// It begins.
    pub(super) fn begin(self, progress: &Progress) {
        self.report(progress, 0.0);
    }

    /// So much of it is done, 0..=1.
    pub(super) fn report(self, progress: &Progress, share: f32) {
        progress.report(self as u32, share);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_read_as_it_was_told() {
        let progress = Progress::default();
        assert_eq!(Stage::of(&progress), Stage::Reading);
        for stage in STAGES {
            for share in [0.0, 1.0] {
                stage.report(&progress, share);
                assert_eq!(Stage::of(&progress), stage);
            }
        }
    }
}
