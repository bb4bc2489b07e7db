//! Rows of the patterns that the plug-in shows: objects, state and worker of one instance.

use super::plugin::{self, FRAMES};
use crate::support::allocations::forbidden;
use anteroom::exchange::{AtomicF32, Flag, RtBox, SeqLockWriter, queue};
use anteroom::impulse::{Origin, Shape, rooms};
use anteroom::instance::{AudioSide, UiHandle};
use anteroom::loader::Remote;
use anteroom::processor::{Command, Settings, Snapshot};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::thread;
use std::time::{Duration, Instant};

/// Plays until the impulse of another room was swapped in; the callback never touches the heap.
fn change_the_room(audio: &mut AudioSide, ui_handle: &mut UiHandle, remote: &Remote, index: usize) {
    let room = &rooms()[index % rooms().len()];
    let origin = Origin::Room(room.name.into(), room.recipe.clone());
    let wanted = remote.choose(origin).expect("room for a request");
    let start = Instant::now();
    let mut number = 0;
    while ui_handle.snapshots.read().generation < wanted {
        forbidden(|| plugin::block(audio, number, &Shape::default()));
        number += 1;
        thread::sleep(Duration::from_micros(200));
        // Long, because the machine may be busy with all the other tests.
        assert!(start.elapsed() < Duration::from_secs(300), "never swapped");
    }
}

/// A setting acts in the callback, on state that is the callback's own.
pub fn a_setting_changes_the_state_of_the_callback() {
    let (mut audio, _desk, _remote) = plugin::activated(|| {});
    let quiet = Settings {
        output: -60.0,
        mix: 0.0,
        ..Settings::default()
    };
    let mut loudest = 0.0_f32;
    for number in 0..100 {
        let [left, right] = &mut plugin::signal(number);
        forbidden(|| audio.process(&mut [left, right], &quiet, &Shape::default()));
        // Smoothed: after a while it is so.
        if number > 50 {
            loudest = left.iter().fold(loudest, |a, b| a.max(b.abs()));
        }
    }
    assert!(loudest > 0.0 && loudest < 0.001, "{loudest}");
}

/// The picture of the callback that an editor sees is always of one block.
pub fn snapshots_are_whole() {
    let (mut audio, mut ui_handle, _remote) = plugin::activated(|| {});
    let (mut stop, stopped) = queue::<()>(1);
    let callbacks = thread::spawn(move || {
        let mut number = 0_u32;
        while stopped.is_empty() {
            plugin::block(&mut audio, number as usize, &Shape::default());
            number += 1;
        }
        audio
    });
    let mut last = Snapshot::default();
    for _ in 0..200 {
        let now = *ui_handle.snapshots.read();
        assert!(now.blocks >= last.blocks && now.swaps >= last.swaps);
        // Of one block: either none has been played, or the rate is known.
        assert!(now.rate == 48_000.0 || now.blocks == 0);
        last = now;
        thread::sleep(Duration::from_millis(1));
    }
    stop.push(()).unwrap();
    let _audio = callbacks.join().unwrap();
    assert!(last.blocks > 0);
}

pub fn an_impulse_is_swapped() {
    let (mut audio, mut ui_handle, remote) = plugin::activated(|| {});
    let leaked = RtBox::leaked();
    let before = ui_handle.snapshots.read().swaps;
    // Not the room that it has already.
    for index in 2..=3 {
        change_the_room(&mut audio, &mut ui_handle, &remote, index);
    }
    assert!(ui_handle.snapshots.read().swaps >= before + 2);
    assert_eq!(RtBox::leaked(), leaked, "all that was replaced went home");
}

/// One impulse, read by the callback and by whoever draws it.
pub fn the_picture_and_the_sound_are_of_one_impulse() {
    let (mut audio, mut ui_handle, remote) = plugin::activated(|| {});
    change_the_room(&mut audio, &mut ui_handle, &remote, 2);
    let start = Instant::now();
    let picture = loop {
        let status = ui_handle.status.read();
        if status.generation >= ui_handle.snapshots.read().generation
            && !status.picture.channels.is_empty()
        {
            break Arc::clone(&status.picture);
        }
        assert!(start.elapsed() < Duration::from_secs(60), "no picture");
        thread::sleep(Duration::from_millis(1));
    };
    // The room before this one rings on, and for as long as it does the tail is the longer of both.
    for number in 0.. {
        if audio.slots().running < 2 {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "rings for ever");
        forbidden(|| plugin::block(&mut audio, number, &Shape::default()));
    }
    // What is drawn is as long as what sounds.
    let heard = audio.tail_samples() as f64 / 48_000.0;
    assert!((picture.seconds - heard).abs() < 0.01, "{heard}");
    // And it is still there, whole, when the next one has taken its place.
    let before = (*picture).clone();
    change_the_room(&mut audio, &mut ui_handle, &remote, 3);
    assert!(*picture == before);
}

