//! Without a mouse, and without seeing: names, the order of the focus, jumps, the list by keys; and the colour schemes.

use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::{ImpulseSource, LoadState, Scheme};
use anteroom::editor::widgets::theme::{recolor, schemes};
use anteroom::editor::{Action, Screen};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::stage::{Stage, harness, harness_with, model};

/// What has the focus: its name, or what it is.
fn focused(harness: &Harness<'_, Stage>) -> Option<String> {
    let mut nodes = harness.root().children_recursive();
    let node = nodes.find(|node| node.accesskit_node().is_focused())?;
    let node = node.accesskit_node();
    Some(node.label().unwrap_or_else(|| format!("{:?}", node.role())))
}

/// Everything that the tabulator stops at, in its order.
fn stops(harness: &mut Harness<'_, Stage>) -> Vec<String> {
    let mut stops = Vec::new();
    for _ in 0..120 {
        harness.key_press(Key::Tab);
        harness.run_ok();
        match focused(harness) {
            Some(stop) if stops.first() == Some(&stop) => break,
            Some(stop) => stops.push(stop),
            None => {}
        }
    }
    stops
}

#[test]
fn whatever_can_be_operated_has_a_name_and_no_two_controls_the_same() {
    for size in [SIZE, SMALLEST] {
        let mut screen = Screen::default();
        screen.browser.open = true;
        let harness = harness_with(model(), screen, size, 1.0);
        let mut names = Vec::new();
        for node in harness.root().children_recursive() {
            let node = node.accesskit_node();
            let is_operated = matches!(
                node.role(),
                Role::Button
                    | Role::CheckBox
                    | Role::Slider
                    | Role::TextInput
                    | Role::ComboBox
                    | Role::Switch
            );
            if is_operated {
                let name = node.label().unwrap_or_default();
                assert!(!name.trim().is_empty(), "a {:?} has no name", node.role());
                if node.role() == Role::Slider {
                    let value = node.value().unwrap_or_default();
                    assert!(!value.is_empty(), "{name} has no value in words");
                    names.push(name);
                }
            }
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert!(count > 10 && names.len() == count, "{names:?}");
    }
}

#[test]
fn the_tabulator_goes_where_the_eye_goes_and_a_list_is_one_stop() {
    let mut harness = harness(model(), SIZE, 1.0);
    let stops = stops(&mut harness);
    let at = |name: &str| {
        let found = stops.iter().position(|stop| stop == name);
        found.unwrap_or_else(|| panic!("{name} is not among {stops:#?}"))
    };
    let order = [
        at("Search the rooms"),
        at("Large hall"),
        at("Decay of all octaves"),
        at("Decay"),
        at("Mix"),
        at("Presets"),
        at("Show load and real-time report"),
        at("100 %"),
    ];
    assert!(order.is_sorted(), "{stops:#?}");
    // The impulse in use is the stop of the list, and its star follows.
    assert_eq!(stops[at("Large hall") + 1], "Add to favourites: Large hall");
    assert!(!stops.iter().any(|stop| stop == "Plate"));
}

#[test]
fn f6_jumps_from_part_to_part_and_back() {
    let mut harness = harness(model(), SIZE, 1.0);
    let mut jump = |modifiers| {
        harness.key_press_modifiers(modifiers, Key::F6);
        harness.run_ok();
        focused(&harness).expect("something has the focus")
    };
    let first: Vec<String> = (0..4).map(|_| jump(Modifiers::NONE)).collect();
    assert_eq!(first[0], "Search the rooms");
    assert_eq!(jump(Modifiers::NONE), first[0]);
    let back: Vec<String> = (0..4).map(|_| jump(Modifiers::SHIFT)).collect();
    let expected: Vec<String> = first.iter().rev().cloned().collect();
    assert_eq!(back[..4], expected[..4]);
    let mut different = first.clone();
    different.sort();
    different.dedup();
    assert_eq!(different.len(), 4, "{first:?}");
}

#[test]
fn a_star_is_set_by_keys() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness
        .get_by_label("Add to favourites: Large hall")
        .focus();
    harness.run_ok();
    harness.key_press(Key::Space);
    harness.run_ok();
    let favourites = &harness.state().screen.browser.bookmarks.favourites;
    assert_eq!(*favourites, [ImpulseSource::Room("Large hall".into())]);
    assert_eq!(harness.state().actions, [] as [Action; 0]);
}

