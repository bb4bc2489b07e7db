//! The editor in a window of Windows: a small CLAP host with the plug-in in its own process. What is drawn is read back
//! before it is shown, as pictures of Wine's screen do not have it.
#![cfg(all(feature = "plugin", windows))]
#![allow(unsafe_code, missing_docs)]

mod display;
mod drag;
mod frame;
#[path = "../window/host.rs"]
#[allow(dead_code, reason = "the tests of another window system use the rest")]
mod host;
#[path = "../window/layout.rs"]
#[allow(dead_code, reason = "the tests of another window system use the rest")]
mod layout;

use std::time::{Duration, Instant};

use display::Display;
use host::Host;

/// How often the editor is opened and closed.
const OPENINGS: usize = 50;

/// A picture with fewer colours is not the screen.
const COLOURS: usize = 200;

/// The first size of an editor, pixels.
fn first() -> [u32; 2] {
    let view = anteroom::state::View::default();
    [view.width, view.height]
}

/// Looks every few milliseconds until something has come true.
fn wait(what: &str, host: &mut Host, mut is_so: impl FnMut(&mut Host) -> bool) {
    let begin = Instant::now();
    while !is_so(host) {
        // Generous: this is about whether it happens, on whatever machine.
        assert!(begin.elapsed() < Duration::from_secs(30), "{what}");
        host.pump();
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a new frame has all that a screen has.
fn is_drawn(host: &mut Host) {
    wait("the screen is drawn", host, |_| frame::colours() > COLOURS);
}

#[test]
fn a_window_takes_the_mouse_and_its_frame_changes() {
    let display = Display::open();
    let mut host = Host::new();
    host.open(&display);
    assert_eq!(host.size(), first());
    is_drawn(&mut host);
    frame::save("editor-windows.png");

    // A knob is turned by hand and the host hears of it, as one gesture. It looks different then.
    let mix = host.value("mix");
    let at = host.place("mix");
    let before = frame::around(at);
    display.drag(host.window(), at, [0, -60], || host.pump());
    wait("the host hears of the knob", &mut host, |host| {
        host.value("mix") > mix + 5.0
    });
    wait("the gesture ends", &mut host, |host| {
        host.gestures() == (1, 1)
    });
    display.point(host.window(), [300, 4]);
    wait("the knob looks different", &mut host, |_| {
        frame::around(at) != before
    });

    host.close(&display);
}

#[test]
fn a_number_is_typed_into_its_field() {
    let display = Display::open();
    let mut host = Host::new();
    host.open(&display);
    is_drawn(&mut host);
    for number in [17, 64] {
        display.click(host.window(), host.place_of_value("mix"), || host.pump());
        wait("the keyboard comes", &mut host, |host| {
            display.has_keyboard(host.window())
        });
        display.type_text(host.window(), &number.to_string(), || host.pump());
        wait("the number arrives", &mut host, |host| {
            (host.value("mix") - number as f32).abs() < 0.01
        });
    }
    host.close(&display);
}

#[test]
fn it_opens_and_closes_fifty_times() {
    let display = Display::open();
    let mut host = Host::new();
    for _ in 0..OPENINGS {
        frame::forget();
        host.open(&display);
        is_drawn(&mut host);
        assert_eq!(display.editors(host.window()), 1);
        host.close(&display);
    }
}

#[test]
fn a_host_may_resize_it() {
    let display = Display::open();
    let mut host = Host::new();
    host.open(&display);
    for size in [[640, 480], [1200, 800], [400, 300], first()] {
        host.resize(&display, size);
        wait("the window is resized", &mut host, |host| {
            host.size() == size && frame::size() == size
        });
    }
    host.close(&display);
}

#[test]
fn a_file_is_dropped_onto_the_window() {
    let display = Display::open();
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("Kirche gro\u{df} \u{266b}.wav");
    let format = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(&path, format).expect("a file");
    for index in 0..4800_i16 {
        wav.write_sample(16_000 / (1 + index)).expect("a sample");
    }
    wav.finalize().expect("a file");

    let mut host = Host::new();
    host.open(&display);
    is_drawn(&mut host);
    let target = display.drop_target(host.window());
    // What is no file is refused, and what leaves again is not taken.
    assert!(!drag::over(&target, &[], || host.pump()));
    assert!(drag::over(&target, &[&path], || host.pump()));
    assert!(!host.state().contains("Kirche"));
    assert!(drag::onto(&target, &[&path], || host.pump()));
    wait("the project remembers the file", &mut host, |host| {
        host.state().contains("Kirche gro\u{df} \u{266b}.wav")
    });
    wait("the project is marked as changed", &mut host, |host| {
        host.changes() > 0
    });
    host.close(&display);
}
