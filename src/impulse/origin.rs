//! What a project remembers of its impulse: a recipe, never decoded audio.
//!
//! Off the audio thread. A file is known by the hash of its bytes; names and paths are only hints
//! where to look first.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::decode::{self, Decoded};
use super::embed::Embedded;
use super::rooms::{RoomRecipe, rooms};
use super::{ImpulseError, pairs};

/// Where an impulse comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A room that is made here: the name it is shown under, and how it is made.
    Room(String, RoomRecipe),
    /// A file.
    File(FileRef),
}

impl Default for Origin {
    fn default() -> Self {
        Self::Room("Hall".into(), RoomRecipe::default())
    }
}

impl Origin {
    /// A built-in room by its name.
    pub fn room(name: &str) -> Option<Self> {
        let room = RoomRecipe::by_name(name)?;
        Some(Self::Room(room.name.into(), room.recipe.clone()))
    }

    /// The name to show.
    pub fn name(&self) -> &str {
        match self {
            Self::Room(name, _) => name,
            Self::File(file) => &file.name,
        }
    }

    /// The names of the built-in rooms.
    pub fn room_names() -> impl Iterator<Item = &'static str> {
        rooms().iter().map(|room| room.name)
    }
}

/// A file, as a project remembers it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FileRef {
    /// BLAKE3 of the file's bytes, in hexadecimal: the identity. For files that belong together by
    /// name, that of their hashes in the order of the channels.
    pub hash: String,
    /// The file's length in bytes; 0 if unknown. Files of another length need not be hashed.
    pub bytes: u64,
    /// The file's name without folders.
    pub name: String,
    /// The path from the home folder, with `/`, if it lies there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative: Option<String>,
    /// The whole path.
    pub absolute: String,
    /// The length in samples.
    pub frames: u64,
    /// The sample rate in Hz.
    pub rate: u32,
    /// The channels of the impulse.
    pub channels: u32,
    /// The impulse itself, if the user asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedded: Option<Embedded>,
}

/// The identity of some bytes.
pub fn content_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// The user's home folder, if the system names one.
pub fn home() -> Option<PathBuf> {
    let name = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

impl FileRef {
    /// Reads a file once, and gives both what a project remembers of it and what is in it.
    ///
    /// # Errors
    /// As [`decode::open`].
    pub fn open(path: &Path) -> Result<(Self, Decoded), ImpulseError> {
        Self::open_with(path, (&|| false, &|_| ()))
    }

    /// The same, given up as soon as `cancelled` says that nobody wants it any more. It is asked after
    /// every megabyte that is read, and after every packet that is decoded. `told` hears how much is
    /// decoded, 0..=1, if the file says how much there is.
    ///
    /// # Errors
    /// As [`decode::open`], and [`ImpulseError::Cancelled`].
    pub fn open_with(
        path: &Path,
        (cancelled, told): (&dyn Fn() -> bool, &dyn Fn(f32)),
    ) -> Result<(Self, Decoded), ImpulseError> {
        let bytes = decode::read(path, cancelled)?;
        let hash = pairs::identity(path, &bytes, cancelled);
        let length = bytes.len() as u64;
        let decoded = pairs::open(path, bytes, (cancelled, told))?;
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let relative = home().and_then(|home| {
            let rest = absolute.strip_prefix(home).ok()?;
            Some(rest.to_string_lossy().replace('\\', "/"))
        });
        let file = Self {
            hash,
            bytes: length,
            name: decode::display_name(path),
            relative,
            absolute: absolute.to_string_lossy().into_owned(),
            frames: decoded.impulse.frames() as u64,
            rate: decoded.impulse.rate,
            channels: decoded.impulse.channels.len() as u32,
            embedded: None,
        };
        Ok((file, decoded))
    }
}
