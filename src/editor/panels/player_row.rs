//! The row of the player: which dry sound, play and stop, loop, level, and how it is heard. Editor thread.
//!
//! What is chosen here belongs to the window: it is in no project, and no parameter.

use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Align, DragValue, Key, Layout, Rect, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2};

use crate::editor::action::{Action, BrowserRequest, FrameOutput, PlayerAction};
use crate::editor::view_model::{DrySound, PlayerView, ViewModel};
use crate::editor::widgets::icons::{self, Icon};
use crate::editor::widgets::theme;
use crate::instance::{PlayerMix, TestSound};

/// The height of the row, points.
pub const HEIGHT: f32 = 30.0;

/// The width of the row where there is no room for all of it, points: what is missing is in its menu.
pub const SMALL: f32 = 254.0;

/// The narrowest line that shows how far the sound is, points.
const LEAST_LINE: f32 = 32.0;

/// The row's own state.
#[derive(Debug, Default)]
pub struct PlayerRow {
    /// What is played.
    pub sound: DrySound,
    /// How it is heard.
    pub mix: PlayerMix,
    /// Whether choosing an impulse plays the sound through it.
    pub plays_on_select: bool,
    /// The user's own file, once one was chosen.
    pub own: Option<PathBuf>,
}

impl PlayerRow {
    /// Draws the row.
    pub fn show(&mut self, ui: &mut Ui, rect: Rect, model: &ViewModel, output: &mut FrameOutput) {
        let layout = Layout::left_to_right(Align::Center);
        let mut ui = ui.new_child(
            UiBuilder::new()
                .max_rect(rect)
                .layout(layout)
                .id_salt("player"),
        );
        ui.shrink_clip_rect(rect.expand(2.0));
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.spacing_mut().button_padding.x = 6.0;
        let is_on = model.player.is_on();
        let (icon, name) = match is_on {
            true => (Icon::Stop, "Stop the dry sound (P)"),
            false => (Icon::Play, "Play a dry sound through the room (P)"),
        };
        if icons::button(&mut ui, icon, name, true).clicked() {
            self.toggle(model, &mut output.actions);
        }
        let before = self.mix;
        let is_small = rect.width() <= SMALL;
        self.sounds(&mut ui, (is_on, is_small), output);
        self.loop_and_level(&mut ui);
        if !is_small {
            self.how(&mut ui);
        }
        if self.mix != before {
            output
                .actions
                .push(Action::Player(PlayerAction::Mix(self.mix)));
        }
        line(&mut ui, &model.player, &mut output.actions);
    }

    /// Keys that belong to no control: P plays and stops, L loops.
    pub fn keys(&mut self, ui: &Ui, model: &ViewModel, actions: &mut Vec<Action>) {
        let presses = |key| {
            ui.input(|input| match input.modifiers.any() {
                true => 0,
                false => input.num_presses(key),
            })
        };
        if presses(Key::P) % 2 == 1 {
            self.toggle(model, actions);
        }
        if presses(Key::L) % 2 == 1 {
            self.mix.looped = !self.mix.looped;
            actions.push(Action::Player(PlayerAction::Mix(self.mix)));
        }
    }

    /// An impulse was chosen: it is heard with the sound as soon as it is there.
    pub fn impulse_chosen(&self, actions: &mut Vec<Action>) {
        if self.plays_on_select {
            let play = PlayerAction::PlayWhenLoaded(self.sound.clone(), self.mix);
            actions.push(Action::Player(play));
        }
    }

    /// Plays a file of the user's own.
    pub fn play_own(&mut self, path: PathBuf, actions: &mut Vec<Action>) {
        self.own = Some(path.clone());
        self.sound = DrySound::File(path);
        self.play(actions);
    }

    fn toggle(&self, model: &ViewModel, actions: &mut Vec<Action>) {
        match model.player.is_on() {
            true => actions.push(Action::Player(PlayerAction::Stop)),
            false => self.play(actions),
        }
    }

