//! Messages of variable length: byte frames in one ring, seen whole or not at all.
//!
//! | handle | whose thread | guarantee | where the old value goes to die |
//! |---|---|---|---|
//! | [`FrameWriter`] | the one that has the bytes (a socket thread) | wait-free, one copy, one publication | - |
//! | [`FrameReader`] | the one that wants them (the callback) | wait-free, interprets in place | the ring is used again |

use rtrb::chunks::ChunkError;
use rtrb::{Consumer, Producer};

use super::error::WriteError;
use super::queue::queue;

/// Each frame is preceded by its length, in this many bytes.
const HEADER_LEN: usize = size_of::<u32>();

/// Makes a ring for frames that take up to `bytes` in all, each with 4 more for its length.
///
/// Not real-time: allocates and touches the ring. Freed: the ring, with the frames that were not read,
/// by the end that is dropped last.
///
/// ```
/// let (mut socket, mut audio) = anteroom_exchange::frames(64);
/// socket.write(b"packet").unwrap();
/// socket.write(b"").unwrap();
///
/// let len = audio.read(|first, second| first.len() + second.len());
/// assert_eq!(len, Some(6));
/// assert_eq!(audio.read(|first, _| first.is_empty()), Some(true));
/// assert_eq!(audio.read(|_, _| ()), None);
/// ```
pub fn frames(bytes: usize) -> (FrameWriter, FrameReader) {
    let (ring, content) = queue(bytes);
    (FrameWriter { ring }, FrameReader { content })
}

/// The end that adds frames.
///
/// Real-time but for being dropped: whoever is dropped last frees the ring.
///
/// ```
/// let (mut socket, mut audio) = anteroom_exchange::frames(16);
/// socket.write(b"note").unwrap();
/// assert!(socket.write(b"far too long").is_err());
/// assert_eq!(audio.read(|first, _| first == b"note"), Some(true));
/// ```
#[derive(Debug)]
pub struct FrameWriter {
    ring: Producer<u8>,
}

impl FrameWriter {
    /// Adds a frame. Real-time: wait-free, one copy.
    ///
    /// # Errors
    ///
    /// [`WriteError::Full`] if there is no room for it and its length; then nothing was added. A frame that is
    /// larger than the ring is refused for ever. [`WriteError::Closed`] if the reader is gone.
    ///
    /// ```
    /// # use anteroom_exchange::{WriteError, frames};
    /// let (mut socket, _audio) = frames(10);
    /// socket.write(b"on").unwrap();
    /// // Three bytes and their length are seven; four are left.
    /// assert_eq!(socket.write(b"off"), Err(WriteError::Full { wanted: 7, free: 4 }));
    /// ```
    pub fn write(&mut self, frame: &[u8]) -> Result<(), WriteError> {
        self.write_with(frame.len(), |first, second| {
            let (head, tail) = frame.split_at(first.len());
            first.copy_from_slice(head);
            second.copy_from_slice(tail);
        })
    }

    /// Adds a frame of `len` bytes that `fill` writes where it will lie: in two pieces, of which the
    /// second is empty unless the frame wraps around the end of the ring. Both begin as zeros.
    ///
    /// As real-time as `fill` is.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write); `fill` is not called then.
    ///
    /// ```
    /// let (mut socket, mut audio) = anteroom_exchange::frames(16);
    /// let silence = |first: &mut [u8], second: &mut [u8]| {
    ///     for byte in first.iter_mut().chain(second) {
    ///         *byte = 0x80;
    ///     }
    /// };
    /// socket.write_with(3, silence).unwrap();
    /// assert_eq!(audio.read(|first, second| [first, second].concat()), Some(vec![0x80; 3]));
    /// ```
    pub fn write_with(
        &mut self,
        len: usize,
        fill: impl FnOnce(&mut [u8], &mut [u8]),
    ) -> Result<(), WriteError> {
        if self.is_closed() {
            return Err(WriteError::Closed);
        }
        let free = self.ring.slots();
        let wanted = len.saturating_add(HEADER_LEN);
        let full = WriteError::Full { wanted, free };
        let header = u32::try_from(len).map_err(|_| full)?.to_le_bytes();

        // The length and the frame are one chunk, so that one commit publishes both.
        let chunk = self.ring.write_chunk(wanted);
        let mut chunk =
            chunk.map_err(|ChunkError::TooFewSlots(free)| WriteError::Full { wanted, free })?;
        let (first, second) = chunk.as_mut_slices();
        for (byte, slot) in header.iter().zip(first.iter_mut().chain(second.iter_mut())) {
            *slot = *byte;
        }
        let (first, second) = after_header_mut(first, second);
        fill(first, second);
        chunk.commit_all();
        Ok(())
    }

    /// Whether the reader is gone. Real-time: wait-free.
    ///
    /// ```
    /// let (socket, audio) = anteroom_exchange::frames(16);
    /// assert!(!socket.is_closed());
    /// drop(audio);
    /// assert!(socket.is_closed());
    /// ```
    pub fn is_closed(&self) -> bool {
        self.ring.is_abandoned()
    }
}

