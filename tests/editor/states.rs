//! What is said in words: what is loaded, being prepared, missing, damaged; the report; the zoom;
//! and that all of it can be read.

mod legibility;

use std::sync::Arc;

use anteroom::editor::panels::report;
use anteroom::editor::panels::status_bar::summary;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::{ChannelsAs, EmbedSize, ImpulseSource, LoadState, Loaded};
use anteroom::editor::widgets::theme;
use anteroom::editor::{Action, ViewModel};
use anteroom::params::{PARAMS, param_of};
use egui_kittest::kittest::Queryable;

use crate::stage::{harness, model};

fn file() -> ViewModel {
    let mut model = model();
    model.source = ImpulseSource::File("/samples/Church.wav".into());
    model.loaded = Some(Arc::new(Loaded {
        name: "Church.wav".into(),
        channels: 2,
        rate: 44100,
        frames: 154_350,
        format: "WAV".into(),
        bits: Some(24),
        notes: vec!["3 samples were not numbers".into()],
        channels_as: None,
    }));
    model
}

#[test]
fn what_is_loaded_is_said_in_one_line() {
    let model = file();
    let text = summary(model.loaded.as_ref().expect("loaded"), &model);
    for part in [
        "stereo",
        "3.50 s",
        "WAV, 24 bit",
        "44.1 kHz resampled to 48 kHz",
        "3 samples were not numbers",
    ] {
        assert!(text.contains(part), "{text}");
    }
    assert!(!text.contains("Still"), "{text}");
}

#[test]
fn the_impulse_that_goes_on_sounding_is_named() {
    let mut model = file();
    model.source = ImpulseSource::File("/samples/Other.wav".into());
    let text = summary(model.loaded.as_ref().expect("loaded"), &model);
    assert!(text.starts_with("Still playing Church.wav"), "{text}");
}

#[test]
fn embedding_says_what_it_costs() {
    for (size, embedded, before, after) in [
        (
            EmbedSize::AtMost(1_234_567),
            false,
            "Store in project (up to 1.2 MB)",
            "In the project",
        ),
        (
            EmbedSize::Known(812_000),
            true,
            "In the project (812 kB)",
            "Store in project (+812 kB)",
        ),
    ] {
        let mut model = file();
        (model.embed_size, model.embed) = (Some(size), embedded);
        let mut harness = harness(model, SIZE, 1.0);
        harness.get_by_label(before).click();
        harness.run_ok();
        assert_eq!(harness.state().actions, [Action::Embed(!embedded)]);
        assert!(harness.query_by_label(after).is_some());
    }
}

/// The impulse in use, to be changed.
fn loaded(model: &mut ViewModel) -> &mut Loaded {
    Arc::make_mut(model.loaded.as_mut().expect("loaded"))
}

/// A model whose control has a value, in its unit.
fn with(mut model: ViewModel, id: &str, plain: f32) -> ViewModel {
    let place = PARAMS.iter().position(|control| control.id == id);
    let control = param_of(id).expect("a control");
    model.values[place.expect("a control")] = control.normalized(plain);
    model
}

#[test]
fn without_an_impulse_it_says_what_is_heard() {
    let missing = || {
        let mut model = file();
        model.loaded = None;
        model.load_state = LoadState::Missing {
            name: "Church.wav".into(),
            place: "/samples".into(),
            also: None,
        };
        model
    };
    let failed = || ViewModel {
        load_state: LoadState::Failed {
            reason: "Broken.wav is cut off".into(),
        },
        ..missing()
    };
    for (model, passes) in [
        (missing(), true),
        (with(missing(), "mix", 99.0), true),
        (with(missing(), "mix", 100.0), false),
        (with(with(missing(), "mix", 100.0), "bypass", 1.0), true),
        (failed(), true),
        (with(failed(), "mix", 100.0), false),
    ] {
        let harness = harness(model, SIZE, 1.0);
        let said = |text| harness.query_all_by_label_contains(text).count();
        let (dry, nothing) = (said("the dry signal passes"), said("nothing is heard"));
        // In the card and in the line below.
        assert_eq!((dry, nothing), if passes { (2, 0) } else { (0, 2) });
    }
}

#[test]
fn a_damaged_copy_of_a_missing_file_is_said_with_it() {
    let mut model = file();
    model.load_state = LoadState::Missing {
        name: "Church.wav".into(),
        place: "/samples".into(),
        also: Some("the copy in the project can not be used".into()),
    };
    let harness = harness(model, SIZE, 1.0);
    for part in [
        "Church.wav is missing",
        "the copy in the project can not be used",
    ] {
        assert!(harness.query_by_label_contains(part).is_some(), "{part}");
    }
}

#[test]
fn the_channels_are_chosen_where_there_is_a_choice() {
    let mut model = file();
    for (size, taken_for) in [
        (SIZE, ChannelsAs::TrueStereo),
        (SMALLEST, ChannelsAs::FirstTwo),
    ] {
        loaded(&mut model).channels_as = Some(taken_for);
        let mut harness = harness(model.clone(), size, 1.0);
        harness.get_by_label(taken_for.name()).click();
        harness.run_ok();
        harness.get_by_label("B-format").click();
        harness.run_ok();
        let chosen = Action::ChannelsAs(ChannelsAs::BFormat);
        assert_eq!(harness.state().actions, [chosen]);
    }
    loaded(&mut model).channels_as = None;
    let harness = harness(model, SIZE, 1.0);
    assert!(harness.query_by_label("True stereo").is_none());
}

