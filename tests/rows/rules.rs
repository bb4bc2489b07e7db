//! R: the rules of the second text, on the plug-in's own callback.

use super::plugin::{self, FRAMES, PERIOD};
use crate::support::allocations::{Calls, counted, forbidden};
use crate::support::child;
use crate::support::noise::Noise;
use crate::support::patience::Patience;
use crate::support::system::{
    makes_no_system_call, page_faults, thread_time, while_all_others_are_stopped,
};
use anteroom::exchange::RtBox;
use anteroom::impulse::{NamedRoom, Origin, Shape, rooms};
use anteroom::instance::{AudioSide, UiHandle};
use anteroom::loader::Remote;
use anteroom::params::{Acts, PARAMS, ParamValues};
use anteroom::processor::{Command, Settings};
use std::thread;
use std::time::{Duration, Instant};

/// Everything a user can do, over and over: commands, other shapes, other rooms.
fn do_something(number: usize, ui_handle: &mut UiHandle, remote: &Remote) {
    // A full queue refuses, and the next time will do.
    let _ = match number % 400 {
        0 => ui_handle
            .commands
            .push(Command::Ping(number as u32))
            .is_ok(),
        100 => ui_handle.commands.push(Command::ClearTail).is_ok(),
        200 => ui_handle.commands.push(Command::ResetMeters).is_ok(),
        300 if number % 10_000 < 400 => {
            let room = &rooms()[number / 10_000 % rooms().len()];
            let origin = Origin::Room(room.name.into(), room.recipe.clone());
            remote.choose(origin).is_some()
        }
        _ => ui_handle.replies.pop().is_ok(),
    };
    ui_handle.snapshots.read();
    ui_handle.status.read();
}

/// One block, with a new shape now and then; and before it goes on, the loader gets to make it, on a busy machine too.
/// Meanwhile the callback goes on, as an engine may wait for it. Every block is made by `play`.
fn play_on(audio: &mut AudioSide, number: usize, mut play: impl FnMut(&mut AudioSide, &Shape)) {
    let shape = plugin::shape(number / 2000);
    play(audio, &shape);
    if number % 2000 == GRID_BLOCKS {
        let patience = Patience::default();
        while !audio.is_settled() {
            patience.go_on("the new engine");
            thread::sleep(Duration::from_millis(1));
            play(audio, &shape);
        }
    }
}

pub fn no_allocation() {
    // A minute of audio.
    let blocks = 60 * 48_000 / FRAMES;
    let (mut audio, mut ui_handle, remote) = plugin::activated(|| {});
    let leaked = RtBox::leaked();
    for number in 0..blocks {
        do_something(number, &mut ui_handle, &remote);
        play_on(&mut audio, number, |audio, shape| {
            forbidden(|| plugin::block(audio, number, shape));
        });
    }
    let snapshot = *ui_handle.snapshots.read();
    assert!(
        snapshot.swaps > 3,
        "{} swaps: not much happened",
        snapshot.swaps
    );
    assert!(snapshot.commands > 100);
    assert_eq!(RtBox::leaked(), leaked);
}

pub fn no_lock(test: &str) {
    let stopping = || {
        let (mut audio, mut ui_handle, remote) = plugin::activated(|| {});
        thread::spawn(move || {
            let mut number = 0;
            loop {
                do_something(number, &mut ui_handle, &remote);
                number += 1;
            }
        });
        let mut noise = Noise::new(21);
        let mut number = 0;
        for round in 0..100 {
            // Wherever the editor and the loader are just now, there they stay.
            let start = Instant::now();
            while start.elapsed() < Duration::from_micros(noise.below(3000) as u64) {
                std::hint::spin_loop();
            }
            while_all_others_are_stopped(|| {
                for _ in 0..50 {
                    plugin::block(&mut audio, number, &plugin::shape(round / 10));
                    number += 1;
                }
            });
        }
    };
    assert!(child::ends_well(test, stopping));
}

/// Brings an instance to where it has everything to do: commands to obey, and an engine to swap in.
fn laden() -> (AudioSide, UiHandle, Remote) {
    let (mut audio, mut ui_handle, remote) = plugin::activated(|| {});
    let patience = Patience::default();
    // One block to wish for another shape; the engine is then there, and not yet accepted.
    for number in 0..GRID_BLOCKS {
        plugin::block(&mut audio, number, &plugin::shape(1));
    }
    while !audio.is_settled() {
        thread::sleep(Duration::from_millis(1));
        patience.go_on("the new engine");
    }
    for number in 0..16 {
        ui_handle.commands.push(Command::Ping(number)).unwrap();
    }
    ui_handle.commands.push(Command::ClearTail).unwrap();
    ui_handle.commands.push(Command::ResetMeters).unwrap();
    (audio, ui_handle, remote)
}

