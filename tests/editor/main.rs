//! The editor without a host: every control, the browser, the states and how they look.
#![cfg(feature = "plugin")]
#![allow(missing_docs)]

mod access;
mod browser;
mod choices;
mod controls;
mod finding;
mod ir_display;
mod keys;
mod looks;
mod paths;
mod player;
mod presets;
mod raster;
mod recall;
mod record;
mod rooms;
mod scripts;
mod slots;
mod stage;
mod states;
mod values;
mod views;