    fn play(&self, actions: &mut Vec<Action>) {
        let play = PlayerAction::Play(self.sound.clone(), self.mix);
        actions.push(Action::Player(play));
    }

    /// The menu of sounds.
    fn sounds(&mut self, ui: &mut Ui, (is_on, is_small): (bool, bool), output: &mut FrameOutput) {
        let mut chosen = None;
        let mut name = self.sound.name();
        if name.chars().count() > 16 {
            name = name.chars().take(15).chain(['\u{2026}']).collect();
        }
        let menu = ui.menu_button(name, |ui| {
            let own = self.own.clone().map(DrySound::File);
            for sound in TestSound::ALL.map(DrySound::Test).into_iter().chain(own) {
                let is_chosen = sound == self.sound;
                if ui.selectable_label(is_chosen, sound.name()).clicked() {
                    chosen = Some(sound);
                    ui.close();
                }
            }
            if ui.button("Own file\u{2026}").clicked() {
                output.browser = Some(BrowserRequest::ChooseSound);
                ui.close();
            }
            if is_small {
                ui.separator();
                self.how(ui);
            }
        });
        let hint = format!(
            "The dry sound that is played: {}. Sounds that are made, or a file of yours.",
            self.sound.name()
        );
        menu.response.on_hover_text(hint);
        if let Some(sound) = chosen {
            self.sound = sound;
            if is_on {
                self.play(&mut output.actions);
            }
        }
    }

    fn loop_and_level(&mut self, ui: &mut Ui) {
        let hint = "Begins again where it ends (L)";
        ui.toggle_value(&mut self.mix.looped, "Loop")
            .on_hover_text(hint);
        let level = DragValue::new(&mut self.mix.level_db)
            .range(-60.0..=12.0)
            .speed(0.2)
            .fixed_decimals(0)
            .suffix(" dB");
        let level = ui.add(level).on_hover_text("Level of the dry sound");
        level.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, "Level of the dry sound"));
    }

    /// How the sound is heard, and when.
    fn how(&mut self, ui: &mut Ui) {
        let hint = "The plug-in's own input is silent while it plays; otherwise both are heard";
        ui.toggle_value(&mut self.mix.instead, "Solo")
            .on_hover_text(hint);
        let hint = "Only the reverb is heard while it plays, whatever the mix";
        ui.toggle_value(&mut self.mix.wet_only, "Wet only")
            .on_hover_text(hint);
        let hint = "Plays it each time that an impulse is chosen. The one from before stays until you keep the new one.";
        ui.toggle_value(&mut self.plays_on_select, "On select")
            .on_hover_text(hint);
    }
}

/// How far the sound is; a click goes there.
fn line(ui: &mut Ui, player: &PlayerView, actions: &mut Vec<Action>) {
    let width = ui.available_width() - 4.0;
    if width < LEAST_LINE {
        return;
    }
    let (rect, response) = ui.allocate_exact_size(vec2(width, 20.0), Sense::click());
    let middle = Rect::from_center_size(rect.center(), vec2(width, 3.0));
    ui.painter().rect_filled(middle, 1.5, theme::LINE);
    if let Some(share) = player.share() {
        let end = middle.left() + middle.width() * share;
        let heard = Rect::from_min_max(middle.min, pos2(end, middle.bottom()));
        ui.painter().rect_filled(heard, 1.5, theme::ACCENT);
    }
    response.widget_info(|| {
        WidgetInfo::labeled(Role::Button, player.share().is_some(), "Place in the sound")
    });
    if player.share().is_some()
        && response.clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        let share = ((at.x - middle.left()) / middle.width().max(1.0)).clamp(0.0, 1.0);
        actions.push(Action::Player(PlayerAction::Seek(share)));
    }
    let text = match player.length_seconds {
        seconds if seconds > 0.0 => format!(
            "{:.1} of {seconds:.1} s. A click goes there.",
            player.seconds
        ),
        _ => "How far the sound is".into(),
    };
    response.on_hover_text(text);
}
