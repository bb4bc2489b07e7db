//! Why there is no impulse.

use crate::impulse::{FileRef, ImpulseError};

use super::status::Phase;
use super::weak_cache::Cancelled;

/// Why there is no impulse.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum LoadError {
    /// A file that a project remembers can not be found.
    Missing { file: Box<FileRef>, message: String },
    /// A file or a number is no good.
    Failed(String),
    /// Nobody wants it any more.
    Cancelled,
}

impl LoadError {
    /// The sentence to show.
    pub fn message(&self) -> &str {
        match self {
            Self::Missing { message, .. } | Self::Failed(message) => message,
            Self::Cancelled => "overtaken by a newer request",
        }
    }

    /// The phase to publish.
    pub fn phase(&self) -> Phase {
        match self {
            Self::Missing { file, message } => Phase::Missing {
                file: file.clone(),
                message: message.clone(),
            },
            _ => Phase::Failed {
                message: self.message().to_owned(),
            },
        }
    }
}

impl From<Cancelled> for LoadError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<Cancelled> for ImpulseError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}
