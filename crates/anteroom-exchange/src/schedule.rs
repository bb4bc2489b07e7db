//! Messages that wait in their target for their time, or for their turn.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fmt;
use std::mem;

use rtrb::PushError;

use super::queue::write_to_all;

/// A priority queue of fixed capacity, first in first out among equals.
///
/// Lives in one context. With a time as the key it fires events at their sample; with a priority as
/// the key it is a work list. The smallest key is served first.
///
/// Real-time: [`push`](Self::push) and [`pop`](Self::pop) take `O(log capacity)` steps at worst and
/// never allocate. Full means refused, never grown.
///
/// ```
/// use anteroom_exchange::Schedule;
///
/// let mut events = Schedule::new(8);
/// events.push(480_u64, "note off").unwrap();
/// events.push(64, "note on").unwrap();
/// events.push(64, "bend").unwrap();
///
/// // The block of 128 frames that begins at frame 0.
/// assert_eq!(events.pop_before(&128), Some((64, "note on")));
/// assert_eq!(events.pop_before(&128), Some((64, "bend")));
/// assert_eq!(events.pop_before(&128), None);
/// ```
pub struct Schedule<K: Ord, M> {
    heap: BinaryHeap<Entry<K, M>>,
    capacity: usize,
    /// Numbers the entries, so that equal keys keep their order.
    pushed: u64,
}

impl<K: Ord, M> Schedule<K, M> {
    /// Makes room for `capacity` messages. Not real-time: allocates, and touches the pages. Freed: the
    /// room and what waits in it, where the schedule is dropped; a message, where it was taken out.
    ///
    /// ```
    /// # use anteroom_exchange::Schedule;
    /// let events: Schedule<u64, &str> = Schedule::new(8);
    /// assert_eq!((events.len(), events.capacity()), (0, 8));
    /// ```
    pub fn new(capacity: usize) -> Self {
        let mut schedule = Self {
            heap: BinaryHeap::new(),
            capacity: 0,
            pushed: 0,
        };
        schedule.grow(capacity);
        schedule
    }

    /// Adds a message. Real-time: `O(log n)`, no allocation.
    ///
    /// # Errors
    ///
    /// Gives the message back if the schedule is full.
    ///
    /// ```
    /// # use anteroom_exchange::{PushError, Schedule};
    /// let mut events = Schedule::new(1);
    /// assert_eq!(events.push(64, "note on"), Ok(()));
    /// assert_eq!(events.push(480, "note off"), Err(PushError::Full("note off")));
    /// ```
    pub fn push(&mut self, key: K, message: M) -> Result<(), PushError<M>> {
        if self.heap.len() == self.capacity {
            return Err(PushError::Full(message));
        }
        let order = Reverse((key, self.pushed));
        self.heap.push(Entry { order, message });
        self.pushed += 1;
        Ok(())
    }

    /// Takes the message with the smallest key. Real-time: `O(log n)`, no allocation.
    ///
    /// ```
    /// # use anteroom_exchange::Schedule;
    /// let mut work = Schedule::new(2);
    /// work.push(9, "thumbnail").unwrap();
    /// work.push(1, "next block").unwrap();
    /// assert_eq!(work.pop(), Some((1, "next block")));
    /// assert_eq!(work.pop(), Some((9, "thumbnail")));
    /// assert_eq!(work.pop(), None);
    /// ```
    pub fn pop(&mut self) -> Option<(K, M)> {
        let entry = self.heap.pop()?;
        let Reverse((key, _)) = entry.order;
        Some((key, entry.message))
    }

    /// Takes the next message that is due at `now`: whose key is not greater. Real-time, as `pop`.
    ///
    /// ```
    /// # use anteroom_exchange::Schedule;
    /// let mut events = Schedule::new(1);
    /// events.push(64, "note on").unwrap();
    /// assert_eq!(events.pop_due(&63), None);
    /// assert_eq!(events.pop_due(&64), Some((64, "note on")));
    /// ```
    pub fn pop_due(&mut self, now: &K) -> Option<(K, M)> {
        (self.next_key()? <= now).then(|| self.pop())?
    }

    /// Takes the next message whose key is before `end`, the first time that is not in this block.
    /// Real-time, as `pop`.
    ///
    /// ```
    /// # use anteroom_exchange::Schedule;
    /// let mut events = Schedule::new(1);
    /// events.push(128, "note on").unwrap();
    /// assert_eq!(events.pop_before(&128), None);
    /// assert_eq!(events.pop_before(&256), Some((128, "note on")));
    /// ```
    pub fn pop_before(&mut self, end: &K) -> Option<(K, M)> {
        (self.next_key()? < end).then(|| self.pop())?
    }

