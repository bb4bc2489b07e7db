//! The flags and numbers that all ends of one loader share.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::background::{JobControl, JobWaker};
use crate::exchange::{Flag, Wake};

use super::request::ListInfo;
use super::wait::Heartbeat;

/// What all ends of one loader share.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// The last number that was given out.
    pub generation: AtomicU64,
    /// Everything up to this number is done, or has failed.
    pub settled: AtomicU64,
    /// Raised by the audio thread when there is something for the worker.
    pub flag: Arc<Flag>,
    /// Whether the audio thread runs. While it does not, only a configuration is linked.
    pub active: AtomicBool,
    /// Wakes the worker, for those that may.
    pub waker: OnceLock<JobWaker>,
    /// Beats while any loader of the process does something.
    pub heart: Heartbeat,
    /// Engines that are on their way, in use or on their way back.
    pub away: AtomicU64,
    /// Engines that were returned and freed.
    pub freed: AtomicU64,
    /// Steps to the next impulse of the list that the audio thread was asked for, to the previous
    /// if negative, and that the worker has not yet seen.
    pub steps: AtomicI64,
    /// Whether the audio thread can not take a reshaped engine now, because others are still in use.
    pub refusing_swaps: AtomicBool,
    /// Whether such an engine waits for it.
    pub swap_pending: AtomicBool,
    /// Raised by a real-time context that wants the loader's `notify` to be called.
    pub called: Flag,
    /// The number of the newest request that asks for an impulse.
    pub asked: AtomicU64,
    /// Whether a recall has been given its number, or is about to, and was not announced yet.
    pub recalling: AtomicBool,
    /// The number of the newest of them that recalls a project.
    pub recalled: AtomicU64,
    /// The list of the project's choices: its number, and in the lowest bits how many there are.
    pub choices: AtomicU64,
    /// Ends the worker's job, and says how far it has come.
    pub job: JobControl,
}

/// The bits of [`Signals::choices`] that say how many there are.
const COUNT_BITS: u32 = 5;

impl Signals {
    /// Tells the audio thread of another list.
    pub fn set_list(&self, ListInfo { generation, count }: ListInfo) {
        let packed = generation << COUNT_BITS | count as u64;
        // ORDERING: Release, so that whoever finds the list finds the request sent.
        self.choices.store(packed, Ordering::Release);
    }

    /// The list that is known. Real-time: one load.
    pub fn list(&self) -> ListInfo {
        // ORDERING: Acquire, as above.
        let packed = self.choices.load(Ordering::Acquire);
        ListInfo {
            generation: packed >> COUNT_BITS,
            count: (packed & ((1 << COUNT_BITS) - 1)) as usize,
        }
    }

    /// The next number. Real-time.
    pub fn next(&self) -> u64 {
        // ORDERING: AcqRel, so that whoever gets a larger number than a recall sees that the recall has begun. What a number
        // is given to travels by its own wire.
        self.generation.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Has the loader's thread call `notify`, within a few milliseconds, while the audio thread runs.
    /// Real-time: two stores.
    pub fn call(&self) {
        self.called.raise();
        self.flag.raise();
    }

    /// Makes the worker look. Not real-time: a system call.
    pub fn wake(&self) {
        if let Some(waker) = self.waker.get() {
            waker.wake();
        }
    }
}
