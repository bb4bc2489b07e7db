//! Recording from the editor: loaded at once as one step of undo, ended by Escape and by the window, kept or discarded.

use std::time::{Duration, Instant};

use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use super::super::tests::{Host, controller_and_audio};
use super::super::*;
use crate::editor::panels::header::Page;
use crate::editor::view_model::{CapturePhase, CaptureSettings, CaptureWays};
use crate::instance::{AudioSide, CaptureState, Format, Wait};
use crate::params::Settings;
use crate::state::Origin;
use anteroom_convolver::Layout;
use anteroom_impulse::Shape;

/// The editor and the audio thread, whose output is wired to its input.
struct Studio {
    controller: Controller,
    audio: AudioSide,
    wire: [Vec<f32>; 2],
    folder: tempfile::TempDir,
    _host: Arc<Host>,
}

const FRAMES: usize = 256;

impl Studio {
    fn block(&mut self) {
        let [left, right] = &mut self.wire;
        let settings = Settings::default();
        self.audio
            .process(&mut [left, right], &settings, &Shape::default());
    }

    fn files(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.folder.path().join("impulses"));
        let entries = entries.into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        found.sort();
        found
    }

    fn phase(&self) -> CapturePhase {
        self.controller.ui_handle.capture.phase()
    }

    /// Blocks for a frame of the editor, as many as the worker has made.
    fn play(&mut self) {
        for _ in 0..40 {
            if let CapturePhase::Playing { frames, .. } = self.phase() {
                let position = self.controller.ui_handle.snapshots.read().capture.position;
                let sent = self.controller.ui_handle.capture.frames_sent();
                if sent < frames && sent < position + 4 * FRAMES as u64 {
                    std::thread::sleep(Duration::from_millis(1));
                    return;
                }
            }
            self.block();
        }
    }
}

type Stage = Harness<'static, Studio>;

/// An editor that shows the page.
fn stage() -> Stage {
    let (mut controller, mut audio, host) = controller_and_audio();
    let folder = tempfile::tempdir().expect("a folder");
    controller.user_data = UserData::new(Some(folder.path().to_owned()));
    controller.screen.header.page = Page::Record;
    controller.screen.record.settings = CaptureSettings {
        seconds: 1.0,
        low_hz: 50.0,
        delay_s: 0.0,
        ways: CaptureWays::Stereo,
        ..CaptureSettings::default()
    };
    let format = Format {
        rate: 48_000,
        layout: Layout::Stereo,
    };
    let room = Origin::room("Studio").expect("a room");
    let settled = (controller.remote).configure(format, room, Shape::default(), Wait::WhileItMoves);
    let generation = settled.expect("an answer").generation;
    audio.prepare(format, Shape::default(), generation, false);
    let mut studio = Studio {
        controller,
        audio,
        wire: [vec![0.0; FRAMES], vec![0.0; FRAMES]],
        folder,
        _host: host,
    };
    studio.block();
    Harness::builder()
        .with_size([1000.0, 640.0])
        .with_step_dt(1.0 / 60.0)
        .with_context_setup(theme::apply)
        .build_ui_state(
            |ui, studio: &mut Studio| studio.controller.frame(ui, 1.0),
            studio,
        )
}

/// Frames and blocks until something is so.
fn until(stage: &mut Stage, mut is_it: impl FnMut(&mut Studio) -> bool) {
    let begin = Instant::now();
    while !is_it(stage.state_mut()) {
        stage.state_mut().play();
        stage.step();
        std::thread::sleep(Duration::from_millis(1));
        let phase = stage.state().phase();
        assert!(begin.elapsed() < Duration::from_secs(120), "{phase:?}");
    }
}

fn press_record(stage: &mut Stage) {
    stage.step();
    stage.get_by_label("Record").click();
    stage.step();
}

/// Waits until the sweep is heard.
fn sweep(stage: &mut Stage) {
    until(stage, |studio| {
        studio
            .controller
            .ui_handle
            .snapshots
            .read()
            .capture
            .position
            > 30_000
    });
}

/// It ends within a few blocks: nothing sounds, and nothing is left.
fn is_over(stage: &mut Stage) {
    assert_eq!(stage.state().phase(), CapturePhase::Idle);
    let studio = stage.state_mut();
    for _ in 0..20 {
        studio.wire = [vec![0.0; FRAMES], vec![0.0; FRAMES]];
        studio.block();
    }
    let state = studio.controller.ui_handle.snapshots.read().capture.state;
    assert_eq!(state, CaptureState::Idle);
    assert!(studio.wire[0].iter().all(|sample| sample.abs() < 0.2));
    assert_eq!(studio.files(), Vec::<PathBuf>::new());
    until(stage, |studio| {
        studio.controller.ui_handle.capture.blocks_away() == 0
    });
}

