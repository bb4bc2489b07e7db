//! Records a room: plays a sweep in place of the plug-in's own sound, and records what comes in meanwhile. Audio thread;
//! real-time and wait-free but for `new` and `prepare`.
//!
//! The worker has filled blocks with the sweep. Each is played here, and what is heard at the same frames is written in
//! its place; then it goes home, to be stored and filled with what comes next. So nothing is made here, the memory does
//! not depend on how long a sweep is, and the way home is never full.
//!
//! ```text
//!       StartCapture             it is time            last frame, StopCapture, no permit,
//!                                                      bypass, no block at hand
//! Idle ──────────────▶ Waiting ────────────▶ Playing ──────────────────────▶ Stopping ──▶ Idle
//!  │ Refused             │ Started              ▲                                │ Finished
//!  ▼                     └── own sound fades ───┘                sweep fades, own sound comes back
//! ```
//!
//! Commands have a time, in samples since the instance was made, and take effect at that very sample. A reset ends all at
//! once, because the host wants all sound to be forgotten. While it is on, the engines hear silence: what a microphone
//! picks up of the sweep must not ring in the reverb.
//!
//! `pass` is what happens sample by sample. `message` is what travels between here and the worker.

mod message;
mod pass;
#[cfg(test)]
mod tests;

pub use message::{
    CAPTURE_BLOCKS, CaptureBlock, CaptureEnd, CaptureEnds, CaptureRefusal, CaptureReply,
    CaptureReport, CaptureState, CaptureWays, CaptureWires, StartCapture,
};

use super::buffer::{PASS_SAMPLES, silence};
use super::ramp::Ramp;
use crate::convolution::Layout;
use crate::exchange::{RtBox, Schedule};

/// How long the sweep takes to come and to go, and the plug-in's own sound to make room, in seconds.
const FADE_SECONDS: f32 = 0.02;
/// A capture that would begin later than this, in seconds, is refused.
const LONGEST_DELAY_SECONDS: u64 = 120;
/// Commands that can wait for their time.
const TIMED: usize = 4;
/// Strays that are sent home in one block.
const STRAYS: usize = 4;

/// What waits for its time; it carries the number of its capture.
#[derive(Clone, Copy, Debug)]
enum Timed {
    Begin(u32),
    Stop(u32),
}

/// Plays the sweep and records.
#[derive(Debug)]
pub struct Recorder {
    wires: CaptureWires,
    report: CaptureReport,
    /// The capture under way, or the last one.
    start: StartCapture,
    /// Why it ends, while it is stopping.
    end: CaptureEnd,
    timed: Schedule<u64, Timed>,
    /// The block that is being played, and how many frames of it have been.
    current: Option<RtBox<CaptureBlock>>,
    played: usize,
    /// The sweep of the pass, per output.
    sweep: [Vec<f32>; 2],
    /// The last sample of it: what fades out where no more comes.
    last: [f32; 2],
    /// Gain of the plug-in's own sound, and of what it hears.
    own: Ramp,
    /// Gain of the sweep.
    gain: Ramp,
    rate: u32,
    layout: Layout,
    /// Whether the host renders offline, where nothing is recorded.
    offline: bool,
}

impl Recorder {
    /// One at rest. Not real-time: allocates.
    #[must_use]
    pub fn new(wires: CaptureWires) -> Self {
        Self {
            wires,
            report: CaptureReport::default(),
            start: StartCapture::default(),
            end: CaptureEnd::Complete,
            timed: Schedule::new(TIMED),
            current: None,
            played: 0,
            sweep: [silence(PASS_SAMPLES), silence(PASS_SAMPLES)],
            last: [0.0; 2],
            own: Ramp::new(1.0, 1),
            gain: Ramp::new(0.0, 1),
            rate: 0,
            layout: Layout::Stereo,
            offline: false,
        }
    }

    /// Says whether the host renders offline; before [`prepare`](Self::prepare).
    pub fn set_offline(&mut self, offline: bool) {
        self.offline = offline;
    }

    /// Prepares for a sample rate in Hz and a layout. What is under way ends.
    pub fn prepare(&mut self, rate: f32, layout: Layout) {
        self.reset();
        let fade = (FADE_SECONDS * rate) as u32;
        self.own = Ramp::new(1.0, fade);
        self.gain = Ramp::new(0.0, fade);
        self.rate = rate.round() as u32;
        self.layout = layout;
    }

    /// Ends what is under way at once: all sound is forgotten.
    pub fn reset(&mut self) {
        self.own.snap(1.0);
        self.gain.snap(0.0);
        if !self.is_idle() {
            let end = match self.offline {
                true => CaptureEnd::Offline,
                false => CaptureEnd::Reset,
            };
            self.finish(end);
        }
    }

