//! Undo and redo of everything including the impulse, A/B comparison of two sounds, and comparison with the unshaped
//! impulse. Editor thread.

use std::time::{Duration, Instant};

use super::action::{Action, set_at_once};
use super::view_model::{ImpulseSource, Slot, ViewModel};
use crate::params::{PARAMS, param_of};

/// How many steps can be undone.
const MAX_STEPS: usize = 200;
/// Gestures on the same control within this time are one step.
const MERGE_TIME: Duration = Duration::from_millis(900);

/// Everything that undo brings back: the values of all controls, and the impulses.
#[derive(Clone, Debug, PartialEq)]
pub struct EditState {
    /// The controls' normalised values.
    pub values: [f32; PARAMS.len()],
    /// The impulses of the first slot and of the second.
    pub sources: [ImpulseSource; 2],
    /// The project's own choices.
    pub choices: Vec<ImpulseSource>,
}

impl EditState {
    /// The present state.
    #[must_use]
    pub fn of(model: &ViewModel) -> Self {
        Self {
            values: model.values,
            sources: model.sources().map(Clone::clone),
            choices: listed(model),
        }
    }

    /// The present impulse with all shaping and filters at their defaults. Mix, output and bypass stay: they do not
    /// change how the impulse sounds.
    #[must_use]
    pub fn unshaped(model: &ViewModel) -> Self {
        let mut state = Self::of(model);
        for (control, value) in PARAMS.iter().zip(&mut state.values) {
            let (rest, now) = (control.normalized(control.default), *value);
            let is_kept = control.kept_by_lock || control.kept_by_project;
            if !is_kept && (rest - now).abs() > 1e-6 {
                *value = rest;
            }
        }
        state
    }

    /// Asks for this state. Mix, output and bypass stay as they are if `locked`: they belong to the mix, not to the
    /// room.
    pub fn restore(&self, model: &ViewModel, locked: bool, actions: &mut Vec<Action>) {
        // Before `pick`, which counts in it.
        if self.choices != listed(model) {
            actions.push(Action::SetChoices(self.choices.clone()));
        }
        for ((control, to), now) in PARAMS.iter().zip(self.values).zip(model.values) {
            let stays = locked && (control.kept_by_lock || control.kept_by_project);
            if !stays && (to - now).abs() > 1e-6 {
                set_at_once(actions, control.id, to);
            }
        }
        for ((slot, to), now) in Slot::ALL
            .into_iter()
            .zip(&self.sources)
            .zip(model.sources())
        {
            if to != now {
                actions.push(match slot == model.slot {
                    true => Action::Choose(to.clone()),
                    false => Action::ChooseIn(slot, to.clone()),
                });
            }
        }
    }
}

/// The project's own choices.
fn listed(model: &ViewModel) -> Vec<ImpulseSource> {
    let choices = model.choices.iter();
    choices.map(|choice| choice.source.clone()).collect()
}

/// The steps that can be undone and redone, and what is compared with.
#[derive(Clone, Debug, Default)]
pub struct History {
    undo: Vec<EditState>,
    redo: Vec<EditState>,
    /// The control of the last gesture, and when it began.
    last: Option<(&'static str, Instant)>,
    /// The one of the sounds A and B that is not heard.
    other: Option<EditState>,
    /// What the project was opened with, or the last preset: the first state of B.
    start: Option<EditState>,
    /// The user's state while the unshaped impulse is heard instead.
    user_state: Option<EditState>,
    /// Whether B is heard.
    pub is_b: bool,
}

impl History {
    /// Notes the state that B starts from, if there is none yet.
    pub fn set_start(&mut self, model: &ViewModel) {
        self.start.get_or_insert_with(|| EditState::of(model));
    }

