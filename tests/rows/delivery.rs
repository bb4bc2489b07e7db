//! F: how a context gets to look at its messages.

use super::plugin;
use super::streamer::streaming;
use crate::support::allocations::forbidden;
use crate::support::child;
use crate::support::system::process_time;
use crate::work::Reads;
use anteroom::exchange::{Looper, Outcome, Request, Worker, drain, queue};
use anteroom::impulse::{Origin, Shape, rooms};
use anteroom::loader::Phase;
use anteroom::processor::{Command, Reply};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub fn the_callback_polls_when_it_starts() {
    let (mut audio, mut desk, _remote) = plugin::activated(|| {});
    for number in 0..200 {
        // Before block k, and it takes effect in block k.
        desk.commands.push(Command::Ping(number)).unwrap();
        plugin::block(&mut audio, number as usize, &Shape::default());
        assert_eq!(desk.replies.pop(), Ok(Reply::Pong(number)));
    }
}

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
    let worker = Looper::spawn("waiter", move || {
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

pub fn an_editor_is_notified() {
    let repaints = Arc::new(AtomicUsize::new(0));
    let count = repaints.clone();
    let (_audio, mut desk, remote) = plugin::activated(move || {
        count.fetch_add(1, Ordering::Release);
    });
    let told = || repaints.load(Ordering::Acquire);
    let limit = Instant::now() + Duration::from_secs(60);

    // Nothing happens: nothing is painted, and there is no timer.
    thread::sleep(Duration::from_millis(50));
    let before = told();
    thread::sleep(Duration::from_millis(200));
    assert_eq!(told(), before);

    let room = rooms().last().expect("a built-in room");
    let wanted = Origin::Room(room.name.into(), room.recipe.clone());
    let number = remote.choose(wanted).expect("room for a request");
    loop {
        // What an editor does in a frame, and only when it was told.
        if told() > before {
            let status = desk.status.read();
            if status.phase == Phase::Ready && status.generation >= number {
                break;
            }
        }
        assert!(Instant::now() < limit, "never told");
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_millis(100));
    let after = told();
    // Loading, and loaded.
    assert!((1..=2).contains(&(after - before)), "{}", after - before);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(told(), after);
}

pub fn a_timer_polls() {
    let (mut audio, mut desk, _remote) = plugin::activated(|| {});
    // Open: at each frame of the screen the meters have moved.
    let mut last = desk.snapshots.read().blocks;
    for frame in 0..30 {
        for number in 0..12 {
            plugin::block(&mut audio, frame * 12 + number, &Shape::default());
        }
        let snapshot = desk.snapshots.read();
        assert!(snapshot.blocks > last);
        assert!(snapshot.input[0] != Default::default(), "no level");
        last = snapshot.blocks;
    }
    // Closed: nobody looks, nothing fills up, and the next to open sees the newest.
    for number in 0..10_000 {
        plugin::block(&mut audio, number, &Shape::default());
    }
    let commands = desk.commands.slots();
    assert_eq!(commands, desk.commands.buffer().capacity());
    assert!(desk.snapshots.update());
    assert!(desk.snapshots.output_buffer().blocks >= last + 10_000);
    assert!(!desk.snapshots.update());
}

pub fn a_consumer_asks_when_it_has_finished_one() {
    let (mut streamer, mut clerk, _worker) = streaming(4);
    streamer.cue();
    streamer.start();
    let mut output = [0.0; 64];
    let mut last = streamer.counts();
    for callback in 0..2000 {
        // The disk is sometimes quick and sometimes not.
        if callback % 7 == 0 {
            while clerk.step() {}
        }
        forbidden(|| streamer.process(&mut output));
        let counts = streamer.counts();
        assert!(counts.looks - last.looks <= 1, "looked more than once");
        assert!(counts.replies - last.replies <= 1, "took more than one");
        last = counts;
    }
    // 64 callbacks to a block: it looks when its own are used up, and not otherwise.
    assert!(last.looks < 200, "{} looks", last.looks);
    assert!(last.replies >= 2000 / 64);
}
