//! Two one-bit wires: a flag that is raised and taken, and a cancellation that stays.

use std::sync::Arc;

use super::sync::{AtomicBool, Ordering};

/// "There is something for you", from a real-time context to whoever looks.
///
/// Real-time at both ends: wait-free.
///
/// ```
/// let flag = anteroom_exchange::Flag::new();
/// flag.raise();
/// assert!(flag.take());
/// assert!(!flag.take());
/// ```
#[derive(Debug, Default)]
#[repr(align(128))]
pub struct Flag(AtomicBool);

impl Flag {
    /// A flag that is down. Real-time.
    ///
    /// ```
    /// let flag = anteroom_exchange::Flag::new();
    /// assert!(!flag.take());
    /// ```
    pub fn new() -> Self {
        Self(AtomicBool::new(false))
    }

    /// Raises the flag. Real-time: wait-free, one store.
    ///
    /// Raise it after the thing that it announces was sent.
    ///
    /// ```
    /// # use anteroom_exchange::{Flag, queue};
    /// let (mut audio, mut editor) = queue(2);
    /// let flag = Flag::new();
    /// audio.push("overload").unwrap();
    /// flag.raise();
    /// flag.raise();
    /// assert!(flag.take());
    /// assert_eq!(editor.pop(), Ok("overload"));
    /// ```
    pub fn raise(&self) {
        // ORDERING: Release, so that whoever takes the flag finds what was sent before it.
        self.0.store(true, Ordering::Release);
    }

    /// Lowers the flag and says whether it was up. Real-time: wait-free.
    ///
    /// ```
    /// let flag = anteroom_exchange::Flag::new();
    /// flag.raise();
    /// assert!(flag.take());
    /// // To look is to lower it.
    /// assert!(!flag.take());
    /// ```
    pub fn take(&self) -> bool {
        // An idle look stays a read, so that it does not take the line away from the other side.
        // ORDERING: Relaxed, because nothing is read on the strength of "down".
        if !self.0.load(Ordering::Relaxed) {
            return false;
        }
        // ORDERING: Acquire, to find what was sent before the flag was raised.
        self.0.swap(false, Ordering::Acquire)
    }
}

/// "Nobody wants this any more": shared by whoever asked for a long job and whoever does it.
///
/// Asking and looking are real-time: wait-free. Making one and dropping the last clone are not.
///
/// ```
/// let cancel = anteroom_exchange::Cancel::new();
/// let seen_by_the_job = cancel.clone();
/// assert!(!seen_by_the_job.is_cancelled());
/// cancel.cancel();
/// assert!(seen_by_the_job.is_cancelled());
/// ```
#[derive(Clone, Debug)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Not cancelled. Not real-time: allocates.
    ///
    /// ```
    /// let cancel = anteroom_exchange::Cancel::new();
    /// assert!(!cancel.is_cancelled());
    /// ```
    pub fn new() -> Self {
        Self(Arc::new(AtomicBool::new(false)))
    }

    /// Asks the job to end early. Real-time: wait-free.
    ///
    /// ```
    /// let cancel = anteroom_exchange::Cancel::new();
    /// cancel.cancel();
    /// cancel.cancel();
    /// // There is no way back: the next job gets a new one.
    /// assert!(cancel.is_cancelled());
    /// ```
    pub fn cancel(&self) {
        // ORDERING: Release, so that a job that stops also sees why.
        self.0.store(true, Ordering::Release);
    }

    /// Whether the job should end early. Real-time: wait-free.
    ///
    /// ```
    /// let cancel = anteroom_exchange::Cancel::new();
    /// let mut blocks = 0;
    /// while !cancel.is_cancelled() {
    ///     blocks += 1;
    ///     if blocks == 3 {
    ///         cancel.cancel();
    ///     }
    /// }
    /// assert_eq!(blocks, 3);
    /// ```
    pub fn is_cancelled(&self) -> bool {
        // ORDERING: Acquire, the other half of `cancel`.
        self.0.load(Ordering::Acquire)
    }
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}
