//! What a project remembers beside its parameters: where its impulse comes from, never decoded audio. A host's state as
//! a whole is the matter of `src/plugin/state.rs`; `src/loader/state.rs` is the loader's state machine.
//!
//! | item | what it is |
//! |---|---|
//! | [`Project`] | where the impulses come from, whether they are embedded, how the editor looked |
//! | [`Laws`] | by which versions of the synthesis it was made |
//! | `read` | reading that never fails: what is damaged becomes its default and a message |
//! | [`Preset`] | a project with its parameters, as a file that a host loads |
//! | [`FactoryPreset`] | a sound that comes with the plug-in |
//!
//! The host's main thread and the command line come here; nothing here is real-time.
//!
//! The files are `read`, `laws`, `preset`, `factory`, and `tags`: the words that a preset file carries.

use std::path::PathBuf;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

pub use crate::impulse::origin::home;
pub use crate::impulse::rooms::{Character, MOST_RECIPE_BYTES, Model};
pub use crate::impulse::{
    MOST_CHOICES, NamedRoom, Origin, ROOM_NUMBERS, RecipeNumber, RoomRecipe, path_text, rooms,
};

mod factory;
mod laws;
mod preset;
mod read;
mod tags;

pub use factory::{FactoryPreset, factory_presets};
pub use laws::Laws;
pub use preset::{Preset, PresetError};
pub use tags::parse_tags;

/// The version of the project format that this build writes. What is read of a state of 1 has every parameter that came
/// since at rest; 2 is that of the decay by octave and what was added with it. A list of choices that is not there is empty.
pub const VERSION: u32 = 2;

/// The name of the field of the host's state that holds the project.
pub const FIELD: &str = "project";

/// The VST3 class id of the component, in the order in which its 32 hexadecimal digits are read.
///
/// It is published: a project finds its plug-in by it, so it never changes.
pub const VST3_CLASS_ID: [u8; 16] = *b"AnteroomReverb01";

/// The CLAP id of the plug-in. Published as well.
pub const CLAP_ID: &str = "org.anteroom.anteroom";

/// The plug-in's name, and who made it. VST3 hosts look for presets in folders that are named so.
pub const NAME: &str = "Anteroom";

/// Who made the plug-in; see [`NAME`].
pub const VENDOR: &str = "The Anteroom developers";

/// What a project remembers beside its parameters.
///
/// It is saved as JSON. Its reading is tolerant: `serde` fails only on text that is not JSON at all,
/// and [`Project::from_json`] not even then. Fields that this version can not read, because they are
/// damaged or newer, are kept and saved again for as long as nothing replaces them.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// The format that it was saved in; [`VERSION`] for a new one.
    pub version: u32,
    /// Where the impulse comes from.
    pub origin: Origin,
    /// Whether the impulse itself is saved with the project.
    pub embed: bool,
    /// Where the impulse of the second slot comes from, unless that is empty.
    pub second: Option<Origin>,
    /// Whether that impulse itself is saved with the project.
    pub embed_second: bool,
    /// The project's own choices, which the parameter `pick` picks from: at most [`MOST_CHOICES`].
    pub choices: Vec<Origin>,
    /// How the editor looked.
    pub view: View,
    /// The laws that it was saved under, those of this build for a new one. Of each the newer one is saved.
    pub laws: Laws,
    /// What the reader had to say, in sentences for the user. Not saved.
    pub messages: Vec<String>,
    /// Fields that could not be read, as they were.
    unread: Map<String, Value>,
}

/// How the editor looked when the project was saved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct View {
    /// The width in logical pixels, before `zoom`, 320..=8192.
    pub width: u32,
    /// The height in logical pixels, before `zoom`, 240..=8192.
    pub height: u32,
    /// The user's own scale, 0.5..=3.
    pub zoom: f32,
    /// The folder that the file list showed last, empty for the home folder.
    #[serde(with = "path_text")]
    pub folder: PathBuf,
    /// The preset that the sound began as, if it began as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<PresetName>,
}

/// Which preset it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PresetName {
    /// Its name.
    pub name: String,
    /// Whether it is one of the user's own, or one that comes with the plug-in.
    pub own: bool,
}

impl Default for View {
    fn default() -> Self {
        Self {
            width: 960,
            height: 600,
            zoom: 1.0,
            folder: PathBuf::new(),
            preset: None,
        }
    }
}

impl Default for Project {
    fn default() -> Self {
        Self {
            version: VERSION,
            origin: Origin::default(),
            embed: false,
            second: None,
            embed_second: false,
            choices: Vec::new(),
            view: View::default(),
            laws: Laws::NOW,
            messages: Vec::new(),
            unread: Map::new(),
        }
    }
}

impl Project {
    /// Reads a project from whatever was saved; what can not be read is named in `messages`.
    #[must_use]
    pub fn from_json(text: &str) -> Self {
        match serde_json::from_str::<Value>(text) {
            Ok(value) => read::project(value),
            Err(error) => Self {
                messages: vec![format!(
                    "the saved project is damaged ({error}): the defaults are used"
                )],
                ..Self::default()
            },
        }
    }

    /// The project as it is saved. The same project gives the same bytes, always.
    #[must_use]
    pub fn to_json(&self) -> String {
        Value::Object(read::fields(self)).to_string()
    }
}

impl Serialize for Project {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        read::fields(self).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Project {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer).map_err(D::Error::custom)?;
        Ok(read::project(value))
    }
}
