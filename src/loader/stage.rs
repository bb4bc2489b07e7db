//! How far the worker has come with an impulse, for whoever waits for it.

use std::sync::atomic::{AtomicU32, Ordering};

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

/// The parts that a stage is told in.
const PARTS: u32 = 1 << 16;

/// The stage, and how much of it is done, as the worker tells it and others read it. Both in one
/// number, so that they belong together: one store, one load.
#[derive(Debug, Default)]
pub(super) struct Told(AtomicU32);

impl Told {
    /// A stage begins.
    pub fn tell(&self, stage: Stage) {
        self.tell_share(stage, 0.0);
    }

    /// So much of a stage is done, 0..=1.
    pub fn tell_share(&self, stage: Stage, share: f32) {
        let part = (share.clamp(0.0, 1.0) * (PARTS - 1) as f32) as u32;
        // ORDERING: Relaxed, a number to show.
        (self.0).store(stage as u32 * PARTS + part, Ordering::Relaxed);
    }

    /// The stage.
    pub fn stage(&self) -> Stage {
        // ORDERING: Relaxed, as above.
        let index = (self.0.load(Ordering::Relaxed) / PARTS) as usize;
        STAGES.get(index).copied().unwrap_or_default()
    }

    /// How much of all stages is done, 0..=1. Each counts alike: which of them takes longest differs
    /// from impulse to impulse.
    pub fn progress(&self) -> f32 {
        // ORDERING: Relaxed, as above.
        self.0.load(Ordering::Relaxed) as f32 / (PARTS as f32 * STAGES.len() as f32)
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
            told.tell_share(stage, 1.0);
            assert_eq!(told.stage(), stage);
            told.tell(stage);
            assert_eq!(told.stage(), stage);
        }
    }

    #[test]
    fn progress_never_goes_back_from_stage_to_stage() {
        let told = Told::default();
        let mut last = -1.0;
        for stage in STAGES {
            // What is no share of anything is taken for the nearest that is.
            for share in [f32::NAN, 0.25, 0.5, 1.0, 7.0] {
                told.tell_share(stage, share);
                assert!(told.progress() >= last, "{stage:?} {share}");
                last = told.progress();
            }
        }
        assert!((0.99..=1.0).contains(&last), "{last}");
        told.tell_share(Stage::Conforming, 0.5);
        assert!((told.progress() - 0.375).abs() < 0.001);
    }
}
