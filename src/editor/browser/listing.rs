//! Reading folders on a thread of their own: a slow disk must not stop the screen, nor the host.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};

/// The endings of files that can be impulses.
const ENDINGS: [&str; 9] = [
    "wav", "wave", "aif", "aiff", "aifc", "flac", "ogg", "mp3", "caf",
];

/// The most files that a search below a folder gathers.
pub const MOST: usize = 50_000;

/// One line of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where it is.
    pub path: PathBuf,
    /// Its name; below a search, with the folders that lead to it.
    pub name: String,
    /// The name in lower case, for searching.
    pub key: String,
    /// Whether it can be opened as a folder.
    pub folder: bool,
}

/// Whether a file's name says that it may be an impulse.
#[must_use]
pub fn is_sound(path: &Path) -> bool {
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// A folder's content, as far as it is known.
#[derive(Debug, Default)]
pub struct Listing {
    /// What was found: folders first, then files, each by name.
    pub items: Vec<Item>,
    /// Why the folder can not be read.
    pub error: Option<String>,
    coming: Option<Receiver<Result<Vec<Item>, String>>>,
}

impl Listing {
    /// Begins to read a folder, with all that lies below it if `deep`.
    pub fn read(&mut self, folder: &Path, deep: bool) {
        let (sender, receiver) = channel();
        let folder = folder.to_owned();
        let work = move || {
            let found = if deep {
                below(&folder)
            } else {
                directly(&folder)
            };
            // Nobody listens any more if another folder was opened meanwhile.
            let _ = sender.send(found);
        };
        let thread = std::thread::Builder::new().name("anteroom folders".into());
        match thread.spawn(work) {
            Ok(_) => self.coming = Some(receiver),
            Err(error) => self.error = Some(format!("folders can not be read: {error}")),
        }
    }

    /// Takes what has arrived; true while something is still awaited.
    pub fn poll(&mut self) -> bool {
        let Some(receiver) = &self.coming else {
            return false;
        };
        match receiver.try_recv() {
            Ok(Ok(items)) => (self.items, self.error) = (items, None),
            Ok(Err(error)) => (self.items, self.error) = (Vec::new(), Some(error)),
            Err(TryRecvError::Empty) => return true,
            Err(TryRecvError::Disconnected) => {}
        }
        self.coming = None;
        false
    }

    /// Whether something is awaited.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.coming.is_some()
    }
}

fn directly(folder: &Path) -> Result<Vec<Item>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| cause(folder, &error))?;
    let mut items: Vec<Item> = entries
        .flatten()
        .filter_map(|entry| {
            let path = entry.path();
            // Follows links, unlike the entry's own type.
            let is_folder = path.is_dir();
            item(path, folder, is_folder)
        })
        .collect();
    items.sort_by(|a, b| b.folder.cmp(&a.folder).then_with(|| a.key.cmp(&b.key)));
    Ok(items)
}

/// All sound files below a folder. Links to folders are not followed: they may lead in circles.
fn below(folder: &Path) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let entries = match std::fs::read_dir(&next) {
            Ok(entries) => entries,
            Err(error) if next == folder => return Err(cause(folder, &error)),
            Err(_) => continue,
        };
        for entry in entries.flatten() {
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if is_folder && !hidden(&entry.path()) {
                open.push(entry.path());
            } else if !is_folder && items.len() < MOST {
                items.extend(item(entry.path(), folder, false));
            }
        }
    }
    items.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(items)
}

fn item(path: PathBuf, base: &Path, folder: bool) -> Option<Item> {
    if hidden(&path) || !(folder || is_sound(&path)) {
        return None;
    }
    let name = path
        .strip_prefix(base)
        .unwrap_or(&path)
        .to_string_lossy()
        .into_owned();
    let key = name.to_lowercase();
    Some(Item {
        path,
        name,
        key,
        folder,
    })
}

fn hidden(path: &Path) -> bool {
    path.file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

fn cause(folder: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", folder.display())
}
