//! The file is somewhere else: in a library, beside another one, on another machine, or where the user says.

use super::rig::{Folder, Rig, samples, write_wav};
use super::{assert_missing, assert_sounds, in_json, opened, opened_in, rig, saved, saved_again};
use anteroom::background::to_the_end;
use anteroom::impulse::Origin;
use anteroom::loader::{Cache, Phase, file_at};
use anteroom::state::Project;
use std::fs;
use std::sync::Arc;

#[test]
fn a_file_that_moved_is_found_in_the_library_by_its_content() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    let deep = folder.path("library/deep");
    fs::create_dir_all(&deep).unwrap();
    fs::rename(folder.path("hall.wav"), deep.join("hall.wav")).unwrap();
    let cache = Arc::new(Cache::default());
    cache.set_library(vec![folder.path("library")]);
    let rig = opened_in(&text, cache);
    // The project now knows the new place.
    assert!(saved_again(&rig, &text).contains("deep"));
    assert_sounds(rig, 1);
}

#[test]
fn a_file_that_was_renamed_is_found_in_the_library_by_its_content() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    fs::create_dir(folder.path("library")).unwrap();
    folder.impulse("library/hall.wav", 2);
    fs::rename(
        folder.path("hall.wav"),
        folder.path("library/other name.wav"),
    )
    .unwrap();
    let cache = Arc::new(Cache::default());
    cache.set_library(vec![folder.path("library")]);
    assert_sounds(opened_in(&text, cache), 1);
}

#[test]
fn a_folder_that_moved_is_found_beside_the_first_file_that_is() {
    let folder = Folder::new();
    let texts = [1, 2].map(|number| saved(folder.origin(&format!("{number}.wav"), number), false));
    fs::create_dir(folder.path("new")).unwrap();
    for name in ["1.wav", "2.wav"] {
        fs::rename(folder.path(name), folder.path("new").join(name)).unwrap();
    }
    let cache = Arc::new(Cache::default());
    let mut first = opened_in(&texts[0], cache.clone());
    assert_missing(&mut first, "1.wav");
    // The user shows where the first one is.
    let Phase::Missing { file, .. } = first.status().phase else {
        unreachable!()
    };
    let place = folder.path("new/1.wav");
    assert!(to_the_end(|job| first.remote.found(&file, &place, job)));
    first.settle();
    assert!(first.swap());
    assert_sounds(first, 1);
    assert_sounds(opened_in(&texts[1], cache), 2);
}

/// A path as another system than this one writes it.
const ELSEWHERE: &str = if cfg!(windows) {
    "/home/somebody-else/irs/hall.wav"
} else {
    r"C:\Users\Somebody Else\irs\hall.wav"
};

/// The same project as it would have been saved on another system, by somebody else.
fn as_saved_elsewhere(text: &str) -> String {
    let mut project = Project::from_json(text);
    let Origin::File(file) = &mut project.origin else {
        panic!("a file");
    };
    file.absolute = ELSEWHERE.into();
    file.relative = Some("no such folder/hall.wav".into());
    project.to_json()
}

#[test]
fn a_project_of_another_system_finds_its_file_by_the_content() {
    let folder = Folder::new();
    let text = as_saved_elsewhere(&saved(folder.origin("hall.wav", 1), false));
    // Without it the path stays as it was written, for the way back.
    let mut rig = opened(&text);
    assert_missing(&mut rig, "hall.wav");
    let Phase::Missing { message, .. } = rig.status().phase else {
        unreachable!()
    };
    assert!(message.contains(ELSEWHERE), "{message}");
    assert_eq!(saved_again(&rig, &text), text);
    rig.close();
    let cache = Arc::new(Cache::default());
    cache.set_library(vec![folder.path("")]);
    let rig = opened_in(&text, cache);
    assert!(!saved_again(&rig, &text).contains("no such folder"));
    assert_sounds(rig, 1);
}

#[test]
fn a_project_of_another_system_finds_its_file_beside_another_in_whatever_case() {
    let folder = Folder::new();
    let texts = [1, 2].map(|number| {
        as_saved_elsewhere(&saved(
            folder.origin(&format!("Hall {number}.wav"), number),
            false,
        ))
    });
    fs::rename(folder.path("Hall 2.wav"), folder.path("hall 2.WAV")).unwrap();
    let cache = Arc::new(Cache::default());
    let mut first = opened_in(&texts[0], cache.clone());
    let Phase::Missing { file, .. } = first.status().phase else {
        panic!("found");
    };
    let place = folder.path("Hall 1.wav");
    assert!(to_the_end(|job| first.remote.found(&file, &place, job)));
    first.settle();
    assert!(first.swap());
    assert_sounds(first, 1);
    assert_sounds(opened_in(&texts[1], cache), 2);
}

#[test]
fn on_another_machine_with_another_home_the_relative_path_is_enough() {
    // The home folder is the process's own, so the path is what is changed here.
    let home = anteroom::impulse::origin::home().filter(|home| home.is_dir());
    let made = home.and_then(|home| {
        let mut builder = tempfile::Builder::new();
        let inside = builder.prefix(".anteroom-test-").tempdir_in(&home);
        Some((home, inside.ok()?))
    });
    let Some((home, inside)) = made else {
        assert!(
            std::env::var_os("CI").is_none(),
            "no home folder to write to"
        );
        eprintln!("skipped: no home folder to write to");
        return;
    };
    let path = inside.path().join("hall.wav");
    write_wav(&path, rig::RATE, &samples(1));
    let text = saved(file_at(&path), false);
    let elsewhere = text.replace(&in_json(&home), "/home/somebody-else");
    assert_ne!(text, elsewhere);
    assert_sounds(opened(&elsewhere), 1);
}

#[test]
fn a_file_that_is_located_by_hand_is_found_by_all_who_miss_it() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    let place = folder.path("somewhere.wav");
    fs::rename(folder.path("hall.wav"), &place).unwrap();
    let wrong = folder.impulse("wrong.wav", 2);
    let cache = Arc::new(Cache::default());
    let mut rigs: Vec<Rig> = (0..4).map(|_| opened_in(&text, cache.clone())).collect();
    let Phase::Missing { file, .. } = rigs[0].status().phase else {
        panic!("found");
    };
    assert!(
        !to_the_end(|job| rigs[0].remote.found(&file, &wrong, job)),
        "another content"
    );
    assert!(to_the_end(|job| rigs[0].remote.found(&file, &place, job)));
    for mut rig in rigs {
        rig.settle();
        assert!(rig.swap());
        assert_sounds(rig, 1);
    }
}
