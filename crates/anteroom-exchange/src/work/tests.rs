//! What a worker and its clients promise, with a job_runner that is stepped by hand.

#![allow(clippy::disallowed_methods, reason = "a job that takes long")]

use super::*;
use crate::SendError;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Appends each command to what it has done; negative commands panic.
#[derive(Default)]
struct Log(Vec<i32>);

impl Job for Log {
    type Command = i32;
    type Output = usize;

    fn run(&mut self, command: &mut i32, _cancelled: &dyn Fn() -> bool) -> usize {
        assert!(*command >= 0, "expected in this test");
        self.0.push(*command);
        self.0.len()
    }
}

#[test]
fn urgent_first_and_equals_in_order() {
    let (worker, mut job_runner) = Worker::with_runner(Log::default());
    let mut browser = worker.client(8);
    let mut audio = worker.client(8);
    for command in [10, 11, 12] {
        browser.request(Request::new(command)).unwrap();
    }
    assert!(job_runner.step());
    audio.request(Request::new(1).at(Priority::URGENT)).unwrap();
    while job_runner.step() {}
    let done: Vec<_> = std::iter::from_fn(|| browser.reply()).collect();
    let commands: Vec<_> = done.iter().map(|reply| reply.command).collect();
    assert_eq!(commands, [10, 11, 12]);
    assert_eq!(done[1].outcome, Outcome::Done(3));
    assert_eq!(audio.reply().unwrap().outcome, Outcome::Done(2));
}

#[test]
fn the_limit_is_on_what_is_outstanding() {
    let (worker, mut job_runner) = Worker::with_runner(Log::default());
    let mut client = worker.client(2);
    for round in 0..10 {
        client.request(Request::new(round)).unwrap();
        client.request(Request::new(round)).unwrap();
        assert_eq!(client.request(Request::new(99)), Err(SendError::Full(99)));
        while job_runner.step() {}
        assert_eq!(client.request(Request::new(99)), Err(SendError::Full(99)));
        assert!(client.reply().is_some() && client.reply().is_some());
        assert_eq!((client.outstanding(), client.reply()), (0, None));
    }
}

#[test]
fn a_newer_request_about_the_same_subject_cancels_the_older_ones() {
    let (worker, mut job_runner) = Worker::with_runner(Log::default());
    let mut client = worker.client(8);
    for command in 0..6 {
        client.request(Request::new(command).about(7)).unwrap();
    }
    client.request(Request::new(6).about(8)).unwrap();
    while job_runner.step() {}
    let done = std::iter::from_fn(|| client.reply()).filter(|r| r.outcome != Outcome::Cancelled);
    assert_eq!(done.map(|reply| reply.command).collect::<Vec<_>>(), [5, 6]);
}

#[test]
fn a_cancelled_job_brings_its_command_home_and_harms_no_other() {
    let (worker, mut job_runner) = Worker::with_runner(Log::default());
    let mut client = worker.client(1);
    let first = client.request(Request::new(1)).unwrap();
    client.cancel(first);
    job_runner.step();
    let reply = client.reply().unwrap();
    assert_eq!((reply.command, reply.outcome), (1, Outcome::Cancelled));

    // The same slot again; a late cancellation of its last tenant changes nothing.
    client.request(Request::new(2)).unwrap();
    client.cancel(first);
    job_runner.step();
    assert_eq!(client.reply().unwrap().outcome, Outcome::Done(1));

    // Nor does it take back that the tenant of now was cancelled.
    let third = client.request(Request::new(3)).unwrap();
    client.cancel(third);
    client.cancel(first);
    job_runner.step();
    assert_eq!(client.reply().unwrap().outcome, Outcome::Cancelled);
}

#[test]
fn a_panic_is_an_outcome() {
    let (worker, mut job_runner) = Worker::with_runner(Log::default());
    let mut client = worker.client(2);
    client.request(Request::new(-1)).unwrap();
    client.request(Request::new(1)).unwrap();
    while job_runner.step() {}
    assert_eq!(client.reply().unwrap().outcome, Outcome::Panicked);
    assert_eq!(client.reply().unwrap().outcome, Outcome::Done(1));
}

