//! From what a project remembers to samples: a file that is read once and shared, or a recipe.
//! Worker thread; reads files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::files::{self, GivenUp};
use crate::impulse::locate::locate_with;
use crate::impulse::{
    ChannelsAs, Decoded, FileRef, ImpulseError, Located, Origin, RoomRecipe, embed,
};

use super::cache::{Cache, Cancelled, Content};
use super::stage::{Stage, Told};
use super::status::Phase;

/// How many channels a built-in room is made with: true stereo.
pub(crate) const ROOM_CHANNELS: usize = 4;

/// An impulse before it is conformed to a rate.
#[derive(Clone, Debug)]
pub(super) struct Sound {
    /// What the samples are known by.
    pub content: Content,
    /// What a project remembers of it, completed by what was found.
    pub origin: Arc<Origin>,
    /// The samples, or how they are made.
    pub raw: Raw,
    /// What the user should know about how it was found.
    pub note: Option<String>,
    /// The file that the samples are of, where the project remembers it by what it was before.
    pub instead: Option<FileRef>,
}

impl Sound {
    /// Whether its constant offset is taken away, where it is normalized or is not.
    pub fn is_repaired(&self, normalize: bool) -> bool {
        match (&self.raw, &*self.origin) {
            (Raw::File(decoded), Origin::File(file)) => {
                !decoded.offsets.is_empty() && file.repair.is_wanted(normalize)
            }
            _ => false,
        }
    }

    /// The same, repaired as the user chose for this file.
    fn repaired_as(mut self, chosen: &FileRef) -> Self {
        if let Origin::File(file) = Arc::make_mut(&mut self.origin) {
            file.repair = chosen.repair;
        }
        self
    }
}

/// Samples, or how they are made.
#[derive(Clone, Debug)]
pub(super) enum Raw {
    /// A file's, decoded.
    File(Arc<Decoded>),
    /// A room is made at the rate that is asked for.
    Room(RoomRecipe),
}

/// Why there is no impulse.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Trouble {
    /// A file that a project remembers can not be found.
    Missing { file: Box<FileRef>, message: String },
    /// A file or a number is no good.
    Failed(String),
    /// Nobody wants it any more.
    Cancelled,
}

impl Trouble {
    /// The sentence to show.
    pub fn message(&self) -> &str {
        match self {
            Self::Missing { message, .. } | Self::Failed(message) => message,
            Self::Cancelled => "overtaken by a newer request",
        }
    }

    /// The phase to publish.
    pub fn phase(&self) -> Phase {
        match self {
            Self::Missing { file, message } => Phase::Missing {
                file: file.clone(),
                message: message.clone(),
            },
            _ => Phase::Failed {
                message: self.message().to_owned(),
            },
        }
    }
}

