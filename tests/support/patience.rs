//! A limit for loops that end only when nothing is lost.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Nothing that these loops wait for takes so long, on however busy a machine.
const LIMIT: Duration = Duration::from_secs(60);

/// Panics where nothing moves for a minute. A slow machine is given all the time that it needs, as long as it gets
/// on; whoever reports no progress has a minute in all.
pub struct Patience {
    begin: Instant,
    /// When it was last seen that something had moved, in ms since `begin`.
    moved_at: AtomicU64,
    /// Whether something has moved since.
    moved: AtomicBool,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            begin: Instant::now(),
            moved_at: AtomicU64::new(0),
            moved: AtomicBool::new(false),
        }
    }
}

impl Patience {
    /// Something was got on with. Costs one store.
    pub fn moved(&self) {
        self.moved.store(true, Ordering::Relaxed);
    }

    /// Goes on, or says what has not come. Where nothing is awaited it costs a look at the clock.
    pub fn go_on(&self, missing: &str) {
        let now = self.begin.elapsed();
        if self.moved.swap(false, Ordering::Relaxed) {
            self.moved_at
                .store(now.as_millis() as u64, Ordering::Relaxed);
        }
        let since = Duration::from_millis(self.moved_at.load(Ordering::Relaxed));
        assert!(now < since + LIMIT, "{missing}: not in a minute");
    }
}
