//! Not compiled with the tests: the lints of the real-time modules must let this through.
#![allow(dead_code)]

use std::sync::atomic::{AtomicBool, Ordering};

fn raises(flag: &AtomicBool) {
    flag.store(true, Ordering::Release);
}
