//! H: "not the whole picture", the patterns that the first text only names.

use crate::support::allocations::forbidden;
use crate::support::drops::Recorder;
use crate::support::noise::Noise;
use anteroom_exchange::{Mirror, Part, State, drain, handoff, queue, transact};
use std::sync::Arc;
use std::thread;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    sum: u64,
    last: u64,
    count: u64,
}

impl State for Log {
    type Op = u64;

    fn apply(&mut self, op: &u64) {
        // Depends on the order, so that a lost or exchanged operation shows.
        self.sum = self.sum.wrapping_mul(31).wrapping_add(*op);
        self.last = *op;
        self.count += 1;
    }
}

pub fn state_mirroring() {
    const OPS: u64 = 20_000;
    // Operations of one update.
    const MOST: u64 = 100;
    let mut master = Mirror::new(Log::default());
    let replicas = [master.attach(64), master.attach(1024)];
    let followers: Vec<_> = (1..)
        .zip(replicas)
        .map(|(seed, mut replica)| {
            thread::spawn(move || {
                let mut noise = Noise::new(seed);
                while replica.sequence() < OPS {
                    let most = noise.below(MOST as usize);
                    forbidden(|| replica.update(most));
                    // It always knows how far it is: so many operations are in its state.
                    assert_eq!(replica.count, replica.sequence());
                    // Delays of different lengths.
                    for _ in 0..noise.below(3) {
                        thread::yield_now();
                    }
                }
                replica
            })
        })
        .collect();
    let mut noise = Noise::new(77);
    while master.sequence() < OPS {
        if master.write(noise.word()).is_err() {
            thread::yield_now();
        }
        // As many as a wire has room for, and those that an update has taken and not counted yet.
        assert!(master.lag() <= 1024 + MOST);
    }
    for follower in followers {
        let replica = follower.join().unwrap();
        assert_eq!(*replica, *master);
    }
    assert_eq!(master.lag(), 0);
}

pub fn parts_of_an_object() {
    let recorder = Recorder::default();
    struct Sample {
        _mortal: crate::support::drops::Mortal,
        value: f32,
    }
    let file: Vec<Sample> = (0..4)
        .map(|i| Sample {
            _mortal: recorder.mortal(),
            value: i as f32,
        })
        .collect();
    let file = Arc::new(file);
    let (mut source, mut target) = handoff(2);
    for channel in [0..2, 2..4] {
        let part = Part::of(&file, channel).unwrap();
        assert!(source.link(Box::new(part)).is_ok());
    }
    drop(file);

    let (first, target) = thread::spawn(move || {
        forbidden(|| {
            let left = target.accept().unwrap();
            let right = target.accept().unwrap();
            assert_eq!((left[1].value, right[1].value), (1.0, 3.0));
            target.unlink(left);
            (right, target)
        })
    })
    .join()
    .unwrap();
    drop(source.reclaim());
    assert!(recorder.deaths().is_empty(), "one part is still out");

    let mut target = target;
    let _target = thread::spawn(move || {
        forbidden(|| target.unlink(first));
        target
    })
    .join()
    .unwrap();
    assert!(recorder.deaths().is_empty(), "it died in the callback");
    drop(source.reclaim());
    recorder.assert_all_died_here(4);
}

pub fn transactions() {
    // Every change sets all eight parameters to one value, by eight messages.
    const CHANGES: usize = 20_000;
    const CAPACITY: usize = 64;
    let (mut tx, mut rx) = queue::<(usize, u64)>(CAPACITY);
    let audio = thread::spawn(move || {
        let mut parameters = [0; 8];
        while parameters[7] < CHANGES as u64 {
            forbidden(|| {
                for (index, value) in drain(&mut rx, CAPACITY) {
                    parameters[index] = value;
                }
                // A block is computed here: never with half of a change.
                assert!(parameters.iter().all(|p| *p == parameters[0]), "half");
            });
            thread::yield_now();
        }
    });
    for value in 1..=CHANGES as u64 {
        while transact(&mut tx, (0..8).map(|index| (index, value))).is_err() {
            thread::yield_now();
        }
    }
    audio.join().unwrap();
}

/// The rule that makes it so can be broken, and then it shows.
pub fn a_drain_that_is_too_short_splits_a_transaction() {
    let (mut tx, mut rx) = queue(8);
    transact(&mut tx, 0..8).unwrap();
    assert_eq!(drain(&mut rx, 5).count(), 5);
    // Not at all, if there is not room for all.
    assert!(transact(&mut tx, 0..6).is_err());
    assert_eq!(rx.slots(), 3);
}

pub fn a_limit_in_flight() {
    const LIMIT: usize = 4;
    let (mut source, mut target) = handoff(LIMIT);
    let mut noise = Noise::new(5);
    let (mut held, mut refused, mut accepted) = (Vec::new(), 0, 0);
    for round in 0..10_000 {
        match noise.below(3) {
            0 => match source.link(Box::new(round)) {
                Ok(()) => accepted += 1,
                Err(back) => {
                    assert_eq!(*back.into_inner(), round, "told, and given it back");
                    assert_eq!(source.in_flight(), LIMIT);
                    refused += 1;
                }
            },
            1 => {
                if let Some(object) = target.accept() {
                    held.push(object);
                } else if let Some(object) = held.pop() {
                    target.unlink(object);
                }
            }
            _ => drop(source.reclaim()),
        }
        assert!(source.in_flight() <= LIMIT);
    }
    // Reached often, and recovered from as often.
    assert!(refused > 100 && accepted > 1000, "{refused} {accepted}");
    for object in held {
        target.unlink(object);
    }
    drop(target);
    while source.reclaim().is_some() {}
    assert_eq!(source.in_flight(), 0);
}
