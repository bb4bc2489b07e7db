//! The parameters as the host sees them: one framework parameter for each [`Control`], and the
//! project state that is saved beside them. Read by the audio thread, written by the host and
//! through the editor's [`ParamSetter`]; every value is an atomic of the framework's.
//!
//! Nothing is smoothed here: the processor smooths what it is given, so that the command line and
//! the plug-in run the same code.

use crate::controls::{CONTROLS, Control, STEP, Scale, control_of};
use crate::exchange::SeqLockWriter;
use nice_plug::prelude::*;
use std::sync::Arc;

mod persisted;
mod values;

pub use persisted::{Memory, Persisted, Values, pack};
pub use values::StateLock;

/// How many changes of the impulse are counted before the count starts again.
const MOST_CHANGES: i32 = 9_999;

/// All parameters of an instance, and what else its project remembers.
#[derive(Params)]
pub struct AnteroomParams {
    /// The level of the result and of its parts.
    #[nested(group = "Output")]
    pub output: OutputParams,
    /// What colours the reverb alone.
    #[nested(group = "Wet")]
    pub wet: WetParams,
    /// Which part of the impulse is used, and how.
    #[nested(group = "Shape")]
    pub shape: ShapeParams,
    /// How the impulse dies away.
    #[nested(group = "Decay")]
    pub decay: DecayParams,

    /// Counts changes of the impulse, 0 to 9999 and round again. A host marks a project as
    /// modified when a parameter moves, not when persisted data does, and no format of the
    /// framework's can say so otherwise; hidden, so that nobody automates it.
    #[id = "changes"]
    pub changes: IntParam,

    /// The next impulse of the list, each time it is switched on: for a mapped button or controller,
    /// because hosts keep keys to themselves. Not for automation, which knows a state and no steps.
    #[id = "next_impulse"]
    pub next: BoolParam,
    /// The previous one.
    #[id = "previous_impulse"]
    pub previous: BoolParam,

    /// Where the impulse comes from and how the editor looks, as the project stores it.
    #[persist = "project"]
    pub project: Persisted,

    /// Begun by whoever changes several of them, so that they are heard together.
    pub seq_lock: SeqLockWriter,
    /// Held while a state is saved or loaded.
    pub states: StateLock,
}

/// The group "Output".
#[derive(Debug, Params)]
pub struct OutputParams {
    /// Balance of dry and wet, %.
    #[id = "mix"]
    pub mix: FloatParam,
    /// Gain of the result, dB.
    #[id = "output"]
    pub output: FloatParam,
    /// Passes the input through.
    #[id = "bypass"]
    pub bypass: BoolParam,
}

/// The group "Wet".
#[derive(Debug, Params)]
pub struct WetParams {
    /// Time before the reverb begins, ms.
    #[id = "predelay"]
    pub predelay: FloatParam,
    /// Stereo width, %.
    #[id = "width"]
    pub width: FloatParam,
    /// High-pass corner, Hz.
    #[id = "low_cut"]
    pub low_cut: FloatParam,
    /// Low-pass corner, Hz.
    #[id = "high_cut"]
    pub high_cut: FloatParam,
}

/// The group "Shape".
#[derive(Debug, Params)]
pub struct ShapeParams {
    /// What is cut from the beginning, ms.
    #[id = "start"]
    pub start: FloatParam,
    /// Share that is kept, %.
    #[id = "length"]
    pub length: FloatParam,
    /// Fade-in, ms.
    #[id = "attack"]
    pub attack: FloatParam,
    /// Backwards.
    #[id = "reverse"]
    pub reverse: BoolParam,
    /// Every impulse at the same loudness.
    #[id = "normalize"]
    pub normalize: BoolParam,
}

/// The group "Decay".
#[derive(Debug, Params)]
pub struct DecayParams {
    /// Ratio of the reverberation time, %.
    #[id = "decay"]
    pub decay: FloatParam,
    /// Stretch, %.
    #[id = "size"]
    pub size: FloatParam,
    /// Ratio of the reverberation time of high frequencies, %.
    #[id = "damping"]
    pub damping: FloatParam,
}

impl Default for AnteroomParams {
    fn default() -> Self {
        Self {
            output: OutputParams {
                mix: number("mix"),
                output: number("output"),
                bypass: switch("bypass").make_bypass(),
            },
            wet: WetParams {
                predelay: number("predelay"),
                width: number("width"),
                low_cut: number("low_cut"),
                high_cut: number("high_cut"),
            },
            shape: ShapeParams {
                start: number("start"),
                length: number("length"),
                attack: number("attack"),
                reverse: switch("reverse"),
                normalize: switch("normalize"),
            },
            decay: DecayParams {
                decay: number("decay"),
                size: number("size"),
                damping: number("damping"),
            },
            changes: IntParam::new(
                "Impulse changes",
                0,
                IntRange::Linear {
                    min: 0,
                    max: MOST_CHANGES,
                },
            )
            .non_automatable()
            .hide()
            .hide_in_generic_ui(),
            next: BoolParam::new("Next impulse", false).non_automatable(),
            previous: BoolParam::new("Previous impulse", false).non_automatable(),
            project: Persisted::default(),
            seq_lock: SeqLockWriter::new(),
            states: StateLock::default(),
        }
    }
}

