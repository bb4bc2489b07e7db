//! The gain of the player's fades: a raised cosine, in as many steps up as down. Audio thread.

/// Goes up and down by one step a sample.
#[derive(Debug)]
pub struct Fade {
    /// The gain after each number of steps, from 0 to 1.
    gains: Vec<f32>,
    at: usize,
}

impl Fade {
    /// A fade of so many samples, at least one; it begins silent. Not real-time.
    pub fn new(length: usize) -> Self {
        let length = length.max(1);
        let gain = |at| 0.5 - 0.5 * (std::f32::consts::PI * at as f32 / length as f32).cos();
        let mut gains: Vec<f32> = (0..=length).map(gain).collect();
        (gains[0], gains[length]) = (0.0, 1.0);
        Self { gains, at: 0 }
    }

    /// How many samples it takes.
    pub fn length(&self) -> usize {
        self.gains.len() - 1
    }

    /// One sample on, towards silence if it leaves, and to no more steps than `limit`: the gain there.
    pub fn next(&mut self, leaves: bool, limit: usize) -> f32 {
        let next = match leaves {
            true => self.at.saturating_sub(1),
            false => (self.at + 1).min(self.length()),
        };
        self.at = next.min(limit);
        self.gains.get(self.at).copied().unwrap_or(0.0)
    }

    /// Whether it is silent.
    pub fn is_silent(&self) -> bool {
        self.at == 0
    }

    /// Is silent, and fades in from there.
    pub fn close(&mut self) {
        self.at = 0;
    }

    /// Is open at once: for a beginning that is silent by itself.
    pub fn open(&mut self) {
        self.at = self.length();
    }
}
