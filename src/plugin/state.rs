//! States as a whole: saved as one, and those that are damaged, old or new made fit to be loaded.
//! Host's main thread.
//!
//! The framework takes values as they are: out of range, of the wrong type or missing, in which
//! case the parameter keeps the value that it had. A project should sound the same wherever it is
//! opened, so what can not be read becomes its default.
//!
//! What is in the project itself is read by `src/state/read.rs`, and when it counts is said by `state_sync`.

use crate::params::{AnteroomParams, Kind, PARAMS, ParamSpec, PlainValue};
use crate::state::FIELD;
use nice_plug::params::Params;
use nice_plug::plugin::{ParamValue, PluginState};
use serde::de::IgnoredAny;

/// What the framework would save, but all of one state: no other is loaded in between. `None` if it can not be
/// written as JSON.
pub fn saved(params: &AnteroomParams) -> Option<Vec<u8>> {
    let _alone = params.states.hold();
    let state = PluginState {
        version: env!("CARGO_PKG_VERSION").into(),
        params: params.state_values(),
        fields: params.serialize_fields(),
    };
    serde_json::to_vec(&state).ok()
}

/// Makes a state whole: every parameter has a value of its type within its range, and there is a
/// project that can be parsed.
pub fn repair(state: &mut PluginState) {
    for param in &PARAMS {
        let found = state.params.get(param.id);
        let plain = found.and_then(number).unwrap_or(param.default);
        let value = fitting(param, plain);
        state.params.insert(param.id.into(), value);
    }
    let project = state
        .fields
        .entry(FIELD.into())
        .or_insert_with(|| "{}".into());
    if serde_json::from_str::<IgnoredAny>(project).is_err() {
        // As a text it parses; the project's own reader then says what is wrong with it.
        *project = serde_json::Value::String(project.clone()).to_string();
    }
}

/// A saved value as a number, if it is one.
fn number(value: &ParamValue) -> Option<f32> {
    let number = match value {
        ParamValue::F32(number) => *number,
        ParamValue::I32(number) => *number as f32,
        ParamValue::Bool(on) => f32::from(u8::from(*on)),
        ParamValue::String(text) => text.trim().parse().ok()?,
    };
    number.is_finite().then_some(number)
}

/// A number as the framework's parameter takes it.
fn fitting(param: &ParamSpec, plain: f32) -> ParamValue {
    let plain = plain.clamp(param.min, param.max);
    match param.kind {
        Kind::Number(_) => ParamValue::F32(plain),
        Kind::Switch => ParamValue::Bool(bool::from_plain(plain)),
        Kind::Choice(_) => ParamValue::I32(plain.round() as i32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(json: &str) -> PluginState {
        let mut state = serde_json::from_str(json).expect("the test's own JSON");
        repair(&mut state);
        state
    }

    #[test]
    fn an_empty_state_becomes_the_defaults() {
        let state = state(r#"{"params":{},"fields":{}}"#);
        for param in &PARAMS {
            let value = state.params.get(param.id).and_then(number);
            assert_eq!(value, Some(param.default), "{}", param.id);
        }
        assert_eq!(state.fields[FIELD], "{}");
    }

    #[test]
    fn values_are_brought_into_range_and_type() {
        let state = state(
            r#"{"params":{"mix":{"f32":1e30},"output":{"f32":-1e30},"decay":{"bool":true},
                "bypass":{"f32":1.0},"reverse":{"i32":1},"width":{"string":"wide"},
                "attack":{"string":"12.5"},"later":{"f32":3.0}},"fields":{}}"#,
        );
        let value = |id: &str| state.params.get(id).and_then(number);
        assert_eq!(value("mix"), Some(100.0));
        assert_eq!(value("output"), Some(-60.0));
        assert_eq!(value("decay"), Some(25.0));
        assert!(matches!(state.params["bypass"], ParamValue::Bool(true)));
        assert!(matches!(state.params["reverse"], ParamValue::Bool(true)));
        assert_eq!(value("width"), Some(100.0));
        assert_eq!(value("attack"), Some(12.5));
    }

    #[test]
    fn a_project_that_is_no_json_is_handed_on_as_text() {
        let state = state(r#"{"params":{},"fields":{"project":"{broken"}}"#);
        assert_eq!(state.fields[FIELD], r#""{broken""#);
        let project = crate::state::Project::from_json(&state.fields[FIELD]);
        assert!(!project.messages.is_empty());
    }
}
