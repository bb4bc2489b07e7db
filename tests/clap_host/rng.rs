//! Numbers that look like chance, the same in every run.

/// A generator of them.
pub struct Rng(pub u64);

impl Rng {
    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = (self.0.wrapping_mul(6_364_136_223_846_793_005))
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    /// A number from 0 to 1.
    pub fn share(&mut self) -> f64 {
        self.roll(10_001) as f64 / 10_000.0
    }
}
