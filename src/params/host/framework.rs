//! What the framework asks for: the list of all parameters, and the field that is saved beside them.

#![allow(unsafe_code)]

use super::{AnteroomParams, HostParam, ask};
use crate::params::table::BEFORE_HOST_ONLY;
use nice_plug::nice_debug_assert_failure;
use nice_plug::params::persist::{self, PersistentField};
use nice_plug::prelude::{Param, ParamPtr, Params};
use std::collections::BTreeMap;

/// The name of the field in a state.
const PROJECT: &str = "project";

// SAFETY: every pointer leads to a field of this object, which the framework holds in an `Arc` for as
// long as it uses the pointers.
unsafe impl Params for AnteroomParams {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let of_table = |param: &HostParam| {
            let spec = param.spec();
            let group = spec.section.name();
            (
                spec.id.into(),
                ask!(param, param => param.as_ptr()),
                group.into(),
            )
        };
        let host_only = self.host_only();
        let (first, later) = self.params().split_at(BEFORE_HOST_ONLY);
        let first = first.iter().map(of_table);
        let host_only = host_only.map(|(id, param)| (id.into(), param, String::new()));
        first
            .chain(host_only)
            .chain(later.iter().map(of_table))
            .collect()
    }

    fn serialize_fields(&self) -> BTreeMap<String, String> {
        match self.project.map(persist::serialize_field) {
            Ok(text) => BTreeMap::from([(PROJECT.into(), text)]),
            Err(error) => {
                nice_debug_assert_failure!("Could not serialize '{}': {}", PROJECT, error);
                BTreeMap::new()
            }
        }
    }

    fn deserialize_fields(&self, fields: &BTreeMap<String, String>) {
        let Some(text) = fields.get(PROJECT) else {
            return;
        };
        match persist::deserialize_field(text) {
            Ok(value) => self.project.set(value),
            Err(error) => {
                nice_debug_assert_failure!("Could not deserialize '{}': {}", PROJECT, error);
            }
        }
    }
}
