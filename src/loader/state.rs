//! What is wanted of a loader, as a pure state machine: [`Event`]s in, [`Effect`]s out. No thread, no file, no clock.
//!
//! It decides what is prepared next, what overtakes what, when work is given up, what the status says, what a project
//! remembers, and when something that failed is tried again. The [`worker`](super::worker) reads the wires, hands over
//! what it finds as events, and carries the effects out in their order.
//!
//! | rule | where |
//! |---|---|
//! | Of several requests the newest counts. | [`State::configure`], [`State::choose`], [`State::reshape`] |
//! | A recall that somebody waits for is finished before anything that came after it, but for a newer recall. | [`State::reads_requests`] |
//! | Work on what is outdated is given up, but a shape that never rests is followed all the same. | [`State::gives_up`] |
//! | A choice that is no good changes nothing: the impulse before it stays, with its number. | [`State::go_back`] |
//! | A recalled file that is missing is silence, is remembered, and is looked for again. | [`State::fail`], [`State::look_again`] |
//! | Every number is settled once what it asked for is done, or has failed. | [`State::settle`] |
//!
//! `requests` takes what is asked for, `picks` what the audio thread picks of the project's choices, `outcomes` what has become
//! of a job, `copies` the copy in the project. It has
//! nothing to do with the states of hosts, which are the matter of `src/state.rs` and `src/plugin/state.rs`.

use std::sync::Arc;

use crate::impulse::{Origin, Shape};

use super::event::{Arrivals, Effect, Event, Headline, Next};
use super::known_places::Hint;
use super::order::{Due, SoundInfo};
use super::request::{Format, ShapeRequest};
use super::request_tracker::RequestTracker;
use super::status::Phase;

mod copies;
mod outcomes;
mod picks;
mod requests;

#[cfg(test)]
mod tests;

/// What is wanted.
#[derive(Debug, Default)]
struct Wanted {
    origin: Arc<Origin>,
    origin_generation: u64,
    /// Whether the origin comes from a project, so that a missing file means silence.
    is_recall: bool,
    format: Option<Format>,
    shape: Shape,
    shape_generation: u64,
    embed: bool,
}

/// An origin, to come back to.
#[derive(Debug, Default)]
struct Before {
    origin: Arc<Origin>,
    generation: u64,
    is_recall: bool,
}

/// The state of a loader.
#[derive(Debug)]
pub(super) struct State {
    tracker: RequestTracker,
    wanted: Wanted,
    /// What was wanted before the choice that is not yet proven.
    before: Before,
    /// What has changed since the last job.
    due: Due,
    /// What the job is for that is being done.
    running: Due,
    /// The number of the newest recall.
    recalled: u64,
    /// The number of the last shape request that was read.
    shape_read: u64,
    /// The newest number of all.
    newest: u64,
    /// What is in use.
    in_use: Option<SoundInfo>,
    /// The shape that its kernel has, if there is one.
    shape_in_use: Option<Shape>,
    /// The last choice failed. The status keeps saying so while what came beside it is finished.
    refused: bool,
    /// The last job was given up. The next one is finished even if the shape moves on, so that a shape that never
    /// rests is followed all the same.
    gave_up: bool,
    /// The file that is missing, by its hash, and what was known of it when it was looked for.
    missing: Option<(String, Hint)>,
    copies: copies::Copies,
    said: Headline,
    /// What is to be done, collected while an event is handled.
    effects: Vec<Effect>,
}

impl State {
    /// Nothing was asked for yet; a choice that is no good leads back to `origin`.
    pub fn new(origin: Arc<Origin>) -> Self {
        let before = Before {
            origin: Arc::clone(&origin),
            is_recall: true,
            ..Before::default()
        };
        Self {
            tracker: RequestTracker::default(),
            wanted: Wanted {
                origin,
                is_recall: true,
                ..Wanted::default()
            },
            before,
            due: Due::Nothing,
            running: Due::Nothing,
            recalled: 0,
            shape_read: 0,
            newest: 0,
            in_use: None,
            shape_in_use: None,
            refused: false,
            gave_up: false,
            missing: None,
            copies: copies::Copies::default(),
            said: Headline::default(),
            effects: Vec::new(),
        }
    }

