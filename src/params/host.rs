//! The parameters as the host sees them: one framework parameter for each entry of the table, and the
//! project state that is saved beside them. Read by the audio thread, written by the host and
//! through the editor's [`ParamSetter`]; every value is an atomic of the framework's.
//!
//! Nothing is smoothed here: the processor smooths what it is given, so that the command line and
//! the plug-in run the same code.
//!
//! `framework` is the list that the framework asks for. `project_field` is the field of a state that is no parameter,
//! `state_values` the values as a state has them.

use super::spec::{Kind, ParamSpec, Scale};
use super::table::{HOST_ONLY, PARAMS, ParamValues, index_of};
use super::tempo::LastTempo;
use crate::exchange::SeqLockWriter;
use crate::impulse::Shape;
use nice_plug::prelude::*;
use std::sync::Arc;

mod framework;
mod project_field;
mod state_values;

pub use project_field::{ProjectField, StateHooks, StateValues, pack};
pub use state_values::StateLock;

/// How many changes of the impulse are counted before the count starts again.
const MOST_CHANGES: i32 = 9_999;

/// All parameters of an instance, and what else its project remembers.
pub struct AnteroomParams {
    /// Those of the table, in its order.
    params: [HostParam; PARAMS.len()],

    /// Counts changes of the impulse, 0 to 9999 and round again. A host marks a project as
    /// modified when a parameter moves, not when persisted data does, and no format of the
    /// framework's can say so otherwise; hidden, so that nobody automates it.
    pub changes: IntParam,
    /// The next impulse of the list, each time it is switched on: for a mapped button or controller,
    /// because hosts keep keys to themselves. Not for automation, which knows a state and no steps.
    pub next: BoolParam,
    /// The previous one.
    pub previous: BoolParam,

    /// Where the impulse comes from and how the editor looks, as the project stores it.
    pub project: ProjectField,

    /// The host's tempo, as the audio thread heard it last.
    pub tempo: LastTempo,

    /// Begun by whoever changes several of them, so that they are heard together.
    pub seq_lock: SeqLockWriter,
    /// Held while a state is saved or loaded.
    pub states: StateLock,
}

impl Default for AnteroomParams {
    fn default() -> Self {
        let count = IntRange::Linear {
            min: 0,
            max: MOST_CHANGES,
        };
        Self {
            params: std::array::from_fn(|index| HostParam::new(&PARAMS[index])),
            changes: IntParam::new("Impulse changes", 0, count)
                .non_automatable()
                .hide()
                .hide_in_generic_ui(),
            next: BoolParam::new("Next impulse", false).non_automatable(),
            previous: BoolParam::new("Previous impulse", false).non_automatable(),
            project: ProjectField::default(),
            tempo: LastTempo::default(),
            seq_lock: SeqLockWriter::new(),
            states: StateLock::default(),
        }
    }
}

impl std::fmt::Debug for AnteroomParams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map()
            .entries(
                self.params
                    .iter()
                    .map(|param| (param.spec.id, param.plain())),
            )
            .finish_non_exhaustive()
    }
}

impl AnteroomParams {
    /// The parameters of the table, in its order.
    #[must_use]
    pub fn params(&self) -> &[HostParam; PARAMS.len()] {
        &self.params
    }

    /// The parameter with this id.
    #[must_use]
    pub fn param(&self, id: &str) -> Option<&HostParam> {
        index_of(id).map(|index| &self.params[index])
    }

    /// All values with the host's modulation, in their units. Real-time.
    #[must_use]
    pub fn plain_values(&self) -> ParamValues {
        ParamValues::from_fn(|index| self.params[index].plain())
    }

    /// What acts on the impulse, at the last tempo. Real-time.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.plain_values().shape_at(self.tempo.bpm())
    }

    /// What hosts see beside the table, by the id: the framework's parameters of [`HOST_ONLY`].
    fn host_only(&self) -> [(&'static str, ParamPtr); HOST_ONLY.len()] {
        let [changes, next, previous] = HOST_ONLY;
        [
            (changes, self.changes.as_ptr()),
            (next, self.next.as_ptr()),
            (previous, self.previous.as_ptr()),
        ]
    }

    /// Tells the host that the project is no longer as it was saved, by moving the hidden count.
    /// Called from the editor's thread after a change of the impulse.
    pub fn mark_changed(&self, setter: &ParamSetter<'_>) {
        let next = (self.changes.value() + 1) % (MOST_CHANGES + 1);
        setter.begin_set_parameter(&self.changes);
        setter.set_parameter(&self.changes, next);
        setter.end_set_parameter(&self.changes);
    }
}

/// One parameter of the table with the framework's parameter that was made for it.
#[derive(Debug)]
pub struct HostParam {
    spec: &'static ParamSpec,
    framework: FrameworkParam,
}

