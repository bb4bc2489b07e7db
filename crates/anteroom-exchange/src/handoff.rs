//! Objects with a way home: link, unlink, swap, and a limit on how many may be away.
//!
//! The source owns `limit` credits. Each object that it links takes one, each that it reclaims gives
//! one back, and both rings have room for `limit` objects. So the way home can never be full, and
//! the real-time side never has to choose between freeing an object, losing it and waiting.
//!
//! | handle | whose thread | guarantee | where an old object goes to die |
//! |---|---|---|---|
//! | [`Source`] | any but the real-time one | never waits; allocates only what its caller does | here, by [`Source::reclaim`] |
//! | [`Target`] | the real-time one | wait-free, no heap, no system call | never here: [`Target::unlink`] sends it home |
//! | [`RtBox`] | the real-time one | exclusive access | a dropped one is leaked and counted |
//!
//! What is linked decides the meaning: an engine is owned by one side at a time; an `Arc` of
//! something immutable is published and its count is held until the `Arc` is back; a buffer that is
//! refilled and linked again makes a closed loop; a `dyn FnMut` is a command that owns its captures.

use std::fmt;

use rtrb::{Consumer, Producer, PushError};

use super::error::SendError;
use super::queue::queue;
use super::rt_box::{Home, RtBox};

/// Makes the two ends between which at most `limit` objects are under way or in use.
///
/// Not real-time: allocates both rings and touches their pages.
///
/// Freed: what has come home, where [`Source::reclaim`] gave it or with the source; what has not arrived
/// when the target ends comes home, too. The rings, and what is still in them when both have ended, by
/// the end that is dropped last. What is linked when the target ends is leaked, unless it is unlinked first.
///
/// ```
/// use anteroom_exchange::handoff;
///
/// let (mut source, mut target) = handoff(2);
/// source.link(Box::new("hall")).unwrap();
///
/// let mut slot = None;
/// assert!(target.swap(&mut slot));
/// assert_eq!(slot.as_deref(), Some(&"hall"));
///
/// source.link(Box::new("plate")).unwrap();
/// assert!(target.swap(&mut slot));
/// assert_eq!(slot.as_deref(), Some(&"plate"));
///
/// // The hall came home, to be freed here.
/// assert_eq!(source.reclaim(), Some(Box::new("hall")));
/// # target.unlink(slot.take().unwrap());
/// ```
pub fn handoff<T: ?Sized>(limit: usize) -> (Source<T>, Target<T>) {
    let (there, arrivals) = queue(limit);
    let (back, returns) = queue(limit);
    let source = Source {
        there,
        returns,
        in_flight: 0,
        limit,
    };
    let home = Home::new();
    let target = Target {
        arrivals,
        back,
        home,
    };
    (source, target)
}

/// The end that makes objects, and where they die. Not for real-time contexts.
///
/// ```
/// # use anteroom_exchange::handoff;
/// let (mut source, target) = handoff(8);
/// source.link(Box::new([0.0_f32; 64])).unwrap();
/// assert_eq!((source.in_flight(), source.limit()), (1, 8));
/// target.close();
/// assert!(source.reclaim().is_some());
/// assert_eq!(source.in_flight(), 0);
/// ```
pub struct Source<T: ?Sized> {
    there: Producer<Box<T>>,
    returns: Consumer<Box<T>>,
    /// Objects linked and not yet reclaimed, `0..=limit`.
    in_flight: usize,
    limit: usize,
}

