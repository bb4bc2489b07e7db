//! The presets in the header: the present one, its neighbours, and what can be done with the user's own.

use anteroom::editor::Action;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::{CurrentPreset, PresetInfo, PresetName, ViewModel};
use anteroom::params::param_of;
use anteroom::state::factory_presets;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

fn press(harness: &mut Harness<'_, Stage>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_ok();
}

fn own() -> ViewModel {
    let mut model = model();
    model.factory = factory_presets();
    model.presets = ["Cave", "Spoon"]
        .map(|name| PresetInfo {
            name: name.into(),
            tags: Vec::new(),
        })
        .to_vec();
    model
}

fn current(name: &str, own: bool, changed: bool) -> Option<CurrentPreset> {
    Some(CurrentPreset {
        preset: PresetName {
            name: name.into(),
            own,
        },
        changed,
    })
}

#[test]
fn the_present_preset_is_named_with_a_mark_when_it_was_changed() {
    for size in [SIZE, SMALLEST] {
        let mut model = own();
        model.preset = current("Cave", true, false);
        let mut harness = harness(model, size, 1.0);
        assert!(harness.query_by_label("Own preset Cave").is_some());
        harness.state_mut().model.preset = current("Cave", true, true);
        harness.run_ok();
        let said = "Own preset Cave, changed since";
        assert!(harness.query_by_label(said).is_some());
    }
}

#[test]
fn next_and_previous_go_through_all_presets_and_round() {
    let last = factory_presets().last().expect("presets").name;
    let first = factory_presets()[0].name;
    for (now, label, expected) in [
        (None, "Next preset", Action::LoadPreset("Cave".into())),
        (
            current("Cave", true, true),
            "Next preset",
            Action::LoadPreset("Spoon".into()),
        ),
        (
            current("Spoon", true, false),
            "Next preset",
            Action::LoadFactory(first),
        ),
        (
            current(last, false, false),
            "Next preset",
            Action::LoadPreset("Cave".into()),
        ),
        (
            current("Cave", true, false),
            "Previous preset",
            Action::LoadFactory(last),
        ),
        (
            current("Gone", true, false),
            "Next preset",
            Action::LoadPreset("Cave".into()),
        ),
    ] {
        let mut model = own();
        model.preset = now;
        let mut harness = harness(model, SIZE, 1.0);
        press(&mut harness, label);
        assert_eq!(harness.state().actions, [expected]);
    }
}

#[test]
fn a_preset_is_two_clicks_away() {
    let mut harness = harness(own(), SIZE, 1.0);
    press(&mut harness, "Presets");
    press(&mut harness, "Cave");
    assert_eq!(harness.state().actions, [Action::LoadPreset("Cave".into())]);
}

#[test]
fn presets_are_searched_by_name_category_word_and_what_they_are_for() {
    let mut harness = harness(own(), SIZE, 1.0);
    press(&mut harness, "Presets");
    harness.get_by_label("Search the presets").focus();
    harness.run_ok();
    harness.event(egui::Event::Text("glue".into()));
    harness.run_ok();
    assert!(harness.query_by_label("Glue Room").is_some());
    assert!(harness.query_by_label("Cave").is_none());
}

#[test]
fn a_preset_is_renamed_and_deleted_after_a_question() {
    let mut harness = harness(own(), SIZE, 1.0);
    press(&mut harness, "Presets");
    press(&mut harness, "Rename Cave");
    let field = harness.get_by_label("New name of Cave");
    field.focus();
    harness.run_ok();
    harness.event(egui::Event::Text(" 2".into()));
    harness.run_ok();
    press(&mut harness, "Rename");
    press(&mut harness, "Delete Spoon");
    press(&mut harness, "Keep");
    assert!(harness.query_by_label("Spoon").is_some());
    press(&mut harness, "Delete Spoon");
    press(&mut harness, "Delete");
    assert_eq!(
        harness.state().actions,
        [
            Action::RenamePreset("Cave".into(), "Cave 2".into()),
            Action::DeletePreset("Spoon".into())
        ]
    );
    press(&mut harness, "Show folder");
    let last = harness.state().actions.last();
    assert_eq!(last, Some(&Action::ShowPresetFolder));
}

#[test]
fn mix_and_output_have_locks_of_their_own() {
    let mut harness = harness(own(), SIZE, 1.0);
    let holds = |harness: &Harness<'_, Stage>, id: &str| {
        let locks = harness.state().screen.header.presets.locks;
        locks.hold(param_of(id).expect("a control"))
    };
    press(&mut harness, "Presets leave Mix alone");
    assert!(holds(&harness, "mix") && !holds(&harness, "output"));
    assert!(!holds(&harness, "decay"));
    press(&mut harness, "Presets leave Output alone");
    assert!(holds(&harness, "output") && holds(&harness, "bypass"));
    press(&mut harness, "Presets leave Mix alone");
    assert!(!holds(&harness, "mix"));
    // They stand beside their knobs.
    for name in ["Mix", "Output"] {
        let label = format!("Presets leave {name} alone");
        let lock = harness.get_by_label(&label);
        let (lock, knob) = (lock.rect(), harness.get_by_label(name).rect());
        assert!((lock.center() - knob.center()).length() < 70.0, "{name}");
    }
}
