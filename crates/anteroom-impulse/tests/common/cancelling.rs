//! How soon long work ends that nobody wants any more.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// From a flag to the end of the work: four times 20 ms.
pub const SOON: Duration = Duration::from_millis(80);

/// How long the work takes to end after somebody has said, so long after its beginning, that nobody wants it. The
/// best of ten: other programs may be in the way.
pub fn gives_up(after: Duration, work: impl Fn(&dyn Fn() -> bool) -> bool) -> Duration {
    let once = || {
        let unwanted = AtomicBool::new(false);
        thread::scope(|scope| {
            let said = scope.spawn(|| {
                thread::sleep(after);
                unwanted.store(true, Ordering::SeqCst);
                Instant::now()
            });
            let whole = work(&|| unwanted.load(Ordering::SeqCst));
            let ended = Instant::now();
            let said = said.join().expect("no panic");
            match whole {
                true => Duration::ZERO,
                false => ended.saturating_duration_since(said),
            }
        })
    };
    // A machine that does something else now and then makes one late; none is early.
    let mut best = Duration::MAX;
    for _ in 0..10 {
        best = best.min(once());
        if best < SOON {
            break;
        }
    }
    best
}
