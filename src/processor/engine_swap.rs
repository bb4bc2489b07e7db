//! Swapping the engines of a slot without a click: the current one, the outgoing one, and the next.
//! Audio thread; everything here is real-time and wait-free unless it says otherwise.
//!
//! A new engine comes in one of two ways.
//!
//! * **Another impulse**: the *input* is faded from the old engine into the new one. The old one
//!   keeps its history, so its tail rings out untouched; the new one starts on new sound only.
//! * **The same impulse in a new shape**: the worker has primed the new engine with past input, from the
//!   [history buffer](crate::exchange::history). Here it is primed with the little that it still lacks, and then the
//!   *outputs* are faded. The tail goes on in its new shape, as far back as the history buffer goes. As soon as this
//!   begins, the latest end of the crossfade is known: the old engine skips work that is due after it.
//!
//! Both fades are linear and their gains sum to one, because both engines get the same input.
//!
//! At most two engines run. A third waits in `next`, where a newer one replaces it (one in a new shape waits at the loader
//! instead: see `has_room`). [`HOLD_SECONDS`] after the last swap, a tail that still rings is faded early to make room.
//!
//! Engines of the project's own choices wait in `ready`, one for each: [`EngineSwap::pick`] takes one as if it had just
//! come, so it may begin at any sample. When it has rung out it goes back to its place there.
//!
//! `crossfade` runs the engines over one pass and fades them; `questions` says what there is, and how long it rings.

mod crossfade;
mod questions;
mod ready;
mod strength;

pub use questions::SwapReport;

use crate::convolution::{Convolver, MOVING_PARTS, PrimedEngine};
use crate::exchange::{HistoryWriter, RtBox, Target, Versioned};

use super::buffer::{PASS_SAMPLES, silence};
use super::catch_up::CatchUp;
use super::motion::Places;
use super::ramp::Ramp;
use ready::Stock;

/// How long the fade from one engine to the next takes.
pub const FADE_SECONDS: f32 = 0.02;

/// How long an old tail that must make room takes to fade.
const EARLY_FADE_SECONDS: f32 = 0.04;

/// How long after a swap the old tail rings undisturbed although a newer engine waits.
const HOLD_SECONDS: f32 = 0.12;

type Held = Option<RtBox<Versioned<PrimedEngine>>>;

/// One of the project's choices, and by which numbers it is picked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pick {
    /// Its place in the list, from 0.
    pub place: usize,
    /// An engine of an older generation was made for another list or another shape.
    pub at_least: u64,
    /// The number of the pick: what was asked for before it is over.
    pub number: u64,
}

/// How the present engine took over from the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takeover {
    /// The input was faded; the old engine rings.
    Input,
    /// The outputs are faded; the old engine goes when that is done.
    Output,
}

/// The engines of one slot and the fades between them.
#[derive(Debug)]
pub struct EngineSwap {
    stock: Stock,
    history: HistoryWriter,
    current: Held,
    outgoing: Held,
    next: Held,
    /// What came while `next` catches up.
    later: Held,
    takeover: Takeover,
    /// The share of the input, or of the output, that is `current`'s; `outgoing` has the rest.
    fade_in: Ramp,
    /// The gain of what `outgoing` puts out while it rings.
    fade_out: Ramp,
    /// Samples for which `outgoing` still rings.
    ring_left: usize,
    /// The position in the history buffer of the last reset: an engine that knows input from before it must not sound.
    cleared: u64,
    /// Samples since the last swap began.
    since_swap: usize,
    hold: usize,
    /// Engines that come and are of an older generation were made for another rate or layout, or for an impulse that is
    /// over.
    floor: u64,
    /// Engines taken into use since the instance was made.
    swaps: u64,
    /// Brings `next` up to the present.
    catch_up: CatchUp,
    /// While it does: samples after which `current` may be incomplete; the outputs must have been faded by then.
    leaving: Option<usize>,
    /// Input of one engine, per channel.
    feed: [Vec<f32>; 2],
    /// Output of the engine before, per channel.
    old: [Vec<f32>; 2],
    /// How strongly the tail is to move, from 0 to 1.
    motion: f32,
    /// How strongly it does: not at all unless the current engine can.
    strength: Ramp,
    /// What an engine whose tail moves has beside the whole: early part and versions of the tail, per channel.
    apart: [Vec<f32>; APART],
}

/// The channels beside the whole of an engine whose tail moves.
const APART: usize = 2 * (MOVING_PARTS - 1);

