//! The price of the call that sends, seen from the audio's side, by what the other side does.

use crate::{MESSAGE, Message};
use anteroom_exchange::{Flag, Waker, queue};
use crossbeam_queue::ArrayQueue;
use ringbuf::HeapRb;
use ringbuf::traits::{Consumer as _, Producer as _, Split as _};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

/// What waits at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    /// Asleep until it is woken.
    Sleeps,
    /// Looks once in a millisecond.
    Polls,
    /// Looks all the time.
    Hammers,
}

const READERS: [Reader; 3] = [Reader::Sleeps, Reader::Polls, Reader::Hammers];

/// Prints the table of `calls` sends each, and gives the median for a sleeper, less the clock's own.
pub fn table(calls: usize) -> Duration {
    let clock = price("nothing: the clock itself", "-", calls, || true);
    let mut asleep = Duration::ZERO;
    for reader in READERS {
        // As the plug-in does it: push, raise a flag, and let the waker wake the sleeper.
        let (mut tx, mut rx) = queue::<Message>(calls);
        let flag = Arc::new(Flag::new());
        let side = Side::spawn(reader, move || rx.pop().is_ok());
        let watch = Waker::global().watch(flag.clone(), side.thread().clone());
        watch.set_active(true);
        let median = price("`queue` + `Flag`", side.name(), calls, || {
            let sent = tx.push(MESSAGE).is_ok();
            flag.raise();
            sent
        });
        drop(watch);
        assert_eq!(side.join(), calls, "a message was lost");
        if reader == Reader::Sleeps {
            asleep = median.saturating_sub(clock);
        }
    }
    for reader in READERS {
        let (mut tx, mut rx) = rtrb::RingBuffer::<Message>::new(calls);
        let side = Side::spawn(reader, move || rx.pop().is_ok());
        side.race("rtrb, raw", calls, || tx.push(MESSAGE).is_ok());
        let (mut tx, mut rx) = HeapRb::<Message>::new(calls).split();
        let side = Side::spawn(reader, move || rx.try_pop().is_some());
        side.race("ringbuf", calls, || tx.try_push(MESSAGE).is_ok());
        let array = Arc::new(ArrayQueue::<Message>::new(calls));
        let theirs = array.clone();
        let side = Side::spawn(reader, move || theirs.pop().is_some());
        side.race("crossbeam `ArrayQueue`", calls, || {
            array.push(MESSAGE).is_ok()
        });
        let locked = Arc::new(Mutex::new(VecDeque::<Message>::with_capacity(calls)));
        let theirs = locked.clone();
        let side = Side::spawn(reader, move || theirs.lock().unwrap().pop_front().is_some());
        side.race("`Mutex<VecDeque>`", calls, || {
            locked.lock().unwrap().push_back(MESSAGE);
            true
        });
        if reader != Reader::Sleeps {
            let (tx, rx) = crossbeam_channel::bounded::<Message>(calls);
            let side = Side::spawn(reader, move || rx.try_recv().is_ok());
            side.race("crossbeam channel", calls, || tx.try_send(MESSAGE).is_ok());
        }
    }
    // A blocked receiver is woken by the sender: what the waker spares the audio thread.
    let (tx, rx) = crossbeam_channel::bounded::<Message>(calls);
    let sleeper = thread::spawn(move || rx.iter().count());
    let woken = "sleeps, woken by the call";
    price("crossbeam channel", woken, calls, || {
        tx.try_send(MESSAGE).is_ok()
    });
    drop(tx);
    assert_eq!(sleeper.join().unwrap_or_default(), calls);
    let side = Side::spawn(Reader::Sleeps, || false);
    price("`unpark` alone", woken, calls, || {
        side.thread().unpark();
        true
    });
    side.join();
    asleep
}

/// The thread at the other end, and what it counted.
struct Side {
    reader: Reader,
    stop: Arc<AtomicBool>,
    handle: thread::JoinHandle<usize>,
}

impl Side {
    fn spawn(reader: Reader, mut take: impl FnMut() -> bool + Send + 'static) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = stop.clone();
        let run = move || {
            let mut received = 0;
            loop {
                let last = stopping.load(Ordering::Acquire);
                if take() {
                    received += 1;
                } else if last {
                    return received;
                } else {
                    match reader {
                        Reader::Sleeps => thread::park(),
                        Reader::Polls => thread::sleep(Duration::from_millis(1)),
                        Reader::Hammers => std::hint::spin_loop(),
                    }
                }
            }
        };
        let handle = thread::spawn(run);
        Self {
            reader,
            stop,
            handle,
        }
    }

    fn thread(&self) -> &Thread {
        self.handle.thread()
    }

    fn name(&self) -> &'static str {
        match self.reader {
            Reader::Sleeps => "sleeps",
            Reader::Polls => "polls, 1 ms",
            Reader::Hammers => "hammers",
        }
    }

    /// Measures a sender that wakes nobody, and sees that all arrived.
    fn race(self, name: &str, calls: usize, send: impl FnMut() -> bool) {
        price(name, self.name(), calls, send);
        assert_eq!(self.join(), calls, "{name}: a message was lost");
    }

    fn join(self) -> usize {
        self.stop.store(true, Ordering::Release);
        self.handle.thread().unpark();
        self.handle.join().unwrap_or_default()
    }
}

/// Times each of `calls`, with pauses in which a sleeper falls asleep, prints a line and gives the median.
fn price(name: &str, side: &str, calls: usize, mut send: impl FnMut() -> bool) -> Duration {
    let mut times: Vec<Duration> = (0..calls)
        .map(|_| {
            let pause = Instant::now();
            while pause.elapsed() < Duration::from_micros(100) {
                std::hint::spin_loop();
            }
            let start = Instant::now();
            let sent = send();
            let time = start.elapsed();
            assert!(sent, "{name}: no room");
            time
        })
        .collect();
    times.sort();
    let [median, late, last] = [calls / 2, calls * 999 / 1000, calls - 1].map(|at| times[at]);
    println!("| {name} | {side} | {median:?} | {late:?} | {last:?} |");
    median
}
