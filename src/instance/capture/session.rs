//! The worker of one capture: makes the blocks, keeps them going round, and works the impulse out. A thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use super::keep::{self, Told};
use super::store::Store;
use super::{Board, CapturePhase, CaptureSettings, Taken};
use crate::background::Job;
use crate::exchange::{Cancel, SendError, Shared};
use crate::impulse::capture::{Capture, CaptureError, Played, Sweep, Trim, averaged, deconvolve};
use crate::processor::{
    CAPTURE_BLOCKS, CaptureBlock, CaptureEnd, CaptureEnds, CaptureRefusal, CaptureReply,
    StartCapture,
};

/// The step of the job's progress that says that it is over.
pub(super) const OVER: u32 = 1;

/// How often the worker looks what has come home: it can not be woken from the audio thread.
const LOOK: Duration = Duration::from_millis(2);
/// A host from which nothing comes for so long has stopped processing.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long it waits for the sweep to fade out before it leaves the blocks where they are.
const GRACE: Duration = Duration::from_secs(1);
/// Blocks in a second, about: all of them together are more than 2 s ahead.
const BLOCKS_A_SECOND: u32 = 12;

/// What is said where the plug-in itself is at fault.
const INTERNAL: &str = "An internal error of Anteroom: please report it.";

/// What one capture needs.
#[derive(Debug)]
pub(super) struct Worker {
    pub ends: Shared<CaptureEnds>,
    pub board: Board,
    pub stop: Cancel,
    pub start: StartCapture,
    pub sweep: Sweep,
    pub settings: CaptureSettings,
    pub folder: PathBuf,
}

/// Why there is no impulse.
enum Ended {
    /// The user did not want it any more.
    Stopped,
    /// Something went wrong.
    Failed(String),
}

impl From<String> for Ended {
    fn from(reason: String) -> Self {
        Self::Failed(reason)
    }
}

impl Worker {
    /// Does all of it.
    pub fn run(self, job: &Job<'_>) {
        // A panic is caught by the thread; whoever waits for the end must learn of it all the same.
        let outcome = catch_unwind(AssertUnwindSafe(|| self.record(job)));
        self.tell(match outcome {
            Ok(Ok(taken)) => CapturePhase::Done(Arc::new(taken)),
            Ok(Err(Ended::Stopped)) => CapturePhase::Idle,
            Ok(Err(Ended::Failed(reason))) => CapturePhase::Failed(reason),
            Err(_) => CapturePhase::Failed(INTERNAL.into()),
        });
        job.progress.report(OVER, 0.0);
    }

    fn is_unwanted(&self, job: &Job<'_>) -> bool {
        self.stop.is_cancelled() || job.is_cancelled()
    }

    /// Says how far it has come. After a stop the board belongs to the next one.
    fn tell(&self, phase: CapturePhase) {
        self.board.phase.with(|held| {
            if !self.stop.is_cancelled() {
                *held = phase;
            }
        });
    }

    fn record(&self, job: &Job<'_>) -> Result<Taken, Ended> {
        keep::make_folder(&self.folder, &|| self.is_unwanted(job))?;
        let mut store = Store::new(self.sweep, self.start)?;
        self.clear_up(job)?;
        let played = self.play(&mut store, job);
        // Whatever happened, nothing of it may sound from here on.
        self.ends.with(|ends| ends.permits.write(0));
        self.collect(&mut store);
        played?;
        if store.frames() != self.start.frames as usize {
            return Err(Ended::Failed("a part of the recording is missing".into()));
        }
        self.work_out(store, job)
    }

    /// Waits until the blocks of the last capture are home, and makes those of this one.
    fn clear_up(&self, job: &Job<'_>) -> Result<(), Ended> {
        self.ends.with(|ends| ends.permits.write(0));
        loop {
            let left = self.ends.with(|ends| {
                while ends.blocks.reclaim().is_some() {}
                while ends.replies.pop().is_ok() {}
                ends.blocks.in_flight()
            });
            match (left, self.is_unwanted(job)) {
                (_, true) => return Err(Ended::Stopped),
                (0, _) => return Ok(()),
                // They come home with the host's next block.
                _ => thread::sleep(LOOK),
            }
        }
    }

    /// Keeps the blocks going round until the last frame was played.
    fn play(&self, store: &mut Store, job: &Job<'_>) -> Result<(), Ended> {
        let size = (self.start.rate / BLOCKS_A_SECOND).next_power_of_two() as usize;
        self.board.sent.store(0, Ordering::Release);
        self.ends.with(|ends| ends.permits.write(self.start.number));
        for _ in 0..CAPTURE_BLOCKS {
            if self.is_unwanted(job) {
                return Err(Ended::Stopped);
            }
            let mut block = Box::new(CaptureBlock::new(size));
            if !store.fill(&mut block) {
                break;
            }
            self.link(block)?;
        }
        self.tell(CapturePhase::Asked);
        let (mut began, mut moved, mut stopping) = (false, Instant::now(), None);
        loop {
            let (home, replies) = self.ends.with(|ends| {
                // Whoever finds the end finds all blocks home, if the replies are read first.
                let replies: Vec<_> = std::iter::from_fn(|| ends.replies.pop().ok()).collect();
                let home: Vec<_> = std::iter::from_fn(|| ends.blocks.reclaim()).collect();
                (home, replies)
            });
            if !home.is_empty() || !replies.is_empty() {
                moved = Instant::now();
            }
            for mut block in home {
                store.take(&block);
                if store.fill(&mut block) {
                    self.link(block)?;
                }
            }
            for reply in replies {
                match reply {
                    CaptureReply::Started { number, at } if number == self.start.number => {
                        began = true;
                        // The silence before it may be long.
                        moved = Instant::now() + self.delay();
                        self.tell(CapturePhase::Playing {
                            at,
                            frames: u64::from(self.start.frames),
                            sweep: self.sweep,
                        });
                    }
                    CaptureReply::Refused { number, reason } if number == self.start.number => {
                        return Err(Ended::Failed(refused(reason).into()));
                    }
                    CaptureReply::Finished { number, end, .. } if number == self.start.number => {
                        return ended(end, self.stop.is_cancelled());
                    }
                    // Of one before this.
                    _ => {}
                }
            }
            if self.is_unwanted(job) {
                let since = *stopping.get_or_insert_with(Instant::now);
                if !began || since.elapsed() > GRACE {
                    return Err(Ended::Stopped);
                }
                self.ends.with(|ends| ends.permits.write(0));
            } else if began && moved.elapsed() > PATIENCE {
                let reason = "The host has stopped processing audio, so the recording has a gap.";
                return Err(Ended::Failed(reason.into()));
            }
            thread::sleep(LOOK);
        }
    }

