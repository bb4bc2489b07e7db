//! What the state machine of a loader is told, and what it answers. Plain data.

use std::sync::Arc;

use crate::impulse::embed::Embedded;
use crate::impulse::{Origin, Shape};

use super::error::LoadError;
use super::known_places::Hint;
use super::order::{Order, SoundInfo};
use super::request::{ConfigureResult, Format, Recalled, ShapeRequest};
use super::status::Phase;

/// Something that has happened.
#[derive(Debug)]
pub(super) enum Event {
    /// A project is recalled; its number.
    Configure(Box<Recalled>, u64),
    /// A recall was overtaken before it was read.
    Overtaken(u64),
    /// Another impulse is chosen; its number.
    Choose(Arc<Origin>, u64),
    /// There is another list of choices; its number.
    Listed(u64),
    /// The audio thread has taken an engine that waited ready: what its impulse is, the shape that its kernel has, and the
    /// number of the pick.
    Picked(Box<SoundInfo>, Option<Shape>, u64),
    /// The copy in the project is wanted, or no longer.
    Embed(bool),
    /// A missing file is to be looked for again.
    Retry,
    /// Somebody asks how large the copy is.
    Measure,
    /// Another shape is wanted.
    Shape(ShapeRequest),
    /// All that is to be read before the next job was read.
    Read,
    /// The ordered job is done: what the impulse is, and the shape that its kernel has, if there is one.
    Prepared(Box<SoundInfo>, Option<Shape>),
    /// The ordered job was given up or has failed. With what was known of the file's whereabouts when it began, if
    /// it was to look for a file.
    Failed(LoadError, Option<Hint>),
    /// An engine that waited was sent.
    Sent,
    /// What is known now of the whereabouts of the missing file.
    Whereabouts(Hint),
    /// The impulse in use was packed.
    Packed(Embedded),
    /// It can not be packed.
    NotPacked,
    /// The size of the copy is known, or can not be.
    Measured(Option<usize>),
}

/// Something that is to be done.
#[derive(Debug)]
pub(super) enum Effect {
    /// A job is to be done; it is answered by [`Event::Prepared`] or [`Event::Failed`].
    Prepare(Box<Order>),
    /// What the job has made is in use from now on, and its engine is sent.
    Adopt,
    /// Nothing is in use any more.
    Clear,
    /// A silent engine is sent, with this number.
    Silence(Format, u64),
    /// An engine that waits was made for something that is over.
    DropWaiting,
    /// The project remembers an origin by the number `generation`, unless something newer than `newest` was asked for.
    Remember {
        /// The newest number that it may replace.
        newest: u64,
        /// Its own number.
        generation: u64,
        /// The origin.
        origin: Arc<Origin>,
    },
    /// The status is published.
    Publish(Headline),
    /// Everything up to a number is done, and whoever waits for a configuration is answered.
    Settle {
        /// The number.
        complete: u64,
        /// The answer.
        result: ConfigureResult,
    },
}

/// What the status says, without what it shows of the samples.
#[derive(Clone, Debug, Default)]
pub(super) struct Headline {
    /// What the loader is doing.
    pub phase: Phase,
    /// Where the impulse comes from that is in use or, if none is, wanted.
    pub origin: Arc<Origin>,
    /// What the user should know about how it was found.
    pub note: Option<String>,
    /// The size of the copy in the project, once it was asked for.
    pub embedded_bytes: Option<usize>,
    /// The generation that it belongs to.
    pub generation: u64,
    /// Changes of the impulse by the user, so far.
    pub revision: u64,
}

/// What is to be read next, of that which came by the wires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// There is nothing.
    Nothing,
    /// A recall.
    Configure,
    /// A choice.
    Choose,
    /// Anything else.
    Other,
}

/// What has come and was not read yet. It is asked often while a job runs.
pub(super) trait Arrivals {
    /// The next request.
    fn next_request(&self) -> Next;
    /// Whether there is a new shape.
    fn has_shape(&self) -> bool;
    /// Whether there are steps through the list.
    fn has_steps(&self) -> bool;
    /// Whether somebody still waits for a configuration to be answered.
    fn is_awaited(&self) -> bool;
}
