//! Undo and redo of everything, two sounds to compare, and presets.

use anteroom::editor::Action;
use anteroom::editor::panels::presets::is_preset_name;
use anteroom::editor::screen::SIZE;
use anteroom::editor::view_model::ImpulseSource;
use anteroom::editor::view_model::PresetInfo;
use anteroom::params::PARAMS;
use anteroom::state::factory_presets;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

fn value(harness: &Harness<'_, Stage>, id: &str) -> f32 {
    let index = PARAMS.iter().position(|control| control.id == id);
    harness.state().model.values[index.expect("a control")]
}

fn press(harness: &mut Harness<'_, Stage>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_ok();
}

fn turn(harness: &mut Harness<'_, Stage>, name: &str, to: f64) {
    harness.get_by_label(name).set_value_accesskit(to);
    harness.run_ok();
}

fn source(harness: &Harness<'_, Stage>) -> String {
    harness.state().model.source.name()
}

#[test]
fn undo_and_redo_go_through_controls_and_impulses() {
    let mut harness = harness(model(), SIZE, 1.0);
    turn(&mut harness, "Mix", 80.0);
    press(&mut harness, "Plate");
    press(&mut harness, "Reverse");
    press(&mut harness, "Undo");
    assert_eq!(value(&harness, "reverse"), 0.0);
    assert_eq!(source(&harness), "Plate");
    press(&mut harness, "Undo");
    assert_eq!(
        (source(&harness).as_str(), value(&harness, "mix")),
        ("Large hall", 0.8)
    );
    press(&mut harness, "Undo");
    assert_eq!(value(&harness, "mix"), 0.35);
    for _ in 0..3 {
        press(&mut harness, "Redo");
    }
    assert_eq!(
        (source(&harness).as_str(), value(&harness, "mix")),
        ("Plate", 0.8)
    );
    assert_eq!(value(&harness, "reverse"), 1.0);
}

#[test]
fn something_new_ends_the_way_forth() {
    let mut harness = harness(model(), SIZE, 1.0);
    turn(&mut harness, "Mix", 80.0);
    press(&mut harness, "Undo");
    turn(&mut harness, "Width", 50.0);
    assert_eq!(harness.state().screen.history.available(), (true, false));
}

#[test]
fn keys_undo_and_redo() {
    let mut harness = harness(model(), SIZE, 1.0);
    turn(&mut harness, "Mix", 80.0);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_ok();
    assert_eq!(value(&harness, "mix"), 0.35);
    harness.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    harness.run_ok();
    assert_eq!(value(&harness, "mix"), 0.8);
}

#[test]
fn many_turns_of_one_knob_are_one_step() {
    let mut harness = harness(model(), SIZE, 1.0);
    for percent in [40.0, 45.0, 50.0] {
        turn(&mut harness, "Mix", percent);
    }
    press(&mut harness, "Undo");
    assert_eq!(value(&harness, "mix"), 0.35);
}

#[test]
fn two_sounds_are_compared() {
    let mut harness = harness(model(), SIZE, 1.0);
    press(&mut harness, "B");
    turn(&mut harness, "Mix", 80.0);
    press(&mut harness, "Plate");
    press(&mut harness, "A");
    assert_eq!(
        (source(&harness).as_str(), value(&harness, "mix")),
        ("Large hall", 0.35)
    );
    press(&mut harness, "B");
    assert_eq!(
        (source(&harness).as_str(), value(&harness, "mix")),
        ("Plate", 0.8)
    );
    press(&mut harness, "Copy this sound to A");
    press(&mut harness, "A");
    assert_eq!(
        (source(&harness).as_str(), value(&harness, "mix")),
        ("Plate", 0.8)
    );
}

fn named(name: &str, tags: &[&str]) -> PresetInfo {
    PresetInfo {
        name: name.into(),
        tags: tags.iter().map(|tag| (*tag).into()).collect(),
    }
}

#[test]
fn the_list_of_presets_is_narrowed_to_a_word() {
    let mut model = model();
    model.presets = vec![
        named("Cave", &["dark", "long"]),
        named("Plate", &["bright"]),
        named("Plain", &[]),
    ];
    let mut harness = harness(model, SIZE, 1.0);
    press(&mut harness, "Presets");
    assert!(harness.query_by_label("Plain").is_some());
    press(&mut harness, "dark");
    assert!(harness.query_by_label("Cave").is_some());
    assert!(harness.query_by_label("Plain").is_none());
    press(&mut harness, "dark");
    assert!(harness.query_by_label("Plain").is_some());
}

/// The presets of the plug-in are in groups, which a word opens where it finds something.
#[test]
fn presets_of_the_plug_in_are_listed_in_groups() {
    let mut model = model();
    model.factory = factory_presets();
    let first = &model.factory[0];
    let mut harness = harness(model, SIZE, 1.0);
    press(&mut harness, "Presets");
    assert!(harness.query_by_label("Vocal").is_some());
    assert!(harness.query_by_label(first.name).is_none());
    press(&mut harness, "Vocal");
    harness.run_ok();
    press(&mut harness, first.name);
    let loaded = harness.state().actions.last();
    assert_eq!(loaded, Some(&Action::LoadFactory(first.name)));
    press(&mut harness, "Presets");
    press(&mut harness, "full mix");
    harness.run_ok();
    assert!(harness.query_by_label("Drums").is_none());
    assert!(harness.query_by_label("Glue Room").is_some());
}

