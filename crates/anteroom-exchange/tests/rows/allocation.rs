//! 3 and 4: who allocates, and where things die.

use crate::support::allocations::{counted, forbidden};
use crate::support::drops::Recorder;
use crate::support::noise::Noise;
use anteroom_exchange::{Key, Pool, PushError, RtBox, Schedule, handoff};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread;

pub fn allocate_in_source_link_in_target() {
    let (mut source, mut target) = handoff::<Vec<f32>>(4);
    let audio = thread::spawn(move || {
        let mut table: Pool<RtBox<Vec<f32>>> = Pool::new(4);
        let mut sum = 0.0;
        while table.len() < 4 {
            forbidden(|| {
                while let Some(node) = target.accept() {
                    sum += node.iter().sum::<f32>();
                    let _ = table.insert(node);
                }
            });
            thread::yield_now();
        }
        forbidden(|| {
            // Taken out one by one, because a table that is dropped would leak them.
            let keys = table
                .iter_mut()
                .fold([None::<Key>; 4], |mut keys, (key, _)| {
                    if let Some(free) = keys.iter_mut().find(|k| k.is_none()) {
                        *free = Some(key);
                    }
                    keys
                });
            for key in keys.into_iter().flatten() {
                if let Some(node) = table.remove(key) {
                    target.unlink(node);
                }
            }
        });
        (sum, target)
    });
    let ((), calls) = counted(|| {
        for i in 0..4 {
            source.link(Box::new(vec![i as f32; 100])).unwrap();
        }
    });
    assert_eq!(calls.made, 8, "four boxes and four buffers, all made here");
    let (sum, _target) = audio.join().unwrap();
    assert_eq!(sum, 600.0);
    while source.reclaim().is_some() {}
    assert_eq!(source.in_flight(), 0);
}

pub fn unlink_and_return_to_source() {
    const LIMIT: usize = 3;
    let recorder = Recorder::default();
    let (mut source, mut target) = handoff(LIMIT);
    let (mut slot, mut made) = (None, 0);

    // The source collects now and then, and for a long time not at all: ten seconds of blocks of 64
    // frames at 48 kHz, in each of which the target would like to swap.
    let mut refused = 0;
    for block in 0..7500 + 1000 {
        let asleep = block < 7500;
        if !asleep {
            while source.reclaim().is_some() {}
        }
        match source.link(Box::new(recorder.mortal())) {
            Ok(()) => made += 1,
            // It is told, so it keeps its object; the audio never has to.
            Err(_) => {
                made += 1;
                refused += 1;
            }
        }
        target = thread::scope(|scope| {
            // A thread for each block would take long; every hundredth shows it.
            let run = |mut target: anteroom_exchange::Target<_>, slot: &mut _| {
                forbidden(|| target.swap(slot));
                target
            };
            if block % 100 == 0 {
                let slot = &mut slot;
                scope.spawn(move || run(target, slot)).join().unwrap()
            } else {
                run(target, &mut slot)
            }
        });
    }
    assert_eq!(refused, 7500 - LIMIT);
    target.unlink(slot.take().unwrap());
    while source.reclaim().is_some() {}
    recorder.assert_all_died_here(made);
}

pub fn a_pool_in_the_source() {
    const SWAPS: usize = 100_000;
    let (mut source, mut target) = handoff(2);
    let mut slot = None;
    let mut pool: Vec<Box<[f32; 64]>> = Vec::with_capacity(3);
    pool.extend((0..3).map(|_| Box::new([0.0; 64])));
    let ((), calls) = counted(|| {
        for i in 0..SWAPS {
            while let Some(used) = source.reclaim() {
                pool.push(used);
            }
            let mut buffer = pool.pop().expect("three are enough");
            buffer.fill(i as f32);
            source.link(buffer).unwrap();
            assert!(target.swap(&mut slot));
            assert_eq!(slot.as_ref().unwrap()[63], i as f32);
        }
    });
    assert_eq!(calls.made + calls.freed, 0, "all of it came from the pool");
    target.unlink(slot.take().unwrap());
}

pub fn a_count_held_on_behalf_of_the_target() {
    let recorder = Recorder::default();
    let object = Arc::new(recorder.mortal());
    let (mut source, mut target) = handoff(1);
    assert!(source.link(Box::new(object.clone())).is_ok());
    // The source forgets its own interest; the count it made for the target remains.
    let watch = Arc::downgrade(&object);
    drop(object);
    let audio = thread::spawn(move || {
        forbidden(|| {
            let linked = target.accept().unwrap();
            assert_eq!(Arc::strong_count(&linked), 1);
            target.unlink(linked);
        });
        target
    });
    let _target = audio.join().unwrap();
    assert_eq!(watch.strong_count(), 1, "it went to zero in the callback");
    drop(source.reclaim());
    assert_eq!(watch.strong_count(), 0);
    recorder.assert_all_died_here(1);
}

