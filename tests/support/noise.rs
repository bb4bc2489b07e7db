//! Numbers that look random and are the same in every run.

/// Marsaglia's xorshift with 64 bits of state (*Xorshift RNGs*, 2003).
pub struct Noise(u64);

impl Noise {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn word(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// `0..end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.word() >> 11) as usize % end
    }

    /// `-1.0..1.0`.
    pub fn sample(&mut self) -> f32 {
        (self.word() >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}
