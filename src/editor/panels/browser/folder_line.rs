//! The line over an open folder: the folder above, its name, which becomes a field for a path, and its star. Editor thread.

use std::ffi::OsStr;
use std::path::Path;

use egui::text::LayoutJob;
use egui::{Button, RichText, Sense, Ui, vec2};

use super::path_entry::SHORTCUT;
use super::row::star;
use super::{Browser, drives};
use crate::editor::widgets::announce::{self, Said};
use crate::editor::widgets::icons::{self, Icon};
use crate::editor::widgets::{bidi, theme};
use crate::state::path_text;

/// The size of a button in the line, points.
const BUTTON: [f32; 2] = [28.0, 26.0];

/// Draws it, and below it what is wrong with a path that was typed.
pub(super) fn show(ui: &mut Ui, browser: &mut Browser) {
    let folder = browser.folder.clone();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let parent = drives::above(&folder);
        if icons::button(ui, Icon::Up, "Parent folder", parent.is_some()).clicked()
            && let Some(parent) = parent
        {
            browser.enter(&parent);
        }
        if browser.path.is_drawn(ui) {
            browser.path.show(ui, &folder);
            return;
        }
        let (name, whole) = titles(&folder);
        title(ui, browser, (&name, &whole));
        // Of the list of drives there is only one.
        if !drives::are_listed_in(&folder) {
            let size = vec2(ui.available_width(), BUTTON[1]);
            let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
            let is_starred = browser.bookmarks.has_folder(&folder);
            let response = star(ui, rect, (&name, Sense::click()), is_starred, true);
            let hint = match is_starred {
                true => "Takes this folder off the starred ones",
                false => "Lists this folder under Starred",
            };
            if response.on_hover_text(hint).clicked() {
                browser.bookmarks.toggle_folder(&folder);
            }
        }
    });
    if let Some(problem) = browser.path.problem() {
        let (font, width) = (theme::small(), ui.available_width());
        let mut job = LayoutJob::simple(problem.to_owned(), font, theme::ALERT, width);
        job.wrap.max_rows = 3;
        let response = ui.label(job);
        announce::mark(ui, &response, Said::AtOnce);
        response.on_hover_text(problem);
    }
}

/// Draws the folder's name. A click opens the field for a path.
fn title(ui: &mut Ui, browser: &mut Browser, (name, whole): (&str, &str)) {
    let text = RichText::new(bidi::visual(name)).color(theme::TEXT);
    let button = Button::new(text)
        .frame(true)
        .frame_when_inactive(false)
        .truncate();
    let room = ui.available_width() - BUTTON[0] - ui.spacing().item_spacing.x;
    let response = ui.scope(|ui| {
        ui.set_max_width(room);
        ui.spacing_mut().button_padding.x = 4.0;
        ui.add(button)
    });
    let keys = ui.ctx().format_shortcut(&SHORTCUT);
    let hint = format!("{whole}\nClick to type or paste a path ({keys})");
    let response = response.inner.on_hover_text(&hint);
    ui.ctx().accesskit_node_builder(response.id, |node| {
        node.set_label(format!("Folder {name}: type a path"));
        node.set_description(hint);
    });
    if browser.path.gives_back() {
        response.request_focus();
    }
    if response.clicked() {
        browser.path.open(ui, &browser.folder);
    }
}

/// What a folder is called, in short and in full.
pub(super) fn titles(folder: &Path) -> (String, String) {
    if drives::are_listed_in(folder) {
        return ("Drives".into(), "The drives of this computer".into());
    }
    let whole = path_text::shown(folder);
    let name = folder.file_name().map(OsStr::to_string_lossy);
    (name.map_or_else(|| whole.clone(), Into::into), whole)
}
