//! What the user comes back to: favourite impulses and folders, and what was loaded recently. Editor thread.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::editor::view_model::ImpulseSource;
use crate::state::path_text;

/// How many recent impulses are kept.
const MAX_RECENT: usize = 24;

/// Favourites and recent impulses, as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bookmarks {
    /// What the user marked with a star, in order.
    pub favourites: Vec<ImpulseSource>,
    /// The folders that the user marked with a star, in order.
    #[serde(with = "path_texts")]
    pub starred_folders: Vec<PathBuf>,
    /// What was loaded recently, the latest first.
    pub recent: Vec<ImpulseSource>,
}

impl Bookmarks {
    /// Notes that an impulse was loaded.
    pub fn record(&mut self, source: &ImpulseSource) {
        self.recent.retain(|other| other != source);
        self.recent.insert(0, source.clone());
        self.recent.truncate(MAX_RECENT);
    }

    /// Marks a favourite, or removes the mark.
    pub fn toggle_star(&mut self, source: &ImpulseSource) {
        toggle(&mut self.favourites, source.clone());
    }

    /// The same of a folder.
    pub fn toggle_folder(&mut self, folder: &Path) {
        toggle(&mut self.starred_folders, folder.to_owned());
    }

    /// Whether a folder is marked.
    #[must_use]
    pub fn has_folder(&self, folder: &Path) -> bool {
        self.starred_folders.iter().any(|known| known == folder)
    }

    /// The folders that the bookmarked files are in, each once, those of the favourites first.
    pub fn folders(&self) -> Vec<PathBuf> {
        let mut folders = Vec::new();
        for source in self.favourites.iter().chain(&self.recent) {
            if let ImpulseSource::File(path) = source
                && let Some(folder) = path.parent()
                && !folders.iter().any(|known| known == folder)
            {
                folders.push(folder.to_owned());
            }
        }
        folders
    }

    /// Adds older bookmarks behind these.
    pub fn append(&mut self, older: &Self) {
        append(&mut self.favourites, &older.favourites);
        append(&mut self.starred_folders, &older.starred_folders);
        append(&mut self.recent, &older.recent);
    }
}

/// Takes an entry out of a list, or puts it where it belongs in the order.
fn toggle<T: Ord>(list: &mut Vec<T>, entry: T) {
    match list.iter().position(|known| *known == entry) {
        Some(at) => {
            list.remove(at);
        }
        None => {
            list.push(entry);
            list.sort();
        }
    }
}

fn append<T: Clone + PartialEq>(now: &mut Vec<T>, before: &[T]) {
    for entry in before {
        if !now.contains(entry) {
            now.push(entry.clone());
        }
    }
}

/// Paths as texts: each as a single one is, so that every name comes back as it was.
mod path_texts {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::{PathBuf, path_text};

    pub fn serialize<S: Serializer>(paths: &[PathBuf], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(paths.iter().map(|path| path_text::to_text(path)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<PathBuf>, D::Error> {
        let texts = Vec::<String>::deserialize(from)?;
        Ok(texts
            .iter()
            .map(|text| path_text::from_text(text))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folders_of_bookmarked_files_are_named_once() {
        let file = |path: &str| ImpulseSource::File(PathBuf::from(path));
        let bookmarks = Bookmarks {
            favourites: vec![file("/b/1.wav"), ImpulseSource::Room("Hall".to_owned())],
            recent: vec![file("/a/1.wav"), file("/b/2.wav")],
            ..Bookmarks::default()
        };
        assert_eq!(
            bookmarks.folders(),
            [PathBuf::from("/b"), PathBuf::from("/a")]
        );
    }

    #[test]
    fn starred_folders_are_kept_by_any_name_and_older_files_have_none() {
        let mut bookmarks = Bookmarks::default();
        let folders = ["file:/irs/gro%DF", "/irs/K\u{f6}ln"].map(path_text::from_text);
        for folder in &folders {
            bookmarks.toggle_folder(folder);
        }
        let text = serde_json::to_string(&bookmarks).expect("plain data");
        let mut back: Bookmarks = serde_json::from_str(&text).expect("its own text");
        assert_eq!(back, bookmarks);
        back.toggle_folder(&folders[0]);
        assert_eq!(back.starred_folders, folders[1..]);
        back.append(&bookmarks);
        assert_eq!(back.starred_folders.len(), 2);
        let older: Bookmarks = serde_json::from_str("{\"favourites\":[]}").expect("older text");
        assert_eq!(older, Bookmarks::default());
    }
}
