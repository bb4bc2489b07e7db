//! The atomics that the layer's own types are built from: those of `std`, or loom's in a model run.
//!
//! This is the only file that names either, so that what loom explores is what ships. (But for one
//! tally that is static, in `rt_box`; nothing is read on the strength of it.)

#[cfg(not(loom))]
pub(crate) use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[cfg(not(loom))]
pub(crate) use atomic_float::AtomicF32;

#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What the crate's is, of loom's parts.
#[cfg(loom)]
#[derive(Debug)]
pub(crate) struct AtomicF32(loom::sync::atomic::AtomicU32);

#[cfg(loom)]
impl AtomicF32 {
    pub(crate) fn new(value: f32) -> Self {
        Self(loom::sync::atomic::AtomicU32::new(value.to_bits()))
    }

    pub(crate) fn load(&self, order: Ordering) -> f32 {
        f32::from_bits(self.0.load(order))
    }

    pub(crate) fn store(&self, value: f32, order: Ordering) {
        self.0.store(value.to_bits(), order);
    }
}
