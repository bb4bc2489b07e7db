//! The audio half of an instance: one [`Processor`], owned by value by whoever plays the audio
//! thread. It never allocates, frees, locks, waits, wakes or does i/o; whatever comes from or
//! goes to another thread crosses by [`crate::exchange`].
//!
//! The sound path, in order:
//!
//! ```text
//! input ─▶ sanitize ─┬─▶ pre-delay ─▶  slots  ─▶ freeze ─▶ cuts ─▶ equalizer ─▶ clear ─▶ ducker ─▶ width ─┐
//!     (repair)       └─────────────────────────────────── dry ───────────────────────────────────▶ mixer ─▶ output
//! ```
//!
//! The ducker listens to the dry signal, or to the sidechain.
//!
//! | part | file | moves by |
//! |---|---|---|
//! | repair of bad samples | `input_sanitizer` | – |
//! | pre-delay | `predelay`, in notes by `synced` | the place that is read moves; a jump is faded |
//! | two slots, and the blend between them | `slots`, `blend` | the input is shared out in a straight line |
//! | a slot's current, former and waiting engine | `engine_swap`, `catch_up` | fade of the input or of the outputs |
//! | freeze | `freeze` | fade of the wet signal |
//! | low cut, high cut | `cuts`, of `filter` and `equalizer/steep` | corner in pitch, amount |
//! | equalizer | `equalizer` | pitch, gain in dB, logarithm of Q |
//! | ducker | `ducker`, with the sidechain in `key` | attack, hold and release |
//! | width, mix, output, bypass | `mixer` | straight lines |
//! | meters | `meter` | IEC 60268-10 ballistics |
//!
//! Every move depends on sample positions alone, so the output is the same however the host cuts
//! its blocks.
//!
//! `sound_path` goes along the diagram, pass by pass. `report` is what is heard of the editor and told to it. `ramp` is a straight line, `buffer` makes memory that is there,
//! `message` is what travels between here and the editor. `silence_detector` says when nothing rings any more,
//! `cpu_meter` how long blocks take.

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

mod blend;
mod buffer;
mod catch_up;
mod cpu_meter;
mod cuts;
mod ducker;
mod engine_swap;
mod equalizer;
mod filter;
mod freeze;
mod input_sanitizer;
mod key;
mod math;
mod message;
mod meter;
mod mixer;
mod predelay;
mod ramp;
mod report;
mod silence_detector;
mod slots;
mod sound_path;
mod synced;

pub use crate::params::Settings;
use crate::params::{Note, is_tempo};
pub use engine_swap::{FADE_SECONDS, SwapReport};
pub use input_sanitizer::LOUDEST;
pub use key::{NO_SIDECHAIN, Sidechain, sidechain_part};
pub use message::{Command, Reply, Snapshot};
pub use meter::Level;
pub use slots::{Slot, SlotWires};

use crate::convolution::Layout;
use crate::exchange::{Consumer, Producer, Publisher};

use buffer::PASS_SAMPLES;
pub(crate) use buffer::silence;
use cpu_meter::CpuMeter;
use cuts::Cuts;
use ducker::Ducker;
use equalizer::{Equalizer, places};
use freeze::Freeze;
use key::Key;
use meter::Meter;
use mixer::Mixer;
use predelay::PreDelay;
use ramp::Ramp;
use silence_detector::SilenceDetector;
use slots::Slots;
use synced::longest_predelay;
pub use synced::predelay_samples;

/// Time that every smoothed control takes to move, in seconds.
const SMOOTHING_SECONDS: f32 = 0.02;

/// The longest pre-delay, in seconds.
const LONGEST_PREDELAY_SECONDS: f32 = 0.5;

/// The most commands read in one block; the rest stay in the queue for the next.
const COMMANDS_PER_BLOCK: usize = 16;

/// The audio ends of an instance's wires.
#[derive(Debug)]
pub struct Wires {
    /// Commands from the editor.
    pub commands: Consumer<Command>,
    /// Replies to the editor.
    pub replies: Producer<Reply>,
    /// Snapshots to the editor.
    pub snapshots: Publisher<Snapshot>,
    /// Engines from the loaders of the two slots.
    pub slots: [SlotWires; 2],
}

