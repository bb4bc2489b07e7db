//! Where files are, as far as the instances of the process have found out. Worker threads; not real-time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::background::JobWaker;
use crate::exchange::Wake;
use crate::impulse::Library;

/// How many folders are remembered as neighbours.
const FOLDERS: usize = 16;

/// Where files were found, and where to look for others.
#[derive(Debug, Default)]
pub(super) struct KnownPlaces(Mutex<Places>);

#[derive(Debug, Default)]
struct Places {
    /// The folders of impulses in use, the newest last.
    folders: Vec<PathBuf>,
    /// The folders that are searched by content.
    library: Library,
    /// Files that were found, by their hash.
    found: BTreeMap<String, PathBuf>,
    /// Counts changes of `library`, and folders that are new: anything may turn up there.
    changes: u64,
    /// The workers of all instances, to be told about changes.
    workers: Vec<JobWaker>,
}

/// What is known of the whereabouts of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Hint {
    /// Where it was found.
    pub found: Option<PathBuf>,
    /// How often the places where it may be have changed.
    pub changes: u64,
}

impl KnownPlaces {
    /// Names the folders that are searched by content. The same ones again are no news.
    pub fn set_library(&self, folders: Vec<PathBuf>) {
        let mut places = self.lock();
        if places.library.folders() == folders {
            return;
        }
        places.library = Library::new(folders);
        places.changes += 1;
        places.wake_all();
    }

    /// Says where a file is: every instance that misses the same content looks there.
    pub fn add(&self, hash: &str, path: &Path) {
        let mut places = self.lock();
        let mut is_news = places.found.get(hash).map(PathBuf::as_path) != Some(path);
        if is_news {
            places.found.insert(hash.to_owned(), path.to_owned());
        }
        if let Some(folder) = path.parent() {
            let before = places.folders.len();
            places.folders.retain(|known| known != folder);
            if places.folders.len() == before {
                places.changes += 1;
                is_news = true;
            }
            places.folders.push(folder.to_owned());
            let surplus = places.folders.len().saturating_sub(FOLDERS);
            places.folders.drain(..surplus);
        }
        if is_news {
            places.wake_all();
        }
    }

    /// Where to look for a file: where it was found, the neighbours with the newest first, and the library.
    pub fn candidates(&self, hash: &str) -> (Option<PathBuf>, Vec<PathBuf>, Library) {
        let places = self.lock();
        let found = places.found.get(hash).cloned();
        let newest_first = places.folders.iter().rev().cloned().collect();
        (found, newest_first, places.library.clone())
    }

    /// What is known of the whereabouts of a file. When it differs from what it was before, a file that was missing
    /// may have turned up.
    pub fn hint(&self, hash: &str) -> Hint {
        let places = self.lock();
        Hint {
            found: places.found.get(hash).cloned(),
            changes: places.changes,
        }
    }

    /// A place that did not answer does so again: anything may turn up there.
    pub fn look_again(&self) {
        let mut places = self.lock();
        places.changes += 1;
        places.wake_all();
    }

    /// From now on this worker is woken when a missing file may have turned up.
    pub fn enter(&self, worker: JobWaker) {
        self.lock().workers.push(worker);
    }

    /// No longer.
    pub fn leave(&self, worker: &JobWaker) {
        self.lock().workers.retain(|other| other != worker);
    }

    /// A panic elsewhere does not close the lock: what it guards is whole between any two operations.
    fn lock(&self) -> MutexGuard<'_, Places> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Places {
    fn wake_all(&self) {
        for worker in &self.workers {
            worker.wake();
        }
    }
}
