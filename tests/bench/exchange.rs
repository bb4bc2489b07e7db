//! What the exchange layer costs, beside others that do the same work.
//!
//! ```text
//! cargo bench --bench exchange --no-default-features
//! ```
//!
//! Every operation is asserted before it is timed. The first table is the floor: one core, the least of
//! nine rounds. The second is the price of the call that sends, on the audio's side, while the worker
//! sleeps until it is woken, or polls.

use anteroom::exchange::{
    Dirty, Flag, Pool, Pulse, Schedule, drain, exchange, observe, queue, transact,
};
use arc_swap::ArcSwap;
use basedrop::{Collector, Owned};
use crossbeam_queue::ArrayQueue;
use ringbuf::HeapRb;
use ringbuf::traits::{Consumer as _, Producer as _, Split as _};
use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

type Message = [u64; 4];

const MESSAGE: Message = [1, 2, 3, 4];

fn main() {
    println!("| one core | ns |\n|---|---|");
    messages();
    objects();
    state();
    storage();
    println!("\n| the call that sends | p50 | p99.9 | max |\n|---|---|---|---|");
    sending();
}

/// The least time of an operation, in nanoseconds, after asserting that it does what it says.
fn floor(name: &str, mut operation: impl FnMut() -> bool) {
    const TIMES: u32 = 200_000;
    for _ in 0..1000 {
        assert!(operation(), "{name} does not do its work");
    }
    let best = (0..9).map(|_| {
        let start = Instant::now();
        for _ in 0..TIMES {
            black_box(operation());
        }
        start.elapsed()
    });
    let best = best.min().unwrap_or_default();
    println!(
        "| {name} | {:.2} |",
        best.as_secs_f64() * 1e9 / f64::from(TIMES)
    );
}

fn messages() {
    let (mut tx, mut rx) = queue::<Message>(64);
    floor("`queue` push + pop, 32 bytes", || {
        tx.push(black_box(MESSAGE)).is_ok() && rx.pop() == Ok(MESSAGE)
    });
    floor("`queue` poll when empty", || rx.pop().is_err());
    let (mut tx, mut rx) = queue::<Message>(64);
    floor("`transact` of 16 + `drain`", || {
        let sent = transact(&mut tx, (0..16_u32).map(|i| [u64::from(i); 4])).is_ok();
        sent && drain(&mut rx, 64).map(|message| message[0]).sum::<u64>() == 120
    });

    let (mut tx, mut rx) = rtrb::RingBuffer::new(64);
    floor("rtrb, raw", || {
        tx.push(black_box(MESSAGE)).is_ok() && rx.pop() == Ok(MESSAGE)
    });
    let (mut tx, mut rx) = HeapRb::<Message>::new(64).split();
    floor("ringbuf", || {
        tx.try_push(black_box(MESSAGE)).is_ok() && rx.try_pop() == Some(MESSAGE)
    });
    let array = ArrayQueue::new(64);
    floor("crossbeam `ArrayQueue`", || {
        array.push(black_box(MESSAGE)).is_ok() && array.pop() == Some(MESSAGE)
    });
    let (tx, rx) = crossbeam_channel::bounded(64);
    floor("crossbeam channel, `try_`", || {
        tx.try_send(black_box(MESSAGE)).is_ok() && rx.try_recv() == Ok(MESSAGE)
    });
    let locked = Mutex::new(VecDeque::with_capacity(64));
    floor("`Mutex<VecDeque>`", || {
        locked.lock().unwrap().push_back(black_box(MESSAGE));
        locked.lock().unwrap().pop_front() == Some(MESSAGE)
    });
}

fn objects() {
    let (mut source, mut target) = exchange(2);
    let mut slot = None;
    let mut spare = Some(Box::new(MESSAGE));
    assert!(source.link(Box::new(MESSAGE)).is_ok() && target.swap(&mut slot));
    floor("link + swap + reclaim", || {
        let linked = spare
            .take()
            .is_some_and(|object| source.link(object).is_ok());
        let swapped = target.swap(&mut slot);
        spare = source.reclaim();
        linked && swapped && spare.is_some()
    });
    floor("`swap` when nothing came", || !target.swap(&mut slot));
    if let Some(object) = slot.take() {
        target.unlink(object);
    }

    let swap = ArcSwap::from_pointee(MESSAGE);
    let mut spare = Arc::new(MESSAGE);
    floor("arc-swap, swap + load", || {
        spare = swap.swap(Arc::clone(&spare));
        **swap.load() == MESSAGE
    });
    let mut collector = Collector::new();
    let handle = collector.handle();
    floor("basedrop, `Owned` new + drop + collect", || {
        drop(Owned::new(&handle, black_box(MESSAGE)));
        collector.collect_one()
    });
    floor("`Box` new + drop (in the callback: forbidden)", || {
        *black_box(Box::new(MESSAGE)) == MESSAGE
    });
}

