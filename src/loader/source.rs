//! From what a project remembers to samples: a file that is read once and shared, or a recipe.
//! Worker thread; reads files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::impulse::locate::locate_with;
use crate::impulse::{Decoded, FileRef, ImpulseError, Located, Origin, RoomRecipe, embed};

use super::cache::{Cache, Content};
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
            chosen(Path::new(&file.absolute), cache, watch)
        }
        Origin::File(file) => recalled(file, cache, watch),
    };
    found.map_err(|trouble| match watch.1() {
        true => Trouble::Cancelled,
        false => trouble,
    })
}

/// Opens a file, and tells how far it has come.
fn open(path: &Path, (stage, cancelled): Watch<'_>) -> Result<(FileRef, Decoded), ImpulseError> {
    let told = |share| stage.tell_share(Stage::Reading, share);
    FileRef::open_with(path, (cancelled, &told))
}

/// A file that the user has just chosen by its path.
fn chosen(path: &Path, cache: &Cache, watch: Watch<'_>) -> Result<Sound, Trouble> {
    let (file, decoded) = open(path, watch).map_err(failed)?;
    cache.found(&file.hash, path);
    let content = Content::File(file.hash.clone());
    // If another instance has it already, then its samples are shared and ours are dropped.
    let decoded = cache
        .raw
        .get_or_make(&content, || Ok::<_, Trouble>(decoded))?;
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
    let content = Content::File(file.hash.clone());
    let mut fresh = None;
    let mut note = None;
    let decoded = cache
        .raw
        .get_or_make(&content, || match place(file, cache, watch.1) {
            Ok(Located::Path(path)) => {
                let (found, decoded) = open(&path, watch).map_err(Lost::Unreadable)?;
                if found.hash != file.hash {
                    // It was changed between the search and the reading.
                    return Err(Lost::Changed(path));
                }
                cache.found(&found.hash, &path);
                fresh = Some(found);
                Ok(decoded)
            }
            Ok(Located::Embedded) => {
                note = Some(format!(
                    "{} is missing: the copy in the project is used",
                    file.name
                ));
                unpacked(file)
            }
            Ok(Located::Changed(path)) => Err(Lost::Changed(path)),
            Err(message) => Err(Lost::Missing(message)),
        });
    match decoded {
        Ok(decoded) => Ok(Sound {
            content,
            origin: Arc::new(Origin::File(completed(file, fresh))),
            raw: Raw::File(decoded),
            note,
            instead: None,
        }),
        Err(Lost::Changed(path)) => changed(file, &path, cache, watch),
        Err(Lost::Unreadable(error)) => Err(missing(file, error.to_string())),
        Err(Lost::Missing(message)) => Err(missing(file, message)),
    }
}

/// Why the samples that a project remembers are not to be had.
enum Lost {
    Changed(PathBuf),
    Unreadable(ImpulseError),
    Missing(String),
}

/// Looks for a file: first where another instance has found the same content.
fn place(file: &FileRef, cache: &Cache, cancelled: &dyn Fn() -> bool) -> Result<Located, String> {
    let (found, neighbours, library) = cache.neighbours(&file.hash);
    if let Some(path) = found {
        let moved = FileRef {
            absolute: path.to_string_lossy().into_owned(),
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
fn unpacked(file: &FileRef) -> Result<Decoded, Lost> {
    let Some(embedded) = &file.embedded else {
        return Err(Lost::Missing(format!("{} is missing", file.name)));
    };
    let impulse = embed::unpack(&file.name, embedded).map_err(Lost::Unreadable)?;
    Ok(Decoded {
        impulse,
        notes: Vec::new(),
        bits: None,
        format: "embedded copy".into(),
    })
}

/// A file that is where it was, but with another content: it is used, and the user is told. The
/// project keeps remembering the one that it was saved with.
fn changed(file: &FileRef, path: &Path, cache: &Cache, watch: Watch<'_>) -> Result<Sound, Trouble> {
    match chosen(path, cache, watch) {
        Ok(sound) => Ok(Sound {
            instead: match &*sound.origin {
                Origin::File(now) => Some(now.clone()),
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
        (Origin::File(one), Origin::File(other)) if !one.hash.is_empty() => one.hash == other.hash,
        (Origin::File(one), Origin::File(other)) => {
            other.hash.is_empty() && one.absolute == other.absolute
        }
        (one, other) => one == other,
    }
}