#[test]
fn keys_go_through_a_long_list_and_bring_rows_into_view() {
    let mut model = model();
    model.rooms = (0..200)
        .map(|index| anteroom::editor::view_model::RoomInfo {
            name: format!("Room {index:03}"),
            category: format!("Group {}", index / 50),
            ..Default::default()
        })
        .collect();
    model.source = ImpulseSource::Room("Room 000".into());
    let mut harness = harness(model, SIZE, 1.0);
    harness.get_by_label("Room 000").focus();
    harness.run_ok();
    let mut press = |key| {
        harness.key_press(key);
        harness.run_ok();
        focused(&harness)
    };
    assert_eq!(press(Key::ArrowDown).as_deref(), Some("Room 001"));
    assert_eq!(press(Key::End).as_deref(), Some("Room 199"));
    assert_eq!(press(Key::Home).as_deref(), Some("Room 000"));
    press(Key::PageDown);
    press(Key::PageDown);
    // Over a heading.
    for _ in 0..60 {
        press(Key::ArrowDown);
    }
    let name = press(Key::ArrowUp).expect("a row");
    assert!(
        name.starts_with("Room 0") && name.as_str() > "Room 060",
        "{name}"
    );
    assert_eq!(harness.state().actions, [] as [Action; 0]);
}

#[test]
fn messages_are_said_when_they_come() {
    let mut model = model();
    model.load_state = LoadState::Missing {
        name: "Church.wav".into(),
        place: "/gone".into(),
        also: None,
    };
    let mut harness = harness(model, SIZE, 1.0);
    let live = |harness: &Harness<'_, Stage>, text: &str| {
        let node = harness.get_by_label(text);
        node.accesskit_node().live()
    };
    let missing = "Church.wav is missing";
    assert_eq!(live(&harness, missing), egui::accesskit::Live::Assertive);
    let stage = harness.state_mut();
    stage.screen.status_bar.show_message("Saved as Cave.");
    harness.run_ok();
    let said = live(&harness, "Saved as Cave.");
    assert_eq!(said, egui::accesskit::Live::Polite);
}

#[test]
fn help_opens_at_the_control_that_has_the_focus_and_closes() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Width").focus();
    harness.run_ok();
    harness.key_press(Key::F1);
    harness.run_ok();
    assert!(
        harness
            .query_by_label_contains("0 is mono, 100 the impulse as it is")
            .is_some()
    );
    harness.key_press(Key::F1);
    harness.run_ok();
    assert!(harness.query_by_label_contains("0 is mono").is_none());
}

#[test]
fn the_first_start_says_what_is_where_until_something_is_pressed() {
    let mut model = model();
    model.welcome = true;
    let mut harness = harness(model, SIZE, 1.0);
    harness.run_ok();
    assert!(
        harness
            .query_by_label_contains("Press anything to begin")
            .is_some()
    );
    assert_eq!(harness.state().actions, []);
    harness.get_by_label("Plate").click();
    harness.run_ok();
    let actions = &harness.state().actions;
    assert!(actions.contains(&Action::Welcomed));
    // What was pressed has done what it does.
    assert!(actions.contains(&Action::Choose(ImpulseSource::Room("Plate".into()))));
}

#[test]
fn a_scheme_is_chosen_and_no_colour_of_the_dark_one_is_left() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("100 %").click();
    harness.run_ok();
    harness.get_by_label("High contrast").click();
    harness.run_ok();
    let actions = &harness.state().actions;
    assert_eq!(*actions, [Action::Scheme(Scheme::HighContrast)]);
    for scheme in [Scheme::Light, Scheme::HighContrast] {
        recolor::choose(&harness.ctx, scheme);
        harness.run_ok();
        let picture = harness.render().expect("a picture");
        let dark = schemes::palette(Scheme::Dark);
        let left = picture.pixels().filter(|pixel| {
            let [red, green, blue, _] = pixel.0;
            let color = egui::Color32::from_rgb(red, green, blue);
            [dark.panel, dark.ground, dark.raised].contains(&color)
        });
        // Here and there the edge of a letter has the same shade.
        let left = left.count();
        assert!(left < 50, "{scheme:?}: {left} pixels");
    }
}
