//! The presets in the header: the name of the present one, the ones before and after it, and the menu of all. Editor
//! thread.
//!
//! The menu is `list`: the user's own presets and those of the plug-in, searched, filtered, renamed and deleted; and `save`:
//! a new one, the folder, and what stays as it is when one is loaded.

mod list;
mod save;

use egui::containers::menu::{MenuButton, MenuConfig};
use egui::{PopupCloseBehavior, Ui};

use crate::editor::action::Action;
use crate::editor::view_model::{PresetName, ViewModel};
use crate::editor::widgets::icons::{self, Icon};
use crate::editor::widgets::lock::Locks;
use crate::editor::widgets::{announce, bidi};

/// The width of the menu, points.
const WIDTH: f32 = 280.0;
/// What stands behind the name of a preset that has been changed.
const CHANGED: &str = "*";

/// The menu's own state.
#[derive(Debug, Default)]
pub struct PresetMenu {
    /// The name that is being typed for a new preset.
    pub new_name: String,
    /// The tags that are being typed for it, with commas between.
    pub new_tags: String,
    /// The text that is searched for.
    pub search: String,
    /// Which controls presets leave alone.
    pub locks: Locks,
    /// The tag that the list is filtered by.
    tag: Option<String>,
    /// What is being done with one of the user's presets.
    editing: Option<Editing>,
}

/// What is being done with one of the user's presets.
#[derive(Debug)]
enum Editing {
    /// It gets another name, which is being typed.
    Rename(String, String),
    /// It is asked whether it is to be deleted.
    Delete(String),
}

impl PresetMenu {
    /// Draws the name of the present preset, which opens the menu, and the steps to its neighbours. `width` is what there is
    /// for the name, points.
    pub fn show(&mut self, ui: &mut Ui, model: &ViewModel, width: f32, actions: &mut Vec<Action>) {
        let can_step = !model.presets.is_empty() || !model.factory.is_empty();
        if icons::button(ui, Icon::Previous, "Previous preset", can_step).clicked() {
            actions.extend(neighbour(model, false));
        }
        self.menu(ui, model, width, actions);
        if icons::button(ui, Icon::Next, "Next preset", can_step).clicked() {
            actions.extend(neighbour(model, true));
        }
    }

    fn menu(&mut self, ui: &mut Ui, model: &ViewModel, width: f32, actions: &mut Vec<Action>) {
        // It holds text fields: clicks inside must not close it.
        let config = MenuConfig::new().close_behavior(PopupCloseBehavior::CloseOnClickOutside);
        let shown = match &model.preset {
            Some(current) => {
                let name = bidi::visual(&current.preset.name);
                let mark = if current.changed { CHANGED } else { "" };
                format!("{name}{mark}")
            }
            None => "Presets".into(),
        };
        let button = egui::Button::new(shown)
            .truncate()
            .min_size(egui::vec2(width, 26.0));
        ui.scope(|ui| {
            ui.set_max_width(width);
            let (response, _) = MenuButton::from_button(button).config(config).ui(ui, |ui| {
                ui.set_width(WIDTH);
                self.list(ui, model, actions);
                ui.separator();
                self.save(ui, model, actions);
            });
            let mut hint =
                "Whole sounds: yours, as files that other hosts can load too, and those \
                            that come with Anteroom"
                    .to_owned();
            if let Some(current) = &model.preset {
                let words = said(&current.preset, current.changed);
                let name = words.clone();
                ui.ctx()
                    .accesskit_node_builder(response.id, |node| node.set_label(name));
                announce::mark(ui, &response, announce::Said::Politely);
                hint = format!("{words}\n{hint}");
            }
            response.on_hover_text(hint);
        });
    }
}

/// The present preset in words.
fn said(preset: &PresetName, changed: bool) -> String {
    let kind = if preset.own { "Own preset" } else { "Preset" };
    let mark = if changed { ", changed since" } else { "" };
    format!("{kind} {}{mark}", preset.name)
}

/// Loads the preset after the present one, or the one before it, round the ends: first the user's own, then those of the
/// plug-in. Without a present one it is the first, or the last.
fn neighbour(model: &ViewModel, after: bool) -> Option<Action> {
    let own = model.presets.iter().map(|preset| {
        let load = Action::LoadPreset(preset.name.clone());
        (true, preset.name.as_str(), load)
    });
    let factory =
        (model.factory.iter()).map(|preset| (false, preset.name, Action::LoadFactory(preset.name)));
    let mut all: Vec<_> = own.chain(factory).collect();
    let at = model.preset.as_ref().and_then(|current| {
        let PresetName { name, own } = &current.preset;
        all.iter()
            .position(|(is_own, other, _)| is_own == own && other == name)
    });
    let count = all.len();
    let index = match (at, after) {
        _ if count == 0 => return None,
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
        (None, true) => 0,
        (None, false) => count - 1,
    };
    Some(all.swap_remove(index).2)
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