    /// Records what the user did in this frame; `model` is how it was before.
    pub fn record(&mut self, model: &ViewModel, actions: &[Action]) {
        for action in actions {
            if matches!(action, Action::LoadPreset(_) | Action::LoadFactory(_)) {
                self.start = None;
            }
            let control = match action {
                Action::Begin(id) => Some(*id),
                Action::Choose(_)
                | Action::EditRoom(..)
                | Action::SetChoices(_)
                | Action::LoadPreset(_)
                | Action::LoadFactory(_) => None,
                _ => continue,
            };
            let now = Instant::now();
            let goes_on = matches!((control, self.last), (Some(id), Some((of, then)))
                if id == of && now - then < MERGE_TIME);
            self.last = control.map(|id| (id, now));
            if goes_on {
                continue;
            }
            let level = control.and_then(param_of);
            let state = match self.user_state.clone() {
                // The level may be changed while comparing: it is the same for both sounds.
                Some(_) if level.is_some_and(|control| control.kept_by_lock) => continue,
                // Any other change goes on from what is heard. Undo leads back to the user's sound.
                Some(own) => {
                    self.user_state = None;
                    own
                }
                None => EditState::of(model),
            };
            if self.undo.last() != Some(&state) {
                self.undo.push(state);
                let over = self.undo.len().saturating_sub(MAX_STEPS);
                self.undo.drain(..over);
            }
            self.redo.clear();
        }
    }

    /// Whether there is something to undo, and to redo.
    #[must_use]
    pub fn available(&self) -> (bool, bool) {
        (!self.undo.is_empty(), !self.redo.is_empty())
    }

    /// Undoes steps if `back`, otherwise redoes them: as many as there are, up to `times`.
    pub fn step(&mut self, model: &ViewModel, back: bool, times: usize, actions: &mut Vec<Action>) {
        if self.user_state.is_some() {
            self.toggle_unshaped(model, actions);
            return;
        }
        let (from, to) = match back {
            true => (&mut self.undo, &mut self.redo),
            false => (&mut self.redo, &mut self.undo),
        };
        let before = EditState::of(model);
        let mut present = before.clone();
        for _ in 0..times {
            // A gesture that changed nothing has left a step to the same state: skip it.
            while let Some(state) = from.pop() {
                if state != present {
                    to.push(std::mem::replace(&mut present, state));
                    break;
                }
            }
        }
        if present != before {
            present.restore(model, false, actions);
        }
        self.last = None;
    }

    /// Switches between A and B. At first B is what the project was opened with, or the last preset.
    pub fn swap_ab(&mut self, model: &ViewModel, actions: &mut Vec<Action>) {
        let present = self
            .user_state
            .take()
            .unwrap_or_else(|| EditState::of(model));
        let other = self.other.replace(present).or_else(|| self.start.clone());
        if let Some(other) = other {
            other.restore(model, false, actions);
        }
        self.is_b = !self.is_b;
    }

    /// Makes the other of A and B the same as this one.
    pub fn copy_ab(&mut self, model: &ViewModel) {
        self.other = Some(
            self.user_state
                .clone()
                .unwrap_or_else(|| EditState::of(model)),
        );
    }

    /// Whether the unshaped impulse is heard instead of the user's sound.
    #[must_use]
    pub fn is_comparing(&self) -> bool {
        self.user_state.is_some()
    }

    /// Whether anything is shaped, so that there is something to compare.
    #[must_use]
    pub fn can_compare(&self, model: &ViewModel) -> bool {
        self.is_comparing() || EditState::of(model) != EditState::unshaped(model)
    }

    /// Switches to the unshaped impulse, or back to the user's sound. Mix, output and bypass are the same for both.
    /// This is no step that can be undone.
    pub fn toggle_unshaped(&mut self, model: &ViewModel, actions: &mut Vec<Action>) {
        match self.user_state.take() {
            Some(own) => own.restore(model, true, actions),
            None => {
                self.user_state = Some(EditState::of(model));
                EditState::unshaped(model).restore(model, true, actions);
            }
        }
    }
}
