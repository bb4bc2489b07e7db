//! Which impulses the present list has, and in which order. Editor thread.

use std::cmp::Ordering;

use super::listing::Item;
use super::{Browser, Signature, Sort, Tab};
use crate::editor::action::Action;
use crate::editor::view_model::{ImpulseSource, RoomInfo, ViewModel};

/// The most impulses whose properties are asked for to sort a list.
const MOST: usize = 2000;

impl Browser {
    /// The impulses of the present list that match the search: those that can be stepped through.
    #[must_use]
    pub fn sources(&self, model: &ViewModel) -> Vec<ImpulseSource> {
        let key = self.key();
        let mut sources: Vec<ImpulseSource> = match self.tab {
            Tab::Rooms => {
                return self
                    .rooms(model)
                    .into_iter()
                    .map(RoomInfo::source)
                    .collect();
            }
            Tab::Files => {
                let items = &self.listing.items;
                let found = self.files_in_order(&key).into_iter();
                let files = found.filter_map(|index| items.get(index));
                return files.filter(|item| !item.folder).map(file).collect();
            }
            Tab::Favourites => self.bookmarks.favourites.clone(),
            Tab::Recent => self.bookmarks.recent.clone(),
        };
        sources.retain(|source| source.name().to_lowercase().contains(&key));
        self.sort(&mut sources, |source| source.clone(), ImpulseSource::name);
        sources
    }

    /// The rooms of the list, in its order.
    pub(super) fn rooms<'m>(&self, model: &'m ViewModel) -> Vec<&'m RoomInfo> {
        let key = self.key();
        let fits = |room: &&RoomInfo| room.matches(&key) && self.filters.fit(room);
        let mut rooms: Vec<&RoomInfo> = model.rooms.iter().filter(fits).collect();
        self.sort(&mut rooms, |room| room.source(), |room| room.name.clone());
        rooms
    }

    /// The indices in the listing of what is shown of the open folder. They are found anew when something has changed
    /// only, so that the cost of a frame does not depend on the number of files.
    pub(super) fn matching(&mut self) -> &[usize] {
        let wanted = self.signature();
        if self.matched.as_ref() != Some(&wanted) {
            self.matches = self.files_in_order(&wanted.1);
            self.matched = Some(wanted);
        }
        &self.matches
    }

    fn files_in_order(&self, key: &str) -> Vec<usize> {
        let items = &self.listing.items;
        let found = items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.key.contains(key));
        let mut found: Vec<(usize, &Item)> = found.collect();
        match self.filters.sort {
            Sort::Listed | Sort::Name => {}
            Sort::Date => found.sort_by(|(_, a), (_, b)| {
                let latest_first = b.modified.cmp(&a.modified);
                b.folder.cmp(&a.folder).then(latest_first)
            }),
            Sort::Time | Sort::Length => {
                let folders = found.iter().filter(|(_, item)| item.folder).count();
                // Folders come first already.
                found.sort_by_key(|(_, item)| !item.folder);
                if let Some(files) = found.get_mut(folders..) {
                    self.sort(files, |(_, item)| file(item), |(_, item)| item.key.clone());
                }
            }
        }
        found.into_iter().map(|(index, _)| index).collect()
    }

    /// Sorts a list as chosen. What has no such property, or none that is known yet, comes last, as it was.
    fn sort<T>(
        &self,
        list: &mut [T],
        source: impl Fn(&T) -> ImpulseSource,
        name: impl Fn(&T) -> String,
    ) {
        let time = |entry: &T, of: fn(&crate::instance::FileInfo) -> Option<f32>| {
            let facts = self.facts.get(&source(entry)).copied().flatten();
            facts.as_ref().and_then(of)
        };
        let by = |list: &mut [T], of: fn(&crate::instance::FileInfo) -> Option<f32>| {
            list.sort_by(|a, b| match (time(a, of), time(b, of)) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            });
        };
        match self.filters.sort {
            Sort::Listed | Sort::Date => {}
            Sort::Name => list.sort_by_cached_key(|entry| name(entry).to_lowercase()),
            Sort::Time => by(list, |facts| facts.rt60),
            Sort::Length => by(list, |facts| Some(facts.seconds)),
        }
    }

    /// Changes whenever [`sources`](Self::sources) may have.
    pub fn signature(&self) -> Signature {
        let marks = match self.tab {
            Tab::Favourites => self.bookmarks.favourites.len(),
            Tab::Recent => self.bookmarks.recent.len(),
            Tab::Rooms => self.rooms_revision,
            Tab::Files => 0,
        };
        let facts = match self.filters.sort.needs_facts() {
            true => self.facts.len(),
            false => 0,
        };
        (
            self.tab,
            self.key(),
            self.listing.revision,
            marks,
            self.filters.clone(),
            facts,
        )
    }

    /// Asks for the properties that the list is sorted by, also of what is not in view.
    pub(super) fn ask_for_all(&mut self, model: &ViewModel) {
        if !self.filters.sort.needs_facts() {
            return;
        }
        let known = &self.facts;
        let sources = self.sources(model).into_iter();
        let unknown = sources.filter(|source| !known.contains_key(source));
        let unknown: Vec<_> = unknown.take(MOST).collect();
        self.unknown.extend(unknown);
    }

    /// What is done with an impulse of the list that was chosen; nothing where a sound to play was looked for.
    pub(super) fn chosen(&mut self, source: ImpulseSource) -> Option<Action> {
        let is_located = std::mem::take(&mut self.locating);
        let is_sound = std::mem::take(&mut self.choosing_sound);
        match source {
            ImpulseSource::File(path) if is_sound => {
                self.picked_sound = Some(path);
                None
            }
            ImpulseSource::File(path) if is_located => Some(Action::Locate(path)),
            source => Some(Action::Choose(source)),
        }
    }
}

fn file(item: &Item) -> ImpulseSource {
    ImpulseSource::File(item.path.clone())
}
