//! The browser: rooms, files, favourites and what was used lately, with a search over each. A click
//! loads; the impulse from before stays within reach until the new one is kept. Editor thread.

pub mod listing;
mod lists;
mod row;

use std::path::{Path, PathBuf};

use egui::{Key, Rect, TextEdit, Ui, UiBuilder, vec2};

use self::listing::Listing;
use self::lists::{Target, files, list};
use self::row::{HEIGHT, remark};
use super::action::Action;
use super::model::{Model, Source};
use super::theme;

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
    read: Option<(PathBuf, bool)>,
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
            read: None,
        }
    }
}

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

    /// The impulses of the present list, for stepping to the next and the previous.
    #[must_use]
    pub fn sources(&self, model: &Model) -> Vec<Source> {
        let files = || {
            let items = self.listing.items.iter().filter(|item| !item.folder);
            items.map(|item| Source::File(item.path.clone())).collect()
        };
        match self.tab {
            Tab::Rooms => model.rooms.iter().cloned().map(Source::Room).collect(),
            Tab::Files => files(),
            Tab::Favourites => self.favourites.clone(),
            Tab::Recent => self.recent.clone(),
        }
    }

    /// The neighbour of the chosen impulse in the present list, `step` places on, round the ends.
    #[must_use]
    pub fn neighbour(&self, model: &Model, step: isize) -> Option<Source> {
        let sources = self.sources(model);
        let at = sources.iter().position(|source| *source == model.source);
        let count = isize::try_from(sources.len()).ok().filter(|n| *n > 0)?;
        let next = match at {
            Some(at) => (isize::try_from(at).ok()? + step).rem_euclid(count),
            None => 0,
        };
        sources.get(usize::try_from(next).ok()?).cloned()
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
    tabs(&mut ui, browser);
    search(&mut ui, browser);
    if browser.refresh() {
        ui.ctx()
            .request_repaint_after(std::time::Duration::from_millis(30));
    }
    let foot = 34.0;
    let height = (ui.available_height() - foot).max(HEIGHT);
    match browser.tab {
        Tab::Files => files(&mut ui, model, browser, height, actions),
        Tab::Rooms | Tab::Favourites | Tab::Recent => {
            let sources = found(browser, model);
            if sources.is_empty() {
                remark(&mut ui, empty(browser));
            }
            let count = sources.len();
            list(&mut ui, height, count, model, browser, actions, |index| {
                let source = sources.get(index)?;
                Some((source.name(), Target::Source(source.clone())))
            });
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

fn search(ui: &mut Ui, browser: &mut Browser) {
    let hint = match browser.tab {
        Tab::Files => "Search below this folder",
        Tab::Rooms | Tab::Favourites | Tab::Recent => "Search",
    };
    let field = TextEdit::singleline(&mut browser.search)
        .hint_text(hint)
        .margin(vec2(8.0, 5.0))
        .desired_width(f32::INFINITY);
    let response = ui.add(field);
    if response.has_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
        browser.search.clear();
    }
}

/// The sources of the list that match the search.
fn found(browser: &Browser, model: &Model) -> Vec<Source> {
    let key = browser.search.trim().to_lowercase();
    let mut sources = browser.sources(model);
    sources.retain(|source| source.name().to_lowercase().contains(&key));
    sources
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
    let wide = vec2(ui.available_width(), 26.0);
    let response = ui.add_sized(wide, egui::Button::new("Load\u{2026}"));
    if response
        .on_hover_text("Choose a sound file. You can also drop one onto this window.")
        .clicked()
    {
        browser.files(false);
    }
}