    /// Takes note of an event, and says what is to be done, in this order.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Configure(recalled, generation) => self.configure(*recalled, generation),
            Event::Overtaken(generation) => self.tracker.request(generation),
            Event::Choose(origin, generation) => self.choose(origin, generation),
            Event::Listed(generation) => self.listed(generation),
            Event::Picked(info, shape, generation) => self.picked(*info, shape, generation),
            Event::Embed(on) => self.embed(on),
            Event::Retry => self.retry(),
            Event::Measure => self.copies.asked = true,
            Event::Shape(request) => self.reshape(&request),
            Event::Read => self.begin(),
            Event::Prepared(info, shape) => self.succeed(*info, shape),
            Event::Failed(error, hint) => self.fail(&error, hint),
            Event::Sent => self.settle_if_idle(),
            Event::Whereabouts(hint) => self.look_again(&hint),
            Event::Packed(packed) => self.packed(packed),
            Event::NotPacked => self.not_packed(),
            Event::Measured(bytes) => self.measured(bytes),
        }
        std::mem::take(&mut self.effects)
    }

    /// Whether the next request is to be read now. Somebody waits for a configuration, so it is done before anything
    /// that came after it, but for a newer one, which takes its place. When nobody waits any more, because its file is
    /// slow, a choice takes its place as well.
    pub fn reads_requests(&self, arrivals: &dyn Arrivals) -> bool {
        let is_recall = self.due == Due::Engine && self.wanted.is_recall;
        !is_recall || takes_its_place(arrivals)
    }

    /// Whether steps through the list are to be read now: they go on from whatever has been asked for.
    pub fn reads_steps(&self) -> bool {
        self.due < Due::Engine
    }

    /// Whether a shape is to be read now: steps that were asked for before it come before it.
    pub fn reads_shape(&self, arrivals: &dyn Arrivals) -> bool {
        self.due < Due::Engine || !arrivals.has_steps()
    }

    /// Whether a shape request is new, and not for an impulse that is still to be read.
    pub fn wants_shape(&self, request: &ShapeRequest) -> bool {
        request.generation != self.shape_read && request.recalled <= self.recalled
    }

    /// Whether the job that is being done is to be given up for what has come meanwhile.
    pub fn gives_up(&self, arrivals: &dyn Arrivals) -> bool {
        let has_requests = || arrivals.next_request() != Next::Nothing;
        match self.running {
            Due::Nothing => false,
            Due::Shape => has_requests() || (!self.gave_up && arrivals.has_shape()),
            Due::Engine if self.wanted.is_recall => !self.gave_up && takes_its_place(arrivals),
            // Whatever gives up a choice is also read before it is tried again.
            Due::Origin | Due::Engine => has_requests(),
        }
    }

    /// Whether a job is to be done.
    pub fn has_work(&self) -> bool {
        self.due > Due::Nothing
    }

    /// The impulse that is wanted, and the number of the request for it.
    pub fn origin(&self) -> (&Arc<Origin>, u64) {
        (&self.wanted.origin, self.wanted.origin_generation)
    }

    /// The hash of the file that is missing, if one is.
    pub fn missing(&self) -> Option<&str> {
        self.missing.as_ref().map(|(hash, _)| hash.as_str())
    }

    /// What the loader is doing, as it was said last.
    pub fn phase(&self) -> &Phase {
        &self.said.phase
    }

    /// The newest number of all.
    pub fn newest(&self) -> u64 {
        self.newest
    }
}

/// Whether the next request takes the place of a configuration.
fn takes_its_place(arrivals: &dyn Arrivals) -> bool {
    match arrivals.next_request() {
        Next::Configure => true,
        Next::Choose => !arrivals.is_awaited(),
        Next::Other | Next::Nothing => false,
    }
}
