//! The project's own choices: a number for each, which picks it, and what they take in memory. Editor thread.

use egui::{RichText, Ui};

use crate::editor::action::{Action, set_at_once};
use crate::editor::view_model::{ChoiceInfo, ImpulseSource, Slot, ViewModel};
use crate::editor::widgets::theme;
use crate::params::{ParamSpec, index_of, param_of};
use crate::state::MOST_CHOICES;

/// The parameter that picks one of them.
const PICK: &str = "pick";

/// Draws the line. It is shown with the first slot, which they are for.
pub(super) fn show(ui: &mut Ui, model: &ViewModel, actions: &mut Vec<Action>) {
    if model.slot != Slot::First {
        return;
    }
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.spacing_mut().button_padding.x = 4.0;
        let title = RichText::new("Choices").color(theme::SOFT);
        ui.label(title).on_hover_text(about(&model.choices));
        let sources = || model.choices.iter().map(|choice| choice.source.clone());
        let picked = picked(model);
        for (place, choice) in model.choices.iter().enumerate() {
            let number = place + 1;
            let mut text = RichText::new(number.to_string());
            if choice.problem.is_some() {
                text = text.color(theme::ALERT);
            } else if !choice.is_ready {
                text = text.color(theme::FAINT);
            }
            let sounds = picked == Some(place) && model.source == choice.source;
            let response = ui
                .selectable_label(sounds, text)
                .on_hover_text(hint(choice));
            if response.clicked() && !sounds {
                if picked == Some(place) {
                    // Another impulse was chosen since, and `pick` would not move.
                    actions.push(Action::Choose(choice.source.clone()));
                } else {
                    pick(actions, place);
                }
            }
        }
        let is_listed = model.choices.iter().any(|it| it.source == model.source);
        let can_add = !is_listed && !model.source.is_nothing();
        let has_room = model.choices.len() < MOST_CHOICES;
        let add = ui.add_enabled(can_add && has_room, egui::Button::new("+"));
        let add = add.on_hover_text("Adds the present impulse to the project's own choices.");
        let add = add.on_disabled_hover_text(match has_room {
            true => "The present impulse is one of the choices.",
            false => "There are 16 choices: no more fit.",
        });
        if add.clicked() {
            actions.push(Action::SetChoices(
                sources().chain([model.source.clone()]).collect(),
            ));
            // It is the one that sounds.
            if picked.is_some() {
                pick(actions, model.choices.len());
            }
        }
        if let Some(place) = picked {
            let hint = format!("Takes choice {} off the list.", place + 1);
            // A minus sign, as wide as the plus beside it.
            if ui.button("\u{2212}").on_hover_text(hint).clicked() {
                let rest = sources().enumerate().filter(|(at, _)| *at != place);
                let rest: Vec<ImpulseSource> = rest.map(|(_, source)| source).collect();
                actions.push(Action::SetChoices(rest));
            }
            let memory = RichText::new(memory(&model.choices)).color(theme::FAINT);
            ui.label(memory.font(theme::small()))
                .on_hover_text(about(&model.choices));
        }
    });
}

/// The choice that the parameter stands at; none without a list.
fn picked(model: &ViewModel) -> Option<usize> {
    let index = index_of(PICK)?;
    let value = param_of(PICK)?.plain(model.values[index]);
    Some((value as usize).min(model.choices.len().checked_sub(1)?))
}

fn pick(actions: &mut Vec<Action>, place: usize) {
    if let Some(param) = param_of(PICK) {
        set_at_once(actions, PICK, ParamSpec::normalized(param, place as f32));
    }
}

/// What all of them take, in a word.
fn memory(choices: &[ChoiceInfo]) -> String {
    let bytes: u64 = choices.iter().map(|choice| choice.bytes).sum();
    megabytes(bytes)
}

fn megabytes(bytes: u64) -> String {
    let tenths = (bytes as f64 / 1e5).ceil() / 10.0;
    match tenths < 10.0 {
        true => format!("{tenths:.1} MB"),
        false => format!("{tenths:.0} MB"),
    }
}

fn about(choices: &[ChoiceInfo]) -> String {
    let what = "The project's own list of up to 16 impulses, for the first slot. Pick goes from one to another at once, \
                also by automation.";
    match choices.len() {
        0 => what.to_owned(),
        many => format!("{what} These {many} take {} of memory.", memory(choices)),
    }
}

fn hint(choice: &ChoiceInfo) -> String {
    let state = match (&choice.problem, choice.is_ready) {
        (Some(problem), _) => format!("{problem}."),
        (None, true) => format!("Ready. It takes {}.", megabytes(choice.bytes)),
        (None, false) => "It is being prepared, or waits for audio to run.".to_owned(),
    };
    format!("{}\n{state}", choice.source.name())
}
