//! The upper part of the menu of presets: search, words, and the presets themselves. Editor thread.

use std::collections::{BTreeMap, BTreeSet};

use egui::{Button, CollapsingHeader, ScrollArea, TextEdit, Ui, vec2};

use super::save::{edges, field, was_entered};
use super::{Editing, PresetMenu, is_preset_name};
use crate::editor::action::Action;
use crate::editor::view_model::{FactoryPreset, PresetInfo, ViewModel};
use crate::editor::widgets::icons::{self, Icon};
use crate::editor::widgets::{bidi, theme};

/// How many presets of the plug-in must have a tag for it to be shown.
const OFTEN: usize = 4;

impl PresetMenu {
    /// Draws it.
    pub(super) fn list(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        let width = ui.available_width();
        field(ui, &mut self.search, "Search the presets", width);
        self.tags(ui, model);
        let mut chosen = false;
        ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
            chosen |= self.own(ui, model, actions);
            chosen |= self.factory(ui, model, actions);
        });
        // Within a group it would be the group that closes.
        if chosen {
            ui.close();
        }
    }

    /// Whether the search and the word find a preset.
    fn finds(&self, texts: &[&str], tags: &[&str]) -> bool {
        let key = self.search.trim().to_lowercase();
        let mut all = texts.iter().chain(tags);
        let has_tag = self.tag.as_deref().is_none_or(|tag| tags.contains(&tag));
        has_tag && (key.is_empty() || all.any(|text| text.to_lowercase().contains(&key)))
    }

    /// The user's own presets; whether one was chosen.
    fn own(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) -> bool {
        if model.presets.is_empty() {
            ui.label(egui::RichText::new("No presets of your own yet.").color(theme::FAINT));
        }
        let mut chosen = false;
        for preset in &model.presets {
            let tags: Vec<&str> = preset.tags.iter().map(String::as_str).collect();
            if !self.finds(&[&preset.name], &tags) {
                continue;
            }
            let is_edited = match &self.editing {
                Some(Editing::Rename(name, _) | Editing::Delete(name)) => *name == preset.name,
                None => false,
            };
            if is_edited {
                self.edit(ui, model, actions);
            } else if self.own_entry(ui, model, preset, &tags.join(", ")) {
                actions.push(Action::LoadPreset(preset.name.clone()));
                chosen = true;
            }
        }
        chosen
    }

    /// One of the user's presets, with what can be done with it; whether it was chosen.
    fn own_entry(
        &mut self,
        ui: &mut Ui,
        model: &ViewModel,
        preset: &PresetInfo,
        hint: &str,
    ) -> bool {
        let name = &preset.name;
        let mut chosen = false;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let width = ui.available_width() - 60.0;
            chosen = entry(ui, name, hint, (is_current(model, name, true), width));
            if icons::button(ui, Icon::Rename, &format!("Rename {name}"), true).clicked() {
                self.editing = Some(Editing::Rename(name.clone(), name.clone()));
            }
            if icons::button(ui, Icon::Clear, &format!("Delete {name}"), true).clicked() {
                self.editing = Some(Editing::Delete(name.clone()));
            }
        });
        chosen
    }

    /// What is being done with one of the user's presets, in its place.
    fn edit(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        let mut ended = false;
        match &mut self.editing {
            None => {}
            Some(Editing::Delete(name)) => {
                ui.horizontal(|ui| {
                    let text = format!("Delete {}?", bidi::visual(name));
                    let label = egui::Label::new(text).truncate();
                    ui.add_sized(vec2(ui.available_width() - 110.0, 24.0), label);
                    if ui.button("Delete").clicked() {
                        actions.push(Action::DeletePreset(name.clone()));
                        ended = true;
                    }
                    ended |= ui.button("Keep").clicked();
                });
            }
            Some(Editing::Rename(name, to)) => {
                ui.horizontal(|ui| {
                    let width = ui.available_width() - 92.0;
                    edges(ui);
                    let edit = TextEdit::singleline(to).desired_width(width);
                    let response = ui.add(edit);
                    let label = format!("New name of {name}");
                    ui.ctx()
                        .accesskit_node_builder(response.id, |node| node.set_label(label));
                    let taken = model.presets.iter().any(|preset| preset.name == to.trim());
                    let fits = is_preset_name(to.trim()) && !taken;
                    let button = ui.add_enabled(fits, Button::new("Rename"));
                    let button = button.on_disabled_hover_text(match taken {
                        true => "There is a preset of this name.",
                        false => "A file can not have this name.",
                    });
                    if fits && (button.clicked() || was_entered(&response, ui)) {
                        actions.push(Action::RenamePreset(name.clone(), to.trim().to_owned()));
                        ended = true;
                    }
                    let close = icons::button(ui, Icon::Clear, "Keep the name", true);
                    ended |= close.clicked();
                });
            }
        }
        if ended {
            self.editing = None;
        }
    }

    /// The presets of the plug-in, in their groups; whether one was chosen.
    fn factory(&self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) -> bool {
        let mut chosen = false;
        let groups = model.factory.chunk_by(|a, b| a.category == b.category);
        for group in groups {
            let finds = |preset: &&FactoryPreset| {
                let texts = [preset.name, preset.category, preset.about];
                self.finds(&texts, &preset.tags)
            };
            let found: Vec<_> = group.iter().filter(finds).collect();
            let Some(first) = found.first() else {
                continue;
            };
            // Where something is looked for, what it finds is in view.
            let looks = self.tag.is_some() || !self.search.trim().is_empty();
            let heading = CollapsingHeader::new(first.category).open(looks.then_some(true));
            heading.show_unindented(ui, |ui| {
                for preset in found {
                    let hint = format!("{}\n{}", preset.about, preset.tags.join(", "));
                    let width = ui.available_width();
                    let is_current = is_current(model, preset.name, false);
                    if entry(ui, preset.name, &hint, (is_current, width)) {
                        actions.push(Action::LoadFactory(preset.name));
                        chosen = true;
                    }
                }
            });
        }
        chosen
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
            .max_height(60.0)
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
}

fn is_current(model: &ViewModel, name: &str, own: bool) -> bool {
    let current = model.preset.as_ref().map(|current| &current.preset);
    current.is_some_and(|preset| preset.name == name && preset.own == own)
}

/// A preset in the list, which may be the present one; whether it was clicked.
fn entry(ui: &mut Ui, name: &str, hint: &str, (is_current, width): (bool, f32)) -> bool {
    let text = (bidi::visual(name).into_owned(), egui::Atom::grow());
    let button = Button::selectable(is_current, text)
        .truncate()
        .min_size(vec2(width, 24.0));
    let response = ui.scope(|ui| {
        ui.set_max_width(width);
        ui.add(button)
    });
    let mut response = response.inner;
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
