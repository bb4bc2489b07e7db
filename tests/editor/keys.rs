//! Keys when frames are slow: all that were pressed since the last frame count, and what was typed before a field could
//! hear it is not lost.

use anteroom::editor::Action;
use anteroom::editor::screen::SIZE;
use anteroom::editor::view_model::ImpulseSource;
use anteroom::params::{PARAMS, param_of};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, PointerButton, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;

use crate::stage::{Stage, harness, model};

fn stage() -> Harness<'static, Stage> {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.run_ok();
    harness
}

fn value(harness: &Harness<'_, Stage>, id: &str) -> f32 {
    let index = PARAMS.iter().position(|control| control.id == id);
    harness.state().model.values[index.expect("a control")]
}

/// A press of a key and its release.
fn key(key: Key, modifiers: Modifiers) -> [Event; 2] {
    [true, false].map(|pressed| Event::Key {
        key,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers,
    })
}

/// A press of the first button and its release.
fn click(pos: Pos2) -> Vec<Event> {
    let button = |pressed| Event::PointerButton {
        pos,
        button: PointerButton::Primary,
        pressed,
        modifiers: Modifiers::NONE,
    };
    vec![Event::PointerMoved(pos), button(true), button(false)]
}

/// Has everything happen before the next frame.
fn at_once(harness: &mut Harness<'_, Stage>, events: impl IntoIterator<Item = Event>) {
    harness.input_mut().events.extend(events);
    harness.run_ok();
}

#[test]
fn every_press_of_an_arrow_turns_a_knob() {
    let mut harness = stage();
    harness.get_by_label("Mix").focus();
    harness.run_ok();
    let keys = [Key::ArrowUp, Key::ArrowUp, Key::ArrowUp, Key::ArrowDown];
    at_once(
        &mut harness,
        keys.into_iter().flat_map(|of| key(of, Modifiers::NONE)),
    );
    assert!((value(&harness, "mix") - 0.39).abs() < 1e-4);
    let keys = [Key::Home, Key::ArrowUp];
    at_once(
        &mut harness,
        keys.into_iter().flat_map(|of| key(of, Modifiers::NONE)),
    );
    assert!((value(&harness, "mix") - 0.02).abs() < 1e-4);
}

#[test]
fn every_press_turns_a_switch_over() {
    for (presses, changed) in [(1, 1.0), (2, 0.0), (3, 1.0)] {
        let mut harness = stage();
        harness.get_by_label("Reverse").focus();
        harness.run_ok();
        let before = value(&harness, "reverse");
        at_once(
            &mut harness,
            (0..presses).flat_map(|_| key(Key::Enter, Modifiers::NONE)),
        );
        let moved = (value(&harness, "reverse") - before).abs();
        assert_eq!(moved, changed, "{presses} presses");
    }
}

#[test]
fn every_press_steps_through_the_list() {
    let mut one_by_one = stage();
    for _ in 0..3 {
        at_once(&mut one_by_one, key(Key::ArrowDown, Modifiers::NONE));
    }
    let mut together = stage();
    at_once(
        &mut together,
        (0..3).flat_map(|_| key(Key::ArrowDown, Modifiers::NONE)),
    );
    let chosen = |harness: &Harness<'_, Stage>| harness.state().model.source.name();
    assert_eq!(chosen(&together), chosen(&one_by_one));
}

#[test]
fn every_press_takes_a_step_back() {
    let mut harness = stage();
    for to in [80.0, 60.0, 40.0] {
        harness.get_by_label("Mix").set_value_accesskit(to);
        harness.run_ok();
        // A turn of another control, or all were one step.
        harness.get_by_label("Width").set_value_accesskit(to);
        harness.run_ok();
    }
    let undo = |times| (0..times).flat_map(|_| key(Key::Z, Modifiers::COMMAND));
    at_once(&mut harness, undo(3));
    assert_eq!(value(&harness, "width"), 0.4);
    assert_eq!(value(&harness, "mix"), 0.6);
    let redo = (0..2).flat_map(|_| key(Key::Y, Modifiers::COMMAND));
    at_once(&mut harness, redo);
    assert_eq!(value(&harness, "width"), 0.3);
    assert_eq!(value(&harness, "mix"), 0.4);
    at_once(&mut harness, undo(9));
    assert_eq!(value(&harness, "mix"), 0.35);
}

#[test]
fn what_is_typed_right_after_a_click_on_a_value_is_heard() {
    let mut harness = stage();
    let at = harness.get_by_label("Type Mix").rect().center();
    let mut events = click(at);
    events.push(Event::Text("6".into()));
    events.push(Event::Text("2".into()));
    events.extend(key(Key::Enter, Modifiers::NONE));
    at_once(&mut harness, events);
    let control = param_of("mix").expect("a control");
    assert_eq!(value(&harness, "mix"), control.normalized(62.0));
    assert!(harness.state().screen.params.entry.is_none());
}

#[test]
fn what_is_typed_right_after_a_key_that_opens_a_field_is_heard() {
    let mut harness = stage();
    harness.get_by_label("Mix").focus();
    harness.run_ok();
    let mut events = key(Key::Enter, Modifiers::NONE).to_vec();
    events.push(Event::Text("71".into()));
    events.extend(key(Key::Enter, Modifiers::NONE));
    at_once(&mut harness, events);
    let control = param_of("mix").expect("a control");
    assert_eq!(value(&harness, "mix"), control.normalized(71.0));
}

#[test]
fn a_knob_hears_what_comes_before_its_field_is_opened_and_the_field_what_comes_after() {
    let mut harness = stage();
    harness.get_by_label("Mix").focus();
    harness.run_ok();
    let keys = [Key::ArrowUp, Key::ArrowUp, Key::Enter, Key::ArrowDown];
    at_once(
        &mut harness,
        keys.into_iter().flat_map(|of| key(of, Modifiers::NONE)),
    );
    assert!((value(&harness, "mix") - 0.39).abs() < 1e-4);
    // The field shows what the knob was turned to: taken unchanged it changes nothing.
    at_once(&mut harness, key(Key::Enter, Modifiers::NONE));
    assert!((value(&harness, "mix") - 0.39).abs() < 1e-4);
    assert!(harness.state().screen.params.entry.is_none());
}

#[test]
fn what_is_typed_right_after_a_click_into_the_search_is_heard_once() {
    let mut harness = stage();
    let at = harness.get_by_role(Role::TextInput).rect().center();
    let mut events = click(at);
    events.extend("pla".chars().map(|letter| Event::Text(letter.into())));
    at_once(&mut harness, events);
    assert_eq!(harness.state().screen.browser.search, "pla");
    at_once(&mut harness, [Event::Text("te".into())]);
    assert_eq!(harness.state().screen.browser.search, "plate");
    at_once(&mut harness, key(Key::ArrowDown, Modifiers::NONE));
    let chosen = Action::Choose(ImpulseSource::Room("Plate".into()));
    assert!(harness.state().actions.contains(&chosen));
}
