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

/// One change that has begun, in the lower half of the count.
const BEGUN: u64 = 1;
/// One change that has ended, in the upper half.
const ENDED: u64 = 1 << 32;

/// Says when several atomics change together. Any number of threads, each at its own time.
///
/// Real-time: two atomic additions for a change. But one that is begun and not ended holds what the
/// other side hears, so it belongs to a context that gets on with it.
///
/// ```
/// use anteroom::exchange::{AtomicF32, Together};
/// use std::sync::atomic::Ordering::Relaxed;
///
/// let (mix, width) = (AtomicF32::new(35.0), AtomicF32::new(100.0));
/// let together = Together::new();
/// let mut heard = together.whole([35.0, 100.0]);
///
/// let change = together.begin();
/// mix.store(80.0, Relaxed);
/// // A callback comes in between: it has heard of neither.
/// assert_eq!(heard.read(|| [mix.load(Relaxed), width.load(Relaxed)]), &[35.0, 100.0]);
/// width.store(150.0, Relaxed);
/// drop(change);
///
/// // Nor does the next, in case those who bring the values need as long; then both are there.
/// heard.read(|| [mix.load(Relaxed), width.load(Relaxed)]);
/// assert_eq!(heard.read(|| [mix.load(Relaxed), width.load(Relaxed)]), &[80.0, 150.0]);
/// ```
#[derive(Clone, Debug)]
pub struct Together(Arc<AtomicU64>);

impl Together {
    /// Nothing is changing. Not real-time: allocates.
    ///
    /// ```
    /// let together = anteroom::exchange::Together::new();
    /// assert_eq!(together.whole(7).read(|| 8), &8);
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(0)))
    }

    /// Begins a change, which ends when the result is dropped. Real-time: wait-free.
    ///
    /// ```
    /// let together = anteroom::exchange::Together::new();
    /// let mut heard = together.whole(7);
    /// let change = together.begin();
    /// assert_eq!(heard.read(|| 8), &7);
    /// drop(change);
    /// ```
    pub fn begin(&self) -> Change<'_> {
        // ORDERING: Acquire, so that what is written from now on can not be read by a reader that
        // finds, by its own addition before this one, that nothing had begun.
        self.0.fetch_add(BEGUN, Ordering::Acquire);
        Change(&self.0)
    }

    /// The end that reads, with what it has read so far. Not real-time if `T` is costly to move.
    ///
    /// ```
    /// let together = anteroom::exchange::Together::new();
    /// assert_eq!(together.whole([35.0, 100.0]).last(), &[35.0, 100.0]);
    /// ```
    pub fn whole<T>(&self, last: T) -> Whole<T> {
        let count = self.0.clone();
        // ORDERING: Relaxed, as the next read looks again.
        let seen = count.load(Ordering::Relaxed);
        Whole { count, seen, last }
    }
}

impl Default for Together {
    fn default() -> Self {
        Self::new()
    }
}

/// A change that has begun and ends here. Real-time: wait-free.
///
/// ```
/// let together = anteroom::exchange::Together::new();
/// let change = together.begin();
/// assert_eq!(together.whole(7).read(|| 8), &7);
/// drop(change);
/// ```
#[derive(Debug)]
#[must_use = "it ends when it is dropped"]
pub struct Change<'a>(&'a AtomicU64);

impl Drop for Change<'_> {
    fn drop(&mut self) {
        // ORDERING: Release, so that whoever finds it ended finds what was written before.
        self.0.fetch_add(ENDED - BEGUN, Ordering::Release);
    }
}

/// What is heard of the atomics: always all of a change, or nothing of it. Real-time: wait-free.
///
/// ```
/// let together = anteroom::exchange::Together::new();
/// let mut heard = together.whole("half past");
/// assert_eq!(heard.read(|| "quarter to"), &"quarter to");
/// assert_eq!(heard.last(), &"quarter to");
/// ```
pub struct Whole<T> {
    count: Arc<AtomicU64>,
    seen: u64,
    last: T,
}

impl<T> Whole<T> {
    /// Reads the atomics by `now`, once, and gives that, or what was read before if they are not to
    /// be relied on: a change is under way, or one has ended since the last look.
    ///
    /// Why also then: those who change parameters may have to hand the values to somebody else, who
    /// writes them between two callbacks. By the next look that has happened.
    ///
    /// Real-time: wait-free, whatever the other side does; two looks at one word.
    ///
    /// ```
    /// let together = anteroom::exchange::Together::new();
    /// let mut heard = together.whole(0);
    /// drop(together.begin());
    /// assert_eq!(heard.read(|| 1), &0);
    /// assert_eq!(heard.read(|| 1), &1);
    /// ```
    pub fn read(&mut self, now: impl FnOnce() -> T) -> &T {
        // ORDERING: Acquire, to find what was written before the last change ended.
        let before = self.count.load(Ordering::Acquire);
        let under_way = before & (ENDED - 1) != 0;
        let rests = before == std::mem::replace(&mut self.seen, before);
        if rests && !under_way {
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
    /// let heard = anteroom::exchange::Together::new().whole(7);
    /// assert_eq!(heard.last(), &7);
    /// ```
    pub fn last(&self) -> &T {
        &self.last
    }
}

impl<T: fmt::Debug> fmt::Debug for Whole<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Whole").field(&self.last).finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_change_within_a_change_ends_with_the_last() {
        let together = Together::new();
        let mut heard = together.whole(0);
        let outer = together.begin();
        let inner = together.begin();
        drop(outer);
        assert_eq!(heard.read(|| 1), &0);
        assert_eq!(heard.read(|| 1), &0, "the inner one is under way");
        drop(inner);
        assert_eq!(heard.read(|| 1), &0);
        assert_eq!(heard.read(|| 1), &1);
    }

    #[test]
    fn one_that_begins_and_ends_while_it_is_read_is_noticed() {
        let together = Together::new();
        let mut heard = together.whole(0);
        let torn = || {
            drop(together.begin());
            1
        };
        assert_eq!(heard.read(torn), &0);
    }

    #[test]
    fn a_panic_ends_a_change() {
        let together = Together::new();
        let mut heard = together.whole(0);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _change = together.begin();
            panic!("half way");
        }));
        assert!(panicked.is_err());
        heard.read(|| 1);
        assert_eq!(heard.read(|| 1), &1);
    }
}
