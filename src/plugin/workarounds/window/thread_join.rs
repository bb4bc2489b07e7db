//! Closing a window waits until its thread has ended. Host's main thread; on X11 the window has a thread of its own.
//!
//! Works around baseview 0.4.2 on X11. Reproduced by the tests of hosts that close windows and remove the plug-in at once.
//! May go when closing a window always waits for its thread.
//!
//! The toolkit joins that thread, except when the thread stops while the closing side still asks it something: then it
//! gives up the wait (`baseview` 0.4.2, `WindowThreadHandle::run_until_closed`). The thread goes on by itself and takes
//! its graphics down, while the host opens another editor or ends. So it is waited for here:
//!
//! ```text
//! host's main thread                                    the window's thread
//! pair() ── ThreadGuard ──▶ build: keep_on_thread() ──▶ keeps it in a thread-local variable
//!    └───── ThreadJoin                                  ...
//! drop of OpenWindow: the toolkit closes it             ends: everything is dropped, then that variable
//!                     ThreadJoin waits ◀─────────────── its channel has no sender any more
//! ```

use std::cell::Cell;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// How long a thread may take to end: it may be drawing, or waiting for a file. The host is not blocked for longer.
const TIMEOUT: Duration = Duration::from_secs(2);

thread_local! {
    static GUARD: Cell<Option<SyncSender<()>>> = const { Cell::new(None) };
}

/// Held by a window's thread for as long as it runs.
#[derive(Debug)]
pub struct ThreadGuard {
    sender: SyncSender<()>,
    opener: ThreadId,
}

/// Waits for that thread when it is dropped.
#[derive(Debug)]
pub struct ThreadJoin(Receiver<()>);

/// Both ends. To be made on the thread that opens the window.
pub fn pair() -> (ThreadGuard, ThreadJoin) {
    let (sender, receiver) = sync_channel(1);
    let opener = thread::current().id();
    (ThreadGuard { sender, opener }, ThreadJoin(receiver))
}

impl ThreadGuard {
    /// Keeps the guard until this thread has dropped everything else. If this is the thread that opened the window, there
    /// is no end to wait for, and the guard is dropped.
    pub fn keep_on_thread(self) {
        if thread::current().id() != self.opener {
            GUARD.set(Some(self.sender));
        }
    }
}

impl ThreadJoin {
    /// Waits until the thread has ended, or for [`TIMEOUT`]; whether it has ended.
    fn wait(&self) -> bool {
        // Nothing is ever sent: the channel is disconnected when its sender is dropped.
        self.0.recv_timeout(TIMEOUT) == Err(RecvTimeoutError::Disconnected)
    }
}

impl Drop for ThreadJoin {
    fn drop(&mut self) {
        if !self.wait() {
            nice_plug::nice_warn!("the editor's thread has not ended after {TIMEOUT:?}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// Sets its flag a while after it has begun to be dropped.
    struct Slow(Arc<AtomicBool>);

    impl Drop for Slow {
        fn drop(&mut self) {
            thread::sleep(Duration::from_millis(50));
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn the_end_is_waited_for_with_everything_that_the_thread_drops() {
        let gone = Arc::new(AtomicBool::new(false));
        let (guard, join) = pair();
        let slow = Slow(Arc::clone(&gone));
        // Not joined: that is what the toolkit may leave out.
        thread::spawn(move || {
            let _slow = slow;
            guard.keep_on_thread();
        });
        assert!(join.wait());
        assert!(gone.load(Ordering::Relaxed));
    }

    #[test]
    fn a_thread_that_goes_on_is_not_waited_for_for_ever() {
        let (guard, join) = pair();
        let (go_on, asked) = sync_channel::<()>(1);
        let thread = thread::spawn(move || {
            guard.keep_on_thread();
            // Until the test drops its end.
            let _ = asked.recv();
        });
        assert!(!join.wait());
        drop(go_on);
        assert!(thread.join().is_ok());
    }

    #[test]
    fn nothing_is_waited_for_where_the_window_has_no_thread() {
        let (guard, join) = pair();
        guard.keep_on_thread();
        assert!(join.wait());
    }

    #[test]
    fn nothing_is_waited_for_when_no_window_came_to_be() {
        let (guard, join) = pair();
        drop(guard);
        assert!(join.wait());
    }
}
