//! The audio thread's side of an instance: the processor, its handles of the two slots' loaders, and the grid on which
//! they are brought together.

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use std::time::Instant;

use super::slot_sync::SlotSync;
use crate::impulse::Shape;
use crate::loader::{Asked, Format, LoaderHandle};
use crate::processor::{
    NO_SIDECHAIN, Processor, Settings, Sidechain, Slot, SwapReport, sidechain_part,
};

/// The shape of the impulse is read, and swaps begin, at multiples of this many samples since the
/// last reset. Offline, a change that falls into the fade of the last one is read at the first multiple
/// after it. An offline render therefore does not depend on the host's blocks, nor on the machine. Another impulse, or a
/// whole project, that was asked for between two of the host's blocks is there, offline, at the first sample of the
/// second one.
pub const GRID_SAMPLES: usize = 512;

/// The processor and what it knows of the loaders of the two slots. Real-time but for [`AudioSide::prepare`] and, in an
/// offline render, the wait in [`AudioSide::process`].
#[derive(Debug)]
pub struct AudioSide {
    processor: Processor,
    slots: [SlotSync; 2],
    /// Whether the controls for the next and the previous impulse were down.
    down: [bool; 2],
    /// The newest recall when it was last looked whether a control is down.
    seen: u64,
    /// Whether the next or the previous impulse was asked for and not waited for yet.
    stepped: bool,
    /// Samples until the next multiple of [`GRID_SAMPLES`].
    to_grid: usize,
    /// Whether waiting is allowed.
    offline: bool,
    seconds_per_sample: f32,
}

impl AudioSide {
    pub(super) fn new(processor: Processor, [first, second]: [LoaderHandle; 2]) -> Self {
        Self {
            processor,
            slots: [
                SlotSync::new(Slot::First, first),
                SlotSync::new(Slot::Second, second),
            ],
            down: [false; 2],
            seen: 0,
            stepped: false,
            to_grid: 0,
            offline: false,
            seconds_per_sample: 1.0 / 48_000.0,
        }
    }

    /// Prepares for a format, with the engines that the loaders linked for it. `generation` is the
    /// answer of [`configure`](crate::loader::Remote::configure) of the first slot, `shape` what both were asked for;
    /// engines that are older than the answer are returned unused, and those of the second slot that are older than
    /// what was recalled there last. With `offline` a change of shape or of an impulse is waited for. Not real-time.
    pub fn prepare(&mut self, format: Format, shape: Shape, generation: u64, offline: bool) {
        let [first, second] = &mut self.slots;
        let generations = [generation, second.asked().recalled];
        self.processor.set_offline(offline);
        self.processor
            .prepare_slots(format.rate as f32, format.layout, generations);
        first.prepare(shape, generation);
        second.prepare(shape, generations[1]);
        self.processor.allow_player(!offline);
        self.stepped = false;
        self.offline = offline;
        self.to_grid = 0;
        self.seconds_per_sample = 1.0 / format.rate as f32;
    }

    /// Drops all sound. Real-time, wait-free, no dearer than an ordinary block.
    pub fn reset(&mut self) {
        self.processor.reset();
        self.to_grid = 0;
        for slot in &self.slots {
            slot.accept();
        }
    }

