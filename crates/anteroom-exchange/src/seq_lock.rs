//! Several atomics that change as one: a preset sets fifteen parameters, and the callback must not
//! play with eight of them.
//!
//! Whoever changes them says when it begins and when it has ended. The real-time side neither waits
//! for it nor tries again: as long as something may be half done it goes on with what it read last.
//!
//! The idea is that of a sequence lock, read once and given up at the first doubt; for the ordering
//! see H. Boehm, *Can seqlocks get along with programming language memory models?* (2012).

use std::fmt;
use std::sync::Arc;

use super::sync::{AtomicU64, Ordering};

/// One change that is under way, in the lowest 16 bits of the count.
const BEGUN: u64 = 1;
/// One change that has ended and whose values somebody else may still have to write, in the next 24.
const HANDED_ON: u64 = 1 << 16;
/// One change that has ended and whose values are there, in the highest 24.
const WRITTEN: u64 = 1 << 40;

/// How many changes are under way.
const fn under_way(count: u64) -> u64 {
    count & (HANDED_ON - 1)
}

/// How many of those that handed their values on have ended.
const fn handed_on(count: u64) -> u64 {
    count & (WRITTEN - 1) & !(HANDED_ON - 1)
}

/// Says when several atomics change together. Any number of threads, each at its own time.
///
/// Real-time: two atomic additions for a change. But one that is begun and not ended holds what the
/// other side hears, so it belongs to a context that gets on with it.
///
/// ```
/// use anteroom_exchange::{AtomicF32, SeqLockWriter};
/// use std::sync::atomic::Ordering::Relaxed;
///
/// let (mix, width) = (AtomicF32::new(35.0), AtomicF32::new(100.0));
/// let lock = SeqLockWriter::new();
/// let mut heard = lock.reader([35.0, 100.0]);
///
/// let change = lock.begin();
/// mix.store(80.0, Relaxed);
/// // A callback comes in between: it has heard of neither.
/// assert_eq!(heard.read(|| [mix.load(Relaxed), width.load(Relaxed)]), &[35.0, 100.0]);
/// width.store(150.0, Relaxed);
/// drop(change);
///
/// // The first read after a change still returns the old values; the second returns the new ones.
/// heard.read(|| [mix.load(Relaxed), width.load(Relaxed)]);
/// assert_eq!(heard.read(|| [mix.load(Relaxed), width.load(Relaxed)]), &[80.0, 150.0]);
/// ```
#[derive(Clone, Debug)]
pub struct SeqLockWriter(Arc<AtomicU64>);

impl SeqLockWriter {
    /// Nothing is changing. Not real-time: allocates. Freed: one word, by the last clone or reader.
    ///
    /// ```
    /// let lock = anteroom_exchange::SeqLockWriter::new();
    /// assert_eq!(lock.reader(7).read(|| 8), &8);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(0)))
    }

    /// Begins a change, which ends when the result is dropped. Its values may be handed on to
    /// somebody else who writes them, as an editor hands them to its host: they are relied on one
    /// look later. Real-time: wait-free.
    ///
    /// ```
    /// let lock = anteroom_exchange::SeqLockWriter::new();
    /// let mut heard = lock.reader(7);
    /// let change = lock.begin();
    /// assert_eq!(heard.read(|| 8), &7);
    /// drop(change);
    /// ```
    pub fn begin(&self) -> Change<'_> {
        self.begin_as(HANDED_ON)
    }

    /// Begins a change whose values are written by whoever begins it: when the result is dropped,
    /// all of them are there, and the next look finds them. Real-time: wait-free.
    ///
    /// ```
    /// let lock = anteroom_exchange::SeqLockWriter::new();
    /// let mut heard = lock.reader(7);
    /// let change = lock.begin_writing();
    /// assert_eq!(heard.read(|| 8), &7);
    /// drop(change);
    /// assert_eq!(heard.read(|| 8), &8);
    /// ```
    pub fn begin_writing(&self) -> Change<'_> {
        self.begin_as(WRITTEN)
    }

    fn begin_as(&self, ended: u64) -> Change<'_> {
        // ORDERING: Acquire, so that what is written from now on can not be read by a reader that
        // finds, by its own addition before this one, that nothing had begun.
        self.0.fetch_add(BEGUN, Ordering::Acquire);
        Change {
            count: &self.0,
            ended,
        }
    }

    /// The end that reads, with what it has read so far. Not real-time if `T` is costly to move.
    ///
    /// ```
    /// let lock = anteroom_exchange::SeqLockWriter::new();
    /// assert_eq!(lock.reader([35.0, 100.0]).last(), &[35.0, 100.0]);
    /// ```
    pub fn reader<T>(&self, last: T) -> SeqLockReader<T> {
        let count = self.0.clone();
        // ORDERING: Relaxed, as the next read looks again.
        let seen = count.load(Ordering::Relaxed);
        SeqLockReader { count, seen, last }
    }
}

impl Default for SeqLockWriter {
    fn default() -> Self {
        Self::new()
    }
}

