//! Messages by value: a bounded single-producer single-consumer ring with its pages already touched,
//! a bounded drain for the receiver, and transactions for the sender.
//!
//! The ring is [`rtrb`]'s; nothing is wrapped, so all of its methods can be used: [`Producer::push`]
//! and [`Consumer::pop`] for one message, [`Producer::write_chunk`] to build one in place,
//! [`Consumer::peek`] and [`Consumer::read_chunk`] to interpret one where it lies.

use std::hint::black_box;
use std::iter;
use std::mem::MaybeUninit;

use rtrb::chunks::ChunkError;
use rtrb::{Consumer, Producer, RingBuffer};

use super::error::WriteError;

/// Makes a queue for `capacity` messages whose every page has been written to.
///
/// Not real-time: allocates. Call it where both contexts are made, and keep both ends for good.
/// The end that is dropped last frees the ring and the messages in it, so neither end may be
/// dropped in a real-time context.
///
/// ```
/// let (mut to_audio, mut from_editor) = anteroom_exchange::queue(2);
/// to_audio.push("gain").unwrap();
/// assert_eq!(from_editor.pop(), Ok("gain"));
/// assert!(from_editor.pop().is_err());
/// ```
pub fn queue<T>(capacity: usize) -> (Producer<T>, Consumer<T>) {
    let (mut producer, consumer) = RingBuffer::new(capacity);

    // Fresh memory is not there until it is written: the first lap would cost a page fault for
    // every 4 KiB, on whichever thread makes it. The chunk is dropped without a commit.
    if let Ok(mut chunk) = producer.write_chunk_uninit(capacity) {
        let (first, second) = chunk.as_mut_slices();
        write_to_all(first);
        write_to_all(second);
    }
    (producer, consumer)
}

/// Writes to every byte of memory that holds nothing yet, so that its pages are there.
pub(super) fn write_to_all<T>(memory: &mut [MaybeUninit<T>]) {
    for slot in memory {
        // What is written must not be known to the compiler: fresh memory that is filled with zeros
        // may be asked of the system as zeros, and that is memory that is not there.
        *slot = black_box(MaybeUninit::zeroed());
    }
}

/// Writes to every page of a buffer, without changing it, so that its first use faults no page in.
///
/// Not real-time: that is the point. `vec![0.0; n]` and `Vec::with_capacity` reserve addresses;
/// the memory arrives on first write. An object is touched before it is linked.
///
/// ```
/// let mut delay_line = vec![0.0_f32; 480_000];
/// anteroom_exchange::touch(&mut delay_line);
/// assert!(delay_line.iter().all(|sample| *sample == 0.0));
/// ```
pub fn touch<T: Copy>(buffer: &mut [T]) {
    // The smallest page of any system we run on.
    const PAGE_BYTES: usize = 4096;
    let stride = (PAGE_BYTES / size_of::<T>().max(1)).max(1);
    for page in buffer.chunks_mut(stride) {
        if let Some(first) = page.first_mut() {
            *first = black_box(*first);
        }
        if let Some(last) = page.last_mut() {
            *last = black_box(*last);
        }
    }
}

/// Takes the messages that are there now, but at most `most` of them.
///
/// Real-time: wait-free; no allocation, no system call. The number is fixed when `drain` is called,
/// so a sender that keeps pushing can not hold the receiver. What is left over stays in the queue.
/// The sender has the room again when the iterator is dropped.
///
/// To see every transaction (see [`transact`]) whole, let `most` be at least the queue's capacity:
/// then the drain ends where the sender's last commit ended.
///
/// ```
/// # use anteroom_exchange::{drain, queue};
/// let (mut tx, mut rx) = queue(8);
/// for i in 0..5 {
///     tx.push(i).unwrap();
/// }
/// assert_eq!(drain(&mut rx, 3).collect::<Vec<_>>(), [0, 1, 2]);
/// assert_eq!(drain(&mut rx, 3).collect::<Vec<_>>(), [3, 4]);
/// ```
pub fn drain<T>(rx: &mut Consumer<T>, most: usize) -> impl Iterator<Item = T> + '_ {
    let there = rx.slots().min(most);
    // In one chunk, which is given back with one store and not with one for each message.
    let mut chunk = rx.read_chunk(there).ok().map(IntoIterator::into_iter);
    iter::from_fn(move || chunk.as_mut()?.next())
}

