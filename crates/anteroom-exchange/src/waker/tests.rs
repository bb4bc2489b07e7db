//! The waker and its ticker: a raised flag is seen while the instance is active, and soon after.

use super::*;
use crate::WorkerThread;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn a_raised_flag_wakes_the_worker_of_an_active_instance() {
    let steps = Arc::new(AtomicUsize::new(0));
    let count = steps.clone();
    let thread = WorkerThread::spawn("watched", move || {
        count.fetch_add(1, Ordering::Release);
        false
    })
    .unwrap();
    while steps.load(Ordering::Acquire) == 0 {
        thread::yield_now();
    }

    let flag = Arc::new(Flag::new());
    let watch = Waker::global().watch(flag.clone(), thread.thread().clone());
    watch.set_active(true);
    flag.raise();
    while steps.load(Ordering::Acquire) < 2 {
        thread::yield_now();
    }
    assert!(!flag.take());
}

#[test]
fn a_flag_raised_while_inactive_is_seen_when_activated() {
    let flag = Arc::new(Flag::new());
    let watch = Waker::global().watch(flag.clone(), thread::current());
    flag.raise();
    watch.set_active(true);
    thread::park();
    assert!(!flag.take());
}

/// The ticker that takes its rest still sees what is raised.
#[test]
fn a_flag_is_seen_after_a_long_silence() {
    let flag = Arc::new(Flag::new());
    let watch = Waker::global().watch(flag.clone(), thread::current());
    watch.set_active(true);
    for silence in [TICK * (PATIENCE + 20), TICK] {
        thread::sleep(silence);
        flag.raise();
        thread::park();
        assert!(!flag.take());
    }
}

/// The name is what a debugger and a host see; the pace is how soon a flag is seen.
#[test]
#[cfg_attr(miri, ignore = "measures time")]
fn the_ticker_has_the_name_and_the_pace_that_it_is_given() {
    static SLOW: Waker = Waker::new(
        "slow",
        Pace {
            tick: Duration::from_millis(200),
            rest: Duration::from_millis(400),
        },
    );
    struct Told(std::sync::mpsc::Sender<Option<String>>);
    impl Wake for Told {
        fn wake(&self) {
            let _ = self.0.send(thread::current().name().map(str::to_owned));
        }
    }
    let (tell, told) = std::sync::mpsc::channel();
    let flag = Arc::new(Flag::new());
    let watch = SLOW.watch(flag.clone(), Told(tell));
    watch.set_active(true);
    // It has looked, and will not for a while.
    thread::sleep(Duration::from_millis(50));
    let start = std::time::Instant::now();
    flag.raise();
    assert_eq!(told.recv(), Ok(Some("slow".into())));
    assert!(start.elapsed() > Duration::from_millis(20), "too soon");
}

#[test]
fn watches_come_and_go_in_many_threads() {
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..if cfg!(miri) { 3 } else { 50 } {
                    let watch = Waker::global().watch(Arc::default(), thread::current());
                    watch.set_active(true);
                }
            });
        }
    });
}
