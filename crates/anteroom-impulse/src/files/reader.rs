//! The threads that access files, and their end.
//!
//! A reader does one job after another. One whose answer has come is kept for the next job; one that was given up
//! ends after its job. While a [`Guard`] is held the readers stay; the last guard joins those that can be joined.
//! If one is still inside a system call then, the function given to [`on_stuck`] is called: a library that could be
//! unloaded keeps itself mapped, as its code must be there when the call returns.

use std::io;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::places::unresponsive;

/// What a reader does once.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Readers that wait for a job at most; more end when they have done theirs.
const IDLE: usize = 4;

/// Readers that were given up and have not returned at most. While there are so many, nothing more is accessed.
const STUCK: usize = 32;

/// How long the last guard waits for readers that were given up and may be about to return.
const PARTING: Duration = Duration::from_millis(50);

/// A thread that accesses files.
pub(super) struct Reader {
    jobs: Sender<Job>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Readers {
    idle: Vec<Reader>,
    /// Those that were given up, or are not needed: they end by themselves.
    leaving: Vec<JoinHandle<()>>,
    guards: usize,
}

static READERS: Mutex<Readers> = Mutex::new(Readers {
    idle: Vec::new(),
    leaving: Vec::new(),
    guards: 0,
});

static ON_STUCK: OnceLock<fn()> = OnceLock::new();

/// What is called when the last [`Guard`] goes while a reader is still inside a system call, on the thread that drops the
/// guard. The first function that is given stays. A program has nothing to do then; a library that can be unloaded keeps
/// itself mapped.
pub fn on_stuck(keep_mapped: fn()) {
    let _ = ON_STUCK.set(keep_mapped);
}

fn lock() -> MutexGuard<'static, Readers> {
    READERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives a job to a reader that waits, or to a new one.
pub(super) fn give(job: Job, place: &Path) -> io::Result<Reader> {
    let mut readers = lock();
    let ended = readers.ended();
    let stuck = readers.leaving.len();
    let idle = readers.idle.pop();
    drop(readers);
    join(ended);
    if stuck >= STUCK {
        return Err(unresponsive(place));
    }
    let reader = match idle {
        Some(reader) => reader,
        None => {
            let (jobs, inbox) = channel::<Job>();
            let thread = thread::Builder::new()
                .name("anteroom files".into())
                .stack_size(1 << 20)
                .spawn(move || {
                    for job in inbox {
                        job();
                    }
                })?;
            Reader { jobs, thread }
        }
    };
    // It listens for as long as we hold its end.
    let _ = reader.jobs.send(job);
    Ok(reader)
}

/// Takes back a reader whose answer has come.
pub(super) fn take_back(reader: Reader) {
    let mut readers = lock();
    if readers.idle.len() < IDLE {
        readers.idle.push(reader);
    } else {
        readers.leaving.push(reader.thread);
    }
}

/// Gives up a reader: it ends when its job does.
pub(super) fn leave(reader: Reader) {
    lock().leaving.push(reader.thread);
}

impl Readers {
    /// Those of the leaving that have ended.
    fn ended(&mut self) -> Vec<JoinHandle<()>> {
        let leaving = std::mem::take(&mut self.leaving);
        let (ended, still) = leaving.into_iter().partition(JoinHandle::is_finished);
        self.leaving = still;
        ended
    }
}

fn join(threads: Vec<JoinHandle<()>>) {
    for thread in threads {
        // Panics are caught inside, so there is nothing in the result.
        let _ = thread.join();
    }
}

/// Keeps readers at hand for an instance. When the last guard of the process is dropped there is no reader left
/// but those inside a system call that does not return, and if there is one the library stays mapped.
#[derive(Debug)]
pub struct Guard(());

impl Guard {
    /// One more that needs readers.
    #[must_use]
    pub fn new() -> Self {
        lock().guards += 1;
        Self(())
    }
}

impl Default for Guard {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut readers = lock();
        readers.guards -= 1;
        if readers.guards > 0 {
            return;
        }
        let idle = std::mem::take(&mut readers.idle);
        drop(readers);
        join(
            idle.into_iter()
                .map(|Reader { jobs, thread }| {
                    drop(jobs);
                    thread
                })
                .collect(),
        );
        let begin = Instant::now();
        loop {
            let mut readers = lock();
            let ended = readers.ended();
            let stuck = readers.leaving.len();
            drop(readers);
            join(ended);
            if stuck == 0 {
                return;
            }
            if begin.elapsed() >= PARTING {
                if let Some(keep_mapped) = ON_STUCK.get() {
                    keep_mapped();
                }
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}
