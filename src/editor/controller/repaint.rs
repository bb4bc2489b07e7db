//! When the next frame is drawn: soon while something changes, seldom while nothing does. Editor thread.

use std::time::{Duration, Instant};

use crate::editor::display::meter::MeterBallistics;

/// How long after a change frames are drawn at the full rate.
const ACTIVE_TIME: Duration = Duration::from_millis(700);
/// The time between frames at the full rate.
const FULL_RATE: Duration = Duration::from_millis(16);
/// The time between frames while only the meters move. Their ballistics are slower than that, and where software draws,
/// each frame costs most of a hundredth of a second.
const METERS_ONLY: Duration = Duration::from_millis(50);
/// The time between frames while the meters show a steady level.
const STEADY: Duration = Duration::from_millis(100);
/// The time between frames in silence.
const IDLE: Duration = Duration::from_millis(200);

/// Knows when something changed last.
#[derive(Debug)]
pub(super) struct RepaintTimer {
    last_change: Instant,
}

impl RepaintTimer {
    pub fn new() -> Self {
        Self {
            last_change: Instant::now(),
        }
    }

    /// Something on the screen has changed.
    pub fn changed(&mut self) {
        self.last_change = Instant::now();
    }

    /// How long to wait for the next frame.
    pub fn wait(&self, meters: &MeterBallistics) -> Duration {
        match self.last_change.elapsed() {
            since if since < ACTIVE_TIME => FULL_RATE,
            _ if meters.is_moving() => METERS_ONLY,
            _ if meters.is_active() => STEADY,
            _ => IDLE,
        }
    }
}
