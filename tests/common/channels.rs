//! A host's buffers with room around them, which the plug-in must leave as it is.

/// What lies around the host's buffers, and in them before a block.
pub const STALE: f32 = 7e5;

/// A sound that repeats after 9973 samples.
pub fn noise(at: usize) -> f32 {
    let mixed = (at % 9973).wrapping_mul(2_654_435_761) ^ (at << 7);
    ((mixed >> 8) & 0xffff) as f32 / 65_536.0 - 0.5
}

/// Channels of a host with room around them that must stay as it is.
pub struct Channels {
    pub memory: Vec<Vec<f32>>,
    frames: usize,
}

/// Room before and after each channel.
pub const MARGIN: usize = 64;

impl Channels {
    pub fn new(count: usize, frames: usize) -> Self {
        Self {
            memory: vec![vec![STALE; frames + 2 * MARGIN]; count],
            frames,
        }
    }

    pub fn noise(count: usize, start: usize, frames: usize) -> Self {
        let mut channels = Self::new(count, frames);
        for (channel, memory) in channels.memory.iter_mut().enumerate() {
            for (index, sample) in memory[MARGIN..][..frames].iter_mut().enumerate() {
                *sample = noise(start + index + 31 * channel);
            }
        }
        channels
    }

    pub fn pointers(&mut self) -> Vec<*mut f32> {
        let inside = self.memory.iter_mut();
        inside.map(|memory| memory[MARGIN..].as_mut_ptr()).collect()
    }

    pub fn channel(&self, index: usize) -> &[f32] {
        &self.memory[index][MARGIN..][..self.frames]
    }

    /// Whether nothing was written around them.
    pub fn hold(&self) {
        for memory in &self.memory {
            let (before, rest) = memory.split_at(MARGIN);
            let around = before.iter().chain(&rest[self.frames..]);
            assert!(
                around.copied().all(|sample| sample == STALE),
                "written beyond"
            );
        }
    }
}