/// The audio half of one instance.
#[derive(Debug)]
pub struct Processor {
    commands: Consumer<Command>,
    replies: Producer<Reply>,
    snapshots: Publisher<Snapshot>,
    slots: Slots,
    predelay: PreDelay,
    freeze: Freeze,
    cuts: Cuts,
    equalizer: Equalizer,
    ducker: Ducker,
    key: Key,
    mixer: Mixer,
    /// Gain of the wet signal, 0 while the tail is being cleared.
    clear: Ramp,
    /// Whether the control for that was on.
    clear_on: bool,
    meters: [Meter; 3],
    cpu: CpuMeter,
    /// How long nothing has come in, and whether anything still rings.
    silence: SilenceDetector,
    layout: Layout,
    rate: f32,
    predelay_samples: usize,
    /// The host's tempo, in beats a minute.
    bpm: f64,
    /// Whether the next block is the first after a reset: it takes its settings at once.
    fresh: bool,
    snapshot: Snapshot,
    /// Repaired input of the pass, per channel: what the pre-delay and the engines hear.
    feed: [Vec<f32>; 2],
    /// Wet signal of the pass, per channel.
    wet: [Vec<f32>; 2],
}

impl Processor {
    /// A processor at the end of its wires, prepared for stereo at 48 kHz. Not real-time.
    #[must_use]
    pub fn new(wires: Wires) -> Self {
        let buffer = || silence(PASS_SAMPLES);
        let mut processor = Self {
            commands: wires.commands,
            replies: wires.replies,
            snapshots: wires.snapshots,
            slots: Slots::new(wires.slots),
            predelay: PreDelay::new(0, 0, 1),
            freeze: Freeze::new(48_000.0),
            cuts: Self::cuts_for(48_000.0),
            equalizer: Self::equalizer_for(48_000.0),
            ducker: Ducker::new(48_000.0),
            key: Key::new(),
            mixer: Mixer::new(1),
            clear: Ramp::new(1.0, 1),
            clear_on: false,
            meters: [Meter::new(48_000.0); 3],
            cpu: CpuMeter::default(),
            silence: SilenceDetector::new(),
            layout: Layout::Stereo,
            rate: 48_000.0,
            predelay_samples: 0,
            bpm: Note::ITS_TEMPO,
            fresh: true,
            snapshot: Snapshot::default(),
            feed: [buffer(), buffer()],
            wet: [buffer(), buffer()],
        };
        processor.prepare(48_000.0, Layout::Stereo, 0);
        processor
    }

    fn cuts_for(rate: f32) -> Cuts {
        Cuts::new(rate, (SMOOTHING_SECONDS * rate) as u32)
    }

    fn equalizer_for(rate: f32) -> Equalizer {
        let fade = (SMOOTHING_SECONDS * rate) as u32;
        Equalizer::new(places(&Settings::default()), rate, fade)
    }

    /// Prepares for a sample rate in Hz and a layout, and takes the newest engine of at least
    /// generation `floor` into use; older ones were made for something else and go home.
    /// Not real-time: it allocates.
    pub fn prepare(&mut self, rate: f32, layout: Layout, floor: u64) {
        self.prepare_slots(rate, layout, [floor, 0]);
    }

    /// The same with a floor for each slot. Not real-time: it allocates.
    pub fn prepare_slots(&mut self, rate: f32, layout: Layout, floors: [u64; 2]) {
        let fade = (SMOOTHING_SECONDS * rate) as u32;
        self.rate = rate;
        self.layout = layout;
        self.slots.prepare(rate, fade, floors);
        self.predelay = PreDelay::new(layout.inputs(), longest_predelay(rate), fade);
        self.freeze.prepare(rate);
        self.cuts = Self::cuts_for(rate);
        self.equalizer = Self::equalizer_for(rate);
        self.ducker = Ducker::new(rate);
        self.mixer = Mixer::new(fade);
        self.clear = Ramp::new(1.0, fade);
        self.meters = [Meter::new(rate); 3];
        self.snapshot.rate = rate;
        self.reset();
    }

    /// Forgets all sound: the next block begins in silence, with its settings at once.
    /// Real-time, wait-free: its cost does not grow with the tail.
    pub fn reset(&mut self) {
        self.slots.reset();
        self.predelay.reset(self.predelay_samples);
        self.freeze.reset(false);
        self.clear.snap(1.0);
        self.ducker.reset();
        for meter in &mut self.meters {
            meter.reset();
        }
        self.silence = SilenceDetector::new();
        self.fresh = true;
    }

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