fn state() {
    let (mut publisher, mut observer) = observe([0_u64; 16]);
    let mut number = 0;
    floor("publish + read, 128 bytes", || {
        number += 1;
        publisher.write([number; 16]);
        observer.read()[15] == number
    });
    floor("read, nothing new", || observer.read()[0] == number);
    let dirty = Dirty::new();
    floor("`Dirty` mark + take", || {
        dirty.mark(7) && dirty.take().next() == Some(7)
    });
    floor("`Dirty` take, nothing marked", || {
        dirty.take().next().is_none()
    });
}

fn storage() {
    let mut schedule = Schedule::new(1024);
    for time in 0..512_u64 {
        assert!(schedule.push(time * 7919 % 512, MESSAGE).is_ok());
    }
    let mut time = 0;
    floor("`Schedule` push + pop, 512 waiting", || {
        time += 1;
        schedule.push(512 + time * 7919 % 512, MESSAGE).is_ok() && schedule.pop().is_some()
    });
    let mut pool = Pool::new(1024);
    floor("`Pool` insert + remove", || {
        pool.insert(black_box(MESSAGE))
            .is_ok_and(|key| pool.remove(key) == Some(MESSAGE))
    });
}

/// Times each of some thousand calls, with pauses in which a sleeper falls asleep.
fn price(name: &str, mut send: impl FnMut()) {
    const CALLS: usize = 5000;
    let mut times: Vec<Duration> = (0..CALLS)
        .map(|_| {
            let pause = Instant::now();
            while pause.elapsed() < Duration::from_micros(100) {
                std::hint::spin_loop();
            }
            let start = Instant::now();
            send();
            start.elapsed()
        })
        .collect();
    times.sort();
    println!(
        "| {name} | {:?} | {:?} | {:?} |",
        times[CALLS / 2],
        times[CALLS * 999 / 1000],
        times[CALLS - 1]
    );
}

fn sending() {
    price("nothing: the clock itself", || {});

    // As the plug-in does it: push, raise a flag, and let the pulse wake the sleeper.
    let (mut tx, mut rx) = queue::<Message>(8192);
    let flag = Arc::new(Flag::new());
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    let sleeper = thread::spawn(move || {
        let mut received = 0;
        while !stopping.load(Ordering::Acquire) || !rx.is_empty() {
            match rx.pop() {
                Ok(_) => received += 1,
                Err(_) => thread::park_timeout(Duration::from_secs(1)),
            }
        }
        received
    });
    let watch = Pulse::watch(flag.clone(), sleeper.thread().clone());
    watch.set_active(true);
    let mut sent = 0;
    price(
        "`queue` + `Flag`, a sleeping worker, woken by the pulse",
        || {
            sent += u32::from(tx.push(MESSAGE).is_ok());
            flag.raise();
        },
    );
    stop.store(true, Ordering::Release);
    sleeper.thread().unpark();
    assert_eq!(sleeper.join().unwrap(), sent, "a message was lost");

    // As others do it: the sender wakes the sleeper.
    let (tx, rx) = crossbeam_channel::bounded::<Message>(8192);
    let sleeper = thread::spawn(move || rx.iter().count());
    let mut sent = 0;
    price(
        "crossbeam channel, a sleeping worker, woken by the sender",
        || {
            sent += usize::from(tx.try_send(MESSAGE).is_ok());
        },
    );
    drop(tx);
    assert_eq!(sleeper.join().unwrap(), sent);

    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    let sleeper = thread::spawn(move || {
        while !stopping.load(Ordering::Acquire) {
            thread::park();
        }
    });
    price("unpark of a sleeping worker", || sleeper.thread().unpark());
    stop.store(true, Ordering::Release);
    sleeper.thread().unpark();
    sleeper.join().unwrap();

    // A reader that never rests.
    let (mut tx, mut rx) = queue::<Message>(8192);
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    let reader = thread::spawn(move || {
        while !stopping.load(Ordering::Acquire) {
            black_box(rx.pop().ok());
        }
    });
    price("`queue`, a worker that hammers it", || {
        let _ = tx.push(MESSAGE);
    });
    stop.store(true, Ordering::Release);
    reader.join().unwrap();
}
