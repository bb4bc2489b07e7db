//! The menu of presets: choose, narrowed to a word, save under a name, and whether mix and output
//! take part.
//! Editor thread.

use std::collections::BTreeSet;

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{Button, PopupCloseBehavior, ScrollArea, TextEdit, Ui, vec2};

use super::action::Action;
use super::model::{Model, Named};
use super::theme;
use super::view::View;
use crate::state::parse_tags;

/// Draws the button with its menu.
pub fn presets(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    // A text field inside: clicks inside must not close it.
    let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
    let (response, _) = MenuButton::new("Presets").config(config).ui(ui, |ui| {
        ui.set_width(240.0);
        list(ui, model, view, actions);
        ui.separator();
        save(ui, model, view, actions);
        theme::outline_boxes(ui);
        ui.checkbox(&mut view.locked, "Keep mix and output")
            .on_hover_text("Choosing a preset leaves mix, output and bypass as they are.");
    });
    response.on_hover_text("Sounds that you saved, as files that other hosts can load too");
}

fn list(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    if model.presets.is_empty() {
        ui.label(egui::RichText::new("No presets yet.").color(theme::FAINT));
        return;
    }
    words(ui, model, view);
    let fits = |preset: &&Named| (view.tag.as_ref()).is_none_or(|tag| preset.tags.contains(tag));
    ScrollArea::vertical().max_height(220.0).show(ui, |ui| {
        for preset in model.presets.iter().filter(fits) {
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

/// All words of all presets; one narrows the list to those that have it.
fn words(ui: &mut Ui, model: &Model, view: &mut View) {
    let all: BTreeSet<&String> = model
        .presets
        .iter()
        .flat_map(|preset| &preset.tags)
        .collect();
    if view.tag.as_ref().is_some_and(|tag| !all.contains(tag)) {
        view.tag = None;
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
                    let chosen = view.tag.as_ref() == Some(tag);
                    let response = ui
                        .selectable_label(chosen, tag)
                        .on_hover_text("Show only presets with this word");
                    if response.clicked() {
                        view.tag = (!chosen).then(|| tag.clone());
                    }
                }
            });
        });
    ui.separator();
}

fn save(ui: &mut Ui, model: &Model, view: &mut View, actions: &mut Vec<Action>) {
    let mut done = false;
    let response = ui.add(field(&mut view.preset, "Name of a new preset").desired_width(224.0));
    done |= entered(&response, ui);
    ui.horizontal(|ui| {
        let words = field(&mut view.words, "Words, with commas").desired_width(150.0);
        let response = ui
            .add(words)
            .on_hover_text("Words that the preset is found by, here and in hosts");
        done |= entered(&response, ui);
        let name = view.preset.trim().to_owned();
        let verb = match model.presets.iter().any(|preset| preset.name == name) {
            true => "Replace",
            false => "Save",
        };
        let enabled = is_name(&name);
        let response = ui
            .add_enabled(enabled, Button::new(verb).fill(theme::RAISED))
            .on_disabled_hover_text(match name.is_empty() {
                true => "Give it a name first.",
                false => "A file can not have this name.",
            });
        if response.clicked() || (done && enabled) {
            actions.push(Action::SavePreset(name, parse_tags(&view.words)));
            view.preset.clear();
            view.words.clear();
        }
    });
}

fn field<'t>(text: &'t mut String, hint: &'static str) -> TextEdit<'t> {
    TextEdit::singleline(text)
        .hint_text(hint)
        .margin(vec2(8.0, 5.0))
}

/// Whether the field was left with Enter.
fn entered(response: &egui::Response, ui: &Ui) -> bool {
    response.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter))
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
