//! The editor without a host: every control, the browser, the states and how they look.
#![cfg(feature = "plugin")]
#![allow(missing_docs)]

mod browser;
mod controls;
mod ir_display;
mod keys;
mod looks;
mod raster;
mod recall;
mod rooms;
mod slots;
mod stage;
mod states;
