//! Folders of impulses, searched by content.
//!
//! Off the audio thread: the first search reads the folders. After that only files whose length
//! fits are read, each once, and the folders again only when nothing known fits. Clones share what
//! they know.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::decode::channel_sets::identities;
use crate::files;

/// More files than this are not looked at.
const MAX_FILES: usize = 200_000;
/// Deeper folders are not looked at.
const MAX_DEPTH: usize = 24;
/// Folders are not read again sooner than this.
const REST: Duration = Duration::from_secs(2);
/// The endings of the names of files that can be impulses. The only such list: it says what is searched by content, and
/// what the browser shows.
const EXTENSIONS: [&str; 21] = [
    "wav", "wave", "bwf", "rf64", "bw64", "w64", "amb", "irs", "ir", "aif", "aiff", "aifc", "caf",
    "au", "snd", "flac", "ogg", "oga", "mp3", "mp2", "mp1",
];

/// Folders that are searched by content.
#[derive(Clone, Debug, Default)]
pub struct Library {
    folders: Vec<PathBuf>,
    index: Arc<Mutex<Index>>,
}

/// What is known of the files.
#[derive(Debug, Default)]
struct Index {
    files: HashMap<PathBuf, Entry>,
    read: Option<Instant>,
}

/// A file as it was when it was looked at.
#[derive(Clone, Debug)]
struct Entry {
    bytes: u64,
    modified: Option<SystemTime>,
    /// What its content may be known by, once that was looked at.
    identities: Option<Vec<String>>,
}

impl Library {
    /// A library of these folders and everything below them.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self {
            folders,
            index: Arc::default(),
        }
    }

    /// The folders.
    pub fn folders(&self) -> &[PathBuf] {
        &self.folders
    }

    /// Reads the folders. `None` if cancelled: then what is known stays as it was.
    fn scan(&self, cancelled: &dyn Fn() -> bool) -> Option<()> {
        let mut found = HashMap::new();
        let mut folders: Vec<(PathBuf, usize)> = self
            .folders
            .iter()
            .map(|folder| (folder.clone(), 0))
            .collect();
        while let Some((folder, depth)) = folders.pop() {
            if cancelled() {
                return None;
            }
            for entry in files::list(&folder, cancelled).unwrap_or_default() {
                let (path, about) = (entry.path, entry.metadata);
                // Links are not followed: they may lead in circles.
                if about.is_dir() {
                    if depth < MAX_DEPTH {
                        folders.push((path, depth + 1));
                    }
                } else if about.is_file() && is_sound(&path) && found.len() < MAX_FILES {
                    let entry = Entry {
                        bytes: about.len(),
                        modified: about.modified().ok(),
                        identities: None,
                    };
                    found.insert(path, entry);
                }
            }
        }
        let mut index = self.lock();
        for (path, entry) in &mut found {
            let known = index.files.get(path);
            let same = known.filter(|k| k.bytes == entry.bytes && k.modified == entry.modified);
            entry.identities = same.and_then(|known| known.identities.clone());
        }
        index.files = found;
        index.read = Some(Instant::now());
        Some(())
    }

    /// The path of a file with this content, if the library holds one; `bytes` is its length, or 0
    /// if that is not known.
    pub fn find(&self, hash: &str, bytes: u64) -> Option<PathBuf> {
        self.find_with(hash, bytes, &|| false)
    }

    /// The same; `None` as soon as `cancelled` says that nobody wants it any more. It is asked for
    /// every folder, and after every megabyte of a file.
    pub fn find_with(
        &self,
        hash: &str,
        bytes: u64,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<PathBuf> {
        if self.folders.is_empty() || hash.is_empty() {
            return None;
        }
        if let Some(path) = self.known(hash, bytes, cancelled) {
            return Some(path);
        }
        if self.lock().read.is_some_and(|read| read.elapsed() < REST) {
            return None;
        }
        self.scan(cancelled)?;
        self.known(hash, bytes, cancelled)
    }

    /// Looks among the files that are known, and hashes those that might be the one. The lock is
    /// not held while files are read.
    fn known(&self, hash: &str, bytes: u64, cancelled: &dyn Fn() -> bool) -> Option<PathBuf> {
        let fits: Vec<(PathBuf, Entry)> = {
            let index = self.lock();
            let fits = |entry: &Entry| {
                let length = bytes == 0 || entry.bytes == bytes;
                let known = entry.identities.as_ref();
                length && known.is_none_or(|known| known.iter().any(|one| one == hash))
            };
            let files = index.files.iter().filter(|(_, entry)| fits(entry));
            files
                .map(|(path, entry)| (path.clone(), entry.clone()))
                .collect()
        };
        for (path, entry) in fits {
            // A known hash is believed only as long as the file is what it was.
            let about = files::metadata(&path, cancelled).ok();
            let same = about.is_some_and(|about| {
                about.len() == entry.bytes && about.modified().ok() == entry.modified
            });
            if same && entry.identities.is_some() {
                return Some(path);
            }
            let Ok(found) = identities(&path, cancelled) else {
                if cancelled() {
                    return None;
                }
                continue;
            };
            // Of a set that was not read to its end the identity is not known.
            if cancelled() {
                return None;
            }
            let fits = found.iter().any(|one| one == hash);
            if let Some(entry) = self.lock().files.get_mut(&path).filter(|_| same) {
                entry.identities = Some(found);
            }
            if fits {
                return Some(path);
            }
        }
        None
    }

    fn lock(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a file's name says that it may be an impulse.
#[must_use]
pub fn is_sound(path: &std::path::Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|found| {
        EXTENSIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(found))
    })
}
