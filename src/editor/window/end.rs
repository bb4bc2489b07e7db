//! A window is closed when its thread has ended. Host's main thread; on X11 the window has a thread of its own.
//!
//! The toolkit joins that thread, but not when it happens to stop while the closing side still asks it something: then
//! the wait is given up (`baseview` 0.4.2, `WindowThreadHandle::run_until_closed`), and the thread goes on by itself,
//! taking its graphics down, while the host goes on: with another editor, or to its own end. So it is waited for here:
//!
//! ```text
//! host's main thread                          the window's thread
//! pair() ── Alive ──▶ build: hold() ────────▶ keeps it in a variable of the thread
//!    └───── Ended                             ...
//! drop of Held: the toolkit closes it         ends: everything is dropped, then that variable
//!               Ended waits ◀──────────────── its channel has no sender any more
//! ```

use std::cell::Cell;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

/// How long a thread may take to end. It may be drawing, or wait for a file that is being read; a host must not be held
/// up for longer.
const PATIENCE: Duration = Duration::from_secs(2);

thread_local! {
    static ALIVE: Cell<Option<SyncSender<()>>> = const { Cell::new(None) };
}

/// What a window's thread holds for as long as it runs.
#[derive(Debug)]
pub struct Alive {
    sender: SyncSender<()>,
    opener: ThreadId,
}

/// What waits for it, at the latest when it is dropped.
#[derive(Debug)]
pub struct Ended(Receiver<()>);

/// Both ends, made on the thread that opens the window.
pub fn pair() -> (Alive, Ended) {
    let (sender, receiver) = sync_channel(1);
    let opener = thread::current().id();
    (Alive { sender, opener }, Ended(receiver))
}

impl Alive {
    /// The window's thread has begun: everything that it drops before it ends counts as part of it. Where the window
    /// is drawn by the thread that opened it there is no end to be waited for.
    pub fn hold(self) {
        if thread::current().id() != self.opener {
            ALIVE.set(Some(self.sender));
        }
    }
}

impl Ended {
    /// Waits until the thread has ended, but not for ever; says whether it has.
    fn wait(&self) -> bool {
        // Nothing is ever sent: the channel ends with its sender.
        self.0.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Disconnected)
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        if !self.wait() {
            nice_plug::nice_warn!("the editor's thread has not ended after {PATIENCE:?}");
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
        let (alive, ended) = pair();
        let slow = Slow(Arc::clone(&gone));
        // Not joined: that is what the toolkit may leave out.
        thread::spawn(move || {
            let _slow = slow;
            alive.hold();
        });
        assert!(ended.wait());
        assert!(gone.load(Ordering::Relaxed));
    }

    #[test]
    fn a_thread_that_goes_on_is_not_waited_for_for_ever() {
        let (alive, ended) = pair();
        let (go_on, asked) = sync_channel::<()>(1);
        let thread = thread::spawn(move || {
            alive.hold();
            // Until the test drops its end.
            let _ = asked.recv();
        });
        assert!(!ended.wait());
        drop(go_on);
        assert!(thread.join().is_ok());
    }

    #[test]
    fn nothing_is_waited_for_where_the_window_has_no_thread() {
        let (alive, ended) = pair();
        alive.hold();
        assert!(ended.wait());
    }

    #[test]
    fn nothing_is_waited_for_when_no_window_came_to_be() {
        let (alive, ended) = pair();
        drop(alive);
        assert!(ended.wait());
    }
}
