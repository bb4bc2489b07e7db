//! What the recording of a room shows: one code with several meanings, commands with a time, a closed loop of blocks.

use crate::plugin;
use crate::support::child;
use crate::support::system::page_faults;
use anteroom::impulse::Shape;
use anteroom::instance::{
    AudioSide, CapturePhase, CaptureSettings, CaptureState, CaptureWays, Command, UiHandle,
};
use std::thread;
use std::time::Duration;

fn short() -> CaptureSettings {
    CaptureSettings {
        seconds: 1.0,
        low_hz: 50.0,
        delay_s: 0.0,
        ways: CaptureWays::TrueStereo,
        ..CaptureSettings::default()
    }
}

fn poll(ui: &mut UiHandle) -> CapturePhase {
    let snapshot = *ui.snapshots.read();
    let UiHandle {
        capture, commands, ..
    } = ui;
    capture.poll(commands, &snapshot);
    capture.phase()
}

fn state(ui: &mut UiHandle) -> CaptureState {
    ui.snapshots.read().capture.state
}

/// Blocks until something is so, none faster than the worker.
fn until(
    audio: &mut AudioSide,
    ui: &mut UiHandle,
    mut is_it: impl FnMut(&mut UiHandle) -> bool,
    mut block: impl FnMut(&mut AudioSide),
) {
    while !is_it(ui) {
        match poll(ui) {
            CapturePhase::Playing { frames, .. } => {
                let (position, sent) = (
                    ui.snapshots.read().capture.position,
                    ui.capture.frames_sent(),
                );
                if sent < frames && sent < position + 1_024 {
                    thread::sleep(Duration::from_millis(1));
                    continue;
                }
            }
            CapturePhase::Failed(reason) => panic!("{reason}"),
            _ => thread::sleep(Duration::from_micros(200)),
        }
        block(audio);
    }
}

fn play(audio: &mut AudioSide) {
    plugin::block(audio, 0, &Shape::default());
}

/// D5.
pub fn one_code_means_what_the_state_makes_of_it() {
    let (mut audio, mut ui, _remote) = plugin::activated(|| {});
    let folder = tempfile::tempdir().expect("a folder");
    let stop = |ui: &mut UiHandle| {
        let number = ui.snapshots.read().capture.number;
        let stop = Command::StopCapture { number, at: 0 };
        ui.commands.push(stop).expect("room");
    };
    // Idle: nothing.
    play(&mut audio);
    stop(&mut ui);
    play(&mut audio);
    assert_eq!(state(&mut ui), CaptureState::Idle);
    // Waiting: its own sound comes back. Playing: the sweep fades out. Stopping: it goes on stopping.
    for wanted in [CaptureState::Waiting, CaptureState::Playing] {
        let to = folder.path().to_owned();
        ui.capture.start(short(), to, &mut ui.commands);
        until(&mut audio, &mut ui, |ui| state(ui) == wanted, play);
        for _ in 0..2 {
            stop(&mut ui);
            play(&mut audio);
            assert_eq!(state(&mut ui), CaptureState::Stopping, "{wanted:?}");
        }
        until(
            &mut audio,
            &mut ui,
            |ui| state(ui) == CaptureState::Idle,
            play,
        );
        ui.capture.stop(&mut ui.commands);
    }
}

/// D12.
pub fn a_command_has_its_sample() {
    let (mut audio, mut ui, _remote) = plugin::activated(|| {});
    let folder = tempfile::tempdir().expect("a folder");
    let settings = CaptureSettings {
        delay_s: 0.25,
        ..short()
    };
    play(&mut audio);
    let to = folder.path().to_owned();
    ui.capture.start(settings, to, &mut ui.commands);
    until(
        &mut audio,
        &mut ui,
        |ui| state(ui) == CaptureState::Waiting,
        play,
    );
    let mut at = None;
    while at.is_none() {
        if let CapturePhase::Playing { at: begins, .. } = poll(&mut ui) {
            at = Some(begins);
        }
        thread::sleep(Duration::from_millis(1));
    }
    let at = at.expect("it was told");
    // Two stops, the later one sent first: each would count at its sample, and the first ends it.
    let number = ui.snapshots.read().capture.number;
    for after in [30_001, 20_011] {
        let at = at + after;
        let stop = Command::StopCapture { number, at };
        ui.commands.push(stop).expect("room");
    }
    until(
        &mut audio,
        &mut ui,
        |ui| state(ui) == CaptureState::Idle,
        play,
    );
    let report = ui.snapshots.read().capture;
    // What was played is what lay between, and the fade.
    let played = report.position;
    assert!((20_011..20_011 + 960 + 64).contains(&played), "{played}");
}

/// 4.2, and R11 for its blocks.
pub fn blocks_go_round_in_a_closed_loop(test: &str) {
    assert!(child::ends_well(test, || {
        let (mut audio, mut ui, _remote) = plugin::activated(|| {});
        let folder = tempfile::tempdir().expect("a folder");
        // The code arrives page by page, once in the life of a process: a first capture meets all of it.
        for turn in 0..2 {
            (0..500).for_each(|_| play(&mut audio));
            let to = folder.path().to_owned();
            ui.capture.start(short(), to, &mut ui.commands);
            let (mut most, mut faults) = (0, 0);
            until(
                &mut audio,
                &mut ui,
                |ui| {
                    most = most.max(ui.capture.blocks_away());
                    state(ui) == CaptureState::Playing
                },
                play,
            );
            let mut blocks = 0;
            until(
                &mut audio,
                &mut ui,
                |ui| state(ui) == CaptureState::Idle,
                |audio| {
                    faults += page_faults(|| play(audio)).1;
                    blocks += 1;
                },
            );
            // 17 s of sweep, marks and silence in two seconds and a half of blocks.
            assert!(most <= anteroom::processor::CAPTURE_BLOCKS, "{most}");
            assert!(blocks * plugin::FRAMES > 10 * 48_000, "{blocks}");
            assert!(turn == 0 || faults == 0, "{faults} pages were missing");
            ui.capture.stop(&mut ui.commands);
        }
    }));
}
