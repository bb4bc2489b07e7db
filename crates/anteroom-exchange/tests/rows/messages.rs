//! D: what a message can be.

use crate::support::allocations::{counted, forbidden};
use crate::support::drops::Recorder;
use crate::support::noise::Noise;
use anteroom_exchange::{Call, PushError, Schedule, frames, handoff, queue};
use std::sync::Arc;
use std::thread;

pub fn parameters_only() {
    let (mut tx, mut rx) = queue::<[f32; 4]>(8);
    let audio = thread::spawn(move || {
        let mut sum = [0.0_f32; 4];
        let mut blocks = 0;
        while blocks < 1000 {
            match rx.pop() {
                Ok(block) => {
                    for (sum, x) in sum.iter_mut().zip(block) {
                        *sum += x;
                    }
                    blocks += 1;
                }
                Err(_) => thread::yield_now(),
            }
        }
        sum
    });
    for i in 0..1000 {
        let mut block = [i as f32, 1.0, 0.5, -1.0];
        while let Err(anteroom_exchange::PushError::Full(back)) = tx.push(block) {
            block = back;
            thread::yield_now();
        }
    }
    assert_eq!(audio.join().unwrap(), [499_500.0, 1000.0, 500.0, -1000.0]);
}

struct Engine {
    gain: u64,
    log: [u64; 4],
    logged: usize,
}

impl Engine {
    const NEW: Self = Self {
        gain: 1,
        log: [0; 4],
        logged: 0,
    };

    /// Knows that it is sent calls, and of none of them what it does.
    fn obey(&mut self, inbox: &mut anteroom_exchange::Consumer<Call<Engine>>) {
        while let Ok(call) = inbox.pop() {
            call.run(self);
        }
    }
}

pub fn function_pointers() {
    fn set_gain(engine: &mut Engine, [gain, ..]: [u64; 3]) {
        engine.gain = gain;
    }
    // Thought of later, and `Engine::obey` was not touched.
    fn log_sum(engine: &mut Engine, [a, b, c]: [u64; 3]) {
        engine.log[engine.logged] = (a + b + c) * engine.gain;
        engine.logged += 1;
    }

    let (mut tx, mut rx) = queue(4);
    tx.push(Call::new(set_gain).with([10, 0, 0])).unwrap();
    tx.push(Call::new(log_sum).with([1, 2, 3])).unwrap();
    let mut engine = Engine::NEW;
    forbidden(|| engine.obey(&mut rx));
    assert_eq!((engine.gain, engine.log[0], engine.logged), (10, 60, 1));
}

