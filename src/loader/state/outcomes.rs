//! What becomes of a job: what is in use, remembered, shown and settled after it.

use std::sync::Arc;

use crate::impulse::{Origin, Shape};

use super::super::error::LoadError;
use super::super::event::{Effect, Headline};
use super::super::identity::is_same;
use super::super::known_places::Hint;
use super::super::order::{Due, Order, SoundInfo};
use super::super::request::ConfigureResult;
use super::super::status::Phase;
use super::{Before, State};

impl State {
    /// Begins with what is due.
    pub(super) fn begin(&mut self) {
        if !self.has_work() {
            return;
        }
        self.running = std::mem::take(&mut self.due);
        let wanted = &self.wanted;
        let in_use = self.in_use.as_ref();
        let is_something = *wanted.origin != Origin::Nothing;
        if is_something && in_use.is_none_or(|sound| !is_same(&wanted.origin, &sound.origin)) {
            let what = wanted.origin.name().to_owned();
            self.publish(|said| said.phase = Phase::Loading { what });
        }
        let order = Order {
            due: self.running,
            origin: Arc::clone(&self.wanted.origin),
            format: self.wanted.format,
            shape: self.wanted.shape,
            generation: self.newest,
            in_use: self.in_use.clone(),
        };
        self.effects.push(Effect::Prepare(Box::new(order)));
    }

    /// The job is done: what it made is in use.
    pub(super) fn succeed(&mut self, info: SoundInfo, shape: Option<Shape>) {
        self.running = Due::Nothing;
        self.gave_up = false;
        let before = self.in_use.as_ref().map(|sound| &sound.content);
        let is_change = !self.wanted.is_recall && Some(&info.content) != before;
        self.wanted.origin = Arc::clone(&info.origin);
        self.in_use = Some(info);
        self.shape_in_use = shape;
        self.missing = None;
        self.effects.push(Effect::Adopt);
        self.leave_out_copy();
        self.complete();
        let refused = std::mem::take(&mut self.refused);
        self.publish(|said| {
            if !refused {
                said.phase = Phase::Ready;
            }
            said.revision += u64::from(is_change);
        });
        self.settle(None);
    }

    /// The job was given up, or has failed. What was in use stays in use; but silence takes the place of an impulse
    /// that a project remembers and that is not to be had.
    pub(super) fn fail(&mut self, error: &LoadError, hint: Option<Hint>) {
        let running = std::mem::take(&mut self.running);
        self.gave_up = *error == LoadError::Cancelled;
        if self.gave_up {
            // Whatever overtook it is still to be read; nothing is settled.
            self.due = self.due.max(running);
            return;
        }
        if running == Due::Engine {
            self.in_use = None;
            self.shape_in_use = None;
            self.effects.push(Effect::Clear);
        }
        if self.wanted.is_recall {
            self.missing = match (error, &*self.wanted.origin) {
                (LoadError::Missing { .. }, Origin::File(file)) => {
                    hint.map(|hint| (file.hash.clone(), hint))
                }
                _ => None,
            };
        } else if running >= Due::Origin {
            self.go_back();
        }
        if running == Due::Shape {
            self.refused = false;
        }
        if let (Due::Engine, Some(format)) = (running, self.wanted.format) {
            self.effects.push(Effect::Silence(format, self.newest));
        }
        self.publish(|said| said.phase = error.phase());
        if !self.has_work() {
            self.settle(Some(error.message()));
        }
    }

    /// A choice was no good: the project goes on remembering what it had.
    pub(super) fn go_back(&mut self) {
        let Before {
            origin,
            generation,
            is_recall,
        } = std::mem::take(&mut self.before);
        let failed = std::mem::replace(&mut self.wanted.origin_generation, generation);
        // By its old number, too: nothing has been chosen.
        self.effects.push(Effect::Remember {
            newest: failed,
            generation,
            origin: Arc::clone(&origin),
        });
        (self.wanted.origin, self.wanted.is_recall) = (origin, is_recall);
        // What came together with it is wanted all the same: a shape, or a search that it overtook.
        let known = self.shape_in_use;
        if known.is_some_and(|shape| shape.bits() != self.wanted.shape.bits()) {
            self.due = Due::Shape;
            self.refused = true;
        }
        if is_recall && self.in_use.is_none() && self.missing.is_none() {
            self.due = Due::Origin;
        }
    }

    /// The project remembers what is known of the impulse that was asked for.
    pub(super) fn complete(&mut self) {
        let generation = self.wanted.origin_generation;
        self.effects.push(Effect::Remember {
            newest: generation,
            generation,
            origin: Arc::clone(&self.wanted.origin),
        });
    }

    /// Publishes the status after a change, with what is in use.
    pub(super) fn publish(&mut self, change: impl FnOnce(&mut Headline)) {
        self.said.generation = self.newest;
        self.republish(change);
    }

    /// The same, of something that is of no newer generation.
    pub(super) fn republish(&mut self, change: impl FnOnce(&mut Headline)) {
        change(&mut self.said);
        let (origin, note) = match &self.in_use {
            Some(sound) => (&sound.origin, sound.note.clone()),
            None => (&self.wanted.origin, None),
        };
        if !is_same(&self.said.origin, origin) {
            self.said.embedded_bytes = None;
        }
        self.said.origin = Arc::clone(origin);
        self.said.note = note;
        self.effects.push(Effect::Publish(self.said.clone()));
    }

    pub(super) fn settle_if_idle(&mut self) {
        // What is still to be done settles what came after it.
        if !self.has_work() {
            self.settle(None);
        }
    }

    /// Everything that was read is done.
    pub(super) fn settle(&mut self, error: Option<&str>) {
        self.effects.push(Effect::Settle {
            complete: self.tracker.complete(),
            result: ConfigureResult {
                generation: self.newest,
                error: error.map(str::to_owned),
            },
        });
    }
}
