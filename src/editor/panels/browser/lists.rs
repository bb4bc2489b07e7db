//! The lists of the browser. Only the rows in view are drawn, however many there are. Editor thread.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use egui::{ScrollArea, Ui};

use super::row::{HEIGHT, Row, heading, placeholder, row};
use super::{Browser, drives};
use crate::editor::action::Action;
use crate::editor::view_model::{ImpulseSource, ViewModel};
use crate::editor::widgets::icons::{self, Icon};
use crate::editor::widgets::theme;
use crate::state::path_text;

/// What a click on a row opens.
pub(super) enum Target {
    Impulse(ImpulseSource),
    Folder(PathBuf),
    /// Nothing: it is the heading of those below it.
    Heading,
}

/// Draws the open folder.
pub(super) fn files(
    ui: &mut Ui,
    model: &ViewModel,
    browser: &mut Browser,
    height: f32,
    actions: &mut Vec<Action>,
) {
    let top = ui.cursor().top();
    let folder = browser.folder.clone();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let parent = drives::above(&folder);
        if icons::button(ui, Icon::Up, "Parent folder", parent.is_some()).clicked()
            && let Some(parent) = parent
        {
            browser.enter(&parent);
        }
        let (name, whole) = titles(&folder);
        let text = egui::RichText::new(name).color(theme::TEXT);
        ui.add(egui::Label::new(text).truncate())
            .on_hover_text(whole);
    });
    let items = browser.matching().to_vec();
    if let Some(error) = browser.listing.error.clone() {
        placeholder(ui, &error);
    } else if items.is_empty() && !browser.listing.busy() {
        placeholder(
            ui,
            "No sound files here: WAV, AIFF, FLAC, OGG, MP3 and CAF can be loaded.",
        );
    }
    let height = height - (ui.cursor().top() - top);
    let count = items.len();
    list(
        ui,
        height,
        count,
        model,
        browser,
        actions,
        |browser, index| {
            let item = browser.listing.items.get(*items.get(index)?)?;
            let target = if item.folder {
                Target::Folder(item.path.clone())
            } else {
                Target::Impulse(ImpulseSource::File(item.path.clone()))
            };
            Some((item.name.clone(), target))
        },
    );
}

/// What a folder is called, in short and in full.
fn titles(folder: &Path) -> (String, String) {
    if drives::are_listed_in(folder) {
        return ("Drives".into(), "The drives of this computer".into());
    }
    let whole = path_text::shown(folder);
    let name = folder.file_name().map(OsStr::to_string_lossy);
    (name.map_or_else(|| whole.clone(), Into::into), whole)
}

/// Draws the built-in rooms, a heading over each category.
pub(super) fn rooms(
    ui: &mut Ui,
    model: &ViewModel,
    browser: &mut Browser,
    height: f32,
    actions: &mut Vec<Action>,
) {
    let key = browser.key();
    let (mut rows, mut category) = (Vec::new(), "");
    for room in model.rooms.iter().filter(|room| room.matches(&key)) {
        if room.category != category {
            category = &room.category;
            rows.push((category.to_owned(), None));
        }
        rows.push((room.name.clone(), Some(room)));
    }
    if rows.is_empty() {
        placeholder(ui, super::empty(browser));
    }
    let count = rows.len();
    list(ui, height, count, model, browser, actions, |_, index| {
        let (name, room) = rows.get(index)?;
        let target = match room {
            Some(room) => Target::Impulse(room.source()),
            None => Target::Heading,
        };
        Some((name.clone(), target))
    });
}

/// Draws the rows that are in view. `at` gives the name and the target of a row.
pub(super) fn list(
    ui: &mut Ui,
    height: f32,
    count: usize,
    model: &ViewModel,
    browser: &mut Browser,
    actions: &mut Vec<Action>,
    at: impl Fn(&Browser, usize) -> Option<(String, Target)>,
) {
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut area = ScrollArea::vertical()
        .id_salt((browser.tab as u8, &browser.folder))
        .max_height(height)
        .auto_shrink([false, false]);
    if let Some(wanted) = browser.reveal.take() {
        let is_it = |index: &usize| {
            let row = at(browser, *index);
            matches!(row, Some((_, Target::Impulse(source))) if source == wanted)
        };
        if let Some(index) = (0..count).find(is_it) {
            let middle = HEIGHT * index as f32 - (height - HEIGHT) / 2.0;
            area = area.vertical_scroll_offset(middle.max(0.0));
        }
    }
    area.show_rows(ui, HEIGHT, count, |ui, range| {
        for index in range {
            let Some((name, target)) = at(browser, index) else {
                continue;
            };
            ui.push_id(index, |ui| {
                target_row(ui, &name, &target, model, browser, actions);
            });
        }
    });
}

fn target_row(
    ui: &mut Ui,
    name: &str,
    target: &Target,
    model: &ViewModel,
    browser: &mut Browser,
    actions: &mut Vec<Action>,
) {
    match target {
        Target::Heading => heading(ui, name),
        Target::Folder(path) => {
            let shown = Row {
                icon: Icon::Folder,
                name,
                chosen: false,
                star: None,
                facts: None,
                wide: false,
            };
            if row(ui, shown).row.clicked() {
                browser.enter(path);
            }
        }
        Target::Impulse(source) => {
            let facts = browser.facts.get(source).copied();
            if facts.is_none() {
                browser.unknown.push(source.clone());
            }
            let shown = Row {
                icon: match source {
                    ImpulseSource::Room(_) | ImpulseSource::Own(..) => Icon::Room,
                    ImpulseSource::File(_) => Icon::File,
                },
                name,
                chosen: *source == model.source,
                star: Some(browser.bookmarks.favourites.contains(source)),
                facts: facts.flatten(),
                wide: browser.wide && browser.can_widen,
            };
            let mut response = row(ui, shown);
            if let Some(about) = about(model, source) {
                response.row = response.row.on_hover_text(about);
            }
            if response.starred {
                browser.bookmarks.toggle_star(source);
            } else if response.row.clicked() {
                actions.push(match source {
                    ImpulseSource::File(path) if browser.locating => Action::Locate(path.clone()),
                    _ => Action::Choose(source.clone()),
                });
                browser.locating = false;
            }
        }
    }
}

/// What a room is for.
fn about<'m>(model: &'m ViewModel, source: &ImpulseSource) -> Option<&'m str> {
    let (ImpulseSource::Room(name) | ImpulseSource::Own(name, _)) = source else {
        return None;
    };
    let mut named = model.rooms.iter().filter(|room| room.name == *name);
    let room = named.find(|room| room.source() == *source)?;
    Some(room.about.as_str()).filter(|about| !about.is_empty())
}
