//! A place that moves to its target without a corner. Audio thread.

/// Nearer than this many samples it has arrived: at 20 kHz that is a step of -90 dB.
const ARRIVED: f64 = 1e-5;

/// Three one-pole filters in a row, in double precision.
#[derive(Debug)]
pub(super) struct Glide {
    stages: [f64; 3],
    /// How much of the way each goes in a sample.
    share: f64,
}

impl Glide {
    /// At 0, with filters of `samples` as their time constant.
    pub fn new(samples: u32) -> Self {
        Self {
            stages: [0.0; 3],
            share: 1.0 / (1.0 + f64::from(samples)),
        }
    }

    /// Puts it there at once. Real-time, wait-free.
    pub fn reset(&mut self, target: usize) {
        self.stages = [target as f64; 3];
    }

    /// The place. Real-time, wait-free.
    pub fn now(&self) -> f64 {
        self.stages[2]
    }

    /// Whether it stands still there. Real-time, wait-free.
    pub fn rests_on(&self, target: usize) -> bool {
        self.stages == [target as f64; 3]
    }

    /// The place a sample later. It arrives exactly. Real-time, wait-free.
    pub fn next(&mut self, target: usize) -> f64 {
        let target = target as f64;
        let mut to = target;
        for stage in &mut self.stages {
            *stage += (to - *stage) * self.share;
            to = *stage;
        }
        if self
            .stages
            .iter()
            .all(|stage| (stage - target).abs() < ARRIVED)
        {
            self.stages = [target; 3];
        }
        self.now()
    }
}