/// A change that has begun and ends here. Real-time: wait-free.
///
/// ```
/// let lock = anteroom_exchange::SeqLockWriter::new();
/// let change = lock.begin();
/// assert_eq!(lock.reader(7).read(|| 8), &7);
/// drop(change);
/// ```
#[derive(Debug)]
#[must_use = "it ends when it is dropped"]
pub struct Change<'a> {
    count: &'a AtomicU64,
    /// What its end adds to the count.
    ended: u64,
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        // ORDERING: Release, so that whoever finds it ended finds what was written before.
        self.count.fetch_add(self.ended - BEGUN, Ordering::Release);
    }
}

/// What is heard of the atomics: always all of a change, or nothing of it. Real-time: wait-free.
///
/// ```
/// let lock = anteroom_exchange::SeqLockWriter::new();
/// let mut heard = lock.reader("half past");
/// assert_eq!(heard.read(|| "quarter to"), &"quarter to");
/// assert_eq!(heard.last(), &"quarter to");
/// ```
pub struct SeqLockReader<T> {
    count: Arc<AtomicU64>,
    seen: u64,
    last: T,
}

impl<T> SeqLockReader<T> {
    /// Reads the atomics by `now`, once, and gives that, or what was read before if they are not to
    /// be relied on: a change is under way, or one that [hands its values on](SeqLockWriter::begin) has
    /// ended since the last look.
    ///
    /// Why also then: whoever gets the values writes them between two callbacks. By the next look
    /// that has happened.
    ///
    /// Real-time: wait-free, whatever the other side does; two looks at one word.
    ///
    /// ```
    /// let lock = anteroom_exchange::SeqLockWriter::new();
    /// let mut heard = lock.reader(0);
    /// drop(lock.begin());
    /// assert_eq!(heard.read(|| 1), &0);
    /// assert_eq!(heard.read(|| 1), &1);
    /// ```
    pub fn read(&mut self, now: impl FnOnce() -> T) -> &T {
        // ORDERING: Acquire, to find what was written before the last change ended.
        let before = self.count.load(Ordering::Acquire);
        let seen = std::mem::replace(&mut self.seen, before);
        let rests = handed_on(before) == handed_on(seen);
        if rests && under_way(before) == 0 {
            let read = now();
            // ORDERING: Release and an addition, so that what was read stays before it: a change
            // that begins after this one can not have been seen.
            if self.count.fetch_add(0, Ordering::Release) == before {
                self.last = read;
            }
        }
        &self.last
    }

    /// What was read last. Real-time: wait-free.
    ///
    /// ```
    /// let heard = anteroom_exchange::SeqLockWriter::new().reader(7);
    /// assert_eq!(heard.last(), &7);
    /// ```
    pub fn last(&self) -> &T {
        &self.last
    }
}

impl<T: fmt::Debug> fmt::Debug for SeqLockReader<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SeqLockReader").field(&self.last).finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_change_within_a_change_ends_with_the_last() {
        let lock = SeqLockWriter::new();
        let mut heard = lock.reader(0);
        let outer = lock.begin();
        let inner = lock.begin();
        drop(outer);
        assert_eq!(heard.read(|| 1), &0);
        assert_eq!(heard.read(|| 1), &0, "the inner one is under way");
        drop(inner);
        assert_eq!(heard.read(|| 1), &0);
        assert_eq!(heard.read(|| 1), &1);
    }

    #[test]
    fn one_that_begins_and_ends_while_it_is_read_is_noticed() {
        let lock = SeqLockWriter::new();
        let mut heard = lock.reader(0);
        let torn = || {
            drop(lock.begin());
            1
        };
        assert_eq!(heard.read(torn), &0);
    }

    #[test]
    fn what_was_written_is_heard_at_the_next_look_although_the_last_one_met_the_change() {
        let lock = SeqLockWriter::new();
        let mut heard = lock.reader(0);
        let change = lock.begin_writing();
        assert_eq!(heard.read(|| 1), &0);
        drop(change);
        assert_eq!(heard.read(|| 1), &1);
    }

    #[test]
    fn what_was_written_is_heard_at_the_next_look_and_what_was_handed_on_at_the_one_after() {
        let lock = SeqLockWriter::new();
        let mut heard = lock.reader(0);
        for turn in 1..100 {
            drop(lock.begin_writing());
            assert_eq!(heard.read(|| 2 * turn), &(2 * turn));
            drop(lock.begin());
            assert_eq!(heard.read(|| 2 * turn + 1), &(2 * turn));
            assert_eq!(heard.read(|| 2 * turn + 1), &(2 * turn + 1));
        }
    }

    #[test]
    fn a_panic_ends_a_change() {
        let lock = SeqLockWriter::new();
        let mut heard = lock.reader(0);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _change = lock.begin();
            panic!("half way");
        }));
        assert!(panicked.is_err());
        heard.read(|| 1);
        assert_eq!(heard.read(|| 1), &1);
    }
}
