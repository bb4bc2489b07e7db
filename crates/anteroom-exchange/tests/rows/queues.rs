//! E: queues with one or many at either end.

use crate::support::allocations::counted;
use crate::support::child;
use crate::support::patience::Patience;
use crate::support::system::{beside_others_without_system_calls, makes_no_system_call};
use anteroom_exchange::{MsQueue, PopError, PushError, Shared, queue};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

pub fn push_and_pop_are_wait_free(test: &str) {
    // Stopped at any instruction, the other side changes nothing: neither end ever tries twice. So
    // with the other one gone for good in mid-life, either's calls still return at once.
    let alone = || {
        let (mut tx, mut rx) = queue::<u64>(64);
        let sleeping = thread::spawn(move || {
            for i in 0..50 {
                tx.push(i).unwrap();
            }
            // It sleeps for ever, as far as the receiver can tell.
            tx
        });
        let sleeping = sleeping.join().unwrap();
        assert!(makes_no_system_call(|| {
            for i in 0..50 {
                assert_eq!(rx.pop(), Ok(i));
            }
            for _ in 0..1000 {
                assert!(rx.pop().is_err());
            }
        }));
        drop(sleeping);

        let (mut tx, mut rx) = queue::<u64>(64);
        tx.push(0).unwrap();
        let sleeping = thread::spawn(move || {
            assert_eq!(rx.pop(), Ok(0));
            rx
        });
        let sleeping = sleeping.join().unwrap();
        assert!(makes_no_system_call(|| {
            for i in 0..64 {
                assert!(tx.push(i).is_ok());
            }
            for i in 0..1000 {
                assert_eq!(tx.push(i), Err(PushError::Full(i)));
            }
        }));
        drop(sleeping);
    };
    assert!(child::ends_well(test, alone));
}

pub fn several_clients_one_server(test: &str) {
    const CLIENTS: u64 = 4;
    let each: u64 = 50_000;
    let (tx, mut rx) = queue::<(u64, u64)>(256);
    let shared = Shared::new(tx);
    let patience = &Patience::default();
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let shared = shared.clone();
            scope.spawn(move || {
                for number in 0..each {
                    while shared.with(|tx| tx.push((client, number))).is_err() {
                        patience.go_on("a place");
                        thread::yield_now();
                    }
                }
            });
        }
        let mut next = [0; CLIENTS as usize];
        let mut left = CLIENTS * each;
        while left > 0 {
            match rx.pop() {
                Ok((client, number)) => {
                    // Each client's messages come in the order in which it sent them, and each once.
                    assert_eq!(next[client as usize], number);
                    next[client as usize] += 1;
                    left -= 1;
                }
                Err(_) => {
                    patience.go_on("a message");
                    thread::yield_now();
                }
            }
        }
    });

    // And while clients fight for the lock at their end, the receiver makes not one system call.
    let contend = || {
        let (tx, mut rx) = queue(256);
        let shared = Shared::new(tx);
        for client in 0..CLIENTS {
            let shared = shared.clone();
            thread::spawn(move || {
                loop {
                    let _ = shared.with(|tx| tx.push(client));
                }
            });
        }
        beside_others_without_system_calls(move || {
            let mut received = 0;
            while received < 100_000 {
                received += u32::from(rx.pop().is_ok());
            }
        });
    };
    assert!(child::ends_well(test, contend));
}

pub fn one_queue_several_workers() {
    const JOBS: usize = 40_000;
    let (mut tx, rx) = queue::<usize>(64);
    let shared = Shared::new(rx);
    let done: Vec<AtomicU64> = (0..JOBS).map(|_| AtomicU64::new(0)).collect();
    thread::scope(|scope| {
        for _ in 0..4 {
            let (shared, done) = (shared.clone(), &done);
            scope.spawn(move || {
                loop {
                    match shared.with(|rx| (rx.pop(), rx.is_abandoned())) {
                        (Ok(job), _) => {
                            done[job].fetch_add(1, Ordering::Relaxed);
                        }
                        (Err(_), true) => {
                            // Looked again, because the last job may have come between.
                            match shared.with(|rx| rx.pop()) {
                                Ok(job) => {
                                    done[job].fetch_add(1, Ordering::Relaxed);
                                }
                                Err(_) => return,
                            }
                        }
                        (Err(_), false) => thread::yield_now(),
                    }
                }
            });
        }
        for mut job in 0..JOBS {
            while let Err(PushError::Full(back)) = tx.push(job) {
                job = back;
                thread::yield_now();
            }
        }
        drop(tx);
    });
    assert!(done.iter().all(|times| times.load(Ordering::Relaxed) == 1));
}

