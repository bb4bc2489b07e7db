//! The panels around the display. Each owns its state and is drawn by a method `show`. What it wants of the host or the
//! instance it answers as actions; what it wants of another panel goes through the screen. Editor thread.

pub mod browser;
mod channels;
pub mod header;
pub mod overlay;
pub mod param_panel;
pub mod presets;
pub mod report;
pub mod status_bar;
