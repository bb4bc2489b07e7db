//! The two slots of an instance, each with an impulse of its own, and the blend between them. Audio thread; everything
//! here is real-time and wait-free unless it says otherwise.
//!
//! The *input* is shared out between the slots, by [`Blend`]: each sample sounds in the mixture that there was when it
//! came in, for as long as it rings. A move of the blend therefore cuts no tail and makes no step, and the output is the
//! sum of two convolutions, exactly.
//!
//! A slot that gets no input rings out, and then it rests: nothing is computed for it. It has nothing to be primed
//! with, because what it was given is silence: when it is given something again it begins anew, with new input, as a
//! new impulse does. What it remembers for a change of its shape is what it was given as well.
//!
//! While the second slot is empty the first has all of the input, wherever the blend is.

use crate::convolution::PrimedEngine;
use crate::exchange::{HistoryWriter, Target, Versioned};

use super::blend::Blend;
use super::buffer::{PASS_SAMPLES, silence};
use super::engine_swap::{EngineSwap, Pick, SwapReport};
use super::motion::{Motion, Places};

/// One of the two places for an impulse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The impulse that is always there.
    #[default]
    First,
    /// The one that the sound can be blended to.
    Second,
}

impl Slot {
    /// Both, in their order.
    pub const ALL: [Self; 2] = [Self::First, Self::Second];
}

/// The ends of the wires of one slot.
#[derive(Debug)]
pub struct SlotWires {
    /// Engines from the slot's loader.
    pub engines: Target<Versioned<PrimedEngine>>,
    /// Engines from the slot's loader that are to wait ready, one for each of the project's choices.
    pub ready: Target<Versioned<PrimedEngine>>,
    /// The history buffer on which the loader's next engine hears the past; two channels.
    pub history: HistoryWriter,
}

/// One slot.
#[derive(Debug)]
struct Part {
    swap: EngineSwap,
    /// Samples since it got the last input; 0 where it gets some.
    since: usize,
    /// What each sample of the input counts in a pass.
    weights: Vec<f32>,
}

/// The engines of both slots.
#[derive(Debug)]
pub struct Slots {
    parts: [Part; 2],
    blend: Blend,
    /// Where the movement of both tails is.
    motion: Motion,
    /// How often each slot had swapped when their likeness was taken.
    related: [u64; 2],
    /// Input of one slot, per channel.
    feed: [Vec<f32>; 2],
    /// Output of the second slot, per channel.
    other: [Vec<f32>; 2],
}

impl Slots {
    /// Both slots empty. Not real-time.
    #[must_use]
    pub fn new(wires: [SlotWires; 2]) -> Self {
        let buffers = || [silence(PASS_SAMPLES), silence(PASS_SAMPLES)];
        Self {
            parts: wires.map(|wires| Part {
                swap: EngineSwap::new(wires.engines, wires.ready, wires.history),
                since: 0,
                weights: silence(PASS_SAMPLES),
            }),
            blend: Blend::new(1),
            motion: Motion::new(1.0),
            related: [0; 2],
            feed: buffers(),
            other: buffers(),
        }
    }

    /// Sets the fades for a sample rate in Hz, `fade` samples for blend and motion, and sends home every engine older than
    /// its slot's floor. Not real-time.
    pub fn prepare(&mut self, rate: f32, fade: u32, floors: [u64; 2]) {
        for (part, floor) in self.parts.iter_mut().zip(floors) {
            part.swap.prepare(rate, fade, floor);
        }
        self.blend = Blend::new(fade);
        self.motion = Motion::new(rate);
        self.related = [u64::MAX; 2];
        self.begin();
    }

    /// Takes the newest engines into use at once: where silence precedes.
    pub fn install(&mut self) {
        for part in &mut self.parts {
            part.swap.install();
        }
        self.begin();
    }

    /// Forgets all sound.
    pub fn reset(&mut self) {
        for part in &mut self.parts {
            part.swap.reset();
        }
        self.motion.reset();
        self.begin();
    }

    /// Silence precedes: until the first block says where the blend is, both slots count.
    fn begin(&mut self) {
        for part in &mut self.parts {
            part.since = 0;
        }
        self.relate();
    }

