//! What the worker tells: the editor, the project, and those who wait. Worker thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::exchange::Versioned;
use crate::impulse::Origin;

use super::super::prepare::describe;
use super::super::source::same;
use super::super::status::Status;
use super::super::{Material, Settled};
use super::Loader;
use super::wanted::Wanted;

impl Loader {
    /// Everything that was read is done: tells those who wait.
    pub(super) fn settle(&mut self, trouble: Option<&str>) {
        if self.waiting.is_none() {
            // ORDERING: Release, so that whoever sees the number finds the engine.
            self.ends
                .wires
                .settled
                .store(self.ledger.complete(), Ordering::Release);
        }
        let settled = Settled {
            generation: self.wanted.newest,
            trouble: trouble.map(str::to_owned),
        };
        for reply in self.replies.drain(..) {
            reply.send(settled.clone());
        }
    }

    /// Lets the project remember an origin as what was asked for by that number, unless it was asked for something
    /// newer than `newest`.
    pub(super) fn remember(&self, newest: u64, generation: u64, origin: &Arc<Origin>) {
        self.ends.origin.with(|slot| {
            if slot.generation <= newest {
                *slot = Versioned {
                    generation,
                    value: Arc::clone(origin),
                };
            }
        });
    }

    /// The same, of what is in use or found out about it.
    pub(super) fn complete(&self, origin: &Arc<Origin>) {
        let generation = self.wanted.origin_generation;
        self.remember(generation, generation, origin);
    }

    /// Publishes the status after a change, with what is in use.
    pub(super) fn say(&mut self, change: impl FnOnce(&mut Status, &Wanted)) {
        let before = self.said.origin.clone();
        change(&mut self.said, &self.wanted);
        match &self.current.sound {
            None => {
                self.said.loaded = None;
                self.said.picture = Arc::default();
                self.said.material = Material::default();
                self.said.origin = Arc::clone(&self.wanted.origin);
            }
            Some(sound) => {
                let conformed = self
                    .current
                    .conformed
                    .as_ref()
                    .map(|(_, conformed)| conformed);
                self.said.loaded = Some(Arc::new(describe(sound, conformed)));
                self.said.origin = Arc::clone(&sound.origin);
                let prepared = self.current.prepared.as_ref();
                // While nobody plays it, it is known but not prepared: better no picture than the last one's.
                self.said.picture = prepared.map_or_else(Arc::default, |(_, _, prepared)| {
                    Arc::clone(&prepared.picture)
                });
                self.said.material = match (prepared, conformed) {
                    (Some((_, shape, _)), Some(conformed)) => Material::of(conformed, *shape),
                    _ => Material::default(),
                };
            }
        }
        if !same(&before, &self.said.origin) {
            self.said.embedded_bytes = None;
        }
        self.ends.status.write(self.said.clone());
        (self.ends.notify)();
    }
}