    /// The smallest key. Real-time: `O(1)`.
    ///
    /// ```
    /// # use anteroom_exchange::Schedule;
    /// let mut events = Schedule::new(2);
    /// assert_eq!(events.next_key(), None);
    /// events.push(480, "note off").unwrap();
    /// events.push(64, "note on").unwrap();
    /// assert_eq!(events.next_key(), Some(&64));
    /// ```
    pub fn next_key(&self) -> Option<&K> {
        let Reverse((key, _)) = &self.heap.peek()?.order;
        Some(key)
    }

    /// How many messages wait. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Schedule;
    /// let mut events = Schedule::new(8);
    /// events.push(64, "note on").unwrap();
    /// assert_eq!(events.len(), 1);
    /// ```
    pub fn len(&self) -> usize {
        self.heap.len()
    }

    /// Whether none waits. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Schedule;
    /// let mut events = Schedule::new(8);
    /// assert!(events.is_empty());
    /// events.push(64, "note on").unwrap();
    /// assert!(!events.is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// The most that can wait. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Schedule;
    /// let mut events = Schedule::new(8);
    /// events.push(64, "note on").unwrap();
    /// assert_eq!(events.capacity(), 8);
    /// ```
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Makes room for `more` messages. Not real-time: allocates, and touches the pages.
    ///
    /// ```
    /// # use anteroom_exchange::Schedule;
    /// let mut events = Schedule::new(1);
    /// events.push(64, "note on").unwrap();
    /// events.grow(1);
    /// assert_eq!(events.push(480, "note off"), Ok(()));
    /// assert_eq!(events.pop(), Some((64, "note on")));
    /// ```
    pub fn grow(&mut self, more: usize) {
        if more == 0 {
            return;
        }
        self.capacity += more;
        let mut storage = mem::take(&mut self.heap).into_vec();
        storage.reserve_exact(self.capacity - storage.len());
        write_to_all(storage.spare_capacity_mut());
        self.heap = BinaryHeap::from(storage);
    }
}

struct Entry<K, M> {
    // Reversed, because the heap gives the greatest first.
    order: Reverse<(K, u64)>,
    message: M,
}

impl<K: Ord, M> PartialEq for Entry<K, M> {
    fn eq(&self, other: &Self) -> bool {
        self.order == other.order
    }
}

impl<K: Ord, M> Eq for Entry<K, M> {}

impl<K: Ord, M> PartialOrd for Entry<K, M> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K: Ord, M> Ord for Entry<K, M> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.order.cmp(&other.order)
    }
}

impl<K: Ord + fmt::Debug, M> fmt::Debug for Schedule<K, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schedule")
            .field("len", &self.len())
            .field("capacity", &self.capacity)
            .field("next_key", &self.next_key())
            .finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn full_refuses_and_gives_the_message_back() {
        let mut schedule = Schedule::new(1);
        assert_eq!(schedule.push(1, "a"), Ok(()));
        assert_eq!(schedule.push(0, "b"), Err(PushError::Full("b")));
        assert_eq!(schedule.pop(), Some((1, "a")));
        assert_eq!(schedule.push(0, "b"), Ok(()));
        assert_eq!(Schedule::new(0).push(0, 7), Err(PushError::Full(7)));
    }

    #[test]
    fn due_includes_now_and_before_does_not() {
        let mut schedule = Schedule::new(2);
        schedule.push(10, ()).unwrap();
        assert_eq!(schedule.pop_before(&10), None);
        assert_eq!(schedule.pop_due(&9), None);
        assert_eq!(schedule.pop_due(&10), Some((10, ())));
        assert!(schedule.is_empty());
    }

    #[test]
    fn grown_room_is_room() {
        let mut schedule = Schedule::new(0);
        schedule.grow(2);
        assert_eq!(schedule.capacity(), 2);
        assert!(schedule.push(1, ()).is_ok() && schedule.push(1, ()).is_ok());
        assert!(schedule.push(1, ()).is_err());
        assert_eq!(
            format!("{schedule:?}"),
            "Schedule { len: 2, capacity: 2, next_key: Some(1) }"
        );
    }
}