#[test]
fn a_permit_sends_the_reply_to_whoever_issued_it() {
    let (worker, mut job_runner) = Worker::with_runner(Log::default());
    let mut browser = worker.client(1);
    let mut audio = worker.client(1);
    let reply_slot = audio.reply_slot().unwrap();
    assert_eq!((audio.outstanding(), audio.reply_slot()), (1, None));
    let ticket = reply_slot.ticket();
    browser.request_to(Request::new(5), reply_slot).unwrap();
    job_runner.step();
    assert_eq!(browser.reply(), None);
    assert_eq!(audio.reply().unwrap().ticket, ticket);

    let unused = audio.reply_slot().unwrap();
    audio.withdraw(unused);
    assert_eq!(audio.outstanding(), 0);
}

#[test]
#[cfg_attr(miri, ignore = "waits for a thread that sleeps")]
fn a_waking_client_wakes_for_requests_of_both_kinds() {
    let worker = Worker::spawn("asleep", Log::default()).unwrap();
    // Not active, so nobody else wakes it.
    let mut audio = worker.client(1);
    let mut browser = worker.waking_client(1);
    for _ in 0..20 {
        // By now it sleeps.
        std::thread::sleep(Duration::from_millis(2));
        let reply_slot = audio.reply_slot().unwrap();
        browser.request_to(Request::new(1), reply_slot).unwrap();
        wait_for(|| audio.reply());
        std::thread::sleep(Duration::from_millis(2));
        browser.request(Request::new(2)).unwrap();
        wait_for(|| browser.reply());
    }
}

/// Looks until something has come.
fn wait_for<R>(mut look: impl FnMut() -> Option<R>) -> R {
    let start = Instant::now();
    loop {
        if let Some(come) = look() {
            return come;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "it never came");
        std::thread::yield_now();
    }
}

struct Holder;

impl Job for Holder {
    type Command = Arc<()>;
    type Output = Arc<()>;

    fn run(&mut self, command: &mut Arc<()>, _cancelled: &dyn Fn() -> bool) -> Arc<()> {
        command.clone()
    }
}

#[test]
fn whoever_ends_first_everything_is_freed_once() {
    for client_first in [true, false] {
        let object = Arc::new(());
        let (worker, mut job_runner) = Worker::with_runner(Holder);
        let mut client = worker.client(4);
        for _ in 0..4 {
            client.request(Request::new(object.clone())).unwrap();
        }
        job_runner.step();
        if client_first {
            client.close();
            while job_runner.step() {}
            assert_eq!(Arc::strong_count(&object), 1);
        } else {
            drop(job_runner);
            assert!(client.is_closed());
            assert!(client.request(Request::new(object.clone())).is_err());
            let outcomes = std::iter::from_fn(|| client.reply()).map(|reply| reply.outcome);
            let done = outcomes.filter(|outcome| matches!(outcome, Outcome::Done(_)));
            assert_eq!(done.count(), 1);
            assert_eq!((client.outstanding(), Arc::strong_count(&object)), (0, 1));
        }
    }
}

#[test]
fn a_worker_ends_while_a_job_is_in_hand() {
    struct Endless;
    impl Job for Endless {
        type Command = ();
        type Output = ();
        fn run(&mut self, (): &mut (), cancelled: &dyn Fn() -> bool) {
            while !cancelled() {
                std::thread::yield_now();
            }
        }
    }
    let worker = Worker::spawn("endless", Endless).unwrap();
    let mut client = worker.waking_client(2);
    client.request(Request::new(())).unwrap();
    client.request(Request::new(())).unwrap();
    drop(worker);
    for _ in 0..2 {
        assert_eq!(client.reply().unwrap().outcome, Outcome::Cancelled);
    }
}
