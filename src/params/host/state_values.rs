//! The values of the parameters as a state has them, all at once. Host's main thread.

#![allow(unsafe_code)]

use super::{AnteroomParams, StateValues};
use nice_plug::params::{InternalParamMut, Param};
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::{ParamPtr, Params};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Held by whoever saves or loads a state, or renders offline: none of them comes in between another.
#[derive(Debug, Default)]
pub struct StateLock(Mutex<()>);

impl StateLock {
    /// Waits until the others are done. Not real-time.
    pub fn hold(&self) -> MutexGuard<'_, ()> {
        // Nothing is in it that a panic could have left half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AnteroomParams {
    /// Sets parameters to the values of a state; unknown ids, and values of another type than the parameter's, are
    /// passed over. To be heard as a whole, it must be part of a change of [`seq_lock`](Self::seq_lock).
    pub fn restore(&self, values: &StateValues) {
        for (id, param, _) in self.param_map() {
            // SAFETY: the pointers lead into these parameters; the setters store into atomics, which any thread may
            // do.
            unsafe {
                match (param, values.get(&id)) {
                    (ParamPtr::FloatParam(param), Some(ParamValue::F32(value))) => {
                        (*param)._internal_set_plain_value(*value);
                    }
                    (ParamPtr::IntParam(param), Some(ParamValue::I32(value))) => {
                        (*param)._internal_set_plain_value(*value);
                    }
                    (ParamPtr::BoolParam(param), Some(ParamValue::Bool(value))) => {
                        (*param)._internal_set_plain_value(*value);
                    }
                    _ => {}
                }
            }
        }
    }

    /// The values of all parameters, without the host's modulation, as a state has them.
    #[must_use]
    pub fn state_values(&self) -> StateValues {
        let value = |param| {
            // SAFETY: the pointers lead into these parameters.
            unsafe {
                Some(match param {
                    ParamPtr::FloatParam(param) => {
                        ParamValue::F32((*param).unmodulated_plain_value())
                    }
                    ParamPtr::IntParam(param) => {
                        ParamValue::I32((*param).unmodulated_plain_value())
                    }
                    ParamPtr::BoolParam(param) => {
                        ParamValue::Bool((*param).unmodulated_plain_value())
                    }
                    // None of ours is one.
                    ParamPtr::EnumParam(_) => return None,
                })
            }
        };
        let table = self.param_map().into_iter();
        table
            .filter_map(|(id, param, _)| Some((id, value(param)?)))
            .collect()
    }
}
