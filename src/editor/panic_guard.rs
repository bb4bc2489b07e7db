//! Keeps panics of ours out of the host: in a function that a host calls, one would end the host's process. Code that may
//! panic is run by [`catch_or`], which catches the panic, logs it and returns something harmless. Any thread, not
//! real-time.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};

/// Runs `work`. If it panics, logs what was being done ("drawing the editor") and returns `fallback`.
///
/// What `work` was changing may be left half changed. The caller gives it up, or sets it as a whole the next time.
pub fn catch_or<T>(what: &str, fallback: T, work: impl FnOnce() -> T) -> T {
    catch(what, work).unwrap_or(fallback)
}

/// The same, with `None` if it panicked.
pub fn catch<T>(what: &str, work: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(value) => Some(value),
        Err(panic) => {
            nice_plug::nice_error!("a fault of the plug-in while {what}: {}", message(&*panic));
            None
        }
    }
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("it does not say why")
}

/// Where a test can make the editor panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[doc(hidden)]
pub enum FaultPoint {
    /// While a window is opened, on the host's main thread.
    Opening = 1,
    /// While a frame is drawn.
    Frame,
    /// On the window's thread, outside of what is guarded here.
    Thread,
}

/// Where the next panic is wanted; 0 is nowhere.
static NEXT: AtomicU8 = AtomicU8::new(0);

/// Makes the editor panic the next time that it comes to this point. For tests.
#[doc(hidden)]
pub fn fail_next(point: FaultPoint) {
    NEXT.store(point as u8, Ordering::Relaxed);
}

/// Panics if a test wants it here.
pub(crate) fn fault_point(point: FaultPoint) {
    let here = point as u8;
    // ORDERING: Relaxed, nothing else depends on it.
    let wanted = NEXT.load(Ordering::Relaxed) == here
        && NEXT
            .compare_exchange(here, 0, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok();
    assert!(!wanted, "a test wants a panic: {point:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_goes_no_further() {
        assert_eq!(catch_or("counting", 1, || 2), 2);
        assert_eq!(catch_or("counting", 1, || panic!("no {}", "number")), 1);
        assert_eq!(catch("counting", || panic!("none")), None::<i32>);
    }

    #[test]
    fn what_a_panic_says_is_found() {
        assert_eq!(message(&"plain"), "plain");
        assert_eq!(message(&String::from("made")), "made");
        assert_eq!(message(&7), "it does not say why");
    }
}
