//! Calls out of order, twice, or on two threads at once.

use super::super::blocks::{RATE, play, playing, reference, sound};
use super::super::channels::Channels;
use super::super::raw::{Events, Raw};
use clap_sys::process::CLAP_PROCESS_ERROR;

#[test]
fn the_tail_is_kept_where_the_host_stops_and_starts_around_each_block() {
    let truth = reference(9_600);
    let raw = playing(64);
    for start in (0..9_600).step_by(64) {
        assert!(raw.start());
        let heard = sound(&raw, start, 64, &Events::default());
        assert_eq!(heard.channel(0), &truth[0][start..][..64], "at {start}");
        raw.stop();
    }
    // What is there to forget the sound does so.
    raw.reset();
    let silent = |raw: &Raw| {
        let mut output = Channels::new(2, 64);
        play(raw, 64, &mut [], &mut output.pointers(), &Events::default());
        output.channel(0) == [0.0; 64]
    };
    assert!(silent(&raw));
    sound(&raw, 0, 9_600, &Events::default());
    assert!(!silent(&raw));
    raw.stop();
    raw.deactivate();
    assert!(raw.activate(RATE, 1, 64) && raw.start());
    assert!(silent(&raw), "nor does it outlive an activation");
}

#[test]
fn outside_of_an_activation_there_is_silence() {
    let raw = Raw::new();
    let silent = |raw: &Raw| {
        let (mut input, mut output) = (Channels::noise(2, 0, 64), Channels::new(2, 64));
        let status = play(
            raw,
            64,
            &mut input.pointers(),
            &mut output.pointers(),
            &Events::default(),
        );
        output.hold();
        assert_eq!(status, CLAP_PROCESS_ERROR);
        assert_eq!(output.channel(0), [0.0; 64]);
        assert_eq!(output.channel(1), [0.0; 64]);
    };
    silent(&raw);
    assert!(!raw.start());
    raw.stop();
    raw.reset();
    raw.deactivate();
    silent(&raw);
    assert!(raw.activate(RATE, 1, 64));
    // Nobody has said that it starts: it plays.
    sound(&raw, 0, 64, &Events::default());
    // Activated twice, and twice not.
    assert!(raw.activate(44_100.0, 1, 128) && raw.start());
    sound(&raw, 0, 128, &Events::default());
    raw.deactivate();
    silent(&raw);
    raw.deactivate();
    silent(&raw);
}

#[test]
fn a_layout_is_not_changed_under_the_audio_thread() {
    let raw = playing(64);
    for layout in [0, 1, 2, 3, u32::MAX] {
        assert!(!raw.select(layout), "{layout}");
        sound(&raw, 0, 64, &Events::default());
    }
    raw.deactivate();
    assert!(raw.select(2) && !raw.select(3));
    assert!(raw.activate(RATE, 1, 64) && raw.start());
    // A host that goes on with two channels.
    let (mut input, mut output) = (Channels::noise(2, 0, 64), Channels::new(2, 64));
    play(
        &raw,
        64,
        &mut input.pointers(),
        &mut output.pointers(),
        &Events::default(),
    );
    assert!(output.channel(0).iter().any(|sample| *sample != 0.0));
    assert_eq!(output.channel(1), [0.0; 64]);
}

#[test]
fn rates_that_are_none_are_refused_and_blocks_are_not_believed() {
    let raw = Raw::new();
    for rate in [0.0, -48_000.0, f64::NAN, f64::INFINITY, 1e9, 1e-9] {
        assert!(!raw.activate(rate, 1, 64), "{rate}");
        assert!(!raw.start());
    }
    for (least, most) in [(0, 0), (1, u32::MAX), (u32::MAX, u32::MAX), (512, 64)] {
        assert!(raw.activate(RATE, least, most), "{least} to {most}");
        assert!(raw.start());
        sound(&raw, 0, 256, &Events::default());
        raw.stop();
        raw.deactivate();
    }
}

/// Two threads where one should be: the one that comes second waits, or is sent away.
#[test]
fn the_main_thread_may_come_in_the_middle_of_a_block() {
    let raw = playing(64);
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let events = Events::default().set(70, raw.id("mix"), 0.5);
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let mut input = Channels::noise(2, 0, 64);
                    let mut output = Channels::new(2, 64);
                    play(
                        &raw,
                        64,
                        &mut input.pointers(),
                        &mut output.pointers(),
                        &events,
                    );
                    output.hold();
                    std::thread::yield_now();
                }
            });
        }
        for turn in 0..20 {
            raw.stop();
            raw.deactivate();
            assert!(raw.select(turn % 3));
            raw.flush(&Events::default().set(0, raw.id("width"), 0.5));
            assert!(raw.activate(RATE, 1, 64) && raw.start());
            raw.reset();
            raw.pump();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}
