//! Change notifications that coalesce: up to 64 things, each changed or not since last asked.

use std::fmt;

use super::sync::{AtomicU64, Ordering};

/// A set of 64 marks that one side makes and the other takes away.
///
/// A change that is marked twice is reported once, so it can never be full, and the last change is
/// never lost. Aligned to its own pair of cache lines, so that marking does not slow a neighbour.
///
/// Real-time at both ends: no lock, no heap, a bit in one word.
///
/// ```
/// let dirty = anteroom_exchange::Dirty::new();
/// dirty.mark(3);
/// dirty.mark(40);
/// dirty.mark(3);
/// assert_eq!(dirty.take().collect::<Vec<_>>(), [3, 40]);
/// assert_eq!(dirty.take().next(), None);
/// ```
#[repr(align(128))]
pub struct Dirty(AtomicU64);

impl Dirty {
    /// Nothing marked. Real-time.
    ///
    /// ```
    /// let dirty = anteroom_exchange::Dirty::new();
    /// assert_eq!(dirty.take().count(), 0);
    /// ```
    pub fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Marks the thing numbered `index`, `0..64`; others are not marked and give `false`.
    ///
    /// Real-time: wait-free where the processor can or a bit into memory (x86-64, ARMv8.1),
    /// lock-free elsewhere. What was written before is seen by whoever takes the mark.
    ///
    /// ```
    /// let dirty = anteroom_exchange::Dirty::new();
    /// assert!(dirty.mark(63));
    /// assert!(!dirty.mark(64));
    /// assert_eq!(dirty.take().collect::<Vec<_>>(), [63]);
    /// ```
    pub fn mark(&self, index: usize) -> bool {
        if index >= 64 {
            return false;
        }
        // ORDERING: Release, because the taker goes on to read what we changed.
        self.0.fetch_or(1 << index, Ordering::Release);
        true
    }

    /// Takes all marks away and lists them, lowest first. Real-time: wait-free, as `mark` is.
    ///
    /// A thing that is changed after this is marked again.
    ///
    /// ```
    /// let dirty = anteroom_exchange::Dirty::new();
    /// dirty.mark(5);
    /// let redraw = dirty.take();
    /// dirty.mark(5);
    /// assert_eq!(redraw.collect::<Vec<_>>(), [5]);
    /// // The change that came after is not lost.
    /// assert_eq!(dirty.take().collect::<Vec<_>>(), [5]);
    /// ```
    pub fn take(&self) -> Marks {
        // An idle poll stays a read, so that it does not fetch the line away from the writer.
        // ORDERING: Relaxed, because nothing is read on the strength of "no marks".
        if self.0.load(Ordering::Relaxed) == 0 {
            return Marks(0);
        }
        // ORDERING: Acquire, so that we see what was written before each mark that we take.
        Marks(self.0.swap(0, Ordering::Acquire))
    }
}

impl Default for Dirty {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Dirty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let marks = self.0.load(Ordering::Relaxed);
        f.debug_tuple("Dirty")
            .field(&format_args!("{marks:#b}"))
            .finish()
    }
}

/// The marks that were taken, as an iterator over their numbers.
///
/// Real-time: one word, at most 64 steps.
///
/// ```
/// # use anteroom_exchange::Marks;
/// let mut marks = Marks(0b1001);
/// assert_eq!((marks.next(), marks.next(), marks.next()), (Some(0), Some(3), None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks(
    /// Bit *n* is set if thing *n* was marked.
    pub u64,
);

impl Iterator for Marks {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let lowest = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(lowest)
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn every_index_is_itself_and_the_rest_are_refused() {
        let dirty = Dirty::new();
        for index in 0..64 {
            assert!(dirty.mark(index));
            assert_eq!(dirty.take().collect::<Vec<_>>(), [index]);
        }
        assert!(!dirty.mark(64));
        assert_eq!(dirty.take().next(), None);
    }

    #[test]
    fn debug_shows_the_bits() {
        let dirty = Dirty::new();
        dirty.mark(2);
        assert_eq!(format!("{dirty:?}"), "Dirty(0b100)");
    }
}
