//! Setting parameters through the host, as gestures: begin, set, end. Editor thread.

use nice_plug::prelude::ParamSetter;

use crate::editor::action::Action;
use crate::params::AnteroomParams;

/// The gestures that have begun and not ended.
#[derive(Debug, Default)]
pub(super) struct Gestures {
    open: Vec<&'static str>,
}

impl Gestures {
    /// Does what an action says of a gesture. Other actions are not for here.
    pub fn apply(&mut self, params: &AnteroomParams, setter: &ParamSetter<'_>, action: &Action) {
        match *action {
            Action::Begin(id) if !self.open.contains(&id) => {
                if let Some(param) = params.param(id) {
                    param.begin(setter);
                    self.open.push(id);
                }
            }
            Action::Set(id, value) if self.open.contains(&id) => {
                if let Some(param) = params.param(id) {
                    param.set_normalized(setter, value);
                }
            }
            Action::End(id) => {
                if let Some(at) = self.open.iter().position(|open| *open == id) {
                    self.open.swap_remove(at);
                    if let Some(param) = params.param(id) {
                        param.end(setter);
                    }
                }
            }
            _ => {}
        }
    }

    /// Ends all gestures.
    pub fn end_all(&mut self, params: &AnteroomParams, setter: &ParamSetter<'_>) {
        for id in self.open.drain(..) {
            if let Some(param) = params.param(id) {
                param.end(setter);
            }
        }
    }
}
