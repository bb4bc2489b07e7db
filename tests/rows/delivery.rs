//! F: how a context gets to look at its messages.

use super::plugin;
use anteroom::impulse::{Origin, Shape, rooms};
use anteroom::loader::Phase;
use anteroom::processor::{Command, Reply};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub fn the_callback_polls_when_it_starts() {
    let (mut audio, mut ui_handle, _remote) = plugin::activated(|| {});
    for number in 0..200 {
        // Before block k, and it takes effect in block k.
        ui_handle.commands.push(Command::Ping(number)).unwrap();
        plugin::block(&mut audio, number as usize, &Shape::default());
        assert_eq!(ui_handle.replies.pop(), Ok(Reply::Pong(number)));
    }
}

pub fn an_editor_is_notified() {
    let repaints = Arc::new(AtomicUsize::new(0));
    let count = repaints.clone();
    let (_audio, mut ui_handle, remote) = plugin::activated(move || {
        count.fetch_add(1, Ordering::Release);
    });
    let told = || repaints.load(Ordering::Acquire);
    let limit = Instant::now() + Duration::from_secs(60);

    // Nothing happens: nothing is painted, and there is no timer.
    thread::sleep(Duration::from_millis(50));
    let before = told();
    thread::sleep(Duration::from_millis(200));
    assert_eq!(told(), before);

    let room = rooms().last().expect("a built-in room");
    let wanted = Origin::Room(room.name.into(), room.recipe.clone());
    let number = remote.choose(wanted).expect("room for a request");
    loop {
        // What an editor does in a frame, and only when it was told.
        if told() > before {
            let status = ui_handle.status.read();
            if status.phase == Phase::Ready && status.generation >= number {
                break;
            }
        }
        assert!(Instant::now() < limit, "never told");
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(Duration::from_millis(100));
    let after = told();
    // Loading, and loaded.
    assert!((1..=2).contains(&(after - before)), "{}", after - before);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(told(), after);
}

pub fn a_timer_polls() {
    let (mut audio, mut ui_handle, _remote) = plugin::activated(|| {});
    // Open: at each frame of the screen the meters have moved.
    let mut last = ui_handle.snapshots.read().blocks;
    for frame in 0..30 {
        for number in 0..12 {
            plugin::block(&mut audio, frame * 12 + number, &Shape::default());
        }
        let snapshot = ui_handle.snapshots.read();
        assert!(snapshot.blocks > last);
        assert!(snapshot.input[0] != Default::default(), "no level");
        last = snapshot.blocks;
    }
    // Closed: nobody looks, nothing fills up, and the next to open sees the newest.
    for number in 0..10_000 {
        plugin::block(&mut audio, number, &Shape::default());
    }
    let commands = ui_handle.commands.slots();
    assert_eq!(commands, ui_handle.commands.buffer().capacity());
    assert!(ui_handle.snapshots.update());
    assert!(ui_handle.snapshots.output_buffer().blocks >= last + 10_000);
    assert!(!ui_handle.snapshots.update());
}
