//! The end of a loader that the host's main thread and the editor hold. Not real-time.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::exchange::{Looper, Producer, Shared, Stamped, Watch, queue};
use crate::impulse::{FileRef, Origin, Shape};

use super::{Cache, Format, Reply, Request, Settled, Stage, Wires};

/// Asks the loader for things. Clones ask the same loader; the last one that is dropped ends its
/// thread and waits for it, so the loader's `notify` must not hold one.
#[derive(Clone, Debug)]
pub struct Remote {
    requests: Shared<Producer<Request>>,
    /// What a project should remember: the newest origin, completed once it is found.
    origin: Shared<Stamped<Arc<Origin>>>,
    /// The impulses that are stepped through.
    list: Shared<Arc<Vec<Origin>>>,
    wires: Arc<Wires>,
    cache: Arc<Cache>,
    running: Option<Arc<Running>>,
}

/// The loader's thread. The watch goes first.
#[derive(Debug)]
struct Running {
    watch: Watch,
    // Held for its drop, which joins.
    _looper: Looper,
}

/// Why a loader could not be configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigureError {
    /// It has too many requests to do.
    Busy {
        /// What comes from here on is for a newer configuration.
        generation: u64,
    },
    /// It did not answer in time; it goes on, and its engine comes later.
    Late {
        /// How long it was waited for.
        limit: Duration,
        /// The number of the request.
        generation: u64,
    },
    /// It has ended.
    Gone,
}

impl fmt::Display for ConfigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy { .. } => write!(f, "the loader has too many requests to do"),
            Self::Late { limit, .. } => write!(
                f,
                "the impulse was not ready after {} s: it follows when it is",
                limit.as_secs_f32()
            ),
            Self::Gone => write!(f, "the loader has ended"),
        }
    }
}

impl std::error::Error for ConfigureError {}

impl ConfigureError {
    /// Engines of an older generation than this were made for something else.
    #[must_use]
    pub fn generation(&self) -> u64 {
        match self {
            Self::Busy { generation } | Self::Late { generation, .. } => *generation,
            Self::Gone => u64::MAX,
        }
    }
}

impl Remote {
    pub(super) fn new(
        requests: Shared<Producer<Request>>,
        origin: Shared<Stamped<Arc<Origin>>>,
        list: Shared<Arc<Vec<Origin>>>,
        (wires, cache): (Arc<Wires>, Arc<Cache>),
    ) -> Self {
        Self {
            requests,
            origin,
            list,
            wires,
            cache,
            running: None,
        }
    }

    pub(super) fn wires(&self) -> &Arc<Wires> {
        &self.wires
    }

    /// From now on this thread steps the loader, and ends with the last clone.
    pub(super) fn run_by(&mut self, looper: Looper, watch: Watch) {
        // It is set once: a loader has one thread.
        let _ = self.wires.thread.set(looper.thread().clone());
        self.running = Some(Arc::new(Running {
            watch,
            _looper: looper,
        }));
        self.wires.wake();
    }

    /// Prepares the loader for a format and recalls an impulse, and waits until the engine is
    /// linked, at most for `limit`. This is for `activate`: from here on the audio thread is
    /// expected to run. An impulse that is missing or bad is silence, and the answer says so.
    ///
    /// The audio end must take what is linked, before the next call at the latest.
    ///
    /// # Errors
    /// When the answer does not come in time, or can not come.
    pub fn configure(
        &self,
        format: Format,
        origin: Origin,
        shape: Shape,
        limit: Duration,
    ) -> Result<Settled, ConfigureError> {
        // ORDERING: Relaxed, a number that nothing else depends on.
        self.wires.recalls.fetch_add(1, Ordering::Relaxed);
        self.set_active(true);
        let (answer, mut answers) = queue(1);
        let reply = Reply {
            answer,
            asker: thread::current(),
        };
        let remembered = Arc::new(origin.clone());
        let sent = self.send(Some(remembered), |generation| Request::Configure {
            format,
            origin: Box::new(origin),
            shape,
            generation,
            reply,
        });
        let generation = sent.map_err(|()| ConfigureError::Busy {
            // ORDERING: Relaxed, as where numbers are taken.
            generation: self.wires.generation.load(Ordering::Relaxed) + 1,
        })?;

        let begin = Instant::now();
        loop {
            if let Ok(settled) = answers.pop() {
                return Ok(settled);
            }
            if answers.is_abandoned() && answers.is_empty() {
                return Err(ConfigureError::Gone);
            }
            let Some(left) = limit.checked_sub(begin.elapsed()) else {
                return Err(ConfigureError::Late { limit, generation });
            };
            // The worker unparks us with its answer; the bound is for a worker that ends without.
            thread::park_timeout(left.min(Duration::from_millis(100)));
        }
    }

