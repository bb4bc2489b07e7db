//! How the screen looks: the main states as pictures. `UPDATE_SNAPSHOTS=1` accepts new ones.

use anteroom::editor::View;
use anteroom::editor::browser::Tab;
use anteroom::editor::model::{Loaded, Model, Named, Phase, Source};
use anteroom::editor::picture::Display;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view::Page;
use anteroom::instance::Facts;
use anteroom::params::{PARAMS, param_of};
use egui_kittest::kittest::Queryable;
use egui_kittest::{Harness, SnapshotOptions};

use crate::stage::{Stage, harness, harness_with, model};

fn keep(mut harness: Harness<'_, Stage>, name: &str) {
    harness.run_ok();
    // Floating point may differ between processors by a shade here and there.
    let options = SnapshotOptions::new()
        .output_path("tests/images")
        .threshold(1.0)
        .max_failed_pixels(20);
    harness.snapshot_options(name, &options);
}

#[test]
fn the_main_screen_at_its_first_size() {
    keep(harness(model(), SIZE, 1.0), "main");
}

#[test]
fn the_smallest_size() {
    keep(harness(model(), SMALLEST, 1.0), "smallest");
}

#[test]
fn twice_as_fine() {
    keep(harness(model(), SMALLEST, 2.0), "fine");
}

fn missing() -> Model {
    let mut model = model();
    model.source = Source::File("/samples/halls/Church of St Anne.wav".into());
    model.phase = Phase::Missing {
        name: "Church of St Anne.wav".into(),
        place: "/samples/halls".into(),
        also: None,
    };
    model.loaded = None;
    model.picture = Default::default();
    model
}

#[test]
fn a_missing_file() {
    keep(harness(missing(), SIZE, 1.0), "missing");
}

#[test]
fn a_missing_file_in_the_smallest_window() {
    keep(harness(missing(), SMALLEST, 1.0), "missing-smallest");
}

#[test]
fn a_file_being_tried() {
    let mut model = model();
    let file = Source::File("/samples/halls/Church of St Anne.wav".into());
    model.source = file.clone();
    model.rate = 96_000.0;
    model.embed_size = Some(anteroom::editor::model::EmbedSize::AtMost(812_000));
    model.loaded = Some(Loaded {
        name: file.name(),
        channels: 2,
        rate: 44_100,
        seconds: 2.6,
        format: "WAV, 24 bit".into(),
        notes: Vec::new(),
    });
    let mut view = View {
        kept: Some(Source::Room("Large hall".into())),
        ..View::default()
    };
    view.browser.open = true;
    view.browser.tab = Tab::Recent;
    view.browser.recent = [
        "Church of St Anne.wav",
        "Cellar.flac",
        "A long name of an impulse that does not fit.wav",
    ]
    .map(|name| Source::File(format!("/samples/halls/{name}").into()))
    .to_vec();
    view.browser.favourites = vec![file];
    keep(harness_with(model, view, [960.0, 600.0], 1.0), "trying");
}

#[test]
fn a_shape_under_the_hand() {
    let mut model = model();
    for (id, plain) in [
        ("predelay", 80.0),
        ("start", 60.0),
        ("attack", 120.0),
        ("length", 70.0),
    ] {
        let index = PARAMS.iter().position(|control| control.id == id);
        let control = param_of(id).expect("a control");
        model.values[index.expect("a control")] = control.normalized(plain);
    }
    let mut picture = (*model.picture).clone();
    picture.shaped.truncate(700);
    picture.shaped_seconds *= 0.68;
    model.picture = std::sync::Arc::new(picture);
    model.heard[0] = 0.6;
    let harness = harness(model, [960.0, 600.0], 1.0);
    harness.get_by_label("Drag Length").hover();
    keep(harness, "shape");
}

#[test]
fn the_report_in_a_small_window() {
    let view = View {
        page: Page::Report,
        ..View::default()
    };
    let mut model = model();
    model.phase = Phase::Loading {
        what: "Preparing Cathedral".into(),
        done: Some(0.4),
    };
    keep(harness_with(model, view, SMALLEST, 1.0), "report");
}

#[test]
fn a_damaged_file_in_a_small_window_with_the_browser_open() {
    let mut view = View::default();
    view.browser.open = true;
    let mut model = model();
    model.phase = Phase::Failed {
        reason: "Broken take 7.wav is cut off: 12 of 96000 samples are there".into(),
    };
    keep(harness_with(model, view, SMALLEST, 1.0), "damaged");
}

#[test]
fn the_presets_are_open() {
    let mut model = model();
    model.presets = ["Drum room", "Large hall, dark", "Vocal plate"]
        .map(|name| Named {
            name: name.into(),
            tags: name
                .to_lowercase()
                .split([' ', ','])
                .map(String::from)
                .collect(),
        })
        .to_vec();
    let mut harness = harness(model, SMALLEST, 1.0);
    harness.get_by_label("Presets").click();
    harness.run_ok();
    keep(harness, "presets");
}

#[test]
fn the_spectrogram_beside_a_browser_with_all_columns() {
    let mut view = View {
        display: Display::Spectrogram,
        ..View::default()
    };
    view.browser.wide = true;
    for (index, name) in ["Small room", "Studio", "Chamber", "Large hall"]
        .iter()
        .enumerate()
    {
        let facts = Facts {
            channels: 4,
            rate: [0, 44_100, 96_000, 48_000][index],
            seconds: 0.4 + index as f32,
            rt60: (index != 1).then_some(0.31 + 0.6 * index as f32),
        };
        let source = Source::Room((*name).into());
        view.browser.facts.insert(source, Some(facts));
    }
    keep(harness_with(model(), view, SIZE, 1.0), "columns");
}
