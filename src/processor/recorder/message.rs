//! What travels between the recorder and those who direct it: the parts of the commands, the replies, and the blocks
//! that go round.

use crate::exchange::{
    Consumer, Observer, Producer, Publisher, Source, Target, handoff, observe, queue, touch,
};

/// The blocks of one instance that may be away from the worker.
pub const CAPTURE_BLOCKS: usize = 32;

/// Replies that fit between two looks of the worker.
const REPLIES: usize = 32;

/// Which loudspeakers play and which microphones listen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaptureWays {
    /// The left output, heard by the left input.
    Mono,
    /// The left output, heard by both inputs.
    #[default]
    Stereo,
    /// The left output and then the right one, heard by both inputs.
    TrueStereo,
}

impl CaptureWays {
    /// Microphones: channels of the input that are recorded, 1 or 2.
    #[must_use]
    pub const fn inputs(self) -> usize {
        match self {
            Self::Mono => 1,
            Self::Stereo | Self::TrueStereo => 2,
        }
    }

    /// Loudspeakers, one after the other: channels of the output that play, 1 or 2.
    #[must_use]
    pub const fn outputs(self) -> usize {
        match self {
            Self::Mono | Self::Stereo => 1,
            Self::TrueStereo => 2,
        }
    }
}

/// What a capture is to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StartCapture {
    /// Which it is, from 1 up: its blocks, and the permit for it, carry the same number.
    pub number: u32,
    /// The sample rate in Hz that the sweep was made for.
    pub rate: u32,
    /// How many frames there are to play, marks and silence included.
    pub frames: u32,
    /// When it begins, in frames of [`CaptureReport::clock`]; what has passed means as soon as possible.
    pub at: u64,
    /// Loudspeakers and microphones.
    pub ways: CaptureWays,
}

/// The recorder's answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureReply {
    /// A capture has been accepted.
    Started {
        /// Which.
        number: u32,
        /// When its first frame is played, in frames of [`CaptureReport::clock`].
        at: u64,
    },
    /// A capture has ended: nothing of it sounds any more, and its blocks have been sent home.
    Finished {
        /// Which.
        number: u32,
        /// How many frames were played.
        frames: u64,
        /// Why it ended.
        end: CaptureEnd,
    },
    /// A capture that was asked for does not begin.
    Refused {
        /// Which.
        number: u32,
        /// Why not.
        reason: CaptureRefusal,
    },
}

/// Why a capture ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureEnd {
    /// All of it was played and recorded.
    Complete,
    /// It was stopped by a command.
    Stopped,
    /// Its permit was withdrawn: nobody directs it any more.
    Withdrawn,
    /// The next block was not there in time.
    Late,
    /// The plug-in was bypassed.
    Bypassed,
    /// The host renders offline from here on.
    Offline,
    /// The host began anew: it reset the plug-in, or prepared it for another format.
    Reset,
}

/// Why a capture does not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureRefusal {
    /// Another one is under way.
    Busy,
    /// The host renders offline.
    Offline,
    /// The sweep was made for another sample rate.
    Rate,
    /// The plug-in has fewer inputs or outputs than are needed.
    Channels,
    /// There is no permit for it any more.
    Withdrawn,
    /// It would begin too late.
    TooLate,
}

/// Where the recorder stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CaptureState {
    /// Nothing is recorded.
    #[default]
    Idle,
    /// The plug-in's own sound fades out or is silent, until it is time.
    Waiting,
    /// The sweep is played, and the input recorded.
    Playing,
    /// The sweep fades out, and the plug-in's own sound in.
    Stopping,
}

/// The recorder after a block, as the editor sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaptureReport {
    /// Where it stands.
    pub state: CaptureState,
    /// The number of the capture under way, or of the last one; 0 before the first.
    pub number: u32,
    /// Samples processed since the instance was made: what the times of commands are counted in.
    pub clock: u64,
    /// Frames of the sweep that have been played.
    pub position: u64,
    /// Blocks that are at hand, the one that is being played among them.
    pub ahead: u32,
    /// Replies that found their queue full and were dropped.
    pub replies_lost: u64,
}

/// A piece of a sweep on its way to the audio thread, and on its way home what was heard while it was played.
#[derive(Debug)]
pub struct CaptureBlock {
    /// The capture that it belongs to.
    pub number: u32,
    /// How many frames of it are to be played, at most as many as the rows have.
    pub frames: usize,
    /// How many were; these hold what was heard.
    pub heard: usize,
    /// On the way there what each output plays; on the way home what each input heard, silence where there is none.
    pub rows: [Vec<f32>; 2],
}

impl CaptureBlock {
    /// A block for so many frames, with its pages there. Not real-time: allocates.
    #[must_use]
    pub fn new(frames: usize) -> Self {
        let row = || {
            let mut row = vec![0.0; frames];
            touch(&mut row);
            row
        };
        Self {
            number: 0,
            frames: 0,
            heard: 0,
            rows: [row(), row()],
        }
    }
}

/// The recorder's ends of its wires.
#[derive(Debug)]
pub struct CaptureWires {
    pub(super) blocks: Target<CaptureBlock>,
    pub(super) replies: Producer<CaptureReply>,
    pub(super) permits: Observer<u32>,
}

/// The other ends. Not real-time.
#[derive(Debug)]
pub struct CaptureEnds {
    /// Where blocks are sent from, and come home to.
    pub blocks: Source<CaptureBlock>,
    /// The recorder's answers.
    pub replies: Consumer<CaptureReply>,
    /// The number of the one capture that may sound; 0 is none. It ends at the next block if it is another number, so it
    /// can be ended although the queue of commands is full.
    pub permits: Publisher<u32>,
}

impl CaptureWires {
    /// Lays the wires. Not real-time: allocates.
    #[must_use]
    pub fn new() -> (Self, CaptureEnds) {
        let (source, target) = handoff(CAPTURE_BLOCKS);
        let (sender, receiver) = queue(REPLIES);
        let (publisher, observer) = observe(0);
        let wires = Self {
            blocks: target,
            replies: sender,
            permits: observer,
        };
        let ends = CaptureEnds {
            blocks: source,
            replies: receiver,
            permits: publisher,
        };
        (wires, ends)
    }
}
