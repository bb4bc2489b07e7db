//! The browser: rooms, folders, search, favourites, trying out, next and previous, dropped files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anteroom::editor::panels::browser::Tab;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::{ImpulseSource, LoadState};
use anteroom::editor::{Action, Screen};
use egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use anteroom::instance::FileInfo;

use crate::stage::{Stage, harness, harness_with, model};

pub fn room(name: &str) -> ImpulseSource {
    ImpulseSource::Room(name.into())
}

/// What was chosen, in order.
pub fn chosen(harness: &Harness<'_, Stage>) -> Vec<ImpulseSource> {
    let actions = harness.state().actions.iter();
    let sources = actions.filter_map(|action| match action {
        Action::Choose(source) => Some(source.clone()),
        _ => None,
    });
    sources.collect()
}

/// A browser that shows a folder of this kind: two folders, sounds, and what is no sound.
pub fn library() -> (tempfile::TempDir, Screen) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str| std::fs::write(folder.path().join(name), b"RIFF").expect("a file");
    for name in ["Halls", "plates"] {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    for name in [
        "b.flac",
        "A.wav",
        "notes.txt",
        ".hidden.wav",
        "Halls/Big Church.wav",
    ] {
        write(name);
    }
    let mut screen = Screen::default();
    screen.browser.enter(folder.path());
    (folder, screen)
}

/// Lets frames go by until the folder has been read.
pub fn settle(harness: &mut Harness<'_, Stage>) {
    // A click is noticed in one frame and acted upon in the next.
    harness.run_steps(4);
    for _ in 0..2000 {
        harness.step();
        if !harness.state().screen.browser.listing.busy() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    harness.step();
    harness.step();
}

fn names(harness: &Harness<'_, Stage>) -> Vec<String> {
    let items = &harness.state().screen.browser.listing.items;
    items.iter().map(|item| item.name.clone()).collect()
}

#[test]
fn a_room_is_chosen_tried_and_given_back() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Plate").click();
    harness.run_ok();
    harness.get_by_label("Chamber").click();
    harness.run_ok();
    assert_eq!(chosen(&harness), [room("Plate"), room("Chamber")]);
    harness.get_by_label("Back").click();
    harness.run_ok();
    assert_eq!(chosen(&harness).last(), Some(&room("Large hall")));
    assert!(harness.query_by_label("Back").is_none());
}

#[test]
fn what_is_kept_is_not_given_back() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Plate").click();
    harness.run_ok();
    assert!(harness.query_by_label("Back").is_some());
    // The line that offers the way back goes by itself, and the pointer keeps it.
    let seconds = |harness: &mut Harness<'_, Stage>, count: usize| harness.run_steps(60 * count);
    harness.get_by_label("Back").hover();
    seconds(&mut harness, 12);
    assert!(harness.query_by_label("Back").is_some());
    harness.hover_at(egui::pos2(2.0, 2.0));
    seconds(&mut harness, 10);
    assert!(harness.query_by_label("Back").is_none());
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert_eq!(chosen(&harness), [room("Plate")]);
}

#[test]
fn escape_gives_back_too() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Next impulse").click();
    harness.run_ok();
    harness.ctx.memory_mut(|memory| memory.stop_text_input());
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert_eq!(chosen(&harness), [room("Cathedral"), room("Large hall")]);
}

#[test]
fn next_and_previous_go_round() {
    let mut model = model();
    model.source = room("Plate");
    let mut harness = harness(model, SMALLEST, 1.0);
    harness.get_by_label("Next impulse").click();
    harness.run_ok();
    harness.get_by_label("Previous impulse").click();
    harness.run_ok();
    assert_eq!(chosen(&harness), [room("Small room"), room("Plate")]);
}

#[test]
fn the_search_narrows_the_list() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.state_mut().screen.browser.search = "HALL".into();
    harness.run_ok();
    assert!(harness.query_by_label("Concert hall").is_some());
    assert!(harness.query_by_label("Plate").is_none());
    harness.state_mut().screen.browser.search = "nowhere".into();
    harness.run_ok();
    assert!(harness.query_by_label("Concert hall").is_none());
}

