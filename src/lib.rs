//! Anteroom: a zero-latency convolution reverb whose impulse response can change at any moment.

pub mod controls;
pub mod convolution;
pub mod exchange;
pub mod impulse;
pub mod instance;
pub mod loader;
pub mod processor;
pub mod state;

#[cfg(feature = "plugin")]
pub mod editor;
#[cfg(feature = "plugin")]
pub mod params;
