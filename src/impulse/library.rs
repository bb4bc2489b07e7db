//! Folders of impulses, searched by content.
//!
//! Off the audio thread: the first search reads the folders. After that only files whose length
//! fits are read, each once, and the folders again only when nothing known fits. Clones share what
//! they know.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use super::decode::read;
use super::pairs::identity;

/// More files than this are not looked at.
const MAX_FILES: usize = 200_000;
/// Deeper folders are not looked at.
const MAX_DEPTH: usize = 24;
/// Folders are not read again sooner than this.
const REST: Duration = Duration::from_secs(2);
/// What impulses are kept in.
const EXTENSIONS: [&str; 14] = [
    "wav", "wave", "rf64", "w64", "bwf", "aif", "aiff", "aifc", "flac", "ogg", "oga", "mp3", "caf",
    "ir",
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
    hash: Option<String>,
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

    /// Reads the folders, and returns how many files are known. Searching does that by itself; a
    /// background thread may do it before.
    pub fn scan(&self) -> usize {
        self.scan_with(&|| false).unwrap_or(0)
    }

    /// `None` if cancelled: then what is known is what it was.
    fn scan_with(&self, cancelled: &dyn Fn() -> bool) -> Option<usize> {
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
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                // Links are not followed: they may lead in circles.
                let Ok(about) = entry.metadata() else {
                    continue;
                };
                let path = entry.path();
                if about.is_dir() {
                    if depth < MAX_DEPTH {
                        folders.push((path, depth + 1));
                    }
                } else if about.is_file() && is_sound(&path) && found.len() < MAX_FILES {
                    let entry = Entry {
                        bytes: about.len(),
                        modified: about.modified().ok(),
                        hash: None,
                    };
                    found.insert(path, entry);
                }
            }
        }
        let mut index = self.lock();
        for (path, entry) in &mut found {
            let known = index.files.get(path);
            let same = known.filter(|k| k.bytes == entry.bytes && k.modified == entry.modified);
            entry.hash = same.and_then(|known| known.hash.clone());
        }
        index.files = found;
        index.read = Some(Instant::now());
        Some(index.files.len())
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
        self.scan_with(cancelled)?;
        self.known(hash, bytes, cancelled)
    }

    /// Looks among the files that are known, and hashes those that might be the one. The lock is
    /// not held while files are read.
    fn known(&self, hash: &str, bytes: u64, cancelled: &dyn Fn() -> bool) -> Option<PathBuf> {
        let fits: Vec<(PathBuf, Entry)> = {
            let index = self.lock();
            let fits = |entry: &Entry| {
                let length = bytes == 0 || entry.bytes == bytes;
                length && entry.hash.as_ref().is_none_or(|known| known == hash)
            };
            let files = index.files.iter().filter(|(_, entry)| fits(entry));
            files
                .map(|(path, entry)| (path.clone(), entry.clone()))
                .collect()
        };
        for (path, entry) in fits {
            // A known hash is believed only as long as the file is what it was.
            let about = std::fs::metadata(&path).ok();
            let same = about.is_some_and(|about| {
                about.len() == entry.bytes && about.modified().ok() == entry.modified
            });
            if same && entry.hash.as_deref() == Some(hash) {
                return Some(path);
            }
            let Ok(content) = read(&path, cancelled) else {
                if cancelled() {
                    return None;
                }
                continue;
            };
            let found = identity(&path, &content, cancelled);
            // Of a set that was not read to its end the identity is not known.
            if cancelled() {
                return None;
            }
            let fits = found == hash;
            if let Some(entry) = self.lock().files.get_mut(&path).filter(|_| same) {
                entry.hash = Some(found);
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

fn is_sound(path: &std::path::Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|found| {
        EXTENSIONS
            .iter()
            .any(|known| known.eq_ignore_ascii_case(found))
    })
}
