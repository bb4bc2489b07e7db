//! The nets that tests hang under real-time code, and a few helpers. Linux for the parts that ask the
//! kernel. A test binary that uses this crate has the counting allocator of [`allocations`].
//!
//! A binary with an allocator of its own takes the single files that it needs by `#[path]` instead.

#![cfg_attr(rtsan, feature(sanitize))]

pub mod allocations;
pub mod child;
pub mod drops;
pub mod noise;
pub mod patience;
pub mod runner;
#[cfg(target_os = "linux")]
pub mod system;
