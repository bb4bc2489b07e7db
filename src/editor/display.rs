//! What is looked at rather than set: the impulse response and the meters. Editor thread.
//!
//! `ir_display` is the impulse, `meter` the level meters.

pub mod ir_display;
pub mod meter;
