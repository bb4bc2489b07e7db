//! State that one context owns and others have a copy of: written through, read without asking.
//!
//! | handle | whose thread | guarantee | where the old value goes to die |
//! |---|---|---|---|
//! | [`Mirror`] | the one that decides what the state is | write is wait-free, one push per replica | where `apply` drops it |
//! | [`Replica`] | any one other | update is wait-free, at most as many operations as it says | where `apply` drops it |
//!
//! The log of operations is the truth: whoever has applied the same number of them has the same
//! state. So the writer reads its own copy at once, a replica is some known number of operations
//! behind, and no question ever crosses a thread.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use rtrb::{Consumer, Producer};

use super::error::WriteError;
use super::queue::{drain, queue, transact};
use super::sync::{AtomicU64, Ordering};

/// What can be mirrored: state that changes by operations, the same way wherever they are applied.
///
/// As real-time as its `apply` is. Plain numbers and `bool` are states that each operation replaces.
///
/// ```
/// # use anteroom_exchange::State;
/// struct Muted([bool; 4]);
///
/// impl State for Muted {
///     /// The channel to be switched.
///     type Op = usize;
///     fn apply(&mut self, &channel: &usize) {
///         if let Some(muted) = self.0.get_mut(channel) {
///             *muted = !*muted;
///         }
///     }
/// }
///
/// let mut muted = Muted([false; 4]);
/// muted.apply(&2);
/// assert_eq!(muted.0, [false, false, true, false]);
/// ```
pub trait State {
    /// One change. `Copy`, so that sending it and forgetting it never touch the heap.
    type Op: Copy + Send;

    /// Makes the change. Must depend on nothing but the state and the operation, and must be
    /// real-time if any copy of the state lives in a real-time context.
    ///
    /// ```
    /// # use anteroom_exchange::State;
    /// let (mut here, mut there) = (1.0_f32, 1.0_f32);
    /// for gain in [0.5, 0.25] {
    ///     here.apply(&gain);
    ///     there.apply(&gain);
    /// }
    /// assert_eq!(here, there);
    /// ```
    fn apply(&mut self, op: &Self::Op);
}

/// A plain number is a state that each operation replaces.
macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl State for $number {
            type Op = Self;

            fn apply(&mut self, op: &Self) {
                *self = *op;
            }
        }
    )*};
}

numbers!(f32, f64, i32, i64, u32, u64, usize, bool);

/// The copy that decides: reads are reads of a plain value, writes go to all replicas as well.
///
/// Real-time to read and to write, if `apply` is; attaching a replica and dropping it are not.
///
/// ```
/// use anteroom_exchange::{Mirror, State};
///
/// #[derive(Clone, Default)]
/// struct Gains([f32; 4]);
///
/// impl State for Gains {
///     type Op = (usize, f32);
///     fn apply(&mut self, &(channel, gain): &Self::Op) {
///         if let Some(slot) = self.0.get_mut(channel) {
///             *slot = gain;
///         }
///     }
/// }
///
/// let mut editor = Mirror::new(Gains::default());
/// let mut audio = editor.attach(16);
/// editor.write((2, 0.5)).unwrap();
/// assert_eq!(editor.0[2], 0.5);
/// assert_eq!((audio.0[2], editor.lag()), (0.0, 1));
///
/// audio.update(16);
/// assert_eq!((audio.0[2], editor.lag()), (0.5, 0));
/// ```
pub struct Mirror<S: State> {
    state: S,
    written: u64,
    replicas: Vec<Wire<S::Op>>,
}

struct Wire<Op> {
    ops: Producer<Op>,
    applied: Arc<AtomicU64>,
}

impl<S: State> Mirror<S> {
    /// Starts from this state, with no replica. Real-time if moving `state` is.
    ///
    /// ```
    /// # use anteroom_exchange::Mirror;
    /// let editor = Mirror::new(0.5_f32);
    /// assert_eq!((*editor, editor.sequence(), editor.lag()), (0.5, 0, 0));
    /// ```
    pub fn new(state: S) -> Self {
        Self {
            state,
            written: 0,
            replicas: Vec::new(),
        }
    }

