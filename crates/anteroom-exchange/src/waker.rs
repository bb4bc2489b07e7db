//! Wake-ups on behalf of real-time contexts, which must not make any: one ticker for the process.
//!
//! A real-time context that has something for its worker raises a [`Flag`]; the ticker looks at the
//! flags of all active instances every [`TICK`] and unparks the workers whose flags were up. So the
//! audio thread makes no system call, a worker sleeps until there is work, and an idle process has
//! one thread that ticks, not one for each instance. When no flag was up for a while the ticker looks
//! every [`REST`] only (both can be [chosen](Pace)), because what a tick costs is the sleeping and the waking, not the looking.
//! While no instance is active it sleeps until one is, and when the last watch ends it is joined, so
//! that the library may be unloaded.
//!
//! | handle | whose thread | guarantee | where the old value goes to die |
//! |---|---|---|---|
//! | [`Flag`] | the real-time one | one store | - |
//! | [`WakeRegistration`] | the one that owns the instance | takes a short lock | its drop joins the ticker if it is the last |
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the ticker and its lock; the real-time side only stores a flag"
)]

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread};
use std::time::Duration;

use super::flag::Flag;

/// How often the flags of active instances are looked at, if any of them was up lately: whoever asks
/// again and again (a stream, a shape in motion) is seen within this time. The wait is the worker's:
/// the real-time side that raised a flag does not know of it.
///
/// ```
/// # use anteroom_exchange::TICK;
/// assert_eq!(TICK.as_millis(), 5);
/// ```
pub const TICK: Duration = Duration::from_millis(5);

/// How often they are looked at when none was up for half a second: whoever asks for the first time
/// is seen within this time. As with [`TICK`], it is never the real-time side that waits.
///
/// ```
/// # use anteroom_exchange::{REST, TICK};
/// assert_eq!(REST, 4 * TICK);
/// ```
pub const REST: Duration = Duration::from_millis(20);

/// So many looks in vain, and the ticker takes its rest between the next.
const PATIENCE: u32 = 100;

/// How often a [`Waker`] looks. What is short is seen soon; what is long costs little. Real-time to make and to copy.
///
/// ```
/// use anteroom_exchange::{Pace, Waker, REST, TICK};
/// use std::time::Duration;
///
/// assert_eq!(Pace::DEFAULT, Pace { tick: TICK, rest: REST });
/// const SOON: Pace = Pace { tick: Duration::from_millis(1), ..Pace::DEFAULT };
/// static EAGER: Waker = Waker::new("eager", SOON);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The time between looks while flags are raised.
    pub tick: Duration,
    /// The time between looks after a hundred in vain.
    pub rest: Duration,
}

impl Pace {
    /// [`TICK`] and [`REST`]. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Pace;
    /// assert!(Pace::DEFAULT.tick < Pace::DEFAULT.rest);
    /// ```
    pub const DEFAULT: Self = Self {
        tick: TICK,
        rest: REST,
    };
}

impl Default for Pace {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// What a [`Waker`] can wake. Not real-time.
///
/// ```
/// use anteroom_exchange::Wake;
///
/// // A thread is woken by being unparked.
/// std::thread::current().wake();
/// std::thread::park();
/// ```
pub trait Wake: Send {
    /// Has it look for work. Not real-time: it may be a system call.
    ///
    /// ```
    /// # use anteroom_exchange::Wake;
    /// struct Bell;
    /// impl Wake for Bell {
    ///     fn wake(&self) {
    ///         println!("ding");
    ///     }
    /// }
    /// Bell.wake();
    /// ```
    fn wake(&self);
}

impl Wake for Thread {
    fn wake(&self) {
        self.unpark();
    }
}

/// A ticker with its own thread, which has the name that it is given. Not real-time.
///
/// A program has one, in a `static`, for all of its instances: each costs a thread that ticks.
///
/// ```
/// use anteroom_exchange::{Flag, Pace, Waker};
/// use std::{sync::Arc, thread};
///
/// static WAKER: Waker = Waker::new("my waker", Pace::DEFAULT);
///
/// // Two instances, each with a worker that sleeps, and one ticker for both.
/// for worker in 0..2 {
///     let flag = Arc::new(Flag::new());
///     let asleep = thread::spawn(thread::park);
///     let watch = WAKER.watch(flag.clone(), asleep.thread().clone());
///     watch.set_active(true);
///     flag.raise();
///     asleep.join().unwrap();
///     assert!(!flag.take(), "the ticker has taken it");
/// }
/// ```
pub struct Waker {
    name: &'static str,
    pace: Pace,
    state: Mutex<State>,
    wake: Condvar,
}

impl Waker {
    /// A ticker whose thread shows up under this name. Starts none, and can be a `static`. Real-time.
    ///
    /// ```
    /// use anteroom_exchange::{Pace, Waker};
    ///
    /// static WAKER: Waker = Waker::new("my waker", Pace::DEFAULT);
    /// assert!(format!("{WAKER:?}").contains("my waker"));
    /// ```
    pub const fn new(name: &'static str, pace: Pace) -> Self {
        Self {
            name,
            pace,
            state: Mutex::new(State {
                watched: Vec::new(),
                ticker: None,
                epoch: 0,
                next_id: 0,
                in_vain: 0,
            }),
            wake: Condvar::new(),
        }
    }

