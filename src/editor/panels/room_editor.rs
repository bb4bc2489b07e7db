//! The room in use by its numbers: size, walls, where source and listener are, and a name to save it under. What is changed
//! becomes the project's room when the hand lets go. Editor thread.

use egui::{Button, Grid, Rect, ScrollArea, Slider, TextEdit, Ui, UiBuilder, vec2};

use super::presets::is_preset_name;
use crate::editor::action::Action;
use crate::editor::view_model::{ImpulseSource, ViewModel};
use crate::editor::widgets::theme;
use crate::state::{Character, Origin, ROOM_NUMBERS, RecipeNumber, RoomRecipe};

/// From this width on the numbers stand in two columns, points.
const TWO_COLUMNS: f32 = 540.0;

/// The panel's own state.
#[derive(Debug, Default)]
pub struct RoomEditor {
    /// The name of the room, as it is typed.
    pub name: String,
    recipe: RoomRecipe,
    /// The impulse that both are of.
    of: Option<ImpulseSource>,
    /// Whether the recipe has been changed since the project was given it.
    is_changed: bool,
}

/// Whether the numbers of the impulse in use can be edited: it is air between walls.
#[must_use]
pub fn can_edit(model: &ViewModel) -> bool {
    let recipe = model.recipe.as_ref();
    recipe.is_some_and(|recipe| recipe.character == Character::Room)
}

/// Whether a room of the user's own may have this name.
#[must_use]
pub fn is_own_name(name: &str) -> bool {
    let is_built_in = |built_in: &str| built_in.to_lowercase() == name.to_lowercase();
    is_preset_name(name) && !Origin::room_names().any(is_built_in)
}

impl RoomEditor {
    /// Draws the panel into `rect`; whether it is to be closed.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        rect: Rect,
        model: &ViewModel,
        actions: &mut Vec<Action>,
    ) -> bool {
        ui.painter().rect_filled(rect, theme::RADIUS, theme::PANEL);
        let place = UiBuilder::new().max_rect(rect.shrink(12.0)).id_salt("room");
        let mut ui = ui.new_child(place);
        ui.shrink_clip_rect(rect);
        match &model.recipe {
            Some(recipe) if recipe.character == Character::Room => self.follow(model, recipe),
            _ => return nothing(&mut ui, actions),
        }
        let closes = self.top(&mut ui, model, actions);
        ui.separator();
        ScrollArea::both()
            .auto_shrink([false, false])
            .show(&mut ui, |ui| self.numbers(ui));
        // While a slider is dragged a room is not made at every step.
        if self.is_changed && !ui.input(|input| input.pointer.any_down()) {
            self.give(actions);
        }
        closes
    }

    /// Takes over another room: one that was chosen, or that undo has brought back.
    fn follow(&mut self, model: &ViewModel, recipe: &RoomRecipe) {
        if self.of.as_ref() == Some(&model.source) {
            return;
        }
        self.name = match &model.source {
            ImpulseSource::Own(name, _) => name.clone(),
            other => format!("My {}", other.name()),
        };
        self.recipe = recipe.clone();
        self.of = Some(model.source.clone());
        self.is_changed = false;
    }

    /// Makes the recipe the project's.
    fn give(&mut self, actions: &mut Vec<Action>) {
        let typed = self.name.trim();
        let name = match is_own_name(typed) {
            true => typed.to_owned(),
            false => "My room".to_owned(),
        };
        let recipe = Box::new(self.recipe.clone());
        self.is_changed = false;
        actions.push(Action::EditRoom(name, recipe));
    }

    /// Name and buttons; whether the panel is to be closed.
    fn top(&mut self, ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) -> bool {
        let mut closes = false;
        ui.horizontal_wrapped(|ui| {
            let field = TextEdit::singleline(&mut self.name)
                .hint_text("Name of the room")
                .margin(vec2(8.0, 5.0))
                .desired_width((ui.available_width() - 260.0).clamp(90.0, 240.0));
            ui.add(field);
            let name = self.name.trim().to_owned();
            let is_there = |room: &crate::editor::view_model::RoomInfo| {
                room.recipe.is_some() && room.name == name
            };
            let verb = match model.rooms.iter().any(is_there) {
                true => "Replace",
                false => "Save",
            };
            let response = ui
                .add_enabled(is_own_name(&name), Button::new(verb).fill(theme::RAISED))
                .on_hover_text(
                    "Keep it under Own rooms, for other projects. This project has it anyway.",
                )
                .on_disabled_hover_text(match is_preset_name(&name) {
                    true => "A built-in room has this name.",
                    false => "A file can not have this name.",
                });
            if response.clicked() {
                let is_known =
                    matches!(&model.source, ImpulseSource::Own(known, _) if *known == name);
                if !is_known {
                    self.give(actions);
                }
                actions.push(Action::SaveRoom(name, Box::new(self.recipe.clone())));
            }
            let another = ui.button("Other echoes");
            if another
                .on_hover_text("The same room with its reflections drawn anew")
                .clicked()
            {
                self.recipe.seed = self.recipe.seed.wrapping_add(1);
                self.is_changed = true;
            }
            closes = ui.button("Close").clicked();
        });
        closes
    }

    fn numbers(&mut self, ui: &mut Ui) {
        let columns = match ui.available_width() >= TWO_COLUMNS {
            true => 2,
            false => 1,
        };
        let wide = ui.available_width() / columns as f32;
        ui.spacing_mut().slider_width = (wide - 216.0).clamp(60.0, 220.0);
        let rows = ROOM_NUMBERS.len().div_ceil(columns);
        Grid::new("numbers")
            .spacing(vec2(10.0, 6.0))
            .show(ui, |ui| {
                for row in 0..rows {
                    for column in 0..columns {
                        if let Some(number) = ROOM_NUMBERS.get(column * rows + row) {
                            self.number(ui, number);
                        }
                    }
                    ui.end_row();
                }
            });
    }

    fn number(&mut self, ui: &mut Ui, number: &'static RecipeNumber) {
        let label = ui.label(number.name).on_hover_text(number.help);
        let mut value = number.of(&self.recipe);
        let slider = Slider::new(&mut value, number.min..=number.most(&self.recipe))
            .logarithmic(number.is_ratio)
            .custom_formatter(|value, _| number.show(value as f32))
            .custom_parser(|text| number.read(text).map(f64::from));
        let response = ui.add(slider).labelled_by(label.id);
        if response.on_hover_text(number.help).changed() {
            number.set(&mut self.recipe, value);
            self.is_changed = true;
        }
    }
}

/// What is said where the impulse has no numbers; whether the panel is to be closed.
fn nothing(ui: &mut Ui, actions: &mut Vec<Action>) -> bool {
    ui.label("A recording, a plate or a device has no walls to move. Choose a room from the list, or begin with one:");
    ui.horizontal(|ui| {
        if ui.button("A hall").clicked() {
            actions.push(Action::EditRoom("My Hall".into(), Box::default()));
        }
        ui.button("Close").clicked()
    })
    .inner
}
