//! A host that sleeps is asked to process; while a room is recorded it may not sleep, and no channel is called silent.

use super::super::raw::{Events, Raw, block, port};
use super::super::warm;
use anteroom::instance::{CapturePhase, CaptureSettings, CaptureState, UiHandle};
use anteroom::state::Preset;
use assert_no_alloc::assert_no_alloc;
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_SLEEP};
use std::time::{Duration, Instant};

const FRAMES: usize = 256;

/// One block of silence: its status, and the mask of constant channels.
fn silence(raw: &Raw) -> (i32, u64) {
    let (mut input, mut output) = ([[0.0f32; FRAMES]; 2], [[0.5f32; FRAMES]; 2]);
    let mut ins = input.each_mut().map(|channel| channel.as_mut_ptr());
    let mut outs = output.each_mut().map(|channel| channel.as_mut_ptr());
    let (ins, mut outs) = (port(&mut ins), port(&mut outs));
    let events = Events::default();
    let list = events.list();
    let mut block = block(FRAMES as u32);
    (block.audio_inputs, block.audio_inputs_count) = (&raw const ins, 1);
    (block.audio_outputs, block.audio_outputs_count) = (&raw mut outs, 1);
    block.in_events = &raw const list;
    let status = assert_no_alloc(|| raw.process(&raw const block));
    (status, outs.constant_mask)
}

fn fall_asleep(raw: &Raw) {
    let asleep = (0..10_000).any(|_| silence(raw).0 == CLAP_PROCESS_SLEEP);
    assert!(asleep, "it sleeps");
    raw.pump();
    raw.processes();
}

fn poll(ui: &mut UiHandle) -> CapturePhase {
    let snapshot = *ui.snapshots.read();
    let UiHandle {
        capture, commands, ..
    } = ui;
    capture.poll(commands, &snapshot);
    capture.phase()
}

/// Waits until the host is asked to process.
fn wait_for_request(raw: &Raw, ui: &mut UiHandle) {
    let begin = Instant::now();
    while raw.processes() == 0 {
        poll(ui);
        raw.pump();
        std::thread::sleep(Duration::from_millis(1));
        assert!(begin.elapsed() < Duration::from_secs(20), "it asks");
    }
}

#[test]
fn a_sleeping_host_is_asked_and_stays_awake_while_a_room_is_recorded() {
    let preset = Preset::default();
    warm::warm(&preset.project.origin, 48_000);
    let (raw, ui) = anteroom::plugin::without_editor(|| {
        let raw = Raw::new();
        assert!(raw.load(&preset.to_clapstate()));
        assert!(raw.activate(48_000.0, 1, FRAMES as u32));
        assert!(raw.start());
        raw
    });
    let mut ui = ui.expect("the editor's ends");
    fall_asleep(&raw);
    let folder = tempfile::tempdir().expect("a folder");
    let settings = CaptureSettings {
        seconds: 1.0,
        low_hz: 50.0,
        delay_s: 0.2,
        ..CaptureSettings::default()
    };
    ui.capture
        .start(settings, folder.path().to_owned(), &mut ui.commands);
    // The transport stands still, and this host calls only when it is asked to.
    wait_for_request(&raw, &mut ui);
    let mut awake = 0;
    let begin = Instant::now();
    while awake < 100 {
        match poll(&mut ui) {
            CapturePhase::Failed(reason) => panic!("{reason}"),
            CapturePhase::Playing { .. } => {}
            _ => std::thread::sleep(Duration::from_millis(1)),
        }
        let (status, mask) = silence(&raw);
        if ui.snapshots.read().capture.state != CaptureState::Idle {
            // The first half second of it is silence all the same.
            assert_eq!((status, mask), (CLAP_PROCESS_CONTINUE, 0));
            assert_eq!(raw.tail(), u32::MAX);
            awake += 1;
        } else if status == CLAP_PROCESS_SLEEP {
            wait_for_request(&raw, &mut ui);
        }
        assert!(begin.elapsed() < Duration::from_secs(60), "it begins");
    }
    let UiHandle {
        capture, commands, ..
    } = &mut ui;
    capture.stop(commands);
    fall_asleep(&raw);
    assert_eq!(silence(&raw).1, 0b11, "silence is called silence again");
    assert!(raw.tail() != u32::MAX);
    raw.stop();
    raw.deactivate();
}