    /// Makes a replica that may fall up to `capacity` operations behind.
    ///
    /// Not real-time: copies the state and allocates the queue. Replicas that are gone are forgotten.
    /// Freed: each copy of the state with its owner; the queue, by whichever of the two ends last.
    ///
    /// ```
    /// # use anteroom_exchange::Mirror;
    /// let mut editor = Mirror::new(1.0_f32);
    /// editor.write(0.5).unwrap();
    /// // It begins with the state as it is now, not with the operations that led there.
    /// let mut audio = editor.attach(8);
    /// assert_eq!((*audio, audio.update(8)), (0.5, 0));
    /// ```
    pub fn attach(&mut self, capacity: usize) -> Replica<S>
    where
        S: Clone,
    {
        self.replicas.retain(|wire| !wire.ops.is_abandoned());
        let (ops, inbox) = queue(capacity);
        let applied = Arc::new(AtomicU64::new(self.written));
        self.replicas.push(Wire {
            ops,
            applied: applied.clone(),
        });
        Replica {
            state: self.state.clone(),
            applied_here: self.written,
            inbox,
            applied,
        }
    }

    /// Changes the state here and sends the change to every replica.
    ///
    /// Real-time if `apply` is: wait-free, one push per replica.
    ///
    /// # Errors
    ///
    /// [`WriteError::Full`] if a replica is too far behind; then nothing was changed or sent anywhere.
    /// A replica that is gone refuses nothing.
    ///
    /// ```
    /// # use anteroom_exchange::{Mirror, WriteError};
    /// let mut editor = Mirror::new(1.0_f32);
    /// let _audio = editor.attach(1);
    /// assert_eq!(editor.write(0.5), Ok(()));
    /// assert_eq!(editor.write(0.25), Err(WriteError::Full { wanted: 1, free: 0 }));
    /// assert_eq!(*editor, 0.5);
    /// ```
    pub fn write(&mut self, op: S::Op) -> Result<(), WriteError> {
        self.write_all(&[op])
    }

    /// Makes several changes that no replica ever sees some of, if it updates by its whole capacity.
    ///
    /// Real-time if `apply` is: wait-free, one transaction per replica.
    ///
    /// # Errors
    ///
    /// [`WriteError::Full`] if a replica is too far behind; then nothing was changed or sent anywhere.
    /// A replica that is gone refuses nothing.
    ///
    /// ```
    /// # use anteroom_exchange::Mirror;
    /// let mut editor = Mirror::new(1.0_f32);
    /// let mut audio = editor.attach(2);
    /// assert!(editor.write_all(&[0.1, 0.2, 0.3]).is_err());
    /// editor.write_all(&[0.5, 0.25]).unwrap();
    /// assert_eq!((audio.update(2), *audio), (2, 0.25));
    /// ```
    pub fn write_all(&mut self, ops: &[S::Op]) -> Result<(), WriteError> {
        // All replicas or none: look for room first. Room that is there now can only grow, because
        // nobody else pushes. A replica that is gone refuses nothing.
        for wire in &self.replicas {
            let free = wire.ops.slots();
            if free < ops.len() && !wire.ops.is_abandoned() {
                return Err(WriteError::Full {
                    wanted: ops.len(),
                    free,
                });
            }
        }
        for wire in &mut self.replicas {
            // Fails only for a replica that is gone.
            let _ = transact(&mut wire.ops, ops.iter().copied());
        }
        for op in ops {
            self.state.apply(op);
        }
        self.written += ops.len() as u64;
        Ok(())
    }

    /// How many operations were ever written. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::Mirror;
    /// let mut editor = Mirror::new(1.0_f32);
    /// editor.write(0.5).unwrap();
    /// editor.write_all(&[0.25, 0.125]).unwrap();
    /// assert_eq!(editor.sequence(), 3);
    /// ```
    pub fn sequence(&self) -> u64 {
        self.written
    }

