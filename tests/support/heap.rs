//! The bytes of the heap that are alive in this process, and the most that were so at once.
//!
//! A test binary can have one global allocator; this one counts. What is measured is the whole process, so
//! measurements take turns.
#![allow(unsafe_code, reason = "an allocator can not be written without")]
#![allow(dead_code, reason = "each test binary uses some of it")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

struct Counting;

static ALIVE: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

/// Nobody else measures while this is held.
pub fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs something, and says how many bytes it had alive at most beyond those that were before.
pub fn most<R>(run: impl FnOnce() -> R) -> (R, usize) {
    let before = ALIVE.load(Ordering::SeqCst);
    MOST.store(before, Ordering::SeqCst);
    let result = run();
    (result, MOST.load(Ordering::SeqCst).saturating_sub(before))
}

fn add(bytes: usize) {
    let alive = ALIVE.fetch_add(bytes, Ordering::Relaxed) + bytes;
    MOST.fetch_max(alive, Ordering::Relaxed);
}

// SAFETY: hands every call on, unchanged, to the system's; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's promise is the callee's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        add(layout.size());
        // SAFETY: the caller's promise is the callee's.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        ALIVE.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: the caller's promise is the callee's.
        unsafe { System.dealloc(memory, layout) }
    }
}
