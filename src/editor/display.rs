//! What is looked at rather than set: the impulse response and the meters. Editor thread.

pub mod ir_display;
pub mod meter;
