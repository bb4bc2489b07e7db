//! The atomics that the layer's own types are built from: those of `std`, or loom's in a model run.
//!
//! This is the only file that names either, so that what loom explores is what ships.

#[cfg(not(loom))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering};
