//! A: execution contexts, and queues between them.

use super::plugin::{self, FRAMES};
use crate::support::patience::Patience;
use anteroom::exchange::{Shared, queue};
use anteroom::impulse::Shape;
use anteroom::processor::{Command, Reply};
use std::thread;

pub fn a_context_may_migrate_between_threads() {
    const BLOCKS: usize = 200;
    let play = |migrate: bool| -> Vec<[[f32; FRAMES]; 2]> {
        let (mut audio, _desk, _remote) = plugin::activated(|| {});
        let mut output = Vec::new();
        for number in 0..BLOCKS {
            let mut callback = || plugin::block(&mut audio, number, &Shape::default());
            output.push(match migrate {
                true => thread::scope(|scope| scope.spawn(callback).join().unwrap()),
                false => callback(),
            });
        }
        output
    };
    let there = play(true);
    assert!(there.iter().any(|block| block[0] != [0.0; FRAMES]));
    assert!(there == play(false), "not the same samples");
}

pub fn a_queue_for_each_direction() {
    const PINGS: u32 = 1000;
    let (mut audio, mut ui_handle, _remote) = plugin::activated(|| {});
    let (mut stop, stopped) = queue::<()>(1);
    let callbacks = thread::spawn(move || {
        let mut number = 0;
        while stopped.is_empty() {
            plugin::block(&mut audio, number, &Shape::default());
            number += 1;
        }
        audio
    });
    let (mut sent, mut answered) = (0, 0);
    let patience = Patience::default();
    while answered < PINGS {
        patience.go_on("an answer");
        // Neither call waits: a full queue keeps the ping here until the next time round.
        if sent < PINGS && ui_handle.commands.push(Command::Ping(sent)).is_ok() {
            sent += 1;
        }
        match ui_handle.replies.pop() {
            Ok(Reply::Pong(number)) => {
                assert_eq!(number, answered, "its own pong");
                answered += 1;
            }
            Ok(other) => panic!("nobody asked for {other:?}"),
            Err(_) => thread::yield_now(),
        }
    }
    stop.push(()).unwrap();
    let _audio = callbacks.join().unwrap();
    assert!(ui_handle.replies.is_empty(), "one each");
    assert_eq!(ui_handle.snapshots.read().replies_lost, 0);
}

pub fn the_wires_stay() {
    let (mut audio, ui_handle, remote) = plugin::activated(|| {});
    // As the plug-in keeps it, for whichever editor is open.
    let ui_handle = Shared::new(ui_handle);
    for round in 0..100 {
        remote.set_active(false);
        plugin::activate(&mut audio, &remote);
        let editor = ui_handle.clone();
        editor.with(|ui_handle| ui_handle.commands.push(Command::Ping(round)).unwrap());
        plugin::block(&mut audio, 0, &Shape::default());
        editor.with(|ui_handle| {
            assert_eq!(ui_handle.replies.pop(), Ok(Reply::Pong(round)));
            // Counted from the first activation on: nothing was made anew.
            assert_eq!(ui_handle.snapshots.read().commands, u64::from(round) + 1);
            assert!(!ui_handle.commands.is_abandoned() && !ui_handle.replies.is_abandoned());
        });
    }
}
