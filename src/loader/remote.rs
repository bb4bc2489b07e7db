//! The end of a loader that the host's main thread and the editor hold. Not real-time.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::exchange::{PushError, Shared, Task, Versioned, WakeRegistration, queue};
use crate::files;
use crate::impulse::{FileRef, Origin, Shape};

use super::{Cache, Format, Outlet, Reply, Request, Settled, Spare, Stage, Wait, Wires};

/// Asks the loader for things. Clones ask the same loader; the last one that is dropped ends it and
/// waits for what it does, which looks often whether it is to end.
#[derive(Clone, Debug)]
pub struct Remote {
    outlet: Shared<Outlet>,
    /// Where a recall goes that finds them full.
    spare: Shared<Spare>,
    /// What a project should remember: the newest origin, completed once it is found.
    origin: Shared<Versioned<Arc<Origin>>>,
    /// The impulses that are stepped through.
    list: Shared<Arc<Vec<Origin>>>,
    wires: Arc<Wires>,
    cache: Arc<Cache>,
    running: Option<Arc<Running>>,
}

/// Has the loader's thread call `notify` on behalf of a context that must not do it itself. Does not keep
/// the loader alive.
#[derive(Clone, Debug)]
pub struct Caller(Arc<Wires>);

impl Caller {
    /// `notify` is called within a few milliseconds, on a thread of the loaders, while the audio thread runs.
    /// Real-time: wait-free, two stores.
    pub fn call(&self) {
        self.0.call();
    }
}

/// What runs the loader, in the order in which it ends.
#[derive(Debug)]
struct Running {
    watch: WakeRegistration,
    // Held for its drop, which waits.
    _task: Task,
    // Held for its drop: the threads that read its files.
    _readers: files::Guard,
}

/// What a project recalls: it is seen by the loader as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Recalled {
    /// What the engine is for.
    pub format: Format,
    /// The impulse.
    pub origin: Origin,
    /// Its shape.
    pub shape: Shape,
    /// Whether the impulse itself is to be saved with the project; `None` leaves that as it is.
    pub embed: Option<bool>,
}

/// Why a loader could not be configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigureError {
    /// It did not answer in time; it goes on, and its engine comes later.
    Late {
        /// How long it was waited for.
        waited: Duration,
        /// The number of the request.
        generation: u64,
    },
    /// It has ended.
    Gone,
}

impl fmt::Display for ConfigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late { waited, .. } => write!(
                f,
                "the impulse was not ready after {:.2} s: it follows when it is",
                waited.as_secs_f32()
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
            Self::Late { generation, .. } => *generation,
            Self::Gone => u64::MAX,
        }
    }
}

impl Remote {
    pub(super) fn new(
        (outlet, spare): (Shared<Outlet>, Shared<Spare>),
        origin: Shared<Versioned<Arc<Origin>>>,
        list: Shared<Arc<Vec<Origin>>>,
        (wires, cache): (Arc<Wires>, Arc<Cache>),
    ) -> Self {
        Self {
            outlet,
            spare,
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

    /// For a real-time context that wants the loader's `notify` to be called.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller(Arc::clone(&self.wires))
    }

    /// From now on this task steps the loader, and ends with the last clone.
    pub(super) fn run_by(&mut self, task: Task, watch: WakeRegistration) {
        // It is set once: a loader has one task.
        let _ = self.wires.waker.set(task.waker());
        self.running = Some(Arc::new(Running {
            watch,
            _task: task,
            _readers: files::Guard::new(),
        }));
        self.wires.wake();
    }

    /// Prepares the loader for a format and recalls an impulse, and waits until the engine is
    /// linked, as long as `wait` says. This is for `activate`: from here on the audio thread is
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
        wait: impl Into<Wait>,
    ) -> Result<Settled, ConfigureError> {
        let recalled = Recalled {
            format,
            origin,
            shape,
            embed: None,
        };
        self.recall(recalled, || (), wait)
    }