    /// Whether waiting is allowed: the host renders offline. Real-time.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.offline
    }

    /// What has been asked of the slots' loaders so far. It belongs to the settings and the shape that are read with it.
    /// Real-time, wait-free.
    #[must_use]
    pub fn asked(&self) -> [Asked; 2] {
        self.slots.each_ref().map(SlotSync::asked)
    }

    /// Tells the host's tempo from the next sample on, in beats a minute. Real-time, wait-free.
    pub fn set_tempo(&mut self, bpm: f64) {
        self.processor.set_tempo(bpm);
    }

    /// Tells where in the song the next sample is, if the host plays one. Real-time, wait-free.
    pub fn set_position(&mut self, position: Option<i64>) {
        self.processor.set_position(position);
    }

    /// Tells whether the host records: then no dry sound is played. Real-time, wait-free.
    pub fn set_recording(&mut self, is_recording: bool) {
        self.processor.set_recording(is_recording);
    }

    /// Processes one block in place, as [`Processor::process`] does, and brings the impulse to
    /// `shape` when it can. Real-time and wait-free, except in an offline render, which waits for
    /// the loader.
    pub fn process(&mut self, channels: &mut [&mut [f32]], settings: &Settings, shape: &Shape) {
        self.process_as_of(self.asked(), channels, NO_SIDECHAIN, settings, shape);
    }

    /// The same, with a sidechain for the ducker, and with settings and a shape that were read together with what had been
    /// [asked](Self::asked) for by then: nothing newer is mixed with them.
    pub fn process_as_of(
        &mut self,
        asked: [Asked; 2],
        channels: &mut [&mut [f32]],
        sidechain: Sidechain<'_>,
        settings: &Settings,
        shape: &Shape,
    ) {
        let begin = Instant::now();
        let samples = channels.iter().map(|block| block.len()).min().unwrap_or(0);
        if samples > 0 {
            self.follow(asked);
            self.pick(settings.pick);
        }
        let mut start = 0;
        while start < samples {
            if self.to_grid == 0 {
                self.sync_on_grid(shape);
                self.to_grid = GRID_SAMPLES;
            }
            let end = samples.min(start + self.to_grid);
            let key = sidechain_part(sidechain, start, end);
            match channels {
                [left, right, ..] => self.processor.process_with(
                    &mut [&mut left[start..end], &mut right[start..end]],
                    key,
                    settings,
                ),
                [mono] => self
                    .processor
                    .process_with(&mut [&mut mono[start..end]], key, settings),
                [] => {}
            }
            self.to_grid -= end - start;
            start = end;
        }
        for slot in &mut self.slots {
            slot.announce_returned(&self.processor);
        }
        if samples > 0 {
            let period = samples as f32 * self.seconds_per_sample;
            self.processor
                .record_load(begin.elapsed().as_secs_f32() / period);
        }
    }

    /// Tells whether the controls for the next and the previous impulse are down: each time one goes
    /// down, the first slot's impulse changes; but one that was down when a project was saved is not pressed by
    /// opening it. Real-time and wait-free.
    pub fn step(&mut self, down: [bool; 2]) {
        self.step_as_of(self.asked(), down);
    }

    /// The same, with controls that were read together with what had been [asked](Self::asked) for by then.
    /// Real-time and wait-free.
    pub fn step_as_of(&mut self, [first, _]: [Asked; 2], down: [bool; 2]) {
        if std::mem::replace(&mut self.seen, first.recalled) != first.recalled {
            self.down = down;
        }
        for ((now, before), steps) in down.iter().zip(self.down).zip([1, -1]) {
            if *now && !before {
                self.slots[0].step(steps);
                self.stepped = true;
            }
        }
        self.down = down;
    }

    /// Samples that sound on after the last input. Real-time, wait-free.
    #[must_use]
    pub fn tail_samples(&self) -> u32 {
        self.processor.tail_samples()
    }

    /// Whether something is heard that the host has not sent: a room is recorded, or a dry sound is played. Real-time,
    /// wait-free.
    #[must_use]
    pub fn is_sounding(&self) -> bool {
        self.processor.is_sounding()
    }

    /// What the slots hold. Real-time, wait-free.
    #[must_use]
    pub fn slots(&self) -> SwapReport {
        self.processor.swap_report()
    }

    /// Whether everything that was asked for is settled and no swap is under way.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let [first, second] = &self.slots;
        first.is_settled()
            && (second.is_settled() || self.processor.is_empty(Slot::Second))
            && !self.processor.is_swapping()
    }

    /// Whether silence will follow as long as silence comes in and `shape` stays: nothing rings, and
    /// nothing is on its way that the audio side has asked for. What others have asked for is announced
    /// when it comes. Real-time, wait-free.
    #[must_use]
    pub fn is_at_rest(&self, shape: &Shape) -> bool {
        self.slots.iter().all(|slot| slot.has_shape(shape))
            && self.is_settled()
            && self.processor.is_at_rest()
    }

    /// Takes note of what has been asked for. Offline, all of that is there from the next sample on, wherever the grid
    /// is, unless an older tail is in the way.
    fn follow(&mut self, asked: [Asked; 2]) {
        let mut stepped = std::mem::take(&mut self.stepped);
        let mut any = false;
        for (slot, asked) in self.slots.iter_mut().zip(asked) {
            any |= slot.follow(asked, (self.offline, stepped), &mut self.processor);
            // The list is the first slot's.
            stepped = false;
        }
        if any {
            self.processor.advance();
        }
    }

    /// Goes to another of the project's choices for the first slot, where `pick` has moved: at this very sample, if it is
    /// ready and no older tail is in the way.
    fn pick(&mut self, pick: usize) {
        let [first, _] = &mut self.slots;
        if first.pick(pick, self.offline, &mut self.processor) {
            self.processor.advance();
        }
    }

    /// On the grid: asks for a new shape, and takes what the loaders have linked.
    fn sync_on_grid(&mut self, shape: &Shape) {
        if self.slots.iter().any(SlotSync::is_recalling) {
            // A project is being recalled whose settings are still to be read: its impulses wait for them.
            return;
        }
        for slot in &mut self.slots {
            slot.sync_on_grid(shape, self.offline, &mut self.processor);
        }
        self.processor.advance();
    }
}
