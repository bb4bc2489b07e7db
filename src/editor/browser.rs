//! The browser: rooms, files, favourites and what was used lately, with a search over each and what
//! the impulses are like in columns. A click loads; the impulse from before stays within reach until
//! the new one is kept. Editor thread.

pub mod columns;
pub mod listing;
mod lists;
mod row;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use egui::{Key, Rect, TextEdit, Ui, UiBuilder, vec2};

use self::listing::Listing;
use self::lists::{Target, files, list};
use self::row::{HEIGHT, remark};
use super::action::Action;
use super::icons::{self, Icon};
use super::model::{Model, Source};
use super::strip;
use super::theme;
use crate::instance::Facts;

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
    /// What was loaded lately.
    Recent,
}

/// The browser's state.
#[derive(Debug)]
pub struct Browser {
    /// Whether it is shown where the window is too narrow to show it always.
    pub open: bool,
    /// Whether a click locates the missing file instead of choosing another impulse.
    pub locating: bool,
    /// Which list is shown.
    pub tab: Tab,
    /// The text that names must contain.
    pub search: String,
    /// The folder that is open.
    pub folder: PathBuf,
    /// What it contains.
    pub listing: Listing,
    /// What the user marked with a star.
    pub favourites: Vec<Source>,
    /// What was loaded lately, the latest first.
    pub recent: Vec<Source>,
    /// Whether all columns are shown, where the window is wide enough.
    pub wide: bool,
    /// What the impulses are like, as far as that is known; none for those that can not be used.
    pub facts: HashMap<Source, Option<Facts>>,
    /// The rows in view of which nothing is known yet.
    pub sought: Vec<Source>,
    /// The search field, which leaves the arrow keys to the list.
    pub field: Option<egui::Id>,
    /// A row that is to come into view.
    reveal: Option<Source>,
    read: Option<(PathBuf, bool)>,
    /// The places in `listing` that match the search, and what they were found for.
    matches: Vec<usize>,
    matched: Option<(String, u64)>,
}

impl Default for Browser {
    fn default() -> Self {
        Self {
            open: false,
            locating: false,
            tab: Tab::Rooms,
            search: String::new(),
            folder: home(),
            listing: Listing::default(),
            favourites: Vec::new(),
            recent: Vec::new(),
            wide: false,
            facts: HashMap::new(),
            sought: Vec::new(),
            field: None,
            reveal: None,
            read: None,
            matches: Vec::new(),
            matched: None,
        }
    }
}

/// What tells one list from another.
pub(super) type Signature = (Tab, String, u64, usize);

/// The user's home folder, or the root.
fn home() -> PathBuf {
    std::env::var_os("HOME")
        .or_else(|| std::env::var_os("USERPROFILE"))
        .map_or_else(|| PathBuf::from("/"), PathBuf::from)
}

impl Browser {
    /// Opens a folder.
    pub fn enter(&mut self, folder: &Path) {
        self.folder = folder.to_owned();
        self.search.clear();
        self.tab = Tab::Files;
    }

    /// Opens the list of files, to load one or to locate the missing one.
    pub fn files(&mut self, locating: bool) {
        (self.tab, self.open, self.locating) = (Tab::Files, true, locating);
    }

    /// The window closes: ends what is under way.
    pub fn rest(&mut self) {
        self.listing.rest();
        self.read = None;
    }

    /// Notes that an impulse was loaded.
    pub fn note(&mut self, source: &Source) {
        // A list that is being stepped through stays as it is.
        if self.tab == Tab::Recent && self.recent.contains(source) {
            return;
        }
        self.recent.retain(|other| other != source);
        self.recent.insert(0, source.clone());
        self.recent.truncate(24);
    }

    /// Marks a favourite, or no longer.
    pub fn star(&mut self, source: &Source) {
        let before = self.favourites.len();
        self.favourites.retain(|other| other != source);
        if self.favourites.len() == before {
            self.favourites.push(source.clone());
            self.favourites.sort();
        }
    }

    /// The impulses of the present list that match the search, for stepping to the next and the
    /// previous.
    #[must_use]
    pub fn sources(&self, model: &Model) -> Vec<Source> {
        let key = self.key();
        let files = || {
            let items = self.listing.items.iter();
            let items = items.filter(|item| !item.folder && item.key.contains(&key));
            items.map(|item| Source::File(item.path.clone())).collect()
        };
        let mut sources: Vec<Source> = match self.tab {
            Tab::Rooms => model.rooms.iter().cloned().map(Source::Room).collect(),
            Tab::Files => return files(),
            Tab::Favourites => self.favourites.clone(),
            Tab::Recent => self.recent.clone(),
        };
        sources.retain(|source| source.name().to_lowercase().contains(&key));
        sources
    }

    /// Changes whenever [`sources`](Self::sources) may have.
    pub(super) fn signature(&self) -> Signature {
        let marks = match self.tab {
            Tab::Favourites => self.favourites.len(),
            Tab::Recent => self.recent.len(),
            Tab::Rooms | Tab::Files => 0,
        };
        (self.tab, self.key(), self.listing.revision, marks)
    }

