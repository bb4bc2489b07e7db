//! One background half in a [thread pool](super), and what wakes it.

use std::fmt;
use std::sync::{Arc, PoisonError};
use std::thread;

use super::{Shared, Status};
use crate::flag::Cancel;
use crate::waker::Wake;

/// A background half that a [`ThreadPool`](super::ThreadPool) steps. Not real-time.
///
/// Dropping it cancels it and waits until a step that runs has returned; what the step owned is dropped by then.
/// A step that drops its own task is not waited for.
///
/// ```
/// use anteroom_exchange::{Cancel, ThreadPool};
/// use std::sync::Arc;
///
/// let pool = ThreadPool::new("loaders", 2);
/// let file = Arc::new("open");
/// let held = file.clone();
/// let cancel = Cancel::new();
/// let given_up = cancel.clone();
/// let task = pool.spawn(cancel, move || {
///     // A block of a long file, and then a look whether anybody still wants it.
///     *held == "open" && !given_up.is_cancelled()
/// })?;
/// drop(task);
/// assert_eq!(Arc::strong_count(&file), 1);
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Task {
    pub(super) waker: TaskWaker,
    pub(super) cancel: Cancel,
}

impl Task {
    /// Has it stepped. Takes a short lock and may wake or start a thread: not real-time.
    ///
    /// ```
    /// # use anteroom_exchange::{Cancel, ThreadPool};
    /// # let pool = ThreadPool::new("loaders", 1);
    /// let (stepped, steps) = std::sync::mpsc::channel();
    /// let task = pool.spawn(Cancel::new(), move || {
    ///     let _ = stepped.send(());
    ///     false
    /// })?;
    /// // It is stepped when it is added, and then only when it is woken.
    /// assert!(steps.recv().is_ok());
    /// task.wake();
    /// assert!(steps.recv().is_ok());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn wake(&self) {
        self.waker.wake();
    }

    /// A handle that can wake it and keeps nothing of it alive. Not real-time.
    ///
    /// ```
    /// # use anteroom_exchange::{Cancel, ThreadPool, Wake};
    /// # let pool = ThreadPool::new("loaders", 1);
    /// let task = pool.spawn(Cancel::new(), || false)?;
    /// let waker = task.waker();
    /// drop(task);
    /// // Nobody is there any more; nothing happens.
    /// waker.wake();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn waker(&self) -> TaskWaker {
        self.waker.clone()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.cancel.cancel();
        let id = self.waker.id;
        let shared = &self.waker.shared;
        let mut state = shared.lock();
        state.queue.retain(|queued| *queued != id);
        let me = thread::current().id();
        let mut idle = None;
        if let Some(entry) = state.tasks.get_mut(&id) {
            match entry.status {
                Status::Running { on, .. } => {
                    entry.status = Status::Ending;
                    while on != me && state.tasks.contains_key(&id) {
                        let waited = shared.ended.wait(state);
                        state = waited.unwrap_or_else(PoisonError::into_inner);
                    }
                }
                _ => idle = state.tasks.remove(&id),
            }
        }
        drop(state);
        // Outside of the lock: what a step owns may be anything.
        drop(idle);
        shared.rest();
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Task").field(&self.waker.id).finish()
    }
}

/// Wakes a [`Task`]. Not real-time.
///
/// ```
/// use anteroom_exchange::{Cancel, Flag, Waker, ThreadPool};
/// use std::sync::Arc;
///
/// let pool = ThreadPool::new("loaders", 2);
/// let (stepped, steps) = std::sync::mpsc::channel();
/// let task = pool.spawn(Cancel::new(), move || {
///     let _ = stepped.send(());
///     false
/// })?;
/// steps.recv().unwrap();
///
/// // The audio thread raises a flag; the waker wakes the task.
/// let flag = Arc::new(Flag::new());
/// let watch = Waker::global().watch(flag.clone(), task.waker());
/// watch.set_active(true);
/// flag.raise();
/// steps.recv().unwrap();
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone)]
pub struct TaskWaker {
    pub(super) shared: Arc<Shared>,
    pub(super) id: u64,
}

impl Wake for TaskWaker {
    fn wake(&self) {
        let mut state = self.shared.lock();
        let Some(entry) = state.tasks.get_mut(&self.id) else {
            return;
        };
        match &mut entry.status {
            Status::Idle => {
                entry.status = Status::Ready;
                state.queue.push_back(self.id);
                Shared::call(&self.shared, &mut state);
            }
            Status::Running { woken, .. } => *woken = true,
            Status::Ready | Status::Ending => {}
        }
    }
}

/// Whether they wake the same task.
impl PartialEq for TaskWaker {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && Arc::ptr_eq(&self.shared, &other.shared)
    }
}

impl Eq for TaskWaker {}

impl fmt::Debug for TaskWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TaskWaker").field(&self.id).finish()
    }
}
