//! What a loader is asked for, and what it answers. Plain data that travels between the threads.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::convolution::Layout;
use crate::exchange::Producer;
use crate::impulse::{Origin, Shape};

/// What an engine is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format {
    /// The host's sample rate in Hz.
    pub rate: u32,
    /// The channels in and out.
    pub layout: Layout,
}

/// The shape that the audio thread asks for, by the host's automation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ShapeRequest {
    /// The shape.
    pub shape: Shape,
    /// Its number; 0 is no request.
    pub generation: u64,
    /// The number of the newest recall that the sender knew of. A shape belongs to one recall, never to the
    /// impulse of another.
    pub recalled: u64,
    /// The number of the request that changed the shape last: an engine that waits ready has to be of it, or newer.
    pub shaped: u64,
    /// The newest pick among the project's choices. It comes before the shape.
    pub picked: Picked,
}

/// One of the project's choices, as the audio thread has picked it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Picked {
    /// Its place in the list, from 0.
    pub place: usize,
    /// The number of the request that it came with; 0 is no pick.
    pub number: u64,
    /// The generation of the engine that waited ready and was taken; 0 if none was, so that one is to be sent.
    pub taken: u64,
}

/// The list of the project's choices, as far as the audio thread has to know it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListInfo {
    /// The number of the request that brought it.
    pub generation: u64,
    /// How many choices there are, 0 to 16.
    pub count: usize,
}

/// What a recall brings along for the audio thread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Brought {
    /// The shape.
    pub shape: Shape,
    /// Where `pick` stood when the impulse was the one that is recalled, from 0; none leaves that as it is known.
    pub pick: Option<usize>,
}

/// What a project recalls: it is seen by the loader as a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Recalled {
    /// What the engine is for.
    pub format: Format,
    /// The impulse. A missing one is silence: the sound depends on nothing that went before.
    pub origin: Origin,
    /// Its shape.
    pub shape: Shape,
    /// Whether the impulse itself is to be saved with the project; `None` leaves that as it is.
    pub embed: Option<bool>,
    /// The project's choices, at most 16; `None` leaves them as they are.
    pub choices: Option<Arc<[Origin]>>,
    /// Where `pick` stands that belongs to the impulse, from 0; see [`Brought`].
    pub pick: Option<usize>,
}

impl Recalled {
    /// An impulse in a shape, for a format. All else is left as it is.
    #[must_use]
    pub fn of(format: Format, origin: Origin, shape: Shape) -> Self {
        Self {
            format,
            origin,
            shape,
            embed: None,
            choices: None,
            pick: None,
        }
    }
}

/// What the host's main thread and the editor ask for.
#[derive(Debug)]
pub enum Request {
    /// Prepare for a sample rate and a layout, and recall an impulse: what `activate` needs.
    Configure {
        /// What is recalled.
        recalled: Box<Recalled>,
        /// The number of the request.
        generation: u64,
        /// Where the answer goes.
        reply: Reply,
    },
    /// Take another impulse. If that fails, the one that is there stays.
    Origin {
        /// The impulse.
        origin: Box<Origin>,
        /// The number of the request.
        generation: u64,
    },
    /// Keep these impulses ready, in place of those before. What sounds goes on.
    Choices {
        /// The impulses, at most 16.
        list: Arc<[Origin]>,
        /// The number of the request.
        generation: u64,
    },
    /// Save the impulse itself with the project from now on, or no longer.
    Embed(bool),
    /// Look again for a file that is missing.
    Retry,
    /// Say in the status how large the embedded impulse is, or about how large it would be.
    Measure,
}

/// The answer to [`Request::Configure`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigureResult {
    /// The generation that is settled: at least the request's.
    pub generation: u64,
    /// What went wrong, in words. There is an engine all the same: silent, or the one before.
    pub error: Option<String>,
}

/// Why a loader could not be configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigureError {
    /// It did not answer in time; it goes on, and its engine comes later.
    Late {
        /// How long it was waited for.
        waited: Duration,
        /// The number of the request.
        generation: u64,
    },
    /// It has ended.
    Gone,
}

impl fmt::Display for ConfigureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Late { waited, .. } => write!(
                f,
                "the impulse was not ready after {:.2} s: it follows when it is",
                waited.as_secs_f32()
            ),
            Self::Gone => write!(f, "the loader has ended"),
        }
    }
}

impl std::error::Error for ConfigureError {}

impl ConfigureError {
    /// Engines of an older generation than this were made for something else.
    #[must_use]
    pub fn generation(&self) -> u64 {
        match self {
            Self::Late { generation, .. } => *generation,
            Self::Gone => u64::MAX,
        }
    }
}

/// Where the answer to a request goes: a queue for it, and the thread that sleeps until it comes.
#[derive(Debug)]
pub struct Reply {
    pub(super) answer: Producer<ConfigureResult>,
    pub(super) asker: std::thread::Thread,
}

impl Reply {
    /// Whether nobody waits for it any more.
    pub(super) fn is_abandoned(&self) -> bool {
        self.answer.is_abandoned()
    }

    /// Answers, and wakes whoever waits. Somebody who has gone away gets nothing.
    pub(super) fn send(mut self, result: ConfigureResult) {
        let _ = self.answer.push(result);
        self.asker.unpark();
    }
}