impl From<Cancelled> for Trouble {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<Cancelled> for ImpulseError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// Where to tell how far it has come, and the question whether anybody still wants it.
type Watch<'a> = (&'a Told, &'a dyn Fn() -> bool);

/// Finds the samples of an origin, and tells how far it has come. Whatever went wrong, once
/// `cancelled` says so it is [`Trouble::Cancelled`]: what was not looked at to its end tells nothing.
pub(super) fn find(origin: &Origin, cache: &Cache, watch: Watch<'_>) -> Result<Sound, Trouble> {
    let found = match origin {
        Origin::Room(_, recipe) => Ok(Sound {
            content: Content::Room(format!("{recipe:?}"), ROOM_CHANNELS),
            origin: Arc::new(origin.clone()),
            raw: Raw::Room(recipe.clone()),
            note: None,
            instead: None,
        }),
        Origin::File(file) if file.hash.is_empty() => {
            let sound = chosen_of(file, cache, watch);
            sound.map(|sound| sound.repaired_as(file))
        }
        Origin::File(file) => recalled(file, cache, watch),
    };
    found.map_err(|trouble| match watch.1() {
        true => Trouble::Cancelled,
        false => trouble,
    })
}

/// Opens a file as `wanted` says, and tells how far it has come.
fn open(
    wanted: &FileRef,
    path: &Path,
    (stage, cancelled): Watch<'_>,
) -> Result<(FileRef, Decoded), ImpulseError> {
    let told = |share| stage.tell_share(Stage::Reading, share);
    wanted.open_at(path, (cancelled, &told))
}

/// A file that is known by its path only: the user has just chosen it, or a project says no more.
fn chosen_of(file: &FileRef, cache: &Cache, watch: Watch<'_>) -> Result<Sound, Trouble> {
    match file.absolute.is_absolute() {
        true => chosen(&file.absolute, file.channels_as, cache, watch),
        // From wherever the host was started.
        false => Err(missing(
            file,
            format!(
                "{} is missing: the project does not say where it was",
                file.name
            ),
        )),
    }
}

/// A file that the user has just chosen by its path.
fn chosen(
    path: &Path,
    channels_as: Option<ChannelsAs>,
    cache: &Cache,
    watch: Watch<'_>,
) -> Result<Sound, Trouble> {
    let wanted = FileRef {
        channels_as,
        ..FileRef::default()
    };
    let (file, decoded) = open(&wanted, path, watch).map_err(failed)?;
    cache.found(&file.hash, path);
    let content = Content::of(&file);
    // If another instance has it already, then its samples are shared and ours are dropped.
    let decoded = cache
        .raw
        .get_or_make(&content, watch.1, || Ok::<_, Trouble>(decoded))?;
    Ok(Sound {
        content,
        origin: Arc::new(Origin::File(file)),
        raw: Raw::File(decoded),
        note: None,
        instead: None,
    })
}

/// A file that a project remembers by its content.
fn recalled(file: &FileRef, cache: &Cache, watch: Watch<'_>) -> Result<Sound, Trouble> {
    let content = Content::of(file);
    let mut fresh = None;
    let mut note = None;
    let begin = Instant::now();
    // With a copy at hand nobody waits for a slow place.
    let has_copy = file.embedded.is_some();
    let is_slow = move || has_copy && begin.elapsed() > COPY_AFTER;
    let hurried = || watch.1() || is_slow();
    // What is read deep inside is hurried as well.
    let in_time: GivenUp = Arc::new(is_slow);
    let search = || files::while_wanted(&in_time, || place(file, cache, &hurried));
    let decoded = cache.raw.get_or_make(&content, watch.1, || match search() {
        Ok(Located::Path(path)) => {
            let (found, decoded) = open(file, &path, watch).map_err(Lost::Unreadable)?;
            if found.hash != file.hash {
                // It was changed between the search and the reading.
                return Err(Lost::Changed(path));
            }
            cache.found(&found.hash, &path);
            fresh = Some(found);
            Ok(decoded)
        }
        Ok(Located::Embedded) => {
            let reason = match is_slow() {
                true => "was not found in time",
                false => "is missing",
            };
            note = Some(format!(
                "{} {reason}: the copy in the project is used",
                file.name
            ));
            unpacked(file, watch.1)
        }
        Ok(Located::Changed(path)) => Err(Lost::Changed(path)),
        Err(message) => Err(Lost::Missing(message)),
    });
    match decoded {
        Ok(decoded) if was_true_stereo(file, &decoded) => {
            let as_it_was = FileRef {
                channels_as: Some(ChannelsAs::TrueStereo),
                ..file.clone()
            };
            recalled(&as_it_was, cache, watch)
        }
        Ok(decoded) => Ok(Sound {
            content,
            origin: Arc::new(Origin::File(FileRef {
                // Another choice may have been made since they were counted.
                channels: decoded.impulse.channels.len() as u32,
                ..completed(file, fresh)
            })),
            raw: Raw::File(decoded),
            note,
            instead: None,
        }),
        Err(Lost::Cancelled) => Err(Trouble::Cancelled),
        Err(Lost::Changed(path)) => changed(file, &path, cache, watch),
        Err(Lost::Unreadable(error)) => Err(missing(file, error.to_string())),
        Err(Lost::Missing(message)) => Err(missing(file, message)),
    }
}

/// Whether a project was saved before B-format was known, and played the file as true stereo: it goes on
/// sounding like that.
fn was_true_stereo(file: &FileRef, decoded: &Decoded) -> bool {
    let is_decoded = decoded.channels_as == Some(ChannelsAs::BFormat);
    is_decoded && file.channels_as.is_none() && file.channels == 4
}

/// Why the samples that a project remembers are not to be had.
enum Lost {
    Changed(PathBuf),
    Unreadable(ImpulseError),
    Missing(String),
    Cancelled,
}

impl From<Cancelled> for Lost {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

/// How long a file is searched for before the copy in the project is used.
const COPY_AFTER: Duration = Duration::from_millis(250);

/// Looks for a file: first where another instance has found the same content.
fn place(file: &FileRef, cache: &Cache, cancelled: &dyn Fn() -> bool) -> Result<Located, String> {
    let (found, neighbours, library) = cache.neighbours(&file.hash);
    if let Some(path) = found {
        let moved = FileRef {
            absolute: path,
            embedded: None,
            relative: None,
            ..file.clone()
        };
        let there = locate_with(&moved, &[], &Default::default(), cancelled);
        if let Ok(Located::Path(path)) = there {
            return Ok(Located::Path(path));
        }
    }
    locate_with(file, &neighbours, &library, cancelled).map_err(|missing| missing.to_string())
}

/// The samples that are saved with the project.
fn unpacked(file: &FileRef, cancelled: &dyn Fn() -> bool) -> Result<Decoded, Lost> {
    let Some(embedded) = &file.embedded else {
        return Err(Lost::Missing(format!("{} is missing", file.name)));
    };
    // It was looked for because the file is gone: both are said.
    let impulse =
        embed::unpack_with(&file.name, embedded, cancelled).map_err(|error| match error {
            ImpulseError::Cancelled => Lost::Cancelled,
            error => Lost::Missing(format!(
                "{} is missing, and the copy in the project can not be used: {error}",
                file.name
            )),
        })?;
    Ok(Decoded::of(impulse, "embedded copy"))
}

/// A file that is where it was, but with another content: it is used, and the user is told. The
/// project keeps remembering the one that it was saved with.
fn changed(file: &FileRef, path: &Path, cache: &Cache, watch: Watch<'_>) -> Result<Sound, Trouble> {
    match chosen(path, file.channels_as, cache, watch) {
        Ok(sound) => Ok(Sound {
            instead: match &*sound.origin {
                Origin::File(now) => Some(FileRef {
                    repair: file.repair,
                    ..now.clone()
                }),
                Origin::Room(..) => None,
            },
            origin: Arc::new(Origin::File(file.clone())),
            note: Some(format!(
                "{} has changed since the project was saved: it sounds as the file is now",
                file.name
            )),
            ..sound
        }),
        Err(trouble) => Err(missing(
            file,
            format!(
                "{} has changed since the project was saved: {}",
                file.name,
                trouble.message()
            ),
        )),
    }
}

/// What a project should remember, after the file was found perhaps elsewhere.
fn completed(file: &FileRef, fresh: Option<FileRef>) -> FileRef {
    match fresh {
        Some(fresh) => FileRef {
            embedded: file.embedded.clone(),
            repair: file.repair,
            ..fresh
        },
        None => file.clone(),
    }
}

fn failed(error: ImpulseError) -> Trouble {
    Trouble::Failed(error.to_string())
}

fn missing(file: &FileRef, message: String) -> Trouble {
    Trouble::Missing {
        file: Box::new(FileRef {
            embedded: None,
            ..file.clone()
        }),
        message,
    }
}

/// Whether two origins mean the same impulse, however they know it.
pub(super) fn same(one: &Origin, other: &Origin) -> bool {
    match (one, other) {
        (Origin::File(one), Origin::File(other))
            if (one.repair, one.channels_as) != (other.repair, other.channels_as) =>
        {
            false
        }
        (Origin::File(one), Origin::File(other)) if !one.hash.is_empty() => one.hash == other.hash,
        (Origin::File(one), Origin::File(other)) => {
            other.hash.is_empty() && one.absolute == other.absolute
        }
        (one, other) => one == other,
    }
}
