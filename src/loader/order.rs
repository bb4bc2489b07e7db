//! What the state machine orders from the pipeline, and what both know of an impulse. Plain data.

use std::sync::Arc;

use crate::impulse::{FileRef, Origin, Shape};

use super::identity::Content;
use super::request::Format;

/// How much of the work a change calls for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    /// Nothing has changed.
    #[default]
    Nothing,
    /// The shape may have changed.
    Shape,
    /// The origin may have changed.
    Origin,
    /// The format may have changed, and whatever was linked before is thrown away.
    Engine,
}

/// One job for the pipeline: everything it is to do, so that nothing that changes meanwhile is mixed in.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// How much of it may have changed.
    pub due: Due,
    /// The impulse.
    pub origin: Arc<Origin>,
    /// What the engine is for, once somebody has said so.
    pub format: Option<Format>,
    /// The shape.
    pub shape: Shape,
    /// The newest number that the engine satisfies.
    pub generation: u64,
    /// What is in use now.
    pub in_use: Option<SoundInfo>,
}

/// What is known of an impulse that was found.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SoundInfo {
    /// What the samples are known by.
    pub content: Content,
    /// What a project remembers of it, completed by what was found.
    pub origin: Arc<Origin>,
    /// What the user should know about how it was found.
    pub note: Option<String>,
    /// The file that the samples are of, where the project remembers it by what it was before.
    pub instead: Option<FileRef>,
}