impl<T: ?Sized> Source<T> {
    /// Sends an object to be linked. Wait-free, but meant for the side that allocated the object,
    /// which is not real-time.
    ///
    /// An object that is linked at the very moment the target closes dies with the source and never
    /// comes home, so its credit stays out: it is freed once, and not on the audio thread.
    ///
    /// # Errors
    ///
    /// Gives the object back: [`SendError::Full`] if all credits are out ([`reclaim`](Self::reclaim)
    /// first), [`SendError::Closed`] once the target is closed, because nobody would ever link it.
    ///
    /// ```
    /// # use anteroom_exchange::{SendError, handoff};
    /// let (mut source, _target) = handoff(1);
    /// assert_eq!(source.link(Box::new(1)), Ok(()));
    /// assert_eq!(source.link(Box::new(2)), Err(SendError::Full(Box::new(2))));
    /// ```
    ///
    /// What is linked is given away, so that there is no second owner who could change it meanwhile:
    ///
    /// ```compile_fail,E0382
    /// # use anteroom_exchange::handoff;
    /// let (mut source, _target) = handoff(1);
    /// let mut block = Box::new([0.0_f32; 4]);
    /// source.link(block).unwrap();
    /// block[0] = 1.0; // It is the target's now.
    /// ```
    ///
    /// Before that it may be changed:
    ///
    /// ```
    /// # use anteroom_exchange::handoff;
    /// let (mut source, _target) = handoff(1);
    /// let mut block = Box::new([0.0_f32; 4]);
    /// block[0] = 1.0;
    /// source.link(block).unwrap();
    /// ```
    pub fn link(&mut self, object: Box<T>) -> Result<(), SendError<Box<T>>> {
        if self.is_closed() {
            return Err(SendError::Closed(object));
        }
        if self.in_flight == self.limit {
            return Err(SendError::Full(object));
        }
        match self.there.push(object) {
            Ok(()) => {
                self.in_flight += 1;
                Ok(())
            }
            Err(PushError::Full(object)) => Err(SendError::Full(object)),
        }
    }

    /// Takes back an object that the target has unlinked: to be dropped, pooled or refilled.
    ///
    /// Wait-free; what the caller does with the box decides the rest, so not real-time if it frees it.
    ///
    /// ```
    /// # use anteroom_exchange::handoff;
    /// # let (mut source, mut target) = handoff(1);
    /// # source.link(Box::new(1)).unwrap();
    /// # let object = target.accept().unwrap();
    /// target.unlink(object);
    /// while let Some(object) = source.reclaim() {
    ///     drop(object);
    /// }
    /// assert_eq!(source.in_flight(), 0);
    /// ```
    pub fn reclaim(&mut self) -> Option<Box<T>> {
        let object = self.returns.pop().ok()?;
        // Saturating, because an object of another exchange may have been unlinked into this one.
        self.in_flight = self.in_flight.saturating_sub(1);
        Some(object)
    }

    /// How many objects were linked and have not been reclaimed, `0..=limit`. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::handoff;
    /// let (mut source, mut target) = handoff(2);
    /// source.link(Box::new("hall")).unwrap();
    /// let hall = target.accept().unwrap();
    /// target.unlink(hall);
    /// // It has come home, but was not taken in.
    /// assert_eq!(source.in_flight(), 1);
    /// source.reclaim();
    /// assert_eq!(source.in_flight(), 0);
    /// ```
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// The most that may be in flight. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::handoff;
    /// let (mut source, _target) = handoff(3);
    /// while source.link(Box::new(0)).is_ok() {}
    /// assert_eq!((source.limit(), source.in_flight()), (3, 3));
    /// ```
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Whether the target is gone; whatever it still had can then be reclaimed. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::{SendError, handoff};
    /// let (mut source, target) = handoff(1);
    /// assert!(!source.is_closed());
    /// target.close();
    /// assert!(source.is_closed());
    /// assert_eq!(source.link(Box::new("late")), Err(SendError::Closed(Box::new("late"))));
    /// ```
    pub fn is_closed(&self) -> bool {
        self.there.is_abandoned()
    }
}

impl<T: ?Sized> Drop for Source<T> {
    fn drop(&mut self) {
        // What has come home dies here and not with the ring, whose last owner may be anybody.
        while self.reclaim().is_some() {}
    }
}

/// The end in the real-time context. Every method but [`close`](Self::close) is wait-free.
///
/// Never drop it in a real-time context: send it to a worker and close it there.
///
/// ```
/// # use anteroom_exchange::handoff;
/// let (mut source, mut target) = handoff(1);
/// source.link(Box::new(0.5)).unwrap();
/// let gain = target.accept().unwrap();
/// assert_eq!(*gain * 2.0, 1.0);
/// target.unlink(gain);
/// assert_eq!(source.reclaim(), Some(Box::new(0.5)));
/// ```
pub struct Target<T: ?Sized> {
    arrivals: Consumer<Box<T>>,
    back: Producer<Box<T>>,
    home: Home,
}

impl<T: ?Sized> Target<T> {
    /// Takes the oldest object that has arrived. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::handoff;
    /// # let (mut source, mut target) = handoff(1);
    /// assert!(target.accept().is_none());
    /// source.link(Box::new(440.0)).unwrap();
    /// let mut voice = target.accept().unwrap();
    /// *voice *= 2.0;
    /// target.unlink(voice);
    /// ```
    pub fn accept(&mut self) -> Option<RtBox<T>> {
        let object = self.arrivals.pop().ok()?;
        Some(RtBox::new(object, self.home))
    }

