//! Going back and forth between sounds: undo and redo of everything including the impulse, two sounds
//! side by side, and the impulse before it was shaped. Editor thread.

use std::time::{Duration, Instant};

use super::action::{Action, turn};
use super::model::{Model, Source};
use crate::params::{PARAMS, param_of};

/// How many steps can be undone.
const MOST: usize = 200;
/// Turns of the same control within this time are one step.
const TOGETHER: Duration = Duration::from_millis(900);

/// All that can be heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// The controls' normalised values.
    pub values: [f32; PARAMS.len()],
    /// The impulse.
    pub source: Source,
}

impl Sound {
    /// The present sound.
    #[must_use]
    pub fn of(model: &Model) -> Self {
        Self {
            values: model.values,
            source: model.source.clone(),
        }
    }

    /// The present impulse with every control of its sound at rest. Mix, output and bypass are not
    /// of its sound.
    #[must_use]
    pub fn unshaped(model: &Model) -> Self {
        let mut sound = Self::of(model);
        for (control, value) in PARAMS.iter().zip(&mut sound.values) {
            let (rest, now) = (control.normalized(control.default), *value);
            if !control.kept_by_lock && (rest - now).abs() > 1e-6 {
                *value = rest;
            }
        }
        sound
    }

    /// Asks for this sound. Mix, output and bypass stay as they are if `locked`: they belong to the
    /// place in the mix, not to the room.
    pub fn recall(&self, model: &Model, locked: bool, actions: &mut Vec<Action>) {
        for ((control, to), now) in PARAMS.iter().zip(self.values).zip(model.values) {
            let stays = locked && control.kept_by_lock;
            if !stays && (to - now).abs() > 1e-6 {
                turn(actions, control.id, to);
            }
        }
        if self.source != model.source {
            actions.push(Action::Choose(self.source.clone()));
        }
    }
}

/// What buttons ask of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recall {
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// Go over to the other sound.
    Swap,
    /// Make the other sound the same as this.
    Copy,
    /// Hear the impulse before it was shaped, or the user's sound again.
    Before,
}

/// What was, what was undone, and the other sound.
#[derive(Clone, Debug, Default)]
pub struct History {
    past: Vec<Sound>,
    future: Vec<Sound>,
    last: Option<(&'static str, Instant)>,
    other: Option<Sound>,
    /// The sound of the project when it was opened, or of the last preset: the other sound at first.
    start: Option<Sound>,
    /// The user's sound, while the impulse before shaping is heard instead.
    own: Option<Sound>,
    /// Whether the second of the two sounds is heard.
    pub second: bool,
}

impl History {
    /// Notes the sound that everything starts from, when there is none yet.
    pub fn begin(&mut self, model: &Model) {
        self.start.get_or_insert_with(|| Sound::of(model));
    }

    /// Notes what the user did in this frame; `model` is how it was before.
    pub fn note(&mut self, model: &Model, actions: &[Action]) {
        for action in actions {
            if matches!(action, Action::LoadPreset(_)) {
                self.start = None;
            }
            let control = match action {
                Action::Begin(id) => Some(*id),
                Action::Choose(_) | Action::LoadPreset(_) => None,
                _ => continue,
            };
            let now = Instant::now();
            let goes_on = matches!((control, self.last), (Some(id), Some((of, then)))
                if id == of && now - then < TOGETHER);
            self.last = control.map(|id| (id, now));
            if goes_on {
                continue;
            }
            let level = control.and_then(param_of);
            let sound = match self.own.clone() {
                // The level may be changed while comparing; it is the same for both.
                Some(_) if level.is_some_and(|control| control.kept_by_lock) => continue,
                // Whatever else is changed goes on from what is heard, and undo leads back to the
                // user's own.
                Some(own) => {
                    self.own = None;
                    own
                }
                None => Sound::of(model),
            };
            if self.past.last() != Some(&sound) {
                self.past.push(sound);
                let over = self.past.len().saturating_sub(MOST);
                self.past.drain(..over);
            }
            self.future.clear();
        }
    }

    /// Whether there is something to undo, and to do again.
    #[must_use]
    pub fn open(&self) -> (bool, bool) {
        (!self.past.is_empty(), !self.future.is_empty())
    }

    /// Takes the last steps back, or does them again: as many as there are, up to `times`.
    pub fn step(&mut self, model: &Model, back: bool, times: usize, actions: &mut Vec<Action>) {
        if self.own.is_some() {
            self.before(model, actions);
            return;
        }
        let (from, to) = match back {
            true => (&mut self.past, &mut self.future),
            false => (&mut self.future, &mut self.past),
        };
        let before = Sound::of(model);
        let mut present = before.clone();
        for _ in 0..times {
            // A gesture that changed nothing left a step that leads nowhere.
            while let Some(sound) = from.pop() {
                if sound != present {
                    to.push(std::mem::replace(&mut present, sound));
                    break;
                }
            }
        }
        if present != before {
            present.recall(model, false, actions);
        }
        self.last = None;
    }

    /// Goes over to the other sound. At first it is what the project was opened with, or the last
    /// preset.
    pub fn swap(&mut self, model: &Model, actions: &mut Vec<Action>) {
        let present = self.own.take().unwrap_or_else(|| Sound::of(model));
        let other = self.other.replace(present).or_else(|| self.start.clone());
        if let Some(other) = other {
            other.recall(model, false, actions);
        }
        self.second = !self.second;
    }

    /// Makes the other sound the same as this.
    pub fn copy(&mut self, model: &Model) {
        self.other = Some(self.own.clone().unwrap_or_else(|| Sound::of(model)));
    }

    /// Whether the impulse before shaping is heard instead of the user's sound.
    #[must_use]
    pub fn comparing(&self) -> bool {
        self.own.is_some()
    }

    /// Whether there is something to compare.
    #[must_use]
    pub fn has_before(&self, model: &Model) -> bool {
        self.comparing() || Sound::of(model) != Sound::unshaped(model)
    }

    /// Goes over to the impulse before it was shaped, or back to the user's sound. Mix, output and
    /// bypass are the same for both. It is no step to be undone.
    pub fn before(&mut self, model: &Model, actions: &mut Vec<Action>) {
        match self.own.take() {
            Some(own) => own.recall(model, true, actions),
            None => {
                self.own = Some(Sound::of(model));
                Sound::unshaped(model).recall(model, true, actions);
            }
        }
    }
}
