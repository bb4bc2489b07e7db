//! The list of built-in rooms: by category, and found by what they are for.

use anteroom::editor::Action;
use anteroom::editor::screen::SIZE;
use anteroom::editor::view_model::{ImpulseSource, RoomInfo};
use egui_kittest::kittest::Queryable;

use crate::stage::{harness, model};

#[test]
fn rooms_stand_below_their_categories_and_are_found_by_their_words() {
    let mut model = model();
    let listed = |name: &str, category: &str, about: &str| RoomInfo {
        name: name.into(),
        category: category.into(),
        about: about.into(),
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
