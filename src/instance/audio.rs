//! The audio thread's side of an instance: the processor, its handle of the loader, and the grid on which the
//! two are brought together.

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

use std::time::Instant;

use crate::impulse::Shape;
use crate::loader::{Asked, Format, LoaderHandle, Wait};
use crate::processor::{Processor, Settings, SwapReport};

/// The shape of the impulse is read, and swaps begin, at multiples of this many samples since the
/// last reset. Offline, a change that falls into the fade of the last one is read at the first multiple
/// after it. An offline render therefore does not depend on the host's blocks, nor on the machine. Another impulse, or a
/// whole project, that was asked for between two of the host's blocks is there, offline, at the first sample of the
/// second one.
pub const GRID_SAMPLES: usize = 512;

/// The processor and its handle of the loader. Real-time but for [`AudioSide::prepare`] and, in an
/// offline render, the wait in [`AudioSide::process`].
#[derive(Debug)]
pub struct AudioSide {
    processor: Processor,
    loader: LoaderHandle,
    /// The shape that was asked for last.
    shape: Shape,
    /// The number of the newest shape request.
    requested: u64,
    /// Whether the controls for the next and the previous impulse were down.
    down: [bool; 2],
    /// What had been asked of the loader when the settings and the shape of the last block were read.
    asked: Asked,
    /// Whether a project was recalled that brought a shape of its own which is not known here.
    unsure: bool,
    /// The newest recall when it was last looked whether a control is down.
    seen: u64,
    /// Whether the next or the previous impulse was asked for and not waited for yet.
    stepped: bool,
    /// Samples until the next multiple of [`GRID_SAMPLES`].
    to_grid: usize,
    /// What the engine slots held when they were last looked at.
    slots: SwapReport,
    /// Whether waiting is allowed.
    offline: bool,
    /// The number of the last request that was waited for in vain.
    late: u64,
    seconds_per_sample: f32,
}

impl AudioSide {
    pub(super) fn new(processor: Processor, loader: LoaderHandle) -> Self {
        Self {
            processor,
            loader,
            shape: Shape::default(),
            requested: 0,
            down: [false; 2],
            asked: Asked::default(),
            unsure: false,
            seen: 0,
            stepped: false,
            to_grid: 0,
            slots: SwapReport::default(),
            offline: false,
            late: 0,
            seconds_per_sample: 1.0 / 48_000.0,
        }
    }

    /// Prepares for a format, with the engine that the loader linked for it. `generation` is the
    /// answer of [`configure`](crate::loader::Remote::configure), `shape` what it was asked for;
    /// engines that are older than the answer are returned unused. With `offline` a change of shape or of the impulse is
    /// waited for. Not real-time.
    pub fn prepare(&mut self, format: Format, shape: Shape, generation: u64, offline: bool) {
        self.processor
            .prepare(format.rate as f32, format.layout, generation);
        self.shape = shape;
        self.requested = generation;
        self.unsure = false;
        self.stepped = false;
        // What was asked for after the answer is still to come.
        self.asked = Asked {
            newest: generation.min(self.loader.asked().newest),
            recalled: generation.min(self.loader.asked().recalled),
        };
        self.offline = offline;
        self.late = 0;
        self.to_grid = 0;
        self.loader.set_accepting_swaps(true);
        self.seconds_per_sample = 1.0 / format.rate as f32;
    }

    /// Drops all sound. Real-time, wait-free, no dearer than an ordinary block.
    pub fn reset(&mut self) {
        self.processor.reset();
        self.to_grid = 0;
        self.loader.set_accepting_swaps(true);
    }

    /// Whether waiting is allowed: the host renders offline. Real-time.
    #[must_use]
    pub fn is_offline(&self) -> bool {
        self.offline
    }

    /// What has been asked of the loader so far. It belongs to the settings and the shape that are read with it.
    /// Real-time, wait-free.
    #[must_use]
    pub fn asked(&self) -> Asked {
        self.loader.asked()
    }

    /// Processes one block in place, as [`Processor::process`] does, and brings the impulse to
    /// `shape` when it can. Real-time and wait-free, except in an offline render, which waits for
    /// the loader.
    pub fn process(&mut self, channels: &mut [&mut [f32]], settings: &Settings, shape: &Shape) {
        self.process_as_of(self.asked(), channels, settings, shape);
    }