    fn delay(&self) -> Duration {
        Duration::try_from_secs_f64(self.settings.delay_s).unwrap_or_default()
    }

    fn link(&self, block: Box<CaptureBlock>) -> Result<(), Ended> {
        let frames = block.frames as u64;
        let sent = self.ends.with(|ends| ends.blocks.link(block));
        if sent.is_ok() {
            // ORDERING: Release, as `frames_sent` says.
            self.board.sent.fetch_add(frames, Ordering::Release);
        }
        sent.map_err(|error| match error {
            SendError::Closed(_) => Ended::Stopped,
            // There are as many credits as blocks.
            SendError::Full(_) => Ended::Failed(INTERNAL.into()),
        })
    }

    /// Takes in what has come home since. What has not is taken in by the next capture, or dies with the instance.
    fn collect(&self, store: &mut Store) {
        let begin = Instant::now();
        loop {
            let (home, left) = self.ends.with(|ends| {
                let home: Vec<_> = std::iter::from_fn(|| ends.blocks.reclaim()).collect();
                (home, ends.blocks.in_flight())
            });
            home.iter().for_each(|block| store.take(block));
            if left == 0 || begin.elapsed() > GRACE {
                return;
            }
            thread::sleep(LOOK);
        }
    }

    /// From the recording to a file.
    fn work_out(&self, store: Store, job: &Job<'_>) -> Result<Taken, Ended> {
        let cancelled = || self.is_unwanted(job);
        let told = |share: f32| self.tell(CapturePhase::Working(share));
        told(0.0);
        let failed = |error: CaptureError| match cancelled() {
            true => Ended::Stopped,
            false => Ended::Failed(format!("The recording can not be used: {error}.")),
        };
        let (mut recording, mut drift) = (store.into_recording(), None);
        if self.settings.takes > 1 {
            let takes = averaged(recording, &self.sweep, self.settings.takes, &cancelled);
            let takes = takes.map_err(failed)?;
            (recording, drift) = (takes.recording, takes.drift_ppm);
        }
        let played = Played::Sweep(self.sweep);
        let made = deconvolve(recording, &played, Trim::Auto, (&cancelled, &told));
        let Capture {
            impulse,
            mut quality,
            notes,
        } = made.map_err(failed)?;
        if let Some((drift, error)) = drift {
            // The clock was set right before, so nothing was left of it.
            (quality.drift_ppm, quality.drift_error_ppm) = (Some(drift), Some(error));
        }
        let told = Told {
            settings: &self.settings,
            sweep: &self.sweep,
            quality: &quality,
            notes: &notes,
        };
        let (path, note) = keep::save(&self.folder, &impulse, &told, &cancelled).map_err(
            |reason| match cancelled() {
                true => Ended::Stopped,
                false => Ended::Failed(reason),
            },
        )?;
        Ok(Taken {
            path,
            note,
            seconds: impulse.seconds(),
            channels: impulse.channels.len(),
            quality,
            notes,
        })
    }
}

/// What is said of an end.
fn ended(end: CaptureEnd, is_stopped: bool) -> Result<(), Ended> {
    let reason = match end {
        CaptureEnd::Complete => return Ok(()),
        _ if is_stopped => return Err(Ended::Stopped),
        CaptureEnd::Stopped | CaptureEnd::Withdrawn => return Err(Ended::Stopped),
        CaptureEnd::Late => {
            "The computer was too busy to go on playing: close other programs, and try again."
        }
        CaptureEnd::Bypassed => "The plug-in was bypassed, so the recording has ended.",
        CaptureEnd::Offline => "The host renders offline, so the recording has ended.",
        CaptureEnd::Reset => "The host began anew, so the recording has ended: try again.",
    };
    Err(Ended::Failed(reason.into()))
}

/// What is said of a refusal.
fn refused(reason: CaptureRefusal) -> &'static str {
    match reason {
        CaptureRefusal::Busy => "The last recording is still fading out: try again.",
        CaptureRefusal::Offline => "The host renders offline, where nothing can be recorded.",
        CaptureRefusal::Rate => "The host has changed its sample rate: try again.",
        CaptureRefusal::Channels => {
            "This track has fewer inputs or outputs: choose another number of microphones or loudspeakers."
        }
        CaptureRefusal::Withdrawn => "It was given up before it began.",
        CaptureRefusal::TooLate => "It would begin too late.",
    }
}
