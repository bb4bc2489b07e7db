//! Every call of the allocator, counted for each thread, and fatal where it is forbidden.
//!
//! A test binary can have one global allocator; this one counts, and hands on to `assert_no_alloc`'s,
//! which aborts the process when its thread is inside [`forbidden`].
#![allow(unsafe_code, reason = "an allocator can not be written without")]

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

#[global_allocator]
static ALLOCATOR: Counting = Counting(AllocDisabler);

struct Counting(AllocDisabler);

thread_local! {
    static CALLS: Cell<Calls> = const { Cell::new(Calls { made: 0, freed: 0 }) };
}

/// How often a thread has called the allocator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Calls {
    /// Allocations and reallocations.
    pub made: u64,
    /// Frees.
    pub freed: u64,
}

/// Runs what must not touch the heap. If it does, the process aborts. In a run with the compiler's
/// realtime sanitizer it may not block either.
#[cfg_attr(rtsan, sanitize(realtime = "nonblocking"))]
pub fn forbidden<R>(run: impl FnOnce() -> R) -> R {
    assert_no_alloc(run)
}

/// Runs something and says how often it called the allocator in this thread.
pub fn counted<R>(run: impl FnOnce() -> R) -> (R, Calls) {
    let before = CALLS.get();
    let result = run();
    let after = CALLS.get();
    let calls = Calls {
        made: after.made - before.made,
        freed: after.freed - before.freed,
    };
    (result, calls)
}

fn count(change: impl FnOnce(&mut Calls)) {
    // A thread that is ending has no counters any more; nobody asks for them either.
    let _ = CALLS.try_with(|calls| {
        let mut now = calls.get();
        change(&mut now);
        calls.set(now);
    });
}

// SAFETY: hands every call on, unchanged, to an allocator; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(|calls| calls.made += 1);
        // SAFETY: the caller's promise is the callee's.
        unsafe { self.0.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(|calls| calls.made += 1);
        let probe = Layout::new::<u8>();
        // Through `assert_no_alloc` zeroed memory would be written to, and so arrive, at once: the
        // page faults that a test looks for would be hidden. It only gets to see that we allocate.
        // SAFETY: the probe is freed as it was allocated; for the rest the caller's promise is the
        // callee's, and the callee is also what `assert_no_alloc` frees with.
        unsafe {
            let probed = self.0.alloc(probe);
            self.0.dealloc(probed, probe);
            System.alloc_zeroed(layout)
        }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(|calls| calls.freed += 1);
        // SAFETY: the caller's promise is the callee's.
        unsafe { self.0.dealloc(memory, layout) }
    }
}
