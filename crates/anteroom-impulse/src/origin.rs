//! What a project remembers of its impulse: where it comes from, never decoded audio.
//!
//! Off the audio thread. A file is known by the hash of its bytes; names and paths are only hints
//! where to look first.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::channel_layout::ChannelsAs;
pub use super::content_hash::content_hash;
use super::decode::channel_sets;
use super::decode::{self, Decoded};
use super::embed::Embedded;
use super::rooms::{RoomRecipe, rooms};
use super::source::Source;
use super::{ImpulseError, path_text};

/// The most impulses that a project lists for the parameter that picks one of them.
pub const MOST_CHOICES: usize = 16;

/// Where an impulse comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A room that is made here: the name it is shown under, and how it is made.
    Room(String, RoomRecipe),
    /// A file.
    File(FileRef),
    /// No impulse: an empty slot. It is never written, since a project leaves an empty slot out.
    #[serde(skip)]
    Nothing,
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

    /// The name to show; empty for nothing.
    pub fn name(&self) -> &str {
        match self {
            Self::Room(name, _) => name,
            Self::File(file) => &file.name,
            Self::Nothing => "",
        }
    }

    /// It, unless it is [`Nothing`](Self::Nothing).
    #[must_use]
    pub fn something(self) -> Option<Self> {
        (self != Self::Nothing).then_some(self)
    }

    /// The names of the built-in rooms.
    pub fn room_names() -> impl Iterator<Item = &'static str> {
        rooms().iter().map(|room| room.name)
    }
}

/// Whether a file's constant offset is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// Where the impulse is normalized. With `normalize` off its samples are the file's.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

impl Repair {
    /// Whether an impulse is repaired that is, or is not, normalized.
    #[must_use]
    pub fn is_wanted(self, normalize: bool) -> bool {
        match self {
            Self::Auto => normalize,
            Self::On => true,
            Self::Off => false,
        }
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
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
    /// The file's name without folders, as people read it.
    pub name: String,
    /// The path from the home folder, with `/`, if it lies there.
    #[serde(with = "path_text::optional", skip_serializing_if = "Option::is_none")]
    pub relative: Option<PathBuf>,
    /// The whole path.
    #[serde(with = "path_text")]
    pub absolute: PathBuf,
    /// The length in samples.
    pub frames: u64,
    /// The sample rate in Hz.
    pub rate: u32,
    /// The channels of the impulse.
    pub channels: u32,
    /// What the user said that the file's channels are; none if the file's own word counts.
    #[serde(
        deserialize_with = "ChannelsAs::known",
        skip_serializing_if = "Option::is_none"
    )]
    pub channels_as: Option<ChannelsAs>,
    /// Whether its constant offset is taken away.
    #[serde(skip_serializing_if = "Repair::is_default")]
    pub repair: Repair,
    /// The impulse itself, if the user asked for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedded: Option<Embedded>,
}

/// The user's home folder, if the system names one. On Windows that is `%USERPROFILE%`, whatever a shell from elsewhere
/// says with `HOME`.
pub fn home() -> Option<PathBuf> {
    std::env::home_dir().filter(|home| !home.as_os_str().is_empty())
}

/// The path from the home folder to what lies below it, with `/`.
fn below(home: &Path, path: &Path) -> Option<PathBuf> {
    let mut rest = path.components();
    for part in home.components() {
        rest.next().filter(|other| is_same(part, *other))?;
    }
    let rest: Vec<&OsStr> = rest.map(Component::as_os_str).collect();
    Some(rest.join(OsStr::new("/")).into())
}

/// Whether two parts of paths name the same folder. On Windows and macOS case does not count.
fn is_same(one: Component<'_>, other: Component<'_>) -> bool {
    let folded = |part: Component<'_>| part.as_os_str().to_string_lossy().to_lowercase();
    let ignores_case = cfg!(any(windows, target_os = "macos"));
    one == other || ignores_case && folded(one) == folded(other)
}

impl FileRef {
    /// The file's name as its system has it. A project that was saved on another system may know no
    /// more than [`name`](Self::name); what is not a single name is none.
    pub fn file_name(&self) -> Option<&OsStr> {
        let own = Some(&self.absolute).filter(|path| decode::display_name(path) == self.name);
        own.and_then(|path| path.file_name()).or_else(|| {
            let name = Path::new(&self.name);
            name.file_name().filter(|last| *last == name)
        })
    }

