//! The editor without a host: every control, the browser, the states and how they look.
#![cfg(feature = "plugin")]
#![allow(missing_docs)]

mod browser;
mod choices;
mod controls;
mod ir_display;
mod keys;
mod looks;
mod player;
mod raster;
mod recall;
mod record;
mod rooms;
mod slots;
mod stage;
mod states;
mod values;
mod views;
