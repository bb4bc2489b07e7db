//! The bar over the display: which view is shown and how, and comparing with the unshaped impulse. Editor thread.

use egui::accesskit::Role;
use egui::{Button, Rect, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use super::axis::TimeWindow;
use super::{DisplayMode, IrDisplay, View, readout};
use crate::editor::action::{FrameOutput, HistoryCommand};
use crate::editor::history::History;
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::theme;

/// The views: the name on the tab, the name in words, and a hint.
const VIEWS: [(View, &str, &str, &str); 3] = [
    (
        View::Decay,
        "Decay",
        "Decay view",
        "How long each octave rings: drag the points, or the curve as a whole.",
    ),
    (
        View::Equalizer,
        "EQ",
        "Equalizer view",
        "What the equalizer and the cuts do to the reverb: drag the points, turn the wheel for Q.",
    ),
    (
        View::Time,
        "Time",
        "Time view",
        "The impulse as it comes: drag the flags. The wheel zooms, a double click shows all.",
    ),
];

/// What the view of time can show: name and hint of each.
const MODES: [(DisplayMode, &str, &str); 3] = [
    (DisplayMode::Decibel, "dB", "Level in decibels."),
    (
        DisplayMode::Linear,
        "Linear",
        "The samples of the impulse as they are.",
    ),
    (
        DisplayMode::Spectrogram,
        "Spectrogram",
        "Behind the level, which frequencies sound when: brighter is louder, higher is higher.",
    ),
];

/// Draws the bar at the top of `rect`.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    model: &ViewModel,
    display: &mut IrDisplay,
    history: &History,
    output: &mut FrameOutput,
) {
    let bar = Rect::from_min_size(rect.min + vec2(8.0, 5.0), vec2(rect.width() - 16.0, 28.0));
    let mut tools = ui.new_child(UiBuilder::new().max_rect(bar).id_salt("picture tools"));
    tools.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().button_padding.x = 7.0;
        ui.spacing_mut().interact_size.y = 22.0;
        for (view, name, words, hint) in VIEWS {
            let chosen = display.view == view;
            let response = ui.selectable_label(chosen, name);
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, chosen, words));
            if response.on_hover_text(hint).clicked() {
                display.view = view;
            }
        }
        if compare(ui, model, history) {
            output.history = Some(HistoryCommand::ToggleUnshaped);
        }
        if display.view == View::Time {
            ui.menu_button("Show", |ui| options(ui, display));
        }
    });
    let left = tools.min_rect().right() + theme::GRID;
    if left < bar.right() {
        let figures = Rect::from_min_max(pos2(left, bar.top()), bar.max);
        readout::show(ui, figures, &model.ir);
    }
}

/// What the view of time shows.
fn options(ui: &mut Ui, display: &mut IrDisplay) {
    theme::outline_boxes(ui);
    for (mode, name, hint) in MODES {
        let response = ui.radio(display.mode() == mode, name);
        if response.on_hover_text(hint).clicked() {
            display.set_mode(mode);
        }
    }
    ui.checkbox(&mut display.time.decay_curves, "Decay curves")
        .on_hover_text("How the energy of each octave band dies away.");
    if ui.button("All of the axis").clicked() {
        display.time.window = TimeWindow::default();
    }
}

/// The button that switches to the unshaped impulse and back; whether it was clicked.
fn compare(ui: &mut Ui, model: &ViewModel, history: &History) -> bool {
    let button = Button::selectable(history.is_comparing(), "Before");
    ui.add_enabled(history.can_compare(model), button)
        .on_hover_text("Hear the impulse without your shape and filters; press again for yours.")
        .on_disabled_hover_text("Nothing is shaped yet: what you hear is the impulse itself.")
        .clicked()
}
