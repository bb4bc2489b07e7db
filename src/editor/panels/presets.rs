//! The menu of presets: load one, filter them by tag, save one, and whether loading changes mix and output.
//! Editor thread.

use std::collections::BTreeSet;

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Button, PopupCloseBehavior, ScrollArea, TextEdit, Ui, vec2};

use crate::editor::action::Action;
use crate::editor::view_model::{PresetInfo, ViewModel};
use crate::editor::widgets::theme;
use crate::state::parse_tags;

/// The menu's own state.
#[derive(Debug, Default)]
pub struct PresetMenu {
    /// The name that is being typed for a new preset.
    pub new_name: String,
    /// The tags that are being typed for it, with commas between.
    pub new_tags: String,
    /// The tag that the list is filtered by.
    tag: Option<String>,
    /// Whether loading a preset leaves mix, output and bypass alone.
    pub keeps_output: bool,
}

impl PresetMenu {
    /// Draws the button with its menu.
    pub fn show(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        // It holds a text field: clicks inside must not close it.
        let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        let (response, _) = MenuButton::new("Presets").config(config).ui(ui, |ui| {
            ui.set_width(240.0);
            self.list(ui, model, actions);
            ui.separator();
            self.save(ui, model, actions);
            theme::outline_boxes(ui);
            ui.checkbox(&mut self.keeps_output, "Keep mix and output")
                .on_hover_text("Choosing a preset leaves mix, output and bypass as they are.");
        });
        response.on_hover_text("Sounds that you saved, as files that other hosts can load too");
    }

    fn list(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        if model.presets.is_empty() {
            ui.label(egui::RichText::new("No presets yet.").color(theme::FAINT));
            return;
        }
        self.tags(ui, model);
        let matches =
            |preset: &&PresetInfo| (self.tag.as_ref()).is_none_or(|tag| preset.tags.contains(tag));
        ScrollArea::vertical().max_height(220.0).show(ui, |ui| {
            for preset in model.presets.iter().filter(matches) {
                let size = vec2(ui.available_width(), 24.0);
                let button = Button::selectable(false, preset.name.as_str())
                    .truncate()
                    .min_size(size);
                let mut response = ui.add(button);
                if !preset.tags.is_empty() {
                    response = response.on_hover_text(preset.tags.join(", "));
                }
                if response.clicked() {
                    actions.push(Action::LoadPreset(preset.name.clone()));
                    ui.close();
                }
            }
        });
    }

    /// The tags of all presets, as buttons: one filters the list.
    fn tags(&mut self, ui: &mut Ui, model: &ViewModel) {
        let all: BTreeSet<&String> = model
            .presets
            .iter()
            .flat_map(|preset| &preset.tags)
            .collect();
        if self.tag.as_ref().is_some_and(|tag| !all.contains(tag)) {
            self.tag = None;
        }
        if all.is_empty() {
            return;
        }
        ScrollArea::vertical()
            .id_salt("words")
            .max_height(84.0)
            .show(ui, |ui| {
                ui.horizontal_wrapped(|ui| {
                    ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
                    for tag in all {
                        let chosen = self.tag.as_ref() == Some(tag);
                        let response = ui
                            .selectable_label(chosen, tag)
                            .on_hover_text("Show only presets with this word");
                        if response.clicked() {
                            self.tag = (!chosen).then(|| tag.clone());
                        }
                    }
                });
            });
        ui.separator();
    }

    fn save(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        let mut entered = false;
        let name = field(&mut self.new_name, "Name of a new preset").desired_width(224.0);
        let response = ui.add(name);
        entered |= was_entered(&response, ui);
        ui.horizontal(|ui| {
            let tags = field(&mut self.new_tags, "Words, with commas").desired_width(150.0);
            let response = ui
                .add(tags)
                .on_hover_text("Words that the preset is found by, here and in hosts");
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
    }
}

fn field<'t>(text: &'t mut String, hint: &'static str) -> TextEdit<'t> {
    TextEdit::singleline(text)
        .hint_text(hint)
        .margin(vec2(8.0, 5.0))
}

/// Whether the field was left with Enter.
fn was_entered(response: &egui::Response, ui: &Ui) -> bool {
    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
}

/// Whether this can be the name of a preset: a name that a file can have on every system.
#[must_use]
pub fn is_preset_name(name: &str) -> bool {
    let fits = |c: char| c.is_alphanumeric() || " -_().,'&+#".contains(c);
    (1..=80).contains(&name.chars().count())
        && name.chars().all(fits)
        && !name.starts_with(['.', ' '])
        && !name.ends_with(['.', ' '])
}
