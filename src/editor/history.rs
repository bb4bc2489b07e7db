//! Going back and forth between sounds: undo and redo of everything including the impulse, and two
//! sounds side by side for comparing. Editor thread.

use std::time::{Duration, Instant};

use super::action::{Action, turn};
use super::model::{Model, Source};
use crate::controls::CONTROLS;

/// How many steps can be undone.
const MOST: usize = 200;
/// Turns of the same control within this time are one step.
const TOGETHER: Duration = Duration::from_millis(900);

/// All that can be heard.
#[derive(Clone, Debug, PartialEq)]
pub struct Sound {
    /// The controls' normalised values.
    pub values: [f32; CONTROLS.len()],
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

    /// Asks for this sound. Mix, output and bypass stay as they are if `locked`: they belong to the
    /// place in the mix, not to the room.
    pub fn recall(&self, model: &Model, locked: bool, actions: &mut Vec<Action>) {
        for ((control, to), now) in CONTROLS.iter().zip(self.values).zip(model.values) {
            let stays = locked && control.group == "Output";
            if !stays && (to - now).abs() > 1e-6 {
                turn(actions, control.id, to);
            }
        }
        if self.source != model.source {
            actions.push(Action::Choose(self.source.clone()));
        }
    }
}

/// What the buttons of the header ask of the history.
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
}

/// What was, what was undone, and the other sound.
#[derive(Clone, Debug, Default)]
pub struct History {
    past: Vec<Sound>,
    future: Vec<Sound>,
    last: Option<(&'static str, Instant)>,
    other: Option<Sound>,
    /// Whether the second of the two sounds is heard.
    pub second: bool,
}

impl History {
    /// Notes what the user did in this frame; `model` is how it was before.
    pub fn note(&mut self, model: &Model, actions: &[Action]) {
        for action in actions {
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
            let sound = Sound::of(model);
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

    /// Takes the last step back, or does it again.
    pub fn step(&mut self, model: &Model, back: bool, actions: &mut Vec<Action>) {
        let (from, to) = match back {
            true => (&mut self.past, &mut self.future),
            false => (&mut self.future, &mut self.past),
        };
        let present = Sound::of(model);
        // A gesture that changed nothing left a step that leads nowhere.
        while let Some(sound) = from.pop() {
            if sound != present {
                to.push(present);
                sound.recall(model, false, actions);
                break;
            }
        }
        self.last = None;
    }

    /// Goes over to the other sound. At first it is the same.
    pub fn swap(&mut self, model: &Model, actions: &mut Vec<Action>) {
        let present = Sound::of(model);
        if let Some(other) = self.other.replace(present) {
            other.recall(model, false, actions);
        }
        self.second = !self.second;
    }

    /// Makes the other sound the same as this.
    pub fn copy(&mut self, model: &Model) {
        self.other = Some(Sound::of(model));
    }
}
