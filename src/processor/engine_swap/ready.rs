//! Where a slot's engines come from and go to: the loader's newest one, and one for each of the project's choices, which
//! waits ready. Audio thread, real-time, wait-free.
//!
//! An engine that waits ready has no past. One that has played is cleared when it has rung out, which costs no more than
//! any reset, and waits in its place again: it needs no way to the worker and back, so when it can be picked again depends
//! on sample positions alone.

use super::Held;
use crate::convolution::{Convolver, PrimedEngine};
use crate::exchange::{RtBox, Target, Versioned};
use crate::impulse::MOST_CHOICES;

/// The engines of a slot that do not sound.
#[derive(Debug)]
pub(super) struct Stock {
    /// From the loader, each in place of the one before.
    engines: Target<Versioned<PrimedEngine>>,
    /// From the loader, each for its place among the choices.
    arrivals: Target<Versioned<PrimedEngine>>,
    ready: [Held; MOST_CHOICES],
    /// Engines of an older generation were made for another rate or layout.
    floor: u64,
    /// How many choices there are.
    count: usize,
}

impl Stock {
    /// Nothing is there yet. Not real-time.
    pub fn new(
        engines: Target<Versioned<PrimedEngine>>,
        arrivals: Target<Versioned<PrimedEngine>>,
    ) -> Self {
        Self {
            engines,
            arrivals,
            ready: Default::default(),
            floor: 0,
            count: MOST_CHOICES,
        }
    }

    /// Takes in the engines that have come to wait ready.
    pub fn collect(&mut self) {
        // The number is fixed first, so that a worker that keeps sending can not hold us here.
        for _ in 0..self.arrivals.waiting() {
            if let Some(engine) = self.arrivals.accept() {
                self.put_away(engine);
            }
        }
    }

    /// The newest engine that has come from the loader; all others, and one older than `floor`, are returned.
    pub fn newest(&mut self, floor: u64) -> Held {
        let mut came = None;
        self.engines.swap(&mut came);
        self.put_away_if(&mut came, |generation| generation < floor);
        came
    }

    /// Takes the engine that waits ready at a place, if it is of this generation at least.
    pub fn take(&mut self, place: usize, at_least: u64) -> Held {
        self.collect();
        let slot = self.ready.get_mut(place)?;
        match slot {
            Some(engine) if engine.generation >= at_least => slot.take(),
            _ => None,
        }
    }

    /// Puts an engine away that does not sound any more: to its place, cleared, or back to the loader. Of two for one
    /// place the newer one stays.
    pub fn put_away(&mut self, mut engine: RtBox<Versioned<PrimedEngine>>) {
        let Some(place) = engine.value.place else {
            return self.engines.unlink(engine);
        };
        let slot = match self.ready.get_mut(place) {
            Some(slot) if engine.generation >= self.floor && place < self.count => slot,
            _ => return self.arrivals.unlink(engine),
        };
        let is_older = |held: &RtBox<Versioned<PrimedEngine>>| held.generation > engine.generation;
        if slot.as_ref().is_some_and(is_older) {
            return self.arrivals.unlink(engine);
        }
        engine.value.engine.reset();
        if let Some(old) = slot.replace(engine) {
            self.arrivals.unlink(old);
        }
    }

    /// Puts away what a slot holds, if its generation is outdated.
    pub fn put_away_if(&mut self, slot: &mut Held, outdated: impl Fn(u64) -> bool) {
        if slot
            .as_ref()
            .is_some_and(|engine| outdated(engine.generation))
            && let Some(engine) = slot.take()
        {
            self.put_away(engine);
        }
    }

    /// Returns what waits ready and is older than `floor`, and from now on takes nothing older.
    pub fn dismiss_older(&mut self, floor: u64) {
        self.floor = floor;
        self.return_if(|_, generation| generation < floor);
    }

    /// Returns what waits ready beyond so many choices, and from now on takes nothing beyond them.
    pub fn keep(&mut self, count: usize) {
        self.count = count;
        self.return_if(|place, _| place >= count);
    }

    fn return_if(&mut self, is_over: impl Fn(usize, u64) -> bool) {
        for (place, slot) in self.ready.iter_mut().enumerate() {
            if slot
                .as_ref()
                .is_some_and(|engine| is_over(place, engine.generation))
                && let Some(engine) = slot.take()
            {
                self.arrivals.unlink(engine);
            }
        }
    }
}
