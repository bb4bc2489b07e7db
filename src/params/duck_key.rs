//! What the ducker listens to. Any thread.

use super::spec::PlainValue;

/// The names of what it can listen to. States store the place.
pub const DUCK_KEYS: &[&str] = &["input", "sidechain"];

/// What turns the reverb down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DuckKey {
    /// The input itself.
    #[default]
    Input,
    /// The sidechain bus. Where nothing comes in there, nothing is turned down.
    Sidechain,
}

impl PlainValue for DuckKey {
    fn from_plain(plain: f32) -> Self {
        match plain >= 0.5 {
            true => Self::Sidechain,
            false => Self::Input,
        }
    }
}