    /// The same, of a whole project. `sent` is called when it is on its way and before it is waited for. A recall
    /// always finds room; one that the loader has not yet seen, and that is overtaken by another, counts no longer.
    ///
    /// # Errors
    /// As [`configure`](Self::configure).
    pub fn recall(
        &self,
        recalled: Recalled,
        sent: impl FnOnce(),
        wait: impl Into<Wait>,
    ) -> Result<Settled, ConfigureError> {
        self.set_active(true);
        let (answer, mut answers) = queue(1);
        let reply = Reply {
            answer,
            asker: thread::current(),
        };
        let generation = self.send_recall(recalled, reply);
        sent();

        let mut patience = self.wires.heart.watch(wait.into());
        loop {
            if let Ok(settled) = answers.pop() {
                return Ok(settled);
            }
            if answers.is_abandoned() && answers.is_empty() {
                return Err(ConfigureError::Gone);
            }
            let Some(left) = patience.left() else {
                let waited = patience.elapsed();
                return Err(ConfigureError::Late { waited, generation });
            };
            // The worker unparks us with its answer; the bound is for a worker that ends without, or moves on.
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

    /// Asks for the size of the embedded impulse, which then appears in the status: an estimate while it is not
    /// embedded.
    pub fn measure(&self) -> bool {
        self.send(None, |_| Request::Measure).is_ok()
    }

    /// Looks again for a file that is missing.
    pub fn retry(&self) -> bool {
        self.send(None, |_| Request::Retry).is_ok()
    }

    /// Says where a missing file is: if that file has the right content, every instance of the
    /// process that misses it takes it from there. Reads the file, unless `cancelled` says that nobody wants to know;
    /// returns whether it is the one.
    pub fn found(&self, missing: &FileRef, path: &Path, cancelled: &dyn Fn() -> bool) -> bool {
        let opened = missing.open_at(path, (cancelled, &|_| ()));
        let found = opened.is_ok_and(|(file, _)| file.hash == missing.hash);
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

    /// Gives the next number to what the project remembers from now on. Both at once, so that nobody who looks at
    /// what is remembered can take a newer number for something older.
    fn remember(&self, value: Arc<Origin>) -> u64 {
        self.origin.with(|slot| {
            let generation = self.wires.next();
            *slot = Versioned { generation, value };
            generation
        })
    }

    /// Sends a recall, and returns its number.
    fn send_recall(&self, recalled: Recalled, reply: Reply) -> u64 {
        let Recalled {
            format,
            origin,
            shape,
            embed,
        } = recalled;
        let remembered = Arc::new(origin.clone());
        let (generation, overtaken) = self.outlet.with(|outlet| {
            // Before the request, so that the worker's completion comes after.
            let generation = self.remember(remembered);
            let request = Request::Configure {
                format,
                origin: Box::new(origin),
                shape,
                embed,
                generation,
                reply,
            };
            let overtaken = self.spare.with(|spare| {
                if spare.is_taken() {
                    return spare.put(request);
                }
                match outlet.requests.push(request) {
                    Ok(()) => None,
                    Err(PushError::Full(request)) => spare.put(request),
                }
            });
            outlet.shapes.write(Versioned {
                generation,
                value: shape,
            });
            // ORDERING: Release, so that whoever finds the number finds the request sent. The newest first: who
            // knows of a recall must not take it for something that is still to come.
            self.wires.asked.store(generation, Ordering::Release);
            self.wires.recalled.store(generation, Ordering::Release);
            (generation, overtaken)
        });
        if let Some(Request::Configure { reply, .. }) = overtaken {
            reply.send(Settled {
                generation,
                trouble: Some("another project was recalled before this one was read".into()),
            });
        }
        self.wires.wake();
        generation
    }

    /// Sends a request, if there is room for it; numbers are given only to requests that travel,
    /// and in their order.
    fn send(
        &self,
        origin: Option<Arc<Origin>>,
        request: impl FnOnce(u64) -> Request,
    ) -> Result<u64, ()> {
        let sent = self.outlet.with(|Outlet { requests, .. }| {
            if requests.is_full() || self.spare.with(|spare| spare.is_taken()) {
                return Err(());
            }
            // Before the request, so that the worker's completion comes after.
            let generation = origin.map_or(0, |value| self.remember(value));
            requests.push(request(generation)).map_err(|_| ())?;
            if generation > 0 {
                // ORDERING: Release, so that whoever finds the number finds the request sent.
                self.wires.asked.store(generation, Ordering::Release);
            }
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
        absolute,
        ..FileRef::default()
    })
}
