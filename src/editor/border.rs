//! The border to the host: a panic must not cross it. In a function that a host calls, one would end the host's
//! process. What may panic is run by [`hold`], which catches the panic, logs it and answers something harmless.
//! Any thread, not real-time.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};

/// Runs `work`; if it panics, logs what was being done ("drawing the editor") and returns `instead`.
///
/// What `work` was changing may be left half changed. Whoever calls this gives up what was broken, or changes it as a
/// whole the next time.
pub fn hold<T>(what: &str, instead: T, work: impl FnOnce() -> T) -> T {
    attempt(what, work).unwrap_or(instead)
}

/// The same; `None` if it panicked.
pub fn attempt<T>(what: &str, work: impl FnOnce() -> T) -> Option<T> {
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

/// Where a test can have the editor panic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[doc(hidden)]
pub enum Place {
    /// While a window is opened, on the host's main thread.
    Opening = 1,
    /// While a frame is drawn.
    Frame,
    /// On the thread that draws the window, where nothing of ours catches it.
    Thread,
}

/// Where the next panic is to be; 0 is nowhere.
static NEXT: AtomicU8 = AtomicU8::new(0);

/// Has the editor panic the next time that it comes to this place: for tests of the border.
#[doc(hidden)]
pub fn break_next(place: Place) {
    NEXT.store(place as u8, Ordering::Relaxed);
}

/// Panics here if a test wants it.
pub(super) fn strike(place: Place) {
    let here = place as u8;
    // ORDERING: Relaxed, nothing else depends on it.
    let struck = NEXT.load(Ordering::Relaxed) == here
        && NEXT
            .compare_exchange(here, 0, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok();
    assert!(!struck, "a test wants a panic: {place:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_goes_no_further() {
        assert_eq!(hold("counting", 1, || 2), 2);
        assert_eq!(hold("counting", 1, || panic!("no {}", "number")), 1);
        assert_eq!(attempt("counting", || panic!("none")), None::<i32>);
    }

    #[test]
    fn what_a_panic_says_is_found() {
        assert_eq!(message(&"plain"), "plain");
        assert_eq!(message(&String::from("made")), "made");
        assert_eq!(message(&7), "it does not say why");
    }
}