    /// What the search looks for.
    fn key(&self) -> String {
        self.search.trim().to_lowercase()
    }

    /// Whether there is anything to step to.
    #[must_use]
    pub fn has_neighbours(&self, model: &Model) -> bool {
        match self.tab {
            Tab::Rooms => !model.rooms.is_empty(),
            Tab::Files => self.listing.items.iter().any(|item| !item.folder),
            Tab::Favourites => !self.favourites.is_empty(),
            Tab::Recent => !self.recent.is_empty(),
        }
    }

    /// The neighbour of the chosen impulse in the present list, `step` places on, round the ends;
    /// its row comes into view.
    #[must_use]
    pub fn neighbour(&mut self, model: &Model, step: isize) -> Option<Source> {
        let sources = self.sources(model);
        let at = sources.iter().position(|source| *source == model.source);
        let count = isize::try_from(sources.len()).ok().filter(|n| *n > 0)?;
        let next = match at {
            Some(at) => (isize::try_from(at).ok()? + step).rem_euclid(count),
            // From outside of the list: its first, or from behind its last.
            None if step < 0 => step.rem_euclid(count),
            None => (step - 1).rem_euclid(count),
        };
        let found = sources.get(usize::try_from(next).ok()?).cloned();
        self.reveal.clone_from(&found);
        found
    }

    /// The places in the listing that match the search. Looked for when either has changed: a frame
    /// of ten thousand files is as cheap as one of ten.
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

    /// Reads the open folder when it has changed; a search looks below it as well.
    fn refresh(&mut self) -> bool {
        let wanted = (self.folder.clone(), !self.search.trim().is_empty());
        if self.tab == Tab::Files && self.read.as_ref() != Some(&wanted) {
            self.listing.read(&wanted.0, wanted.1);
            self.read = Some(wanted);
        }
        self.listing.poll()
    }
}

/// Draws the browser into `rect`.
pub fn browser(
    ui: &mut Ui,
    rect: Rect,
    model: &Model,
    browser: &mut Browser,
    actions: &mut Vec<Action>,
) {
    ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
    let place = UiBuilder::new()
        .max_rect(rect.shrink(theme::GRID))
        .id_salt("browser");
    let mut ui = ui.new_child(place);
    ui.shrink_clip_rect(rect);
    let roomy = ui.ctx().content_rect().width() >= strip::WIDE;
    tabs(&mut ui, browser);
    search(&mut ui, browser, roomy);
    browser.sought.clear();
    columns::names(&mut ui, browser.wide && roomy);
    if browser.refresh() {
        ui.ctx()
            .request_repaint_after(std::time::Duration::from_millis(30));
    }
    let foot = 34.0;
    let height = (ui.available_height() - foot).max(HEIGHT);
    match browser.tab {
        Tab::Files => files(&mut ui, model, browser, height, actions),
        Tab::Rooms | Tab::Favourites | Tab::Recent => {
            let sources = browser.sources(model);
            if sources.is_empty() {
                remark(&mut ui, empty(browser));
            }
            let count = sources.len();
            list(
                &mut ui,
                height,
                count,
                model,
                browser,
                actions,
                |_, index| {
                    let source = sources.get(index)?;
                    Some((source.name(), Target::Source(source.clone())))
                },
            );
        }
    }
    let bottom = Rect::from_min_max(
        egui::pos2(rect.left() + theme::GRID, rect.bottom() - foot),
        rect.max - vec2(theme::GRID, theme::GRID),
    );
    let mut foot = ui.new_child(UiBuilder::new().max_rect(bottom).id_salt("foot"));
    footer(&mut foot, browser);
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

fn search(ui: &mut Ui, browser: &mut Browser, can_widen: bool) {
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

fn empty(browser: &Browser) -> &'static str {
    match browser.tab {
        _ if !browser.search.trim().is_empty() => "Nothing here has this in its name.",
        Tab::Favourites => "Impulses that you mark with a star stand here.",
        Tab::Recent => "Impulses that you load stand here.",
        Tab::Rooms | Tab::Files => "Nothing here.",
    }
}

fn footer(ui: &mut Ui, browser: &mut Browser) {
    if browser.locating {
        ui.colored_label(theme::ACCENT, "Choose the missing file");
        return;
    }
    if browser.tab == Tab::Files {
        // The button leads here.
        let hint = egui::RichText::new("You can also drop a file here.").color(theme::FAINT);
        ui.add_sized(vec2(ui.available_width(), 26.0), egui::Label::new(hint));
        return;
    }
    let wide = vec2(ui.available_width(), 26.0);
    let response = ui.add_sized(wide, egui::Button::new("Load\u{2026}"));
    if response
        .on_hover_text("Choose a sound file. You can also drop one onto this window.")
        .clicked()
    {
        browser.files(false);
    }
}