/// Sends several messages so that the receiver sees all of them or none.
///
/// Real-time if `messages` is: one pass over them, no allocation, one store that publishes them all.
///
/// # Errors
///
/// If there is not room for all, or the receiver is gone: then none was sent, and the iterator was not
/// advanced. Who wants to keep the messages hands over `by_ref()` of it.
///
/// ```
/// # use anteroom_exchange::{queue, transact};
/// let (mut tx, mut rx) = queue(4);
/// transact(&mut tx, ["mix", "width", "low cut"].into_iter()).unwrap();
/// assert_eq!(rx.slots(), 3);
/// let mut rest = ["high cut", "decay"].into_iter();
/// assert!(transact(&mut tx, rest.by_ref()).is_err(), "there is room for one");
/// assert_eq!((rx.slots(), rest.len()), (3, 2));
/// ```
pub fn transact<T>(
    tx: &mut Producer<T>,
    messages: impl ExactSizeIterator<Item = T>,
) -> Result<(), WriteError> {
    if tx.is_abandoned() {
        return Err(WriteError::Closed);
    }
    let wanted = messages.len();
    match tx.write_chunk_uninit(wanted) {
        Ok(chunk) => {
            chunk.fill_from_iter(messages);
            Ok(())
        }
        Err(ChunkError::TooFewSlots(free)) => Err(WriteError::Full { wanted, free }),
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_queue_is_empty_whatever_its_size_and_type() {
        for capacity in [0, 1, 7, 4096] {
            let (tx, rx) = queue::<[u8; 33]>(capacity);
            assert_eq!((tx.slots(), rx.slots()), (capacity, 0));
            let (tx, rx) = queue::<()>(capacity);
            assert_eq!((tx.slots(), rx.slots()), (capacity, 0));
            let (tx, rx) = queue::<Box<dyn FnMut() + Send>>(capacity);
            assert_eq!((tx.slots(), rx.slots()), (capacity, 0));
        }
    }

    #[test]
    fn drain_is_fixed_when_it_starts() {
        let (mut tx, mut rx) = queue(4);
        tx.push(1).unwrap();
        let mut seen = drain(&mut rx, 4);
        tx.push(2).unwrap();
        assert_eq!(seen.next(), Some(1));
        assert_eq!(seen.next(), None);
        drop(seen);
        assert_eq!(rx.pop(), Ok(2));
    }

    #[test]
    fn nothing_of_a_transaction_is_there_before_all_of_it_is() {
        let (mut tx, rx) = queue(4);
        let watched = (0..3).inspect(|_| {
            assert_eq!(rx.slots(), 0, "half of a transaction");
        });
        transact(&mut tx, watched).unwrap();
        assert_eq!(rx.slots(), 3);
        // Of what has no room, nothing is even looked at.
        let mut looked = 0;
        let full = transact(&mut tx, (0..2).map(|_| looked += 1).map(|()| 0));
        assert_eq!(full, Err(WriteError::Full { wanted: 2, free: 1 }));
        assert_eq!((looked, rx.slots()), (0, 3));
    }

    #[test]
    fn touching_changes_nothing() {
        for len in [0, 1, 1023, 1024, 1025, 5000] {
            let mut buffer: Vec<f32> = (0..len).map(|i| i as f32).collect();
            let before = buffer.clone();
            touch(&mut buffer);
            assert_eq!(buffer, before);
        }
        touch(&mut [(); 3]);
    }

    #[test]
    fn a_transaction_that_nobody_would_see_is_refused() {
        let (mut tx, rx) = queue(4);
        drop(rx);
        let mut messages = [1, 2].into_iter();
        assert_eq!(
            transact(&mut tx, messages.by_ref()),
            Err(WriteError::Closed)
        );
        assert_eq!(messages.len(), 2);
    }
}
