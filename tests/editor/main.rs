//! The editor without a host: every control, the browser, the states and how they look.
#![cfg(feature = "plugin")]
#![allow(missing_docs)]

mod browser;
mod controls;
mod keys;
mod looks;
mod picture;
mod raster;
mod recall;
mod stage;
mod states;
