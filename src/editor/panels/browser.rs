//! The browser: lists of rooms, files, favourites and recent impulses, with a search and columns for their properties. A
//! click loads an impulse. Editor thread.
//!
//! `lists` draws the lists, `row` one row, `columns` its properties, `decay_icon` how it dies away, `foot` what stands
//! below. `search` is the field, `filters` and `order` are what the list leaves out and how it is sorted. `listing` reads
//! folders, `folder_line` stands over an open one, `path_entry` is a path that is typed there, `lookup` looks what paths
//! are, `drives` lie above folders on Windows. `bookmarks` are favourites and recent impulses, `starred` is their list.
//! `slots` chooses the slot, `choices` is the project's own list.

mod bookmarks;
mod choices;
mod columns;
mod decay_icon;
mod drives;
mod filters;
mod folder_line;
mod foot;
pub mod listing;
mod lists;
mod lookup;
mod order;
mod path_entry;
mod row;
mod search;
mod slots;
mod starred;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use egui::{Rect, Ui, UiBuilder, vec2};

pub use self::bookmarks::Bookmarks;
pub use self::filters::{Filters, Sort};
use self::listing::Listing;
use self::lists::{Cursor, Target, files, list, rooms};
use self::lookup::Kind;
use self::path_entry::PathEntry;
use self::row::{HEIGHT, placeholder};
use self::starred::FolderCheck;
use crate::editor::action::{Action, BrowserRequest};
use crate::editor::view_model::{ImpulseSource, ViewModel};
use crate::editor::widgets::theme;
use crate::instance::FileInfo;
use crate::state;

/// Which list is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// The built-in rooms.
    #[default]
    Rooms,
    /// Folders and files.
    Files,
    /// What the user marked with a star.
    Favourites,
    /// What was loaded recently.
    Recent,
}

/// The browser's state.
#[derive(Debug)]
pub struct Browser {
    /// Whether it is shown in a window that is too narrow to show it always.
    pub open: bool,
    /// Whether a click on a file locates the missing file instead of choosing another impulse.
    pub locating: bool,
    /// Whether a click on a file chooses a dry sound, and the one that was chosen.
    pub choosing_sound: bool,
    pub(crate) picked_sound: Option<PathBuf>,
    /// Which list is shown.
    pub tab: Tab,
    /// The text that names must contain.
    pub search: String,
    /// What else the list leaves out, and how it is sorted.
    pub filters: Filters,
    /// The folder that is open.
    pub folder: PathBuf,
    /// What it contains.
    pub listing: Listing,
    /// Favourites and recent impulses.
    pub bookmarks: Bookmarks,
    /// Whether all columns are shown, where the window is wide enough.
    pub wide: bool,
    /// Whether the window is wide enough for that.
    can_widen: bool,
    /// The properties of the impulses that are known; none for those that can not be used.
    pub facts: HashMap<ImpulseSource, Option<FileInfo>>,
    /// The impulses in view whose properties are not known yet.
    pub unknown: Vec<ImpulseSource>,
    /// The search field. It leaves the arrow keys to the list.
    pub field: Option<egui::Id>,
    /// Moves whenever the list of rooms has changed.
    pub rooms_revision: usize,
    /// Whether the numbers of the room in use are asked for.
    pub edits: bool,
    /// Whether the page on which a room is recorded is asked for.
    pub records: bool,
    /// A row that is to be scrolled into view.
    reveal: Option<ImpulseSource>,
    /// The row that the keyboard is at.
    cursor: Cursor,
    /// The impulse that is described at the foot: that under the pointer or the keyboard, and what it is.
    described: Option<ImpulseSource>,
    /// The path that is typed over the open folder.
    path: PathEntry,
    /// Which of the starred folders can not be opened.
    starred: FolderCheck,
    /// The folder that `listing` was asked for, and whether with all below it.
    read: Option<(PathBuf, bool)>,
    /// The indices in `listing` that match the search.
    matches: Vec<usize>,
    /// What they were found for.
    matched: Option<Signature>,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            open: false,
            locating: false,
            choosing_sound: false,
            picked_sound: None,
            tab: Tab::Rooms,
            search: String::new(),
            filters: Filters::default(),
            folder: state::home().unwrap_or_else(drives::top),
            listing: Listing::default(),
            bookmarks: Bookmarks::default(),
            wide: false,
            can_widen: false,
            facts: HashMap::new(),
            unknown: Vec::new(),
            field: None,
            rooms_revision: 0,
            edits: false,
            records: false,
            reveal: None,
            cursor: Cursor::default(),
            described: None,
            path: PathEntry::default(),
            starred: FolderCheck::default(),
            read: None,
            matches: Vec::new(),
            matched: None,
        }
    }
}