pub fn michael_and_scott() {
    // Few nodes, so that each is used again at once: the ABA problem at its most likely.
    for capacity in [1, 2, 4, 64] {
        // Of two to four nodes, each is used again some million times where the code is optimised.
        let each = match (capacity, cfg!(debug_assertions)) {
            (64, _) => 50_000,
            (_, true) => 100_000,
            (_, false) => 500_000,
        };
        stress(capacity, each);
    }
}

fn stress(capacity: usize, each: u64) {
    const SIDES: u64 = 3;
    let queue = MsQueue::new(capacity);
    let patience = &Patience::default();
    let received: Vec<Vec<u64>> = thread::scope(|scope| {
        for sender in 0..SIDES {
            let queue = &queue;
            scope.spawn(move || {
                let ((), calls) = counted(|| {
                    for number in 0..each {
                        while queue.push(sender << 32 | number).is_err() {
                            patience.go_on("a place");
                            thread::yield_now();
                        }
                        patience.moved();
                    }
                });
                assert_eq!(calls.made + calls.freed, 0);
            });
        }
        let receivers: Vec<_> = (0..SIDES)
            .map(|_| {
                scope.spawn(|| {
                    let mut got = Vec::with_capacity(each as usize);
                    let ((), calls) = counted(|| {
                        while got.len() < each as usize {
                            match queue.pop() {
                                Some(word) => {
                                    got.push(word);
                                    patience.moved();
                                }
                                None => {
                                    patience.go_on("a message");
                                    thread::yield_now();
                                }
                            }
                        }
                    });
                    assert_eq!(calls.made + calls.freed, 0);
                    got
                })
            })
            .collect();
        receivers.into_iter().map(|r| r.join().unwrap()).collect()
    });
    assert_eq!(queue.pop(), None);

    // In what each receiver got, each sender's numbers go up.
    for got in &received {
        let mut last = [None; SIDES as usize];
        for word in got {
            let last = &mut last[(word >> 32) as usize];
            let number = Some(word & 0xFFFF_FFFF);
            assert!(*last < number, "out of order");
            *last = number;
        }
    }
    // And in all, each number of each sender is there once.
    let mut all: Vec<u64> = received.concat();
    all.sort_unstable();
    let expected = (0..SIDES).flat_map(|sender| (0..each).map(move |n| sender << 32 | n));
    assert!(all.into_iter().eq(expected));
}

pub fn numbered_messages() {
    let count: u64 = 1_000_000;
    let (mut tx, mut rx) = queue(256);
    assert_eq!(rx.pop(), Err(PopError::Empty));
    let sender = thread::spawn(move || {
        let mut refused = 0_u64;
        for number in 0..count {
            let mut message = number;
            while let Err(PushError::Full(back)) = tx.push(message) {
                assert_eq!(back, number, "handed back");
                message = back;
                refused += 1;
                thread::yield_now();
            }
        }
        refused
    });
    let mut found_empty = 0_u64;
    for number in 0..count {
        loop {
            match rx.pop() {
                Ok(message) => {
                    assert_eq!(message, number);
                    break;
                }
                Err(PopError::Empty) => {
                    found_empty += 1;
                    thread::yield_now();
                }
            }
        }
    }
    let refused = sender.join().unwrap();
    assert_eq!(rx.pop(), Err(PopError::Empty));
    println!("{count} messages, refused {refused} times, found empty {found_empty} times");
}