/// Blocks between two points where an engine is swapped in.
const GRID_BLOCKS: usize = anteroom::instance::GRID_SAMPLES / FRAMES;

pub fn no_io(test: &str) {
    assert!(child::ends_well(test, || {
        let (mut audio, _desk, _remote) = laden();
        let before = audio.slots().swaps;
        assert!(makes_no_system_call(|| {
            for number in 0..1000 {
                plugin::block(&mut audio, number, &plugin::shape(1));
            }
            // In the fork: the engine was swapped in there.
            assert!(audio.slots().swaps > before);
        }));
    }));
}

/// Processor time of each block, sorted.
fn times(blocks: usize, mut play: impl FnMut(usize)) -> Vec<Duration> {
    let mut times: Vec<_> = (0..blocks)
        .map(|number| {
            let start = thread_time();
            play(number);
            thread_time() - start
        })
        .collect();
    times.sort();
    times
}

pub fn worst_case_and_median() {
    let blocks = if cfg!(debug_assertions) {
        10_000
    } else {
        100_000
    };
    let report = |what: &str, times: &[Duration]| {
        let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
        println!(
            "{what}: p50 {:?}, p99.9 {:?}, max {:?}",
            at(0.5),
            at(0.999),
            at(1.0)
        );
        at(0.5)
    };
    let (mut audio, mut ui_handle, remote) = plugin::activated(|| {});
    let calm = times(blocks, |number| {
        plugin::block(&mut audio, number, &Shape::default());
    });
    let calm = report("calm ", &calm);
    let storm = times(blocks, |number| {
        for _ in 0..8 {
            let _ = ui_handle.commands.push(Command::Ping(number as u32));
        }
        while ui_handle.replies.pop().is_ok() {}
        do_something(number, &mut ui_handle, &remote);
        plugin::block(&mut audio, number, &plugin::shape(number / 2000));
    });
    report("storm", &storm);
    // Reported, not judged: the machine is shared. What is judged is the kind of cost.
    assert!(calm < PERIOD, "half of all blocks are late");
}

pub fn reset_costs_no_more_than_a_block() {
    let (mut audio, _desk, _remote) = plugin::activated(|| {});
    let settings = Settings {
        // The longest delay line there is.
        predelay: 500.0,
        ..Settings::default()
    };
    let play = |audio: &mut AudioSide, number| {
        let [left, right] = &mut plugin::signal(number);
        audio.process(&mut [left, right], &settings, &Shape::default());
    };
    // The best of many, which no other process has a part in.
    let (mut block, mut reset, mut after) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for round in 0..50 {
        let least = times(100, |number| play(&mut audio, round * 100 + number));
        block = block.min(least[50]);
        let one = times(1, |_| forbidden(|| audio.reset()));
        reset = reset.min(one[0]);
        // What was put off must not all be done in the next block either.
        let next = times(1, |number| play(&mut audio, number));
        after = after.min(next[0]);
    }
    println!("block {block:?}, reset {reset:?}, the block after it {after:?}");
    // A tail that is cleared by force takes longer the longer it is. (That nothing of the delay line is
    // touched, not even of one of ten seconds, is a test of its own in `processor::predelay`.)
    let enough = block * 4 + Duration::from_micros(20);
    assert!(reset < enough && after < enough);
}

pub fn everything_is_prepared() {
    let (mut audio, _desk, _remote) = plugin::activated(|| {});
    let mut noise = Noise::new(8);
    let ((), calls) = counted(|| {
        for number in 0..5000 {
            let mut values = ParamValues::default();
            // Every parameter that acts on the sound, all through its range.
            for param in PARAMS.iter().filter(|param| param.acts == Acts::Sound) {
                let share = noise.below(1001) as f32 / 1000.0;
                values.set(param.id, param.min + share * (param.max - param.min));
            }
            let settings = values.settings();
            let [left, right] = &mut plugin::signal(number);
            audio.process(&mut [left, right], &settings, &Shape::default());
            if number % 100 == 0 {
                audio.reset();
            }
        }
    });
    assert_eq!(calls, Calls::default());
}

pub fn no_page_fault(test: &str) {
    // In a process of its own: after a fork elsewhere, every page is copied when it is next written to.
    assert!(child::ends_well(test, || {
        let (mut audio, mut ui_handle, remote) = plugin::activated(|| {});
        // The code itself and the stack arrive page by page as well, once in the life of a process:
        // the first of these blocks use all of it, up to a swap. From then on only objects are new.
        const WARM: usize = 3000;
        let mut before = 0;
        let mut faulted = Vec::new();
        for number in 0..WARM + 10_000 {
            if number == WARM {
                before = audio.slots().swaps;
            }
            do_something(number, &mut ui_handle, &remote);
            play_on(&mut audio, number, |audio, shape| {
                let (_, faults) = page_faults(|| plugin::block(audio, number, shape));
                if faults > 0 && number >= WARM {
                    faulted.push((number, faults));
                }
            });
        }
        let swaps = audio.slots().swaps - before;
        assert!(swaps > 2, "{swaps} new engines are not many");
        assert!(faulted.is_empty(), "(block, faults): {faulted:?}");
    }));
}