#[test]
fn a_favourite_is_marked_found_and_let_go() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.get_by_label("Add to favourites: Studio").click();
    harness.run_ok();
    harness.get_by_label("Starred").click();
    harness.run_ok();
    assert!(harness.query_by_label("Studio").is_some());
    assert!(harness.query_by_label("Plate").is_none());
    harness
        .get_by_label("Remove from favourites: Studio")
        .click();
    harness.run_ok();
    assert!(harness.query_by_label("Studio").is_none());
    assert_eq!(chosen(&harness), []);
}

#[test]
fn what_was_loaded_is_found_again() {
    let mut harness = harness(model(), SIZE, 1.0);
    for name in ["Plate", "Studio", "Plate"] {
        harness.get_by_label(name).click();
        harness.run_ok();
    }
    let recent = &harness.state().screen.browser.bookmarks.recent;
    assert_eq!(*recent, [room("Plate"), room("Studio")]);
}

#[test]
fn folders_come_first_and_only_sounds_are_shown() {
    let (_folder, screen) = library();
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    assert_eq!(names(&harness), ["Halls", "plates", "A.wav", "b.flac"]);
    harness.get_by_label("Halls").click();
    settle(&mut harness);
    assert_eq!(names(&harness), ["Big Church.wav"]);
    harness.get_by_label("Parent folder").click();
    settle(&mut harness);
    assert_eq!(names(&harness).len(), 4);
}

#[test]
fn a_file_is_loaded_by_a_click() {
    let (folder, screen) = library();
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    harness.get_by_label("A.wav").click();
    harness.run_ok();
    assert_eq!(
        chosen(&harness),
        [ImpulseSource::File(folder.path().join("A.wav"))]
    );
}

#[test]
fn a_search_looks_below_the_folder() {
    let (_folder, mut screen) = library();
    screen.browser.search = "church".into();
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    let name = Path::new("Halls").join("Big Church.wav");
    assert!(harness.query_by_label(&name.to_string_lossy()).is_some());
    assert!(harness.query_by_label("A.wav").is_none());
}

#[test]
fn a_folder_that_can_not_be_read_is_named() {
    let mut screen = Screen::default();
    screen.browser.enter(Path::new("/no/such/folder"));
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    let error = harness.state().screen.browser.listing.error.clone();
    assert!(error.expect("an error").contains("/no/such/folder"));
}

#[test]
fn ten_thousand_files_are_no_more_work_than_a_screenful() {
    let folder = tempfile::tempdir().expect("a folder");
    for index in 0..10_000 {
        std::fs::write(folder.path().join(format!("{index:05}.wav")), b"").expect("a file");
    }
    let mut screen = Screen::default();
    screen.browser.enter(folder.path());
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    assert_eq!(harness.state().screen.browser.listing.items.len(), 10_000);
    let nodes = harness.root().children_recursive().count();
    assert!(nodes < 300, "{nodes} nodes");
    // Each row is a node with its name; a row is 29 points high.
    let rows = |harness: &Harness<'_, Stage>| {
        let named = |node: &egui_kittest::Node<'_>| {
            let label = node.accesskit_node().label().unwrap_or_default();
            label.len() == 9 && label.ends_with(".wav")
        };
        harness.root().children_recursive().filter(named).count()
    };
    let most = (SIZE[1] / 26.0) as usize;
    let found = rows(&harness);
    assert!((5..most).contains(&found), "{found} rows");
    // How long a frame takes is told, as machines differ.
    let at = harness.get_by_label("00003.wav").rect().center();
    harness.hover_at(at);
    let begin = std::time::Instant::now();
    for _ in 0..50 {
        harness.event(egui::Event::MouseWheel {
            unit: egui::MouseWheelUnit::Line,
            delta: egui::Vec2::new(0.0, -40.0),
            modifiers: egui::Modifiers::NONE,
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
        });
        harness.step();
        assert!(rows(&harness) < most);
    }
    let frame = begin.elapsed().as_secs_f32() * 1000.0 / 50.0;
    println!("a frame while 10,000 rows are scrolled: {frame:.2} ms");
    assert!(
        harness.query_by_label("00003.wav").is_none(),
        "it has not scrolled"
    );
}

