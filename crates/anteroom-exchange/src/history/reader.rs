//! The end of a [history buffer](super) that reads the past, while it goes on.

use std::sync::Arc;

use super::{Loop, OutOfHistory};
use crate::sync::Ordering;

/// The reading end. Not for real-time contexts: a read takes as long as it is long. It is lock-free,
/// and the writer never waits for it.
///
/// ```
/// use anteroom_exchange::history;
///
/// let (mut writer, reader) = history(1, 1000);
/// writer.write(&[&[0.25, 0.5]]);
///
/// // From another thread, for as long as the loop is.
/// let mut past = [0.0; 2];
/// let from = reader.head() - 2;
/// reader.read(from, &mut [&mut past]).unwrap();
/// assert_eq!(past, [0.25, 0.5]);
/// ```
#[derive(Debug)]
pub struct HistoryReader(pub(super) Arc<Loop>);

impl HistoryReader {
    /// The position up to which samples are recorded. Real-time: wait-free, one load.
    ///
    /// ```
    /// # use anteroom_exchange::history;
    /// let (mut writer, reader) = history(1, 1000);
    /// writer.write(&[&[0.25, 0.5]]);
    /// assert_eq!(reader.head(), 2);
    /// ```
    #[must_use]
    pub fn head(&self) -> u64 {
        // ORDERING: Acquire, in step with the Release of the write.
        self.0.head.load(Ordering::Acquire)
    }

    /// The earliest position that can be read now. Real-time: wait-free, two loads.
    ///
    /// ```
    /// # use anteroom_exchange::{HISTORY_BLOCK, history};
    /// let (mut writer, reader) = history(1, 2 * HISTORY_BLOCK);
    /// for _ in 0..2 {
    ///     writer.write(&[&[0.0; HISTORY_BLOCK]]);
    /// }
    /// // The next block will be written over the first.
    /// assert_eq!(reader.begin(), HISTORY_BLOCK as u64);
    /// ```
    #[must_use]
    pub fn begin(&self) -> u64 {
        let begin = self.0.begin.load(Ordering::Acquire);
        begin.max(self.0.safe_from(self.head()))
    }

    /// Reads from position `from` on, as many samples as the blocks of `to` have.
    ///
    /// Not real-time: it may be in vain, and then has to be asked for again. Lock-free, one load a
    /// sample.
    ///
    /// # Errors
    /// If part of it is not recorded yet, or the writer came over it or cleared it meanwhile; `to`
    /// then holds nothing of value.
    ///
    /// ```
    /// # use anteroom_exchange::{OutOfHistory, history};
    /// let (mut writer, reader) = history(1, 1000);
    /// writer.write(&[&[0.25, 0.5]]);
    /// let mut past = [0.0; 2];
    /// assert_eq!(reader.read(0, &mut [&mut past]), Ok(()));
    /// assert_eq!(past, [0.25, 0.5]);
    /// assert_eq!(reader.read(1, &mut [&mut past]), Err(OutOfHistory));
    /// ```
    pub fn read(&self, from: u64, to: &mut [&mut [f32]]) -> Result<(), OutOfHistory> {
        let samples = to.iter().map(|block| block.len()).max().unwrap_or(0) as u64;
        if from < self.begin() || from + samples > self.head() {
            return Err(OutOfHistory);
        }
        self.0.copy(from, to);
        // Only what the head can not have touched meanwhile is the past that was asked for. Nor must it
        // have been cleared meanwhile: what was recorded after that does not continue what was before.
        // Whoever has seen a sample from after the clear sees the clear here.
        if from < self.begin() {
            return Err(OutOfHistory);
        }
        Ok(())
    }
}
