//! One wired instance with its own loader thread: exact bounces, changes while playing, and wires
//! that stay through any number of activations.

#[path = "instance/blend.rs"]
mod blend;
#[path = "instance/motion.rs"]
mod motion;
#[path = "instance/pick.rs"]
mod pick;
#[path = "instance/shaping.rs"]
mod shaping;

use std::time::{Duration, Instant};

use anteroom::convolution::Layout;
use anteroom::impulse::{Origin, Shape};
use anteroom::instance::{AudioSide, UiHandle, instance};
use anteroom::loader::{Format, Remote};
use anteroom::processor::{Command, Reply, Settings};

const FORMAT: Format = Format {
    rate: 48_000,
    layout: Layout::Stereo,
};

const LIMIT: Duration = Duration::from_secs(60);

fn activated(offline: bool) -> (AudioSide, UiHandle, Remote) {
    let (mut audio, ui_handle, remote) = instance(|| {}).expect("a thread");
    activate(&mut audio, &remote, FORMAT, offline);
    (audio, ui_handle, remote)
}

fn activate(audio: &mut AudioSide, remote: &Remote, format: Format, offline: bool) {
    let shape = Shape::default();
    let settled = remote
        .configure(format, Origin::default(), shape, LIMIT)
        .expect("an answer");
    assert_eq!(settled.error, None);
    audio.prepare(format, shape, settled.generation, offline);
}

#[test]
fn the_first_sample_after_activation_has_its_impulse() {
    let (mut audio, _desk, _remote) = activated(false);
    let settings = Settings {
        mix: 100.0,
        ..Settings::default()
    };
    let (mut left, mut right) = (vec![0.0; 4096], vec![0.0; 4096]);
    (left[0], right[0]) = (1.0, 1.0);
    audio.process(&mut [&mut left, &mut right], &settings, &Shape::default());
    assert!(left.iter().any(|sample| sample.abs() > 1e-4));
    assert!(audio.tail_samples() > 4096);
}

#[test]
fn the_wires_stay_through_a_hundred_activations() {
    let (mut audio, mut ui_handle, remote) = activated(false);
    for round in 0..100 {
        let format = Format {
            rate: [44_100, 48_000][round % 2],
            layout: [Layout::Stereo, Layout::MonoToStereo, Layout::Mono][round % 3],
        };
        activate(&mut audio, &remote, format, round % 5 == 0);
        ui_handle
            .commands
            .push(Command::Ping(round as u32))
            .expect("room");
        let (mut left, mut right) = ([0.1; 96], [0.1; 96]);
        let channels: &mut [&mut [f32]] = match format.layout {
            Layout::Mono => &mut [&mut left],
            _ => &mut [&mut left, &mut right],
        };
        audio.process(channels, &Settings::default(), &Shape::default());
        assert_eq!(ui_handle.replies.pop(), Ok(Reply::Pong(round as u32)));
        assert_eq!(ui_handle.snapshots.read().rate, format.rate as f32);
        remote.set_active(false);
    }
}

/// What the project remembers, by name, once it is this or after a while.
fn named(remote: &Remote, wanted: &str) -> String {
    let begin = Instant::now();
    while remote.origin().name() != wanted && begin.elapsed() < LIMIT {
        std::thread::sleep(Duration::from_millis(2));
    }
    remote.origin().name().to_owned()
}

#[test]
fn a_host_button_steps_once_each_time_it_goes_down() {
    let (mut audio, _desk, remote) = activated(false);
    let rooms: Vec<Origin> = (Origin::room_names().take(4).filter_map(Origin::room)).collect();
    let names: Vec<String> = rooms.iter().map(|room| room.name().to_owned()).collect();
    remote.set_list(rooms.clone());
    let first = remote.choose(rooms[0].clone()).expect("room for a request");
    let begin = Instant::now();
    while remote.settled() < first && begin.elapsed() < LIMIT {
        std::thread::sleep(Duration::from_millis(2));
    }
    let mut play = |down: [bool; 2], blocks: usize| {
        for _ in 0..blocks {
            audio.step(down);
            let (mut left, mut right) = ([0.0_f32; 64], [0.0_f32; 64]);
            let mut channels = [&mut left[..], &mut right[..]];
            audio.process(&mut channels, &Settings::default(), &Shape::default());
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    // A button that is down as the project opens is not pressed by that; up and down again it is,
    // and held down over many blocks it is one step.
    play([true, false], 5);
    play([false, false], 1);
    assert_eq!(remote.origin().name(), names[0]);
    play([true, false], 20);
    assert_eq!(named(&remote, &names[1]), names[1]);
    // Letting it go is none.
    play([false, false], 20);
    assert_eq!(named(&remote, &names[1]), names[1]);
    // Pressed twice before the worker may have looked: both count.
    for down in [true, false, true] {
        play([down, false], 1);
    }
    assert_eq!(named(&remote, &names[3]), names[3]);
    play([false, false], 1);
    // Back again, and round the end.
    play([false, true], 3);
    assert_eq!(named(&remote, &names[2]), names[2]);
    play([false, false], 1);
    play([true, false], 1);
    play([false, false], 1);
    play([true, false], 1);
    assert_eq!(named(&remote, &names[0]), names[0]);
}
