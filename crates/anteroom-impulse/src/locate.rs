//! Finding a remembered file again: the same path, the same place under the home folder, beside
//! the project's other impulses, by content in the library folders, or the embedded copy.
//!
//! Off the audio thread: it reads folders and files.

use std::fmt;
use std::fs::Metadata;
use std::path::{Component, Path, PathBuf};

use super::ImpulseError;
use super::decode::channel_sets::identities;
use super::library::Library;
use super::origin::{FileRef, home};
use crate::{files, path_text};

/// Where a file was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Located {
    /// A file with the same content.
    Path(PathBuf),
    /// A file where it used to be, with another content.
    Changed(PathBuf),
    /// No file, but the embedded copy.
    Embedded,
}

/// A file that was not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The file's name.
    pub name: String,
    /// Where it used to be.
    pub absolute: PathBuf,
    /// The place where it used to be, or might be, that does not answer.
    pub unresponsive: Option<ImpulseError>,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = &self.unresponsive {
            return error.fmt(f);
        }
        let was = path_text::shown(&self.absolute);
        write!(f, "{} is missing: it was {was}", self.name)
    }
}

impl std::error::Error for Missing {}

/// Whether a path stays in the folder that it is read from: no `..`, and no root of its own.
fn stays_inside(path: &Path) -> bool {
    path.components()
        .all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

fn holds(path: &Path, hash: &str, cancelled: &dyn Fn() -> bool) -> Result<bool, ImpulseError> {
    let known = identities(path, cancelled)?;
    Ok(known.iter().any(|one| one == hash))
}

/// Files in the folder of `beside` that have the name and the length of `file`, but for the case of its letters: that is
/// no difference on Windows and macOS, so a project from there may say it in another way.
fn other_case(file: &FileRef, beside: &Path, cancelled: &dyn Fn() -> bool) -> Vec<PathBuf> {
    let name = file.name.to_lowercase();
    let fits = |entry: &files::Entry| {
        let found = entry.path.file_name().map(|name| name.to_string_lossy());
        let is_named =
            found.is_some_and(|found| found.to_lowercase() == name && found != file.name);
        is_named && (file.bytes == 0 || entry.metadata.len() == file.bytes)
    };
    if file.hash.is_empty() {
        return Vec::new();
    }
    let entries = files::list(beside, cancelled).unwrap_or_default();
    let fitting = entries.into_iter().filter(fits);
    fitting.map(|entry| entry.path).collect()
}

/// Looks for `file` where it was, then `beside` the project's other impulses (files or folders),
/// then in the libraries, then inside the project.
///
/// # Errors
/// [`Missing`], naming the file.
pub fn locate(file: &FileRef, beside: &[PathBuf], libraries: &Library) -> Result<Located, Missing> {
    locate_with(file, beside, libraries, &|| false)
}

/// The same; as soon as `cancelled` says that nobody wants it any more, the answer says nothing.
///
/// # Errors
/// As [`locate`].
pub fn locate_with(
    file: &FileRef,
    beside: &[PathBuf],
    libraries: &Library,
    cancelled: &dyn Fn() -> bool,
) -> Result<Located, Missing> {
    let is = |path: &Path, kind: &dyn Fn(&Metadata) -> bool| {
        let about = files::metadata(path, cancelled);
        about.is_ok_and(|about| kind(&about))
    };
    // A length of 0 is not known, and fits no file.
    let is_as_long =
        |about: &Metadata| file.bytes > 0 && about.is_file() && about.len() == file.bytes;
    let mut unresponsive = None;
    // A path that is not whole would be looked for wherever the host was started.
    let absolute = Some(&file.absolute).filter(|path| path.is_absolute());
    let relative = file.relative.as_ref().and_then(|relative| {
        let path = home()?.join(relative);
        // A project may be anybody's: what leads out of the home folder is not even opened, unless
        // there is a file of the right length there, and not used unless it has the right content.
        (stays_inside(relative) || is(&path, &is_as_long)).then_some(path)
    });
    let folders = beside.iter().filter_map(|path| {
        let is_folder = is(path, &Metadata::is_dir);
        if is_folder {
            Some(path.as_path())
        } else {
            path.parent()
        }
    });
    let neighbours = folders
        .clone()
        .filter_map(|folder| Some(folder.join(file.file_name()?)));
    let in_other_case = folders.flat_map(|folder| other_case(file, folder, cancelled));
    let candidates = absolute
        .cloned()
        .into_iter()
        .chain(relative)
        .chain(neighbours)
        .chain(in_other_case);
    for path in candidates.filter(|_| !file.hash.is_empty()) {
        match holds(&path, &file.hash, cancelled) {
            Ok(true) => return Ok(Located::Path(path)),
            // Where it should be is worth more words than where it might be.
            Err(error @ ImpulseError::Unresponsive { .. }) => {
                unresponsive.get_or_insert(error);
            }
            _ => {}
        }
    }
    if let Some(path) = libraries.find_with(&file.hash, file.bytes, cancelled) {
        return Ok(Located::Path(path));
    }
    if file.embedded.is_some() {
        return Ok(Located::Embedded);
    }
    if let Some(path) = absolute.filter(|path| is(path, &Metadata::is_file)) {
        return Ok(Located::Changed(path.clone()));
    }
    Err(Missing {
        name: file.name.clone(),
        absolute: file.absolute.clone(),
        unresponsive,
    })
}
