//! The nets that tests hang under real-time code, and a few helpers. Linux for the parts that ask the
//! kernel. Each test binary that wants them says `#[path = "support/support.rs"] mod support;`.
#![allow(dead_code, reason = "each test binary uses some of it")]

pub mod allocations;
pub mod child;
pub mod drops;
pub mod noise;
pub mod patience;
pub mod system;
