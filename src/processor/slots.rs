//! The engines that sound: the current one, the one that rings out, the one that waits.
//! Audio thread; everything here is real-time and wait-free unless it says otherwise.
//!
//! A change of impulse fades the *input* from the old engine into the new one. The old engine
//! keeps its history, so its tail rings out untouched; the new one starts on new sound only. The
//! two fades are linear and sum to one, because both engines hear the same input.
//!
//! At most two engines run. A third waits its turn in `next`, where a newer one takes its place;
//! when it has waited for [`HOLD_SECONDS`], the old tail is faded early to make room.

use crate::convolution::{Convolver, Engine};
use crate::exchange::{Linked, Stamped, Target};

use super::buffer::silence;
use super::ramp::Ramp;

/// How long the input takes from the old engine to the new one.
pub const FADE_SECONDS: f32 = 0.02;

/// How long an old tail that must make room takes to fade.
const EARLY_FADE_SECONDS: f32 = 0.04;

/// How long an old tail rings undisturbed although a newer engine waits.
const HOLD_SECONDS: f32 = 0.12;

/// The most samples of one pass.
pub const PASS_SAMPLES: usize = 512;

type Slot = Option<Linked<Stamped<Engine>>>;

/// The engine slots of one instance.
#[derive(Debug)]
pub struct Slots {
    engines: Target<Stamped<Engine>>,
    current: Slot,
    ringing: Slot,
    next: Slot,
    /// The share of the input that goes to `current`; `ringing` gets the rest.
    fade_in: Ramp,
    /// The gain of what `ringing` puts out.
    fade_out: Ramp,
    /// Samples for which `ringing` still sounds.
    ring_left: usize,
    /// Samples since the last swap began.
    since_swap: usize,
    hold: usize,
    /// Engines of an older generation were made for another rate or layout.
    floor: u64,
    /// Engines taken into use since the instance was made.
    swaps: u64,
    /// Input of one engine, per channel.
    feed: [Vec<f32>; 2],
    /// Output of the engine that rings, per channel.
    ring: [Vec<f32>; 2],
}

/// What one engine slot did, for the snapshot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotReport {
    /// Engines that ran in the last block, 0..=2.
    pub running: u32,
    /// Whether a newer engine waits for its turn.
    pub waiting: bool,
    /// Swaps since the instance was made.
    pub swaps: u64,
    /// The generation of the engine in use; 0 when there is none.
    pub generation: u64,
}

impl Slots {
    /// Empty slots at the receiving end of the loader's engines. Not real-time.
    #[must_use]
    pub fn new(engines: Target<Stamped<Engine>>) -> Self {
        let buffer = || silence(PASS_SAMPLES);
        Self {
            engines,
            current: None,
            ringing: None,
            next: None,
            fade_in: Ramp::new(1.0, 1),
            fade_out: Ramp::new(1.0, 1),
            ring_left: 0,
            since_swap: 0,
            hold: 0,
            floor: 0,
            swaps: 0,
            feed: [buffer(), buffer()],
            ring: [buffer(), buffer()],
        }
    }

    /// Sets the fades for a sample rate in Hz and sends home every engine older than `floor`.
    pub fn prepare(&mut self, rate: f32, floor: u64) {
        self.fade_in = Ramp::new(1.0, (FADE_SECONDS * rate) as u32);
        self.fade_out = Ramp::new(1.0, (EARLY_FADE_SECONDS * rate) as u32);
        self.hold = (HOLD_SECONDS * rate) as usize;
        self.floor = floor;
        for slot in [&mut self.current, &mut self.ringing, &mut self.next] {
            Self::dismiss_if(&mut self.engines, slot, |generation| generation < floor);
        }
        self.install();
    }

    /// Takes the newest engine into use at once, with no fade: for `activate` and `reset`, where
    /// silence precedes. Returns whether there was one.
    pub fn install(&mut self) -> bool {
        self.receive();
        self.dismiss_ringing();
        self.fade_in.snap(1.0);
        let Some(next) = self.next.take() else {
            return false;
        };
        if let Some(old) = self.current.replace(next) {
            self.engines.unlink(old);
        }
        self.swaps += 1;
        self.since_swap = 0;
        true
    }

    /// Forgets all sound.
    pub fn reset(&mut self) {
        if !self.install()
            && let Some(current) = &mut self.current
        {
            current.value.reset();
        }
    }

    /// Collects what the loader has linked, and begins a swap if there is a newer engine and room
    /// for it. Call it where a swap may begin: before a block, or on the offline grid.
    pub fn advance(&mut self) {
        self.receive();
        if self.next.is_none() || !self.make_room() {
            return;
        }
        self.ringing = self.current.take();
        self.current = self.next.take();
        self.ring_left = self
            .ringing
            .as_ref()
            .map_or(0, |old| old.value.tail() + self.fade_in.length() as usize);
        self.fade_in.snap(0.0);
        self.fade_in.set(1.0);
        self.fade_out.snap(1.0);
        self.since_swap = 0;
        self.swaps += 1;
    }

