//! The file is gone, broken or another one: it is named, and what the project knows of it is kept.

use super::rig::Folder;
use super::{assert_missing, assert_sounds, opened, rig, saved, saved_again};
use anteroom::loader::Phase;
use std::fs;

#[test]
fn a_file_that_was_deleted_is_named_and_its_recipe_kept() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    fs::remove_file(folder.path("hall.wav")).unwrap();
    let mut rig = opened(&text);
    assert_missing(&mut rig, "hall.wav");
    assert_eq!(saved_again(&rig, &text), text);
    // Turning knobs changes nothing about that.
    rig.handle.request_shape(rig::cut(50.0));
    rig.settle();
    assert!(!rig.swap());
    assert_eq!(saved_again(&rig, &text), text);
    // When it is back, it is found without being asked for twice.
    folder.impulse("hall.wav", 1);
    assert!(rig.remote.retry());
    rig.handle.request_shape(rig::plain());
    rig.settle();
    assert!(rig.swap());
    assert_sounds(rig, 1);
}

#[test]
fn a_bad_choice_while_a_file_is_missing_does_not_take_its_recipe() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    fs::remove_file(folder.path("hall.wav")).unwrap();
    let mut rig = opened(&text);
    rig.remote.choose(folder.junk("junk.wav")).unwrap();
    rig.remote.choose(folder.junk("more junk.wav")).unwrap();
    rig.settle();
    assert_eq!(saved_again(&rig, &text), text);
    folder.impulse("hall.wav", 1);
    rig.remote.retry();
    rig.settle();
    assert!(rig.swap());
    assert_sounds(rig, 1);
}

#[test]
fn a_bad_choice_while_a_missing_file_is_searched_for_does_not_take_its_recipe() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    fs::remove_file(folder.path("hall.wav")).unwrap();
    let mut rig = opened(&text);
    assert_missing(&mut rig, "hall.wav");
    assert!(rig.remote.retry());
    rig.remote.choose(folder.junk("bad.wav")).unwrap();
    rig.settle();
    assert_eq!(saved_again(&rig, &text), text);
    // It is still waited for.
    folder.impulse("hall.wav", 1);
    assert!(rig.remote.retry());
    rig.settle();
    rig.swap();
    assert_sounds(rig, 1);
}

#[test]
fn a_file_that_was_corrupted_is_told_from_the_one_that_was_saved() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    fs::write(folder.path("hall.wav"), b"this is not audio any more").unwrap();
    let mut rig = opened(&text);
    assert_missing(&mut rig, "hall.wav");
    let Phase::Missing { message, .. } = rig.status().phase else {
        unreachable!()
    };
    assert!(message.contains("has changed"), "{message}");
    assert_eq!(saved_again(&rig, &text), text);
    rig.close();
}

#[test]
fn a_file_that_is_gone_with_its_copy_is_told_as_both() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), true);
    fs::remove_file(folder.path("hall.wav")).unwrap();
    // Text that is Base64, but no sound.
    let (head, tail) = text.split_once("\"data\":\"").unwrap();
    let (_, tail) = tail.split_once('"').unwrap();
    let mut rig = opened(&format!("{head}\"data\":\"AAAAAAAA\"{tail}"));
    assert_missing(&mut rig, "hall.wav");
    let Phase::Missing { message, .. } = rig.status().phase else {
        unreachable!()
    };
    for part in ["hall.wav is missing", "the copy in the project"] {
        assert!(message.contains(part), "{message}");
    }
    rig.close();
}

#[test]
fn another_file_of_the_same_name_is_used_and_told() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    folder.impulse("hall.wav", 2);
    let mut rig = opened(&text);
    let notes = rig.status().loaded.unwrap().notes.clone();
    assert!(
        notes
            .iter()
            .any(|note| note.contains("hall.wav has changed")),
        "{notes:?}"
    );
    // The project goes on looking for the one that it was saved with.
    assert_eq!(saved_again(&rig, &text), text);
    assert_sounds(rig, 2);
}