#[test]
fn presets_are_saved_and_chosen_by_name() {
    let mut model = model();
    model.presets = vec![named("Vocal plate", &["bright"])];
    let mut harness = harness(model, SIZE, 1.0);
    press(&mut harness, "Presets");
    harness.state_mut().screen.header.presets.new_name = "Snare room".into();
    harness.state_mut().screen.header.presets.new_tags = "short, Dark".into();
    harness.run_ok();
    press(&mut harness, "Save");
    press(&mut harness, "Vocal plate");
    let wanted = [
        Action::SavePreset("Snare room".into(), vec!["dark".into(), "short".into()]),
        Action::LoadPreset("Vocal plate".into()),
    ];
    assert_eq!(harness.state().actions, wanted);
}

#[test]
fn names_that_are_no_file_names_are_refused() {
    for good in ["Hall", "Größe 2", "a.b", "R&B (wet), 100"] {
        assert!(is_preset_name(good), "{good}");
    }
    for bad in [
        "", " x", "x ", ".x", "a/b", "a\\b", "..", "a:b", "a\nb", "a*",
    ] {
        assert!(!is_preset_name(bad), "{bad}");
    }
}

#[test]
fn a_source_is_written_and_read() {
    for source in [
        ImpulseSource::Room("Plate".into()),
        ImpulseSource::File("/a/b.wav".into()),
    ] {
        let text = serde_json::to_string(&source).expect("text");
        assert_eq!(
            serde_json::from_str::<ImpulseSource>(&text).expect("a source"),
            source
        );
    }
}

fn unshaped() -> [f32; PARAMS.len()] {
    PARAMS.map(|control| control.normalized(control.default))
}

#[test]
fn the_impulse_is_heard_before_it_was_shaped_and_the_shape_comes_back() {
    let mut harness = harness(model(), SIZE, 1.0);
    // With nothing shaped there is nothing to compare.
    press(&mut harness, "Before");
    assert_eq!(harness.state().actions, []);
    press(&mut harness, "Plate");
    for (name, to) in [("Length", 40.0), ("High cut", 3000.0), ("Pre-delay", 60.0)] {
        turn(&mut harness, name, to);
    }
    turn(&mut harness, "Mix", 80.0);
    let own = harness.state().model.values;
    press(&mut harness, "Before");
    let mut expected = unshaped();
    expected[0] = 0.8;
    assert_eq!(harness.state().model.values, expected);
    assert_eq!(source(&harness), "Plate");
    assert!(
        harness
            .query_by_label_contains("without your shape")
            .is_some()
    );
    // The level may be changed meanwhile: it is the same for both.
    turn(&mut harness, "Mix", 50.0);
    press(&mut harness, "Before");
    assert_eq!(value(&harness, "mix"), 0.5);
    assert_eq!(harness.state().model.values[1..], own[1..]);
    // Comparing is no step to be undone.
    press(&mut harness, "Undo");
    assert_eq!(value(&harness, "length"), own_of("length", own));
    assert_eq!(value(&harness, "mix"), 0.35);
}

fn own_of(id: &str, values: [f32; PARAMS.len()]) -> f32 {
    let index = PARAMS.iter().position(|control| control.id == id);
    values[index.expect("a control")]
}

#[test]
fn a_change_while_comparing_goes_on_from_what_is_heard_and_undo_brings_the_shape_back() {
    let mut harness = harness(model(), SIZE, 1.0);
    turn(&mut harness, "Length", 40.0);
    let own = harness.state().model.values;
    press(&mut harness, "Before");
    turn(&mut harness, "Attack", 100.0);
    assert_eq!(value(&harness, "length"), 1.0);
    assert!(
        harness
            .query_by_label_contains("without your shape")
            .is_none()
    );
    press(&mut harness, "Undo");
    assert_eq!(harness.state().model.values, own);
}

#[test]
fn undo_while_comparing_only_ends_it() {
    let mut harness = harness(model(), SIZE, 1.0);
    turn(&mut harness, "Length", 40.0);
    let own = harness.state().model.values;
    press(&mut harness, "Before");
    press(&mut harness, "Undo");
    assert_eq!(harness.state().model.values, own);
    press(&mut harness, "Undo");
    assert_eq!(harness.state().model.values, unshaped());
}

#[test]
fn the_other_sound_is_at_first_what_everything_started_from() {
    let mut harness = harness(model(), SIZE, 1.0);
    press(&mut harness, "Plate");
    turn(&mut harness, "Length", 40.0);
    press(&mut harness, "B");
    assert_eq!(source(&harness), "Large hall");
    assert_eq!(value(&harness, "length"), 1.0);
    press(&mut harness, "A");
    assert_eq!(source(&harness), "Plate");
    assert!(value(&harness, "length") < 0.5);
}