#[test]
fn the_missing_file_is_located() {
    let (folder, screen) = library();
    let mut model = model();
    model.load_state = LoadState::Missing {
        name: "A.wav".into(),
        place: "/gone/A.wav".into(),
        also: None,
    };
    let mut harness = harness_with(model, screen, SIZE, 1.0);
    harness.state_mut().screen.browser.tab = Tab::Rooms;
    harness.run_ok();
    harness.get_by_label("Locate\u{2026}").click();
    settle(&mut harness);
    harness.get_by_label("A.wav").click();
    harness.run_ok();
    let located = Action::Locate(folder.path().join("A.wav"));
    assert!(harness.state().actions.contains(&located));
    assert_eq!(chosen(&harness), []);
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        Err("not asked for".into())
    }
}

#[test]
fn a_dropped_file_is_loaded_and_a_dropped_folder_opened() {
    let (folder, _) = library();
    let mut harness = harness(model(), SIZE, 1.0);
    let drop = |harness: &mut Harness<'_, Stage>, path: PathBuf| {
        harness.input_mut().dropped_files = vec![Arc::new(Dropped(path))];
        harness.step();
        harness.step();
    };
    drop(&mut harness, folder.path().join("b.flac"));
    assert_eq!(
        chosen(&harness),
        [ImpulseSource::File(folder.path().join("b.flac"))]
    );
    drop(&mut harness, folder.path().join("Halls"));
    settle(&mut harness);
    assert_eq!(names(&harness), ["Big Church.wav"]);
    assert_eq!(chosen(&harness).len(), 1);
}

#[test]
fn the_rows_in_view_are_asked_about_and_no_others() {
    let mut harness = harness(model(), SIZE, 1.0);
    let unknown = harness.state().screen.browser.unknown.clone();
    assert!(unknown.contains(&room("Plate")));
    let facts = FileInfo {
        channels: 4,
        rate: 0,
        seconds: 2.0,
        rt60: Some(1.5),
    };
    let browser = &mut harness.state_mut().screen.browser;
    browser.facts.insert(room("Plate"), Some(facts));
    browser.facts.insert(room("Studio"), None);
    harness.run_ok();
    let unknown = &harness.state().screen.browser.unknown;
    assert!(!unknown.contains(&room("Plate")) && !unknown.contains(&room("Studio")));
    assert!(unknown.contains(&room("Chamber")));
}

#[test]
fn a_wider_browser_shows_all_columns() {
    let mut harness = harness(model(), SIZE, 1.0);
    let before = harness.get_by_label("Plate").rect().width();
    harness
        .get_by_label("Show length, channels, rate and reverberation time")
        .click();
    harness.run_ok();
    assert!(harness.get_by_label("Plate").rect().width() > before + 150.0);
    harness.get_by_label("Show names only").click();
    harness.run_ok();
    assert_eq!(harness.get_by_label("Plate").rect().width(), before);
}

#[test]
fn arrows_step_through_the_list_and_through_what_a_search_found() {
    let mut harness = harness(model(), SIZE, 1.0);
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    assert_eq!(chosen(&harness), [room("Cathedral")]);
    harness.state_mut().screen.browser.search = "hall".into();
    harness.run_ok();
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    harness.key_press(Key::ArrowDown);
    harness.run_ok();
    let found = [room("Cathedral"), room("Concert hall"), room("Large hall")];
    assert_eq!(chosen(&harness), found);
}

#[test]
fn stepping_through_what_was_used_lately_does_not_go_back_and_forth() {
    let mut screen = Screen::default();
    screen.browser.tab = Tab::Recent;
    screen.browser.bookmarks.recent = ["Plate", "Studio", "Chamber"].map(room).to_vec();
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    for _ in 0..3 {
        harness.get_by_label("Next impulse").click();
        harness.run_ok();
    }
    assert_eq!(
        chosen(&harness),
        [room("Plate"), room("Studio"), room("Chamber")]
    );
}
