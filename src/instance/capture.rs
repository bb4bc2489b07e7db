//! Recording a room with the plug-in itself: the end that a user interface holds, and the worker behind it. Not real-time.
//!
//! ```text
//! start ──▶ the worker makes the first blocks ──▶ StartCapture ──▶ it fills and stores blocks as they come home
//!                                                     │
//!        Escape, the window, the host: StopCapture ───┤
//!                                                     ▼
//!                       impulse, quality, file, note ◀── deconvolved
//! ```
//!
//! `session` is the worker: a thread that there is while a room is recorded, and no longer. `store` collects what comes
//! home. `keep` names the impulse, says how it was taken, and writes both.

mod keep;
mod session;
mod store;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::background::BackgroundJob;
use crate::exchange::{Cancel, Shared};
use crate::impulse::capture::{CaptureError, Quality, Sweep, SweepSpec};
use crate::processor::{CaptureEnds, CaptureState, CaptureWays, Command, Snapshot, StartCapture};

use super::Commands;

/// A host that processes takes up a command within this time.
pub const NO_BLOCK: Duration = Duration::from_millis(200);

/// How long all takes together may last, in seconds.
pub const LONGEST_TAKE_SECONDS: f64 = 900.0;

/// What the user wants to be recorded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CaptureSettings {
    /// How long one sweep lasts, about, in seconds: 1 to 100.
    pub seconds: f64,
    /// The lowest frequency in Hz.
    pub low_hz: f64,
    /// The highest frequency in Hz; without one 0.47 of the sample rate.
    pub high_hz: Option<f64>,
    /// The level of the sweep's peaks in dB of full scale: -60 to 0.
    pub level_db: f64,
    /// How often all of it is played, to be averaged: 1 to 8.
    pub takes: usize,
    /// How long it is silent before it begins, in seconds: 0 to 60.
    pub delay_s: f64,
    /// Loudspeakers and microphones.
    pub ways: CaptureWays,
}

impl Default for CaptureSettings {
    fn default() -> Self {
        Self {
            seconds: 20.0,
            low_hz: 20.0,
            high_hz: None,
            level_db: -12.0,
            takes: 1,
            delay_s: 3.0,
            ways: CaptureWays::default(),
        }
    }
}

impl CaptureSettings {
    /// The sweep of one take at a sample rate in Hz.
    ///
    /// # Errors
    /// When the settings make no sense; it says what is allowed.
    pub fn sweep(&self, rate: u32) -> Result<Sweep, CaptureError> {
        let default = SweepSpec::new(rate);
        let sweep = Sweep::new(SweepSpec {
            seconds: self.seconds,
            low_hz: self.low_hz,
            high_hz: self.high_hz.unwrap_or(default.high_hz),
            level_db: self.level_db,
            rate,
            passes: self.ways.outputs(),
        })?;
        let refuse = |reason: &str| Err(CaptureError::Sweep(reason.into()));
        let all = sweep.frames() as f64 / f64::from(rate) * self.takes as f64;
        if !(1..=8).contains(&self.takes) {
            return refuse("there are 1 to 8 takes");
        }
        if !(0.0..=60.0).contains(&self.delay_s) {
            return refuse("the delay is 0 to 60 s");
        }
        if all > LONGEST_TAKE_SECONDS {
            return refuse("all takes together last 15 minutes at most");
        }
        Ok(sweep)
    }

    /// How long all takes last, without the delay, in seconds; none where the settings make no sense.
    #[must_use]
    pub fn total_seconds(&self, rate: u32) -> Option<f64> {
        let sweep = self.sweep(rate).ok()?;
        Some(sweep.frames() as f64 / f64::from(rate) * self.takes as f64)
    }
}

/// An impulse that has been recorded and saved.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The file.
    pub path: PathBuf,
    /// The text beside it that says how it was taken.
    pub note: PathBuf,
    /// How good it is.
    pub quality: Quality,
    /// What should be known, each in a short sentence.
    pub notes: Vec<String>,
    /// Its length in seconds.
    pub seconds: f64,
    /// Its channels.
    pub channels: usize,
}

/// How far a capture has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum CapturePhase {
    /// There is none.
    #[default]
    Idle,
    /// The sweep is being made, or waits for the host to process a block.
    Preparing,
    /// The audio thread has been asked to begin.
    Asked,
    /// It has begun: silence first, and then so many frames.
    Playing {
        /// When the first frame is played, in frames of the recorder's clock.
        at: u64,
        /// How many there are.
        frames: u64,
        /// The sweep of one take.
        sweep: Sweep,
    },
    /// The impulse is being worked out; so much is done, 0..=1.
    Working(f32),
    /// It has been saved.
    Done(Arc<Taken>),
    /// It ended without an impulse, and why.
    Failed(String),
}

impl CapturePhase {
    /// Whether something is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        !matches!(self, Self::Idle | Self::Done(_) | Self::Failed(_))
    }
}

/// What the worker and its handle both see.
#[derive(Clone, Debug)]
struct Board {
    phase: Shared<CapturePhase>,
    /// Frames of the newest capture that have been sent to the audio thread.
    sent: Arc<AtomicU64>,
}

/// Records rooms, one at a time.
#[derive(Debug)]
pub struct CaptureHandle {
    ends: Shared<CaptureEnds>,
    board: Board,
    /// The number of the newest capture.
    number: u32,
    /// One that has yet to learn the host's sample rate, and since when.
    waiting: Option<(CaptureSettings, PathBuf, Instant)>,
    session: Option<Session>,
}

/// A capture that is under way.
#[derive(Debug)]
struct Session {
    // Held for its drop, which cancels and joins.
    job: BackgroundJob,
    /// Set when it is to end and to leave nothing.
    stop: Cancel,
    settings: CaptureSettings,
    start: StartCapture,
    /// When the audio thread was asked to begin.
    asked: Option<Instant>,
}

