//! The list of rooms: by category, and found by what they are for; and the room in use by its numbers.

use std::sync::Arc;

use anteroom::editor::panels::header::Page;
use anteroom::editor::screen::SIZE;
use anteroom::editor::view_model::{ImpulseSource, RoomDecay, RoomInfo};
use anteroom::editor::{Action, ViewModel};
use anteroom::state::{RoomRecipe, rooms};
use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::looks::keep;
use crate::stage::{Stage, harness, model};

#[test]
fn rooms_stand_below_their_categories_and_are_found_by_their_words() {
    let mut model = model();
    let listed = |name: &str, category: &str, about: &str| RoomInfo {
        name: name.into(),
        category: category.into(),
        about: about.into(),
        ..RoomInfo::default()
    };
    model.rooms = vec![
        listed("Booth", "Rooms", "dry and close (vocal, short)"),
        listed("Nave", "Halls", "stone (long)"),
        listed("Ripple", "Springs", "three coils (retro)"),
    ];
    let mut harness = harness(model, SIZE, 1.0);
    harness.run_ok();
    for label in ["Halls", "Springs", "Booth", "Nave"] {
        assert!(harness.query_by_label(label).is_some(), "{label}");
    }
    harness.state_mut().screen.browser.search = "Retro".into();
    harness.run_ok();
    assert!(harness.query_by_label("Nave").is_none());
    assert!(harness.query_by_label("Halls").is_none());
    harness.get_by_label("Ripple").click();
    harness.run_ok();
    let wanted = Action::Choose(ImpulseSource::Room("Ripple".into()));
    assert!(harness.state().actions.contains(&wanted));
}

#[test]
fn rooms_show_how_they_die_away() {
    let names = [
        "Vocal Booth",
        "Studio",
        "Concert Hall",
        "Cathedral",
        "Dark Plate",
        "Bright Plate",
        "Gated Long",
        "Reverse Long",
    ];
    let listed = |name: &&str| {
        let room = rooms().iter().find(|room| room.name == *name);
        RoomInfo {
            name: (*name).into(),
            decay: room.map(|room| RoomDecay::of(&room.recipe)),
            ..RoomInfo::default()
        }
    };
    let mut model = model();
    model.rooms = names.iter().map(listed).collect();
    model.source = ImpulseSource::Room("Concert Hall".into());
    let harness = harness(model, [1000.0, 720.0], 2.0);
    let row = harness.get_by_label("Gated Long");
    let about = row.accesskit_node().description().unwrap_or_default();
    assert!(about.starts_with("Is shut after "), "{about}");
    keep(harness, "rooms");
}

/// The hall, as a project has it.
pub fn hall() -> ViewModel {
    let mut model = model();
    model.source = ImpulseSource::Room("Hall".into());
    model.recipe = Some(Arc::new(RoomRecipe::default()));
    model
}

/// The rooms that the project was given.
fn given(harness: &Harness<'_, Stage>) -> Vec<(String, RoomRecipe)> {
    let actions = harness.state().actions.iter();
    let rooms = actions.filter_map(|action| match action {
        Action::EditRoom(name, recipe) => Some((name.clone(), (**recipe).clone())),
        _ => None,
    });
    rooms.collect()
}

#[test]
fn the_room_in_use_is_edited_by_its_numbers_and_undo_brings_it_back() {
    let mut harness = harness(hall(), SIZE, 1.0);
    harness.run_ok();
    harness.get_by_label("Edit room\u{2026}").click();
    harness.run_ok();
    assert_eq!(harness.state().screen.header.page, Page::Room);
    assert!(given(&harness).is_empty(), "looking changes nothing");
    // A slider that has the focus is moved by the keys.
    harness
        .get_by_role_and_label(egui::accesskit::Role::Slider, "Height")
        .focus();
    harness.run_ok();
    harness.key_press(Key::ArrowRight);
    harness.run_ok();
    let rooms = given(&harness);
    assert_eq!(rooms.len(), 1, "{rooms:?}");
    let (name, higher) = &rooms[0];
    let hall = RoomRecipe::default();
    assert_eq!(name, "My Hall");
    assert!(higher.size_m[2] > hall.size_m[2]);
    let others = RoomRecipe {
        size_m: hall.size_m,
        ..higher.clone()
    };
    assert_eq!(others, hall);
    // Undo chooses what was there before.
    harness.get_by_label("Undo").click();
    harness.run_ok();
    let back = Action::Choose(ImpulseSource::Room("Hall".into()));
    assert!(harness.state().actions.contains(&back));
    harness.get_by_label("Close").click();
    harness.run_ok();
    assert_eq!(harness.state().screen.header.page, Page::Impulse);
}

