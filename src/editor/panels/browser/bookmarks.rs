//! The impulses that the user comes back to: favourites, and what was loaded recently. Editor thread.

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
