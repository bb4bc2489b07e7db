//! F2 and R4: who wakes whom.

use crate::support::child;
use crate::support::system::{beside_others_without_system_calls, process_time};
use crate::work::Reads;
use anteroom_exchange::{Outcome, Request, Worker, WorkerThread, drain, queue};
use std::thread;
use std::time::{Duration, Instant};

pub fn a_worker_sleeps_until_it_is_signalled(test: &str) {
    // No wake-up is lost: a million times, a job is sent just when the worker is about to sleep. If
    // one were lost, nobody would ever answer.
    let trials: u64 = if cfg!(debug_assertions) {
        200_000
    } else {
        1_000_000
    };
    let (mut tx, mut rx) = queue::<u64>(4);
    let (mut reply, mut replies) = queue::<u64>(4);
    let worker = WorkerThread::spawn("waiter", move || {
        let jobs = drain(&mut rx, 4)
            .map(|job| reply.push(job).unwrap())
            .count();
        jobs > 0
    })
    .unwrap();
    let mut slowest = Duration::ZERO;
    for number in 0..trials {
        tx.push(number).unwrap();
        worker.wake();
        let start = Instant::now();
        while replies.is_empty() {
            // Lets it run on a machine with one processor, and lets it fall asleep on others.
            thread::yield_now();
            assert!(start.elapsed() < Duration::from_secs(20), "lost wake-up");
        }
        slowest = slowest.max(start.elapsed());
        assert_eq!(replies.pop(), Ok(number));
    }
    println!("{trials} jobs, the slowest answered after {slowest:?}");

    // A job starts soon, and an idle worker costs nothing. In a process of its own, so that the
    // other tests' time is not counted.
    let idle = || {
        let worker = Worker::spawn("idle", Reads::default()).unwrap();
        let mut editor = worker.waking_client(1);
        let mut waits = Vec::new();
        for _ in 0..100 {
            thread::sleep(Duration::from_millis(2));
            let start = Instant::now();
            editor.request(Request::new(1)).unwrap();
            let reply = loop {
                match editor.reply() {
                    Some(reply) => break reply,
                    None => std::hint::spin_loop(),
                }
            };
            waits.push(start.elapsed());
            assert!(matches!(reply.outcome, Outcome::Done(_)));
        }
        waits.sort();
        let before = process_time();
        thread::sleep(Duration::from_millis(500));
        let spent = process_time() - before;
        println!(
            "answered after {:?} (median), {:?} (worst)",
            waits[50], waits[99]
        );
        println!("idle for 500 ms: {spent:?} of processor time");
        // A quarter of them, as the machine may be busy; one that only looked now and then would not
        // be so soon so often.
        assert!(waits[25] < Duration::from_millis(1), "{waits:?}");
        assert!(spent < Duration::from_millis(5), "{spent:?} while idle");
    };
    assert!(child::ends_well(test, idle));
}

pub fn no_wake_up(test: &str) {
    // A real-time client's requests are found, and it makes not one system call.
    let quietly = || {
        let worker = Worker::spawn("disk", Reads::default()).expect("a thread");
        let mut client = worker.client(4);
        worker.set_active(true);
        beside_others_without_system_calls(move || {
            let mut answered = 0;
            while answered < 100 {
                let _ = client.request(Request::new(7));
                answered += u32::from(client.reply().is_some());
            }
            // It is dropped elsewhere, or never.
            std::mem::forget(client);
        });
        drop(worker);
    };
    assert!(child::ends_well(test, quietly));
}

/// The other kind of client does, and is caught.
pub fn a_wake_up_is_caught(test: &str) {
    let loudly = || {
        let worker = Worker::spawn("disk", Reads::default()).expect("a thread");
        let mut client = worker.waking_client(4);
        beside_others_without_system_calls(move || {
            // Until the thread sleeps, waking it is a store: so more than once, with time to fall asleep.
            for _ in 0..100 {
                let _ = client.request(Request::new(7));
                let start = Instant::now();
                while start.elapsed() < Duration::from_millis(10) {
                    std::hint::spin_loop();
                }
                let _ = client.reply();
            }
            std::mem::forget(client);
        });
        drop(worker);
    };
    assert!(child::kills(test, loudly));
}
