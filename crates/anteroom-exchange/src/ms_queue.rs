//! The queue of Michael and Scott: any number of senders and receivers, no lock, no allocation.
//!
//! M. M. Michael, M. L. Scott: *Simple, fast, and practical non-blocking and blocking concurrent
//! queue algorithms*, PODC 1996. Nodes are array elements from a free list, so nothing is ever
//! freed and nobody can read freed memory; a link is an index with a tag that changes at each write,
//! so a node that was used again meanwhile is not taken for what it was (the ABA problem).
//!
//! Lock-free, not wait-free: an operation is tried again if another one came between. Use it between
//! workers; a real-time context wants a ring of its own.

use std::fmt;

use rtrb::PushError;

use super::sync::{AtomicU64, Ordering};

/// A queue of words with many senders and many receivers.
///
/// The words are tokens: indices into something, or small values. Shared by reference.
///
/// Not real-time: lock-free, but with no bound for the one that is overtaken.
///
/// Tags are 32 bits: a thread that is stopped between two instructions while one node is used
/// four thousand million times may be fooled. That is some minutes of nothing else.
///
/// ```
/// # use anteroom_exchange::{MsQueue, PushError};
/// let queue = MsQueue::new(2);
/// std::thread::scope(|scope| {
///     scope.spawn(|| queue.push(7));
///     scope.spawn(|| queue.push(7));
/// });
/// assert_eq!(queue.push(8), Err(PushError::Full(8)));
/// assert_eq!((queue.pop(), queue.pop(), queue.pop()), (Some(7), Some(7), None));
/// ```
pub struct MsQueue {
    /// The node before the oldest message.
    head: Padded,
    /// The last node, or for a moment the one before it.
    tail: Padded,
    /// The top of the stack of free nodes.
    free: Padded,
    nodes: Box<[Node]>,
}

#[repr(align(128))]
struct Padded(AtomicU64);

struct Node {
    // An atomic, because it is read before it is known whether it may be.
    value: AtomicU64,
    next: AtomicU64,
}

/// An index with the tag that tells it from earlier uses of the same index.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Link {
    node: u32,
    tag: u32,
}

/// The index of no node.
const NONE: u32 = u32::MAX;

impl Link {
    fn unpack(word: u64) -> Self {
        Self {
            node: word as u32,
            tag: (word >> 32) as u32,
        }
    }

    fn pack(self) -> u64 {
        u64::from(self.tag) << 32 | u64::from(self.node)
    }

    /// What comes after this in the same place.
    fn then(self, node: u32) -> Self {
        Self {
            node,
            tag: self.tag.wrapping_add(1),
        }
    }
}

impl MsQueue {
    /// Makes a queue for `capacity` words. Not real-time: allocates, and writes to every node. Freed: all
    /// of it, where the queue is dropped.
    ///
    /// ```
    /// # use anteroom_exchange::{MsQueue, PushError};
    /// let queue = MsQueue::new(1);
    /// assert_eq!(queue.push(3), Ok(()));
    /// assert_eq!(queue.push(4), Err(PushError::Full(4)));
    /// ```
    pub fn new(capacity: usize) -> Self {
        // One node more than there are words: the one before the oldest.
        let count = u32::try_from(capacity).map_or(NONE - 1, |c| c.min(NONE - 2) + 1);
        let link = |node| Link { node, tag: 0 }.pack();
        // Node 0 is in the queue; 1, 2, 3 and so on are a stack.
        let next = |node| match node {
            0 => NONE,
            _ if node + 1 == count => NONE,
            _ => node + 1,
        };
        let nodes = (0..count).map(|node| Node {
            value: AtomicU64::new(0),
            next: AtomicU64::new(link(next(node))),
        });
        let padded = |node| Padded(AtomicU64::new(link(node)));
        Self {
            head: padded(0),
            tail: padded(0),
            free: padded(if count > 1 { 1 } else { NONE }),
            nodes: nodes.collect(),
        }
    }

    /// Adds a word. Not real-time: lock-free, no allocation.
    ///
    /// # Errors
    ///
    /// Gives the word back if the queue is full.
    ///
    /// ```
    /// # use anteroom_exchange::{MsQueue, PushError};
    /// let free_tapes = MsQueue::new(2);
    /// assert_eq!((free_tapes.push(0), free_tapes.push(1)), (Ok(()), Ok(())));
    /// assert_eq!(free_tapes.push(2), Err(PushError::Full(2)));
    /// // There is room again for whatever is taken.
    /// free_tapes.pop();
    /// assert_eq!(free_tapes.push(2), Ok(()));
    /// ```
    pub fn push(&self, value: u64) -> Result<(), PushError<u64>> {
        let Some((index, node)) = self.take_free() else {
            return Err(PushError::Full(value));
        };
        // ORDERING: Relaxed, because the exchange that links the node publishes it.
        node.value.store(value, Ordering::Relaxed);
        self.end(node, NONE);

        loop {
            let tail = load(&self.tail.0);
            // PANIC: head and tail hold the index of a node, never NONE.
            let last = &self.nodes[tail.node as usize];
            let next = load(&last.next);
            // If the tail is what it was then `next` was read while `last` was in the queue; from
            // here on its tag guards it.
            if load(&self.tail.0) != tail {
                continue;
            }
            if next.node != NONE {
                // Somebody has linked a node and not moved the tail yet: do it for them.
                swap(&self.tail.0, tail, next.node);
            } else if swap(&last.next, next, index) {
                // If this fails then somebody has done it for us.
                swap(&self.tail.0, tail, index);
                return Ok(());
            }
        }
    }

