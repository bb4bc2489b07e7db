//! The line at the top of the browser: which slot impulses are loaded into, and shown. Editor thread.

use egui::Ui;

use crate::editor::action::Action;
use crate::editor::view_model::{ImpulseSource, LoadState, Slot, ViewModel};
use crate::editor::widgets::theme;

/// Draws the line.
pub(super) fn show(ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().button_padding.x = 6.0;
        for (slot, name) in [(Slot::First, "Impulse 1"), (Slot::Second, "Impulse 2")] {
            let is_shown = model.slot == slot;
            let (source, load_state) = match is_shown {
                true => (&model.source, &model.load_state),
                false => (&model.other_source, &model.other_load_state),
            };
            let problem = problem(load_state);
            let mut text = egui::RichText::new(name);
            if problem.is_some() {
                text = text.color(theme::ALERT);
            }
            let hint = hint(slot, source, problem);
            let response = ui.selectable_label(is_shown, text).on_hover_text(hint);
            if response.clicked() && !is_shown {
                actions.push(Action::ShowSlot(slot));
            }
        }
        let can_empty = model.slot == Slot::Second && !model.source.is_nothing();
        if can_empty {
            ui.add_space(theme::GRID);
            let response = ui.button("Remove");
            let hint = "Empties this slot: the first impulse sounds alone.";
            if response.on_hover_text(hint).clicked() {
                actions.push(Action::Choose(ImpulseSource::nothing()));
            }
        }
    });
}

/// What is wrong with an impulse, in a sentence.
fn problem(load_state: &LoadState) -> Option<String> {
    match load_state {
        LoadState::Ready | LoadState::Loading { .. } => None,
        LoadState::Missing { name, .. } => Some(format!("{name} is missing.")),
        LoadState::Failed { reason } => Some(format!("{reason}.")),
    }
}

fn hint(slot: Slot, source: &ImpulseSource, problem: Option<String>) -> String {
    let mut lines = Vec::new();
    lines.extend(problem);
    match (slot, source.is_nothing()) {
        (Slot::Second, true) => lines.push("Empty.".into()),
        _ => lines.push(source.name()),
    }
    lines.push(match slot {
        Slot::First => "Shows this impulse, and loads into its place.".into(),
        Slot::Second => {
            "Blend leads from the first impulse to this one. The knobs shape both.".into()
        }
    });
    lines.join("\n")
}
