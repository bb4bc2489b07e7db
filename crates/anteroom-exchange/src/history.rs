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
        f.write_str("not on the history")
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
pub struct HistoryWriter(Arc<Loop>);

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

    /// Reads the past back, as [`HistoryReader::read`], but also what was
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
pub struct HistoryReader(Arc<Loop>);

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

// The tests are where a second thread comes from, and what it saw is printed.
#[cfg(all(test, not(loom)))]
#[allow(clippy::disallowed_methods, clippy::disallowed_macros)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(miri, ignore = "one thread, and a hundred thousand samples")]
    fn the_past_is_read_back_until_the_loop_comes_round() {
        let (mut writer, reader) = history(2, 4 * HISTORY_BLOCK);
        let block: Vec<f32> = (0..HISTORY_BLOCK).map(|i| i as f32).collect();
        let mut past = [vec![0.0; 100], vec![0.0; 100]];
        for _ in 0..3 {
            writer.write(&[&block, &block]);
        }
        let mut read = |from| {
            let [left, right] = &mut past;
            let result = reader.read(from, &mut [left, right]);
            result.map(|()| (past[0][0], past[1][99]))
        };
        assert_eq!(read(50), Ok((50.0, 149.0)));
        assert_eq!(read(3 * HISTORY_BLOCK as u64), Err(OutOfHistory));
        writer.write(&[&block, &block]);
        // A write that began now would run over the first block.
        assert_eq!(read(50), Err(OutOfHistory));
        assert_eq!(read(HISTORY_BLOCK as u64), Ok((0.0, 99.0)));
        assert_eq!(reader.begin(), HISTORY_BLOCK as u64);
    }

    #[test]
    #[cfg_attr(miri, ignore = "one thread, and tens of thousands of samples")]
    fn a_block_of_any_length_is_recorded_whole() {
        let (mut writer, reader) = history(2, 8 * HISTORY_BLOCK);
        let block: Vec<f32> = (0..3 * HISTORY_BLOCK + 5).map(|i| i as f32).collect();
        writer.write(&[&block, &block]);
        writer.write(&[&block[1..], &block]);
        assert_eq!(reader.head(), 2 * block.len() as u64);
        let mut past = [(); 2].map(|()| vec![0.0; block.len()]);
        let mut read = |from| {
            let [left, right] = &mut past;
            reader.read(from, &mut [left, right]).map(|()| past.clone())
        };
        assert_eq!(read(0), Ok([block.clone(), block.clone()]));
        // What the shorter channel lacks is silence, and not what was there before.
        let mut shorter = block[1..].to_vec();
        shorter.push(0.0);
        assert_eq!(read(block.len() as u64), Ok([shorter, block]));
    }

    #[test]
    #[cfg_attr(miri, ignore = "one thread, and tens of thousands of samples")]
    fn a_channel_that_is_missing_is_silent() {
        let (mut writer, _reader) = history(2, 1);
        for _ in 0..3 {
            writer.write(&[&[1.0; HISTORY_BLOCK], &[1.0; HISTORY_BLOCK]]);
        }
        writer.write(&[&[0.5]]);
        let mut past = [[0.0], [7.0]];
        let [left, right] = &mut past;
        assert_eq!(writer.read(writer.head() - 1, &mut [left, right]), Ok(()));
        assert_eq!(past, [[0.5], [0.0]]);
    }

    #[test]
    #[cfg(debug_assertions)]
    #[should_panic = "the history has 1 channels, not 2"]
    fn a_channel_that_the_tape_has_not_is_noticed() {
        history(1, 1).0.write(&[&[1.0], &[1.0]]);
    }

    #[test]
    fn what_was_cleared_does_not_count() {
        let (mut writer, reader) = history(1, 1);
        writer.write(&[&[1.0, 2.0]]);
        writer.clear();
        writer.write(&[&[3.0]]);
        assert_eq!((reader.begin(), reader.head()), (2, 3));
        assert_eq!(reader.read(1, &mut [&mut [0.0]]), Err(OutOfHistory));
    }

    #[test]
    fn a_reader_never_sees_a_mixture_of_two_times() {
        // Each sample is its own position, so a sample of the next time round gives itself away.
        let (rounds, length) = if cfg!(miri) { (4, 8) } else { (2_000, 512) };
        let (mut writer, reader) = history(1, 2 * HISTORY_BLOCK);
        let thread = std::thread::spawn(move || {
            for round in 0..rounds {
                let block: Vec<f32> = (0..length)
                    .map(|i| ((round * length + i) % 65_536) as f32)
                    .collect();
                writer.write(&[&block]);
            }
        });
        let mut past = vec![0.0; length];
        let mut seen = 0;
        while !thread.is_finished() {
            let from = reader.begin();
            if reader.read(from, &mut [&mut past]).is_ok() {
                seen += 1;
                for (offset, sample) in past.iter().enumerate() {
                    assert_eq!(*sample, ((from + offset as u64) % 65_536) as f32);
                }
            }
        }
        thread.join().expect("the writer ends");
        // The end of the recording stands still and must be readable in any case.
        assert!(
            reader
                .read(reader.head() - length as u64, &mut [&mut past])
                .is_ok()
        );
        println!("{seen} reads succeeded while recording");
    }
}
