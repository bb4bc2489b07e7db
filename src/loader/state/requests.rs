//! What is asked for: each request changes what is wanted, and how much of the work is due.

use std::sync::Arc;

use crate::impulse::Origin;

use super::super::event::Effect;
use super::super::identity::Content;
use super::super::known_places::Hint;
use super::super::order::Due;
use super::super::request::{Recalled, ShapeRequest};
use super::{Before, State};

impl State {
    pub(super) fn configure(&mut self, recalled: Recalled, generation: u64) {
        let Recalled {
            format,
            origin,
            shape,
            embed,
            ..
        } = recalled;
        self.tracker.request(generation);
        self.newest = self.newest.max(generation);
        let wanted = &mut self.wanted;
        wanted.embed = embed.unwrap_or(wanted.embed);
        if let Origin::File(file) = &origin {
            // What a project brings along is never thrown away unasked.
            wanted.embed |= file.embedded.is_some();
        }
        wanted.origin = Arc::new(origin);
        wanted.origin_generation = generation;
        wanted.is_recall = true;
        wanted.format = Some(format);
        wanted.shape = shape;
        wanted.shape_generation = generation;
        // A shape that was asked for without knowing of this recall belongs to another impulse.
        self.recalled = generation;
        self.due = Due::Engine;
        // What was missing of another project is not waited for any more.
        self.missing = None;
        self.refused = false;
        // The last credit is for this one.
        self.effects.push(Effect::DropWaiting);
    }

    pub(super) fn choose(&mut self, origin: Arc<Origin>, generation: u64) {
        self.tracker.request(generation);
        self.newest = self.newest.max(generation);
        let wanted = &mut self.wanted;
        // What a project remembers counts, also while it is searched for.
        if self.due < Due::Origin || wanted.is_recall {
            self.before = Before {
                origin: Arc::clone(&wanted.origin),
                generation: wanted.origin_generation,
                is_recall: wanted.is_recall,
            };
        }
        wanted.origin = origin;
        wanted.origin_generation = generation;
        wanted.is_recall = false;
        // A configuration that it overtakes is still to be answered with an engine.
        self.due = self.due.max(Due::Origin);
        self.refused = false;
    }

    pub(super) fn reshape(&mut self, request: &ShapeRequest) {
        if !self.wants_shape(request) {
            return;
        }
        self.shape_read = request.generation;
        self.tracker.shape(request.generation);
        self.newest = self.newest.max(request.generation);
        let wanted = &mut self.wanted;
        if request.recalled == self.recalled && request.generation > wanted.shape_generation {
            wanted.shape = request.shape;
            wanted.shape_generation = request.generation;
        }
        let content = self.in_use.as_ref().map(|sound| &sound.content);
        if content.is_some_and(|content| *content != Content::Nothing) {
            self.due = self.due.max(Due::Shape);
        } else {
            // There is nothing to shape; a missing file is not searched for at every turn of a knob.
            self.settle_if_idle();
        }
    }

    pub(super) fn retry(&mut self) {
        if self.missing.is_some() {
            self.due = self.due.max(Due::Origin);
        }
    }

    /// Looks for a missing file again, if more is known of it than when it was looked for.
    pub(super) fn look_again(&mut self, hint: &Hint) {
        if self.missing.as_ref().is_some_and(|(_, was)| was != hint) {
            self.missing = None;
            self.due = self.due.max(Due::Origin);
        }
    }
}