    /// Takes the oldest word; `None` if there is none. Not real-time: lock-free, no allocation.
    ///
    /// ```
    /// let jobs = anteroom_exchange::MsQueue::new(2);
    /// assert_eq!(jobs.pop(), None);
    /// jobs.push(8).unwrap();
    /// jobs.push(9).unwrap();
    /// assert_eq!((jobs.pop(), jobs.pop()), (Some(8), Some(9)));
    /// ```
    pub fn pop(&self) -> Option<u64> {
        loop {
            let head = load(&self.head.0);
            let tail = load(&self.tail.0);
            // PANIC: as in `push`.
            let first = &self.nodes[head.node as usize];
            let next = load(&first.next);
            // As above: was `next` read while `first` was in the queue?
            if load(&self.head.0) != head {
                continue;
            }
            if next.node == NONE {
                return None;
            }
            if head.node == tail.node {
                // The tail lags; it must not be overtaken, or it would point to a free node.
                swap(&self.tail.0, tail, next.node);
                continue;
            }
            // The word is read first: once the head has moved, the node belongs to somebody else.
            // ORDERING: Relaxed, because `next` was acquired from the exchange that published it.
            // PANIC: it was looked whether it is NONE.
            let value = self.nodes[next.node as usize].value.load(Ordering::Relaxed);
            if swap(&self.head.0, head, next.node) {
                self.give_free(head.node, first);
                return Some(value);
            }
        }
    }

    fn take_free(&self) -> Option<(u32, &Node)> {
        loop {
            let top = load(&self.free.0);
            // NONE is the index of no node, so an empty stack ends here.
            let node = self.nodes.get(top.node as usize)?;
            let next = load(&node.next);
            if swap(&self.free.0, top, next.node) {
                return Some((top.node, node));
            }
        }
    }

    fn give_free(&self, index: u32, node: &Node) {
        loop {
            let top = load(&self.free.0);
            self.end(node, top.node);
            if swap(&self.free.0, top, index) {
                return;
            }
        }
    }

    /// Sets the link of a node that is ours alone. The tag goes on, so that whoever still holds the
    /// old link can not exchange it.
    fn end(&self, node: &Node, next: u32) {
        let link = load(&node.next).then(next);
        // ORDERING: Release, so that whoever reads this link, late, then also finds that the head
        // or the tail has moved on.
        node.next.store(link.pack(), Ordering::Release);
    }
}

fn load(word: &AtomicU64) -> Link {
    // ORDERING: Acquire, to see what was written to the node before the link to it was, and so that
    // the next load is not made earlier than this one.
    Link::unpack(word.load(Ordering::Acquire))
}

fn swap(word: &AtomicU64, from: Link, to: u32) -> bool {
    let to = from.then(to).pack();
    // ORDERING: Release publishes what we wrote to the node and keeps our reads of the old one
    // before the exchange; Acquire keeps our writes to a node that we win behind it. On failure
    // nothing was learnt: all is read again.
    word.compare_exchange(from.pack(), to, Ordering::AcqRel, Ordering::Relaxed)
        .is_ok()
}

impl fmt::Debug for MsQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MsQueue")
            .field("capacity", &(self.nodes.len() - 1))
            .finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn words_come_out_in_the_order_they_went_in() {
        let queue = MsQueue::new(3);
        for round in 0..100 {
            for i in 0..3 {
                assert_eq!(queue.push(round + i), Ok(()));
            }
            assert_eq!(queue.push(0), Err(PushError::Full(0)));
            for i in 0..3 {
                assert_eq!(queue.pop(), Some(round + i));
            }
            assert_eq!(queue.pop(), None);
        }
    }

    #[test]
    fn a_queue_without_room_is_always_full_and_empty() {
        let queue = MsQueue::new(0);
        assert_eq!(queue.push(1), Err(PushError::Full(1)));
        assert_eq!(queue.pop(), None);
        assert_eq!(format!("{queue:?}"), "MsQueue { capacity: 0 }");
    }

    #[test]
    fn tags_wrap_without_touching_the_index() {
        let link = Link {
            node: 5,
            tag: u32::MAX,
        };
        assert!(Link::unpack(link.pack()) == link);
        assert!(link.then(6) == Link { node: 6, tag: 0 });
    }
}
