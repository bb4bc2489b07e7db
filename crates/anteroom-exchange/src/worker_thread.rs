//! A named thread that works while there is something to do and sleeps when there is not.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "a thread that sleeps; never the real-time one"
)]

use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle, Thread};

use super::flag::Cancel;
use super::sync::{AtomicU64, Ordering};

/// The thread of a background half that has a `step() -> bool`, "I did something".
///
/// It calls `step` until there is nothing to do, then parks. Whoever may make a system call sends
/// its request and then calls [`wake`](Self::wake) (or unparks [`thread`](Self::thread)). A real-time
/// context never wakes it: it raises a [`Flag`](super::Flag) that [`Waker`](super::Waker) looks at.
/// No wake-up is lost, because unparking a thread that is about to park makes it not park.
///
/// Dropping it cancels, wakes and joins, so the thread never outlives the library that it runs in.
/// Not real-time.
///
/// ```
/// use anteroom_exchange::{WorkerThread, queue};
///
/// let (mut requests, mut inbox) = queue::<u32>(4);
/// let (mut outbox, mut replies) = queue::<u32>(4);
/// let worker = WorkerThread::spawn("squares", move || match inbox.pop() {
///     Ok(n) => outbox.push(n * n).is_ok(),
///     Err(_) => false,
/// })?;
///
/// requests.push(12).unwrap();
/// worker.wake();
/// while replies.is_empty() {
///     std::thread::yield_now();
/// }
/// assert_eq!(replies.pop(), Ok(144));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct WorkerThread {
    // Present until dropped.
    joint: Option<JoinHandle<()>>,
    thread: Thread,
    cancel: Cancel,
    panics: Arc<AtomicU64>,
}

impl WorkerThread {
    /// Starts the thread. Not real-time.
    ///
    /// A panic in `step` is caught, [counted](Self::panics) and taken for "nothing to do", so the thread
    /// lives on and waits for the next wake-up; `step` must leave its state fit for that.
    ///
    /// # Errors
    ///
    /// If the system has no thread to give.
    ///
    /// ```
    /// # use anteroom_exchange::WorkerThread;
    /// let (loaded, files) = std::sync::mpsc::channel();
    /// let mut left = 3;
    /// let _loader = WorkerThread::spawn("loader", move || {
    ///     left -= 1;
    ///     loaded.send(left).is_ok() && left > 0
    /// })?;
    /// assert_eq!(files.iter().take(3).collect::<Vec<_>>(), [2, 1, 0]);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn spawn(name: &str, step: impl FnMut() -> bool + Send + 'static) -> io::Result<Self> {
        Self::spawn_with(name, Cancel::new(), step)
    }

    /// Like [`spawn`](Self::spawn), with a cancellation that long steps may look at: it is set as
    /// soon as the thread is being dropped. Not real-time.
    ///
    /// # Errors
    ///
    /// If the system has no thread to give.
    ///
    /// ```
    /// # use anteroom_exchange::{Cancel, WorkerThread};
    /// let cancel = Cancel::new();
    /// let seen = cancel.clone();
    /// let render = WorkerThread::spawn_with("render", cancel.clone(), move || {
    ///     // A block of a long file, and then a look whether anybody still wants it.
    ///     !seen.is_cancelled()
    /// })?;
    /// drop(render);
    /// assert!(cancel.is_cancelled());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn spawn_with(
        name: &str,
        cancel: Cancel,
        mut step: impl FnMut() -> bool + Send + 'static,
    ) -> io::Result<Self> {
        let stop = cancel.clone();
        let panics = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&panics);
        let joint = thread::Builder::new().name(name.into()).spawn(move || {
            while !stop.is_cancelled() {
                let worked = catch_unwind(AssertUnwindSafe(&mut step)).unwrap_or_else(|_| {
                    // ORDERING: Release, so that whoever sees it finds what the step did before.
                    count.fetch_add(1, Ordering::Release);
                    false
                });
                if !worked && !stop.is_cancelled() {
                    thread::park();
                }
            }
        })?;
        Ok(Self {
            thread: joint.thread().clone(),
            joint: Some(joint),
            cancel,
            panics,
        })
    }

    /// How often `step` has panicked. Anything but zero is a fault in the program; what it was, the
    /// panic hook has said. Real-time: wait-free, one load.
    ///
    /// ```
    /// # use anteroom_exchange::WorkerThread;
    /// let worker = WorkerThread::spawn("worker", || panic!("on purpose"))?;
    /// while worker.panics() == 0 {
    ///     std::thread::yield_now();
    /// }
    /// // It is still there, and tries again when it is woken.
    /// worker.wake();
    /// while worker.panics() == 1 {
    ///     std::thread::yield_now();
    /// }
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn panics(&self) -> u64 {
        // ORDERING: Acquire, the other half of the count.
        self.panics.load(Ordering::Acquire)
    }

    /// Makes the thread look for work. Not real-time: a system call if it sleeps.
    ///
    /// ```
    /// # use anteroom_exchange::WorkerThread;
    /// let (looked, looks) = std::sync::mpsc::channel();
    /// let worker = WorkerThread::spawn("worker", move || {
    ///     let _ = looked.send(());
    ///     false
    /// })?;
    /// // It looks when it starts, and then only when it is woken.
    /// assert!(looks.recv().is_ok());
    /// worker.wake();
    /// assert!(looks.recv().is_ok());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn wake(&self) {
        self.thread.unpark();
    }

    /// The thread, to be unparked by those that hold no `WorkerThread`.
    ///
    /// Looking at it is real-time; unparking it is a system call, so that is not.
    ///
    /// ```
    /// # use anteroom_exchange::WorkerThread;
    /// let worker = WorkerThread::spawn("worker", || false)?;
    /// let handle = worker.thread().clone();
    /// assert_eq!(handle.name(), Some("worker"));
    /// handle.unpark();
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn thread(&self) -> &Thread {
        &self.thread
    }
}