    /// Whether a swap may begin now. If an old tail is in the way and has had its time, it begins
    /// to fade, so that there will be room soon.
    pub fn make_room(&mut self) -> bool {
        if self.ringing.is_some() && self.since_swap >= self.hold {
            self.fade_out.set(0.0);
        }
        self.ringing.is_none() && self.fade_in.at_rest()
    }

    /// Runs the engines over one pass of at most [`PASS_SAMPLES`]: `input` to `output`,
    /// overwriting it. With no engine the output is silent.
    pub fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]) {
        let samples = input.first().map_or(0, |block| block.len());
        let fade = self.fade_in;
        match &mut self.current {
            None => output.iter_mut().for_each(|block| block.fill(0.0)),
            Some(engine) if fade.at_rest() => engine.value.process(input, output),
            Some(engine) => {
                let feed = Self::faded(&mut self.feed, input, fade, |share| share);
                engine.value.process(&feed[..input.len()], output);
            }
        }
        if let Some(engine) = &mut self.ringing {
            let feed = Self::faded(&mut self.feed, input, fade, |share| 1.0 - share);
            let [left, right] = &mut self.ring;
            let mut ring = [&mut left[..samples], &mut right[..samples]];
            engine
                .value
                .process(&feed[..input.len()], &mut ring[..output.len()]);
            let start = self.fade_out;
            for (block, ring) in output.iter_mut().zip(&ring) {
                self.fade_out = start;
                for (sample, old) in block.iter_mut().zip(ring.iter()) {
                    *sample += old * self.fade_out.next();
                }
            }
            self.ring_left = self.ring_left.saturating_sub(samples);
            if self.ring_left == 0 || self.fade_out.rests_on(0.0) {
                self.dismiss_ringing();
            }
        }
        self.fade_in.advance(samples as u32);
        self.since_swap = self.since_swap.saturating_add(samples);
    }

    /// Samples after the last input for which an engine still sounds.
    #[must_use]
    pub fn tail(&self) -> usize {
        // The response to the last sample begins with that sample itself.
        let current = self
            .current
            .as_ref()
            .map_or(0, |engine| engine.value.tail().saturating_sub(1));
        current.max(self.ring_left)
    }

    /// Whether a newer engine waits or a fade between two is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.next.is_some() || !self.fade_in.at_rest()
    }

    /// What the slots hold now.
    #[must_use]
    pub fn report(&self) -> SlotReport {
        SlotReport {
            running: u32::from(self.current.is_some()) + u32::from(self.ringing.is_some()),
            waiting: self.next.is_some(),
            swaps: self.swaps,
            generation: self.current.as_ref().map_or(0, |engine| engine.generation),
        }
    }

    fn receive(&mut self) {
        self.engines.swap(&mut self.next);
        let floor = self.floor;
        Self::dismiss_if(&mut self.engines, &mut self.next, |generation| {
            generation < floor
        });
    }

    fn dismiss_ringing(&mut self) {
        Self::dismiss_if(&mut self.engines, &mut self.ringing, |_| true);
        self.ring_left = 0;
    }

    fn dismiss_if(
        engines: &mut Target<Stamped<Engine>>,
        slot: &mut Slot,
        outdated: impl Fn(u64) -> bool,
    ) {
        if slot
            .as_ref()
            .is_some_and(|engine| outdated(engine.generation))
            && let Some(engine) = slot.take()
        {
            engines.unlink(engine);
        }
    }

    /// The input times `gain` of the fade, in `feed`.
    fn faded<'a>(
        feed: &'a mut [Vec<f32>; 2],
        input: &[&[f32]],
        fade: Ramp,
        gain: impl Fn(f32) -> f32,
    ) -> [&'a [f32]; 2] {
        let samples = input.first().map_or(0, |block| block.len());
        for (to, from) in feed.iter_mut().zip(input) {
            let mut fade = fade;
            for (to, from) in to.iter_mut().zip(from.iter()) {
                *to = from * gain(fade.next());
            }
        }
        let [left, right] = feed;
        [&left[..samples], &right[..samples]]
    }
}

impl Drop for Slots {
    /// The engines go home; they die where they were made. Not real-time: the ends of the
    /// exchange are dropped with it.
    fn drop(&mut self) {
        for slot in [&mut self.current, &mut self.ringing, &mut self.next] {
            Self::dismiss_if(&mut self.engines, slot, |_| true);
        }
    }
}