impl EngineSwap {
    /// No engine yet, at the receiving ends of the loader's engines and of those that are to wait ready, recording on
    /// `history`. Not real-time.
    #[must_use]
    pub fn new(
        engines: Target<Versioned<PrimedEngine>>,
        ready: Target<Versioned<PrimedEngine>>,
        history: HistoryWriter,
    ) -> Self {
        let buffers = || [silence(PASS_SAMPLES), silence(PASS_SAMPLES)];
        Self {
            stock: Stock::new(engines, ready),
            history,
            current: None,
            outgoing: None,
            next: None,
            later: None,
            takeover: Takeover::Input,
            fade_in: Ramp::new(1.0, 1),
            fade_out: Ramp::new(1.0, 1),
            ring_left: 0,
            cleared: 0,
            since_swap: 0,
            hold: 0,
            floor: 0,
            swaps: 0,
            catch_up: CatchUp::new(),
            leaving: None,
            feed: buffers(),
            old: buffers(),
            motion: 0.0,
            strength: Ramp::new(0.0, 1),
            apart: std::array::from_fn(|_| silence(PASS_SAMPLES)),
        }
    }

    /// Sets the fades for a sample rate in Hz, `smoothing` samples for the motion, and sends home every engine older than
    /// `floor`.
    pub fn prepare(&mut self, rate: f32, smoothing: u32, floor: u64) {
        self.strength = Ramp::new(0.0, smoothing);
        self.fade_in = Ramp::new(1.0, (FADE_SECONDS * rate) as u32);
        self.fade_out = Ramp::new(1.0, (EARLY_FADE_SECONDS * rate) as u32);
        self.hold = (HOLD_SECONDS * rate) as usize;
        self.floor = floor;
        self.stock.dismiss_older(floor);
        for slot in [
            &mut self.current,
            &mut self.outgoing,
            &mut self.next,
            &mut self.later,
        ] {
            self.stock
                .put_away_if(slot, |generation| generation < floor);
        }
        self.install();
    }

    /// Takes the newest engine into use at once, with no fade: for `activate` and `reset`, where
    /// silence precedes. Returns whether there was one.
    pub fn install(&mut self) -> bool {
        self.receive();
        self.dismiss_outgoing();
        self.leaving = None;
        self.fade_in.snap(1.0);
        self.history.clear();
        self.cleared = self.history.head();
        let Some(mut next) = self.next.take() else {
            return false;
        };
        next.value.reset();
        if let Some(old) = self.current.replace(next) {
            self.stock.put_away(old);
        }
        self.swaps += 1;
        self.since_swap = 0;
        self.strength.snap(self.reachable());
        true
    }

    /// Forgets all sound.
    pub fn reset(&mut self) {
        if !self.install()
            && let Some(current) = &mut self.current
        {
            current.value.engine.reset();
        }
    }

    /// Collects what the loader has linked and takes nothing of it into use: the newest is kept, and all others go
    /// home, so that the loader has credits for what is still to come.
    pub fn collect(&mut self) {
        match self.leaving {
            None => self.receive(),
            Some(_) => {
                let came = self.stock.newest(self.floor);
                self.put_later(came);
            }
        }
    }

    /// Puts an engine where the next one waits that does not catch up; one that waits there is put away.
    fn put_later(&mut self, engine: Held) {
        if let Some(engine) = engine
            && let Some(old) = self.later.replace(engine)
        {
            self.stock.put_away(old);
        }
    }

    /// Takes the engine that waits ready for a choice as the newest one, and says of which generation it is; none if it is
    /// not there, rings, or was made for something else. What was asked for before the pick is not taken any more. It begins
    /// with the next [`advance`](Self::advance), if there is room.
    pub fn pick(&mut self, pick: Pick) -> Option<u64> {
        let fits = |held: &RtBox<Versioned<PrimedEngine>>| {
            held.value.place == Some(pick.place) && held.generation >= pick.at_least
        };
        // It sounds already, or will: whatever was to come after it is not wanted any more.
        if self.leaving.is_none()
            && let Some(current) = self.current.as_ref().filter(|held| fits(held))
        {
            let generation = current.generation;
            self.floor = self.floor.max(pick.number);
            self.stock.put_away_if(&mut self.next, |_| true);
            self.stock.put_away_if(&mut self.later, |_| true);
            return Some(generation);
        }
        let engine = self.stock.take(pick.place, pick.at_least)?;
        let generation = engine.generation;
        self.floor = self.floor.max(pick.number);
        match self.leaving {
            Some(_) => self.put_later(Some(engine)),
            None => {
                // What came before it and was not looked at yet must not take its place.
                self.stock.put_away_if(&mut self.later, |_| true);
                if let Some(old) = self.next.replace(engine) {
                    self.stock.put_away(old);
                }
            }
        }
        Some(generation)
    }

