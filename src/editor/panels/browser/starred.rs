//! The list of what is starred: folders first, then impulses. Editor thread.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use egui::Ui;

use super::folder_line::titles;
use super::lists::{Target, list};
use super::lookup::{Answer, Kind, Lookup};
use super::row::placeholder;
use super::{Browser, Tab, search};
use crate::editor::action::Action;
use crate::editor::view_model::ViewModel;
use crate::state::path_text;

/// Which of the starred folders can not be opened. They are looked up anew whenever the list is opened: a drive may have
/// come back.
#[derive(Debug, Default)]
pub(super) struct FolderCheck {
    /// The folders that were asked for.
    asked: Option<Vec<PathBuf>>,
    lookup: Option<Lookup>,
    /// Why, in a sentence.
    problems: HashMap<PathBuf, String>,
}

impl FolderCheck {
    /// Asks about these folders and takes the answers; true while one is awaited.
    pub fn look(&mut self, folders: &[PathBuf]) -> bool {
        if self.asked.as_deref() != Some(folders) {
            self.asked = Some(folders.to_vec());
            // Without a thread for it nothing is known against them.
            self.lookup = Lookup::start(folders.to_vec()).ok();
        }
        while let Some(lookup) = &self.lookup {
            let (path, found) = match lookup.poll() {
                Answer::Awaited => return true,
                Answer::Known(path, found) => (path, found),
                Answer::Over => {
                    self.lookup = None;
                    break;
                }
            };
            let problem = match found {
                Ok(Kind::Folder) => None,
                Ok(Kind::File) => Some(format!("This is no folder: {}", path_text::shown(&path))),
                Err(problem) => Some(problem),
            };
            match problem {
                Some(problem) => self.problems.insert(path, problem),
                None => self.problems.remove(&path),
            };
        }
        false
    }

    /// Why a folder can not be opened, as far as that is known.
    pub fn problem(&self, folder: &Path) -> Option<&str> {
        self.problems.get(folder).map(String::as_str)
    }
}

impl Browser {
    /// The folders of the present list that are starred and match the search.
    pub(super) fn starred_folders(&self) -> Vec<PathBuf> {
        if self.tab != Tab::Favourites {
            return Vec::new();
        }
        let key = self.key();
        let fits = |folder: &&PathBuf| titles(folder).0.to_lowercase().contains(&key);
        let folders = self.bookmarks.starred_folders.iter();
        folders.filter(fits).cloned().collect()
    }
}

/// Draws the list.
pub(super) fn show(
    ui: &mut Ui,
    model: &ViewModel,
    browser: &mut Browser,
    height: f32,
    actions: &mut Vec<Action>,
) {
    let folders = browser.starred_folders();
    let sources = browser.sources(model);
    let count = folders.len() + sources.len();
    if count == 0 {
        placeholder(ui, search::empty(browser));
    }
    let names = names(&folders);
    list(ui, height, count, model, browser, actions, |_, index| {
        if let (Some(name), Some(folder)) = (names.get(index), folders.get(index)) {
            return Some((name.clone(), Target::Folder(folder.clone())));
        }
        let source = sources.get(index.checked_sub(folders.len())?)?;
        Some((source.name(), Target::Impulse(source.clone())))
    });
}

/// What folders are called in the list: those of one name each with the folder that it is in.
fn names(folders: &[PathBuf]) -> Vec<String> {
    let short: Vec<String> = folders.iter().map(|folder| titles(folder).0).collect();
    let is_shared = |name: &String| short.iter().filter(|other| *other == name).count() > 1;
    let named = short.iter().zip(folders).map(|(name, folder)| {
        let parent = folder.parent().filter(|_| is_shared(name));
        match parent {
            Some(parent) => format!("{name} in {}", titles(parent).0),
            None => name.clone(),
        }
    });
    named.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_one_name_are_told_apart() {
        let folders = ["/", "/a/IRs", "/b/IRs", "/c/Halls"].map(PathBuf::from);
        assert_eq!(names(&folders), ["/", "IRs in a", "IRs in b", "Halls"]);
    }
}