impl Drop for WorkerThread {
    fn drop(&mut self) {
        self.cancel.cancel();
        self.wake();
        if let Some(joint) = self.joint.take() {
            // The last owner may be the thread itself, which can not wait for its own end.
            if thread::current().id() != joint.thread().id() {
                // Panics are caught inside, so there is nothing in the result.
                let _ = joint.join();
            }
        }
    }
}

impl fmt::Debug for WorkerThread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerThread")
            .field("name", &self.thread.name())
            .field("panics", &self.panics())
            .finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::queue;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn dropping_joins_even_a_sleeping_thread_and_drops_what_it_owned() {
        let owned = Arc::new(());
        let inside = owned.clone();
        let thread = WorkerThread::spawn("sleeper", move || {
            let _ = &inside;
            false
        })
        .unwrap();
        drop(thread);
        assert_eq!(Arc::strong_count(&owned), 1);
    }

    #[test]
    fn a_long_step_sees_that_it_is_to_end() {
        let cancel = Cancel::new();
        let seen = cancel.clone();
        let thread = WorkerThread::spawn_with("long", cancel, move || {
            while !seen.is_cancelled() {
                thread::yield_now();
            }
            true
        })
        .unwrap();
        drop(thread);
    }

    #[test]
    fn a_panicking_step_does_not_end_the_thread() {
        let (mut tx, mut rx) = queue::<bool>(8);
        let done = Arc::new(AtomicUsize::new(0));
        let count = done.clone();
        let thread = WorkerThread::spawn("panics", move || match rx.pop() {
            Ok(true) => panic!("expected in this test"),
            Ok(false) => {
                count.fetch_add(1, Ordering::Release);
                true
            }
            Err(_) => false,
        })
        .unwrap();
        tx.push(true).unwrap();
        tx.push(false).unwrap();
        while done.load(Ordering::Acquire) == 0 {
            thread.wake();
            thread::yield_now();
        }
    }

    #[test]
    fn debug_names_the_thread() {
        let thread = WorkerThread::spawn("loader", || false).unwrap();
        assert_eq!(
            format!("{thread:?}"),
            "WorkerThread { name: Some(\"loader\"), panics: 0 }"
        );
    }
}
