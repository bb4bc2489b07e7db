//! The menu of presets, the user's own and those of the plug-in: load one, filter them by tag, save one, and whether loading changes mix and output.
//! Editor thread.

use std::collections::{BTreeMap, BTreeSet};

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Button, CollapsingHeader, PopupCloseBehavior, ScrollArea, TextEdit, Ui, vec2};

use crate::editor::action::Action;
use crate::editor::view_model::ViewModel;
use crate::editor::widgets::theme;
use crate::state::parse_tags;

/// How many presets of the plug-in must have a tag for it to be shown.
const OFTEN: usize = 4;

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
        response.on_hover_text("Whole sounds: yours, as files that other hosts can load too, and those that come with Anteroom");
    }

    fn list(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        self.tags(ui, model);
        let has = |tags: &[&str]| self.tag.as_deref().is_none_or(|tag| tags.contains(&tag));
        let mut chosen = false;
        ScrollArea::vertical().max_height(220.0).show(ui, |ui| {
            if model.presets.is_empty() {
                ui.label(egui::RichText::new("No presets yet.").color(theme::FAINT));
            }
            for preset in &model.presets {
                let tags: Vec<&str> = preset.tags.iter().map(String::as_str).collect();
                if has(&tags) && entry(ui, &preset.name, &tags.join(", ")) {
                    actions.push(Action::LoadPreset(preset.name.clone()));
                    chosen = true;
                }
            }
            let groups = model.factory.chunk_by(|a, b| a.category == b.category);
            for group in groups {
                let found: Vec<_> = group.iter().filter(|preset| has(&preset.tags)).collect();
                let Some(first) = found.first() else {
                    continue;
                };
                // Where a word is looked for, what it finds is in view.
                let open = self.tag.is_some().then_some(true);
                let heading = CollapsingHeader::new(first.category).open(open);
                heading.show_unindented(ui, |ui| {
                    for preset in found {
                        let hint = format!("{}\n{}", preset.about, preset.tags.join(", "));
                        if entry(ui, preset.name, &hint) {
                            actions.push(Action::LoadFactory(preset.name));
                            chosen = true;
                        }
                    }
                });
            }
        });
        // Within a group it would be the group that closes.
        if chosen {
            ui.close();
        }
    }

    /// The tags of all presets, as buttons: one filters the list.
    fn tags(&mut self, ui: &mut Ui, model: &ViewModel) {
        let own = model.presets.iter().flat_map(|preset| &preset.tags);
        let mut all: BTreeSet<&str> = own.map(String::as_str).collect();
        for tag in common(model) {
            all.insert(tag);
        }
        if self.tag.as_deref().is_some_and(|tag| !all.contains(tag)) {
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
                        let chosen = self.tag.as_deref() == Some(tag);
                        let response = ui
                            .selectable_label(chosen, tag)
                            .on_hover_text("Show only presets with this word");
                        if response.clicked() {
                            self.tag = (!chosen).then(|| tag.to_owned());
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

/// A preset in the list; whether it was clicked.
fn entry(ui: &mut Ui, name: &str, hint: &str) -> bool {
    let size = vec2(ui.available_width(), 24.0);
    let button = Button::selectable(false, name).truncate().min_size(size);
    let mut response = ui.add(button);
    if !hint.is_empty() {
        response = response.on_hover_text(hint);
    }
    response.clicked()
}

/// The tags that several presets of the plug-in have: one that is there once finds no more than its name.
fn common(model: &ViewModel) -> impl Iterator<Item = &'static str> + use<> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for &tag in model.factory.iter().flat_map(|preset| &preset.tags) {
        *counts.entry(tag).or_default() += 1;
    }
    let often = counts.into_iter().filter(|(_, count)| *count >= OFTEN);
    often.map(|(tag, _)| tag)
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
