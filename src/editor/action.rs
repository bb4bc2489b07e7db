//! What the user asks for, as plain data. The panels return it; the screen passes on what concerns another panel, and
//! the controller performs the rest.

use std::path::PathBuf;

use super::view_model::{CaptureSettings, DrySound, ImpulseSource, RoomRecipe, Scheme};
use crate::instance::{ChannelsAs, PlayerMix, Slot};

/// What the controller is asked to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A gesture on the parameter with this id begins: the host records from here.
    Begin(&'static str),
    /// The parameter moves to this normalised value, within a gesture.
    Set(&'static str, f32),
    /// The gesture ends.
    End(&'static str),
    /// Load this impulse into the slot that is shown; nothing empties it, if it is the second.
    Choose(ImpulseSource),
    /// Make a room of this name and recipe, and make it the project's.
    EditRoom(String, Box<RoomRecipe>),
    /// Keep a room of this name and recipe among the user's own.
    SaveRoom(String, Box<RoomRecipe>),
    /// The same of a slot, whichever is shown.
    ChooseIn(Slot, ImpulseSource),
    /// The project's own choices are these.
    SetChoices(Vec<ImpulseSource>),
    /// Show this slot, and load into it from now on.
    ShowSlot(Slot),
    /// The missing file of the project is this one.
    Locate(PathBuf),
    /// Look for the missing file again, or load the damaged one again.
    Retry,
    /// Use the channels of the file like this.
    ChannelsAs(ChannelsAs),
    /// Store the impulse inside the project, or stop doing so.
    Embed(bool),
    /// Save the present sound as a preset with this name and these tags.
    SavePreset(String, Vec<String>),
    /// Load the user's preset with this name.
    LoadPreset(String),
    /// Load the preset with this name that comes with the plug-in.
    LoadFactory(&'static str),
    /// Give the user's preset with the first name the second one.
    RenamePreset(String, String),
    /// Delete the file of the user's preset with this name.
    DeletePreset(String),
    /// Show the folder of the user's presets in the system's own window for files.
    ShowPresetFolder,
    /// Use these colours, here and in every window that opens from now on.
    Scheme(Scheme),
    /// The overlay of the first start has been seen.
    Welcomed,
    /// Draw at this zoom; 1 is 100 %.
    Zoom(f32),
    /// Record a room: plays a sweep in place of the output.
    StartCapture(Box<CaptureSettings>),
    /// End what is being recorded, and keep nothing of it.
    StopCapture,
    /// Keep the file of the last recording.
    KeepCapture,
    /// Delete the file of the last recording.
    DiscardCapture,
    /// Do this with the player of dry sounds.
    Player(PlayerAction),
    /// Reset the counters of the report.
    ResetReport,
}

/// What is to be done with the player of dry sounds.
#[derive(Clone, Debug, PartialEq)]
pub enum PlayerAction {
    /// Play this.
    Play(DrySound, PlayerMix),
    /// Play this once the impulse that was chosen is loaded.
    PlayWhenLoaded(DrySound, PlayerMix),
    /// Stop.
    Stop,
    /// Hear it like this.
    Mix(PlayerMix),
    /// Go to this share of it, 0..=1.
    Seek(f32),
}

/// What a panel asks of the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserRequest {
    /// Open it, or close it if it is open. Only a narrow window can do without it.
    Toggle,
    /// Open the list of files to load one.
    ChooseFile,
    /// Open the list of files to locate the missing one.
    LocateFile,
    /// Open the list of files to choose a dry sound.
    ChooseSound,
    /// Choose the impulse so many rows further down; negative is up.
    Step(isize),
}

/// What a panel asks of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HistoryCommand {
    /// Undo the last step.
    Undo,
    /// Redo the step that was undone last.
    Redo,
    /// Switch between the two sounds A and B.
    SwapAb,
    /// Make the other of the two sounds the same as this one.
    CopyAb,
    /// Hear the impulse without shaping, or go back to the user's sound.
    ToggleUnshaped,
}

/// What the user asked for in one frame.
#[derive(Debug, Default)]
pub struct FrameOutput {
    /// For the controller, in the order in which it is to be done.
    pub actions: Vec<Action>,
    /// For the browser.
    pub browser: Option<BrowserRequest>,
    /// For the history.
    pub history: Option<HistoryCommand>,
}

/// Sets a parameter as one whole gesture: what a double click, a key or a typed value does.
pub fn set_at_once(actions: &mut Vec<Action>, id: &'static str, normalized: f32) {
    actions.extend([
        Action::Begin(id),
        Action::Set(id, normalized.clamp(0.0, 1.0)),
        Action::End(id),
    ]);
}
