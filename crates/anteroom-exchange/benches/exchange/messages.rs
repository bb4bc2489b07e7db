//! Messages: one there and out again, none there, and sixteen that belong together.

use crate::floor::{Row, row};
use crate::{MESSAGE, Message};
use anteroom_exchange::{drain, queue, transact};
use crossbeam_queue::ArrayQueue;
use ringbuf::HeapRb;
use ringbuf::traits::{Consumer as _, Producer as _, Split as _};
use std::collections::VecDeque;
use std::hint::black_box;
use std::sync::Mutex;

/// The name of the first work.
pub const PUSH: &str = "push + pop, 32 bytes";
const POLL: &str = "poll when empty";
const SIXTEEN: &str = "16 in one piece, and out";

/// What the sum over the sixteen's first words is.
const SUM: u64 = 120;

/// The sixteen, from a slice, as nobody may know what is in it.
fn sixteen(messages: &[Message; 16]) -> impl ExactSizeIterator<Item = Message> + '_ {
    black_box(messages).iter().copied()
}

pub fn rows(rows: &mut Vec<Row>) {
    let (mut tx, mut rx) = queue::<Message>(64);
    rows.push(row(PUSH, "`queue`", move || {
        tx.push(black_box(MESSAGE)).is_ok() && rx.pop() == Ok(MESSAGE)
    }));
    let (mut tx, mut rx) = rtrb::RingBuffer::new(64);
    rows.push(row(PUSH, "rtrb, raw", move || {
        tx.push(black_box(MESSAGE)).is_ok() && rx.pop() == Ok(MESSAGE)
    }));
    let (mut tx, mut rx) = HeapRb::<Message>::new(64).split();
    rows.push(row(PUSH, "ringbuf", move || {
        tx.try_push(black_box(MESSAGE)).is_ok() && rx.try_pop() == Some(MESSAGE)
    }));
    let array = ArrayQueue::new(64);
    rows.push(row(PUSH, "crossbeam `ArrayQueue`", move || {
        array.push(black_box(MESSAGE)).is_ok() && array.pop() == Some(MESSAGE)
    }));
    let (tx, rx) = crossbeam_channel::bounded(64);
    rows.push(row(PUSH, "crossbeam channel, `try_`", move || {
        tx.try_send(black_box(MESSAGE)).is_ok() && rx.try_recv() == Ok(MESSAGE)
    }));
    let locked = Mutex::new(VecDeque::with_capacity(64));
    rows.push(row(PUSH, "`Mutex<VecDeque>`", move || {
        locked.lock().unwrap().push_back(black_box(MESSAGE));
        locked.lock().unwrap().pop_front() == Some(MESSAGE)
    }));
    polls(rows);
    transactions(rows);
}

fn polls(rows: &mut Vec<Row>) {
    let (tx, mut rx) = queue::<Message>(64);
    rows.push(row(POLL, "`queue`", move || {
        black_box(&tx);
        rx.pop().is_err()
    }));
    let (tx, mut rx) = rtrb::RingBuffer::<Message>::new(64);
    rows.push(row(POLL, "rtrb, raw", move || {
        black_box(&tx);
        rx.pop().is_err()
    }));
    let (tx, mut rx) = HeapRb::<Message>::new(64).split();
    rows.push(row(POLL, "ringbuf", move || {
        black_box(&tx);
        rx.try_pop().is_none()
    }));
    let array = ArrayQueue::<Message>::new(64);
    rows.push(row(POLL, "crossbeam `ArrayQueue`", move || {
        array.pop().is_none()
    }));
    let (tx, rx) = crossbeam_channel::bounded::<Message>(64);
    rows.push(row(POLL, "crossbeam channel, `try_`", move || {
        black_box(&tx);
        rx.try_recv().is_err()
    }));
    let locked = Mutex::new(VecDeque::<Message>::with_capacity(64));
    rows.push(row(POLL, "`Mutex<VecDeque>`", move || {
        locked.lock().unwrap().pop_front().is_none()
    }));
}

fn transactions(rows: &mut Vec<Row>) {
    let messages: [Message; 16] = std::array::from_fn(|i| [i as u64; 4]);
    let (mut tx, mut rx) = queue::<Message>(64);
    rows.push(row(SIXTEEN, "`transact` + `drain`", move || {
        transact(&mut tx, sixteen(&messages)).is_ok()
            && drain(&mut rx, 64).map(|message| message[0]).sum::<u64>() == SUM
    }));
    let (mut tx, mut rx) = rtrb::RingBuffer::<Message>::new(64);
    rows.push(row(SIXTEEN, "rtrb, chunks", move || {
        let sent = tx
            .write_chunk_uninit(16)
            .is_ok_and(|chunk| chunk.fill_from_iter(sixteen(&messages)) == 16);
        let received = rx.read_chunk(16).map_or(0, |chunk| {
            chunk.into_iter().map(|message| message[0]).sum::<u64>()
        });
        sent && received == SUM
    }));
    let (mut tx, mut rx) = HeapRb::<Message>::new(64).split();
    rows.push(row(SIXTEEN, "ringbuf, slices", move || {
        let mut out = [MESSAGE; 16];
        tx.push_slice(black_box(&messages)) == 16
            && rx.pop_slice(&mut out) == 16
            && out.iter().map(|message| message[0]).sum::<u64>() == SUM
    }));
    let locked = Mutex::new(VecDeque::with_capacity(64));
    rows.push(row(SIXTEEN, "`Mutex<VecDeque>`", move || {
        locked.lock().unwrap().extend(sixteen(&messages));
        let mut queue = locked.lock().unwrap();
        queue.drain(..).map(|message| message[0]).sum::<u64>() == SUM
    }));
}
