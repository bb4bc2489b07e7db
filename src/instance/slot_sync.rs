//! What the audio side knows of one slot's loader: what was asked of it, and by which shape. Real-time, but for the
//! waits of an offline render.

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use crate::impulse::Shape;
use crate::loader::{Asked, LoaderHandle, Wait};
use crate::processor::{Processor, Slot, SwapReport};

/// One slot's loader, as the audio side sees it.
#[derive(Debug)]
pub(super) struct SlotSync {
    slot: Slot,
    loader: LoaderHandle,
    /// The shape that was asked for last.
    shape: Shape,
    /// The number of the newest shape request.
    requested: u64,
    /// What had been asked of the loader when the settings and the shape of the last block were read.
    asked: Asked,
    /// Whether a project was recalled that brought a shape of its own which is not known here.
    unsure: bool,
    /// What the slot held when it was last looked at.
    report: SwapReport,
    /// The number of the last request that was waited for in vain.
    late: u64,
}

impl SlotSync {
    pub fn new(slot: Slot, loader: LoaderHandle) -> Self {
        Self {
            slot,
            loader,
            shape: Shape::default(),
            requested: 0,
            asked: Asked::default(),
            unsure: false,
            report: SwapReport::default(),
            late: 0,
        }
    }

    /// The loader was asked for this shape and has answered with `generation`. Not real-time.
    pub fn prepare(&mut self, shape: Shape, generation: u64) {
        self.shape = shape;
        self.requested = generation;
        self.unsure = false;
        // What was asked for after the answer is still to come.
        let asked = self.loader.asked();
        self.asked = Asked {
            newest: generation.min(asked.newest),
            recalled: generation.min(asked.recalled),
        };
        self.late = 0;
        self.accept();
    }

    /// An engine that comes now can take over at once.
    pub fn accept(&self) {
        self.loader.set_accepting_swaps(true);
    }

    /// What has been asked of the loader so far.
    pub fn asked(&self) -> Asked {
        self.loader.asked()
    }

    /// Asks for the impulse that is so many steps further on in the list.
    pub fn step(&self, steps: i64) {
        self.loader.step(steps);
    }

    /// Whether this is the shape that was asked for last.
    pub fn has_shape(&self, shape: &Shape) -> bool {
        *shape == self.shape
    }

    /// Whether everything that was asked for is settled.
    pub fn is_settled(&self) -> bool {
        self.loader.settled() >= self.requested
    }

    /// Whether a project is being recalled whose settings are still to be read.
    pub fn is_recalling(&self) -> bool {
        self.loader.asked().recalled != self.asked.recalled
    }

    /// Takes note of what has been asked for. With `waits`, all of that is there afterwards to be taken, a step through
    /// the list as well if one was `stepped`; says whether something was waited for.
    pub fn follow(
        &mut self,
        asked: Asked,
        (waits, stepped): (bool, bool),
        processor: &mut Processor,
    ) -> bool {
        if asked.recalled != self.asked.recalled {
            match self.loader.brought(asked.recalled) {
                Some(shape) => self.shape = shape,
                None => self.unsure = true,
            }
        }
        let news = asked.newest != self.asked.newest;
        self.asked = asked;
        if !waits || !(news || stepped) {
            return false;
        }
        let mut newest = asked.newest;
        if stepped {
            // Whoever finds the shape request finds the step that was asked for before it.
            let shape = self.shape;
            self.request_shape(&shape);
            newest = newest.max(self.requested);
        }
        // Whatever is there already makes way for what comes.
        self.accept();
        processor.collect();
        if !self.loader.wait_settled(newest, Wait::WhileItMoves) {
            self.late = newest;
        }
        true
    }

    /// On the grid: asks for a new shape, and waits for it if the render is `offline`.
    pub fn sync_on_grid(&mut self, shape: &Shape, offline: bool, processor: &mut Processor) {
        if self.loader.is_swap_pending() {
            processor.make_room(self.slot);
        }
        if *shape == self.shape && !self.unsure {
            return;
        }
        // Of an empty slot there is nothing to wait for.
        if !offline || self.slot == Slot::Second && processor.is_empty(self.slot) {
            // The newest request wins, however many were made before the worker looked.
            self.request_shape(shape);
        } else if processor.make_room(self.slot) && processor.has_room(self.slot) {
            // Offline each engine is asked for when it can be used, and waited for: which shapes
            // are heard depends on sample positions alone, never on how fast the machine is.
            self.accept();
            self.await_shape(shape);
        }
    }

    /// Asks for a shape and waits for it while the loader moves. While one that was waited for in vain is still due, it
    /// does not wait again: the render goes on with the impulse it has.
    fn await_shape(&mut self, shape: &Shape) {
        let hopeless = self.loader.settled() < self.late;
        self.request_shape(shape);
        if !hopeless && !self.loader.wait_settled(self.requested, Wait::WhileItMoves) {
            self.late = self.requested;
        }
    }

    fn request_shape(&mut self, shape: &Shape) {
        self.shape = *shape;
        self.unsure = false;
        self.requested = self.loader.request_shape_as_of(*shape, self.asked.recalled);
    }

    /// Lets the worker know, without waking it, that engines were returned.
    pub fn announce_returned(&mut self, processor: &Processor) {
        let report = processor.report_of(self.slot);
        if report != self.report {
            self.report = report;
            self.loader.notify();
        }
        self.loader
            .set_accepting_swaps(processor.has_room(self.slot));
    }
}
