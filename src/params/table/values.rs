//! A value for each parameter: what a preset holds, what the command line was told, and what the
//! audio thread reads of the host's parameters in one go.

use super::{PARAMS, index_of};
use crate::impulse::Shape;
use crate::params::note::Note;
use crate::params::spec::{ParamSpec, PlainValue};

/// One value for each of [`PARAMS`], in its unit and in that order; a switch is 0 or 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParamValues([f32; PARAMS.len()]);

impl Default for ParamValues {
    fn default() -> Self {
        Self(PARAMS.map(|param| param.default))
    }
}

impl ParamValues {
    /// What `value` says of each place in the table. Real-time if that is.
    pub fn from_fn(value: impl FnMut(usize) -> f32) -> Self {
        Self(std::array::from_fn(value))
    }

    /// The value at a place in the table.
    pub(super) const fn at(&self, index: usize) -> f32 {
        self.0[index]
    }

    /// What acts on the impulse, at a tempo in beats a minute, and what it is needed for: a tail that moves is prepared for
    /// that. Real-time.
    #[must_use]
    pub fn shape_at(&self, bpm: f64) -> Shape {
        let at_its_tempo = self.shape();
        let length_s = f64::from(at_its_tempo.length_s) * Note::ITS_TEMPO / bpm;
        Shape {
            length_s: length_s as f32,
            moves: self.settings().motion > 0.0,
            ..at_its_tempo
        }
    }

    /// The value of the parameter with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<f32> {
        index_of(id).map(|index| self.0[index])
    }

    /// Sets the parameter with this id, within its range; an id that there is not is passed over.
    pub fn set(&mut self, id: &str, value: f32) {
        if let Some(index) = index_of(id) {
            let param = &PARAMS[index];
            self.0[index] = value.clamp(param.min, param.max);
        }
    }

    /// Each parameter with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&'static ParamSpec, f32)> {
        PARAMS.iter().zip(self.0)
    }
}

/// A field of the shape, from the value in the parameter's unit.
pub(super) fn field<Value: PlainValue + Into<Field>, Field>(plain: f32) -> Field {
    Value::from_plain(plain).into()
}