    /// Forgets all sound while the blend goes on where it is.
    pub fn clear(&mut self) {
        for part in &mut self.parts {
            part.swap.reset();
            if part.since > 0 {
                part.since = usize::MAX;
            }
        }
        self.relate();
    }

    /// Collects what the loaders have linked and takes nothing of it into use.
    pub fn collect(&mut self) {
        for part in &mut self.parts {
            part.swap.collect();
        }
    }

    /// Collects newer engines, and begins to swap them in where there is room; a slot that rests takes its one at once.
    pub fn advance(&mut self) {
        for part in &mut self.parts {
            match part.rests() {
                true => _ = part.swap.install(),
                false => part.swap.advance(),
            }
        }
        self.relate();
    }

    /// Takes the engine that waits ready for one of the first slot's choices as its newest one; see
    /// [`EngineSwap::pick`].
    pub fn pick(&mut self, pick: Pick) -> Option<u64> {
        let [first, _] = &mut self.parts;
        first.swap.pick(pick)
    }

    /// The first slot has so many choices now.
    pub fn keep_choices(&mut self, count: usize) {
        let [first, _] = &mut self.parts;
        first.swap.keep_choices(count);
    }

    /// Whether a swap could begin now in a slot; an old tail that is in the way and has had its time begins to fade.
    pub fn make_room(&mut self, slot: Slot) -> bool {
        self.parts[slot as usize].swap.make_room()
    }

    /// Whether an engine that comes now to a slot could take over at once.
    #[must_use]
    pub fn has_room(&self, slot: Slot) -> bool {
        self.parts[slot as usize].swap.has_room()
    }

    /// Whether a slot has no impulse.
    #[must_use]
    pub fn is_empty(&self, slot: Slot) -> bool {
        self.parts[slot as usize].swap.is_empty()
    }

    /// Goes to a place between the slots, from 0 to 1.
    pub fn set_blend(&mut self, place: f32) {
        self.blend.set(self.reachable(place));
    }

    /// Is at a place between the slots at once, where silence precedes.
    pub fn snap_blend(&mut self, place: f32) {
        let place = self.reachable(place);
        self.blend.snap(place);
        for (part, end) in self.parts.iter_mut().zip([1.0, 0.0]) {
            part.since = if place == end { usize::MAX } else { 0 };
        }
    }

    /// Moves the tails this strongly, from 0 to 1, so often round in a second.
    pub fn set_motion(&mut self, strength: f32, hz: f32) {
        for part in &mut self.parts {
            part.swap.set_motion(strength);
        }
        self.motion.set_rate(hz);
    }

    /// The same at once, where silence precedes.
    pub fn snap_motion(&mut self, strength: f32, hz: f32) {
        for part in &mut self.parts {
            part.swap.snap_motion(strength);
        }
        self.motion.snap_rate(hz);
    }

    /// Says where in the song the next sample is, if one is played.
    pub fn hear_position(&mut self, position: Option<i64>) {
        self.motion.hear(position);
    }

    /// The place that a wish leads to: with an empty second slot the first sounds alone.
    fn reachable(&self, place: f32) -> f32 {
        match self.is_empty(Slot::Second) {
            true => 0.0,
            false => place,
        }
    }

    /// Tells the blend how alike the impulses are, if one of them is another now.
    fn relate(&mut self) {
        let [first, second] = &self.parts;
        let now = [first.swap.swaps(), second.swap.swaps()];
        if now == self.related {
            return;
        }
        self.related = now;
        let (correlation, ratio) = match (first.swap.profile(), second.swap.profile()) {
            (Some(first), Some(second)) if first.energy() > 0.0 && second.energy() > 0.0 => {
                let ratio = second.energy() / first.energy();
                (first.correlation(second), ratio)
            }
            // Of silence, or of what was not measured, nothing is known.
            _ => (0.0, 1.0),
        };
        self.blend.relate(correlation, ratio);
    }