impl CaptureHandle {
    pub(super) fn new(ends: CaptureEnds) -> Self {
        Self {
            ends: Shared::new(ends),
            board: Board {
                phase: Shared::new(CapturePhase::Idle),
                sent: Arc::default(),
            },
            number: 0,
            waiting: None,
            session: None,
        }
    }

    /// How far the newest capture has come.
    #[must_use]
    pub fn phase(&self) -> CapturePhase {
        self.board.phase.with(|phase| phase.clone())
    }

    /// Frames of the sweep that have been made and sent to the audio thread so far: who plays faster than time goes by must
    /// not overtake them.
    #[must_use]
    pub fn frames_sent(&self) -> u64 {
        // ORDERING: Acquire, so that whoever finds the number finds the block sent.
        self.board.sent.load(Ordering::Acquire)
    }

    /// Blocks that are away from the worker: on their way, being played, or on their way home.
    #[must_use]
    pub fn blocks_away(&self) -> usize {
        self.ends.with(|ends| ends.blocks.in_flight())
    }

    /// Begins a capture whose impulse is saved in a folder. It is played once the host processes. What the settings make
    /// wrong is said by the [phase](Self::phase). Another one that is under way ends.
    pub fn start(&mut self, settings: CaptureSettings, folder: PathBuf, commands: &mut Commands) {
        self.stop(commands);
        self.set(CapturePhase::Preparing);
        self.waiting = Some((settings, folder, Instant::now()));
        // Has a host call that sleeps. If the queue is full, it does not.
        let _ = commands.push(Command::Ping(0));
    }

    /// Ends what is under way, and leaves nothing: the sweep fades out within 20 ms of the next block. Waits for nothing.
    pub fn stop(&mut self, commands: &mut Commands) {
        self.waiting = None;
        if let Some(session) = &self.session {
            let number = session.start.number;
            if session.asked.is_some() {
                // If the queue is full, the permit ends it.
                let _ = commands.push(Command::StopCapture { number, at: 0 });
            }
            session.stop.cancel();
        }
        if self.phase().is_busy() {
            self.ends.with(|ends| ends.permits.write(0));
            self.set(CapturePhase::Idle);
        }
    }

    /// Forgets what became of the last capture.
    pub fn forget(&mut self) {
        if !self.phase().is_busy() {
            self.set(CapturePhase::Idle);
        }
    }

    /// Moves on: to be called now and then while one is under way. `snapshot` is the newest.
    pub fn poll(&mut self, commands: &mut Commands, snapshot: &Snapshot) {
        if self.session.as_ref().is_some_and(Session::is_over) && !self.phase().is_busy() {
            self.session = None;
        }
        if self.waiting.is_some() && snapshot.rate > 0.0 {
            // The one before it has to be over, or its blocks would be in the way. It is about to be.
            let over = self.session.as_ref().is_none_or(Session::is_over);
            if over && let Some((settings, folder, _)) = self.waiting.take() {
                self.session = None;
                self.begin(settings, folder, snapshot.rate.round() as u32);
            }
        }
        let is_ready = self.phase() == CapturePhase::Asked;
        if let Some(session) = self.session.as_mut().filter(|_| is_ready)
            && session.asked.is_none()
        {
            let delay = session.settings.delay_s * f64::from(snapshot.rate);
            session.start.at = snapshot.capture.clock + delay as u64;
            // A queue that is full is tried again.
            if commands.push(Command::StartCapture(session.start)).is_ok() {
                session.asked = Some(Instant::now());
            }
        }
    }

    /// Whether it waits for a block that does not come: the host does not process.
    #[must_use]
    pub fn is_without_host(&self, snapshot: &Snapshot) -> bool {
        let is_late = |since: &Instant| since.elapsed() > NO_BLOCK;
        let waits = self.waiting.as_ref().map(|(_, _, since)| since);
        let asked = self.session.as_ref().and_then(|session| {
            let is_idle = snapshot.capture.state == CaptureState::Idle;
            session.asked.as_ref().filter(|_| is_idle)
        });
        match self.phase() {
            CapturePhase::Preparing => waits.is_some_and(is_late),
            CapturePhase::Asked => asked.is_some_and(is_late),
            _ => false,
        }
    }

    fn begin(&mut self, settings: CaptureSettings, folder: PathBuf, rate: u32) {
        self.number = self.number.wrapping_add(1).max(1);
        let sweep = match settings.sweep(rate) {
            Ok(sweep) => sweep,
            Err(error) => return self.set(CapturePhase::Failed(error.to_string())),
        };
        let frames = u32::try_from(sweep.frames() * settings.takes).unwrap_or(u32::MAX);
        let start = StartCapture {
            number: self.number,
            rate,
            frames,
            at: 0,
            ways: settings.ways,
        };
        let stop = Cancel::new();
        let worker = session::Worker {
            ends: self.ends.clone(),
            board: self.board.clone(),
            stop: stop.clone(),
            start,
            sweep,
            settings,
            folder,
        };
        match BackgroundJob::spawn_once("anteroom capture", move |job| worker.run(job)) {
            Ok(job) => {
                self.session = Some(Session {
                    job,
                    stop,
                    settings,
                    start,
                    asked: None,
                });
            }
            Err(error) => self.set(CapturePhase::Failed(format!("no thread for it: {error}"))),
        }
    }

    fn set(&self, phase: CapturePhase) {
        self.board.phase.with(|held| *held = phase);
    }
}

impl Session {
    /// Whether the worker has done all that it had to.
    fn is_over(&self) -> bool {
        self.job.progress().step() == session::OVER
    }
}

#[cfg(test)]
mod tests;
