//! How long somebody waits for the loader, and when he gives up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::files;

/// How long the loader is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// So long at most: somebody plays.
    AtMost(Duration),
    /// While anything moves: bytes arrive, a preparation advances. For offline renders, which have no other time.
    /// When nothing has moved for longer than a [place that does not answer](files::patience) is waited for, it ends.
    WhileItMoves,
}

impl From<Duration> for Wait {
    fn from(limit: Duration) -> Self {
        Self::AtMost(limit)
    }
}

/// How much longer than a file access a render waits, so that it hears which place does not answer.
const MARGIN: Duration = Duration::from_millis(500);

/// Counts whatever the loaders of the process do, for those who wait for one of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Heartbeat(Arc<AtomicU64>);

impl Heartbeat {
    /// Something has moved.
    pub fn beat(&self) {
        // ORDERING: Relaxed, the number alone matters.
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Looks at whether a wait that began now is still allowed.
    pub fn watch(&self, wait: Wait) -> Patience<'_> {
        let now = Instant::now();
        Patience {
            heart: self,
            wait,
            begin: now,
            seen: self.count(),
            moved: now,
        }
    }

    fn count(&self) -> u64 {
        // ORDERING: Relaxed, as above.
        self.0.load(Ordering::Relaxed)
    }
}

/// One wait for a loader.
#[derive(Debug)]
pub(super) struct Patience<'a> {
    heart: &'a Heartbeat,
    wait: Wait,
    begin: Instant,
    seen: u64,
    moved: Instant,
}

impl Patience<'_> {
    /// How much longer to wait if nothing moves any more; `None` when it is over.
    pub fn left(&mut self) -> Option<Duration> {
        match self.wait {
            Wait::AtMost(limit) => limit.checked_sub(self.begin.elapsed()),
            Wait::WhileItMoves => {
                let count = self.heart.count();
                if count != self.seen {
                    (self.seen, self.moved) = (count, Instant::now());
                }
                (files::patience() + MARGIN).checked_sub(self.moved.elapsed())
            }
        }
    }

    /// How long it has been waited so far.
    pub fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_goes_on_while_something_moves_and_ends_when_nothing_does() {
        let heart = Heartbeat::default();
        let mut patience = heart.watch(Wait::WhileItMoves);
        let still = files::patience() + MARGIN;
        let begin = Instant::now();
        while begin.elapsed() < still + still / 4 {
            assert!(patience.left().is_some());
            heart.beat();
            std::thread::sleep(still / 16);
        }
        let begin = Instant::now();
        while patience.left().is_some() {
            assert!(begin.elapsed() < 4 * still);
            std::thread::sleep(still / 16);
        }
    }

    #[test]
    fn a_wait_of_a_stated_length_does_not_care_what_moves() {
        let heart = Heartbeat::default();
        let mut patience = heart.watch(Duration::from_millis(20).into());
        let begin = Instant::now();
        while patience.left().is_some() {
            heart.beat();
            assert!(begin.elapsed() < Duration::from_secs(2));
        }
        assert_eq!(
            heart
                .watch(Duration::ZERO.into())
                .left()
                .unwrap_or_default(),
            Duration::ZERO
        );
    }
}
