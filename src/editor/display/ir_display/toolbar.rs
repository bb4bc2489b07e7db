//! The bar over the display: what its vertical axis shows, and comparing with the unshaped impulse. Editor thread.

use egui::{Button, Rect, Ui, UiBuilder, vec2};

use super::{DisplayMode, IrDisplay};
use crate::editor::action::{FrameOutput, HistoryCommand};
use crate::editor::history::History;
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::theme;

/// The modes: name and hint of each.
const MODES: [(DisplayMode, &str, &str); 3] = [
    (
        DisplayMode::Decibel,
        "dB",
        "Level in decibels: an even decay is a straight line.",
    ),
    (
        DisplayMode::Linear,
        "Linear",
        "The samples of the impulse as they are.",
    ),
    (
        DisplayMode::Spectrogram,
        "Spectrogram",
        "Which frequencies sound when: brighter is louder, higher is higher.",
    ),
];

/// From this width on there is room for the whole bar, points.
const WIDE: f32 = 360.0;

/// Draws the bar at the top of `rect`.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    model: &ViewModel,
    display: &mut IrDisplay,
    history: &History,
    output: &mut FrameOutput,
) {
    let bar = Rect::from_min_size(rect.min + vec2(8.0, 6.0), vec2(rect.width() - 16.0, 24.0));
    let mut ui = ui.new_child(UiBuilder::new().max_rect(bar).id_salt("picture tools"));
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().interact_size.y = 22.0;
        for (mode, name, hint) in MODES {
            let chosen = display.mode == mode;
            if ui
                .selectable_label(chosen, name)
                .on_hover_text(hint)
                .clicked()
            {
                display.mode = mode;
            }
        }
        // In a small window with the browser open there is no room for all of it.
        let room = rect.width() >= WIDE;
        if room {
            ui.add_space(theme::GRID);
        }
        if compare(ui, model, history) {
            output.history = Some(HistoryCommand::ToggleUnshaped);
        }
        if room && display.mode == DisplayMode::Decibel && !model.ir.decays.is_empty() {
            ui.toggle_value(&mut display.decay_curves, "Decay curves")
                .on_hover_text("How the energy of each octave band dies away.");
        }
    });
}

/// The button that switches to the unshaped impulse and back; whether it was clicked.
fn compare(ui: &mut Ui, model: &ViewModel, history: &History) -> bool {
    let button = Button::selectable(history.is_comparing(), "Before");
    ui.add_enabled(history.can_compare(model), button)
        .on_hover_text("Hear the impulse without your shape and filters; press again for yours.")
        .on_disabled_hover_text("Nothing is shaped yet: what you hear is the impulse itself.")
        .clicked()
}
