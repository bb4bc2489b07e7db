//! The channels of an impulse side by side, on as many threads as there are processors.
//!
//! Off the audio thread. Each channel is worked on by itself and by one thread, so that the result
//! does not know how many there were.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// How often the caller asks whether the work is still wanted while others do it.
const ASK: Duration = Duration::from_millis(1);

/// Does `work` on every item, with the item's number and a question whether to give up. `None` once
/// `cancelled` says so, which is asked on this thread alone. It works, too: each thread that ends leaves
/// memory that is kept for the next one, so there is one less of them.
pub(super) fn for_each_parallel<T: Send>(
    items: &mut [T],
    cancelled: &dyn Fn() -> bool,
    work: impl Fn(usize, &mut T, &dyn Fn() -> bool) -> Option<()> + Sync,
) -> Option<()> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    on_threads(threads, items, cancelled, work)
}

fn on_threads<T: Send>(
    threads: usize,
    items: &mut [T],
    cancelled: &dyn Fn() -> bool,
    work: impl Fn(usize, &mut T, &dyn Fn() -> bool) -> Option<()> + Sync,
) -> Option<()> {
    if threads.min(items.len()) < 2 {
        return items
            .iter_mut()
            .enumerate()
            .try_for_each(|(number, item)| work(number, item, cancelled));
    }
    let given_up = AtomicBool::new(false);
    let count = items.len();
    let left = Mutex::new(items.iter_mut().enumerate());
    // ORDERING: Relaxed here and below, a hint; what was made travels by the end of the thread.
    let asked = || given_up.load(Ordering::Relaxed);
    let (left, work) = (&left, &work);
    let run = |cancelled: &dyn Fn() -> bool| {
        loop {
            // The lock is held for the choice alone, which can not panic.
            let next = left.lock().ok().and_then(|mut left| left.next());
            let Some((number, item)) = next else { break };
            if cancelled() || work(number, item, cancelled).is_none() {
                given_up.store(true, Ordering::Relaxed);
                break;
            }
        }
    };
    thread::scope(|scope| {
        let caller = thread::current();
        let (run, asked) = (&run, &asked);
        let helpers: Vec<_> = (1..threads.min(count))
            .map_while(|_| {
                let caller = caller.clone();
                let help = move || {
                    run(asked);
                    caller.unpark();
                };
                // Without a thread of the system the others do it.
                thread::Builder::new().spawn_scoped(scope, help).ok()
            })
            .collect();
        run(&|| {
            let cancelled = asked() || cancelled();
            if cancelled {
                given_up.store(true, Ordering::Relaxed);
            }
            cancelled
        });
        while !helpers.iter().all(|helper| helper.is_finished()) {
            if cancelled() {
                given_up.store(true, Ordering::Relaxed);
            }
            thread::park_timeout(ASK);
        }
    });
    (!given_up.load(Ordering::Relaxed)).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn every_item_is_worked_on_once_whatever_the_number_of_threads() {
        for threads in 1..6 {
            let mut items: Vec<usize> = (0..5).collect();
            let add = |number: usize, item: &mut usize, _: &dyn Fn() -> bool| {
                *item += 10 * number;
                Some(())
            };
            assert_eq!(on_threads(threads, &mut items, &|| false, add), Some(()));
            assert_eq!(items, [0, 11, 22, 33, 44], "{threads} threads");
        }
    }

    #[test]
    fn work_that_nobody_wants_ends() {
        for threads in [1, 2, 4] {
            let asked = Cell::new(0);
            let cancelled = || {
                asked.set(asked.get() + 1);
                asked.get() > 3
            };
            let forever = |_: usize, _: &mut (), cancelled: &dyn Fn() -> bool| {
                while !cancelled() {
                    thread::yield_now();
                }
                None
            };
            assert_eq!(on_threads(threads, &mut [(); 3], &cancelled, forever), None);
        }
    }
}