/// Differs where the lists of impulses do.
pub type Signature = (Tab, String, u64, usize, Filters, usize);

impl Browser {
    /// Opens a folder.
    pub fn enter(&mut self, folder: &Path) {
        self.folder = folder.to_owned();
        self.search.clear();
        self.tab = Tab::Files;
    }

    /// Does what another panel asks for; the impulse that is to be chosen, if that is what it asks for.
    pub fn handle(&mut self, request: BrowserRequest, model: &ViewModel) -> Option<ImpulseSource> {
        match request {
            BrowserRequest::Toggle => self.open = !self.open,
            BrowserRequest::ChooseFile => self.open_files(false),
            BrowserRequest::LocateFile => self.open_files(true),
            BrowserRequest::ChooseSound => {
                self.open_files(false);
                self.choosing_sound = true;
            }
            BrowserRequest::Step(step) => return self.neighbour(model, step),
        }
        None
    }

    fn open_files(&mut self, locating: bool) {
        (self.tab, self.open, self.locating) = (Tab::Files, true, locating);
        self.choosing_sound = false;
    }

    /// Stops reading folders and looking paths up: the window closes.
    pub fn stop(&mut self) {
        self.listing.rest();
        self.read = None;
        (self.path, self.starred) = (PathEntry::default(), FolderCheck::default());
    }

    /// Ctrl+L opens the field for a path, wherever the keyboard is.
    pub fn path_key(&mut self, ui: &Ui) {
        // With Alt it is a letter in some languages.
        let pressed = ui.input_mut(|input| {
            !input.modifiers.alt && input.consume_shortcut(&path_entry::SHORTCUT)
        });
        if !pressed {
            return;
        }
        if self.tab != Tab::Files {
            self.open_files(false);
            // It was meant for the other list.
            self.search.clear();
        }
        self.open = true;
        self.path.open(ui, &self.folder);
    }

    /// Goes to a path that was typed: opens the folder, or chooses the file and opens the folder that it is in.
    fn go_to(&mut self, path: PathBuf, kind: Kind, actions: &mut Vec<Action>) {
        match (kind, path.parent()) {
            (Kind::Folder, _) | (Kind::File, None) => self.enter(&path),
            (Kind::File, Some(folder)) => {
                self.enter(folder);
                let source = ImpulseSource::File(path);
                self.reveal = Some(source.clone());
                actions.extend(self.chosen(source));
            }
        }
    }

    /// Takes what is known of the paths that are looked up; true while an answer is awaited.
    fn look_up(&mut self, actions: &mut Vec<Action>) -> bool {
        match self.tab {
            Tab::Files => {
                if let Some((path, kind)) = self.path.poll() {
                    self.go_to(path, kind, actions);
                }
            }
            _ => self.path = PathEntry::default(),
        }
        match self.tab {
            Tab::Favourites => self.starred.look(&self.bookmarks.starred_folders),
            _ => {
                self.starred = FolderCheck::default();
                self.path.is_waiting()
            }
        }
    }

    /// Notes that an impulse was loaded.
    pub fn record(&mut self, source: &ImpulseSource) {
        // The order of a list must not change while it is being stepped through.
        let is_known = self.tab == Tab::Recent && self.bookmarks.recent.contains(source);
        if is_known || source.is_nothing() {
            return;
        }
        self.bookmarks.record(source);
    }

    /// What the search looks for.
    fn key(&self) -> String {
        self.search.trim().to_lowercase()
    }

