//! The first stage: from what a project remembers to decoded samples, or to the recipe of a room. A file is read
//! once and shared. Worker thread; reads files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::background::Job;
use crate::files::{self, GivenUp};
use crate::impulse::locate::locate_with;
use crate::impulse::{ChannelsAs, Decoded, FileRef, ImpulseError, Located, Origin, embed};

use super::super::cache::Cache;
use super::super::error::LoadError;
use super::super::identity::Content;
use super::super::order::SoundInfo;
use super::super::stage::Stage;
use super::super::weak_cache::Cancelled;
use super::sound::{ROOM_CHANNELS, Raw, Sound};

/// Finds the samples of an origin. Whatever went wrong, once the job is cancelled it is [`LoadError::Cancelled`]:
/// a search that was not finished says nothing about the file.
pub(in crate::loader) fn find(
    origin: &Origin,
    cache: &Cache,
    job: &Job<'_>,
) -> Result<Sound, LoadError> {
    let found = match origin {
        Origin::Room(_, recipe) => Ok(Sound {
            info: SoundInfo {
                content: Content::of_room(recipe, ROOM_CHANNELS),
                origin: Arc::new(origin.clone()),
                note: None,
                instead: None,
            },
            raw: Raw::Room(recipe.clone()),
        }),
        Origin::File(file) if file.hash.is_empty() => {
            let sound = chosen_of(file, cache, job);
            sound.map(|sound| sound.repaired_as(file))
        }
        Origin::File(file) => recalled(file, cache, job),
        // `prepare` has answered it.
        Origin::Nothing => Err(LoadError::Failed("there is no impulse to load".into())),
    };
    found.map_err(|error| match job.is_cancelled() {
        true => LoadError::Cancelled,
        false => error,
    })
}

/// Opens a file as `wanted` says, and tells how far it has come.
fn open(wanted: &FileRef, path: &Path, job: &Job<'_>) -> Result<(FileRef, Decoded), ImpulseError> {
    let progress = job.progress;
    let report = |share| Stage::Reading.report(progress, share);
    wanted.open_at(path, (job.cancel, &report))
}

/// A file that is known by its path only: the user has just chosen it, or a project says no more.
fn chosen_of(file: &FileRef, cache: &Cache, job: &Job<'_>) -> Result<Sound, LoadError> {
    match file.absolute.is_absolute() {
        true => chosen(&file.absolute, file.channels_as, cache, job),
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
    job: &Job<'_>,
) -> Result<Sound, LoadError> {
    let wanted = FileRef {
        channels_as,
        ..FileRef::default()
    };
    let (file, decoded) = open(&wanted, path, job).map_err(failed)?;
    cache.places.add(&file.hash, path);
    let content = Content::of(&file);
    // If another instance has it already, then its samples are shared and ours are dropped.
    let decoded = cache
        .decoded
        .get_or_make(&content, job.cancel, || Ok::<_, LoadError>(decoded))?;
    Ok(Sound {
        info: SoundInfo {
            content,
            origin: Arc::new(Origin::File(file)),
            note: None,
            instead: None,
        },
        raw: Raw::File(decoded),
    })
}

/// A file that a project remembers by its content.
fn recalled(file: &FileRef, cache: &Cache, job: &Job<'_>) -> Result<Sound, LoadError> {
    let content = Content::of(file);
    let mut fresh = None;
    let mut note = None;
    let begin = Instant::now();
    // With a copy at hand nobody waits for a slow place.
    let has_copy = file.embedded.is_some();
    let is_slow = move || has_copy && begin.elapsed() > COPY_AFTER;
    let hurried = || job.is_cancelled() || is_slow();
    // What is read deep inside is hurried as well.
    let in_time: GivenUp = Arc::new(is_slow);
    let search = || files::while_wanted(&in_time, || search_for(file, cache, &hurried));
    let decoded = cache
        .decoded
        .get_or_make(&content, job.cancel, || match search() {
            Ok(Located::Path(path)) => {
                let (found, decoded) = open(file, &path, job).map_err(Lost::Unreadable)?;
                if found.hash != file.hash {
                    // It was changed between the search and the reading.
                    return Err(Lost::Changed(path));
                }
                cache.places.add(&found.hash, &path);
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
                unpacked(file, job.cancel)
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
            recalled(&as_it_was, cache, job)
        }
        Ok(decoded) => Ok(Sound {
            info: SoundInfo {
                content,
                origin: Arc::new(Origin::File(FileRef {
                    // Another choice may have been made since they were counted.
                    channels: decoded.impulse.channels.len() as u32,
                    ..completed(file, fresh)
                })),
                note,
                instead: None,
            },
            raw: Raw::File(decoded),
        }),
        Err(Lost::Cancelled) => Err(LoadError::Cancelled),
        Err(Lost::Changed(path)) => changed(file, &path, cache, job),
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
fn search_for(
    file: &FileRef,
    cache: &Cache,
    cancelled: &dyn Fn() -> bool,
) -> Result<Located, String> {
    let (found, neighbours, library) = cache.places.candidates(&file.hash);
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
fn changed(file: &FileRef, path: &Path, cache: &Cache, job: &Job<'_>) -> Result<Sound, LoadError> {
    match chosen(path, file.channels_as, cache, job) {
        Ok(Sound { info, raw }) => Ok(Sound {
            info: SoundInfo {
                instead: match &*info.origin {
                    Origin::File(now) => Some(FileRef {
                        repair: file.repair,
                        ..now.clone()
                    }),
                    Origin::Room(..) | Origin::Nothing => None,
                },
                origin: Arc::new(Origin::File(file.clone())),
                note: Some(format!(
                    "{} has changed since the project was saved: it sounds as the file is now",
                    file.name
                )),
                content: info.content,
            },
            raw,
        }),
        Err(error) => Err(missing(
            file,
            format!(
                "{} has changed since the project was saved: {}",
                file.name,
                error.message()
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

fn failed(error: ImpulseError) -> LoadError {
    LoadError::Failed(error.to_string())
}

fn missing(file: &FileRef, message: String) -> LoadError {
    LoadError::Missing {
        file: Box::new(FileRef {
            embedded: None,
            ..file.clone()
        }),
        message,
    }
}
