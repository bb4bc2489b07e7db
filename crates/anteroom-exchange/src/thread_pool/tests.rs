//! What the pool promises, beside its documentation.

use super::*;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

#[test]
fn a_task_is_never_on_two_threads_and_no_wake_is_lost() {
    let pool = ThreadPool::new("pool", 4);
    let (inside, steps) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let wanted = Arc::new(AtomicUsize::new(0));
    let (i, s, w) = (inside.clone(), steps.clone(), wanted.clone());
    let task = pool
        .spawn(Cancel::new(), move || {
            assert_eq!(i.fetch_add(1, Ordering::AcqRel), 0);
            // What was wanted before a wake is seen by the step that follows it.
            s.store(w.load(Ordering::Acquire), Ordering::Release);
            i.fetch_sub(1, Ordering::AcqRel);
            false
        })
        .expect("a thread");
    for round in 1..if cfg!(miri) { 20 } else { 5_000 } {
        wanted.store(round, Ordering::Release);
        task.wake();
        while round % 64 == 0 && steps.load(Ordering::Acquire) < round {
            thread::yield_now();
        }
    }
    assert_eq!(inside.load(Ordering::Acquire), 0);
}

#[test]
fn there_are_never_more_threads_than_allowed_and_none_when_nobody_is_left() {
    let pool = ThreadPool::new("pool", 3);
    let seen = Arc::new(Mutex::new(std::collections::HashSet::new()));
    let tasks: Vec<Task> = (0..32)
        .map(|_| {
            let seen = Arc::clone(&seen);
            let mut left = 20;
            let step = move || {
                seen.lock().expect("whole").insert(thread::current().id());
                thread::yield_now();
                left -= 1;
                left > 0
            };
            pool.spawn(Cancel::new(), step).expect("a thread")
        })
        .collect();
    assert!(pool.shared.lock().threads.len() <= 3);
    drop(tasks);
    assert!(seen.lock().expect("whole").len() <= 3);
    let state = pool.shared.lock();
    assert!(state.threads.is_empty() && state.tasks.is_empty());
    drop(state);
    // It can be used again.
    let (sender, sent) = channel();
    let _task = pool.spawn(Cancel::new(), move || {
        let _ = sender.send(());
        false
    });
    assert!(sent.recv().is_ok());
}

#[test]
fn dropping_waits_for_the_step_and_drops_what_it_owned() {
    let pool = ThreadPool::new("pool", 1);
    let owned = Arc::new(());
    let (inside, cancel) = (owned.clone(), Cancel::new());
    let seen = cancel.clone();
    let (begun, begins) = channel();
    let task = pool
        .spawn(cancel, move || {
            let _ = (&inside, begun.send(()));
            while !seen.is_cancelled() {
                thread::yield_now();
            }
            true
        })
        .expect("a thread");
    begins.recv().expect("it begins");
    drop(task);
    assert_eq!(Arc::strong_count(&owned), 1);
}

#[test]
fn a_step_may_drop_its_own_task() {
    let pool = ThreadPool::new("pool", 2);
    let slot: Arc<Mutex<Option<Task>>> = Arc::default();
    let (inside, (gone, ends)) = (slot.clone(), channel());
    let task = pool
        .spawn(Cancel::new(), move || {
            if let Some(me) = inside.lock().expect("whole").take() {
                drop(me);
                let _ = gone.send(());
            }
            false
        })
        .expect("a thread");
    let waker = task.waker();
    *slot.lock().expect("whole") = Some(task);
    waker.wake();
    ends.recv().expect("it comes back");
}

#[test]
fn a_panicking_step_ends_neither_its_thread_nor_its_task() {
    let pool = ThreadPool::new("pool", 1);
    let (done, dones) = channel();
    let mut panicked = false;
    let task = pool
        .spawn(Cancel::new(), move || {
            if !std::mem::replace(&mut panicked, true) {
                panic!("expected in this test");
            }
            let _ = done.send(());
            false
        })
        .expect("a thread");
    task.wake();
    while dones.try_recv().is_err() {
        task.wake();
        thread::yield_now();
    }
}
