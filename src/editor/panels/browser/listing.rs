//! Reading folders on a thread of their own: a slow disk must not stop the screen, nor the host.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::SystemTime;

use super::drives;
use crate::background::{BackgroundJob, Job};
use crate::files;
use crate::instance::is_sound;
use crate::state::path_text;

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
    /// When it was changed last, if that is known.
    pub modified: Option<SystemTime>,
}

/// A folder's content, as far as it is known.
#[derive(Debug, Default)]
pub struct Listing {
    /// What was found: folders first, then files, each by name.
    pub items: Vec<Item>,
    /// Why the folder can not be read.
    pub error: Option<String>,
    /// Moves whenever `items` has changed.
    pub revision: u64,
    /// The newest job is the last; those before it end as soon as their disk lets them.
    reads: Vec<Read>,
}

/// One folder being read, on a thread that ends with it.
#[derive(Debug)]
struct Read {
    found: Receiver<Result<Vec<Item>, String>>,
    job: BackgroundJob,
}

impl Listing {
    /// Begins to read a folder, with all that lies below it if `deep`.
    pub fn read(&mut self, folder: &Path, deep: bool) {
        for read in &self.reads {
            read.job.cancel();
        }
        let (sender, found) = channel();
        let folder = folder.to_owned();
        let work = move |job: &Job<'_>| {
            let items = match deep {
                _ if drives::are_listed_in(&folder) => Ok(drives::roots().map(drive).collect()),
                true => below(&folder, job),
                false => directly(&folder, job),
            };
            // Nobody listens any more if another folder was opened meanwhile.
            let _ = sender.send(items);
        };
        match BackgroundJob::spawn_once("anteroom folders", work) {
            Ok(job) => self.reads.push(Read { found, job }),
            Err(error) => self.error = Some(format!("folders can not be read: {error}")),
        }
    }

    /// Takes what has arrived; true while something is still awaited.
    pub fn poll(&mut self) -> bool {
        let newest = self.reads.len().saturating_sub(1);
        let mut index = 0;
        let (mut items, mut error) = (None, None);
        self.reads.retain(|read| {
            let is_newest = index == newest;
            index += 1;
            match read.found.try_recv() {
                Ok(Ok(found)) if is_newest => items = Some(found),
                Ok(Err(cause)) if is_newest => error = Some(cause),
                Err(TryRecvError::Empty) => return true,
                Ok(_) | Err(TryRecvError::Disconnected) => {}
            }
            false
        });
        if items.is_some() || error.is_some() {
            self.items = items.unwrap_or_default();
            self.revision += 1;
            self.error = error;
        }
        self.busy()
    }

    /// Whether something is awaited.
    #[must_use]
    pub fn busy(&self) -> bool {
        self.reads.iter().any(|read| !read.job.is_cancelled())
    }

    /// Gives up what is under way, and waits until it has ended.
    pub fn rest(&mut self) {
        self.reads.clear();
    }
}

fn drive(root: String) -> Item {
    Item {
        path: PathBuf::from(&root),
        key: root.to_lowercase(),
        name: root,
        folder: true,
        modified: None,
    }
}

fn directly(folder: &Path, job: &Job<'_>) -> Result<Vec<Item>, String> {
    let entries = files::list(folder, job.cancel);
    let entries = entries.map_err(|error| cause(folder, &error))?;
    let mut items: Vec<Item> = entries
        .into_iter()
        .filter_map(|entry| {
            let modified = entry.metadata.modified().ok();
            item(entry.path, folder, entry.leads_to_folder, modified)
        })
        .collect();
    items.sort_by(|a, b| b.folder.cmp(&a.folder).then_with(|| a.key.cmp(&b.key)));
    Ok(items)
}

/// All sound files below a folder. Links to folders are not followed: they may lead in circles.
fn below(folder: &Path, job: &Job<'_>) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop().filter(|_| !job.is_cancelled()) {
        let entries = match files::list(&next, job.cancel) {
            Ok(entries) => entries,
            Err(error) if next == folder => return Err(cause(folder, &error)),
            Err(_) => continue,
        };
        for entry in entries {
            let is_folder = entry.metadata.is_dir();
            if is_folder && !hidden(&entry.path) {
                open.push(entry.path);
            } else if !is_folder && items.len() < MOST {
                let modified = entry.metadata.modified().ok();
                items.extend(item(entry.path, folder, false, modified));
            }
        }
    }
    items.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(items)
}

fn item(path: PathBuf, base: &Path, folder: bool, modified: Option<SystemTime>) -> Option<Item> {
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
        modified,
    })
}

fn hidden(path: &Path) -> bool {
    path.file_name()
        .is_none_or(|name| name.to_string_lossy().starts_with('.'))
}

fn cause(folder: &Path, error: &std::io::Error) -> String {
    match files::is_unresponsive(error) {
        true => error.to_string(),
        false => format!("{}: {error}", path_text::shown(folder)),
    }
}
