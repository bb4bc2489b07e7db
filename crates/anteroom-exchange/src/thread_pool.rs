//! A few threads that step the background halves of many instances.
//!
//! A [`WorkerThread`](super::WorkerThread) is a thread for one background half. A host with 64 instances of a plug-in would have
//! 64 of them, nearly all asleep, each with a stack and an arena of the allocator. A [`ThreadPool`] has a few threads
//! for all: a [`Task`] that is woken waits in a queue for the next free one.
//!
//! | handle | whose thread | guarantee | where the old value goes to die |
//! |---|---|---|---|
//! | [`ThreadPool`] | any that is not real-time | starts threads as they are needed, never more than its limit | - |
//! | [`Task`] | the one that owns the instance | its drop cancels, and waits for a step that runs | its step dies before the drop returns |
//! | [`TaskWaker`] | any that is not real-time | takes a short lock | - |
//!
//! `task` is one background half in the pool.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "threads that wait for work; never the real-time one"
)]

mod task;

pub use task::{Task, TaskWaker};

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, ThreadId};

use super::flag::Cancel;
use super::waker::Wake;

/// Threads that many [`Task`]s share.
///
/// The threads start when they are needed. When the last task is dropped they are joined, so that the library in
/// which they run may be unloaded. Not real-time.
///
/// ```
/// use anteroom_exchange::{Cancel, ThreadPool};
///
/// // Two threads for a hundred instances.
/// let pool = ThreadPool::new("loaders", 2);
/// let (loaded, files) = std::sync::mpsc::channel();
/// let tasks: Vec<_> = (0..100)
///     .map(|instance| {
///         let loaded = loaded.clone();
///         pool.spawn(Cancel::new(), move || {
///             let _ = loaded.send(instance);
///             false
///         })
///     })
///     .collect::<Result<_, _>>()?;
/// let mut seen: Vec<i32> = files.iter().take(100).collect();
/// seen.sort_unstable();
/// assert_eq!(seen, (0..100).collect::<Vec<_>>());
/// # drop(tasks);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct ThreadPool {
    shared: Arc<Shared>,
}

struct Shared {
    name: String,
    limit: usize,
    state: Mutex<State>,
    /// Threads wait here for a task that is ready.
    ready: Condvar,
    /// Whoever drops a task waits here for its step to return.
    ended: Condvar,
}

#[derive(Default)]
struct State {
    tasks: HashMap<u64, Entry>,
    /// Tasks to be stepped, the next one first.
    queue: VecDeque<u64>,
    threads: Vec<JoinHandle<()>>,
    /// Threads that wait for work.
    idle: usize,
    /// A thread runs as long as this is the number it was started with.
    epoch: u64,
    next_id: u64,
}

struct Entry {
    /// Absent while it runs.
    step: Option<Box<dyn FnMut() -> bool + Send>>,
    status: Status,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    /// Nothing to do until it is woken.
    Idle,
    /// In the queue.
    Ready,
    /// On that thread; woken meanwhile or not.
    Running { on: ThreadId, woken: bool },
    /// On a thread, for the last time.
    Ending,
}

impl ThreadPool {
    /// A pool of at most `limit` threads (at least 1), which show up under this name. Starts none. Not real-time.
    ///
    /// ```
    /// # use anteroom_exchange::ThreadPool;
    /// let pool = ThreadPool::new("loaders", 4);
    /// assert_eq!(format!("{pool:?}"), "ThreadPool { name: \"loaders\", tasks: 0, threads: 0 }");
    /// ```
    #[must_use]
    pub fn new(name: &str, limit: usize) -> Self {
        Self {
            shared: Arc::new(Shared {
                name: name.to_owned(),
                limit: limit.max(1),
                state: Mutex::default(),
                ready: Condvar::new(),
                ended: Condvar::new(),
            }),
        }
    }

