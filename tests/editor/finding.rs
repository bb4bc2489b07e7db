//! Finding an impulse: the search and its keys, filters, the order of the list, and what is told of a row.

use anteroom::editor::panels::browser::{Filters, Sort};
use anteroom::editor::screen::SIZE;
use anteroom::editor::view_model::ImpulseSource;
use anteroom::instance::FileInfo;
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::browser::{chosen, library, room, settle};
use crate::stage::{Stage, harness, harness_with, model};

#[test]
fn enter_takes_the_only_impulse_that_is_found() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Search the rooms").focus();
    harness.run_ok();
    harness.event(egui::Event::Text("plat".into()));
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert_eq!(chosen(&harness), [room("Plate")]);
}

#[test]
fn enter_goes_into_the_list_where_several_are_found_and_the_arrows_through_it() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Search the rooms").focus();
    harness.run_ok();
    harness.event(egui::Event::Text("hall".into()));
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert_eq!(chosen(&harness), []);
    assert!(is_focused(&harness, "Concert hall"));
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    assert!(is_focused(&harness, "Large hall"));
    // It is the impulse in use only when it is chosen.
    assert_eq!(chosen(&harness), []);
    harness.key_press(Key::ArrowUp);
    harness.run_ok();
    harness.key_press(Key::Enter);
    harness.run_ok();
    assert_eq!(chosen(&harness), [room("Concert hall")]);
}

fn is_focused(harness: &Harness<'_, Stage>, label: &str) -> bool {
    harness.get_by_label(label).accesskit_node().is_focused()
}

#[test]
fn escape_and_a_cross_clear_the_search_and_nothing_else() {
    for by_key in [true, false] {
        let mut harness = harness(model(), SIZE, 1.0);
        harness.get_by_label("Plate").click();
        harness.run_ok();
        harness.get_by_label("Search the rooms").focus();
        harness.run_ok();
        harness.event(egui::Event::Text("hall".into()));
        harness.run_ok();
        match by_key {
            true => harness.key_press(Key::Escape),
            false => harness.get_by_label("Clear the search (Escape)").click(),
        }
        harness.run_ok();
        assert_eq!(harness.state().screen.browser.search, "");
        assert_eq!(chosen(&harness), [room("Plate")]);
    }
}

#[test]
fn another_list_is_not_searched_for_what_was_meant_for_this_one() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.state_mut().screen.browser.search = "hall".into();
    harness.run_ok();
    harness.get_by_label("Starred").click();
    harness.run_ok();
    assert_eq!(harness.state().screen.browser.search, "");
    assert!(harness.query_by_label("Search what is starred").is_some());
}

#[test]
fn rooms_are_filtered_by_category_and_word_and_sorted() {
    let mut model = model();
    for (index, room) in model.rooms.iter_mut().enumerate() {
        room.category = if index < 3 { "Rooms" } else { "Halls" }.into();
        room.tags = vec![if index % 2 == 0 { "dark" } else { "bright" }.into()];
    }
    let mut harness = harness(model, SIZE, 1.0);
    let names = |harness: &Harness<'_, Stage>| {
        let stage = harness.state();
        let sources = stage.screen.browser.sources(&stage.model);
        sources.iter().map(ImpulseSource::name).collect::<Vec<_>>()
    };
    harness.get_by_label("Category").click();
    harness.run_ok();
    harness.get_by_role_and_label(Role::Button, "Halls").click();
    harness.run_ok();
    assert_eq!(
        names(&harness),
        ["Concert hall", "Large hall", "Cathedral", "Plate"]
    );
    let filters = &mut harness.state_mut().screen.browser.filters;
    filters.tag = Some("dark".into());
    harness.run_ok();
    assert_eq!(names(&harness), ["Large hall", "Plate"]);
    let browser = &mut harness.state_mut().screen.browser;
    browser.filters = Filters {
        sort: Sort::Time,
        ..Filters::default()
    };
    for (name, rt60) in [("Plate", 1.0), ("Studio", 0.4), ("Cathedral", 6.0)] {
        let facts = FileInfo {
            channels: 2,
            rate: 0,
            seconds: rt60,
            rt60: Some(rt60),
        };
        browser.facts.insert(room(name), Some(facts));
    }
    harness.run_ok();
    assert_eq!(names(&harness)[..3], ["Studio", "Plate", "Cathedral"]);
    // All are asked about, also those that are not in view.
    let unknown = &harness.state().screen.browser.unknown;
    assert!(unknown.contains(&room("Chamber")));
    harness.state_mut().screen.browser.filters.sort = Sort::Name;
    harness.run_ok();
    assert_eq!(names(&harness)[0], "Cathedral");
}

#[test]
fn files_are_sorted_by_date_and_bad_ones_are_told_before_they_are_clicked() {
    let (folder, screen) = library();
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(1000);
    let file = std::fs::File::options()
        .write(true)
        .open(folder.path().join("A.wav"));
    file.and_then(|file| file.set_modified(old))
        .expect("a file");
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    let browser = &mut harness.state_mut().screen.browser;
    browser.filters.sort = Sort::Date;
    let bad = ImpulseSource::File(folder.path().join("A.wav"));
    browser.facts.insert(bad.clone(), None);
    harness.run_ok();
    let stage = harness.state();
    let sources = stage.screen.browser.sources(&stage.model);
    assert_eq!(sources.last(), Some(&bad));
    let row = harness.get_by_label("A.wav");
    let about = row.accesskit_node().description().unwrap_or_default();
    assert!(about.contains("can not be used"), "{about}");
}
