//! The blocks that go round between the player and the reader.

use super::SoundId;

/// Frames of a block.
pub const BLOCK_FRAMES: usize = 2_048;

/// How many blocks there are.
pub const BLOCKS: usize = 48;

/// A piece of a sound at the host's rate. It has no samples before the reader has filled it for the first time, and
/// keeps its memory from then on.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// Left and right, [`BLOCK_FRAMES`] each.
    pub samples: [Vec<f32>; 2],
    /// Where in the sound its first frame is, in frames at the host's rate.
    pub place: u64,
    /// How long the sound is, as far as is known, in frames at the host's rate.
    pub length: Option<u64>,
    /// The first place in the block at which the sound has ended, 0..=[`BLOCK_FRAMES`].
    pub ends_at: Option<usize>,
    /// Whether it is silent from there on, and not the sound once more.
    pub is_last: bool,
}

/// What the reader is asked for. It comes back with the reply, whatever happens.
#[derive(Debug)]
pub struct ReadBlock {
    /// The block that is to be filled.
    pub block: Box<Block>,
    /// With which sound.
    pub sound: SoundId,
    /// From this frame on, at the host's rate; goes on beyond the end in a loop.
    pub at: u64,
    /// The host's rate in Hz.
    pub rate: u32,
    /// Whether the sound begins again where it ends.
    pub looped: bool,
    /// Which aim of the player's it belongs to, for the player.
    pub aim: u32,
    /// Which block of that it is, for the player.
    pub number: u64,
}
