//! What travels between the editor and the audio thread: commands down, replies up, and the
//! snapshot that is published after every block.

use super::meter::Level;
use super::recorder::{CaptureReport, StartCapture};
use crate::audition::{PlayerReply, PlayerReport, Timed};

/// A command from the editor. `Copy`, so that nothing can be freed where it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Command {
    /// Asks for a [`Reply::Pong`] with the same number.
    Ping(u32),
    /// Fades the reverb out and forgets its tail.
    ClearTail,
    /// Puts the meters and the counters of the snapshot back to 0.
    ResetMeters,
    /// Records a room: plays a sweep in place of the output, and records the input. The answer comes by the wire of the
    /// recording itself, to the worker that has made the sweep.
    StartCapture(StartCapture),
    /// Stops the recording of this number at a time in frames of [`CaptureReport::clock`]; 0 is at once.
    StopCapture {
        /// Which.
        number: u32,
        /// When.
        at: u64,
    },
    /// A command to the player of dry sounds, which is answered by [`Reply::Player`].
    Player(Timed),
}

/// The answer to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// The answer to [`Command::Ping`].
    Pong(u32),
    /// What the player of dry sounds has to say.
    Player(PlayerReply),
}

// A command crosses in one cache line's half; a larger one belongs into an object that is linked.
const _: () = assert!(size_of::<Command>() <= 32);

/// The state of the audio side after a block. The editor always sees a whole one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Blocks processed since the instance was made, where a host's block that crosses the grid on which swaps
    /// begin counts as several: a new number is a new snapshot.
    pub blocks: u64,
    /// Level of the input, per channel.
    pub input: [Level; 2],
    /// Level of the reverb before the mix, per channel.
    pub wet: [Level; 2],
    /// Level of the output, per channel.
    pub output: [Level; 2],
    /// By how much the ducker turns the reverb down, in dB from 0 up.
    pub ducked_db: f32,
    /// Input samples that were NaN, infinite or beyond +120 dBFS, and were replaced by 0.
    pub repaired: u64,
    /// Engines that ran in the block, 0..=2 in each of the two slots.
    pub engines: u32,
    /// Whether a newer engine waits for its turn.
    pub waiting: bool,
    /// Engines taken into use.
    pub swaps: u64,
    /// The generation of the engine in use; 0 when there is none.
    pub generation: u64,
    /// Samples that sound on after the last input; `u32::MAX` while the sound is frozen.
    pub tail: u32,
    /// Samples before the reverb begins, in milliseconds or as a note.
    pub predelay: u32,
    /// What is being recorded.
    pub capture: CaptureReport,
    /// Commands read.
    pub commands: u64,
    /// Replies that found their queue full and were dropped.
    pub replies_lost: u64,
    /// Sample rate in Hz.
    pub rate: f32,
    /// Time that the last block took, as a share of its duration.
    pub load: f32,
    /// Mean share, in which a block fades with a hundred newer ones.
    pub load_mean: f32,
    /// Worst share since the meters were reset.
    pub load_worst: f32,
    /// What 99 of 100 blocks stayed under since then, exact to a fifth.
    pub load_p99: f32,
    /// The player of dry sounds.
    pub player: PlayerReport,
}