impl std::fmt::Debug for AnteroomParams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map()
            .entries(self.knobs().map(|knob| (knob.control().id, knob.plain())))
            .finish_non_exhaustive()
    }
}

impl AnteroomParams {
    /// The parameters in the order of [`CONTROLS`].
    #[must_use]
    pub fn knobs(&self) -> [Knob<'_>; CONTROLS.len()] {
        let of = |index: usize, handle| Knob {
            control: &CONTROLS[index],
            handle,
        };
        [
            of(0, Handle::Number(&self.output.mix)),
            of(1, Handle::Number(&self.output.output)),
            of(2, Handle::Switch(&self.output.bypass)),
            of(3, Handle::Number(&self.wet.predelay)),
            of(4, Handle::Number(&self.wet.width)),
            of(5, Handle::Number(&self.wet.low_cut)),
            of(6, Handle::Number(&self.wet.high_cut)),
            of(7, Handle::Number(&self.shape.start)),
            of(8, Handle::Number(&self.shape.length)),
            of(9, Handle::Number(&self.shape.attack)),
            of(10, Handle::Switch(&self.shape.reverse)),
            of(11, Handle::Switch(&self.shape.normalize)),
            of(12, Handle::Number(&self.decay.decay)),
            of(13, Handle::Number(&self.decay.size)),
            of(14, Handle::Number(&self.decay.damping)),
        ]
    }

    /// The parameter with this id.
    #[must_use]
    pub fn knob(&self, id: &str) -> Option<Knob<'_>> {
        self.knobs().into_iter().find(|knob| knob.control.id == id)
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

/// One parameter together with its control, whatever its type is.
#[derive(Clone, Copy, Debug)]
pub struct Knob<'a> {
    control: &'static Control,
    handle: Handle<'a>,
}

/// The framework's parameter behind a [`Knob`].
#[derive(Clone, Copy, Debug)]
pub enum Handle<'a> {
    /// A number with a unit.
    Number(&'a FloatParam),
    /// Off or on.
    Switch(&'a BoolParam),
}

impl<'a> Knob<'a> {
    /// What the parameter means.
    #[must_use]
    pub fn control(&self) -> &'static Control {
        self.control
    }

    /// The framework's parameter.
    #[must_use]
    pub fn handle(&self) -> Handle<'a> {
        self.handle
    }

    /// The value in the unit, 0 or 1 for a switch, with the host's modulation. Real-time.
    #[must_use]
    pub fn plain(&self) -> f32 {
        match self.handle {
            Handle::Number(param) => param.value(),
            Handle::Switch(param) => f32::from(u8::from(param.value())),
        }
    }

    /// The position 0..=1 without the host's modulation: where the knob is drawn.
    #[must_use]
    pub fn normalized(&self) -> f32 {
        match self.handle {
            Handle::Number(param) => param.unmodulated_normalized_value(),
            Handle::Switch(param) => param.unmodulated_normalized_value(),
        }
    }

    /// Begins a gesture: the user holds the knob.
    pub fn begin(&self, setter: &ParamSetter<'_>) {
        match self.handle {
            Handle::Number(param) => setter.begin_set_parameter(param),
            Handle::Switch(param) => setter.begin_set_parameter(param),
        }
    }

    /// Moves the knob to a position 0..=1, within a gesture.
    pub fn set_normalized(&self, setter: &ParamSetter<'_>, normalized: f32) {
        match self.handle {
            Handle::Number(param) => setter.set_parameter_normalized(param, normalized),
            Handle::Switch(param) => setter.set_parameter_normalized(param, normalized),
        }
    }

    /// Ends a gesture.
    pub fn end(&self, setter: &ParamSetter<'_>) {
        match self.handle {
            Handle::Number(param) => setter.end_set_parameter(param),
            Handle::Switch(param) => setter.end_set_parameter(param),
        }
    }

    /// Sets the value, in the unit, as one gesture.
    pub fn set_plain(&self, setter: &ParamSetter<'_>, plain: f32) {
        self.begin(setter);
        self.set_normalized(setter, self.control.normalized(plain));
        self.end(setter);
    }
}

/// The control with an id that is written in this file.
fn known(id: &str) -> &'static Control {
    // PANIC: the ids are literals above, and a test builds all of them.
    control_of(id).expect("the id is in the table of controls")
}

/// The framework's parameter for a number.
fn number(id: &str) -> FloatParam {
    let control = known(id);
    let (min, max) = (control.min, control.max);
    let range = match control.scale {
        Scale::Skewed(power) => FloatRange::Skewed {
            min,
            max,
            factor: 1.0 / power,
        },
        Scale::Linear | Scale::Switch => FloatRange::Linear { min, max },
    };
    FloatParam::new(control.name, control.default, range)
        .with_step_size(STEP)
        .with_unit(control.unit)
        .with_value_to_string(Arc::new(|plain| control.number(plain)))
        .with_string_to_value(Arc::new(|text| control.parse(text).ok()))
}

/// The framework's parameter for a switch.
fn switch(id: &str) -> BoolParam {
    let control = known(id);
    BoolParam::new(control.name, control.default >= 0.5)
        .with_value_to_string(Arc::new(|on| control.number(f32::from(u8::from(on)))))
        .with_string_to_value(Arc::new(|text| {
            control.parse(text).ok().map(|plain| plain >= 0.5)
        }))
}

#[cfg(test)]
mod tests;