    /// The ticker of those who bring none of their own. Real-time.
    ///
    /// ```
    /// # use anteroom_exchange::Waker;
    /// assert!(format!("{:?}", Waker::global()).contains("exchange waker"));
    /// ```
    pub fn global() -> &'static Self {
        static GLOBAL: Waker = Waker::new("exchange waker", Pace::DEFAULT);
        &GLOBAL
    }

    /// Wakes `sleeper` (a thread, or a task of a pool) within a [tick](Pace::tick) of `flag` being raised, or within a
    /// [rest](Pace::rest) if no flag was raised lately, while the watch is active.
    ///
    /// Not real-time: takes a lock, and starts the ticker for the first watch. A new watch is not
    /// active. If the system has no thread to give, then flags are seen only when
    /// [`WakeRegistration::set_active`] is called.
    ///
    /// ```
    /// use anteroom_exchange::{Flag, Waker};
    /// use std::sync::Arc;
    ///
    /// let flag = Arc::new(Flag::new());
    /// let watch = Waker::global().watch(flag.clone(), std::thread::current());
    /// watch.set_active(true);
    ///
    /// // In the audio callback.
    /// flag.raise();
    ///
    /// // In the worker.
    /// std::thread::park();
    /// ```
    pub fn watch(&'static self, flag: Arc<Flag>, sleeper: impl Wake + 'static) -> WakeRegistration {
        let mut state = self.lock();
        let id = state.next_id;
        state.next_id += 1;
        state.watched.push(Watched {
            id,
            flag,
            sleeper: Box::new(sleeper),
            active: false,
        });
        if state.ticker.is_none() {
            let epoch = state.epoch;
            state.ticker = thread::Builder::new()
                .name(self.name.into())
                .spawn(move || self.tick(epoch))
                .ok();
        }
        WakeRegistration { waker: self, id }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the ticker does. It sleeps with the lock released.
    fn tick(&self, epoch: u64) {
        let mut state = self.lock();
        while state.epoch == epoch {
            let (mut active, mut up) = (false, false);
            for watched in state.watched.iter().filter(|watched| watched.active) {
                up |= watched.look();
                active = true;
            }
            state.in_vain = if up { 0 } else { state.in_vain + 1 }.min(PATIENCE);
            state = if active {
                let rests = state.in_vain == PATIENCE;
                let pause = if rests {
                    self.pace.rest
                } else {
                    self.pace.tick
                };
                let waited = self.wake.wait_timeout(state, pause);
                waited.unwrap_or_else(PoisonError::into_inner).0
            } else {
                let waited = self.wake.wait(state);
                waited.unwrap_or_else(PoisonError::into_inner)
            };
        }
    }
}

impl fmt::Debug for Waker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waker")
            .field("name", &self.name)
            .field("pace", &self.pace)
            .finish_non_exhaustive()
    }
}

/// Keeps a flag under watch; dropping it ends that.
///
/// Not real-time: it takes a lock, and the last one to be dropped joins the ticker.
///
/// ```
/// use anteroom_exchange::{Flag, Waker};
/// use std::sync::Arc;
///
/// let flag = Arc::new(Flag::new());
/// let watch = Waker::global().watch(flag.clone(), std::thread::current());
/// watch.set_active(true);
/// drop(watch);
/// flag.raise();
/// assert!(flag.take(), "nobody else looks at it any more");
/// ```
#[derive(Debug)]
pub struct WakeRegistration {
    waker: &'static Waker,
    id: u64,
}

impl WakeRegistration {
    /// Says whether the real-time context is running, that is whether its flag can be raised at all.
    ///
    /// Not real-time: takes a lock. A flag that is up is seen at once in either case.
    ///
    /// ```
    /// # use anteroom_exchange::{Flag, Waker};
    /// # use std::sync::Arc;
    /// let flag = Arc::new(Flag::new());
    /// let watch = Waker::global().watch(flag.clone(), std::thread::current());
    /// flag.raise();
    /// watch.set_active(true);
    /// assert!(!flag.take(), "it was seen");
    /// ```
    pub fn set_active(&self, active: bool) {
        let mut state = self.waker.lock();
        if let Some(watched) = state.watched.iter_mut().find(|w| w.id == self.id) {
            watched.look();
            watched.active = active;
        }
        // Whoever begins has something to ask for soon.
        state.in_vain = 0;
        self.waker.wake.notify_all();
    }
}

impl Drop for WakeRegistration {
    fn drop(&mut self) {
        let mut state = self.waker.lock();
        state.watched.retain(|watched| watched.id != self.id);
        if !state.watched.is_empty() {
            return;
        }
        // A watch that begins while we join finds no ticker and starts one of the next epoch.
        state.epoch += 1;
        let ticker = state.ticker.take();
        drop(state);
        self.waker.wake.notify_all();
        if let Some(ticker) = ticker {
            let _ = ticker.join();
        }
    }
}

struct Watched {
    id: u64,
    flag: Arc<Flag>,
    sleeper: Box<dyn Wake>,
    active: bool,
}

impl Watched {
    /// Wakes the worker if the flag was up, and says whether it was.
    fn look(&self) -> bool {
        let up = self.flag.take();
        if up {
            self.sleeper.wake();
        }
        up
    }
}

struct State {
    watched: Vec<Watched>,
    ticker: Option<JoinHandle<()>>,
    /// A ticker runs as long as this is the number it was started with.
    epoch: u64,
    next_id: u64,
    /// How many times in a row the ticker has looked and found no flag up.
    in_vain: u32,
}

#[cfg(all(test, not(loom)))]
mod tests;
