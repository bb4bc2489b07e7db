//! The panels around the display. Each owns its state and is drawn by a method `show`. What it wants of the host or the
//! instance it answers as actions; what it wants of another panel goes through the screen. Editor thread.
//!
//! | file | what it is |
//! |---|---|
//! | `header` | the bar at the top |
//! | `presets`, `help`, `report` | what opens from it: the menu of presets, the manual, how the plug-in keeps up |
//! | `welcome` | what is where, at the first start |
//! | `browser` | the lists of impulses |
//! | `room_editor` | the room in use by its numbers |
//! | `record` | recording a room |
//! | `overlay` | what is drawn over the display: loading, missing, on trial, dragged |
//! | `status_bar`, `channels` | the line under the display, and its menu of how channels are used |
//! | `player_row` | dry sounds to hear the room with |
//! | `param_panel` | the controls at the bottom |

pub mod browser;
mod channels;
pub mod header;
pub mod help;
pub mod overlay;
pub mod param_panel;
pub mod player_row;
pub mod presets;
pub mod record;
pub mod report;
pub mod room_editor;
pub mod status_bar;
pub mod welcome;
