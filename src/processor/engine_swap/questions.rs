//! What a slot's engines are and how long they ring: questions that change nothing. Audio thread, real-time, wait-free.

use super::EngineSwap;
use crate::convolution::{Convolver, Profile};

/// Which engines run and wait, for the snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SwapReport {
    /// Engines that run, 0..=2 in a slot: they sound, or one of them catches up.
    pub running: u32,
    /// Whether a newer engine waits for its turn.
    pub waiting: bool,
    /// Swaps since the instance was made.
    pub swaps: u64,
    /// The generation of the engine in use; 0 when there is none. Of both slots it is the first one's.
    pub generation: u64,
}

impl EngineSwap {
    /// Samples after the last input for which an engine still sounds; none if none ever does.
    #[must_use]
    pub fn tail(&self) -> Option<usize> {
        let response = self
            .current
            .as_ref()
            .map(|engine| engine.value.engine.tail());
        // The response to the last sample begins with that sample itself.
        let current = response.and_then(|response| response.checked_sub(1));
        let outgoing = (self.ring_left > 0).then_some(self.ring_left);
        current.max(outgoing)
    }

    /// Whether there is no impulse: no engine, or the one of no impulse. An impulse that is silent, as one without early
    /// reflections and tail is, may be heard again with its next shape.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let current = self.current.as_ref();
        current.is_none_or(|it| it.value.is_nothing())
    }

    /// For how many samples from now on an engine still sounds if the last input was heard `since` samples ago;
    /// without end while one catches up.
    #[must_use]
    pub fn rings_for(&self, since: usize) -> usize {
        self.ends_after(0, since)
    }

    /// The same if `fed` samples more are heard, after which there were `since` samples of silence.
    #[must_use]
    pub fn ends_after(&self, fed: usize, since: usize) -> usize {
        if self.leaving.is_some() {
            return usize::MAX;
        }
        let tail = self.current.as_ref().map_or(0, |it| it.value.engine.tail());
        // The response to the last sample begins with that sample itself.
        let current = match tail.saturating_sub(since) {
            0 => 0,
            left => fed + left - 1,
        };
        let fade = self.fade_in.left() as usize;
        current.max(self.ring_left).max(fade)
    }

    /// How like others the impulse in use is, if that was measured.
    #[must_use]
    pub fn profile(&self) -> Option<&Profile> {
        self.current.as_ref()?.value.profile.as_deref()
    }

    /// Engines taken into use since the instance was made.
    #[must_use]
    pub fn swaps(&self) -> u64 {
        self.swaps
    }

    /// Whether a newer engine waits or a fade between two is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.next.is_some() || !self.fade_in.at_rest()
    }

    /// Which engines run and wait.
    #[must_use]
    pub fn report(&self) -> SwapReport {
        SwapReport {
            running: u32::from(self.current.is_some())
                + u32::from(self.outgoing.is_some())
                + u32::from(self.leaving.is_some()),
            waiting: self.next.is_some(),
            swaps: self.swaps,
            generation: self.current.as_ref().map_or(0, |engine| engine.generation),
        }
    }
}
