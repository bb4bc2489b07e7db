//! The audio thread's ends of the loader. Real-time and wait-free, but for one method.

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use crate::convolution::PrimedEngine;
use crate::exchange::{HistoryWriter, Observer, Publisher, Target, Versioned};
use crate::impulse::Shape;

use super::{Wait, Wires, Wish};

/// What the audio thread has of a loader. The parts go to different places.
#[derive(Debug)]
pub struct AudioEnd {
    /// What it wants.
    pub wishes: Wishes,
    /// What it gets. An engine carries the newest generation that it satisfies.
    pub engines: Target<Versioned<PrimedEngine>>,
    /// What it hears: a new engine learns the past from it.
    pub history: HistoryWriter,
}

impl AudioEnd {
    /// The parts.
    #[must_use]
    pub fn split(self) -> (Wishes, Target<Versioned<PrimedEngine>>, HistoryWriter) {
        (self.wishes, self.engines, self.history)
    }
}

/// What has been asked of the loader so far, by the numbers of the requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The newest request for an impulse.
    pub newest: u64,
    /// The newest of them that recalled a project, and so brought a shape along.
    pub recalled: u64,
}

/// The audio thread's wishes for a shape.
#[derive(Debug)]
pub struct Wishes {
    wishes: Publisher<Wish>,
    /// The shape that the newest recall brought along.
    brought: Observer<Versioned<Shape>>,
    wires: Arc<Wires>,
}

impl Wishes {
    pub(super) fn new(
        wishes: Publisher<Wish>,
        brought: Observer<Versioned<Shape>>,
        wires: Arc<Wires>,
    ) -> Self {
        Self {
            wishes,
            brought,
            wires,
        }
    }

    /// The shape that the recall of this number brought along, unless a newer one has come. Real-time: wait-free.
    pub fn brought(&mut self, recalled: u64) -> Option<Shape> {
        let brought = self.brought.read();
        (brought.generation == recalled).then_some(brought.value)
    }

    /// Wishes for a shape; whatever was wished before is forgotten. Returns the number of the wish.
    /// Real-time: wait-free. The worker looks within a few milliseconds.
    pub fn wish(&mut self, shape: Shape) -> u64 {
        self.wish_as_of(shape, self.asked().recalled)
    }

    /// The same, of somebody who knows of no recall after the one of this number: a newer one brings a shape of its
    /// own, and this one is not wanted then. Real-time: wait-free.
    pub fn wish_as_of(&mut self, shape: Shape, recalled: u64) -> u64 {
        let generation = self.wires.next();
        *self.wishes.input_buffer_mut() = Wish {
            shape,
            generation,
            recalled,
        };
        self.wishes.publish();
        self.wires.flag.raise();
        generation
    }

    /// Asks for the impulse that is `steps` further on in the list, or back if negative. What comes
    /// before the worker looks adds up. Real-time: wait-free.
    pub fn step(&self, steps: i64) {
        // ORDERING: Relaxed, the flag carries it over.
        self.wires.steps.fetch_add(steps, Ordering::Relaxed);
        self.wires.flag.raise();
    }

    /// What has been asked for so far. Real-time: two loads.
    #[must_use]
    pub fn asked(&self) -> Asked {
        // ORDERING: Acquire, so that a wish from here on is not seen before the request.
        Asked {
            recalled: self.wires.recalled.load(Ordering::Acquire),
            newest: self.wires.asked.load(Ordering::Acquire),
        }
    }

    /// Everything up to this number was prepared and linked, or has failed. Real-time: one load.
    #[must_use]
    pub fn settled(&self) -> u64 {
        // ORDERING: Acquire, so that an engine that was linked before is there to be accepted.
        self.wires.settled.load(Ordering::Acquire)
    }

    /// Tells the worker whether a reshaped engine could take over now. While none could, the worker keeps the newest one;
    /// before it comes it hears what it has missed. Real-time: one load, and two stores when it
    /// changes.
    pub fn open(&self, open: bool) {
        // ORDERING: Relaxed, a hint that nobody else writes; the flag carries it over.
        if self.wires.closed.load(Ordering::Relaxed) == open {
            self.wires.closed.store(!open, Ordering::Relaxed);
            self.wires.flag.raise();
        }
    }

    /// Whether a reshaped engine waits until it could take over. Real-time: one load.
    #[must_use]
    pub fn knocks(&self) -> bool {
        // ORDERING: Relaxed, a hint.
        self.wires.knocks.load(Ordering::Relaxed)
    }

    /// Tells the worker that engines have come home, or that there is room for one.
    /// Real-time: one store.
    pub fn ring(&self) {
        self.wires.flag.raise();
    }

    /// Waits until `generation` is settled, as long as `wait` says; says whether it is.
    ///
    /// **Not real-time**: it wakes the worker and sleeps. Only for offline renders, where the host
    /// has said that waiting is allowed, and for tests.
    #[allow(clippy::disallowed_methods, reason = "waiting is what it is for")]
    pub fn wait_settled(&self, generation: u64, wait: impl Into<Wait>) -> bool {
        let mut patience = self.wires.heart.watch(wait.into());
        let mut pause = Duration::from_micros(20);
        while self.settled() < generation {
            if patience.left().is_none() {
                return false;
            }
            self.wires.wake();
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(1));
        }
        true
    }
}
