//! The parameters: one table, and what the rest of the program makes of it.
//!
//! | file | idea |
//! |---|---|
//! | `table` | the table: one entry for each parameter, and the [`Settings`] that come of it |
//! | `spec` | what an entry says, and how a value is read, written and placed on a knob |
//! | `sections` | which parameters a section and a remote-control page have |
//! | `table/values` | one value for each parameter, as presets and the command line have them |
//! | `note`, `tempo` | times as notes, and the host's tempo that they follow |
//! | `duck_key` | what the ducker listens to |
//! | `host` | the framework's parameters, made from the table; with the feature `plugin` |
//!
//! `docs/adding-a-parameter.md` shows how a parameter is added.

mod duck_key;
#[cfg(feature = "plugin")]
mod host;
mod note;
mod sections;
mod spec;
mod table;
mod tempo;

pub use duck_key::{DUCK_KEYS, DuckKey};
#[cfg(feature = "plugin")]
pub use host::{
    AnteroomParams, FrameworkParam, HostParam, ProjectField, StateHooks, StateLock, StateValues,
    pack,
};
pub use note::{NOTES, Note};
pub use spec::{Acts, Kind, ParamSpec, PlainValue, RemotePage, STEP, Scale, Section, Unit};
pub use table::{HOST_ONLY, PARAMS, ParamValues, Settings, host_ids, index_of, param_of};

pub use tempo::{LastTempo, Tempo, is_tempo};

#[cfg(test)]
mod tests;