    /// Whether nothing is recorded, so that the sound path is what it always is.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.report.state == CaptureState::Idle
    }

    /// What the editor sees.
    #[must_use]
    pub fn report(&self) -> CaptureReport {
        let ahead = self.wires.blocks.waiting() + usize::from(self.current.is_some());
        CaptureReport {
            ahead: ahead as u32,
            ..self.report
        }
    }

    /// Begins a capture, or refuses to.
    pub fn start(&mut self, start: StartCapture) {
        let number = start.number;
        if let Some(reason) = self.refusal(&start) {
            self.reply(CaptureReply::Refused { number, reason });
            return;
        }
        self.start = start;
        self.last = [0.0; 2];
        self.played = 0;
        self.own.set(0.0);
        let at = start
            .at
            .max(self.report.clock + u64::from(self.own.length()));
        self.report = CaptureReport {
            state: CaptureState::Waiting,
            number,
            position: 0,
            ..self.report
        };
        // There is room: it was emptied when the last one ended.
        let _ = self.timed.push(at, Timed::Begin(number));
        self.reply(CaptureReply::Started { number, at });
    }

    fn refusal(&mut self, start: &StartCapture) -> Option<CaptureRefusal> {
        let latest = self.report.clock + LONGEST_DELAY_SECONDS * u64::from(self.rate);
        let has_ways = start.ways.inputs() <= self.layout.inputs()
            && start.ways.outputs() <= self.layout.outputs();
        if !self.is_idle() {
            Some(CaptureRefusal::Busy)
        } else if self.offline {
            Some(CaptureRefusal::Offline)
        } else if *self.wires.permits.read() != start.number {
            Some(CaptureRefusal::Withdrawn)
        } else if start.rate != self.rate {
            Some(CaptureRefusal::Rate)
        } else if !has_ways {
            Some(CaptureRefusal::Channels)
        } else if start.at > latest {
            Some(CaptureRefusal::TooLate)
        } else {
            None
        }
    }

    /// Stops the capture of this number at a time. If that is over, nothing happens.
    pub fn stop(&mut self, number: u32, at: u64) {
        if !self.is_on() || number != self.start.number {
            return;
        }
        // Sooner rather than not at all.
        if at <= self.report.clock || self.timed.push(at, Timed::Stop(number)).is_err() {
            self.end(CaptureEnd::Stopped);
        }
    }

    /// Looks, before a block, whether the capture may go on. While there is none, blocks that nobody will play go home.
    pub fn watch(&mut self, bypassed: bool) {
        if self.is_on() {
            if bypassed {
                self.end(CaptureEnd::Bypassed);
            } else if *self.wires.permits.read() != self.start.number {
                self.end(CaptureEnd::Withdrawn);
            }
        } else if self.is_idle() && self.wires.blocks.waiting() > 0 {
            let permit = *self.wires.permits.read();
            if permit == 0 || permit == self.start.number {
                for _ in 0..STRAYS {
                    if let Some(stray) = self.wires.blocks.accept() {
                        self.wires.blocks.unlink(stray);
                    }
                }
            }
        }
    }

    /// Does what is due at this sample.
    pub fn turn(&mut self) {
        for _ in 0..TIMED {
            match self.timed.pop_due(&self.report.clock) {
                Some((_, Timed::Begin(number))) => self.begin(number),
                Some((_, Timed::Stop(number))) => self.stop(number, 0),
                None => break,
            }
        }
        match self.report.state {
            CaptureState::Playing if self.frames_left() == 0 => self.end(CaptureEnd::Complete),
            CaptureState::Stopping if self.own.at_rest() && self.gain.at_rest() => {
                self.finish(self.end);
            }
            _ => {}
        }
    }

    /// Samples until something is due again, at least 1: a pass must not be longer.
    #[must_use]
    pub fn until_due(&self) -> usize {
        if self.is_idle() {
            return usize::MAX;
        }
        let timed = self.timed.next_key().copied().unwrap_or(u64::MAX);
        let timed = timed.saturating_sub(self.report.clock);
        let left = match self.report.state {
            CaptureState::Playing => self.frames_left(),
            _ => u64::MAX,
        };
        usize::try_from(timed.min(left))
            .unwrap_or(usize::MAX)
            .max(1)
    }

    /// Whether a capture is waiting or playing.
    fn is_on(&self) -> bool {
        matches!(
            self.report.state,
            CaptureState::Waiting | CaptureState::Playing
        )
    }

    fn frames_left(&self) -> u64 {
        u64::from(self.start.frames).saturating_sub(self.report.position)
    }

    fn begin(&mut self, number: u32) {
        if self.report.state != CaptureState::Waiting || number != self.start.number {
            return;
        }
        if self.has_block() {
            self.report.state = CaptureState::Playing;
            self.gain.set(1.0);
        } else {
            self.end(CaptureEnd::Late);
        }
    }

    /// Whether the next frame is at hand. Blocks of other captures go home.
    fn has_block(&mut self) -> bool {
        for _ in 0..=CAPTURE_BLOCKS {
            if self.current.is_some() {
                return true;
            }
            let Some(block) = self.wires.blocks.accept() else {
                return false;
            };
            if block.number == self.start.number && block.frames.min(block.rows[0].len()) > 0 {
                self.played = 0;
                self.current = Some(block);
            } else {
                self.wires.blocks.unlink(block);
            }
        }
        false
    }

    fn send_home(&mut self) {
        if let Some(mut block) = self.current.take() {
            block.heard = self.played;
            self.wires.blocks.unlink(block);
        }
        self.played = 0;
    }

    /// Begins to stop.
    fn end(&mut self, end: CaptureEnd) {
        self.report.state = CaptureState::Stopping;
        self.end = end;
        self.gain.set(0.0);
        self.own.set(1.0);
    }

    /// It is silent now.
    fn finish(&mut self, end: CaptureEnd) {
        self.send_home();
        while self.timed.pop().is_some() {}
        self.report.state = CaptureState::Idle;
        self.reply(CaptureReply::Finished {
            number: self.start.number,
            frames: self.report.position,
            end,
        });
    }

    fn reply(&mut self, reply: CaptureReply) {
        if self.wires.replies.push(reply).is_err() {
            self.report.replies_lost += 1;
        }
    }
}

impl Drop for Recorder {
    /// The block goes home. Not real-time: the ends of the wires are dropped with it.
    fn drop(&mut self) {
        self.send_home();
    }
}