    /// Adds a background half that has a `step() -> bool`, "I did something", and steps it once. It is stepped again
    /// while it did something, and whenever it is woken. It is on one thread at a time, not always the same.
    ///
    /// `cancel` is set when the task is being dropped: a long step looks at it and returns early. A panic in `step`
    /// is caught and taken for "nothing to do"; `step` must leave its state fit for that. Not real-time.
    ///
    /// # Errors
    ///
    /// If the pool has no thread, and the system has none to give.
    ///
    /// ```
    /// # use anteroom_exchange::{Cancel, ThreadPool, queue};
    /// let pool = ThreadPool::new("squares", 2);
    /// let (mut requests, mut inbox) = queue::<u32>(4);
    /// let (mut outbox, mut replies) = queue::<u32>(4);
    /// let task = pool.spawn(Cancel::new(), move || match inbox.pop() {
    ///     Ok(n) => outbox.push(n * n).is_ok(),
    ///     Err(_) => false,
    /// })?;
    /// requests.push(12).unwrap();
    /// task.wake();
    /// while replies.is_empty() {
    ///     std::thread::yield_now();
    /// }
    /// assert_eq!(replies.pop(), Ok(144));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn spawn(
        &self,
        cancel: Cancel,
        step: impl FnMut() -> bool + Send + 'static,
    ) -> io::Result<Task> {
        let mut state = self.shared.lock();
        if state.threads.is_empty() {
            Shared::start(&self.shared, &mut state)?;
        }
        let id = state.next_id;
        state.next_id += 1;
        let entry = Entry {
            step: Some(Box::new(step)),
            status: Status::Idle,
        };
        state.tasks.insert(id, entry);
        drop(state);
        let waker = TaskWaker {
            shared: Arc::clone(&self.shared),
            id,
        };
        waker.wake();
        Ok(Task { waker, cancel })
    }
}

impl fmt::Debug for ThreadPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared.lock();
        f.debug_struct("ThreadPool")
            .field("name", &self.shared.name)
            .field("tasks", &state.tasks.len())
            .field("threads", &state.threads.len())
            .finish()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(shared: &Arc<Self>, state: &mut State) -> io::Result<()> {
        let (mine, epoch) = (Arc::clone(shared), state.epoch);
        let thread = thread::Builder::new()
            .name(shared.name.clone())
            .spawn(move || mine.work(epoch))?;
        state.threads.push(thread);
        Ok(())
    }

    /// Gets a thread for what is in the queue: one that waits, or a new one while there may be more.
    fn call(shared: &Arc<Self>, state: &mut State) {
        if state.queue.len() > state.idle && state.threads.len() < shared.limit {
            // If there is none to be had, one that runs comes to it later.
            let _ = Self::start(shared, state);
        }
        shared.ready.notify_one();
    }

    /// What a thread of the pool does.
    fn work(&self, epoch: u64) {
        let mut state = self.lock();
        while state.epoch == epoch {
            let Some(id) = state.queue.pop_front() else {
                state.idle += 1;
                let waited = self.ready.wait(state);
                state = waited.unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
                continue;
            };
            let on = thread::current().id();
            let step = state.tasks.get_mut(&id).and_then(|entry| {
                entry.status = Status::Running { on, woken: false };
                entry.step.take()
            });
            drop(state);
            let Some(mut step) = step else {
                state = self.lock();
                continue;
            };
            let worked = catch_unwind(AssertUnwindSafe(&mut step)).unwrap_or(false);
            state = self.lock();
            let status = state.tasks.get(&id).map(|entry| entry.status);
            if let (Some(Status::Running { woken, .. }), Some(entry)) =
                (status, state.tasks.get_mut(&id))
            {
                entry.step = Some(step);
                entry.status = Status::Idle;
                if worked || woken {
                    // Behind those that wait: everybody gets a turn.
                    entry.status = Status::Ready;
                    state.queue.push_back(id);
                }
                continue;
            }
            drop(state);
            // A panic in a destructor must not end the thread: others wait for it.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(step)));
            state = self.lock();
            state.tasks.remove(&id);
            self.ended.notify_all();
        }
    }

    /// Joins the threads if there is no task left.
    fn rest(&self) {
        let mut state = self.lock();
        if !state.tasks.is_empty() {
            return;
        }
        // A task that is added while we join finds no thread and starts one of the next epoch.
        state.epoch += 1;
        let threads = std::mem::take(&mut state.threads);
        drop(state);
        self.ready.notify_all();
        let me = thread::current().id();
        for thread in threads {
            if thread.thread().id() != me {
                // Panics are caught inside, so there is nothing in the result.
                let _ = thread.join();
            }
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