#[test]
fn what_is_recorded_is_loaded_at_once_as_one_step_and_kept() {
    let mut stage = stage();
    assert_eq!(stage.state().controller.remote.origin().name(), "Studio");
    press_record(&mut stage);
    assert!(stage.state().phase().is_busy());
    until(&mut stage, |studio| {
        matches!(&*studio.controller.remote.origin(), Origin::File(_))
    });
    let files = stage.state().files();
    assert_eq!(files.len(), 2, "an impulse and its note: {files:?}");
    let origin = stage.state().controller.remote.origin();
    let Origin::File(file) = &*origin else {
        panic!("{origin:?}");
    };
    assert!(files.contains(&file.absolute), "{file:?}");
    stage.step();
    for label in ["Keep", "Discard", "Again", "Latency"] {
        assert!(stage.query_by_label(label).is_some(), "{label}");
    }
    // One step back is the room from before, one forward the recording.
    let undo = |stage: &mut Stage, modifiers: Modifiers| {
        stage.key_press_modifiers(modifiers, Key::Z);
        stage.step();
        stage.step();
    };
    undo(&mut stage, Modifiers::COMMAND);
    assert_eq!(stage.state().controller.remote.origin().name(), "Studio");
    let history = &stage.state().controller.screen.history;
    assert_eq!(history.available(), (false, true), "it was one step");
    undo(&mut stage, Modifiers::COMMAND | Modifiers::SHIFT);
    let again = stage.state().controller.remote.origin();
    assert!(matches!(&*again, Origin::File(again) if again.absolute == file.absolute));
    stage.get_by_label("Keep").click();
    stage.step();
    stage.step();
    assert_eq!(stage.state().phase(), CapturePhase::Idle);
    assert_eq!(stage.state().controller.screen.header.page, Page::Impulse);
    assert_eq!(stage.state().files(), files);
}

#[test]
fn what_is_discarded_is_deleted_and_the_impulse_from_before_is_back() {
    let mut stage = stage();
    press_record(&mut stage);
    until(&mut stage, |studio| {
        matches!(&*studio.controller.remote.origin(), Origin::File(_))
    });
    stage.step();
    stage.get_by_label("Discard").click();
    stage.step();
    until(&mut stage, |studio| studio.files().is_empty());
    assert_eq!(stage.state().controller.remote.origin().name(), "Studio");
    assert_eq!(stage.state().phase(), CapturePhase::Idle);
    let recent = &stage.state().controller.screen.browser.bookmarks.recent;
    let is_file = |source: &ImpulseSource| matches!(source, ImpulseSource::File(_));
    assert!(!recent.iter().any(is_file), "{recent:?}");
}

#[test]
fn escape_ends_it_wherever_the_focus_is() {
    let mut stage = stage();
    press_record(&mut stage);
    sweep(&mut stage);
    stage.get_by_label("Mix").focus();
    stage.step();
    stage.key_press(Key::Escape);
    stage.step();
    stage.step();
    is_over(&mut stage);
}

#[test]
fn a_window_that_closes_ends_it_and_the_room_is_silent() {
    let mut stage = stage();
    press_record(&mut stage);
    sweep(&mut stage);
    let studio = stage.state_mut();
    let begin = Instant::now();
    studio.controller.close();
    assert!(
        begin.elapsed() < Duration::from_millis(500),
        "it waits for nothing"
    );
    for _ in 0..20 {
        studio.wire = [vec![0.0; FRAMES], vec![0.0; FRAMES]];
        studio.block();
    }
    assert!(studio.wire[0].iter().all(|sample| sample.abs() < 0.2));
    let state = studio.controller.ui_handle.snapshots.read().capture.state;
    assert_eq!(state, CaptureState::Idle);
    assert_eq!(studio.phase(), CapturePhase::Idle);
    let begin = Instant::now();
    while studio.controller.ui_handle.capture.blocks_away() > 0 {
        studio.block();
        std::thread::sleep(Duration::from_millis(2));
        assert!(begin.elapsed() < Duration::from_secs(20));
    }
    assert_eq!(studio.files(), Vec::<PathBuf>::new());
}

#[test]
fn a_host_that_processes_nothing_is_named_on_the_page() {
    let mut stage = stage();
    press_record(&mut stage);
    let begin = Instant::now();
    // Frames, and no blocks.
    while stage
        .query_by_label_contains("No audio is being processed")
        .is_none()
    {
        std::thread::sleep(Duration::from_millis(10));
        stage.step();
        assert!(begin.elapsed() < Duration::from_secs(20), "it says so");
    }
    stage.get_by_label("Stop (Escape)").click();
    stage.step();
    stage.step();
    is_over(&mut stage);
}
