//! What the screen is told of the player of dry sounds. Editor thread.

use std::path::PathBuf;

use super::{ImpulseSource, PlayerState, TestSound};

/// A dry sound to hear a room with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DrySound {
    /// One that is made.
    Test(TestSound),
    /// A file of the user's own.
    File(PathBuf),
}

impl Default for DrySound {
    fn default() -> Self {
        Self::Test(TestSound::default())
    }
}

impl DrySound {
    /// The name that is shown.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Test(sound) => sound.name().to_owned(),
            Self::File(path) => ImpulseSource::File(path.clone()).name(),
        }
    }
}

/// What the player of dry sounds is at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PlayerView {
    /// Whether it is heard or about to be.
    pub state: PlayerState,
    /// How far it is, seconds.
    pub seconds: f32,
    /// How long the sound is, seconds; 0 if that is not known.
    pub length_seconds: f32,
}

impl PlayerView {
    /// Whether it plays, or is about to.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.state != PlayerState::Off
    }

    /// How far it is, 0..=1, while it plays something of a known length.
    #[must_use]
    pub fn share(&self) -> Option<f32> {
        let is_known = self.is_on() && self.length_seconds > 0.0;
        is_known.then(|| (self.seconds / self.length_seconds).clamp(0.0, 1.0))
    }
}
