//! The end of a [history buffer](super) that records. Real-time.

use std::sync::Arc;

use super::{HISTORY_BLOCK, Loop, OutOfHistory};
use crate::sync::Ordering;

/// The recording end. Real-time: every method is wait-free.
///
/// ```
/// use anteroom_exchange::history;
///
/// let (mut writer, reader) = history(2, 1000);
/// writer.write(&[&[0.25, 0.5], &[-0.25, -0.5]]);
/// drop(reader);
///
/// // It can be asked for the past itself.
/// let (mut left, mut right) = ([0.0], [0.0]);
/// writer.read(1, &mut [&mut left, &mut right]).unwrap();
/// assert_eq!((left, right), ([0.5], [-0.5]));
/// ```
#[derive(Debug)]
pub struct HistoryWriter(pub(super) Arc<Loop>);

impl HistoryWriter {
    /// Records one block, of any length. What a channel lacks, or all of one that is missing, is
    /// recorded as silence. Real-time: wait-free, one store a sample.
    ///
    /// # Panics
    ///
    /// In debug builds, if there are more channels than the history buffer has. In others, those are not recorded.
    ///
    /// ```
    /// # use anteroom_exchange::history;
    /// let (mut writer, reader) = history(1, 1000);
    /// writer.write(&[&[0.25, 0.5]]);
    /// writer.write(&[&[0.75]]);
    /// let mut past = [0.0; 3];
    /// reader.read(0, &mut [&mut past]).unwrap();
    /// assert_eq!(past, [0.25, 0.5, 0.75]);
    /// ```
    pub fn write(&mut self, channels: &[&[f32]]) {
        let history = &*self.0;
        debug_assert!(
            channels.len() <= history.channels.len(),
            "the history has {} channels, not {}",
            history.channels.len(),
            channels.len()
        );
        let samples = channels.iter().map(|block| block.len()).max().unwrap_or(0);
        for done in (0..samples).step_by(HISTORY_BLOCK) {
            let count = (samples - done).min(HISTORY_BLOCK);
            let head = self.head();
            for (channel, cells) in history.channels.iter().enumerate() {
                let store = |offset: usize, sample: f32| {
                    let index = (head + offset as u64) & history.mask;
                    // ORDERING: Release, see `Loop::copy`.
                    cells[index as usize].store(sample, Ordering::Release);
                };
                let block = channels.get(channel).and_then(|block| block.get(done..));
                let block = block.unwrap_or_default();
                let there = block.len().min(count);
                for (offset, sample) in block[..there].iter().enumerate() {
                    store(offset, *sample);
                }
                for offset in there..count {
                    store(offset, 0.0);
                }
            }
            // ORDERING: Release, so that whoever sees the head finds the samples before it.
            history.head.store(head + count as u64, Ordering::Release);
        }
    }

    /// The position of the next sample. Real-time: wait-free, one load.
    ///
    /// ```
    /// # use anteroom_exchange::history;
    /// let (mut writer, _reader) = history(1, 1000);
    /// assert_eq!(writer.head(), 0);
    /// writer.write(&[&[0.25, 0.5]]);
    /// assert_eq!(writer.head(), 2);
    /// ```
    #[must_use]
    pub fn head(&self) -> u64 {
        // ORDERING: Relaxed, nobody else writes it.
        self.0.head.load(Ordering::Relaxed)
    }

    /// Forgets the past: only what is recorded from now on counts.
    ///
    /// Real-time: wait-free, one store.
    ///
    /// ```
    /// # use anteroom_exchange::history;
    /// let (mut writer, reader) = history(1, 1000);
    /// writer.write(&[&[0.25, 0.5]]);
    /// writer.clear();
    /// assert_eq!((reader.begin(), reader.head()), (2, 2));
    /// ```
    pub fn clear(&mut self) {
        // ORDERING: Release, in step with the head.
        self.0.begin.store(self.head(), Ordering::Release);
    }

    /// Reads the past back, as [`HistoryReader::read`](super::HistoryReader::read), but also what was
    /// [cleared](Self::clear).
    ///
    /// Real-time: wait-free, one load a sample.
    ///
    /// # Errors
    /// If part of it is not in the history buffer; `to` is then untouched.
    ///
    /// ```
    /// # use anteroom_exchange::{OutOfHistory, history};
    /// let (mut writer, _reader) = history(1, 1000);
    /// writer.write(&[&[0.25, 0.5]]);
    /// let mut past = [0.0];
    /// assert_eq!(writer.read(1, &mut [&mut past]), Ok(()));
    /// assert_eq!(past, [0.5]);
    /// assert_eq!(writer.read(2, &mut [&mut past]), Err(OutOfHistory));
    /// ```
    pub fn read(&self, from: u64, to: &mut [&mut [f32]]) -> Result<(), OutOfHistory> {
        let samples = to.iter().map(|block| block.len()).max().unwrap_or(0) as u64;
        let head = self.head();
        if from + samples > head || from + self.0.mask + 1 < head {
            return Err(OutOfHistory);
        }
        self.0.copy(from, to);
        Ok(())
    }
}
