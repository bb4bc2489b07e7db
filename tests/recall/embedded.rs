//! The copy of the impulse in the project: when it is made, what it is of, and when it goes.

use super::rig::Folder;
use super::{assert_sounds, in_json, opened, saved, saved_again};
use anteroom::impulse::Origin;
use anteroom::state::Project;

#[test]
fn the_copy_of_a_changed_file_is_remembered_as_what_it_is() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    folder.impulse("hall.wav", 2);
    let mut rig = opened(&text);
    assert!(!rig.status().loaded.unwrap().notes.is_empty());
    // A project that has its impulses embedded is told so as well.
    let wanted = text.replace("\"embed\":false", "\"embed\":true");
    assert_ne!(wanted, text);
    let mut other = opened(&wanted);
    assert!(!other.status().loaded.unwrap().notes.is_empty());
    drop(other);
    rig.remote.embed(true);
    rig.settle();
    assert_eq!(
        rig.status().loaded.unwrap().notes,
        [""; 0],
        "it is as it was saved"
    );
    let text = saved_again(&rig, &text);
    let now = saved(folder.origin("hall.wav", 2), true);
    let hash = |text: &str| match Project::from_json(text).origin {
        Origin::File(file) => file.hash,
        Origin::Room(..) | Origin::Nothing => String::new(),
    };
    assert_eq!(hash(&text), hash(&now));
    // On another machine, where the file of before is to be had, the copy sounds all the same.
    drop(rig);
    folder.impulse("hall.wav", 1);
    assert_sounds(opened(&text), 2);
}

#[test]
fn on_another_machine_the_embedded_copy_sounds_the_same() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), true);
    let elsewhere = text.replace(&in_json(folder.0.path()), "/another/machine");
    assert_ne!(text, elsewhere);
    drop(folder);
    let mut rig = opened(&elsewhere);
    let notes = rig.status().loaded.unwrap().notes.clone();
    assert!(
        notes
            .iter()
            .any(|note| note.contains("the copy in the project")),
        "{notes:?}"
    );
    // And it stays in the project when that is saved there.
    assert_eq!(saved_again(&rig, &elsewhere), elsewhere);
    assert_sounds(rig, 1);
}

#[test]
fn clear_means_clear() {
    let folder = Folder::new();
    let mut rig = opened(&saved(folder.origin("hall.wav", 1), true));
    rig.remote.choose(Origin::room("Hall").unwrap()).unwrap();
    rig.settle();
    let text = saved_again(&rig, "{}");
    assert!(!text.contains("hall.wav") && text.len() < 1000, "{text}");
    rig.close();
}

#[test]
fn an_embedded_copy_is_thrown_away_only_when_asked() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), true);
    let mut rig = opened(&text);
    assert_eq!(saved_again(&rig, &text), text);
    rig.remote.embed(false);
    rig.settle();
    assert!(saved_again(&rig, &text).len() < 1000);
    rig.remote.embed(true);
    rig.settle();
    assert_eq!(saved_again(&rig, &text), text);
    rig.close();
}

#[test]
fn the_size_of_an_embedded_copy_is_known_before_it_is_made() {
    let folder = Folder::new();
    let mut rig = opened(&saved(folder.origin("hall.wav", 1), false));
    assert_eq!(rig.status().embedded_bytes, None);
    rig.remote.measure();
    rig.settle();
    let size = rig.status().embedded_bytes.unwrap();
    let before = saved_again(&rig, "{}").len();
    rig.remote.embed(true);
    rig.settle();
    let added = saved_again(&rig, "{}").len() - before;
    // What comes on top is the frame around it.
    assert!(
        (size..size + 200).contains(&added),
        "{size} announced, {added} added"
    );
    rig.close();
}
