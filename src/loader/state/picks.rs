//! The project's choices: what the audio thread has picked, and what an engine that waits ready is made for.

use crate::impulse::Shape;

use super::super::event::Effect;
use super::super::order::{Due, SoundInfo};
use super::super::request::Format;
use super::super::status::Phase;
use super::State;

impl State {
    /// What an engine that waits ready is made for, once somebody has said so.
    pub fn engines_for(&self) -> Option<(Format, Shape)> {
        Some((self.wanted.format?, self.wanted.shape))
    }

    /// The number of the newest recall.
    pub fn recalled(&self) -> u64 {
        self.recalled
    }

    /// There is another list. What is in use stays in use.
    pub(super) fn listed(&mut self, generation: u64) {
        self.tracker.request(generation);
        self.newest = self.newest.max(generation);
        self.settle_if_idle();
    }

    /// The engine of one of the choices was taken into use: nothing is to be prepared. It is no change by the user: `pick`
    /// says which one it is.
    pub(super) fn picked(&mut self, info: SoundInfo, shape: Option<Shape>, generation: u64) {
        self.tracker.request(generation);
        self.newest = self.newest.max(generation);
        // One that waits was made for what sounded before.
        self.effects.push(Effect::DropWaiting);
        self.effects.push(Effect::Adopt);
        let wanted = &mut self.wanted;
        wanted.origin = info.origin.clone();
        wanted.origin_generation = generation;
        wanted.is_recall = false;
        self.in_use = Some(info);
        self.shape_in_use = shape;
        self.missing = None;
        self.refused = false;
        // Another choice that was still to be done is over; a shape is not.
        self.due = self.due.min(Due::Shape);
        self.leave_out_copy();
        self.complete();
        self.publish(|said| said.phase = Phase::Ready);
    }
}