/// An instance ends, by its parts in any order, with work in every queue.
pub fn an_instance_ends_in_any_order() {
    for order in 0..6 {
        let (mut audio, mut ui_handle, remote) = plugin::activated(|| {});
        let leaked = RtBox::leaked();
        for number in 0..20 {
            plugin::block(&mut audio, number, &plugin::shape(number));
            ui_handle
                .commands
                .push(Command::Ping(number as u32))
                .unwrap();
        }
        // Something is in work now, and something is on its way.
        let room = &rooms()[order % rooms().len()];
        remote.choose(Origin::Room(room.name.into(), room.recipe.clone()));
        match order {
            0 => drop((audio, ui_handle, remote)),
            1 => drop((audio, remote, ui_handle)),
            2 => drop((ui_handle, audio, remote)),
            3 => drop((ui_handle, remote, audio)),
            4 => drop((remote, audio, ui_handle)),
            _ => drop((remote, ui_handle, audio)),
        }
        assert_eq!(RtBox::leaked(), leaked);
    }
}

/// A preset is heard whole: all settings of a block are of one preset.
/// Parameters are atomics of their own, as the plug-in has them, and a preset sets several. That the plug-in begins a
/// change whenever it sets several is shown where it does: in `editor::ui_handle` for what the editor sets, and by the
/// hosts' tests for the states that they load.
pub fn a_preset_is_never_half_heard() {
    let [mix, width, predelay] = [0.0, 0.0, 0.0].map(AtomicF32::new);
    let read = || Settings {
        mix: mix.load(Relaxed),
        width: width.load(Relaxed),
        predelay: predelay.load(Relaxed),
        ..Settings::default()
    };
    let presets = [0.0, 1.0].map(|share: f32| Settings {
        mix: share * 100.0,
        width: share * 200.0,
        predelay: share * 500.0,
        ..Settings::default()
    });
    let load = |preset: &Settings| {
        mix.store(preset.mix, Relaxed);
        width.store(preset.width, Relaxed);
        predelay.store(preset.predelay, Relaxed);
    };
    let lock = SeqLockWriter::new();
    let mut asked = lock.reader(read());
    let (mut audio, _desk, _remote) = plugin::activated(|| {});
    let mut block = [[0.0; FRAMES]; 2];
    let mut heard = [0; 2];
    let done = Flag::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 1..=2000 {
                let change = lock.begin();
                load(&presets[number % 2]);
                drop(change);
                thread::yield_now();
            }
            done.raise();
        });
        while !done.take() {
            forbidden(|| {
                let settings = asked.read(read);
                let which = presets.iter().position(|preset| preset == settings);
                heard[which.expect("half of each")] += 1;
                let [left, right] = &mut block;
                audio.process(&mut [left, right], settings, &Shape::default());
            });
        }
    });
    assert!(heard[0] > 0, "{heard:?}");
    // The last one is heard, after at most one block.
    asked.read(read);
    assert_eq!(asked.read(read), &presets[0]);

    // Without it, half of each can be read: the check can fail.
    load(&presets[1]);
    mix.store(presets[0].mix, Relaxed);
    assert!(!presets.contains(&read()));
}

/// The command of the editor: copied, small, an enum whose variants carry what they need.
pub fn commands_are_small_enums() {
    const { assert!(size_of::<Command>() <= 32) };
    fn assert_copy<T: Copy + Send>() {}
    assert_copy::<Command>();

    let (mut audio, mut ui_handle, _remote) = plugin::activated(|| {});
    for command in [Command::Ping(7), Command::ClearTail, Command::ResetMeters] {
        ui_handle.commands.push(command).unwrap();
    }
    forbidden(|| plugin::block(&mut audio, 0, &Shape::default()));
    assert_eq!(ui_handle.snapshots.read().commands, 3, "each was matched");
    assert!(ui_handle.replies.pop().is_ok() && ui_handle.replies.pop().is_err());
}
