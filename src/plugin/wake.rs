//! Between a host that stops calling a plug-in which has nothing to say, and what arrives meanwhile: a
//! command, an impulse, a state, a parameter.
//!
//! One word says where the audio side stands:
//!
//! ```text
//!             a block begins                 it ends at rest
//!   NEWS ───────────────────▶ AWAKE ────────────────────────────▶ ASLEEP
//!     ▲                         │ something arrives                  │ something arrives:
//!     ├─────────────────────────┘ (the block does not end asleep)    │ the host is asked
//!     └──────────────────────────────────────────────────────────────┘
//! ```
//!
//! Whoever brings something puts it in its place first and then says so here, so either the block that is
//! about to end asleep finds the news, or whoever brought it finds the sleep.
//!
//! | method | thread | guarantee |
//! |---|---|---|
//! | [`Wake::begin`], [`Wake::sleep`] | audio | wait-free |
//! | [`Wake::arrived_in_a_callback`] | audio | wait-free; the loader's thread makes the request |
//! | [`Wake::arrived`] | any other | asks the host, if it sleeps |

use crate::exchange::Shared;
use crate::loader::Caller;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// A block has begun since something last arrived.
const AWAKE: u8 = 0;
/// Something has arrived since the last block began.
const NEWS: u8 = 1;
/// The host was told that it need not call.
const ASLEEP: u8 = 2;

/// Asks the host for a callback on its main thread.
type Ask = Box<dyn Fn() + Send>;

/// How an instance gets its host to call again. Shared by all of its threads.
pub struct Wake {
    word: AtomicU8,
    /// Something arrived on the audio thread while the host slept, and nobody has asked the host yet.
    owed: AtomicBool,
    /// The host is to be asked to process, once its main thread calls.
    wanted: AtomicBool,
    /// None in formats without such a request, and when the host is gone.
    ask: Shared<Option<Ask>>,
    /// Has the loader's thread call [`arrived`](Self::arrived).
    caller: OnceLock<Caller>,
}

impl Default for Wake {
    fn default() -> Self {
        Self {
            word: AtomicU8::new(NEWS),
            owed: AtomicBool::new(false),
            wanted: AtomicBool::new(false),
            ask: Shared::new(None),
            caller: OnceLock::new(),
        }
    }
}

impl std::fmt::Debug for Wake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wake")
            .field("word", &self.word)
            .finish_non_exhaustive()
    }
}

impl Wake {
    /// Ties it to the loader whose thread makes requests for the audio thread. Main thread, once.
    pub fn tie(&self, caller: Caller) {
        // It is set once: an instance has one loader.
        let _ = self.caller.set(caller);
    }

    /// How the host is asked from now on; `None` when it is gone. A request under way is waited for.
    /// Main thread.
    pub fn set_host(&self, ask: Option<Ask>) {
        // The old one is dropped here, outside of the lock.
        let _old = self.ask.with(|held| std::mem::replace(held, ask));
    }

    /// A block begins. Says whether something has arrived since the last one did. Audio thread.
    pub fn begin(&self) -> bool {
        // ORDERING: Acquire, to find what arrived; Release, as every change of the word, so that the next
        // of them finds what came before all of them.
        self.word.swap(AWAKE, Ordering::AcqRel) == NEWS
    }

    /// A block ends at rest: says whether the host need not call, which is so unless something has
    /// arrived since it began. Audio thread.
    pub fn sleep(&self) -> bool {
        // ORDERING: AcqRel, as in `begin`; Acquire in vain, since the next block looks again.
        self.word
            .compare_exchange(AWAKE, ASLEEP, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }

    /// The host processes no more, or starts anew: there is no sleep to be woken from. Main or audio thread.
    pub fn rise(&self) {
        self.word.swap(NEWS, Ordering::AcqRel);
    }

    /// Something has arrived that the next block takes up. Not real-time: may call the host. Any thread
    /// but the audio thread.
    pub fn arrived(&self) {
        if self.wakes() {
            self.wanted.store(true, Ordering::Release);
            self.ask.with(|ask| {
                if let Some(ask) = ask {
                    ask();
                }
            });
        }
    }

    /// As [`arrived`](Self::arrived), for the main thread: says whether the host is to be asked to process
    /// now, which the caller can do at once.
    pub fn arrived_on_main(&self) -> bool {
        self.wakes()
    }

    fn wakes(&self) -> bool {
        // ORDERING: AcqRel, so that the block that begins next finds what was put in place before.
        let slept = self.word.swap(NEWS, Ordering::AcqRel) == ASLEEP;
        self.owed.swap(false, Ordering::AcqRel) || slept
    }

    /// As [`arrived`](Self::arrived), on the audio thread: the loader's thread asks the host.
    /// Real-time: wait-free.
    pub fn arrived_in_a_callback(&self) {
        if self.word.swap(NEWS, Ordering::AcqRel) == ASLEEP {
            self.owed.store(true, Ordering::Release);
            if let Some(caller) = self.caller.get() {
                caller.call();
            }
        }
    }

    /// Whether the host is to be asked to process. Main thread.
    pub fn take_wanted(&self) -> bool {
        self.wanted.swap(false, Ordering::AcqRel)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::AtomicUsize;

    /// One that counts how often the host is asked.
    fn wake() -> (Wake, Arc<AtomicUsize>) {
        let (wake, asked) = (Wake::default(), Arc::new(AtomicUsize::new(0)));
        let count = Arc::clone(&asked);
        wake.set_host(Some(Box::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        })));
        (wake, asked)
    }

    #[test]
    fn the_host_is_asked_once_and_only_if_it_sleeps() {
        let (wake, asked) = wake();
        wake.arrived();
        assert_eq!(asked.load(Ordering::Relaxed), 0);
        assert!(wake.begin(), "it has come before the first block");
        assert!(wake.sleep());
        wake.arrived();
        wake.arrived();
        assert_eq!(asked.load(Ordering::Relaxed), 1);
        assert!(wake.take_wanted() && !wake.take_wanted());
        assert!(wake.begin());
        assert!(wake.sleep());
        assert!(wake.arrived_on_main() && !wake.arrived_on_main());
    }

    #[test]
    fn what_arrives_within_a_block_keeps_it_awake() {
        let (wake, asked) = wake();
        wake.begin();
        wake.arrived();
        assert!(!wake.sleep());
        assert_eq!(asked.load(Ordering::Relaxed), 0);
        assert!(wake.begin(), "the next block takes it up");
    }

    #[test]
    fn what_arrives_on_the_audio_thread_is_asked_for_by_another() {
        let (wake, asked) = wake();
        wake.begin();
        assert!(wake.sleep());
        wake.arrived_in_a_callback();
        assert_eq!(asked.load(Ordering::Relaxed), 0);
        wake.arrived();
        assert_eq!(asked.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn nothing_is_lost_between_two_threads() {
        const ROUNDS: usize = 20_000;
        let (wake, asked) = wake();
        let sent = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    sent.fetch_add(1, Ordering::Relaxed);
                    wake.arrived();
                }
            });
            // A host that calls until it may sleep, and then only when it is asked to.
            let (mut seen, mut requests) = (0, 0);
            while seen < ROUNDS {
                wake.begin();
                seen = sent.load(Ordering::Relaxed);
                if wake.sleep() {
                    while seen < ROUNDS && asked.load(Ordering::Relaxed) == requests {
                        std::thread::yield_now();
                    }
                    requests = asked.load(Ordering::Relaxed);
                }
            }
        });
    }
}
