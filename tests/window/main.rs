//! The editor in a real window: a small CLAP host with the plug-in in its own process, on an X
//! server of its own (Xvfb). Without that server the tests say so and pass, except under `CI=true`.
#![cfg(all(feature = "plugin", target_os = "linux"))]
#![allow(unsafe_code, missing_docs)]

mod access;
mod cost;
mod display;
mod drag;
mod faults;
mod host;
mod keys;
mod layout;
#[path = "../common/server.rs"]
mod server;
mod sizes;

use anteroom_test_support as support;
use std::time::{Duration, Instant};

use display::Display;
use host::Host;

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

/// Sockets that this process has open.
fn sockets() -> usize {
    let files = std::fs::read_dir("/proc/self/fd").expect("the system tells open files");
    let targets = files
        .flatten()
        .filter_map(|file| std::fs::read_link(file.path()).ok());
    targets
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .count()
}

#[test]
fn a_window_is_drawn_dragged_resized_and_opened_again() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = Host::new();
    let others = sockets();
    host.open(&display);
    let size = first();
    assert_eq!(host.size(), size);

    wait("the screen is drawn", &mut host, |_| {
        display.colours() > 200
    });
    display.save("window.png");

    // A knob is turned by hand and the host hears of it, as one gesture.
    let mix = host.value("mix");
    let at = host.place("mix");
    display.drag(at, [0, -60], || host.pump());
    wait("the host hears of the knob", &mut host, |host| {
        host.value("mix") > mix + 5.0
    });
    wait("the gesture ends", &mut host, |host| {
        host.gestures() == (1, 1)
    });

    // A flag of the display is dragged by hand, and the host hears of that too. The first one is that of the pre-delay.
    display.click(layout::position_of("Time view"));
    // A hand takes a moment: what comes within one frame is taken to be where the pointer was last.
    let clicked = Instant::now();
    wait("a moment", &mut host, |_| {
        clicked.elapsed() > Duration::from_millis(300)
    });
    display.save("time.png");
    let plot = layout::plot_area();
    let at = [plot.left() as i32 + 6, plot.top() as i32 + 6];
    wait("the host hears of the flag", &mut host, |host| {
        // Before the impulse is prepared there is no flag.
        display.drag(at, [80, 0], || host.pump());
        host.value("predelay") > 10.0
    });
    wait("its gesture ends", &mut host, |host| {
        host.gestures() == (2, 2)
    });

    // Below the smallest size the screen zooms out.
    for size in [[640, 480], [1400, 900], [400, 300], size] {
        host.resize(&display, size);
        wait("the window is resized", &mut host, |host| {
            host.size() == size
        });
    }
    host.close(&display);

    // When the host has closed the editor, the window's thread has let go of everything: the host may unload the
    // library next. Its connections to the server show it. One may be left for a moment, of the clipboard, whose
    // thread does no more than end.
    for _ in 0..200 {
        host.open(&display);
        host.pump();
        assert!(sockets() > others + 1);
        host.close(&display);
        let left = sockets();
        assert!(
            left <= others + 1,
            "the window's thread goes on: {left} for {others}"
        );
        wait("the clipboard's connection is closed", &mut host, |_| {
            sockets() <= others
        });
    }
    host.open(&display);
    wait("the screen is drawn again", &mut host, |_| {
        display.colours() > 200
    });
    host.close(&display);
}

/// A window must not wait for a frame that it has asked for too early.
#[test]
fn a_host_that_takes_its_time_sees_the_screen_as_well() {
    let Some(display) = Display::open() else {
        return;
    };
    let mut host = Host::new();
    let saved = host.saved();
    for _ in 0..3 {
        host.embed(&display);
        for turn in 0..30 {
            host.pump();
            if turn == 10 {
                host.load(&saved);
            }
            match turn {
                20 => host.resize(&display, [640, 480]),
                25 => host.resize(&display, first()),
                _ => {}
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        // And shown again it is seen again.
        for _ in 0..2 {
            host.show();
            wait("the screen is drawn", &mut host, |_| {
                display.colours() > 200
            });
            host.hide();
            wait("the screen is gone", &mut host, |_| display.colours() < 200);
        }
        host.close(&display);
    }
}

#[test]
fn two_windows_side_by_side() {
    let Some(display) = Display::open() else {
        return;
    };
    let (mut left, mut right) = (Host::new(), Host::new());
    left.open(&display);
    right.open(&display);
    wait("both are drawn", &mut left, |_| {
        right.pump();
        display.colours() > 200
    });
    // What is turned in one stays out of the other: the windows lie upon each other, and the
    // second is on top.
    let before = (left.value("mix"), right.value("mix"));
    let at = right.place("mix");
    display.drag(at, [0, -60], || {
        left.pump();
        right.pump();
    });
    wait("the upper one hears of it", &mut left, |_| {
        right.pump();
        right.value("mix") > before.1 + 5.0
    });
    assert_eq!(left.value("mix"), before.0);
    right.close(&display);
    left.pump();
    left.close(&display);
}

#[test]
fn a_file_is_dropped_onto_the_window() {
    let Some(display) = Display::open() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("dropped.wav");
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
    wait("the screen is drawn", &mut host, |_| {
        display.colours() > 200
    });
    let window = host.window();
    assert!(drag::file(&display, window, &path, || host.pump()));
    wait("the project remembers the file", &mut host, |host| {
        host.state().contains("dropped.wav")
    });
    wait("the project is marked as changed", &mut host, |host| {
        host.changes() > 0
    });
    host.close(&display);
}
