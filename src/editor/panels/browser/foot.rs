//! What stands below the list: what the impulse under the pointer is, and buttons. Editor thread.

use egui::{Rect, Ui, vec2};

use super::super::room_editor::can_edit;
use super::{Browser, Tab};
use crate::editor::view_model::{ImpulseSource, RoomInfo, ViewModel};
use crate::editor::widgets::announce::{self, Said};
use crate::editor::widgets::{bidi, theme};
use crate::state::path_text;

/// The height of the line with the buttons.
const BUTTONS: f32 = 34.0;
/// The height of the description.
const DESCRIPTION: f32 = 34.0;
/// From this height on a browser has room for a description.
const TALL: f32 = 300.0;

/// The height of all of it in a browser.
pub(super) fn height(browser: Rect) -> f32 {
    match browser.height() >= TALL {
        true => BUTTONS + DESCRIPTION,
        false => BUTTONS,
    }
}

/// Draws it into the rest of `ui`.
pub(super) fn show(ui: &mut Ui, browser: &mut Browser, model: &ViewModel) {
    if ui.available_height() > BUTTONS {
        let size = vec2(ui.available_width(), DESCRIPTION - 4.0);
        let (rect, _) = ui.allocate_exact_size(size, egui::Sense::hover());
        description(ui, rect, browser, model);
    }
    if browser.locating {
        ui.colored_label(theme::ACCENT, "Choose the missing file");
        return;
    }
    if browser.choosing_sound {
        ui.colored_label(theme::ACCENT, "Choose a sound to play");
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

/// What the impulse under the pointer or the keyboard is, or else the one in use.
fn description(ui: &Ui, rect: Rect, browser: &Browser, model: &ViewModel) {
    let source = browser.described.as_ref().unwrap_or(&model.source);
    let Some(text) = about(browser, model, source) else {
        return;
    };
    let mut job = egui::text::LayoutJob::simple(
        bidi::visual(&text).into_owned(),
        theme::small(),
        theme::SOFT,
        rect.width(),
    );
    job.wrap.max_rows = 2;
    let galley = ui.painter().layout_job(job);
    let is_cut = galley.elided;
    ui.painter().galley(rect.min, galley, theme::SOFT);
    let response = announce::text(ui, rect, "description", &text, Said::OnDemand);
    if is_cut {
        response.on_hover_text(text);
    }
}

/// What an impulse is, in a sentence.
pub(super) fn about(
    browser: &Browser,
    model: &ViewModel,
    source: &ImpulseSource,
) -> Option<String> {
    if source.is_nothing() {
        return None;
    }
    if let ImpulseSource::File(path) = source {
        let folder = path.parent().map(path_text::shown).unwrap_or_default();
        let facts = browser.facts.get(source);
        return Some(match facts {
            Some(None) => format!("This file can not be used. In {folder}"),
            Some(Some(facts)) => {
                let channels = match facts.channels {
                    1 => "mono".to_owned(),
                    2 => "stereo".to_owned(),
                    4 => "true stereo".to_owned(),
                    more => format!("{more} channels"),
                };
                format!("{:.1} s, {channels}, in {folder}", facts.seconds)
            }
            None => format!("In {folder}"),
        });
    }
    let about = &room(model, source)?.about;
    Some(about.clone()).filter(|about| !about.is_empty())
}

/// The room that an impulse is, if it is one of those that are listed.
pub(super) fn room<'m>(model: &'m ViewModel, source: &ImpulseSource) -> Option<&'m RoomInfo> {
    model.rooms.iter().find(|room| room.is(source))
}