    /// Sends an object home. Real-time: wait-free, and can not fail.
    ///
    /// It must have been accepted by this target: credits are counted per pair. In a release build an
    /// object of another pair is sent to this pair's source, or leaked and counted if there is no room,
    /// and is never freed here; its own source waits for it in vain.
    ///
    /// # Panics
    ///
    /// In debug builds, if another target accepted it; the object is then leaked and counted.
    ///
    /// ```
    /// # use anteroom_exchange::handoff;
    /// let (mut source, mut target) = handoff(1);
    /// source.link(Box::new([0.0; 2])).unwrap();
    /// let mut block = target.accept().unwrap();
    /// assert_eq!(source.reclaim(), None);
    /// block[1] = 0.5;
    /// target.unlink(block);
    /// assert_eq!(source.reclaim(), Some(Box::new([0.0, 0.5])));
    /// ```
    pub fn unlink(&mut self, object: RtBox<T>) {
        debug_assert!(
            object.home() == self.home,
            "an object was unlinked from a target that did not accept it"
        );
        self.send_home(object);
    }

    fn send_home(&mut self, object: RtBox<T>) {
        if let Err(PushError::Full(object)) = self.back.push(object.into_box()) {
            // To drop a `RtBox` is to leak its object and count it.
            drop(RtBox::new(object, self.home));
        }
    }

    /// Puts the newest arrival into `slot` and sends what it replaced home; `false` if none came.
    ///
    /// Real-time: wait-free, at most `limit` moves of a pointer whatever the size of the object.
    /// Objects that were overtaken on their way are sent home without having been used.
    ///
    /// ```
    /// # use anteroom_exchange::handoff;
    /// let (mut source, mut target) = handoff(2);
    /// let mut slot = None;
    /// assert!(!target.swap(&mut slot));
    /// source.link(Box::new("hall")).unwrap();
    /// source.link(Box::new("plate")).unwrap();
    /// assert!(target.swap(&mut slot));
    /// assert_eq!(slot.as_deref(), Some(&"plate"));
    /// // The hall was overtaken.
    /// assert_eq!(source.reclaim(), Some(Box::new("hall")));
    /// # target.unlink(slot.take().unwrap());
    /// ```
    pub fn swap(&mut self, slot: &mut Option<RtBox<T>>) -> bool {
        // The number is fixed first, so that a source that keeps linking can not hold us here.
        let arrived = self.arrivals.slots();
        for _ in 0..arrived {
            if let Some(object) = self.accept()
                && let Some(old) = slot.replace(object)
            {
                self.unlink(old);
            }
        }
        arrived > 0
    }

    /// How many objects have arrived and were not accepted. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::handoff;
    /// let (mut source, mut target) = handoff(2);
    /// source.link(Box::new(1)).unwrap();
    /// source.link(Box::new(2)).unwrap();
    /// let first = target.accept().unwrap();
    /// assert_eq!(target.waiting(), 1);
    /// target.unlink(first);
    /// ```
    pub fn waiting(&self) -> usize {
        self.arrivals.slots()
    }

    /// Ends the exchange: sends home whatever was still arriving. Not real-time.
    ///
    /// If the source is already gone then everything left is freed here, so it must be called (or
    /// the target dropped, which is the same) off the real-time thread. A real-time context that
    /// has to end one *sends* its target to a worker, after unlinking what it had linked. What is
    /// linked at that very moment does not come home: see [`Source::link`].
    ///
    /// ```
    /// # use anteroom_exchange::handoff;
    /// let (mut source, target) = handoff(2);
    /// source.link(Box::new("never used")).unwrap();
    /// target.close();
    /// assert!(source.is_closed());
    /// assert_eq!(source.reclaim(), Some(Box::new("never used")));
    /// ```
    pub fn close(self) {}
}

impl<T: ?Sized> Drop for Target<T> {
    fn drop(&mut self) {
        while let Some(object) = self.accept() {
            self.unlink(object);
        }
    }
}

impl<T: ?Sized> fmt::Debug for Source<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("in_flight", &self.in_flight)
            .field("limit", &self.limit)
            .finish()
    }
}

impl<T: ?Sized> fmt::Debug for Target<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target")
            .field("waiting", &self.waiting())
            .finish()
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
