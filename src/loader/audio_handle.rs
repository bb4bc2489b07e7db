//! The audio thread's ends of a loader. Real-time and wait-free, but for one method.

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

use super::request::{Brought, ListInfo, Picked, ShapeRequest};
use super::signals::Signals;
use super::wait::Wait;

/// What the audio thread has of a loader. The parts go to different places.
#[derive(Debug)]
pub struct AudioHandle {
    /// What it asks for.
    pub loader: LoaderHandle,
    /// What it gets. An engine carries the newest generation that it satisfies.
    pub engines: Target<Versioned<PrimedEngine>>,
    /// Engines of the project's choices, which are to wait ready: each says its place among them.
    pub ready: Target<Versioned<PrimedEngine>>,
    /// What it hears: a new engine is primed with it.
    pub history: HistoryWriter,
}

impl AudioHandle {
    /// The parts, but for the engines that wait ready.
    #[must_use]
    pub fn split(self) -> (LoaderHandle, Target<Versioned<PrimedEngine>>, HistoryWriter) {
        (self.loader, self.engines, self.history)
    }
}

/// What has been asked of the loader so far, by the numbers of the requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The newest request for an impulse.
    pub newest: u64,
    /// The newest of them that recalled a project, and so brought a shape along.
    pub recalled: u64,
    /// The list of the project's choices.
    pub list: ListInfo,
}

/// Asks the loader for shapes and impulses, on behalf of the audio thread.
#[derive(Debug)]
pub struct LoaderHandle {
    shapes: Publisher<ShapeRequest>,
    /// What the newest recall brought along.
    brought: Observer<Versioned<Brought>>,
    signals: Arc<Signals>,
}

impl LoaderHandle {
    pub(super) fn new(
        shapes: Publisher<ShapeRequest>,
        brought: Observer<Versioned<Brought>>,
        signals: Arc<Signals>,
    ) -> Self {
        Self {
            shapes,
            brought,
            signals,
        }
    }

    /// What the recall of this number brought along, unless a newer one has come. Real-time: wait-free.
    pub fn brought(&mut self, recalled: u64) -> Option<Brought> {
        let brought = self.brought.read();
        (brought.generation == recalled).then_some(brought.value)
    }

    /// Asks for a shape, in place of whatever was asked for before. Returns the number of the request.
    /// Real-time: wait-free. The worker looks within a few milliseconds.
    pub fn request_shape(&mut self, shape: Shape) -> u64 {
        self.request_shape_as_of(shape, self.asked().recalled)
    }

    /// The same, from a sender that knows of no recall after the one of this number. A newer recall brings a shape of
    /// its own, and then this one is ignored. Real-time: wait-free.
    pub fn request_shape_as_of(&mut self, shape: Shape, recalled: u64) -> u64 {
        let generation = self.next();
        self.request(ShapeRequest {
            shape,
            generation,
            recalled,
            shaped: generation,
            picked: Picked::default(),
        });
        generation
    }

    /// The number for the next [`request`](Self::request). Real-time: wait-free.
    #[must_use]
    pub fn next(&self) -> u64 {
        self.signals.next()
    }

    /// Whether there is no recall with a smaller number than the last of [`next`](Self::next) but those up to `recalled`. A
    /// pick must not push an impulse aside that belongs to a project which its sender does not know of. Real-time: two
    /// loads.
    #[must_use]
    pub fn knows_recalls(&self, recalled: u64) -> bool {
        // ORDERING: Acquire, so that a recall that is not under way any more is found announced.
        !self.signals.recalling.load(Ordering::Acquire)
            && self.signals.recalled.load(Ordering::Acquire) == recalled
    }

    /// Asks for a shape, and for one of the project's choices if its pick is a new one, in place of whatever was asked for
    /// before; its number is a new one. Real-time: wait-free.
    pub fn request(&mut self, request: ShapeRequest) {
        *self.shapes.input_buffer_mut() = request;
        self.shapes.publish();
        self.signals.flag.raise();
    }

    /// Asks for the impulse that is `steps` further on in the list, or back if negative. What comes
    /// before the worker looks adds up. Real-time: wait-free.
    pub fn step(&self, steps: i64) {
        // ORDERING: Relaxed, the flag carries it over.
        self.signals.steps.fetch_add(steps, Ordering::Relaxed);
        self.signals.flag.raise();
    }

    /// What has been asked for so far. Real-time: two loads.
    #[must_use]
    pub fn asked(&self) -> Asked {
        // ORDERING: Acquire, so that a shape asked for from here on is not seen before the request.
        Asked {
            recalled: self.signals.recalled.load(Ordering::Acquire),
            newest: self.signals.asked.load(Ordering::Acquire),
            list: self.signals.list(),
        }
    }

    /// Everything up to this number was prepared and linked, or has failed. Real-time: one load.
    #[must_use]
    pub fn settled(&self) -> u64 {
        // ORDERING: Acquire, so that an engine that was linked before is there to be accepted.
        self.signals.settled.load(Ordering::Acquire)
    }

    /// Tells the worker whether a reshaped engine could take over now. While none could, the worker keeps the newest
    /// one, and primes it with what it has missed before it is sent. Real-time: one load, and two stores when it
    /// changes.
    pub fn set_accepting_swaps(&self, accepting: bool) {
        // ORDERING: Relaxed, a hint that nobody else writes; the flag carries it over.
        if self.signals.refusing_swaps.load(Ordering::Relaxed) == accepting {
            let refusing = &self.signals.refusing_swaps;
            refusing.store(!accepting, Ordering::Relaxed);
            self.signals.flag.raise();
        }
    }

    /// Whether a reshaped engine waits until it could take over. Real-time: one load.
    #[must_use]
    pub fn is_swap_pending(&self) -> bool {
        // ORDERING: Relaxed, a hint.
        self.signals.swap_pending.load(Ordering::Relaxed)
    }

    /// Tells the worker that engines were returned, or that there is room for one.
    /// Real-time: one store.
    pub fn notify(&self) {
        self.signals.flag.raise();
    }

    /// Waits until `generation` is settled, as long as `wait` says; says whether it is.
    ///
    /// **Not real-time**: it wakes the worker and sleeps. Only for offline renders, where the host
    /// has said that waiting is allowed, and for tests.
    #[allow(clippy::disallowed_methods, reason = "waiting is what it is for")]
    pub fn wait_settled(&self, generation: u64, wait: impl Into<Wait>) -> bool {
        let mut patience = self.signals.heart.watch(wait.into());
        let mut pause = Duration::from_micros(20);
        while self.settled() < generation {
            if patience.left().is_none() {
                return false;
            }
            self.signals.wake();
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(1));
        }
        true
    }
}