    /// The list has so many choices now: what waits ready beyond them is returned.
    pub fn keep_choices(&mut self, count: usize) {
        self.stock.keep(count);
    }

    /// Collects what the loader has linked, unless one catches up, and begins a swap if there is a newer engine and
    /// room for it. Call it where a swap may begin: before a block, or on the offline grid.
    pub fn advance(&mut self) {
        if self.leaving.is_none() {
            self.receive();
        }
        if self.next.is_none() || !self.make_room() {
            return;
        }
        let Some(next) = &mut self.next else { return };
        // An engine that has heard the past needs the rest of it before it can take over.
        if self.catch_up.is_done(&mut next.value, &self.history) {
            self.begin();
        } else if self.leaving.is_none() {
            self.catch_up.begin();
            self.leaving = Some(usize::MAX);
            self.limit_outgoing();
        }
    }

    /// While the next engine catches up: tells the current one the latest end of its fade.
    fn limit_outgoing(&mut self) {
        let (Some(left), Some(next)) = (self.leaving, &self.next) else {
            return;
        };
        // It may be noticed a whole grid later, and that at the end of a pass.
        let wait = self.catch_up.left(&next.value, &self.history) + 2 * PASS_SAMPLES;
        let left = left.min(wait + self.fade_in.length() as usize);
        self.leaving = Some(left);
        if let Some(current) = &mut self.current {
            current.value.engine.retire_after(left);
        }
    }

    fn begin(&mut self) {
        self.outgoing = self.current.take();
        self.current = self.next.take();
        let heard = |engine: &RtBox<Versioned<PrimedEngine>>| engine.value.primed_to.is_some();
        self.takeover = match &self.current {
            // One that leaves does not ring, whatever became of the other one.
            Some(engine) if heard(engine) || self.leaving.is_some() => Takeover::Output,
            _ => Takeover::Input,
        };
        self.leaving = None;
        self.strength.set(self.reachable());
        let fade = self.fade_in.length() as usize;
        self.ring_left = match (&self.outgoing, self.takeover) {
            (Some(old), Takeover::Input) => old.value.engine.tail() + fade,
            (Some(_), Takeover::Output) => fade,
            (None, _) => 0,
        };
        if let (Some(old), Takeover::Output) = (&mut self.outgoing, self.takeover) {
            old.value.engine.retire_after(fade);
        }
        self.fade_in.snap(0.0);
        self.fade_in.set(1.0);
        self.fade_out.snap(1.0);
        self.since_swap = 0;
        self.swaps += 1;
    }

    /// Whether a swap may begin now. If an old tail is in the way and has had its time, it begins
    /// to fade, so that there will be room soon.
    pub fn make_room(&mut self) -> bool {
        if let Some(old) = &mut self.outgoing
            && self.since_swap >= self.hold
            && self.fade_out.target() != 0.0
        {
            self.fade_out.set(0.0);
            old.value
                .engine
                .retire_after(self.fade_out.length() as usize);
        }
        self.is_clear()
    }

    /// Whether no swap is under way and no old tail rings.
    fn is_clear(&self) -> bool {
        self.outgoing.is_none() && self.fade_in.at_rest()
    }

    /// Whether an engine could be taken into use now, or a change of one be begun.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.next.is_none() && self.is_clear()
    }

    /// Begins anew in silence, where nothing has sounded for long and no engine waits.
    pub fn restart(&mut self) {
        self.history.clear();
        self.cleared = self.history.head();
        if let Some(current) = &mut self.current {
            current.value.engine.reset();
        }
    }

    fn receive(&mut self) {
        self.stock.collect();
        for came in [self.later.take(), self.stock.newest(self.floor)] {
            let Some(mut came) = came else { continue };
            if came.value.primed_from < self.cleared {
                came.value.reset();
            }
            if let Some(old) = self.next.replace(came) {
                self.stock.put_away(old);
            }
        }
    }

    fn dismiss_outgoing(&mut self) {
        self.stock.put_away_if(&mut self.outgoing, |_| true);
        self.ring_left = 0;
    }
}

impl Drop for EngineSwap {
    /// The engines go home; they die where they were made. Not real-time: the ends of the
    /// exchange are dropped with it.
    fn drop(&mut self) {
        self.stock.dismiss_older(u64::MAX);
        for slot in [
            &mut self.current,
            &mut self.outgoing,
            &mut self.next,
            &mut self.later,
        ] {
            self.stock.put_away_if(slot, |_| true);
        }
    }
}