/// The end that takes frames.
///
/// Real-time but for being dropped: whoever is dropped last frees the ring.
///
/// ```
/// let (mut socket, mut audio) = anteroom_exchange::frames(16);
/// socket.write(b"a").unwrap();
/// socket.write(b"bc").unwrap();
/// let len = |first: &[u8], second: &[u8]| first.len() + second.len();
/// assert_eq!((audio.read(len), audio.read(len), audio.read(len)), (Some(1), Some(2), None));
/// ```
#[derive(Debug)]
pub struct FrameReader {
    content: Consumer<u8>,
}

impl FrameReader {
    /// Shows the oldest frame to `look`, where it lies, and then takes it out.
    ///
    /// As real-time as `look` is: wait-free, no copy. The frame comes in two pieces, of which the
    /// second is empty unless it wraps around the end of the ring.
    ///
    /// ```
    /// let (mut socket, mut audio) = anteroom_exchange::frames(16);
    /// let mut peak = || audio.read(|first, second| first.iter().chain(second).copied().max());
    /// assert_eq!(peak(), None);
    /// socket.write(&[3, 9, 4]).unwrap();
    /// assert_eq!(peak(), Some(Some(9)));
    /// ```
    pub fn read<R>(&mut self, look: impl FnOnce(&[u8], &[u8]) -> R) -> Option<R> {
        let mut length = [0; HEADER_LEN];
        let header = self.content.read_chunk(HEADER_LEN).ok()?;
        let (first, second) = header.as_slices();
        for (slot, byte) in length.iter_mut().zip(first.iter().chain(second)) {
            *slot = *byte;
        }

        // Written by one commit: if the length is there then so is the frame.
        let len = u32::from_le_bytes(length) as usize;
        let chunk = self.content.read_chunk(len + HEADER_LEN).ok()?;
        let (first, second) = chunk.as_slices();
        let (first, second) = after_header(first, second);
        let result = look(first, second);
        chunk.commit_all();
        Some(result)
    }

    /// Whether there is no whole frame to read now. Real-time: wait-free.
    ///
    /// ```
    /// let (mut socket, audio) = anteroom_exchange::frames(16);
    /// assert!(audio.is_empty());
    /// // A frame of no bytes is a frame.
    /// socket.write(b"").unwrap();
    /// assert!(!audio.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.content.is_empty()
    }

    /// Whether the writer is gone; what it wrote can still be read. Real-time: wait-free.
    ///
    /// ```
    /// let (mut socket, mut audio) = anteroom_exchange::frames(16);
    /// socket.write(b"bye").unwrap();
    /// drop(socket);
    /// assert!(audio.is_closed());
    /// assert_eq!(audio.read(|first, _| first == b"bye"), Some(true));
    /// ```
    pub fn is_closed(&self) -> bool {
        self.content.is_abandoned()
    }
}

fn after_header<'a>(first: &'a [u8], second: &'a [u8]) -> (&'a [u8], &'a [u8]) {
    match first.split_at_checked(HEADER_LEN) {
        Some((_, rest)) => (rest, second),
        // The header itself wraps.
        None => (&[], second.get(HEADER_LEN - first.len()..).unwrap_or(&[])),
    }
}

fn after_header_mut<'a>(first: &'a mut [u8], second: &'a mut [u8]) -> (&'a mut [u8], &'a mut [u8]) {
    let in_second = HEADER_LEN.saturating_sub(first.len());
    let in_first = HEADER_LEN - in_second;
    let first = first.get_mut(in_first..).unwrap_or_default();
    (first, second.get_mut(in_second..).unwrap_or_default())
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn frames_wrap_at_every_offset() {
        // An interpreter takes a thousand times as long.
        let (longest, rounds) = if cfg!(miri) { (12, 30) } else { (40, 200) };
        for ring_len in 8..longest {
            let (mut tx, mut rx) = frames(ring_len);
            for round in 0..rounds {
                let frame: Vec<u8> = (0..round % (ring_len - HEADER_LEN + 1))
                    .map(|i| (i * 31 + round) as u8)
                    .collect();
                tx.write(&frame).unwrap();
                let got = rx.read(|first, second| [first, second].concat());
                assert_eq!(got, Some(frame));
                assert!(rx.is_empty());
            }
        }
    }

    #[test]
    fn no_room_means_nothing_was_written() {
        let (mut tx, mut rx) = frames(10);
        assert_eq!(
            tx.write(&[0; 7]),
            Err(WriteError::Full {
                wanted: 11,
                free: 10
            })
        );
        tx.write(b"abc").unwrap();
        assert_eq!(tx.write(b""), Err(WriteError::Full { wanted: 4, free: 3 }));
        assert_eq!(
            rx.read(|a, b| [a, b].concat()).as_deref(),
            Some(&b"abc"[..])
        );
        assert_eq!(rx.read(|_, _| ()), None);
    }
}
