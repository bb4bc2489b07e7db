//! Folders that are come back to, and paths that are typed.

use std::path::{Path, PathBuf};

use anteroom::editor::Screen;
use anteroom::editor::panels::browser::Tab;
use anteroom::editor::screen::{SIZE, SMALLEST};
use anteroom::editor::view_model::ImpulseSource;
use egui::accesskit::Live;
use egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};

use crate::browser::{chosen, library, room, settle};
use crate::looks::keep;
use crate::stage::{Stage, harness, harness_with, model};

const FIELD: &str = "Path of a folder or a file";

/// Lets frames go by until something that is looked up has come.
fn wait(harness: &mut Harness<'_, Stage>, come: impl Fn(&Harness<'_, Stage>) -> bool) {
    for _ in 0..5000 {
        harness.step();
        if come(harness) {
            return settle(harness);
        }
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    panic!("it never came");
}

/// The folder that is open.
fn folder(harness: &Harness<'_, Stage>) -> PathBuf {
    harness.state().screen.browser.folder.clone()
}

fn starred(harness: &Harness<'_, Stage>) -> Vec<PathBuf> {
    let bookmarks = &harness.state().screen.browser.bookmarks;
    bookmarks.starred_folders.clone()
}

/// Opens the field for a path by its keys.
fn open_field(harness: &mut Harness<'_, Stage>) {
    harness.key_press_modifiers(Modifiers::COMMAND, Key::L);
    harness.run_ok();
}

/// Types a path and has it looked up.
fn enter(harness: &mut Harness<'_, Stage>, text: &str) {
    harness.event(Event::Text(text.into()));
    harness.key_press(Key::Enter);
    harness.step();
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn a_folder_is_starred_in_its_row_or_over_its_files_and_opened_from_the_list() {
    let (library, screen) = library();
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    harness.get_by_label("Add to favourites: plates").click();
    settle(&mut harness);
    // The star does not open the folder.
    assert_eq!(folder(&harness), library.path());
    harness.get_by_label("Halls").click();
    settle(&mut harness);
    harness.get_by_label("Add to favourites: Halls").click();
    harness.run_ok();
    let folders = ["Halls", "plates"].map(|name| library.path().join(name));
    assert_eq!(starred(&harness), folders);
    harness.get_by_label("Starred").click();
    harness.run_ok();
    // Folders stand over impulses, and say where they are.
    let row = harness.get_by_label("plates");
    let about = row.accesskit_node().description().unwrap_or_default();
    assert!(about.contains(folders[1].to_str().unwrap()), "{about}");
    row.click();
    settle(&mut harness);
    assert_eq!(harness.state().screen.browser.tab, Tab::Files);
    assert_eq!(folder(&harness), folders[1]);
    harness
        .get_by_label("Remove from favourites: plates")
        .click();
    harness.run_ok();
    assert_eq!(starred(&harness), folders[..1]);
    assert_eq!(chosen(&harness), []);
}

#[test]
fn a_folder_is_starred_by_keys() {
    let (library, screen) = library();
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    harness.get_by_label("Halls").focus();
    harness.run_ok();
    harness.key_press(Key::Tab);
    harness.run_ok();
    harness.key_press(Key::Space);
    harness.run_ok();
    assert_eq!(starred(&harness), [library.path().join("Halls")]);
}

#[test]
fn a_starred_folder_that_is_gone_is_bad_and_not_lost() {
    let (library, mut screen) = library();
    let gone = library.path().join("gone");
    let bookmarks = &mut screen.browser.bookmarks;
    bookmarks.starred_folders = vec![library.path().join("Halls"), gone.clone()];
    bookmarks.favourites = vec![room("Plate")];
    screen.browser.tab = Tab::Favourites;
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    let about = |harness: &Harness<'_, Stage>, row: &str| {
        let row = harness.get_by_label(row);
        row.accesskit_node().description().unwrap_or_default()
    };
    wait(&mut harness, |harness| {
        about(harness, "gone").contains("no such folder")
    });
    assert!(about(&harness, "Halls").starts_with("Folder: "));
    assert_eq!(starred(&harness).len(), 2);
    // It is looked for anew when the list is opened again.
    std::fs::create_dir(&gone).expect("a folder");
    for tab in ["Recent", "Starred"] {
        harness.get_by_label(tab).click();
        harness.run_ok();
    }
    wait(&mut harness, |harness| {
        about(harness, "gone").starts_with("Folder: ")
    });
}

#[test]
fn a_search_among_what_is_starred_finds_folders_and_enter_opens_the_only_one() {
    let (library, mut screen) = library();
    let bookmarks = &mut screen.browser.bookmarks;
    bookmarks.starred_folders = ["Halls", "plates"].map(|it| library.path().join(it)).into();
    bookmarks.favourites = vec![room("Plate"), room("Studio")];
    screen.browser.tab = Tab::Favourites;
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    harness.get_by_label("Search what is starred").focus();
    harness.run_ok();
    harness.event(Event::Text("hall".into()));
    harness.run_ok();
    assert!(harness.query_by_label("plates").is_none());
    harness.key_press(Key::Enter);
    settle(&mut harness);
    assert_eq!(folder(&harness), library.path().join("Halls"));
    assert_eq!(chosen(&harness), []);
}

#[test]
fn a_folder_is_opened_by_its_path_from_any_list() {
    let (library, _) = library();
    for size in [SIZE, SMALLEST] {
        let mut harness = harness(model(), size, 1.0);
        open_field(&mut harness);
        assert_eq!(harness.state().screen.browser.tab, Tab::Files);
        let halls = library.path().join("Halls");
        enter(&mut harness, halls.to_str().unwrap());
        wait(&mut harness, |harness| folder(harness) == halls);
        assert!(harness.query_by_label("Big Church.wav").is_some());
        assert!(harness.query_by_label(FIELD).is_none());
        // The keyboard is where the field was opened.
        let title = harness.get_by_label("Folder Halls: type a path");
        assert!(title.accesskit_node().is_focused());
        // What has no root is below the open folder.
        open_field(&mut harness);
        enter(&mut harness, "../plates");
        let plates = library.path().join("plates");
        wait(&mut harness, |harness| folder(harness) == plates);
        assert_eq!(chosen(&harness), []);
    }
}

#[test]
fn a_file_is_chosen_by_its_path_and_its_folder_opened() {
    let (library, screen) = library();
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    let title = format!("Folder {}: type a path", name(library.path()));
    harness.get_by_label(&title).click();
    harness.run_ok();
    let file = library.path().join("Halls/Big Church.wav");
    let pasted = format!("\"{}\"\n", file.display());
    harness.event(Event::Paste(pasted));
    harness.key_press(Key::Enter);
    let source = ImpulseSource::File(file);
    wait(&mut harness, |harness| !chosen(harness).is_empty());
    assert_eq!(chosen(&harness), [source]);
    assert_eq!(folder(&harness), library.path().join("Halls"));
    assert!(harness.query_by_label("Big Church.wav").is_some());
}

#[test]
fn a_path_that_is_not_there_is_told_with_the_reason_and_escape_gives_up() {
    let (library, screen) = library();
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    harness.get_by_label("A.wav").click();
    harness.run_ok();
    open_field(&mut harness);
    let gone = library.path().join("gone");
    enter(&mut harness, gone.to_str().unwrap());
    let problem = format!("There is no such folder or file: {}", gone.display());
    wait(&mut harness, |harness| {
        harness.query_by_label(&problem).is_some()
    });
    let said = harness.get_by_label(&problem);
    assert_eq!(said.accesskit_node().live(), Live::Assertive);
    // The field still has the keyboard, and what is typed takes the words away.
    let field = harness.get_by_label(FIELD);
    assert!(field.accesskit_node().is_focused());
    harness.event(Event::Text("x".into()));
    harness.run_ok();
    assert!(harness.query_by_label(&problem).is_none());
    harness.key_press(Key::Escape);
    harness.run_ok();
    assert!(harness.query_by_label(FIELD).is_none());
    assert_eq!(folder(&harness), library.path());
    // It does not also bring back the impulse from before.
    assert_eq!(chosen(&harness).len(), 1);
}

#[test]
fn what_is_typed_right_after_the_keys_is_heard_and_a_click_elsewhere_gives_up() {
    let (library, screen) = library();
    let mut harness = harness_with(model(), screen, SIZE, 1.0);
    settle(&mut harness);
    let keys = [true, false].map(|pressed| Event::Key {
        key: Key::L,
        physical_key: None,
        pressed,
        repeat: false,
        modifiers: Modifiers::COMMAND,
    });
    let events = &mut harness.input_mut().events;
    events.extend(keys);
    events.push(Event::Text("Hal".into()));
    harness.run_ok();
    let field = harness.get_by_label(FIELD);
    assert_eq!(field.accesskit_node().value().as_deref(), Some("Hal"));
    harness.get_by_label("plates").click();
    settle(&mut harness);
    assert!(harness.query_by_label(FIELD).is_none());
    assert_eq!(folder(&harness), library.path().join("plates"));
}

/// Nothing that moves: how many frames go by until a look-up has come is not known.
fn still(screen: Screen) -> Harness<'static, Stage> {
    let mut model = model();
    let snapshot = &mut model.snapshot;
    for levels in [&mut snapshot.input, &mut snapshot.wet, &mut snapshot.output] {
        *levels = Default::default();
    }
    let mut harness = harness_with(model, screen, SIZE, 1.0);
    harness
        .ctx
        .all_styles_mut(|style| style.visuals.text_cursor.blink = false);
    settle(&mut harness);
    harness
}

