//! What is not a message: objects that are lent, the newest value, and storage of one context.

use crate::floor::{Row, row};
use crate::{MESSAGE, Message};
use anteroom_exchange::{Dirty, Pool, Schedule, handoff, observe};
use arc_swap::ArcSwap;
use basedrop::{Collector, Owned, Shared, SharedCell};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;
use std::sync::{Arc, Mutex};

/// The name of the work with objects.
pub const LINK: &str = "a new object in, the old one home";
const NOTHING_CAME: &str = "a look for a new object, none there";
const PUBLISH: &str = "publish + read, 128 bytes";
const READ: &str = "read, nothing new";
const TIMED: &str = "in by time + out, 512 waiting";
const STORE: &str = "store + take out";

pub fn rows(rows: &mut Vec<Row>) {
    objects(rows);
    state(rows);
    storage(rows);
}

fn objects(rows: &mut Vec<Row>) {
    let (mut source, mut target) = handoff(2);
    let mut slot = None;
    let mut spare = Some(Box::new(MESSAGE));
    assert!(source.link(Box::new(MESSAGE)).is_ok() && target.swap(&mut slot));
    rows.push(row(LINK, "`exchange`", move || {
        let linked = spare
            .take()
            .is_some_and(|object| source.link(object).is_ok());
        let swapped = target.swap(&mut slot);
        spare = source.reclaim();
        linked && swapped && spare.is_some()
    }));
    let swap = ArcSwap::from_pointee(MESSAGE);
    let mut spare = Arc::new(MESSAGE);
    rows.push(row(LINK, "arc-swap, swap + load", move || {
        spare = swap.swap(Arc::clone(&spare));
        **swap.load() == MESSAGE
    }));
    let mut collector = Collector::new();
    let cell = SharedCell::new(Shared::new(&collector.handle(), MESSAGE));
    let handle = collector.handle();
    rows.push(row(LINK, "basedrop, `SharedCell` + collect", move || {
        cell.set(Shared::new(&handle, black_box(MESSAGE)));
        let read = *cell.get() == MESSAGE;
        read && collector.collect_one()
    }));
    let mut collector = Collector::new();
    let handle = collector.handle();
    rows.push(row(LINK, "basedrop, `Owned` + collect", move || {
        drop(Owned::new(&handle, black_box(MESSAGE)));
        collector.collect_one()
    }));
    rows.push(row(
        LINK,
        "`Box`, made and dropped (in the callback: forbidden)",
        || *black_box(Box::new(MESSAGE)) == MESSAGE,
    ));

    let (source, mut target) = handoff::<Box<Message>>(2);
    let mut slot = None;
    rows.push(row(NOTHING_CAME, "`Target::swap`", move || {
        black_box(&source);
        !target.swap(&mut slot)
    }));
    let swap = ArcSwap::from_pointee(MESSAGE);
    rows.push(row(NOTHING_CAME, "arc-swap, load", move || {
        **swap.load() == MESSAGE
    }));
}

fn state(rows: &mut Vec<Row>) {
    let (mut publisher, mut observer) = observe([0_u64; 16]);
    let mut number = 0;
    rows.push(row(PUBLISH, "`observe`", move || {
        number += 1;
        publisher.write([number; 16]);
        observer.read()[15] == number
    }));
    let (mut input, mut output) = triple_buffer::triple_buffer(&[0_u64; 16]);
    let mut number = 0;
    rows.push(row(PUBLISH, "triple_buffer, raw", move || {
        number += 1;
        input.write([number; 16]);
        output.read()[15] == number
    }));
    let swap = ArcSwap::from_pointee([0_u64; 16]);
    let mut number = 0;
    rows.push(row(PUBLISH, "arc-swap, store + load", move || {
        number += 1;
        swap.store(Arc::new([number; 16]));
        swap.load()[15] == number
    }));
    let locked = Mutex::new([0_u64; 16]);
    let mut number = 0;
    rows.push(row(PUBLISH, "`Mutex`", move || {
        number += 1;
        *locked.lock().unwrap() = [number; 16];
        black_box(*locked.lock().unwrap())[15] == number
    }));

    let (publisher, mut observer) = observe([7_u64; 16]);
    rows.push(row(READ, "`Observer`", move || {
        black_box(&publisher);
        observer.read()[0] == 7
    }));
    let dirty = Dirty::new();
    rows.push(row("mark one of 64 + take", "`Dirty`", move || {
        dirty.mark(7) && dirty.take().next() == Some(7)
    }));
    let dirty = Dirty::new();
    rows.push(row("take, nothing marked", "`Dirty`", move || {
        dirty.take().next().is_none()
    }));
}

fn storage(rows: &mut Vec<Row>) {
    let mut schedule = Schedule::new(1024);
    let mut heap = BinaryHeap::with_capacity(1024);
    for time in 0..512_u64 {
        assert!(schedule.push(time * 7919 % 512, MESSAGE).is_ok());
        heap.push(Reverse((time * 7919 % 512, MESSAGE)));
    }
    let mut time = 0;
    rows.push(row(TIMED, "`Schedule`", move || {
        time += 1;
        schedule.push(512 + time * 7919 % 512, MESSAGE).is_ok() && schedule.pop().is_some()
    }));
    let mut time = 0;
    rows.push(row(TIMED, "`BinaryHeap`, which may grow", move || {
        time += 1;
        heap.push(Reverse((512 + time * 7919 % 512, MESSAGE)));
        heap.pop().is_some()
    }));
    let mut pool = Pool::new(1024);
    rows.push(row(STORE, "`Pool`", move || {
        pool.insert(black_box(MESSAGE))
            .is_ok_and(|key| pool.remove(key) == Some(MESSAGE))
    }));
}
