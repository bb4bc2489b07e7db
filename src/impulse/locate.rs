//! Finding a remembered file again: the same path, the same place under the home folder, beside
//! the project's other impulses, by content in the library folders, or the embedded copy.
//!
//! Off the audio thread: it reads folders and files.

use std::fmt;
use std::path::{Path, PathBuf};

use super::decode::read;
use super::library::Library;
use super::origin::{FileRef, home};
use super::pairs::identity;

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
    pub absolute: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is missing: it was {}", self.name, self.absolute)
    }
}

impl std::error::Error for Missing {}

fn holds(path: &Path, hash: &str, cancelled: &dyn Fn() -> bool) -> bool {
    read(path, cancelled).is_ok_and(|bytes| identity(path, &bytes, cancelled) == hash)
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
    let absolute = PathBuf::from(&file.absolute);
    let relative = file
        .relative
        .as_ref()
        .and_then(|relative| Some(home()?.join(relative)));
    let neighbours = beside.iter().filter_map(|path| {
        let folder = if path.is_dir() { path } else { path.parent()? };
        Some(folder.join(&file.name))
    });
    let candidates = std::iter::once(absolute.clone())
        .chain(relative)
        .chain(neighbours);
    for path in candidates.filter(|_| !file.hash.is_empty()) {
        if holds(&path, &file.hash, cancelled) {
            return Ok(Located::Path(path));
        }
    }
    if let Some(path) = libraries.find_with(&file.hash, file.bytes, cancelled) {
        return Ok(Located::Path(path));
    }
    if file.embedded.is_some() {
        return Ok(Located::Embedded);
    }
    if absolute.is_file() {
        return Ok(Located::Changed(absolute));
    }
    Err(Missing {
        name: file.name.clone(),
        absolute: file.absolute.clone(),
    })
}