#[test]
fn a_slider_gives_one_room_when_the_hand_lets_go() {
    let mut harness = harness(hall(), SIZE, 1.0);
    harness.state_mut().screen.header.page = Page::Room;
    harness.run_ok();
    let slider = harness.get_by_role_and_label(egui::accesskit::Role::Slider, "Reverberation");
    let place = slider.rect();
    let at = |part: f32| egui::pos2(place.left() + part * place.width(), place.center().y);
    harness.drag_at(at(0.3));
    for step in 0..5 {
        harness.hover_at(at(0.4 + 0.08 * step as f32));
        harness.run_ok();
    }
    assert!(given(&harness).is_empty(), "it is still held");
    harness.drop_at(at(0.8));
    harness.run_ok();
    let rooms = given(&harness);
    assert_eq!(rooms.len(), 1, "{rooms:?}");
    assert!(rooms[0].1.rt60_s > 2.5, "{}", rooms[0].1.rt60_s);
}

#[test]
fn a_room_is_saved_under_a_name_that_no_built_in_one_has() {
    let mut harness = harness(hall(), SIZE, 1.0);
    harness.state_mut().screen.header.page = Page::Room;
    harness.run_ok();
    let saved = |harness: &Harness<'_, Stage>| {
        let actions = harness.state().actions.iter();
        let saved = actions.filter(|action| matches!(action, Action::SaveRoom(..)));
        saved.cloned().collect::<Vec<_>>()
    };
    harness.state_mut().screen.room_editor.name = "cathedral".into();
    harness.run_ok();
    harness.get_by_label("Save").click();
    harness.run_ok();
    assert!(saved(&harness).is_empty());
    harness.state_mut().screen.room_editor.name = "Attic".into();
    harness.run_ok();
    harness.get_by_label("Save").click();
    harness.run_ok();
    let hall = Box::new(RoomRecipe::default());
    assert_eq!(
        saved(&harness),
        [Action::SaveRoom("Attic".into(), hall.clone())]
    );
    // The project's room has that name from now on.
    assert_eq!(given(&harness), [("Attic".into(), *hall)]);
    assert_eq!(harness.state().model.source.name(), "Attic");
}

#[test]
fn own_rooms_stand_in_the_list_and_what_is_no_room_has_no_numbers() {
    let mut model = hall();
    let text = serde_json::to_string(&RoomRecipe::default()).unwrap();
    model.rooms.insert(
        0,
        RoomInfo {
            name: "Attic".into(),
            category: "Own rooms".into(),
            recipe: Some(text.clone()),
            ..RoomInfo::default()
        },
    );
    model.recipe = None;
    let mut harness = harness(model, SIZE, 1.0);
    harness.run_ok();
    assert!(harness.query_by_label("Own rooms").is_some());
    harness.get_by_label("Edit room\u{2026}").click();
    harness.run_ok();
    assert_eq!(harness.state().screen.header.page, Page::Impulse);
    harness.get_by_label("Attic").click();
    harness.run_ok();
    let wanted = Action::Choose(ImpulseSource::Own("Attic".into(), text));
    assert!(harness.state().actions.contains(&wanted));
    // With the page open: a way out, and a room to begin with.
    harness.state_mut().screen.header.page = Page::Room;
    harness.run_ok();
    harness.get_by_label("A hall").click();
    harness.run_ok();
    assert_eq!(given(&harness).len(), 1);
}
