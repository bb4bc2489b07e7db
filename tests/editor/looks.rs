//! How the screen looks: the main states as pictures. `UPDATE_SNAPSHOTS=1` accepts new ones.

use std::sync::Arc;

use anteroom::editor::Screen;
use anteroom::editor::display::ir_display::{DisplayMode, View};
use anteroom::editor::panels::browser::Tab;
use anteroom::editor::panels::header::Page;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::{
    CurrentPreset, EmbedSize, ImpulseSource, LoadState, Loaded, PresetInfo, PresetName, Scheme,
    Slot, ViewModel,
};
use anteroom::editor::widgets::theme::recolor;
use anteroom::instance::FileInfo;
use anteroom::params::{PARAMS, param_of};
use egui_kittest::kittest::Queryable;
use egui_kittest::{Harness, SnapshotOptions};

use crate::stage::{Stage, harness, harness_with, model};

pub fn keep(mut harness: Harness<'_, Stage>, name: &str) {
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
fn the_second_of_two_impulses() {
    let mut model = model();
    model.slot = Slot::Second;
    model.other_source = ImpulseSource::Room("Plate".into());
    keep(harness(model, SIZE, 1.0), "second");
}

#[test]
fn the_smallest_size() {
    keep(harness(model(), SMALLEST, 1.0), "smallest");
}

#[test]
fn twice_as_fine() {
    keep(harness(model(), SMALLEST, 2.0), "fine");
}

/// A group of controls.
fn group(group: &str, size: [f32; 2], name: &str) {
    let harness = harness(model(), size, 1.0);
    harness.get_by_label(&format!("{group} group")).click();
    keep(harness, name);
}

#[test]
fn the_octaves_among_the_controls() {
    group("Octaves", SIZE, "page-decay");
}

#[test]
fn the_equalizer_among_the_controls() {
    group("Equalizer", SIZE, "page-equalizer");
}

#[test]
fn the_equalizer_among_the_controls_at_the_smallest_size() {
    group("Equalizer", SMALLEST, "page-equalizer-smallest");
}

#[test]
fn the_ducker_among_the_controls() {
    group("Ducker", SIZE, "page-ducker");
}

/// A sound with its decay drawn, a note for the pre-delay and two bands of the equalizer, while something plays.
fn worked_on() -> ViewModel {
    let mut model = model();
    for (id, plain) in [
        ("decay", 130.0),
        ("decay_63", 60.0),
        ("decay_125", 70.0),
        ("decay_4k", 130.0),
        ("predelay_sync", 8.0),
        ("eq2_gain", -7.0),
        ("eq4_gain", 4.0),
        ("low_cut", 90.0),
        ("mix", 28.0),
    ] {
        let index = PARAMS.iter().position(|control| control.id == id);
        let control = param_of(id).expect("a control");
        model.values[index.expect("a control")] = control.normalized(plain);
    }
    model.modulated = model.values;
    model.snapshot.predelay = 6_000;
    let levels = std::array::from_fn(|point| {
        let point = point as f32;
        -30.0 - 0.002 * (point - 55.0).powi(2) + 5.0 * (0.7 * point).sin()
    });
    model.spectrum = Some(Box::new(levels));
    model
}

/// A view of the display.
fn view(view: View, model: ViewModel, size: [f32; 2], scale: f32, name: &str) {
    let mut screen = Screen::default();
    screen.ir_display.view = view;
    keep(harness_with(model, screen, size, scale), name);
}

#[test]
fn the_decay_as_it_was_and_as_it_is() {
    view(View::Decay, worked_on(), SIZE, 1.0, "view-decay");
}

#[test]
fn the_curve_of_the_equalizer() {
    view(View::Equalizer, worked_on(), SIZE, 1.0, "view-equalizer");
}

#[test]
fn the_curve_of_the_equalizer_at_the_smallest_size() {
    view(
        View::Equalizer,
        worked_on(),
        SMALLEST,
        2.0,
        "view-equalizer-smallest",
    );
}

#[test]
fn the_impulse_over_time() {
    view(View::Time, worked_on(), SIZE, 1.0, "view-time");
}

#[test]
fn the_impulse_over_time_at_the_smallest_size() {
    view(View::Time, worked_on(), SMALLEST, 1.0, "view-time-smallest");
}

#[test]
fn a_bypassed_sound_is_grey() {
    let mut model = worked_on();
    let index = PARAMS.iter().position(|control| control.id == "bypass");
    model.values[index.expect("a control")] = 1.0;
    view(View::Decay, model, SIZE, 1.0, "bypassed");
}

fn missing() -> ViewModel {
    let mut model = model();
    model.source = ImpulseSource::File("/samples/halls/Church of St Anne.wav".into());
    model.load_state = LoadState::Missing {
        name: "Church of St Anne.wav".into(),
        place: "/samples/halls".into(),
        also: None,
    };
    model.loaded = None;
    model.ir = Default::default();
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
    let file = ImpulseSource::File("/samples/halls/Church of St Anne.wav".into());
    model.source = file.clone();
    model.snapshot.rate = 96_000.0;
    model.embed_size = Some(EmbedSize::AtMost(812_000));
    model.loaded = Some(Arc::new(Loaded {
        name: file.name(),
        channels: 2,
        rate: 44_100,
        frames: 114_660,
        format: "WAV".into(),
        bits: Some(24),
        ..Loaded::default()
    }));
    let mut screen = Screen::default();
    screen.trial.previous = Some(ImpulseSource::Room("Large hall".into()));
    screen.browser.open = true;
    screen.browser.tab = Tab::Recent;
    screen.browser.bookmarks.recent = [
        "Church of St Anne.wav",
        "Cellar.flac",
        "A long name of an impulse that does not fit.wav",
    ]
    .map(|name| ImpulseSource::File(format!("/samples/halls/{name}").into()))
    .to_vec();
    screen.browser.bookmarks.favourites = vec![file];
    keep(harness_with(model, screen, [960.0, 600.0], 1.0), "trying");
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
    let mut ir = (*model.ir).clone();
    ir.shaped.truncate(700);
    ir.shaped_seconds *= 0.68;
    model.ir = Arc::new(ir);
    model.modulated[0] = 0.6;
    let mut screen = Screen::default();
    screen.ir_display.view = View::Time;
    let harness = harness_with(model, screen, [960.0, 600.0], 1.0);
    harness.get_by_label("Length flag").hover();
    keep(harness, "shape");
}

#[test]
fn the_report_in_a_small_window() {
    let mut screen = Screen::default();
    screen.header.page = Page::Report;
    let mut model = model();
    model.load_state = LoadState::Loading {
        what: "Preparing Cathedral".into(),
        done: Some(0.4),
    };
    keep(harness_with(model, screen, SMALLEST, 1.0), "report");
}

#[test]
fn a_damaged_file_in_a_small_window_with_the_browser_open() {
    let mut screen = Screen::default();
    screen.browser.open = true;
    let mut model = model();
    model.load_state = LoadState::Failed {
        reason: "Broken take 7.wav is cut off: 12 of 96000 samples are there".into(),
    };
    keep(harness_with(model, screen, SMALLEST, 1.0), "damaged");
}

#[test]
fn the_presets_are_open() {
    let mut model = model();
    model.factory = anteroom::state::factory_presets();
    model.preset = Some(CurrentPreset {
        preset: PresetName {
            name: "Vocal plate".into(),
            own: true,
        },
        changed: true,
    });
    model.presets = ["Drum room", "Large hall, dark", "Vocal plate"]
        .map(|name| PresetInfo {
            name: name.into(),
            tags: name
                .to_lowercase()
                .split([' ', ','])
                .map(String::from)
                .collect(),
        })
        .to_vec();
    let mut harness = harness(model, SMALLEST, 1.0);
    let button = "Own preset Vocal plate, changed since";
    harness.get_by_label(button).click();
    harness.run_ok();
    keep(harness, "presets");
}

/// The room in use by its numbers.
fn room(size: [f32; 2], name: &str) {
    let mut screen = Screen::default();
    screen.header.page = Page::Room;
    keep(harness_with(crate::rooms::hall(), screen, size, 1.0), name);
}

#[test]
fn the_room_by_its_numbers() {
    room(SIZE, "room");
}

#[test]
fn the_room_by_its_numbers_in_a_small_window() {
    room(SMALLEST, "room-small");
}

#[test]
fn the_spectrogram_beside_a_browser_with_all_columns() {
    let mut screen = Screen::default();
    screen.ir_display.set_mode(DisplayMode::Spectrogram);
    screen.ir_display.view = View::Time;
    screen.browser.wide = true;
    for (index, name) in ["Small room", "Studio", "Chamber", "Large hall"]
        .iter()
        .enumerate()
    {
        let facts = FileInfo {
            channels: 4,
            rate: [0, 44_100, 96_000, 48_000][index],
            seconds: 0.4 + index as f32,
            rt60: (index != 1).then_some(0.31 + 0.6 * index as f32),
        };
        let source = ImpulseSource::Room((*name).into());
        screen.browser.facts.insert(source, Some(facts));
    }
    keep(harness_with(model(), screen, SIZE, 1.0), "columns");
}

/// The screen in other colours: with something moved, something missing and something under the keyboard.
fn in_colours(scheme: Scheme, name: &str) {
    let mut model = model();
    model.values[0] = 0.7;
    let harness = harness(model, SIZE, 1.0);
    recolor::choose(&harness.ctx, scheme);
    harness.get_by_label("Width").focus();
    keep(harness, name);
}

#[test]
fn the_light_colours() {
    in_colours(Scheme::Light, "light");
}

#[test]
fn the_colours_of_high_contrast() {
    in_colours(Scheme::HighContrast, "high-contrast");
}

#[test]
fn a_missing_file_in_light_colours() {
    let harness = harness(missing(), SMALLEST, 1.0);
    recolor::choose(&harness.ctx, Scheme::Light);
    keep(harness, "light-missing");
}

#[test]
fn the_manual() {
    let mut screen = Screen::default();
    screen.header.page = Page::Help;
    keep(harness_with(model(), screen, SIZE, 1.0), "help");
}

#[test]
fn the_first_start() {
    let mut model = model();
    model.welcome = true;
    keep(harness(model, SIZE, 1.0), "welcome");
}