    /// Takes another impulse while playing. If it is no good, the one that is there stays.
    /// Returns the number of the request, or `None` if the loader has too much to do.
    pub fn choose(&self, origin: Origin) -> Option<u64> {
        let remembered = Arc::new(origin.clone());
        self.send(Some(remembered), |generation| Request::Origin {
            origin: Box::new(origin),
            generation,
        })
        .ok()
    }

    /// Takes the impulse from a file while playing. As [`choose`](Self::choose).
    pub fn choose_file(&self, path: &Path) -> Option<u64> {
        self.choose(file_at(path))
    }

    /// Names the impulses that [`Wishes::step`](super::Wishes::step) goes through, in their order;
    /// none means the built-in rooms.
    pub fn set_list(&self, list: Vec<Origin>) {
        let list = Arc::new(list);
        // The old one is dropped here, outside of the lock.
        let _old = self.list.with(|held| std::mem::replace(held, list));
    }

    /// Forgets the steps that the worker has not yet seen.
    pub fn forget_steps(&self) {
        // ORDERING: Relaxed, the number alone matters.
        self.wires.steps.store(0, Ordering::Relaxed);
    }

    /// How many engines are on their way, in use or on their way home, and how many came home and
    /// were freed.
    #[must_use]
    pub fn engines(&self) -> (u64, u64) {
        // ORDERING: Relaxed, numbers to show.
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        (read(&self.wires.away), read(&self.wires.buried))
    }

    /// How far the loader has come with the impulse that it loads, or came with the last one.
    #[must_use]
    pub fn stage(&self) -> Stage {
        self.wires.stage.stage()
    }

    /// How much of that is done, 0..=1, over all stages.
    #[must_use]
    pub fn progress(&self) -> f32 {
        self.wires.stage.progress()
    }

    /// Saves the impulse itself with the project from now on, or no longer.
    pub fn embed(&self, on: bool) -> bool {
        self.send(None, |_| Request::Embed(on)).is_ok()
    }

    /// Asks for the size of the embedded impulse, which then appears in the status.
    pub fn measure(&self) -> bool {
        self.send(None, |_| Request::Measure).is_ok()
    }

    /// Looks again for a file that is missing.
    pub fn retry(&self) -> bool {
        self.send(None, |_| Request::Retry).is_ok()
    }

    /// Says where a missing file is: if that file has the right content, every instance of the
    /// process that misses it takes it from there. Reads the file; returns whether it is the one.
    pub fn found(&self, missing: &FileRef, path: &Path) -> bool {
        let found = FileRef::open(path).is_ok_and(|(file, _)| file.hash == missing.hash);
        if found {
            self.cache.found(&missing.hash, path);
        }
        found
    }

    /// Names the folders that are searched by content, for all instances of the process.
    pub fn set_library(&self, folders: Vec<PathBuf>) {
        self.cache.set_library(folders);
    }

    /// Says whether the audio thread runs. [`configure`](Self::configure) says that it does;
    /// `deactivate` should say that it does not, so that an idle instance costs nothing.
    pub fn set_active(&self, active: bool) {
        // ORDERING: Relaxed, a hint for the worker.
        self.wires.active.store(active, Ordering::Relaxed);
        if let Some(running) = &self.running {
            running.watch.set_active(active);
        }
    }

    /// What a project should remember: the impulse that was asked for last, with everything that is
    /// known of it. A choice that turned out to be no good is not remembered.
    #[must_use]
    pub fn origin(&self) -> Arc<Origin> {
        self.origin.with(|origin| Arc::clone(&origin.value))
    }

    /// The number of the request that asked for it. What the loader finds out about it changes no number.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.origin.with(|origin| origin.generation)
    }

    /// The newest generation that is settled.
    #[must_use]
    pub fn settled(&self) -> u64 {
        self.wires.settled.load(Ordering::Acquire)
    }

    /// Sends a request, if there is room for it; numbers are given only to requests that travel,
    /// and in their order.
    fn send(
        &self,
        origin: Option<Arc<Origin>>,
        request: impl FnOnce(u64) -> Request,
    ) -> Result<u64, ()> {
        let sent = self.requests.with(|requests| {
            if requests.is_full() {
                return Err(());
            }
            let generation = match &origin {
                Some(_) => self.wires.next(),
                None => 0,
            };
            if let Some(value) = origin {
                // Before the request, so that the worker's completion comes after.
                self.origin
                    .with(|slot| *slot = Stamped { generation, value });
            }
            requests.push(request(generation)).map_err(|_| ())?;
            Ok(generation)
        });
        self.wires.wake();
        sent
    }
}

/// A file that is known by its path only; the loader completes it.
#[must_use]
pub fn file_at(path: &Path) -> Origin {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let name = path.file_name().unwrap_or(path.as_os_str());
    Origin::File(FileRef {
        name: name.to_string_lossy().into_owned(),
        absolute: absolute.to_string_lossy().into_owned(),
        ..FileRef::default()
    })
}
