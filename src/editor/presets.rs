//! The menu of presets: choose, save under a name, and whether mix and output take part.
//! Editor thread.

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Button, PopupCloseBehavior, ScrollArea, TextEdit, Ui, vec2};

use super::action::Action;
use super::model::Model;
use super::theme;
use super::view::View;

/// Draws the button with its menu.
pub fn presets(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    // A text field inside: clicks inside must not close it.
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::new("Presets").config(config).ui(ui, |ui| {
        ui.set_width(240.0);
        list(ui, model, actions);
        ui.separator();
        save(ui, model, view, actions);
        ui.checkbox(&mut view.locked, "Keep mix and output")
            .on_hover_text("Choosing a preset leaves mix, output and bypass as they are.");
    });
    response.on_hover_text("Sounds that you saved, as files that other hosts can load too");
}

fn list(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    if model.presets.is_empty() {
        ui.label(egui::RichText::new("No presets yet.").color(theme::FAINT));
        return;
    }
    ScrollArea::vertical().max_height(260.0).show(ui, |ui| {
        for name in &model.presets {
            let size = vec2(ui.available_width(), 24.0);
            let button = Button::selectable(false, name.as_str())
                .truncate()
                .min_size(size);
            if ui.add(button).clicked() {
                actions.push(Action::LoadPreset(name.clone()));
                ui.close();
            }
        }
    });
}

fn save(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        let field = TextEdit::singleline(&mut view.preset)
            .hint_text("Name")
            .margin(vec2(8.0, 5.0))
            .desired_width(150.0);
        let entered =
            ui.add(field).lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
        let name = view.preset.trim().to_owned();
        let verb = match model.presets.contains(&name) {
            true => "Replace",
            false => "Save",
        };
        let enabled = is_name(&name);
        if ui.add_enabled(enabled, Button::new(verb)).clicked() || (entered && enabled) {
            actions.push(Action::SavePreset(name));
            view.preset.clear();
        }
    });
}

/// Whether this can be the name of a preset, and of its file on every system.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || " -_().,'&+#".contains(c);
    (1..=80).contains(&name.chars().count())
        && name.chars().all(fits)
        && !name.starts_with(['.', ' '])
        && !name.ends_with(['.', ' '])
}