    /// The same, with settings and a shape that were read together with what had been [asked](Self::asked) for by
    /// then: nothing newer is mixed with them.
    pub fn process_as_of(
        &mut self,
        asked: Asked,
        channels: &mut [&mut [f32]],
        settings: &Settings,
        shape: &Shape,
    ) {
        let begin = Instant::now();
        let samples = channels.iter().map(|block| block.len()).min().unwrap_or(0);
        if samples > 0 {
            self.follow(asked);
        }
        let mut start = 0;
        while start < samples {
            if self.to_grid == 0 {
                self.sync_on_grid(shape);
                self.to_grid = GRID_SAMPLES;
            }
            let end = samples.min(start + self.to_grid);
            match channels {
                [left, right, ..] => self.processor.process(
                    &mut [&mut left[start..end], &mut right[start..end]],
                    settings,
                ),
                [mono] => self
                    .processor
                    .process(&mut [&mut mono[start..end]], settings),
                [] => {}
            }
            self.to_grid -= end - start;
            start = end;
        }
        self.announce_returned();
        if samples > 0 {
            let period = samples as f32 * self.seconds_per_sample;
            self.processor
                .record_load(begin.elapsed().as_secs_f32() / period);
        }
    }

    /// Tells whether the controls for the next and the previous impulse are down: each time one goes
    /// down, the impulse changes; but one that was down when a project was saved is not pressed by
    /// opening it. Real-time and wait-free.
    pub fn step(&mut self, down: [bool; 2]) {
        self.step_as_of(self.asked(), down);
    }

    /// The same, with controls that were read together with what had been [asked](Self::asked) for by then.
    /// Real-time and wait-free.
    pub fn step_as_of(&mut self, asked: Asked, down: [bool; 2]) {
        if std::mem::replace(&mut self.seen, asked.recalled) != asked.recalled {
            self.down = down;
        }
        for ((now, before), steps) in down.iter().zip(self.down).zip([1, -1]) {
            if *now && !before {
                self.loader.step(steps);
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

    /// What the engine slots hold. Real-time, wait-free.
    #[must_use]
    pub fn slots(&self) -> SwapReport {
        self.processor.swap_report()
    }

    /// Whether everything that was asked for is settled and no swap is under way.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.loader.settled() >= self.requested && !self.processor.is_swapping()
    }

    /// Whether silence will follow as long as silence comes in and `shape` stays: nothing rings, and
    /// nothing is on its way that the audio side has asked for. What others have asked for is announced
    /// when it comes. Real-time, wait-free.
    #[must_use]
    pub fn is_at_rest(&self, shape: &Shape) -> bool {
        *shape == self.shape && self.is_settled() && self.processor.is_at_rest()
    }

    /// Takes note of what has been asked for. Offline, all of that is there from the next sample on, wherever the grid
    /// is, unless an older tail is in the way.
    fn follow(&mut self, asked: Asked) {
        if asked.recalled != self.asked.recalled {
            match self.loader.brought(asked.recalled) {
                Some(shape) => self.shape = shape,
                None => self.unsure = true,
            }
        }
        let news = asked.newest != self.asked.newest;
        self.asked = asked;
        let stepped = std::mem::take(&mut self.stepped);
        if self.offline && (news || stepped) {
            let mut newest = asked.newest;
            if stepped {
                // Whoever finds the shape request finds the step that was asked for before it.
                let shape = self.shape;
                self.request_shape(&shape);
                newest = newest.max(self.requested);
            }
            // Whatever is there already makes way for what comes.
            self.loader.set_accepting_swaps(true);
            self.processor.collect();
            if !self.loader.wait_settled(newest, Wait::WhileItMoves) {
                self.late = newest;
            }
            self.processor.advance();
        }
    }

    /// On the grid: asks for a new shape, and takes what the loader has linked.
    fn sync_on_grid(&mut self, shape: &Shape) {
        if self.loader.asked().recalled != self.asked.recalled {
            // A project is being recalled whose settings are still to be read: its impulse waits for them.
            return;
        }
        if self.loader.is_swap_pending() {
            self.processor.make_room();
        }
        if *shape == self.shape && !self.unsure {
            self.processor.advance();
        } else if !self.offline {
            // The newest request wins, however many were made before the worker looked.
            self.request_shape(shape);
            self.processor.advance();
        } else {
            if self.processor.make_room() && self.processor.has_room() {
                // Offline each engine is asked for when it can be used, and waited for: which shapes
                // are heard depends on sample positions alone, never on how fast the machine is.
                self.loader.set_accepting_swaps(true);
                self.await_shape(shape);
            }
            // Another impulse may wait for room, too.
            self.processor.advance();
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
    fn announce_returned(&mut self) {
        let slots = self.processor.swap_report();
        if slots != self.slots {
            self.slots = slots;
            self.loader.notify();
        }
        self.loader.set_accepting_swaps(self.processor.has_room());
    }
}
