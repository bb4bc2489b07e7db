//! What the audio side knows of one slot's loader: what was asked of it, and by which shape. Real-time, but for the
//! waits of an offline render.

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use crate::impulse::Shape;
use crate::loader::{Asked, LoaderHandle, Picked, ShapeRequest, Wait};
use crate::processor::{Pick, Processor, Slot, SwapReport};

/// One slot's loader, as the audio side sees it.
#[derive(Debug)]
pub(super) struct SlotSync {
    slot: Slot,
    loader: LoaderHandle,
    /// The shape that was asked for last.
    shape: Shape,
    /// The number of the newest shape request.
    requested: u64,
    /// The number of the one that changed the shape last.
    shaped: u64,
    /// Where `pick` stood when it was last looked at, from 0.
    pick: usize,
    /// The last pick that was made.
    picked: Picked,
    /// How many choices the processor keeps engines of.
    kept: Option<usize>,
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
            shaped: 0,
            pick: 0,
            picked: Picked::default(),
            kept: None,
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
            list: asked.list,
        };
        self.recall();
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
            self.asked.recalled = asked.recalled;
            match self.recall() {
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
        // Of a slot that is empty, and stays so, there is nothing to wait for.
        let stays_empty = processor.is_empty(self.slot) && processor.has_room(self.slot);
        if !offline || self.slot == Slot::Second && stays_empty {
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
        let number = self.loader.next();
        if *shape != self.shape || self.unsure {
            self.shaped = number;
        }
        self.shape = *shape;
        self.unsure = false;
        self.request(number);
    }

    /// Asks for the shape as it is now, and for what was picked.
    fn request(&mut self, generation: u64) {
        self.requested = generation;
        self.loader.request(ShapeRequest {
            shape: self.shape,
            generation,
            recalled: self.asked.recalled,
            shaped: self.shaped,
            picked: self.picked,
        });
    }

    /// Takes note of what the newest recall has brought, and gives its shape.
    fn recall(&mut self) -> Option<Shape> {
        let brought = self.loader.brought(self.asked.recalled)?;
        self.pick = brought.pick.unwrap_or(self.pick);
        Some(brought.shape)
    }

    /// Goes to another of the project's choices, if `pick` has moved to one: a place in the list from 0, where what is
    /// beyond its end is the last choice. With an empty list nothing happens. Says whether an engine may be there to be
    /// taken. An offline render waits for one, so that what is heard does not depend on whether one was ready.
    pub fn pick(&mut self, pick: usize, offline: bool, processor: &mut Processor) -> bool {
        let list = self.asked.list;
        if self.kept != Some(list.count) {
            self.kept = Some(list.count);
            processor.keep_choices(list.count);
        }
        let place = |pick: usize| Some(pick.min(list.count.checked_sub(1)?));
        let from = place(std::mem::replace(&mut self.pick, pick));
        let Some(place) = place(pick).filter(|to| from != Some(*to)) else {
            return false;
        };
        let number = self.loader.next();
        let at_least = list.generation.max(self.asked.recalled).max(self.shaped);
        let can_take = !offline && !self.unsure && self.loader.knows_recalls(self.asked.recalled);
        let taken = match can_take {
            false => None,
            true => processor.pick(Pick {
                place,
                at_least,
                number,
            }),
        };
        self.picked = Picked {
            place,
            number,
            taken: taken.unwrap_or(0),
        };
        if !offline {
            self.request(number);
            return taken.is_some();
        }
        // Whatever is there already makes way for what comes.
        self.accept();
        processor.collect();
        self.request(number);
        if !self.loader.wait_settled(number, Wait::WhileItMoves) {
            self.late = number;
        }
        true
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