    /// Whether the present list has impulses to step through.
    #[must_use]
    pub fn can_step(&self, model: &ViewModel) -> bool {
        match self.tab {
            Tab::Rooms => !model.rooms.is_empty(),
            Tab::Files => self.listing.items.iter().any(|item| !item.folder),
            Tab::Favourites => !self.bookmarks.favourites.is_empty(),
            Tab::Recent => !self.bookmarks.recent.is_empty(),
        }
    }

    /// The impulse that is `step` rows after the chosen one in the present list, round its ends. Its row is scrolled into
    /// view.
    #[must_use]
    pub fn neighbour(&mut self, model: &ViewModel, step: isize) -> Option<ImpulseSource> {
        let sources = self.sources(model);
        let at = sources.iter().position(|source| *source == model.source);
        let count = isize::try_from(sources.len()).ok().filter(|n| *n > 0)?;
        let next = match at {
            Some(at) => (isize::try_from(at).ok()? + step).rem_euclid(count),
            // The chosen one is not in the list: start before its first, or after its last.
            None if step < 0 => step.rem_euclid(count),
            None => (step - 1).rem_euclid(count),
        };
        let found = sources.get(usize::try_from(next).ok()?).cloned();
        self.reveal.clone_from(&found);
        found
    }

    /// Begins to read the open folder when another is open; with all that is below it while something is searched for.
    /// True while that is being read.
    fn refresh(&mut self) -> bool {
        let wanted = (self.folder.clone(), !self.search.trim().is_empty());
        if self.tab == Tab::Files && self.read.as_ref() != Some(&wanted) {
            self.listing.read(&wanted.0, wanted.1);
            self.read = Some(wanted);
        }
        self.listing.poll()
    }

    /// Draws the browser into `rect`. `can_widen` says whether the window has room for all columns.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        model: &ViewModel,
        can_widen: bool,
        actions: &mut Vec<Action>,
    ) {
        self.can_widen = can_widen;
        ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
        let place = UiBuilder::new()
            .max_rect(rect.shrink(theme::GRID))
            .id_salt("browser");
        let mut ui = ui.new_child(place);
        ui.shrink_clip_rect(rect);
        slots::show(&mut ui, model, actions);
        choices::show(&mut ui, model, actions);
        tabs(&mut ui, self);
        search::show(&mut ui, self, model, actions);
        filters::show(&mut ui, self, model);
        self.unknown.clear();
        self.described = None;
        columns::names(&mut ui, self.wide && can_widen);
        let is_awaited = self.look_up(actions);
        if self.refresh() | is_awaited {
            ui.ctx()
                .request_repaint_after(std::time::Duration::from_millis(30));
        }
        let foot = foot::height(rect);
        let height = (ui.available_height() - foot).max(HEIGHT);
        match self.tab {
            Tab::Files => files(&mut ui, model, self, height, actions),
            Tab::Rooms => rooms(&mut ui, model, self, height, actions),
            Tab::Favourites => starred::show(&mut ui, model, self, height, actions),
            Tab::Recent => {
                let sources = self.sources(model);
                if sources.is_empty() {
                    placeholder(&mut ui, search::empty(self));
                }
                let count = sources.len();
                list(&mut ui, height, count, model, self, actions, |_, index| {
                    let source = sources.get(index)?;
                    Some((source.name(), Target::Impulse(source.clone())))
                });
            }
        }
        let bottom = Rect::from_min_max(
            egui::pos2(rect.left() + theme::GRID, rect.bottom() - foot),
            rect.max - vec2(theme::GRID, theme::GRID),
        );
        let mut foot = ui.new_child(UiBuilder::new().max_rect(bottom).id_salt("foot"));
        foot::show(&mut foot, self, model);
        self.ask_for_all(model);
    }
}

fn tabs(ui: &mut Ui, browser: &mut Browser) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().button_padding.x = 6.0;
        for (tab, name) in [
            (Tab::Rooms, "Rooms"),
            (Tab::Files, "Files"),
            (Tab::Favourites, "Starred"),
            (Tab::Recent, "Recent"),
        ] {
            if ui.selectable_label(browser.tab == tab, name).clicked() && browser.tab != tab {
                browser.tab = tab;
                (browser.locating, browser.choosing_sound) = (false, false);
                // It was meant for the other list.
                browser.search.clear();
            }
        }
    });
}