pub fn closures() {
    // What the closure knows is `Copy`: it travels as words, and nobody allocates anything.
    let (mut tx, mut rx) = queue(2);
    let mut engine = Engine::NEW;
    forbidden(|| {
        let times: u64 = 6;
        let call = Call::new(|engine: &mut Engine, [times, ..]| engine.gain *= times);
        tx.push(call.with([times, 0, 0])).unwrap();
        engine.obey(&mut rx);
    });
    assert_eq!(engine.gain, 6);

    // What the closure knows is owned: boxed here, run there, freed here.
    type Closure = dyn FnMut(&mut Engine) + Send;
    let recorder = Recorder::default();
    let (owned, mortal) = (vec![1_u64, 2, 3], recorder.mortal());
    let (mut source, mut target) = handoff::<Closure>(1);
    let (sent, made) = counted(|| {
        source.link(Box::new(move |engine| {
            let _ = &mortal;
            engine.gain += owned.iter().sum::<u64>();
        }))
    });
    assert!(sent.is_ok());
    assert_eq!(made.made, 1, "the box, in the source");

    let audio = thread::spawn(move || {
        let mut engine = Engine::NEW;
        forbidden(|| {
            let mut closure = target.accept().unwrap();
            (*closure)(&mut engine);
            target.unlink(closure);
        });
        (engine.gain, target)
    });
    let (gain, _target) = audio.join().unwrap();
    assert_eq!(gain, 7);
    assert_eq!(recorder.deaths().len(), 0);
    drop(source.reclaim());
    recorder.assert_all_died_here(1);
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Transport {
    Idle,
    Playing { at: u32 },
    Recording { from: u32 },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Start,
    Record,
    Stop,
}

impl Transport {
    /// One code, and what it means depends on the state that reads it.
    fn read(self, key: Key) -> Self {
        match (self, key) {
            (Self::Idle, Key::Start) => Self::Playing { at: 0 },
            // While playing, start means: from the top.
            (Self::Playing { .. }, Key::Start) => Self::Playing { at: 0 },
            // While recording, start means: that was the take, play it.
            (Self::Recording { from }, Key::Start) => Self::Playing { at: from },
            (Self::Idle, Key::Record) => Self::Recording { from: 0 },
            (Self::Playing { at }, Key::Record) => Self::Recording { from: at },
            (Self::Recording { from }, Key::Record) => Self::Recording { from },
            (_, Key::Stop) => Self::Idle,
        }
    }
}

pub fn one_code_several_meanings() {
    use Transport::{Idle, Playing, Recording};
    let (playing, recording) = (Playing { at: 480 }, Recording { from: 96 });
    let table = [
        (Idle, Key::Start, Playing { at: 0 }),
        (playing, Key::Start, Playing { at: 0 }),
        (recording, Key::Start, Playing { at: 96 }),
        (Idle, Key::Record, Recording { from: 0 }),
        (playing, Key::Record, Recording { from: 480 }),
        (recording, Key::Record, recording),
        (Idle, Key::Stop, Idle),
        (playing, Key::Stop, Idle),
        (recording, Key::Stop, Idle),
    ];
    let (mut tx, mut rx) = queue(1);
    for (state, key, expected) in table {
        tx.push(key).unwrap();
        assert_eq!(state.read(rx.pop().unwrap()), expected, "{state:?} {key:?}");
    }
}

/// Neither `Copy` nor `Clone`.
struct Precious(#[allow(dead_code, reason = "it is there to be dropped")] Arc<()>);

pub fn moved_in_and_out() {
    let count = Arc::new(());
    let (mut tx, mut rx) = queue(4);
    for _ in 0..4 {
        assert!(tx.push(Precious(count.clone())).is_ok());
    }
    // Refused, and given back: still the same one.
    let refused = tx.push(Precious(count.clone()));
    assert_eq!(Arc::strong_count(&count), 6);
    drop(refused);
    assert_eq!(Arc::strong_count(&count), 5);

    let received = rx.pop();
    assert_eq!(Arc::strong_count(&count), 5, "moved, not copied");
    drop(received);
    assert_eq!(Arc::strong_count(&count), 4);
    // What nobody received dies with the queue, once.
    drop((tx, rx));
    assert_eq!(Arc::strong_count(&count), 1);
}

/// 4 KiB, so that a copy would cost something.
#[derive(Clone, Copy)]
struct Spectrum {
    bins: [f32; 1024],
}

impl Default for Spectrum {
    fn default() -> Self {
        Self { bins: [0.0; 1024] }
    }
}

pub fn constructed_in_the_queue() {
    let (mut tx, mut rx) = queue::<Spectrum>(2);
    let mut chunk = tx.write_chunk(1).unwrap();
    let (slots, _) = chunk.as_mut_slices();
    let written_at = &raw const slots[0];
    for (i, bin) in (0..).zip(&mut slots[0].bins) {
        *bin = i as f32;
    }
    assert!(rx.peek().is_err(), "half a message was seen");
    chunk.commit_all();

    let read_at = &raw const *rx.peek().unwrap();
    assert_eq!(written_at, read_at);
    assert_eq!(rx.pop().unwrap().bins[1023], 1023.0);
}

pub fn interpreted_in_the_queue() {
    let (mut tx, mut rx) = queue::<Spectrum>(1);
    tx.push(Spectrum { bins: [0.5; 1024] }).unwrap();
    let chunk = rx.read_chunk(1).unwrap();
    let (slots, _) = chunk.as_slices();
    let sum: f32 = slots[0].bins.iter().sum();
    assert_eq!(sum, 512.0);
    assert!(tx.is_full(), "the slot was freed while it was read");
    chunk.commit_all();
    assert!(!tx.is_full());
}

pub fn variable_length() {
    const FRAMES: u32 = 20_000;
    const LONGEST: usize = 1500;
    // Prime, and not much longer than a frame: they wrap everywhere.
    let (mut tx, mut rx) = frames(4099);
    let content = |number: u32, noise: &mut Noise| -> Vec<u8> {
        let len = noise.below(LONGEST + 1);
        (0..len).map(|i| (i as u32 * 7 + number) as u8).collect()
    };
    let sender = thread::spawn(move || {
        let mut noise = Noise::new(9);
        for number in 0..FRAMES {
            let frame = content(number, &mut noise);
            while tx.write(&frame).is_err() {
                thread::yield_now();
            }
        }
    });
    let mut noise = Noise::new(9);
    let (mut wrapped_at, mut longest) = (std::collections::HashSet::new(), 0);
    for number in 0..FRAMES {
        let expected = content(number, &mut noise);
        let whole = loop {
            let read = rx.read(|first, second| {
                if !second.is_empty() {
                    wrapped_at.insert(first.len());
                }
                first.iter().chain(second).eq(&expected)
            });
            match read {
                Some(whole) => break whole,
                None => thread::yield_now(),
            }
        };
        assert!(whole, "frame {number}");
        longest = longest.max(expected.len());
    }
    sender.join().unwrap();
    assert_eq!(longest, LONGEST);
    assert!(wrapped_at.len() > 500, "wrapped at {}", wrapped_at.len());
    assert_eq!(rx.read(|_, _| ()), None);
}

trait Command: Send {
    fn execute(&mut self, engine: &mut Engine);
}

struct Raise {
    by: Vec<u64>,
    _mortal: crate::support::drops::Mortal,
}

struct Silence(
    #[allow(dead_code, reason = "it is there to be dropped")] crate::support::drops::Mortal,
);

impl Command for Raise {
    fn execute(&mut self, engine: &mut Engine) {
        engine.gain += self.by.iter().sum::<u64>();
    }
}

impl Command for Silence {
    fn execute(&mut self, engine: &mut Engine) {
        engine.gain = 0;
    }
}

pub fn polymorphic_commands() {
    let recorder = Recorder::default();
    let (mut source, mut target) = handoff::<dyn Command>(3);
    let raise = |by| Raise {
        by,
        _mortal: recorder.mortal(),
    };
    assert!(source.link(Box::new(raise(vec![5]))).is_ok());
    assert!(source.link(Box::new(Silence(recorder.mortal()))).is_ok());
    assert!(source.link(Box::new(raise(vec![3, 4]))).is_ok());

    let audio = thread::spawn(move || {
        let mut engine = Engine::NEW;
        forbidden(|| {
            while let Some(mut command) = target.accept() {
                command.execute(&mut engine);
                target.unlink(command);
            }
        });
        (engine.gain, target)
    });
    let (gain, _target) = audio.join().unwrap();
    assert_eq!(gain, 7);
    while source.reclaim().is_some() {}
    recorder.assert_all_died_here(3);
}

pub fn timestamped() {
    const EVENTS: usize = 100_000;
    const BLOCK: u64 = 64;
    let mut noise = Noise::new(3);
    let mut schedule = Schedule::new(EVENTS);
    let mut sent = Vec::new();
    for number in 0..EVENTS {
        // Many at equal times.
        let at = noise.below(EVENTS / 4) as u64;
        sent.push((at, number));
        forbidden(|| schedule.push(at, number)).unwrap();
    }
    assert_eq!(
        forbidden(|| schedule.push(0, EVENTS)),
        Err(PushError::Full(EVENTS))
    );

    let mut fired = Vec::with_capacity(EVENTS);
    let mut block = 0;
    while !schedule.is_empty() {
        let end = block + BLOCK;
        forbidden(|| {
            while let Some((at, number)) = schedule.pop_before(&end) {
                assert!((block..end).contains(&at), "not in its block");
                fired.push((at, number));
            }
        });
        block = end;
    }
    // A stable sort keeps equal times in the order in which they were sent.
    sent.sort_by_key(|(at, _)| *at);
    assert_eq!(fired, sent);
}

pub fn prioritised() {
    use super::work::Reads;
    use anteroom_exchange::{Priority, Request, Worker};

    let (worker, mut job_runner) = Worker::with_runner(Reads::default());
    let mut loader = worker.client(100);
    let mut streamer = worker.client(1);
    for load in 0..100 {
        loader.request(Request::new(load)).unwrap();
    }
    assert!(job_runner.step());
    let urgent = Request::new(1000).at(Priority::URGENT);
    streamer.request(urgent).unwrap();
    assert!(job_runner.step());
    let reply = streamer
        .reply()
        .expect("the late urgent one is served next");
    assert_eq!(reply.command, 1000);

    while job_runner.step() {}
    let order: Vec<_> = std::iter::from_fn(|| loader.reply())
        .map(|reply| reply.command)
        .collect();
    assert!(
        order.into_iter().eq(0..100),
        "equals are first in first out"
    );
}