/// A grain: made, heard and given up in the callback.
#[derive(Clone, Copy)]
struct Grain {
    left: u32,
}

pub fn storage_local_to_the_context() {
    let mut grains: Pool<Grain> = Pool::new(64);
    let mut events: Schedule<u64, Grain> = Schedule::new(256);
    let mut stale: Vec<Key> = Vec::with_capacity(10_000);
    let mut refused = 0;
    forbidden(|| {
        for block in 0..10_000_u64 {
            let start = block * 64;
            let grain = Grain {
                left: 3 + (block % 80) as u32,
            };
            let _ = events.push(start + block % 64, grain);
            while let Some((_, grain)) = events.pop_before(&(start + 64)) {
                match grains.insert(grain) {
                    Ok(key) => stale.push(key),
                    Err(_) => refused += 1,
                }
            }
            grains.retain(|grain| {
                grain.left -= 1;
                grain.left > 0
            });
        }
        grains.retain(|_| false);
    });
    assert!(refused < 100 && stale.len() > 9000);
    // Every key of the past names nothing now, also where its place is taken again.
    for _ in 0..64 {
        assert!(grains.insert(Grain { left: 1 }).is_ok());
    }
    let live: Vec<Key> = grains.iter_mut().map(|(key, _)| key).collect();
    assert_eq!(live.len(), 64);
    for key in stale {
        assert!(grains.get(key).is_none() && grains.remove(key).is_none());
    }
    assert_eq!(grains.len(), 64);
}

pub fn closed_loop() {
    const BUFFERS: usize = 4;
    let cycles: u64 = 1_000_000;
    let (mut source, mut target) = handoff(BUFFERS);
    let (made, calls) = counted(|| [(); BUFFERS].map(|()| Some(Box::new(0_u64))));
    assert_eq!(calls.made, BUFFERS as u64);
    let mut spare = made;

    let audio = thread::spawn(move || {
        let (mut expected, mut starved) = (0, 0_u64);
        while expected < cycles {
            let got = forbidden(|| {
                let buffer = target.accept()?;
                assert_eq!(*buffer, expected, "the stream is exact");
                target.unlink(buffer);
                Some(())
            });
            match got {
                Some(()) => expected += 1,
                // Reported, and not waited for.
                None => {
                    starved += 1;
                    thread::yield_now();
                }
            }
        }
        (starved, target)
    });
    let ((), calls) = counted(|| {
        let mut sent = 0;
        while sent < cycles {
            let empty = spare.iter_mut().find_map(Option::take);
            match empty.or_else(|| source.reclaim()) {
                Some(mut buffer) => {
                    *buffer = sent;
                    source.link(buffer).unwrap();
                    sent += 1;
                }
                None => thread::yield_now(),
            }
        }
    });
    assert_eq!(calls.made + calls.freed, 0, "{BUFFERS} were enough");
    let (starved, target) = audio.join().unwrap();
    println!("{cycles} cycles of {BUFFERS} buffers, {starved} looks in vain");
    drop((source, target));
}

pub fn its_own_allocator() {
    // Against a model that may do what it likes.
    let mut noise = Noise::new(10);
    let mut pool: Pool<u64> = Pool::new(100);
    let mut model: HashMap<Key, u64> = HashMap::new();
    let mut keys: Vec<Key> = Vec::new();
    for number in 0..200_000 {
        if noise.once_in(2) || keys.is_empty() {
            match forbidden(|| pool.insert(number)) {
                Ok(key) => {
                    assert!(model.insert(key, number).is_none(), "a key twice");
                    keys.push(key);
                }
                Err(PushError::Full(back)) => assert_eq!((back, model.len()), (number, 100)),
            }
        } else {
            let key = keys[noise.below(keys.len())];
            assert_eq!(pool.get(key), model.get(&key));
            assert_eq!(forbidden(|| pool.remove(key)), model.remove(&key));
        }
        if keys.len() > 1000 {
            keys.retain(|key| model.contains_key(key) || noise.once_in(2));
        }
        assert_eq!(pool.len(), model.len());
    }
}
