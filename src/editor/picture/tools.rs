//! The bar over the picture: what its vertical axis shows, and hearing the impulse before it was
//! shaped. Editor thread.

use egui::{Button, Rect, Ui, UiBuilder, vec2};

use super::Display;
use crate::editor::history::Recall;
use crate::editor::model::Model;
use crate::editor::theme;
use crate::editor::view::View;

/// What can be shown: its name, and what it is good for.
const DISPLAYS: [(Display, &str, &str); 3] = [
    (
        Display::Decibel,
        "dB",
        "Level in decibels: an even decay is a straight line.",
    ),
    (
        Display::Linear,
        "Linear",
        "The samples of the impulse as they are.",
    ),
    (
        Display::Spectrogram,
        "Spectrogram",
        "Which frequencies sound when: brighter is louder, higher is higher.",
    ),
];

/// The width from which on all of the bar has room, points.
const WIDE: f32 = 360.0;

/// Draws the bar at the top of `rect`.
pub fn tools(ui: &mut Ui, rect: Rect, model: &Model, view: &mut View) {
    let bar = Rect::from_min_size(rect.min + vec2(8.0, 6.0), vec2(rect.width() - 16.0, 24.0));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(bar).id_salt("picture tools"));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().interact_size.y = 22.0;
        for (display, name, hint) in DISPLAYS {
            let chosen = view.display == display;
            if ui
                .selectable_label(chosen, name)
                .on_hover_text(hint)
                .clicked()
            {
                view.display = display;
            }
        }
        // Beside the browser in a small window there is no room for all: closing that makes some.
        let room = rect.width() >= WIDE;
        if room {
            ui.add_space(theme::GRID);
        }
        before(ui, model, view);
        if room && view.display == Display::Decibel && !model.picture.decays.is_empty() {
            ui.toggle_value(&mut view.curves, "Decay curves")
                .on_hover_text("How the energy of each octave band dies away.");
        }
    });
}

/// Hearing the impulse before it was shaped, as the picture shows it behind the shape.
fn before(ui: &mut Ui, model: &Model, view: &mut View) {
    let there = view.history.has_before(model);
    let button = Button::selectable(view.history.comparing(), "Before");
    let response = ui
        .add_enabled(there, button)
        .on_hover_text("Hear the impulse without your shape and filters; press again for yours.")
        .on_disabled_hover_text("Nothing is shaped yet: what you hear is the impulse itself.");
    if response.clicked() {
        view.recall = Some(Recall::Before);
    }
}
