//! Several clients at the end of a queue that is not real-time: the lock is at that end only.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the lock at the end that is not real-time"
)]

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// One end of a wire, shared behind a lock by several contexts that may all wait.
///
/// Of a [`Producer`](super::Producer) it makes a queue with many senders, of a
/// [`Consumer`](super::Consumer) one that feeds many workers; of anything else a monitor. The end
/// that stays unshared is still wait-free: it never sees the lock.
///
/// Not real-time: every use takes the lock. Share the ends that the real-time context does not have.
///
/// ```
/// use anteroom_exchange::{Shared, queue};
///
/// let (tx, mut rx) = queue(2);
/// let editor = Shared::new(tx);
/// let host = editor.clone();
/// editor.with(|tx| tx.push("from the editor")).unwrap();
/// host.with(|tx| tx.push("from the host")).unwrap();
/// assert_eq!(rx.pop(), Ok("from the editor"));
/// ```
pub struct Shared<E>(Arc<Mutex<E>>);

impl<E> Shared<E> {
    /// Shares an end. Not real-time: allocates.
    ///
    /// ```
    /// # use anteroom_exchange::Shared;
    /// let peak = Shared::new(0.0);
    /// let meter = peak.clone();
    /// peak.with(|peak| *peak = 0.5);
    /// assert_eq!(meter.with(|peak| *peak), 0.5);
    /// ```
    pub fn new(end: E) -> Self {
        Self(Arc::new(Mutex::new(end)))
    }

    /// Uses the end, alone. Not real-time: waits until the others are done with it.
    ///
    /// Keep `use_it` short. A panic in it does not lock the others out.
    ///
    /// ```
    /// # use anteroom_exchange::{Shared, queue};
    /// let (mut tx, rx) = queue(2);
    /// tx.push("block 7").unwrap();
    /// let worker = Shared::new(rx);
    /// assert_eq!(worker.with(|rx| rx.pop()), Ok("block 7"));
    /// assert!(worker.with(|rx| rx.is_empty()));
    /// ```
    pub fn with<R>(&self, use_it: impl FnOnce(&mut E) -> R) -> R {
        // Ends of wires are whole between any two of their operations, so poison means nothing.
        let mut end = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        use_it(&mut end)
    }
}

impl<E> Clone for Shared<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E> fmt::Debug for Shared<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn a_panic_in_one_client_does_not_stop_the_others() {
        let shared = Shared::new(1);
        let other = shared.clone();
        let panicked = catch_unwind(AssertUnwindSafe(|| other.with(|_| panic!("expected"))));
        assert!(panicked.is_err());
        assert_eq!(shared.with(|n| *n), 1);
    }
}
