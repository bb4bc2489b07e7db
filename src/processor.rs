//! The audio half of an instance: one [`Processor`], owned by value by whoever plays the audio
//! thread. It never allocates, frees, locks, waits, wakes or does i/o; whatever comes from or
//! goes to another thread crosses by [`crate::exchange`].
//!
//! The sound path, in order:
//!
//! ```text
//! input ─▶ sanitize ─▶ player ─┬─▶ pre-delay ─▶  slots  ─▶ freeze ─▶ cuts ─▶ equalizer ─▶ clear ─▶ ducker ─▶ width ─┐
//!     (repair)                 └─────────────────────────────────── dry ───────────────────────────────────▶ mixer ─▶ output
//! ```
//!
//! The ducker listens to the dry signal, or to the sidechain. While a room is recorded (`recorder`), the sweep takes the
//! place of the output, and what comes in is recorded and not heard.
//!
//! | part | file | moves by |
//! |---|---|---|
//! | repair of bad samples | `input_sanitizer` | – |
//! | dry sounds, off but for the editor | `player` | raised cosines |
//! | pre-delay | `predelay`, in notes by `synced` | the place that is read moves; a jump is faded |
//! | two slots, and the blend between them | `slots`, `blend` | the input is shared out in a straight line |
//! | a slot's current, former and waiting engine, and those that wait ready | `engine_swap`, `catch_up` | fade of the input or of the outputs |
//! | movement of a tail among versions of itself | `motion` | one sine; a jump is faded |
//! | freeze | `freeze` | fade of the wet signal |
//! | low cut, high cut | `cuts`, of `filter` and `equalizer/steep` | corner in pitch, amount |
//! | equalizer | `equalizer` | pitch, gain in dB, logarithm of Q |
//! | ducker | `ducker`, with the sidechain in `key` | attack, hold and release |
//! | width, mix, output, bypass | `mixer` | straight lines |
//! | meters | `meter` | IEC 60268-10 ballistics |
//! | recording a room | `recorder` | straight lines |
//! | spectrum | the wet signal is recorded for it | – |
//!
//! Every move depends on sample positions alone, so the output is the same however the host cuts
//! its blocks.
//!
//! `wires` are its ends of what leads to other threads, `sound_path` goes along the diagram, pass by pass. `swaps` takes engines into use, and says what there is. `questions` are what else others ask. `response` says what the equalizer and the cuts do to a frequency. `report` is what is heard of the editor and told to it. `ramp` is a straight line, `buffer` makes memory that is there,
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
mod motion;
mod player;
mod predelay;
mod questions;
mod ramp;
mod recorder;
mod report;
mod response;
mod silence_detector;
mod slots;
mod sound_path;
mod swaps;
mod synced;
mod wires;

use crate::params::Note;
pub use crate::params::Settings;
pub use engine_swap::{FADE_SECONDS, Pick, SwapReport};
pub use input_sanitizer::LOUDEST;
pub use key::{NO_SIDECHAIN, Sidechain, sidechain_part};
pub use message::{Command, Reply, Snapshot};
pub use meter::Level;
pub use player::{PLAYER_NEWS, PlayerWires};
pub use recorder::{
    CAPTURE_BLOCKS, CaptureBlock, CaptureEnd, CaptureEnds, CaptureRefusal, CaptureReply,
    CaptureReport, CaptureState, CaptureWays, CaptureWires, StartCapture,
};
pub use response::WetResponse;
pub use slots::{Slot, SlotWires};

use crate::convolution::Layout;
use crate::exchange::{Consumer, HistoryWriter, Producer, Publisher};

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
use player::Player;
use predelay::PreDelay;
use ramp::Ramp;
use recorder::Recorder;
use silence_detector::SilenceDetector;
use slots::Slots;
use synced::longest_predelay;
pub use synced::predelay_samples;
pub use wires::Wires;

/// Time that every smoothed control takes to move, in seconds.
const SMOOTHING_SECONDS: f32 = 0.02;

/// The longest pre-delay, in seconds.
const LONGEST_PREDELAY_SECONDS: f32 = 0.5;

/// The most commands read in one block; the rest stay in the queue for the next.
const COMMANDS_PER_BLOCK: usize = 16;

/// The audio half of one instance.
#[derive(Debug)]
pub struct Processor {
    commands: Consumer<Command>,
    replies: Producer<Reply>,
    snapshots: Publisher<Snapshot>,
    player: Player,
    wet_samples: HistoryWriter,
    slots: Slots,
    recorder: Recorder,
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
            player: Player::new(None),
            wet_samples: wires.wet,
            slots: Slots::new(wires.slots),
            recorder: Recorder::new(wires.capture),
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
        self.player.prepare(rate, fade, &mut self.replies);
        self.slots.prepare(rate, fade, floors);
        self.recorder.prepare(rate, layout);
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
        self.recorder.reset();
        self.ducker.reset();
        for meter in &mut self.meters {
            meter.reset();
        }
        self.silence = SilenceDetector::new();
        self.fresh = true;
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
            self.recorder.turn();
            let mut end = samples.min(start + PASS_SAMPLES);
            end = end.min(start.saturating_add(self.recorder.until_due()));
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

    /// Says whether the host renders offline, where no room is recorded; before it is prepared.
    pub fn set_offline(&mut self, offline: bool) {
        self.recorder.set_offline(offline);
    }

    /// Moves towards the settings, or takes them at once after a reset.
    fn apply_settings(&mut self, settings: &Settings) {
        let samples = predelay_samples(settings, self.bpm, self.rate);
        self.predelay_samples = samples;
        self.ducker.set(settings);
        self.key.set(settings);
        self.recorder.watch(settings.bypass);
        let place = settings.blend / 100.0;
        let motion = settings.motion / 100.0;
        if settings.clear && !self.clear_on && !self.fresh {
            self.clear.set(0.0);
        }
        self.clear_on = settings.clear;
        if self.fresh {
            self.fresh = false;
            self.predelay.reset(samples);
            self.slots.snap_blend(place);
            self.slots.snap_motion(motion, settings.motion_rate);
            self.freeze.reset(settings.freeze);
            self.cuts.reset(settings);
            self.equalizer.reset(places(settings));
            self.mixer.reset(settings);
        } else {
            self.predelay.set(samples);
            self.slots.set_blend(place);
            self.slots.set_motion(motion, settings.motion_rate);
            self.freeze.set(settings.freeze);
            self.cuts.set(settings);
            self.equalizer.set(places(settings));
            self.mixer.set(settings);
        }
    }
}
