//! Undo and redo of everything, two sounds to compare, and presets.

use anteroom::controls::CONTROLS;
use anteroom::editor::Action;
use anteroom::editor::model::Source;
use anteroom::editor::presets::is_name;
use anteroom::editor::screen::SIZE;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

fn value(harness: &Harness<'_, Stage>, id: &str) -> f32 {
    let index = CONTROLS.iter().position(|control| control.id == id);
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
    assert_eq!(harness.state().view.history.open(), (true, false));
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

#[test]
fn presets_are_saved_and_chosen_by_name() {
    let mut model = model();
    model.presets = vec!["Vocal plate".into()];
    let mut harness = harness(model, SIZE, 1.0);
    press(&mut harness, "Presets");
    harness.state_mut().view.preset = "Snare room".into();
    harness.run_ok();
    press(&mut harness, "Save");
    press(&mut harness, "Vocal plate");
    let wanted = [
        Action::SavePreset("Snare room".into()),
        Action::LoadPreset("Vocal plate".into()),
    ];
    assert_eq!(harness.state().actions, wanted);
}

#[test]
fn names_that_are_no_file_names_are_refused() {
    for good in ["Hall", "Größe 2", "a.b", "R&B (wet), 100"] {
        assert!(is_name(good), "{good}");
    }
    for bad in [
        "", " x", "x ", ".x", "a/b", "a\\b", "..", "a:b", "a\nb", "a*",
    ] {
        assert!(!is_name(bad), "{bad}");
    }
}

#[test]
fn a_source_is_written_and_read() {
    for source in [
        Source::Room("Plate".into()),
        Source::File("/a/b.wav".into()),
    ] {
        let text = serde_json::to_string(&source).expect("text");
        assert_eq!(
            serde_json::from_str::<Source>(&text).expect("a source"),
            source
        );
    }
}
