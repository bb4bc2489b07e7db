//! A history buffer: the real-time side records what it hears, and another context reads the last
//! seconds of it whenever it likes. Neither waits, and the one who reads is told if the writer has
//! run over what it was reading.
//!
//! It is how a new engine learns the past before it is linked, so that a changed impulse comes in
//! with its whole tail.
//!
//! | handle | whose thread | guarantee | where old samples go |
//! |---|---|---|---|
//! | [`HistoryWriter`] | the real-time one | wait-free, one store a sample | written over after a whole loop |
//! | [`HistoryReader`] | any other, one at a time | lock-free; fails rather than returning a torn past | – |
//!
//! Each end is a file: `writer` and `reader`.

mod reader;
mod writer;

pub use reader::HistoryReader;
pub use writer::HistoryWriter;

use std::sync::Arc;

use super::sync::{AtomicF32, AtomicU64, Ordering};

/// So many samples are recorded before the head moves on: what is this close to the end of the loop may
/// be under the recording head, and is not read. A longer real-time block is recorded in several steps.
///
/// ```
/// use anteroom_exchange::{HISTORY_BLOCK, history};
///
/// let (mut writer, reader) = history(1, 0);
/// writer.write(&[&[0.0; 2 * HISTORY_BLOCK]]);
/// // Of a loop of two blocks, one can be read.
/// assert_eq!((reader.begin(), reader.head()), (HISTORY_BLOCK as u64, 2 * HISTORY_BLOCK as u64));
/// ```
pub const HISTORY_BLOCK: usize = if cfg!(loom) { 1 } else { 8192 };

/// The loop and how far it was recorded.
#[derive(Debug)]
struct Loop {
    /// One loop per channel, all of one power-of-two length.
    channels: Vec<Vec<AtomicF32>>,
    mask: u64,
    /// Samples recorded since the history buffer was made: the position of the next one.
    head: AtomicU64,
    /// The position of the first sample that still counts.
    begin: AtomicU64,
}

/// What was asked for is no longer, or not yet, in the history buffer.
///
/// Real-time to make and to look at: it owns nothing.
///
/// ```
/// use anteroom_exchange::{OutOfHistory, history};
///
/// let (_writer, reader) = history(1, 1000);
/// assert_eq!(reader.read(0, &mut [&mut [0.0; 2]]), Err(OutOfHistory));
/// assert_eq!(OutOfHistory.to_string(), "not in the history buffer");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfHistory;

impl std::fmt::Display for OutOfHistory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("not in the history buffer")
    }
}

impl std::error::Error for OutOfHistory {}

/// Makes a history buffer of at least `samples` per channel, rounded up to a power of two and never shorter
/// than two blocks. Not real-time: allocates, and touches every page. Freed: the loop, by the end that
/// is dropped last.
///
/// ```
/// use anteroom_exchange::history;
///
/// let (mut writer, reader) = history(1, 1000);
/// writer.write(&[&[0.25, 0.5]]);
/// let mut past = [[0.0; 2]];
/// reader.read(0, &mut past.each_mut().map(|c| &mut c[..])).unwrap();
/// assert_eq!(past, [[0.25, 0.5]]);
/// ```
#[must_use]
pub fn history(channels: usize, samples: usize) -> (HistoryWriter, HistoryReader) {
    let length = samples.max(2 * HISTORY_BLOCK).next_power_of_two();
    let history = Arc::new(Loop {
        channels: (0..channels)
            .map(|_| (0..length).map(|_| AtomicF32::new(0.0)).collect())
            .collect(),
        mask: length as u64 - 1,
        head: AtomicU64::new(0),
        begin: AtomicU64::new(0),
    });
    // A vector of zeros may be mapped lazily; a store to each cell is not.
    for cell in history.channels.iter().flatten() {
        cell.store(0.0, Ordering::Relaxed);
    }
    (HistoryWriter(Arc::clone(&history)), HistoryReader(history))
}

impl Loop {
    /// Copies from position `from` on. The caller knows that it is recorded.
    fn copy(&self, from: u64, to: &mut [&mut [f32]]) {
        for (cells, to) in self.channels.iter().zip(to) {
            for (offset, sample) in to.iter_mut().enumerate() {
                let index = (from + offset as u64) & self.mask;
                // ORDERING: Acquire, so that a sample of the next time round makes the head visible
                // from before it was written, and the reader notices.
                *sample = cells[index as usize].load(Ordering::Acquire);
            }
        }
    }

    /// The first position that the recording head can not touch during a write from `head`.
    fn safe_from(&self, head: u64) -> u64 {
        (head + HISTORY_BLOCK as u64).saturating_sub(self.mask + 1)
    }
}

// The tests are where a second thread comes from, and what it saw is printed.
#[cfg(all(test, not(loom)))]
#[allow(clippy::disallowed_methods, clippy::disallowed_macros)]
mod tests;
