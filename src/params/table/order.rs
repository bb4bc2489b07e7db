//! The order in which hosts list the parameters, and where each is found.

use super::PARAMS;
use crate::params::spec::ParamSpec;

/// What hosts see beside the table: a count of changes and two buttons. They are no part of a sound.
pub const HOST_ONLY: [&str; 3] = ["changes", "next_impulse", "previous_impulse"];
/// How many entries of the table hosts list before them; what was added since comes after them.
pub(in crate::params) const BEFORE_HOST_ONLY: usize = 15;

/// The ids of all parameters in the order in which hosts list them.
pub fn host_ids() -> impl Iterator<Item = &'static str> {
    let (first, later) = PARAMS.split_at(BEFORE_HOST_ONLY);
    let ids = |params: &'static [ParamSpec]| params.iter().map(|param| param.id);
    ids(first).chain(HOST_ONLY).chain(ids(later))
}

/// The place of the parameter with this id in [`PARAMS`].
#[must_use]
pub fn index_of(id: &str) -> Option<usize> {
    PARAMS.iter().position(|param| param.id == id)
}

/// The parameter with this id.
#[must_use]
pub fn param_of(id: &str) -> Option<&'static ParamSpec> {
    PARAMS.iter().find(|param| param.id == id)
}
