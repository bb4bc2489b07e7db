//! The end of a loader that the host's main thread and the editor hold. Not real-time.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::background::{BackgroundJob, Job};
use crate::exchange::{Producer, Publisher, PushError, Shared, Versioned, WakeRegistration, queue};
use crate::files;
use crate::impulse::{FileRef, Origin, Shape};

use super::cache::Cache;
use super::request::{
    Brought, ConfigureError, ConfigureResult, Format, ListInfo, Recalled, Reply, Request,
};
use super::signals::Signals;
use super::spare::Spare;
use super::stage::{STAGES, Stage};
use super::wait::Wait;
use super::waiting::Waiting;

mod lists;

/// Where requests are sent from, by one thread at a time.
#[derive(Debug)]
pub(super) struct Outlet {
    pub requests: Producer<Request>,
    /// What the newest recall brought, for the audio thread.
    pub brought: Publisher<Versioned<Brought>>,
}

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
    signals: Arc<Signals>,
    cache: Arc<Cache>,
    running: Option<Arc<Running>>,
    /// The end of the loader of the other slot, which ends with this one.
    second: Option<Arc<Remote>>,
}

/// Has the loader's thread call `notify` on behalf of a context that must not do it itself. Does not keep
/// the loader alive.
#[derive(Clone, Debug)]
pub struct Caller(Arc<Signals>);

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
    _job: BackgroundJob,
    // Held for its drop: the threads that read its files.
    _readers: files::Guard,
}

impl Remote {
    pub(super) fn new(
        (outlet, spare): (Shared<Outlet>, Shared<Spare>),
        origin: Shared<Versioned<Arc<Origin>>>,
        list: Shared<Arc<Vec<Origin>>>,
        (signals, cache): (Arc<Signals>, Arc<Cache>),
    ) -> Self {
        Self {
            outlet,
            spare,
            origin,
            list,
            signals,
            cache,
            running: None,
            second: None,
        }
    }

    /// The same, which holds the end of the second slot's loader.
    #[must_use]
    pub(crate) fn with_second(mut self, second: Self) -> Self {
        self.second = Some(Arc::new(second));
        self
    }

    /// The end of the second slot's loader: of an instance's first one it is there.
    #[must_use]
    pub fn second(&self) -> Option<&Self> {
        self.second.as_deref()
    }

    pub(super) fn signals(&self) -> &Arc<Signals> {
        &self.signals
    }

    /// For a real-time context that wants the loader's `notify` to be called.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller(Arc::clone(&self.signals))
    }

    /// From now on this job steps the loader, and ends with the last clone.
    pub(super) fn run_by(&mut self, job: BackgroundJob, watch: WakeRegistration) {
        // It is set once: a loader has one job.
        let _ = self.signals.waker.set(job.waker());
        self.running = Some(Arc::new(Running {
            watch,
            _job: job,
            _readers: files::Guard::new(),
        }));
        self.signals.wake();
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
    ) -> Result<ConfigureResult, ConfigureError> {
        self.recall(Recalled::of(format, origin, shape), || (), wait)
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
    ) -> Result<ConfigureResult, ConfigureError> {
        let waiting = self.begin_recall(recalled);
        sent();
        waiting.wait(wait)
    }

    /// Sends a recall and does not wait: what comes of it can be waited for, or dropped.
    #[must_use]
    pub fn begin_recall(&self, recalled: Recalled) -> Waiting {
        self.set_active(true);
        let (answer, answers) = queue(1);
        let reply = Reply {
            answer,
            asker: thread::current(),
        };
        let generation = self.send_recall(recalled, reply);
        Waiting::new(answers, generation, Arc::clone(&self.signals))
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

    /// How many engines are on their way, in use or on their way back, and how many were returned and
    /// freed.
    #[must_use]
    pub fn engines(&self) -> (u64, u64) {
        // ORDERING: Relaxed, numbers to show.
        let read = |number: &AtomicU64| number.load(Ordering::Relaxed);
        (read(&self.signals.away), read(&self.signals.freed))
    }

    /// How far the loader has come with the impulse that it loads, or came with the last one.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage::of(&self.signals.job.progress)
    }

    /// How much of that is done, 0..=1, over all stages.
    #[must_use]
    pub fn progress(&self) -> f32 {
        self.signals.job.progress.share_of(STAGES.len())
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
    /// process that misses it takes it from there. Reads the file, unless the job is cancelled;
    /// returns whether it is the one.
    pub fn found(&self, missing: &FileRef, path: &Path, job: &Job<'_>) -> bool {
        let progress = job.progress;
        let report = |share| progress.report(0, share);
        let opened = missing.open_at(path, (job.cancel, &report));
        let found = opened.is_ok_and(|(file, _)| file.hash == missing.hash);
        if found {
            self.cache.places.add(&missing.hash, path);
        }
        found
    }

    /// Names the folders that are searched by content, for all instances of the process. Where a file is missing, it is
    /// searched for again.
    pub fn set_library(&self, folders: Vec<PathBuf>) {
        self.cache.set_library(folders);
    }

    /// The same as [`set_library`](Self::set_library) for a thread that must not keep the instance alive.
    pub fn library_setter(&self) -> impl FnOnce(Vec<PathBuf>) + Send + 'static {
        let cache = Arc::clone(&self.cache);
        move |folders| cache.set_library(folders)
    }

    /// Says whether the audio thread runs. [`configure`](Self::configure) says that it does;
    /// `deactivate` should say that it does not, so that an idle instance costs nothing.
    pub fn set_active(&self, active: bool) {
        // ORDERING: Relaxed, a hint for the worker.
        self.signals.active.store(active, Ordering::Relaxed);
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
        self.signals.settled.load(Ordering::Acquire)
    }

    /// Gives the next number to what the project remembers from now on. Both at once, so that nobody who looks at
    /// what is remembered can take a newer number for something older.
    fn remember(&self, value: Arc<Origin>) -> u64 {
        self.origin.with(|slot| {
            let generation = self.signals.next();
            *slot = Versioned { generation, value };
            generation
        })
    }

    /// Sends a recall, and returns its number.
    fn send_recall(&self, recalled: Recalled, reply: Reply) -> u64 {
        let brought = Brought {
            shape: recalled.shape,
            pick: recalled.pick,
        };
        let count = recalled.choices.as_ref().map(|list| list.len());
        let remembered = Arc::new(recalled.origin.clone());
        let recalled = Box::new(recalled);
        let (generation, overtaken) = self.outlet.with(|outlet| {
            // ORDERING: Relaxed, the number that is taken after it carries it over; see `LoaderHandle::knows_recalls`.
            self.signals.recalling.store(true, Ordering::Relaxed);
            // Before the request, so that the worker's completion comes after.
            let generation = self.remember(remembered);
            let request = Request::Configure {
                recalled,
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
            outlet.brought.write(Versioned {
                generation,
                value: brought,
            });
            if let Some(count) = count {
                self.signals.set_list(ListInfo { generation, count });
            }
            // ORDERING: Release, so that whoever finds the number finds the request sent. The newest first: who
            // knows of a recall must not take it for something that is still to come.
            self.signals.asked.store(generation, Ordering::Release);
            self.signals.recalled.store(generation, Ordering::Release);
            self.signals.recalling.store(false, Ordering::Release);
            (generation, overtaken)
        });
        if let Some(Request::Configure { reply, .. }) = overtaken {
            reply.send(ConfigureResult {
                generation,
                error: Some("another project was recalled before this one was read".into()),
            });
        }
        self.signals.wake();
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
                self.signals.asked.store(generation, Ordering::Release);
            }
            Ok(generation)
        });
        self.signals.wake();
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
