//! Faults on purpose, for `cargo xtask sanitize`: each must be caught, or its silence means nothing.
//!
//! They are there only where a sanitizer can catch them, are ignored until it is asked to, and end the process.
#![cfg_attr(rtsan, feature(sanitize))]
#![allow(unsafe_code, reason = "a data race can not be written without")]

use std::cell::UnsafeCell;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// What is handed over, and the flag that says so.
struct Hand {
    content: UnsafeCell<u64>,
    there: AtomicBool,
}

// SAFETY: none; with a relaxed flag it is a data race, which is what is to be caught.
unsafe impl Sync for Hand {}

impl Hand {
    fn give(&self, raise: Ordering) {
        // SAFETY: nobody else looks until the flag is up, if the flag is worth anything.
        unsafe { *self.content.get() = 7 };
        self.there.store(true, raise);
    }

    fn take(&self, take: Ordering) -> u64 {
        while !self.there.load(take) {
            thread::yield_now();
        }
        // SAFETY: whoever wrote it is done with it, if the flag is worth anything.
        unsafe { *self.content.get() }
    }
}

/// A flag with these orderings hands something over that is no atomic itself.
fn hand_over(raise: Ordering, take: Ordering) -> u64 {
    let hand = Hand {
        content: UnsafeCell::new(0),
        there: AtomicBool::new(false),
    };
    thread::scope(|scope| {
        scope.spawn(|| hand.give(raise));
        hand.take(take)
    })
}

#[test]
fn an_acquired_flag_is_let_through() {
    assert_eq!(hand_over(Ordering::Release, Ordering::Acquire), 7);
}

#[cfg(any(miri, tsan))]
#[test]
#[ignore = "a fault on purpose"]
fn a_relaxed_flag_is_caught() {
    // ThreadSanitizer remembers the last few accesses only, and now and then not this one.
    for _ in 0..100 {
        assert_eq!(hand_over(Ordering::Relaxed, Ordering::Relaxed), 7);
    }
}

/// Runs something as the callback is run.
#[cfg_attr(rtsan, sanitize(realtime = "nonblocking"))]
fn in_real_time<R>(act: impl FnOnce() -> R) -> R {
    act()
}

#[test]
fn arithmetic_in_real_time_is_let_through() {
    assert_eq!(in_real_time(|| std::hint::black_box(3) + 4), 7);
}

#[cfg(rtsan)]
#[test]
#[ignore = "a fault on purpose"]
fn an_allocation_in_real_time_is_caught() {
    in_real_time(|| drop(std::hint::black_box(Box::new(7))));
}
