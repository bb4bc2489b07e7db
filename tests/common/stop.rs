//! A flag by which one thread of a test stops another.

use std::sync::atomic::{AtomicBool, Ordering};

/// Raises the flag when it goes, also by a panic: or the other thread would go on for ever, and the test with it.
pub struct Stop<'a>(pub &'a AtomicBool);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