/// The framework's parameter, by the kind of its values.
#[derive(Debug)]
pub enum FrameworkParam {
    /// A number with a unit.
    Number(FloatParam),
    /// Off or on.
    Switch(BoolParam),
    /// One of several, by its place.
    Choice(IntParam),
}

/// Asks the framework's parameter, whatever its type is.
macro_rules! ask {
    ($host_param:expr, $param:ident => $answer:expr) => {
        match $host_param.framework() {
            $crate::params::FrameworkParam::Number($param) => $answer,
            $crate::params::FrameworkParam::Switch($param) => $answer,
            $crate::params::FrameworkParam::Choice($param) => $answer,
        }
    };
}
use ask;

impl HostParam {
    fn new(spec: &'static ParamSpec) -> Self {
        let framework = match spec.kind {
            Kind::Number(scale) => FrameworkParam::Number(number(spec, scale)),
            Kind::Switch => FrameworkParam::Switch(switch(spec)),
            Kind::Choice(_) => FrameworkParam::Choice(choice(spec)),
        };
        Self { spec, framework }
    }

    /// What the table says of it.
    #[must_use]
    pub fn spec(&self) -> &'static ParamSpec {
        self.spec
    }

    /// The framework's parameter.
    #[must_use]
    pub fn framework(&self) -> &FrameworkParam {
        &self.framework
    }

    /// The value in the unit, 0 or 1 for a switch, with the host's modulation. Real-time.
    #[must_use]
    pub fn plain(&self) -> f32 {
        match &self.framework {
            FrameworkParam::Number(param) => param.value(),
            FrameworkParam::Switch(param) => f32::from(u8::from(param.value())),
            FrameworkParam::Choice(param) => param.value() as f32,
        }
    }

    /// The position 0..=1 without the host's modulation: where the knob is drawn.
    #[must_use]
    pub fn normalized(&self) -> f32 {
        ask!(self, param => param.unmodulated_normalized_value())
    }

    /// Begins a gesture: the user holds the knob.
    pub fn begin(&self, setter: &ParamSetter<'_>) {
        ask!(self, param => setter.begin_set_parameter(param));
    }

    /// Moves the knob to a position 0..=1, within a gesture.
    pub fn set_normalized(&self, setter: &ParamSetter<'_>, normalized: f32) {
        ask!(self, param => setter.set_parameter_normalized(param, normalized));
    }

    /// Ends a gesture.
    pub fn end(&self, setter: &ParamSetter<'_>) {
        ask!(self, param => setter.end_set_parameter(param));
    }

    /// Sets the value, in the unit, as one gesture.
    pub fn set_plain(&self, setter: &ParamSetter<'_>, plain: f32) {
        self.begin(setter);
        self.set_normalized(setter, self.spec.normalized(plain));
        self.end(setter);
    }

    /// Puts it into the next slot of a remote-control page.
    pub fn add_to(&self, page: &mut impl RemoteControlsPage) {
        ask!(self, param => page.add_param(param));
    }
}

/// The framework's parameter for a number.
fn number(spec: &'static ParamSpec, scale: Scale) -> FloatParam {
    let (min, max) = (spec.min, spec.max);
    let range = match scale {
        Scale::Linear => FloatRange::Linear { min, max },
        Scale::Skewed(power) => FloatRange::Skewed {
            min,
            max,
            factor: 1.0 / power,
        },
    };
    FloatParam::new(spec.name, spec.default, range)
        .with_step_size(spec.step())
        .with_unit(spec.unit.suffix())
        .with_value_to_string(Arc::new(|plain| spec.number(plain)))
        .with_string_to_value(Arc::new(|text| spec.parse(text).ok()))
}

/// The framework's parameter for a switch.
fn switch(spec: &'static ParamSpec) -> BoolParam {
    let param = BoolParam::new(spec.name, spec.default >= 0.5)
        .with_value_to_string(Arc::new(|on| spec.number(f32::from(u8::from(on)))))
        .with_string_to_value(Arc::new(|text| {
            spec.parse(text).ok().map(|plain| plain >= 0.5)
        }));
    match spec.is_bypass {
        true => param.make_bypass(),
        false => param,
    }
}

/// The framework's parameter for a choice.
fn choice(spec: &'static ParamSpec) -> IntParam {
    let (min, max) = (spec.min as i32, spec.max as i32);
    IntParam::new(
        spec.name,
        spec.default as i32,
        IntRange::Linear { min, max },
    )
    .with_value_to_string(Arc::new(|place| spec.number(place as f32)))
    .with_string_to_value(Arc::new(|text| {
        spec.parse(text).ok().map(|place| place as i32)
    }))
}

#[cfg(test)]
mod tests;