#[test]
fn how_a_starred_folder_that_is_gone_looks() {
    let mut screen = Screen::default();
    let bookmarks = &mut screen.browser.bookmarks;
    bookmarks.starred_folders = ["/", "/no/such/Convolution impulses of the old library"]
        .map(PathBuf::from)
        .into();
    bookmarks.favourites = vec![room("Plate")];
    screen.browser.tab = Tab::Favourites;
    let mut harness = still(screen);
    wait(&mut harness, |harness| {
        let row = harness.get_by_label("Convolution impulses of the old library");
        let about = row.accesskit_node().description().unwrap_or_default();
        about.contains("no such")
    });
    keep(harness, "starred");
}

/// An open folder with the name "Impulses".
fn impulses() -> (tempfile::TempDir, Screen) {
    let (library, mut screen) = library();
    let folder = library.path().join("Impulses");
    std::fs::create_dir_all(folder.join("Halls")).expect("a folder");
    std::fs::create_dir(folder.join("Plates")).expect("a folder");
    std::fs::write(folder.join("Church.wav"), b"RIFF").expect("a file");
    screen.browser.enter(&folder);
    screen
        .browser
        .bookmarks
        .toggle_folder(&folder.join("Halls"));
    (library, screen)
}

#[test]
fn how_an_open_folder_looks() {
    let (_library, screen) = impulses();
    keep(still(screen), "folder");
}

#[cfg(unix)]
#[test]
fn how_a_path_that_is_not_there_looks() {
    let (_library, screen) = impulses();
    let mut harness = still(screen);
    open_field(&mut harness);
    enter(&mut harness, "/no/such/halls");
    wait(&mut harness, |harness| {
        harness.query_by_label_contains("no such folder").is_some()
    });
    keep(harness, "path");
}
