//! How strongly the tail of the engine in use moves. Audio thread, real-time, wait-free.

use super::EngineSwap;

impl EngineSwap {
    /// Whether an engine can move its tail: then the places of the movement are to be known.
    #[must_use]
    pub fn moves(&self) -> bool {
        let engines = [&self.current, &self.outgoing, &self.next];
        engines.into_iter().flatten().any(|it| it.value.moves)
    }

    /// Whether the strength of the movement stands still.
    #[must_use]
    pub fn motion_at_rest(&self) -> bool {
        self.strength.at_rest()
    }

    /// Moves the tail this strongly, from 0 to 1, as soon as there is an engine that can.
    pub fn set_motion(&mut self, strength: f32) {
        self.motion = strength;
        self.strength.set(self.reachable());
    }

    /// The same at once, where silence precedes.
    pub fn snap_motion(&mut self, strength: f32) {
        self.motion = strength;
        self.strength.snap(self.reachable());
    }

    /// How strongly the tail can move now.
    pub(super) fn reachable(&self) -> f32 {
        match &self.current {
            Some(engine) if engine.value.moves => self.motion,
            _ => 0.0,
        }
    }
}
