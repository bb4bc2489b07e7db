//! The field of the host's state that is no parameter, and with it, on their way in, the parameters.
//! Host's main thread.
//!
//! The framework takes a state apart: it sets the parameters one by one and hands over the field
//! last, and meanwhile anybody sees half of it. So the values are [packed](pack) into the field
//! before the framework looks, and whoever knows what they mean gets all of a state at once.

use nice_plug::params::persist::PersistentField;
use nice_plug::plugin::{ParamValue, PluginState};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{OnceLock, PoisonError, RwLock};

/// The values of a state's parameters, by their ids, in their units.
pub type StateValues = BTreeMap<String, ParamValue>;

/// Where the packed field has the values, and where what was in the field.
const VALUES: &str = "values";
const FIELD: &str = "field";

/// JSON that is saved and loaded with the parameters. Whoever knows what it means attaches hooks; until
/// then it keeps what is loaded.
#[derive(Default)]
pub struct ProjectField {
    hooks: OnceLock<StateHooks>,
    kept: RwLock<Option<(StateValues, Value)>>,
}

/// What is done with the field when the host saves and loads.
pub struct StateHooks {
    /// What is to be saved now.
    pub save: Box<dyn Fn() -> Value + Send + Sync>,
    /// Takes a state that was loaded: values for parameters, and what was saved.
    pub load: Box<dyn Fn(StateValues, Value) + Send + Sync>,
}

impl fmt::Debug for StateHooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateHooks").finish_non_exhaustive()
    }
}

/// Moves the values of a state's parameters into the field of this name, whose JSON must be whole. The framework
/// then sets none of them by itself.
pub fn pack(state: &mut PluginState, field: &str) {
    let mut values = std::mem::take(&mut state.params);
    // JSON has no others, and no parameter takes one.
    values.retain(|_, value| !matches!(value, ParamValue::F32(number) if !number.is_finite()));
    let values = serde_json::to_value(values).unwrap_or_default();
    let text = state.fields.remove(field).unwrap_or_else(|| "{}".into());
    let packed = format!(r#"{{"{VALUES}":{values},"{FIELD}":{text}}}"#);
    let packed = match serde_json::from_str::<Value>(&packed) {
        Ok(_) => packed,
        // It is nested so deep that no reader takes it one deeper. As a text it can be read, and whoever knows what
        // it means then says what is wrong with it.
        Err(_) => json!({ VALUES: values, FIELD: text }).to_string(),
    };
    state.fields.insert(field.into(), packed);
}

/// What [`pack`] has packed.
fn unpack(mut packed: Value) -> (StateValues, Value) {
    let taken = |packed: &mut Value, name| packed.get_mut(name).map(Value::take);
    match (taken(&mut packed, VALUES), taken(&mut packed, FIELD)) {
        (Some(values), Some(field)) => (serde_json::from_value(values).unwrap_or_default(), field),
        _ => (StateValues::new(), packed),
    }
}

impl ProjectField {
    /// Attaches the hooks, once; what was loaded before is handed over.
    pub fn attach(&self, hooks: StateHooks) {
        let kept = self
            .kept
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let hooks = self.hooks.get_or_init(|| hooks);
        if let Some((values, kept)) = kept {
            (hooks.load)(values, kept);
        }
    }
}

impl PersistentField<'_, Value> for ProjectField {
    fn set(&self, value: Value) {
        let (values, field) = unpack(value);
        match self.hooks.get() {
            Some(hooks) => (hooks.load)(values, field),
            None => {
                *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some((values, field));
            }
        }
    }

    fn map<F, R>(&self, use_it: F) -> R
    where
        F: Fn(&Value) -> R,
    {
        match self.hooks.get() {
            Some(hooks) => use_it(&(hooks.save)()),
            None => {
                let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
                let none = Value::Object(Map::new());
                use_it(kept.as_ref().map_or(&none, |(_, field)| field))
            }
        }
    }
}

impl fmt::Debug for ProjectField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProjectField")
            .field("attached", &self.hooks.get().is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packed(text: &str) -> (StateValues, Value) {
        let mut state = PluginState {
            version: String::new(),
            params: BTreeMap::from([
                ("mix".into(), ParamValue::F32(33.3)),
                ("output".into(), ParamValue::F32(f32::INFINITY)),
                ("bypass".into(), ParamValue::Bool(true)),
                ("changes".into(), ParamValue::I32(7)),
            ]),
            fields: BTreeMap::from([("project".into(), text.into())]),
        };
        pack(&mut state, "project");
        assert!(state.params.is_empty());
        unpack(serde_json::from_str(&state.fields["project"]).expect("JSON"))
    }

    #[test]
    fn values_and_field_come_out_as_they_were() {
        let deep = "[".repeat(127) + &"]".repeat(127);
        for text in ["{}", "7", r#"{"values":{"mix":{"f32":1.0}},"field":2}"#] {
            assert_eq!(packed(text).1, serde_json::from_str::<Value>(text).unwrap());
        }
        for text in ["{}", &deep] {
            let (values, _) = packed(text);
            assert_eq!(values.len(), 3, "no reader takes an infinite number");
            assert!(matches!(values["mix"], ParamValue::F32(number) if number == 33.3));
            assert!(matches!(values["bypass"], ParamValue::Bool(true)));
            assert!(matches!(values["changes"], ParamValue::I32(7)));
        }
        assert_eq!(packed(&deep).1, Value::String(deep));
    }
}
