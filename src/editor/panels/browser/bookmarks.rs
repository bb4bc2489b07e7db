//! The impulses that the user comes back to: favourites, and what was loaded recently. Editor thread.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::editor::view_model::ImpulseSource;

/// How many recent impulses are kept.
const MAX_RECENT: usize = 24;

/// Favourites and recent impulses, as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Bookmarks {
    /// What the user marked with a star, in order.
    pub favourites: Vec<ImpulseSource>,
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
        let before = self.favourites.len();
        self.favourites.retain(|other| other != source);
        if self.favourites.len() == before {
            self.favourites.push(source.clone());
            self.favourites.sort();
        }
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
        for (now, before) in [
            (&mut self.favourites, &older.favourites),
            (&mut self.recent, &older.recent),
        ] {
            for source in before {
                if !now.contains(source) {
                    now.push(source.clone());
                }
            }
        }
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
        };
        assert_eq!(
            bookmarks.folders(),
            [PathBuf::from("/b"), PathBuf::from("/a")]
        );
    }
}
