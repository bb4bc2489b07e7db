//! An object that is linked into a real-time context: used like a box, never freed there.

use std::fmt;
use std::mem::{self, ManuallyDrop};
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Which pair an object belongs to. Only debug builds know; in others it is nothing, and all are the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Home(#[cfg(debug_assertions)] usize);

impl Home {
    /// One that no other pair of this process has.
    pub(super) fn new() -> Self {
        #[cfg(debug_assertions)]
        static PAIRS: AtomicUsize = AtomicUsize::new(0);
        Self(
            // ORDERING: Relaxed, because it only has to be another number each time.
            #[cfg(debug_assertions)]
            PAIRS.fetch_add(1, Ordering::Relaxed),
        )
    }
}

/// How many linked objects were dropped in this process, where they should have been unlinked.
static LEAKED: AtomicUsize = AtomicUsize::new(0);

/// Exclusive access to an object that a [`Target`](super::Target) has accepted.
///
/// Real-time: dereferencing is free. It has one way out, [`Target::unlink`](super::Target::unlink),
/// which sends the object home. Dropping it instead (in a panic, say) leaks the object, keeps its
/// credit and counts it in [`RtBox::leaked`]: a leak can be found, a free in the callback is heard.
///
/// The sender gave the object away, so there is no second owner, and the object need not be `Sync`.
///
/// ```
/// # use anteroom_exchange::handoff;
/// let (mut source, mut target) = handoff(1);
/// source.link(Box::new([0.0_f32; 4])).unwrap();
/// let mut block = target.accept().unwrap();
/// block[2] = 0.5;
/// target.unlink(block);
/// assert_eq!(*source.reclaim().unwrap(), [0.0, 0.0, 0.5, 0.0]);
/// ```
///
/// And once it is unlinked nobody here has it any more:
///
/// ```compile_fail,E0382
/// # use anteroom_exchange::handoff;
/// let (mut source, mut target) = handoff(1);
/// source.link(Box::new([0.0_f32; 4])).unwrap();
/// let mut block = target.accept().unwrap();
/// target.unlink(block);
/// block[2] = 0.5; // It is on its way home.
/// ```
pub struct RtBox<T: ?Sized> {
    // Never dropped by the glue: either taken out whole, or leaked.
    object: ManuallyDrop<Box<T>>,
    witness: Witness,
    home: Home,
}

impl<T: ?Sized> RtBox<T> {
    pub(super) fn new(object: Box<T>, home: Home) -> Self {
        Self {
            object: ManuallyDrop::new(object),
            witness: Witness,
            home,
        }
    }

    pub(super) fn home(&self) -> Home {
        self.home
    }

    pub(super) fn into_box(self) -> Box<T> {
        let Self {
            object, witness, ..
        } = self;
        mem::forget(witness);
        ManuallyDrop::into_inner(object)
    }
}

impl RtBox<()> {
    /// How many linked objects of any type were dropped in this process instead of being unlinked.
    ///
    /// Real-time: wait-free, one load. Anything but zero is a fault in the program; tests assert it.
    ///
    /// ```
    /// assert_eq!(anteroom_exchange::RtBox::leaked(), 0);
    /// ```
    pub fn leaked() -> usize {
        LEAKED.load(Ordering::Relaxed)
    }
}

impl<T: ?Sized> Deref for RtBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.object
    }
}

impl<T: ?Sized> DerefMut for RtBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.object
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RtBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RtBox").field(&&**self).finish()
    }
}

/// Sees a `RtBox` being dropped. A field of its own, so that `RtBox` can still be taken apart.
struct Witness;

impl Drop for Witness {
    fn drop(&mut self) {
        // ORDERING: Relaxed, because it is a tally; nothing is read on the strength of it.
        LEAKED.fetch_add(1, Ordering::Relaxed);
    }
}
