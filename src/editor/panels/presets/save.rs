//! The lower part of the menu of presets: saving one, the folder, and what stays when one is loaded. Editor thread.

use egui::{Button, TextEdit, Ui};

use super::{PresetMenu, is_preset_name};
use crate::editor::action::Action;
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::theme;
use crate::state::parse_tags;

impl PresetMenu {
    /// Draws it.
    pub(super) fn save(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        let mut entered = false;
        let width = ui.available_width();
        let response = field(ui, &mut self.new_name, "Name of a new preset", width);
        entered |= was_entered(&response, ui);
        ui.horizontal(|ui| {
            let response = field(ui, &mut self.new_tags, "Words, with commas", width - 74.0);
            let response =
                response.on_hover_text("Words that the preset is found by, here and in hosts");
            entered |= was_entered(&response, ui);
            let name = self.new_name.trim().to_owned();
            let verb = match model.presets.iter().any(|preset| preset.name == name) {
                true => "Replace",
                false => "Save",
            };
            let enabled = is_preset_name(&name);
            let response = ui
                .add_enabled(enabled, Button::new(verb).fill(theme::RAISED))
                .on_disabled_hover_text(match name.is_empty() {
                    true => "Give it a name first.",
                    false => "A file can not have this name.",
                });
            if response.clicked() || (entered && enabled) {
                actions.push(Action::SavePreset(name, parse_tags(&self.new_tags)));
                self.new_name.clear();
                self.new_tags.clear();
            }
        });
        ui.horizontal(|ui| {
            theme::outline_boxes(ui);
            let mut keeps = self.locks.all();
            let response = ui.checkbox(&mut keeps, "Keep mix and output");
            let response = response.on_hover_text(
                "Choosing a preset leaves mix, output and bypass as they are. Each has a lock of its own beside its knob.",
            );
            if response.changed() {
                self.locks.set_all(keeps);
            }
            if ui
                .button("Show folder")
                .on_hover_text("Opens the folder of your presets, one file each")
                .clicked()
            {
                actions.push(Action::ShowPresetFolder);
            }
        });
    }
}

/// A text field of this width, points, named by its hint.
pub(super) fn field(
    ui: &mut Ui,
    text: &mut String,
    hint: &'static str,
    width: f32,
) -> egui::Response {
    let edit = TextEdit::singleline(text)
        .hint_text(hint)
        .margin(egui::vec2(8.0, 5.0))
        .desired_width(width - 16.0);
    let response = ui.scope(|ui| {
        edges(ui);
        ui.add(edit)
    });
    let response = response.inner;
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_label(hint));
    response
}

/// Gives the fields that follow an edge, which menus leave out.
pub(super) fn edges(ui: &mut Ui) {
    let stroke = egui::Stroke::new(1.0, theme::EDGE);
    let widgets = &mut ui.visuals_mut().widgets;
    (widgets.inactive.bg_stroke, widgets.hovered.bg_stroke) = (stroke, stroke);
}

/// Whether the field was left with Enter.
pub(super) fn was_entered(response: &egui::Response, ui: &Ui) -> bool {
    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
}
