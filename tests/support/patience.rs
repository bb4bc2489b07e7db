//! A limit for loops that end only when nothing is lost.

use std::time::{Duration, Instant};

/// Panics where something takes a minute that takes a fraction of a second when all is well.
pub struct Patience(Instant);

impl Default for Patience {
    fn default() -> Self {
        Self(Instant::now() + Duration::from_secs(60))
    }
}

impl Patience {
    /// Goes on, or says what has not come. Where nothing is awaited it costs a look at the clock.
    pub fn go_on(&self, missing: &str) {
        assert!(Instant::now() < self.0, "{missing}: not in a minute");
    }
}
