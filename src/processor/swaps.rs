//! Engines that are taken into use, and what there is of them. Audio thread, real-time, wait-free.

use super::{Pick, Processor, Slot, SwapReport};

impl Processor {
    /// Collects a newer engine and begins to swap it in, if there is room. Call it before the
    /// samples at which a swap may begin. Real-time, wait-free.
    pub fn advance(&mut self) {
        if self.fresh {
            self.slots.install();
        } else {
            self.slots.advance();
        }
    }

    /// Collects what the loader has linked, and takes nothing of it into use yet. For the offline side, which waits
    /// for more: the loader must have room for it. Real-time, wait-free.
    pub fn collect(&mut self) {
        self.slots.collect();
    }

    /// Whether a swap could begin now in a slot; if an old tail is in the way and has had its time, it
    /// begins to fade. For the offline side, which asks for an engine only when it can be used.
    /// Real-time, wait-free.
    pub fn make_room(&mut self, slot: Slot) -> bool {
        self.fresh || self.slots.make_room(slot)
    }

    /// Whether an engine that comes now to a slot could take over at once. Real-time, wait-free.
    #[must_use]
    pub fn has_room(&self, slot: Slot) -> bool {
        self.fresh || self.slots.has_room(slot)
    }

    /// Whether a slot has no impulse. Real-time, wait-free.
    #[must_use]
    pub fn is_empty(&self, slot: Slot) -> bool {
        self.slots.is_empty(slot)
    }

    /// Takes the engine that waits ready for one of the first slot's choices as the newest one, to begin with the next
    /// [`advance`](Self::advance) if there is room; says of which generation it is, or none if it is not ready.
    /// Real-time, wait-free.
    pub fn pick(&mut self, pick: Pick) -> Option<u64> {
        self.slots.pick(pick)
    }

    /// The first slot has so many choices now: engines that wait ready beyond them are returned. Real-time, wait-free.
    pub fn keep_choices(&mut self, count: usize) {
        self.slots.keep_choices(count);
    }

    /// What both slots hold; the generation is the first one's. Real-time, wait-free.
    #[must_use]
    pub fn swap_report(&self) -> SwapReport {
        self.slots.report()
    }

    /// What a slot holds. Real-time, wait-free.
    #[must_use]
    pub fn report_of(&self, slot: Slot) -> SwapReport {
        self.slots.report_of(slot)
    }

    /// Whether a swap is under way or waits. Real-time, wait-free.
    #[must_use]
    pub fn is_swapping(&self) -> bool {
        self.slots.is_busy()
    }
}