    /// What is known of samples that are in no file: a pipe's. Their identity is the hash of the samples
    /// themselves.
    #[must_use]
    pub fn of(name: &str, decoded: &Decoded) -> Self {
        let impulse = &decoded.impulse;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&impulse.rate.to_le_bytes());
        for channel in &impulse.channels {
            hasher.update(&(channel.len() as u64).to_le_bytes());
            for sample in channel {
                hasher.update(&sample.to_le_bytes());
            }
        }
        Self {
            hash: hasher.finalize().to_hex().to_string(),
            name: name.into(),
            absolute: name.into(),
            frames: impulse.frames() as u64,
            rate: impulse.rate,
            channels: impulse.channels.len() as u32,
            ..Self::default()
        }
    }

    /// Reads a file once, and gives both what a project remembers of it and what is in it.
    ///
    /// # Errors
    /// As [`decode::open`].
    pub fn open(path: &Path) -> Result<(Self, Decoded), ImpulseError> {
        Self::open_with(path, (&|| false, &|_| ()))
    }

    /// The same, given up as soon as `cancelled` says that nobody wants it any more. It is asked after
    /// every 64 KiB that are read, and after every packet that is decoded. `told` hears how much is
    /// done, 0..=1, as often, if the file says how much there is.
    ///
    /// # Errors
    /// As [`decode::open`], and [`ImpulseError::Cancelled`].
    pub fn open_with(
        path: &Path,
        watch: (&dyn Fn() -> bool, &dyn Fn(f32)),
    ) -> Result<(Self, Decoded), ImpulseError> {
        Self::default().open_at(path, watch)
    }

    /// Reads a file that is taken for this one, and gives what a project should remember of it now.
    /// It is read as it was: with the same choice of channels, and together with the same others if the
    /// hash says so. An embedded copy is not kept.
    ///
    /// # Errors
    /// As [`open_with`](Self::open_with).
    pub fn open_at(
        &self,
        path: &Path,
        (cancelled, told): (&dyn Fn() -> bool, &dyn Fn(f32)),
    ) -> Result<(Self, Decoded), ImpulseError> {
        let name = decode::display_name(path);
        let source = Source::open(path, &name, cancelled)?;
        let known = (self.hash.as_str(), self.channels_as);
        let (hash, decoded) = channel_sets::open(path, &source, known, (cancelled, told))?;
        let length = source.length().unwrap_or(0);
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let absolute = dunce::simplified(&absolute).to_path_buf();
        let relative = home().and_then(|home| below(dunce::simplified(&home), &absolute));
        let file = Self {
            hash,
            bytes: length,
            name,
            relative,
            absolute,
            frames: decoded.impulse.frames() as u64,
            rate: decoded.impulse.rate,
            channels: decoded.impulse.channels.len() as u32,
            channels_as: self.channels_as,
            repair: Repair::default(),
            embedded: None,
        };
        Ok((file, decoded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(home: &str, path: &str) -> Option<String> {
        let rest = below(Path::new(home), Path::new(path))?;
        Some(rest.to_str().expect("Unicode").to_owned())
    }

    #[cfg(unix)]
    #[test]
    fn the_way_from_the_home_folder_has_every_letter_of_the_name() {
        let way = |path| found("/home/me", path);
        assert_eq!(way("/home/me/a/x.wav").as_deref(), Some("a/x.wav"));
        // Here it is a letter like any other.
        assert_eq!(way(r"/home/me/a\b/x.wav").as_deref(), Some(r"a\b/x.wav"));
        assert_eq!(way("/home/meander/x.wav"), None);
        assert_eq!(way("/home"), None);
        assert_eq!(found("/", "/a/x.wav").as_deref(), Some("a/x.wav"));
    }

    #[cfg(windows)]
    #[test]
    fn the_way_from_the_home_folder_is_found_in_whatever_case_it_is_written() {
        let way = |path| found("C:\\Users\\Zo\u{eb}", path);
        let there = Some("Music/Hall.wav");
        assert_eq!(
            way("C:\\Users\\Zo\u{eb}\\Music\\Hall.wav").as_deref(),
            there
        );
        assert_eq!(
            way("c:\\users\\ZO\u{cb}\\Music\\Hall.wav").as_deref(),
            there
        );
        assert_eq!(way("C:/Users/Zo\u{eb}/Music/Hall.wav").as_deref(), there);
        assert_eq!(way("D:\\Users\\Zo\u{eb}\\Music\\Hall.wav"), None);
        let share = |path| found(r"\\server\home", path);
        assert_eq!(share(r"\\SERVER\home\x.wav").as_deref(), Some("x.wav"));
    }

    #[cfg(windows)]
    #[test]
    fn the_home_folder_is_the_system_s() {
        let profile = std::env::var_os("USERPROFILE").map(PathBuf::from);
        assert_eq!(home(), profile);
    }
}
