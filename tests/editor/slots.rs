//! The two slots in the browser: which is loaded into, what is wrong with the other, and an empty one.

use anteroom::editor::Action;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::{ImpulseSource, LoadState, Slot};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

fn room(name: &str) -> ImpulseSource {
    ImpulseSource::Room(name.into())
}

fn click(harness: &mut Harness<'_, Stage>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

#[test]
fn a_click_shows_the_other_slot_and_the_second_can_be_emptied() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.run_steps(2);
    click(&mut harness, "Impulse 1");
    assert!(harness.state().actions.is_empty(), "it is shown already");
    assert!(harness.query_by_label("Remove").is_none());
    click(&mut harness, "Impulse 2");
    assert_eq!(harness.state().actions, [Action::ShowSlot(Slot::Second)]);

    // What the plug-in would do.
    let stage = harness.state_mut();
    stage.actions.clear();
    stage.model.other_source = stage.model.source.clone();
    (stage.model.slot, stage.model.source) = (Slot::Second, ImpulseSource::nothing());
    stage.model.loaded = None;
    harness.run_steps(2);
    assert!(
        harness
            .query_by_label("Impulse No second impulse")
            .is_some()
    );
    assert!(harness.query_by_label("Remove").is_none());
    harness.state_mut().model.source = room("Plate");
    harness.run_steps(2);
    assert!(harness.query_by_label("Impulse 2: Plate").is_some());
    click(&mut harness, "Remove");
    let nothing = Action::Choose(ImpulseSource::nothing());
    assert_eq!(harness.state().actions, [nothing]);
    assert!(harness.state().model.source.is_nothing());
    // It can be undone, and what is undone is the slot's.
    click(&mut harness, "Undo");
    assert_eq!(
        harness.state().actions.last(),
        Some(&Action::Choose(room("Plate")))
    );
}

#[test]
fn undo_brings_an_impulse_back_into_the_slot_that_it_was_in() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.run_steps(2);
    let stage = harness.state_mut();
    (stage.model.slot, stage.model.other_source) = (Slot::Second, stage.model.source.clone());
    stage.model.source = ImpulseSource::nothing();
    harness.run_steps(2);
    click(&mut harness, "Plate");
    assert_eq!(harness.state().model.source, room("Plate"));
    // Meanwhile the first is shown again.
    let stage = harness.state_mut();
    let first = stage.model.other_source.clone();
    stage.model.other_source = std::mem::replace(&mut stage.model.source, first);
    stage.model.slot = Slot::First;
    harness.run_steps(2);
    assert!(harness.query_by_label_contains("Impulse 1: ").is_some());
    click(&mut harness, "Undo");
    let emptied = Action::ChooseIn(Slot::Second, ImpulseSource::nothing());
    assert_eq!(harness.state().actions.last(), Some(&emptied));
}

#[test]
fn what_is_wrong_in_the_slot_that_is_not_shown_can_be_read() {
    let mut model = model();
    model.other_source = ImpulseSource::File("/samples/Gone.wav".into());
    model.other_load_state = LoadState::Missing {
        name: "Gone.wav".into(),
        place: "/samples".into(),
        also: None,
    };
    let mut harness = harness(model, SIZE, 1.0);
    harness.run_steps(2);
    harness.get_by_label("Impulse 2").hover();
    harness.run_steps(60);
    assert!(
        harness
            .query_by_label_contains("Gone.wav is missing")
            .is_some()
    );
}

#[test]
fn the_line_fits_the_smallest_window() {
    let mut model = model();
    model.slot = Slot::Second;
    model.other_source = std::mem::replace(&mut model.source, room("Plate"));
    let mut harness = harness(model, SMALLEST, 1.0);
    harness.state_mut().screen.browser.open = true;
    harness.run_steps(3);
    for label in ["Impulse 1", "Impulse 2", "Remove"] {
        let rect = harness.get_by_label(label).rect();
        assert!(
            rect.left() >= 0.0 && rect.right() < 252.0,
            "{label}: {rect:?}"
        );
    }
}
