//! A slice of a shared object that keeps the whole of it alive.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// One range of an immutable buffer, and a share in all of it.
///
/// RtBox through an [`handoff`](super::handoff), a part lets the real-time context hold one
/// channel or one partition; the whole is freed when its last part came home and was dropped there,
/// so the last count never goes down to zero in the real-time context.
///
/// ```
/// use anteroom_exchange::Part;
/// use std::sync::Arc;
///
/// let file = Arc::new(vec![0.0_f32, 0.1, 0.2, 0.3]);
/// let tail = Part::of(&file, 2..4).unwrap();
/// drop(file);
/// assert_eq!(&*tail, &[0.2, 0.3]);
/// ```
pub struct Part<T> {
    whole: Arc<Vec<T>>,
    range: Range<usize>,
}

impl<T> Part<T> {
    /// A share in `whole` that shows `range` of it; `None` if it has no such range.
    ///
    /// Wait-free, but the share must not be dropped in a real-time context: link it.
    ///
    /// ```
    /// # use anteroom_exchange::Part;
    /// # use std::sync::Arc;
    /// let file = Arc::new(vec![0.0_f32, 0.1, 0.2, 0.3]);
    /// assert!(Part::of(&file, 2..5).is_none());
    /// let left = Part::of(&file, 0..2).unwrap();
    /// assert_eq!((left.len(), Arc::strong_count(&file)), (2, 2));
    /// ```
    pub fn of(whole: &Arc<Vec<T>>, range: Range<usize>) -> Option<Self> {
        whole.get(range.clone())?;
        Some(Self {
            whole: Arc::clone(whole),
            range,
        })
    }
}

impl<T> Deref for Part<T> {
    type Target = [T];

    /// Real-time.
    fn deref(&self) -> &[T] {
        // Checked when the part was made, and what is shared does not shrink.
        self.whole.get(self.range.clone()).unwrap_or_default()
    }
}

impl<T> fmt::Debug for Part<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Part({:?} of {})", self.range, self.whole.len())
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_range_that_is_not_there_gives_no_part() {
        let whole = Arc::new(vec![1, 2, 3]);
        assert!(Part::of(&whole, 2..4).is_none());
        assert_eq!(Part::of(&whole, 3..3).unwrap().len(), 0);
        let part = Part::of(&whole, 0..2).unwrap();
        assert_eq!(format!("{part:?}"), "Part(0..2 of 3)");
    }
}
