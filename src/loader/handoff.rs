//! The hand-off of engines to the audio thread. It owns the credits, the engine that waits for one or for room, and
//! the number up to which everything is settled. Engines that are returned are freed here. Worker thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::convolution::PrimedEngine;
use crate::exchange::{HistoryReader, SendError, Source, Versioned};

use super::preroll::prime_on;
use super::signals::Signals;

/// Credits that are kept for the answer to a configuration, so that it never waits for the audio thread.
const RESERVE: usize = 1;

/// The worker's end of the engines.
#[derive(Debug)]
pub(super) struct Handoff {
    engines: Source<Versioned<PrimedEngine>>,
    /// The recent input, which an engine that had to wait has missed.
    history: HistoryReader,
    signals: Arc<Signals>,
    /// An engine that waits for a credit, or for room. A newer one replaces it.
    waiting: Option<Box<Versioned<PrimedEngine>>>,
}

impl Handoff {
    pub fn new(
        engines: Source<Versioned<PrimedEngine>>,
        history: HistoryReader,
        signals: Arc<Signals>,
    ) -> Self {
        Self {
            engines,
            history,
            signals,
            waiting: None,
        }
    }

    /// The recent input.
    pub fn history(&self) -> &HistoryReader {
        &self.history
    }

    /// Frees the engines that were returned; says whether there were any.
    pub fn free_returned(&mut self) -> bool {
        let mut any = false;
        while self.engines.reclaim().is_some() {
            any = true;
            // ORDERING: Relaxed, a number to show.
            self.signals.freed.fetch_add(1, Ordering::Relaxed);
        }
        any
    }

    /// Sends an engine, or keeps it until there is a credit and room for it. The newest wins.
    pub fn send(&mut self, engine: Box<Versioned<PrimedEngine>>, is_awaited: bool) {
        self.waiting = Some(engine);
        self.send_waiting(is_awaited);
    }

    /// Sends the engine that waits, if that is possible now; says whether it was sent. The last credit is for a
    /// configuration that is awaited.
    pub fn send_waiting(&mut self, is_awaited: bool) -> bool {
        let Some(engine) = self.waiting.take() else {
            self.set_swap_pending(false);
            return false;
        };
        // ORDERING: Relaxed, a hint; the audio thread raises the flag after it has changed it.
        if engine.value.primed_to.is_some() && self.signals.refusing_swaps.load(Ordering::Relaxed) {
            // It would wait on the other side, and the audio thread would have to make up for what it misses there.
            self.set_swap_pending(true);
            self.waiting = Some(engine);
            return false;
        }
        let reserve = if is_awaited { 0 } else { RESERVE };
        if self.engines.in_flight() + reserve >= self.engines.limit() {
            self.waiting = Some(engine);
            return false;
        }
        let mut engine = engine;
        prime_on(&mut engine.value, &self.history);
        self.set_swap_pending(false);
        match self.engines.link(engine) {
            Ok(()) => true,
            Err(SendError::Full(engine)) => {
                self.waiting = Some(engine);
                false
            }
            // With the audio end gone nobody will ever want it.
            Err(SendError::Closed(_)) => false,
        }
    }

    /// Frees the engine that waits: it was made for something that is over.
    pub fn drop_waiting(&mut self) {
        self.waiting = None;
    }

    /// Everything up to this number is done. That is said only if no engine of it still waits to be sent.
    pub fn settle(&self, generation: u64) {
        if self.waiting.is_none() {
            // ORDERING: Release, so that whoever sees the number finds the engine.
            self.signals.settled.store(generation, Ordering::Release);
        }
    }

    /// Shows how many engines are on their way, in use or on their way back.
    pub fn show_in_flight(&self) {
        let away = self.engines.in_flight() as u64;
        // ORDERING: Relaxed, a number to show.
        self.signals.away.store(away, Ordering::Relaxed);
    }

    fn set_swap_pending(&self, pending: bool) {
        // ORDERING: Relaxed, a hint.
        self.signals.swap_pending.store(pending, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convolution::Engine;
    use crate::exchange::{Target, handoff, history};

    fn rig(limit: usize) -> (Handoff, Target<Versioned<PrimedEngine>>, Arc<Signals>) {
        let (source, target) = handoff(limit);
        let signals = Arc::new(Signals::default());
        let (_recorder, reader) = history(2, 1024);
        let handoff = Handoff::new(source, reader, signals.clone());
        (handoff, target, signals)
    }

    fn engine(generation: u64, is_primed: bool) -> Box<Versioned<PrimedEngine>> {
        let mut value = PrimedEngine::new(Engine::silent(2, 2));
        value.primed_to = is_primed.then_some(0);
        Box::new(Versioned { generation, value })
    }

    fn settled(signals: &Signals) -> u64 {
        signals.settled.load(Ordering::Relaxed)
    }

    #[test]
    fn the_last_credit_is_kept_for_whoever_is_waited_for() {
        let (mut handoff, mut target, signals) = rig(2);
        handoff.send(engine(1, false), false);
        handoff.send(engine(2, false), false);
        handoff.settle(2);
        assert_eq!(settled(&signals), 0, "the second one waits");
        assert!(!handoff.send_waiting(false));
        assert!(handoff.send_waiting(true));
        handoff.settle(2);
        assert_eq!(settled(&signals), 2);
        // One is used and returned, and freed here.
        let mut held = None;
        assert!(target.swap(&mut held));
        assert_eq!(held.as_ref().map(|engine| engine.generation), Some(2));
        assert!(handoff.free_returned() && !handoff.free_returned());
        assert_eq!(signals.freed.load(Ordering::Relaxed), 1);
        handoff.show_in_flight();
        assert_eq!(signals.away.load(Ordering::Relaxed), 1);
        if let Some(held) = held {
            target.unlink(held);
        }
    }

    #[test]
    fn a_reshaped_engine_waits_for_room_and_the_newest_wins() {
        let (mut handoff, mut target, signals) = rig(8);
        let pending = || signals.swap_pending.load(Ordering::Relaxed);
        signals.refusing_swaps.store(true, Ordering::Relaxed);
        handoff.send(engine(1, true), false);
        handoff.send(engine(2, true), false);
        assert!(pending());
        // Another impulse does not wait, and takes the place of what does.
        handoff.send(engine(3, false), false);
        assert!(!pending());
        handoff.send(engine(4, true), false);
        signals.refusing_swaps.store(false, Ordering::Relaxed);
        assert!(handoff.send_waiting(false) && !pending());
        handoff.send(engine(5, true), false);
        for generation in [3, 4, 5] {
            let engine = target.accept().expect("it was sent");
            assert_eq!(engine.generation, generation);
            target.unlink(engine);
        }
        assert!(target.accept().is_none());
        // What waits for something that is over is never sent.
        signals.refusing_swaps.store(true, Ordering::Relaxed);
        handoff.send(engine(6, true), false);
        handoff.drop_waiting();
        signals.refusing_swaps.store(false, Ordering::Relaxed);
        assert!(!handoff.send_waiting(false));
    }
}
