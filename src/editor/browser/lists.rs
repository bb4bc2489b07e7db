//! The lists of the browser: only the rows in view are drawn, however many there are.
//! Editor thread.

use std::path::PathBuf;

use egui::{ScrollArea, Ui};

use super::Browser;
use super::row::{HEIGHT, Row, remark, row};
use crate::editor::action::Action;
use crate::editor::icons::{self, Icon};
use crate::editor::model::{Model, Source};
use crate::editor::{strip, theme};

/// What a row of any list leads to.
pub(super) enum Target {
    Source(Source),
    Folder(PathBuf),
}

/// Draws the open folder.
pub(super) fn files(
    ui: &mut Ui,
    model: &Model,
    browser: &mut Browser,
    height: f32,
    actions: &mut Vec<Action>,
) {
    let top = ui.cursor().top();
    let folder = browser.folder.clone();
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        let parent = folder.parent();
        if icons::button(ui, Icon::Up, "Parent folder", parent.is_some()).clicked()
            && let Some(parent) = parent
        {
            browser.enter(parent);
        }
        let name = folder.file_name().map_or_else(
            || folder.display().to_string(),
            |name| name.to_string_lossy().into_owned(),
        );
        let text = egui::RichText::new(name).color(theme::TEXT);
        ui.add(egui::Label::new(text).truncate())
            .on_hover_text(folder.display().to_string());
    });
    let items = browser.matching().to_vec();
    if let Some(error) = browser.listing.error.clone() {
        remark(ui, &error);
    } else if items.is_empty() && !browser.listing.busy() {
        remark(
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
                Target::Source(Source::File(item.path.clone()))
            };
            Some((item.name.clone(), target))
        },
    );
}

/// Draws the rows that are in view, however many there are.
pub(super) fn list(
    ui: &mut Ui,
    height: f32,
    count: usize,
    model: &Model,
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
            matches!(row, Some((_, Target::Source(source))) if source == wanted)
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
            ui.push_id(index, |ui| one(ui, &name, &target, model, browser, actions));
        }
    });
}

fn one(
    ui: &mut Ui,
    name: &str,
    target: &Target,
    model: &Model,
    browser: &mut Browser,
    actions: &mut Vec<Action>,
) {
    match target {
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
        Target::Source(source) => {
            let facts = browser.facts.get(source).copied();
            if facts.is_none() {
                browser.sought.push(source.clone());
            }
            let roomy = ui.ctx().content_rect().width() >= strip::WIDE;
            let shown = Row {
                icon: match source {
                    Source::Room(_) => Icon::Room,
                    Source::File(_) => Icon::File,
                },
                name,
                chosen: *source == model.source,
                star: Some(browser.favourites.contains(source)),
                facts: facts.flatten(),
                wide: browser.wide && roomy,
            };
            let touched = row(ui, shown);
            if touched.starred {
                browser.star(source);
            } else if touched.row.clicked() {
                actions.push(match source {
                    Source::File(path) if browser.locating => Action::Locate(path.clone()),
                    Source::Room(_) | Source::File(_) => Action::Choose(source.clone()),
                });
                browser.locating = false;
            }
        }
    }
}
