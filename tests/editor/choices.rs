//! The project's own choices in the browser: added, picked, taken off the list, and what is wrong with one.

use anteroom::editor::Action;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::{ChoiceInfo, ImpulseSource, Slot, ViewModel};
use anteroom::params::index_of;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

fn room(name: &str) -> ImpulseSource {
    ImpulseSource::Room(name.into())
}

fn choice(name: &str) -> ChoiceInfo {
    ChoiceInfo {
        source: room(name),
        is_ready: true,
        problem: None,
        bytes: 3_000_000,
    }
}

fn with_choices(names: &[&str]) -> ViewModel {
    let mut model = model();
    model.source = room(names[0]);
    model.choices = names.iter().map(|name| choice(name)).collect();
    model
}

fn click(harness: &mut Harness<'_, Stage>, label: &str) {
    harness.get_by_label(label).click();
    harness.run_steps(3);
}

fn set_pick(place: usize) -> Action {
    Action::Set("pick", place as f32 / 15.0)
}

#[test]
fn the_first_choice_is_what_sounds_and_the_next_is_picked_as_it_is_added() {
    let mut model = model();
    model.source = room("Hall");
    let mut harness = harness(model, SIZE, 1.0);
    harness.run_steps(2);
    click(&mut harness, "+");
    let first = Action::SetChoices(vec![room("Hall")]);
    assert_eq!(harness.state().actions, [first]);
    let stage = harness.state_mut();
    stage.actions.clear();
    stage.model.choices = vec![choice("Hall")];
    harness.run_steps(2);
    // It is there already.
    click(&mut harness, "+");
    assert!(harness.state().actions.is_empty());
    harness.state_mut().model.source = room("Plate");
    harness.run_steps(2);
    click(&mut harness, "+");
    let both = Action::SetChoices(vec![room("Hall"), room("Plate")]);
    let actions = &harness.state().actions;
    assert_eq!(actions[0], both);
    assert!(actions.contains(&set_pick(1)), "{actions:?}");
}

#[test]
fn a_click_on_a_number_picks_it_and_minus_takes_it_off_the_list() {
    let mut harness = harness(with_choices(&["Hall", "Plate", "Studio"]), SIZE, 1.0);
    harness.run_steps(2);
    // What sounds already is not picked again.
    click(&mut harness, "1");
    assert!(harness.state().actions.is_empty());
    click(&mut harness, "3");
    assert!(harness.state().actions.contains(&set_pick(2)));
    let pick = index_of("pick").expect("a parameter");
    let stage = harness.state_mut();
    stage.actions.clear();
    stage.model.values[pick] = 2.0 / 15.0;
    stage.model.source = room("Studio");
    harness.run_steps(2);
    click(&mut harness, "\u{2212}");
    let rest = Action::SetChoices(vec![room("Hall"), room("Plate")]);
    assert_eq!(harness.state().actions, [rest]);
    // It can be undone.
    let stage = harness.state_mut();
    stage.actions.clear();
    stage.model.choices.pop();
    harness.run_steps(2);
    click(&mut harness, "Undo");
    let all = Action::SetChoices(vec![room("Hall"), room("Plate"), room("Studio")]);
    assert_eq!(harness.state().actions, [all]);
    // Another impulse was chosen meanwhile: the number where pick stands loads its own again.
    let stage = harness.state_mut();
    stage.actions.clear();
    stage.model.values[pick] = 0.0;
    harness.run_steps(2);
    click(&mut harness, "1");
    assert_eq!(harness.state().actions, [Action::Choose(room("Hall"))]);
}

#[test]
fn the_memory_is_told_and_a_missing_file_is_named() {
    let mut model = with_choices(&["Hall", "Plate"]);
    model.choices[1].problem = Some("gone.wav is missing: it was in /samples".into());
    let mut harness = harness(model, SIZE, 1.0);
    harness.run_steps(2);
    assert!(harness.query_by_label("6.0 MB").is_some());
    harness.get_by_label("2").hover();
    harness.run_steps(60);
    assert!(
        harness
            .query_by_label_contains("gone.wav is missing")
            .is_some()
    );
    // They are the first slot's.
    harness.state_mut().model.slot = Slot::Second;
    harness.run_steps(2);
    assert!(harness.query_by_label("6.0 MB").is_none());
}

#[test]
fn all_of_them_fit_the_smallest_window() {
    let names = [
        "Hall",
        "Plate",
        "Studio",
        "Chamber",
        "Spring",
        "Cathedral",
        "Church",
        "Room",
        "Booth",
        "Tunnel",
        "Cave",
        "Forest",
        "Valley",
        "Stairs",
        "Attic",
        "Cellar",
    ];
    let mut harness = harness(with_choices(&names), SMALLEST, 1.0);
    harness.state_mut().screen.browser.open = true;
    harness.run_steps(3);
    for label in ["Choices", "1", "16", "+", "\u{2212}", "48 MB"] {
        let rect = harness.get_by_label(label).rect();
        assert!(
            rect.left() >= 0.0 && rect.right() < 252.0,
            "{label}: {rect:?}"
        );
    }
}
