//! Wake-ups on behalf of real-time contexts, which must not make any: one ticker for the process.
//!
//! A real-time context that has something for its worker raises a [`Flag`]; the ticker looks at the
//! flags of all active instances every [`TICK`] and unparks the workers whose flags were up. So the
//! audio thread makes no system call, a worker sleeps until there is work, and an idle process has
//! one thread that ticks, not one for each instance. When no flag was up for a while the ticker looks
//! every [`REST`] only, because what a tick costs is the sleeping and the waking, not the looking.
//! While no instance is active it sleeps until one is, and when the last watch ends it is joined, so
//! that the library may be unloaded.
//!
//! | handle | whose thread | guarantee | where the old value goes to die |
//! |---|---|---|---|
//! | [`Flag`] | the real-time one | one store | - |
//! | [`Watch`] | the one that owns the instance | takes a short lock | its drop joins the ticker if it is the last |
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the ticker and its lock; the real-time side only stores a flag"
)]

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

/// What a [`Pulse`] can wake. Not real-time.
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

/// The process-wide ticker; see [`Pulse::watch`]. Not real-time.
///
/// ```
/// use anteroom_exchange::{Flag, Pulse};
/// use std::{sync::Arc, thread};
///
/// // Two instances, each with a worker that sleeps, and one ticker for both.
/// for worker in 0..2 {
///     let flag = Arc::new(Flag::new());
///     let asleep = thread::spawn(thread::park);
///     let watch = Pulse::watch(flag.clone(), asleep.thread().clone());
///     watch.set_active(true);
///     flag.raise();
///     asleep.join().unwrap();
///     assert!(!flag.take(), "the ticker has taken it");
/// }
/// ```
#[derive(Debug)]
pub struct Pulse;

impl Pulse {
    /// Wakes `sleeper` (a thread, or a task of a pool) within a [`TICK`] of `flag` being raised, or within a [`REST`]
    /// if no flag of the process was raised lately, while the watch is active.
    ///
    /// Not real-time: takes a lock, and starts the ticker for the first watch of the process. A new
    /// watch is not active. If the system has no thread to give, then flags are seen only when
    /// [`Watch::set_active`] is called.
    ///
    /// ```
    /// use anteroom_exchange::{Flag, Pulse};
    /// use std::sync::Arc;
    ///
    /// let flag = Arc::new(Flag::new());
    /// let watch = Pulse::watch(flag.clone(), std::thread::current());
    /// watch.set_active(true);
    ///
    /// // In the audio callback.
    /// flag.raise();
    ///
    /// // In the worker.
    /// std::thread::park();
    /// ```
    pub fn watch(flag: Arc<Flag>, sleeper: impl Wake + 'static) -> Watch {
        let mut state = lock();
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
                .name("anteroom pulse".into())
                .spawn(move || tick(epoch))
                .ok();
        }
        Watch { id }
    }
}

/// Keeps a flag under watch; dropping it ends that.
///
/// Not real-time: it takes a lock, and the last one to be dropped joins the ticker.
///
/// ```
/// use anteroom_exchange::{Flag, Pulse};
/// use std::sync::Arc;
///
/// let flag = Arc::new(Flag::new());
/// let watch = Pulse::watch(flag.clone(), std::thread::current());
/// watch.set_active(true);
/// drop(watch);
/// flag.raise();
/// assert!(flag.take(), "nobody else looks at it any more");
/// ```
#[derive(Debug)]
pub struct Watch {
    id: u64,
}

impl Watch {
    /// Says whether the real-time context is running, that is whether its flag can be raised at all.
    ///
    /// Not real-time: takes a lock. A flag that is up is seen at once in either case.
    ///
    /// ```
    /// # use anteroom_exchange::{Flag, Pulse};
    /// # use std::sync::Arc;
    /// let flag = Arc::new(Flag::new());
    /// let watch = Pulse::watch(flag.clone(), std::thread::current());
    /// flag.raise();
    /// watch.set_active(true);
    /// assert!(!flag.take(), "it was seen");
    /// ```
    pub fn set_active(&self, active: bool) {
        let mut state = lock();
        if let Some(watched) = state.watched.iter_mut().find(|w| w.id == self.id) {
            watched.look();
            watched.active = active;
        }
        // Whoever begins has something to ask for soon.
        state.in_vain = 0;
        WAKE.notify_all();
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut state = lock();
        state.watched.retain(|watched| watched.id != self.id);
        if !state.watched.is_empty() {
            return;
        }
        // A watch that begins while we join finds no ticker and starts one of the next epoch.
        state.epoch += 1;
        let ticker = state.ticker.take();
        drop(state);
        WAKE.notify_all();
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

static STATE: Mutex<State> = Mutex::new(State {
    watched: Vec::new(),
    ticker: None,
    epoch: 0,
    next_id: 0,
    in_vain: 0,
});

static WAKE: Condvar = Condvar::new();

fn lock() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the ticker does. It sleeps with the lock released.
fn tick(epoch: u64) {
    let mut state = lock();
    while state.epoch == epoch {
        let (mut active, mut up) = (false, false);
        for watched in state.watched.iter().filter(|watched| watched.active) {
            up |= watched.look();
            active = true;
        }
        state.in_vain = if up { 0 } else { state.in_vain + 1 }.min(PATIENCE);
        state = if active {
            let pause = if state.in_vain < PATIENCE { TICK } else { REST };
            let waited = WAKE.wait_timeout(state, pause);
            waited.unwrap_or_else(PoisonError::into_inner).0
        } else {
            WAKE.wait(state).unwrap_or_else(PoisonError::into_inner)
        };
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use crate::Looper;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_raised_flag_wakes_the_worker_of_an_active_instance() {
        let steps = Arc::new(AtomicUsize::new(0));
        let count = steps.clone();
        let looper = Looper::spawn("watched", move || {
            count.fetch_add(1, Ordering::Release);
            false
        })
        .unwrap();
        while steps.load(Ordering::Acquire) == 0 {
            thread::yield_now();
        }

        let flag = Arc::new(Flag::new());
        let watch = Pulse::watch(flag.clone(), looper.thread().clone());
        watch.set_active(true);
        flag.raise();
        while steps.load(Ordering::Acquire) < 2 {
            thread::yield_now();
        }
        assert!(!flag.take());
    }

    #[test]
    fn a_flag_raised_while_inactive_is_seen_when_activated() {
        let flag = Arc::new(Flag::new());
        let watch = Pulse::watch(flag.clone(), thread::current());
        flag.raise();
        watch.set_active(true);
        thread::park();
        assert!(!flag.take());
    }

    /// The ticker that takes its rest still sees what is raised.
    #[test]
    fn a_flag_is_seen_after_a_long_silence() {
        let flag = Arc::new(Flag::new());
        let watch = Pulse::watch(flag.clone(), thread::current());
        watch.set_active(true);
        for silence in [TICK * (PATIENCE + 20), TICK] {
            thread::sleep(silence);
            flag.raise();
            thread::park();
            assert!(!flag.take());
        }
    }

    #[test]
    fn watches_come_and_go_in_many_threads() {
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..if cfg!(miri) { 3 } else { 50 } {
                        let watch = Pulse::watch(Arc::default(), thread::current());
                        watch.set_active(true);
                    }
                });
            }
        });
    }
}
