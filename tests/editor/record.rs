//! The page on which a room is recorded: how it is reached, what it asks for, and how its states look.

use std::path::PathBuf;
use std::sync::Arc;

use anteroom::editor::panels::browser::Tab;
use anteroom::editor::panels::header::Page;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::{
    CapturePhase, CaptureState, CaptureView, CaptureWays, ChannelQuality, OctaveQuality, Quality,
    Taken,
};
use anteroom::editor::{Action, Screen, ViewModel};
use anteroom::instance::CaptureSettings;
use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::looks::keep;
use crate::stage::{Stage, harness_with, model};

fn stage(model: ViewModel, size: [f32; 2]) -> Harness<'static, Stage> {
    let mut screen = Screen::default();
    screen.header.page = Page::Record;
    harness_with(model, screen, size, 1.0)
}

fn with(phase: CapturePhase) -> ViewModel {
    ViewModel {
        capture: CaptureView {
            phase,
            without_host: false,
        },
        ..model()
    }
}

/// In the second sweep of two.
fn playing() -> ViewModel {
    let settings = CaptureSettings {
        ways: CaptureWays::TrueStereo,
        ..CaptureSettings::default()
    };
    let sweep = settings.sweep(48_000).expect("it makes sense");
    let frames = sweep.frames() as u64;
    let mut model = with(CapturePhase::Playing {
        at: 1_000,
        frames,
        sweep,
    });
    model.snapshot.capture.state = CaptureState::Playing;
    model.snapshot.capture.position = frames * 3 / 5;
    model
}

fn done() -> ViewModel {
    let octave = |centre_hz: f64, snr_db| OctaveQuality {
        centre_hz,
        snr_db,
        knee_s: Some(1.0),
    };
    let channel = ChannelQuality {
        peak_db: -3.0,
        snr_db: Some(58.0),
        knee_s: Some(1.2),
        octaves: vec![
            octave(63.0, Some(31.0)),
            octave(125.0, Some(44.0)),
            octave(1_000.0, Some(62.0)),
            octave(8_000.0, None),
        ],
    };
    with(CapturePhase::Done(Arc::new(Taken {
        path: PathBuf::from("/home/me/impulses/Room 2026-11-30, 1.8 s.wav"),
        note: PathBuf::from("/home/me/impulses/Room 2026-11-30, 1.8 s.txt"),
        quality: Quality {
            recorded_peak_db: -9.3,
            latency_samples: Some(612),
            latency_ms: Some(12.75),
            drift_ppm: Some(0.12),
            channels: vec![channel.clone(), channel],
            ..Quality::default()
        },
        notes: vec!["the recording is clipped in 12 samples: record it softer".into()],
        seconds: 1.84,
        channels: 2,
    })))
}

#[test]
fn the_page_is_reached_from_the_files_and_nothing_sounds_before_a_press() {
    let mut screen = Screen::default();
    screen.browser.tab = Tab::Files;
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    harness.run_ok();
    harness.get_by_label("Record a room\u{2026}").click();
    harness.run_ok();
    assert_eq!(harness.state().screen.header.page, Page::Record);
    harness.get_by_label("True stereo").click();
    harness.run_ok();
    assert_eq!(harness.state().actions, []);
    harness.get_by_label("Record").click();
    harness.run_ok();
    let wanted = CaptureSettings {
        ways: CaptureWays::TrueStereo,
        ..CaptureSettings::default()
    };
    assert_eq!(
        harness.state().actions,
        [Action::StartCapture(Box::new(wanted))]
    );
    harness.get_by_label("Close").click();
    harness.run_ok();
    assert_eq!(harness.state().screen.header.page, Page::Impulse);
}

#[test]
fn while_it_sounds_escape_and_a_button_stop_it_on_every_page() {
    for page in [Page::Record, Page::Impulse, Page::Report] {
        let mut screen = Screen::default();
        screen.header.page = page;
        let mut harness = harness_with(playing(), screen, SIZE, 1.0);
        harness.run_ok();
        harness.key_press(Key::Escape);
        harness.run_ok();
        assert_eq!(harness.state().actions, [Action::StopCapture], "{page:?}");
    }
    let mut harness = stage(playing(), SIZE);
    harness.run_ok();
    assert!(harness.query_by_label("Close").is_none());
    harness.get_by_label("Stop (Escape)").click();
    harness.run_ok();
    assert_eq!(harness.state().actions, [Action::StopCapture]);
}

#[test]
fn what_has_been_recorded_is_loaded_once_and_discarding_goes_back() {
    use anteroom::editor::view_model::ImpulseSource;
    let mut harness = stage(done(), SIZE);
    harness.run_ok();
    harness.run_ok();
    let CapturePhase::Done(taken) = &harness.state().model.capture.phase else {
        panic!("it is done");
    };
    let recorded = Action::Choose(ImpulseSource::File(taken.path.clone()));
    assert_eq!(harness.state().actions, [recorded]);
    assert!(
        harness
            .query_by_label_contains("record it softer")
            .is_some()
    );
    harness.get_by_label("Again").click();
    harness.run_ok();
    let before = Action::Choose(ImpulseSource::Room("Large hall".into()));
    let again = Action::StartCapture(Box::default());
    assert_eq!(
        harness.state().actions[1..4],
        [before, Action::DiscardCapture, again]
    );
}

#[test]
fn the_settings() {
    keep(stage(model(), SIZE), "record");
}

#[test]
fn the_settings_at_the_smallest_size() {
    keep(stage(model(), SMALLEST), "record-smallest");
}

#[test]
fn a_sweep_that_plays() {
    keep(stage(playing(), SIZE), "record-playing");
}

#[test]
fn a_host_that_does_not_process() {
    let mut model = with(CapturePhase::Asked);
    model.capture.without_host = true;
    keep(stage(model, SIZE), "record-no-host");
}

#[test]
fn a_recording_that_is_done() {
    keep(stage(done(), SIZE), "record-done");
}