    /// Runs the engines over one pass of at most [`PASS_SAMPLES`]: `input` to `output`, overwriting it.
    pub fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]) {
        let samples = input.first().map_or(0, |block| block.len());
        let [first, second] = &mut self.parts;
        let places = match first.swap.moves() || second.swap.moves() {
            true => Some(self.motion.next(samples)),
            false => {
                self.motion.skip(samples);
                None
            }
        };
        if self.blend.rests_on(0.0) && second.rests() {
            second.since = second.since.saturating_add(samples);
            return first.swap.process(input, output, places);
        }
        self.blend.next(
            &mut first.weights[..samples],
            &mut second.weights[..samples],
        );
        first.run(&mut self.feed, input, output, places);
        let [left, right] = &mut self.other;
        let mut other = [&mut left[..samples], &mut right[..samples]];
        let other = &mut other[..output.len().min(2)];
        second.run(&mut self.feed, input, other, places);
        for (output, other) in output.iter_mut().zip(other) {
            for (output, other) in output.iter_mut().zip(other.iter()) {
                *output += other;
            }
        }
    }

    /// Samples after the last input for which an engine still sounds; none if none ever does.
    #[must_use]
    pub fn tail(&self) -> Option<usize> {
        let tail = |part: &Part| match part.since {
            0 => part.swap.tail(),
            // While an engine catches up there is no end to see: then it is no longer than with input.
            since => {
                let rings = part.swap.rings_for(since);
                part.swap.tail().min(Some(rings).filter(|rings| *rings > 0))
            }
        };
        self.parts.iter().filter_map(tail).max()
    }

    /// Whether nothing moves or waits, and nothing rings of what gets no input any more.
    #[must_use]
    pub fn at_rest(&self) -> bool {
        let still = |part: &Part| {
            let rests = part.since == 0 || part.rests();
            rests && part.swap.has_room() && part.swap.motion_at_rest()
        };
        self.blend.at_rest() && self.parts.iter().all(still)
    }

    /// Whether a swap is under way or waits.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.parts.iter().any(|part| part.swap.is_busy())
    }

    /// Which engines of a slot run and wait.
    #[must_use]
    pub fn report_of(&self, slot: Slot) -> SwapReport {
        let part = &self.parts[slot as usize];
        let mut report = part.swap.report();
        // The silence of an empty slot is no engine that runs.
        if part.rests() || slot == Slot::Second && part.swap.rings_for(0) == 0 {
            report.running = 0;
        }
        report
    }

    /// Which engines of both slots run and wait; the generation is the first one's.
    #[must_use]
    pub fn report(&self) -> SwapReport {
        let [first, second] = Slot::ALL.map(|slot| self.report_of(slot));
        SwapReport {
            running: first.running + second.running,
            waiting: first.waiting || second.waiting,
            swaps: first.swaps + second.swaps,
            generation: first.generation,
        }
    }
}

impl Part {
    /// Whether it gets no input and has rung out.
    fn rests(&self) -> bool {
        self.since > 0 && self.swap.rings_for(self.since) == 0
    }

    /// Runs it over one pass, with its share of the input.
    fn run(
        &mut self,
        feed: &mut [Vec<f32>; 2],
        input: &[&[f32]],
        output: &mut [&mut [f32]],
        places: Option<Places<'_>>,
    ) {
        let samples = input.first().map_or(0, |block| block.len());
        let rests = self.rests();
        let weights = &self.weights[..samples];
        // How many of the last samples it gets nothing of.
        let unfed = weights.iter().rev().take_while(|it| **it == 0.0).count();
        let fed = samples - unfed;
        if rests && fed == 0 {
            self.since = self.since.saturating_add(samples);
            return output.iter_mut().for_each(|block| block.fill(0.0));
        }
        if rests {
            self.swap.restart();
        }
        let before = if fed == 0 { self.since } else { 0 };
        // It ends at its very sample, not with the pass: no bit may depend on where a pass ends.
        let end = self.swap.ends_after(fed, before).min(samples);
        for (feed, block) in feed.iter_mut().zip(input) {
            for ((feed, sample), weight) in feed.iter_mut().zip(block.iter()).zip(weights) {
                *feed = sample * weight;
            }
        }
        let [left, right] = &*feed;
        let feed = [&left[..samples], &right[..samples]];
        self.swap
            .process(&feed[..input.len().min(2)], output, places);
        for block in output {
            block[end..].fill(0.0);
        }
        self.since = match fed {
            0 => self.since.saturating_add(samples),
            _ => unfed,
        };
    }
}