/// The room that the user chooses before this block, if it is one where that is done.
fn chosen_room(number: usize) -> Option<&'static NamedRoom> {
    let rooms = rooms();
    number
        .is_multiple_of(JOB_BLOCKS)
        .then(|| &rooms[number / JOB_BLOCKS % rooms.len()])
}

/// Two seconds of audio, in which the loader is never without work: blocks, those that were late, and those that
/// stood still. `beside` is done by the callback.
fn two_seconds_of_loading(beside: impl Fn(usize)) -> (usize, usize, usize) {
    let (mut audio, mut ui_handle, remote) = plugin::activated(|| {});
    let start = Instant::now();
    let (mut number, mut late, mut stalls, mut told) = (0, 0, 0, false);
    let mut next = PERIOD;
    while start.elapsed() < Duration::from_secs(2) {
        if let Some(room) = chosen_room(number) {
            let _ = remote.choose(Origin::Room(room.name.into(), room.recipe.clone()));
        }
        let (spent, begin) = (thread_time(), Instant::now());
        plugin::block(&mut audio, number, &plugin::shape(number / 10));
        beside(number);
        stalls += usize::from(begin.elapsed() > Duration::from_millis(50));
        // In processor time, so that a machine that is busy with other things is not held against it.
        late += usize::from(thread_time() - spent > PERIOD);
        told |= matches!(
            ui_handle.status.read().phase,
            anteroom::loader::Phase::Loading { .. }
        );
        number += 1;
        thread::sleep(next.saturating_sub(start.elapsed()));
        next += PERIOD;
    }
    println!("{number} blocks, {late} late, {stalls} stalls");
    assert!(told, "the user did not see it loading");
    (number, late, stalls)
}

/// Blocks between two impulses that the user chooses.
const JOB_BLOCKS: usize = 100;

pub fn unbounded_tasks_elsewhere() {
    let (number, late, stalls) = two_seconds_of_loading(|_| ());
    let due = Duration::from_secs(2).as_nanos() / PERIOD.as_nanos();
    assert!(number as u128 * 10 >= due * 9, "{number} blocks of {due}");
    // A virtual machine is stopped now and then, and that time is charged to whoever was running.
    assert!(late <= 2, "{late} blocks were late");
    // A callback that waited for the loader would stand still with each of its dozen jobs; what is
    // left over is the machine's.
    assert!(stalls <= 5, "{stalls} stalls");

    // One that does only a part of each job itself is caught, each time: it makes the room.
    let (number, late, _) = two_seconds_of_loading(|number| {
        if let Some(room) = chosen_room(number) {
            std::hint::black_box(room.recipe.render(48_000, 1));
        }
    });
    let jobs = number.div_ceil(JOB_BLOCKS);
    assert!(late >= jobs && jobs > 5, "{late} late of {jobs} jobs");
}

pub fn the_deadline_is_known() {
    let (mut audio, mut ui_handle, _remote) = plugin::activated(|| {});
    for number in 0..500 {
        plugin::block(&mut audio, number, &Shape::default());
    }
    let snapshot = *ui_handle.snapshots.read();
    // Shares of a period: of the last block, of the mean, of the worst.
    assert!(snapshot.load > 0.0 && snapshot.load_mean > 0.0);
    assert!(snapshot.load_worst >= snapshot.load_mean);
    println!(
        "load: mean {:.1} %, worst {:.1} %",
        snapshot.load_mean * 100.0,
        snapshot.load_worst * 100.0
    );
    // A block of one frame takes a large share of its time: it is the worst, until that is forgotten.
    let [mut left, mut right] = [[0.5]; 2];
    let channels = &mut [&mut left[..], &mut right[..]];
    audio.process(channels, &Settings::default(), &Shape::default());
    plugin::block(&mut audio, 0, &Shape::default());
    let worst = ui_handle.snapshots.read().load_worst;
    // More than once, as the machine may be busy in the blocks after it.
    let forgotten = (0..100).any(|_| {
        ui_handle.commands.push(Command::ResetMeters).unwrap();
        plugin::block(&mut audio, 0, &Shape::default());
        plugin::block(&mut audio, 1, &Shape::default());
        ui_handle.snapshots.read().load_worst < worst
    });
    assert!(forgotten);
}
