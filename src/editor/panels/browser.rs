//! The browser: lists of rooms, files, favourites and recent impulses, with a search and columns for the properties of
//! the impulses. A click loads an impulse. Editor thread.
//!
//! `lists` draws the lists, `row` one row, `columns` its properties. `listing` reads folders, `drives` are what lies above
//! them on Windows; `bookmarks` are favourites and recent impulses. `slots` chooses which slot is loaded into.

mod bookmarks;
mod columns;
mod drives;
pub mod listing;
mod lists;
mod row;
mod slots;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use egui::{Key, Rect, TextEdit, Ui, UiBuilder, vec2};

pub use self::bookmarks::Bookmarks;
use self::listing::Listing;
use self::lists::{Target, files, list, rooms};
use self::row::{HEIGHT, placeholder};
use super::room_editor::can_edit;
use crate::editor::action::{Action, BrowserRequest};
use crate::editor::view_model::{ImpulseSource, RoomInfo, ViewModel};
use crate::editor::widgets::icons::{self, Icon};
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
    /// Which list is shown.
    pub tab: Tab,
    /// The text that names must contain.
    pub search: String,
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
    /// A row that is to be scrolled into view.
    reveal: Option<ImpulseSource>,
    /// The folder that `listing` was asked for, and whether with all below it.
    read: Option<(PathBuf, bool)>,
    /// The indices in `listing` that match the search.
    matches: Vec<usize>,
    /// The search and the revision of `listing` that they were found for.
    matched: Option<(String, u64)>,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            open: false,
            locating: false,
            tab: Tab::Rooms,
            search: String::new(),
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
            reveal: None,
            read: None,
            matches: Vec::new(),
            matched: None,
        }
    }
}

/// Differs where the lists of impulses do.
pub type Signature = (Tab, String, u64, usize);

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
            BrowserRequest::Step(step) => return self.neighbour(model, step),
        }
        None
    }

    fn open_files(&mut self, locating: bool) {
        (self.tab, self.open, self.locating) = (Tab::Files, true, locating);
    }

    /// Stops reading folders: the window closes.
    pub fn stop(&mut self) {
        self.listing.rest();
        self.read = None;
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

    /// The impulses of the present list that match the search: those that can be stepped through.
    #[must_use]
    pub fn sources(&self, model: &ViewModel) -> Vec<ImpulseSource> {
        let key = self.key();
        let files = || {
            let items = self.listing.items.iter();
            let items = items.filter(|item| !item.folder && item.key.contains(&key));
            items
                .map(|item| ImpulseSource::File(item.path.clone()))
                .collect()
        };
        let mut sources: Vec<ImpulseSource> = match self.tab {
            Tab::Rooms => {
                let rooms = model.rooms.iter().filter(|room| room.matches(&key));
                return rooms.map(RoomInfo::source).collect();
            }
            Tab::Files => return files(),
            Tab::Favourites => self.bookmarks.favourites.clone(),
            Tab::Recent => self.bookmarks.recent.clone(),
        };
        sources.retain(|source| source.name().to_lowercase().contains(&key));
        sources
    }

    /// Changes whenever [`sources`](Self::sources) may have.
    pub fn signature(&self) -> Signature {
        let marks = match self.tab {
            Tab::Favourites => self.bookmarks.favourites.len(),
            Tab::Recent => self.bookmarks.recent.len(),
            Tab::Rooms => self.rooms_revision,
            Tab::Files => 0,
        };
        (self.tab, self.key(), self.listing.revision, marks)
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

    /// The indices in the listing that match the search. Searched only when either has changed, so that the cost of a
    /// frame does not depend on the number of files.
    fn matching(&mut self) -> &[usize] {
        let wanted = (self.key(), self.listing.revision);
        if self.matched.as_ref() != Some(&wanted) {
            let items = self.listing.items.iter().enumerate();
            let found = items.filter(|(_, item)| item.key.contains(&wanted.0));
            self.matches = found.map(|(index, _)| index).collect();
            self.matched = Some(wanted);
        }
        &self.matches
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
        tabs(&mut ui, self);
        search(&mut ui, self);
        self.unknown.clear();
        columns::names(&mut ui, self.wide && can_widen);
        if self.refresh() {
            ui.ctx()
                .request_repaint_after(std::time::Duration::from_millis(30));
        }
        let foot = 34.0;
        let height = (ui.available_height() - foot).max(HEIGHT);
        match self.tab {
            Tab::Files => files(&mut ui, model, self, height, actions),
            Tab::Rooms => rooms(&mut ui, model, self, height, actions),
            Tab::Favourites | Tab::Recent => {
                let sources = self.sources(model);
                if sources.is_empty() {
                    placeholder(&mut ui, empty(self));
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
        footer(&mut foot, self, model);
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
            if ui.selectable_label(browser.tab == tab, name).clicked() {
                browser.tab = tab;
                browser.locating = false;
            }
        }
    });
}

fn search(ui: &mut Ui, browser: &mut Browser) {
    let can_widen = browser.can_widen;
    let hint = match browser.tab {
        Tab::Files => "Search below this folder",
        Tab::Rooms | Tab::Favourites | Tab::Recent => "Search",
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let button = if can_widen { 32.0 } else { 0.0 };
        let field = TextEdit::singleline(&mut browser.search)
            .hint_text(hint)
            .margin(vec2(8.0, 5.0))
            .desired_width(ui.available_width() - button);
        let response = ui.add(field);
        browser.field = Some(response.id);
        if response.has_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
            browser.search.clear();
        }
        let name = match browser.wide {
            true => "Show names only",
            false => "Show length, channels, rate and reverberation time",
        };
        if can_widen && icons::button(ui, Icon::Columns, name, true).clicked() {
            browser.wide = !browser.wide;
        }
    });
}

/// What is said in place of an empty list.
fn empty(browser: &Browser) -> &'static str {
    match browser.tab {
        _ if !browser.search.trim().is_empty() => "Nothing here has this in its name.",
        Tab::Favourites => "Impulses that you mark with a star stand here.",
        Tab::Recent => "Impulses that you load stand here.",
        Tab::Rooms | Tab::Files => "Nothing here.",
    }
}

fn footer(ui: &mut Ui, browser: &mut Browser, model: &ViewModel) {
    if browser.locating {
        ui.colored_label(theme::ACCENT, "Choose the missing file");
        return;
    }
    if browser.tab == Tab::Files {
        // No button: it would open this list.
        let hint = egui::RichText::new("You can also drop a file here.").color(theme::FAINT);
        ui.add_sized(vec2(ui.available_width(), 26.0), egui::Label::new(hint));
        return;
    }
    let has_edit = browser.tab == Tab::Rooms;
    let parts = if has_edit { 2.0 } else { 1.0 };
    let size = vec2((ui.available_width() - 4.0 * (parts - 1.0)) / parts, 26.0);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        let response = ui.add_sized(size, egui::Button::new("Load\u{2026}"));
        if response
            .on_hover_text("Choose a sound file. You can also drop one onto this window.")
            .clicked()
        {
            browser.open_files(false);
        }
        if has_edit {
            let button = egui::Button::new("Edit room\u{2026}").min_size(size);
            let response = ui.add_enabled(can_edit(model), button);
            let response = response
                .on_hover_text("The room by its numbers: size, walls, where source and listener are. Yours to keep.")
                .on_disabled_hover_text("Choose a room first: what is in use has no walls to move.");
            browser.edits |= response.clicked();
        }
    });
}
