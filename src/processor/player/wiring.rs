//! What others ask of the processor about its player.

use super::{Player, PlayerWires};
use crate::convolution::Layout;
use crate::processor::Processor;

impl Processor {
    /// With a player of dry sounds at the end of its wires. Not real-time: to be prepared again.
    #[must_use]
    pub fn with_player(mut self, wires: PlayerWires) -> Self {
        self.player = Player::new(Some(wires));
        self.prepare(48_000.0, Layout::Stereo, 0);
        self
    }

    /// Whether dry sounds may be played: not in an offline render. Real-time.
    pub fn allow_player(&mut self, is_allowed: bool) {
        self.player.allow(is_allowed, &mut self.replies);
    }

    /// The host says whether it records. If it begins to while a dry sound is played, that is cut off and the reverb's tail
    /// is faded out. Real-time, wait-free.
    pub fn set_recording(&mut self, is_recording: bool) {
        if self.player.set_recording(is_recording, &mut self.replies) {
            self.clear.set(0.0);
        }
    }
}