#[test]
fn a_name_that_is_not_unicode_is_kept_among_the_favourites() {
    use anteroom::state::path_text::from_text;
    let sources = [
        ImpulseSource::File(from_text("file:/irs/Kirche_gro%DF.wav")),
        ImpulseSource::File("/irs/K\u{f6}ln 50 %.wav".into()),
        ImpulseSource::Room("Plate".into()),
    ];
    let text = serde_json::to_string(&sources).expect("every name has a text");
    assert!(text.contains("\"/irs/K\u{f6}ln 50 %.wav\""), "{text}");
    let back: Vec<ImpulseSource> = serde_json::from_str(&text).expect("its own text");
    assert_eq!(back, sources);
}

#[test]
fn a_missing_file_is_named_and_looked_for_again() {
    let mut model = file();
    model.load_state = LoadState::Missing {
        name: "Church.wav".into(),
        place: "/samples".into(),
        also: None,
    };
    let mut harness = harness(model, SIZE, 1.0);
    assert!(
        harness
            .query_by_label_contains("Church.wav is missing")
            .is_some()
    );
    harness.get_by_label("Look again").click();
    harness.run_ok();
    assert_eq!(harness.state().actions, [Action::Retry]);
}

#[test]
fn a_damaged_file_is_named_with_the_reason() {
    let mut model = file();
    model.load_state = LoadState::Failed {
        reason: "Broken.wav is cut off".into(),
    };
    let mut harness = harness(model, SIZE, 1.0);
    assert!(
        harness
            .query_by_label_contains("Broken.wav is cut off")
            .is_some()
    );
    harness.get_by_label("Go on with Church.wav").click();
    harness.run_ok();
    assert_eq!(harness.state().actions, [Action::Retry]);
}

#[test]
fn the_report_is_text() {
    let text = report::text(&model());
    for part in [
        "Mean load: 2.10 %",
        "Worst block: 4.80 %",
        "Input samples repaired: 0",
    ] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn the_report_is_shown_and_started_anew() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness
        .get_by_label("Show load and real-time report")
        .click();
    harness.run_ok();
    harness.get_by_label("Start anew").click();
    harness.run_ok();
    assert_eq!(harness.state().actions, [Action::ResetReport]);
    // In a sentence first, and all figures behind a button.
    assert!(
        harness
            .query_by_label_contains("Every block came in time")
            .is_some()
    );
    assert!(harness.query_by_label("Impulse changes").is_none());
    harness.get_by_label("All figures").click();
    harness.run_ok();
    assert!(harness.query_by_label("Impulse changes").is_some());
    harness.get_by_label("Back to the picture").click();
    harness.run_ok();
    assert!(harness.query_by_label("Start anew").is_none());
}

#[test]
fn the_zoom_is_chosen() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("100 %").click();
    harness.run_ok();
    harness.get_by_label("150 %").click();
    harness.run_ok();
    assert_eq!(harness.state().actions, [Action::Zoom(1.5)]);
}

#[test]
fn the_zoom_in_force_is_shown_with_the_chosen_one_under_the_pointer() {
    let mut model = model();
    (model.zoom, model.effective_zoom) = (1.75, 1.04);
    let mut harness = harness(model, SIZE, 1.0);
    let button = harness.get_by_label("104 %").rect();
    harness.hover_at(button.center());
    for _ in 0..60 {
        harness.step();
    }
    let hint = "175 % is chosen; this window has room for 104 %.";
    assert!(harness.query_by_label_contains(hint).is_some());
    harness.get_by_label("104 %").click();
    harness.run_ok();
    // The menu marks what was chosen.
    assert!(harness.query_by_label("175 %").is_some());
}

#[test]
fn what_is_loading_is_named_with_how_much_of_it_is_done() {
    let mut model = file();
    model.load_state = LoadState::Loading {
        what: "Reading Church.wav (step 1 of 4)".into(),
        done: Some(0.25),
    };
    let mut harness = harness(model, SIZE, 1.0);
    harness.run_ok();
    let text = "Reading Church.wav (step 1 of 4)\u{2026}";
    assert!(harness.query_by_label(text).is_some());
    let image = harness.render().expect("a picture");
    // Along the upper edge of the display.
    let display = harness
        .get_by_label_contains("Picture of the impulse")
        .rect();
    let row = (display.top() + 1.0) as u32;
    let [left, right] = [display.left(), display.right()];
    let lit = |share: f32| {
        let column = (left + (right - left) * share) as u32;
        image.get_pixel(column, row).0[..3] == theme::ACCENT.to_array()[..3]
    };
    assert_eq!([0.1, 0.24, 0.26, 0.9].map(lit), [true, true, false, false]);
}
