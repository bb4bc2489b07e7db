//! What the user asks for, as plain data: the screen returns these, the adapter carries them out.

use std::path::PathBuf;

use super::model::Source;
use crate::instance::ChannelsAs;

/// One wish of the user.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A hand lies on the control with this id: the host records from here.
    Begin(&'static str),
    /// The control moves to this normalised value.
    Set(&'static str, f32),
    /// The hand left the control.
    End(&'static str),
    /// Prepare this impulse and make it the project's.
    Choose(Source),
    /// The missing file of the project is this one.
    Locate(PathBuf),
    /// Look for the missing file, or try the damaged one, again.
    Retry,
    /// The channels of the file are these.
    ChannelsAs(ChannelsAs),
    /// Store the impulse inside the project, or no longer.
    Embed(bool),
    /// Save the present sound as a preset of this name, with words to find it by.
    SavePreset(String, Vec<String>),
    /// Take the preset of this name.
    LoadPreset(String),
    /// Draw at this zoom, 1 is 100 %.
    Zoom(f32),
    /// Start the counters of the report anew.
    ResetReport,
}

/// Turns a control at once: what a double click, a key or a typed value does.
pub fn turn(actions: &mut Vec<Action>, id: &'static str, normalized: f32) {
    actions.extend([
        Action::Begin(id),
        Action::Set(id, normalized.clamp(0.0, 1.0)),
        Action::End(id),
    ]);
}
