//! Values are typed as people think of them: decay in seconds, pre-delay as a note, size in metres. What is no value says
//! why. Every control has a menu.

use anteroom::editor::ViewModel;
use anteroom::editor::display::ir_display::View;
use anteroom::editor::screen::SIZE;
use anteroom::editor::view_model::RoomRecipe;
use anteroom::params::{NOTES, PARAMS, param_of};
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};
use crate::views::{plain, whole};

/// Types a text for a control and presses Enter.
fn typed(harness: &mut Harness<'_, Stage>, name: &str, text: &str) {
    harness.get_by_label(&format!("Type {name}")).click();
    harness.run_ok();
    harness.event(egui::Event::Text(text.into()));
    harness.key_press(Key::Enter);
    harness.run_ok();
}

fn room() -> ViewModel {
    let mut model = model();
    model.recipe = Some(std::sync::Arc::new(RoomRecipe {
        size_m: [20.0, 35.0, 12.0],
        ..RoomRecipe::default()
    }));
    model
}

#[test]
fn decay_is_typed_in_seconds_or_per_cent() {
    // The impulse rings for 2.04 s.
    for (text, percent) in [
        ("2.5 s", 122.55),
        ("2,5s", 122.55),
        ("1020 ms", 50.0),
        ("130", 130.0),
        ("130 %", 130.0),
    ] {
        let mut harness = harness(model(), SIZE, 1.0);
        typed(&mut harness, "Decay", text);
        let decay = plain(&harness, "decay");
        assert!((decay - percent).abs() < 0.1, "{text}: {decay}");
        assert!(whole(&harness.state().actions, &["decay"]), "{text}");
    }
    let mut harness = harness(model(), SIZE, 1.0);
    typed(&mut harness, "Decay", "2.5 s");
    let knob = harness.get_by_label("Decay");
    assert_eq!(knob.value().as_deref(), Some("2.5 s \u{b7} 123 %"));
}

#[test]
fn a_larger_room_rings_longer_and_its_seconds_are_counted_from_there() {
    let mut harness = harness(room(), SIZE, 1.0);
    typed(&mut harness, "Size", "150");
    typed(&mut harness, "Decay", "3.06 s");
    assert!((plain(&harness, "decay") - 100.0).abs() < 0.1);
    assert_eq!(
        harness.get_by_label("Size").value().as_deref(),
        Some("150 % \u{b7} 52 m")
    );
    typed(&mut harness, "Size", "28 m");
    assert!((plain(&harness, "size") - 80.0).abs() < 0.1);
}

#[test]
fn pre_delay_is_typed_in_milliseconds_or_as_a_note() {
    let mut harness = harness(model(), SIZE, 1.0);
    typed(&mut harness, "Pre-delay", "1/16");
    let note = NOTES[plain(&harness, "predelay_sync") as usize];
    assert_eq!(note, "1/16");
    let knob = harness
        .get_by_label("Pre-delay")
        .value()
        .unwrap_or_default();
    assert!(knob.starts_with("1/16"), "{knob}");
    typed(&mut harness, "Pre-delay", "1/8 dotted");
    assert_eq!(NOTES[plain(&harness, "predelay_sync") as usize], "1/8d");
    // Milliseconds count again.
    typed(&mut harness, "Pre-delay", "35 ms");
    assert_eq!(plain(&harness, "predelay_sync"), 0.0);
    assert!((plain(&harness, "predelay") - 35.0).abs() < 0.1);
}

#[test]
fn what_is_no_value_says_why() {
    let mut unknown = model();
    let mut ir = (*unknown.ir).clone();
    ir.before.t30 = None;
    unknown.ir = std::sync::Arc::new(ir);
    for (model, name, text, why) in [
        (model(), "Decay", "loud", "seconds such as 2.5 s"),
        (model(), "Decay", "30 s", "reaches from 0.51 s to 8.2 s"),
        (unknown, "Decay", "2 s", "can not be measured"),
        (model(), "Pre-delay", "1/7", "notes from 1/64 to 1/1"),
        (model(), "Size", "12 m", "Only rooms have metres"),
        (model(), "Mix", "x", "0 to 100 %"),
    ] {
        let mut harness = harness(model, SIZE, 1.0);
        typed(&mut harness, name, text);
        assert!(
            harness.query_by_label_contains(why).is_some(),
            "{name} {text}"
        );
        assert!(harness.state().actions.is_empty(), "{name} {text}");
        assert!(harness.state().screen.params.entry.is_some());
        // What is typed instead takes the reason away.
        harness.key_combination_modifiers(Modifiers::COMMAND, &[Key::A]);
        harness.event(egui::Event::Text("50".into()));
        harness.run_ok();
        assert!(
            harness.query_by_label_contains(why).is_none(),
            "{name} {text}"
        );
    }
}

/// Opens the menu of something by the other button.
fn menu_of(harness: &mut Harness<'_, Stage>, name: &str) {
    harness.get_by_label(name).click_secondary();
    harness.run_ok();
}

#[test]
fn every_control_has_a_menu() {
    let mut changed = model();
    for id in ["mix", "decay_125", "eq2_gain", "reverse"] {
        let index = PARAMS.iter().position(|control| control.id == id);
        changed.values[index.expect("a control")] = 1.0;
    }
    for (view, name, id, reset) in [
        (View::Decay, "Mix", "mix", "Reset to 35.0 %"),
        (View::Decay, "Reverse", "reverse", "Reset to off"),
        (
            View::Decay,
            "Decay at 125 Hz in the picture",
            "decay_125",
            "Reset to 2.4 s \u{b7} 100 %",
        ),
        (
            View::Equalizer,
            "Bell 1 in the picture",
            "eq2_gain",
            "Reset gain to 0.0 dB",
        ),
    ] {
        let mut harness = harness(changed.clone(), SIZE, 1.0);
        harness.state_mut().screen.ir_display.view = view;
        harness.run_ok();
        menu_of(&mut harness, name);
        harness.get_by_label(reset).click();
        harness.run_ok();
        assert_eq!(
            plain(&harness, id),
            param_of(id).expect("a control").default
        );
        assert!(harness.query_by_label(reset).is_none(), "it closes");
    }
}

#[test]
fn a_value_is_copied_and_typed_from_the_menu() {
    let mut harness = harness(model(), SIZE, 1.0);
    menu_of(&mut harness, "Mix");
    harness.get_by_label("Copy 35.0 %").click();
    harness.step();
    let copied = harness.output().platform_output.commands.iter();
    let copied = copied.filter(
        |command| matches!(command, egui::OutputCommand::CopyText(text) if text == "35.0 %"),
    );
    assert_eq!(copied.count(), 1);
    harness.run_ok();
    menu_of(&mut harness, "Decay at 125 Hz in the picture");
    harness.get_by_label("Type \u{2026}").click();
    harness.run_ok();
    harness.event(egui::Event::Text("1.2 s".into()));
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert!((plain(&harness, "decay_125") - 50.0).abs() < 0.1);
}

#[test]
fn the_menu_opens_by_key() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Mix").focus();
    harness.run_ok();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    harness.run_ok();
    assert!(harness.query_by_label("Copy 35.0 %").is_some());
}