    /// Tells the host's tempo from the next sample on, in beats a minute; what is no tempo changes nothing. Without a word
    /// it is 120. Real-time, wait-free.
    pub fn set_tempo(&mut self, bpm: f64) {
        if is_tempo(bpm) {
            self.bpm = bpm;
        }
    }

    /// Processes one block in place: `channels` are the layout's outputs, and its inputs are the
    /// first of them. All have one length, any from 0 on. Real-time, wait-free.
    pub fn process(&mut self, channels: &mut [&mut [f32]], settings: &Settings) {
        self.process_with(channels, NO_SIDECHAIN, settings);
    }

    /// The same, with a sidechain for the ducker. Real-time, wait-free.
    #[cfg_attr(rtsan, sanitize(realtime = "nonblocking"))]
    pub fn process_with(
        &mut self,
        channels: &mut [&mut [f32]],
        sidechain: Sidechain<'_>,
        settings: &Settings,
    ) {
        self.handle_commands();
        self.apply_settings(settings);
        let samples = channels.iter().map(|block| block.len()).min().unwrap_or(0);
        let outputs = self.layout.outputs();
        if channels.len() < outputs {
            // The host broke its word about the layout: silence is the only safe answer.
            channels.iter_mut().for_each(|block| block.fill(0.0));
            return;
        }
        let mut start = 0;
        while start < samples {
            let mut end = samples.min(start + PASS_SAMPLES);
            if !self.clear.at_rest() {
                // What is cleared is forgotten where the fade ends, whatever the host's blocks.
                end = end.min(start + self.clear.left() as usize);
            }
            let key = sidechain_part(sidechain, start, end);
            match &mut *channels {
                [left, right, ..] if outputs == 2 => {
                    self.pass(&mut [&mut left[start..end], &mut right[start..end]], key);
                }
                [mono, ..] => self.pass(&mut [&mut mono[start..end]], key),
                [] => {}
            }
            start = end;
        }
        self.publish();
    }

    /// Samples that sound on after the last input: pre-delay and the longer impulse of those that sound; `u32::MAX` while
    /// the sound is frozen, which means for ever. Real-time, wait-free.
    #[must_use]
    pub fn tail_samples(&self) -> u32 {
        if self.freeze.is_on() {
            return u32::MAX;
        }
        let tail = self.slots.tail();
        tail.map_or(0, |tail| {
            u32::try_from(tail + self.predelay_samples).unwrap_or(u32::MAX)
        })
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

    /// Whether silence will follow as long as silence comes in: the tail has rung out, and nothing moves
    /// or waits for the next block. Real-time, wait-free.
    #[must_use]
    pub fn is_at_rest(&self) -> bool {
        let tail = self.slots.tail().map_or(0, |tail| tail + 1);
        self.silence.is_for(tail + self.predelay_samples)
            && self.slots.at_rest()
            && self.predelay.at_rest()
            && self.freeze.is_off()
            && self.cuts.at_rest()
            && self.equalizer.at_rest()
            && self.ducker.at_rest()
            && self.key.at_rest()
            && self.clear.rests_on(1.0)
            && self.mixer.at_rest(self.layout.outputs())
            && self.commands.is_empty()
    }

    /// Moves towards the settings, or takes them at once after a reset.
    fn apply_settings(&mut self, settings: &Settings) {
        let samples = predelay_samples(settings, self.bpm, self.rate);
        self.predelay_samples = samples;
        self.ducker.set(settings);
        self.key.set(settings);
        let place = settings.blend / 100.0;
        if settings.clear && !self.clear_on && !self.fresh {
            self.clear.set(0.0);
        }
        self.clear_on = settings.clear;
        if self.fresh {
            self.fresh = false;
            self.predelay.reset(samples);
            self.slots.snap_blend(place);
            self.freeze.reset(settings.freeze);
            self.cuts.reset(settings);
            self.equalizer.reset(places(settings));
            self.mixer.reset(settings);
        } else {
            self.predelay.set(samples);
            self.slots.set_blend(place);
            self.freeze.set(settings.freeze);
            self.cuts.set(settings);
            self.equalizer.set(places(settings));
            self.mixer.set(settings);
        }
    }
}
