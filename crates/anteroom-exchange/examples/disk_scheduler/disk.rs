//! The job of the disk's worker: reads blocks of one file of samples. Not real-time.

use anteroom_exchange::Job;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Frames of a block: 85 ms at 48 kHz.
pub const BLOCK_FRAMES: usize = 4096;

/// Bytes of a frame in the file: one channel of 32-bit floats, little-endian.
pub const FRAME_BYTES: usize = 4;

/// A buffer that is made once and then goes round: to the disk empty, to the ear full, and back.
pub struct Block {
    /// The frame of the file with which it begins.
    pub at: u64,
    /// What is in the file there; zeros behind its end.
    pub samples: [f32; BLOCK_FRAMES],
}

impl Block {
    /// Not real-time: allocates, and touches the memory.
    pub fn new() -> Box<Self> {
        Box::new(Self {
            at: 0,
            samples: [0.0; BLOCK_FRAMES],
        })
    }
}

/// What the disk is asked: fill this block from there on.
pub struct ReadBlock {
    /// The buffer; it comes back with the reply, whatever happens.
    pub block: Box<Block>,
    /// Which seek this read belongs to, for whoever asked.
    pub generation: u64,
}

/// Reads one file, and remembers in which order.
pub struct Disk {
    file: File,
    bytes: Vec<u8>,
}

impl Disk {
    pub fn new(file: File) -> Self {
        Self {
            file,
            bytes: vec![0; BLOCK_FRAMES * FRAME_BYTES],
        }
    }
}

impl Job for Disk {
    type Command = ReadBlock;
    /// How many frames the file had there.
    type Output = io::Result<usize>;

    fn run(&mut self, command: &mut ReadBlock, _cancelled: &dyn Fn() -> bool) -> Self::Output {
        let block = &mut *command.block;
        let start = block.at * FRAME_BYTES as u64;
        self.file.seek(SeekFrom::Start(start))?;
        let mut filled = 0;
        while filled < self.bytes.len() {
            match self.file.read(&mut self.bytes[filled..])? {
                0 => break,
                more => filled += more,
            }
        }
        let frames = filled / FRAME_BYTES;
        block.samples[frames..].fill(0.0);
        for (sample, bytes) in block
            .samples
            .iter_mut()
            .zip(self.bytes[..filled].chunks_exact(4))
        {
            *sample = bytes.try_into().map_or(0.0, f32::from_le_bytes);
        }
        Ok(frames)
    }
}