    /// How many operations the replica that is furthest behind has still to apply.
    ///
    /// Real-time: wait-free, one load per replica.
    ///
    /// Zero means that all copies were equal when each replica last updated.
    ///
    /// ```
    /// # use anteroom_exchange::Mirror;
    /// let mut editor = Mirror::new(1.0_f32);
    /// let (mut audio, meter) = (editor.attach(4), editor.attach(4));
    /// editor.write_all(&[0.5, 0.25]).unwrap();
    /// audio.update(4);
    /// assert_eq!(editor.lag(), 2);
    /// // A replica that is gone is waited for by nobody.
    /// drop(meter);
    /// assert_eq!(editor.lag(), 0);
    /// ```
    pub fn lag(&self) -> u64 {
        let attached = self.replicas.iter().filter(|w| !w.ops.is_abandoned());
        // ORDERING: Acquire, so that "it has applied this" also means that what it did by then is seen.
        let lags = attached.map(|wire| self.written - wire.applied.load(Ordering::Acquire));
        lags.max().unwrap_or(0)
    }
}

impl<S: State> Deref for Mirror<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.state
    }
}

/// A copy that follows. Reads are reads of a plain value, as of its last update.
///
/// Real-time to read and to update, if `apply` is; not to drop, which may free the queue.
///
/// ```
/// # use anteroom_exchange::Mirror;
/// let mut editor = Mirror::new(1.0_f32);
/// let mut audio = editor.attach(4);
/// editor.write(0.5).unwrap();
/// assert_eq!(*audio, 1.0);
/// audio.update(4);
/// assert_eq!(*audio, 0.5);
/// ```
pub struct Replica<S: State> {
    state: S,
    applied_here: u64,
    inbox: Consumer<S::Op>,
    applied: Arc<AtomicU64>,
}

impl<S: State> Replica<S> {
    /// Applies the operations that have come, at most `most`, and says how many it were.
    ///
    /// Real-time if `apply` is: wait-free. To see whole transactions only, let `most` be at least
    /// the capacity that this replica was attached with.
    ///
    /// ```
    /// # use anteroom_exchange::Mirror;
    /// let mut editor = Mirror::new(1.0_f32);
    /// let mut audio = editor.attach(4);
    /// editor.write_all(&[0.1, 0.2, 0.3]).unwrap();
    /// assert_eq!((audio.update(2), *audio), (2, 0.2));
    /// assert_eq!((audio.update(2), *audio), (1, 0.3));
    /// ```
    pub fn update(&mut self, most: usize) -> usize {
        let mut count = 0;
        for op in drain(&mut self.inbox, most) {
            self.state.apply(&op);
            count += 1;
        }
        self.applied_here += count as u64;
        // ORDERING: Release, the other half of `Mirror::lag`.
        self.applied.store(self.applied_here, Ordering::Release);
        count
    }

    /// How many of the operations ever written this copy has applied. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::Mirror;
    /// let mut editor = Mirror::new(1.0_f32);
    /// let mut audio = editor.attach(4);
    /// editor.write_all(&[0.5, 0.25]).unwrap();
    /// audio.update(1);
    /// assert_eq!((audio.sequence(), editor.sequence()), (1, 2));
    /// ```
    pub fn sequence(&self) -> u64 {
        self.applied_here
    }

    /// Whether nothing will ever come again but what was already written. Real-time: wait-free.
    ///
    /// ```
    /// # use anteroom_exchange::Mirror;
    /// let mut editor = Mirror::new(1.0_f32);
    /// let mut audio = editor.attach(4);
    /// editor.write(0.5).unwrap();
    /// drop(editor);
    /// assert!(audio.is_closed());
    /// // What was written before can still be applied.
    /// assert_eq!(audio.update(4), 1);
    /// ```
    pub fn is_closed(&self) -> bool {
        self.inbox.is_abandoned()
    }
}

impl<S: State> Deref for Replica<S> {
    type Target = S;

    fn deref(&self) -> &S {
        &self.state
    }
}

impl<S: State + fmt::Debug> fmt::Debug for Mirror<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mirror")
            .field("state", &self.state)
            .field("sequence", &self.written)
            .finish_non_exhaustive()
    }
}

impl<S: State + fmt::Debug> fmt::Debug for Replica<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replica")
            .field("state", &self.state)
            .field("sequence", &self.applied_here)
            .finish_non_exhaustive()
    }
}

#[cfg(all(test, not(loom)))]
mod tests;
