//! What the editor is told: always whole, always the newest, and never a reason to wait.

use std::sync::Arc;

use crate::impulse::{ChannelsAs, FileRef, Origin};

use super::ir_handle::IrHandle;
use super::picture::Picture;

/// What the loader has, is doing, or could not do. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Status {
    /// What it is doing.
    pub phase: Phase,
    /// Where the impulse in use comes from, with everything that is known of it.
    pub origin: Arc<Origin>,
    /// What is in use; nothing at first, and while a recalled file is missing.
    pub loaded: Option<Arc<Loaded>>,
    /// The shaped impulse, for the waveform.
    pub picture: Arc<Picture>,
    /// What the engine in use was made of.
    pub ir: IrHandle,
    /// The bytes that the copy in the project takes, or about those that it would take, once that was asked for.
    pub embedded_bytes: Option<usize>,
    /// The generation that this status belongs to.
    pub generation: u64,
    /// The project's choices, in their order.
    pub choices: Arc<[ChoiceStatus]>,
    /// Changes of the impulse by the user, so far: a project is modified when this has moved.
    pub revision: u64,
}

/// What the loader is doing.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing was asked for yet.
    #[default]
    Idle,
    /// It is at work on this.
    Loading {
        /// The name of the impulse.
        what: String,
    },
    /// The impulse is in use.
    Ready,
    /// The file can not be found. The project keeps its origin.
    Missing {
        /// The file that is meant.
        file: Box<FileRef>,
        /// A sentence that names it.
        message: String,
    },
    /// It went wrong; a sentence that names what and why.
    Failed {
        /// The sentence.
        message: String,
    },
}

/// One of the project's choices.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceStatus {
    /// Where it comes from.
    pub origin: Arc<Origin>,
    /// Whether it waits ready, is still to be prepared, is missing, or no good.
    pub phase: Phase,
    /// The memory that it takes: its samples, its spectra, and the engine that waits. What it shares with others, with the
    /// impulse in use or with other instances, is counted here all the same.
    pub bytes: usize,
}

/// What is in use.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The name of the file or room.
    pub name: String,
    /// The channels of the impulse: 1, 2 or 4.
    pub channels: usize,
    /// Its own sample rate in Hz.
    pub rate: u32,
    /// Its own length in frames.
    pub frames: usize,
    /// Bits of a sample; `None` for floats, lossy codecs and rooms.
    pub bits: Option<u32>,
    /// The kind of file, or "room".
    pub format: String,
    /// What was repaired or dropped, in short sentences.
    pub notes: Vec<String>,
    /// How the channels of the file are used; none where there is nothing to choose.
    pub channels_as: Option<ChannelsAs>,
}
