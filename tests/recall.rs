//! Recall: whatever happens to the file of a saved project, its reverb is found, or named. One test
//! for each way in which projects are known to lose theirs.
//!
//! A project is saved by one loader and opened by another with a cache of its own, as if it were
//! another process on another day.

#[path = "loader/rig.rs"]
mod rig;

use std::fs;
use std::sync::Arc;

use anteroom::background::to_the_end;
use anteroom::impulse::Origin;
use anteroom::loader::{Cache, Phase, file_at};
use anteroom::state::{Preset, Project};

use rig::{Folder, Rig, close_to, samples, write_wav};

/// Saves a project whose impulse was chosen from this origin, as the host keeps it.
fn saved(origin: Origin, embed: bool) -> String {
    let mut rig = Rig::new();
    rig.configure(Origin::default());
    rig.remote.embed(embed);
    rig.remote.choose(origin).unwrap();
    rig.settle();
    assert_eq!(rig.status().phase, Phase::Ready);
    let mut project = Project::default();
    project.origin = (*rig.remote.origin()).clone();
    project.embed = embed;
    rig.close();
    project.to_json()
}

/// Opens a saved project in another process.
fn opened(text: &str) -> Rig {
    opened_in(text, Arc::default())
}

fn opened_in(text: &str, cache: Arc<Cache>) -> Rig {
    let project = Project::from_json(text);
    assert!(project.messages.is_empty(), "{:?}", project.messages);
    let mut rig = Rig::sharing(cache, || {});
    rig.remote.embed(project.embed);
    rig.configure(project.origin);
    rig
}

/// What saving it again would write.
fn saved_again(rig: &Rig, text: &str) -> String {
    let mut project = Project::from_json(text);
    project.origin = (*rig.remote.origin()).clone();
    project.to_json()
}

fn assert_sounds(mut rig: Rig, number: u32) {
    assert_eq!(rig.status().phase, Phase::Ready);
    assert!(close_to(&rig.answer(200), &samples(number)));
    rig.close();
}

fn assert_missing(rig: &mut Rig, name: &str) {
    let Phase::Missing { file, message } = rig.status().phase else {
        panic!("{:?}", rig.status().phase);
    };
    assert_eq!(file.name, name);
    assert!(
        message.contains(name) && !message.contains('\n'),
        "{message}"
    );
    // The wet signal is silent, whatever sounded before.
    assert!(rig.answer(200).iter().all(|sample| *sample == 0.0));
}

#[test]
fn a_file_that_stayed_is_found_and_saving_again_changes_no_byte() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    let rig = opened(&text);
    assert_eq!(saved_again(&rig, &text), text);
    assert!(text.len() < 1000, "{} bytes", text.len());
    assert_sounds(rig, 1);
}

#[test]
fn a_room_needs_no_file() {
    for name in Origin::room_names() {
        let text = saved(Origin::room(name).unwrap(), true);
        let mut rig = opened(&text);
        assert_eq!(rig.status().phase, Phase::Ready);
        assert_eq!(saved_again(&rig, &text), text);
        assert!(text.len() < 1000, "{} bytes", text.len());
        rig.close();
    }
}

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
        Origin::Room(..) => String::new(),
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
    let elsewhere = text.replace(folder.0.path().to_str().unwrap(), "/another/machine");
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
    let elsewhere = text.replace(home.to_str().unwrap(), "/home/somebody-else");
    assert_ne!(text, elsewhere);
    assert_sounds(opened(&elsewhere), 1);
}

#[test]
fn a_duplicate_of_an_instance_shares_its_samples_and_outlives_it() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    let cache = Arc::new(Cache::default());
    let one = opened_in(&text, cache.clone());
    // The file goes while the first instance has it.
    fs::remove_file(folder.path("hall.wav")).unwrap();
    let two = opened_in(&text, cache.clone());
    assert_eq!(cache.held().made, 2);
    assert_eq!(saved_again(&two, &text), text);
    one.close();
    assert_sounds(two, 1);
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

#[test]
fn a_project_counts_as_changed_when_the_user_changes_the_impulse_and_only_then() {
    let folder = Folder::new();
    let mut rig = opened(&saved(folder.origin("hall.wav", 1), false));
    let opened = rig.status().revision;
    rig.handle.request_shape(rig::cut(50.0));
    rig.settle();
    rig.remote.choose(folder.junk("junk.wav")).unwrap();
    rig.settle();
    assert_eq!(rig.status().revision, opened);
    rig.remote.choose(folder.origin("two.wav", 2)).unwrap();
    rig.settle();
    let chosen = rig.status().revision;
    assert!(chosen > opened);
    rig.remote.embed(true);
    rig.settle();
    assert!(rig.status().revision > chosen);
    rig.close();
}

#[test]
fn names_of_any_kind_come_back() {
    let folder = Folder::new();
    let long = "x".repeat(200) + ".wav";
    for name in [
        "späte Messe ♫.wav",
        "two words 'n \"quotes\".wav",
        "no extension",
        &long,
    ] {
        let text = saved(folder.origin(name, 1), false);
        assert_sounds(opened(&text), 1);
    }
}

#[test]
fn an_older_state_is_read() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), false);
    let mut old: serde_json::Value = serde_json::from_str(&text).unwrap();
    let fields = old.as_object_mut().unwrap();
    fields.remove("version");
    fields.remove("view");
    fields.insert("width".into(), 800.into());
    assert_eq!(Project::from_json(&old.to_string()).view.width, 800);
    assert_sounds(opened(&old.to_string()), 1);
}

#[test]
fn a_damaged_state_never_panics_and_keeps_the_parameters_it_can() {
    let folder = Folder::new();
    let mut preset = Preset {
        project: Project::from_json(&saved(folder.origin("hall.wav", 1), false)),
        ..Preset::default()
    };
    preset.set("mix", 88.0);
    let text = preset.to_json();
    // Every byte is damaged once.
    for place in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] ^= 0x15;
        let _ = Preset::from_json(&bytes);
        let _ = Project::from_json(&String::from_utf8_lossy(&bytes));
    }
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["fields"]["project"] = "{\"version\":1,\"origin\":".into();
    let read = Preset::from_json(value.to_string().as_bytes()).unwrap();
    assert_eq!(read.value("mix"), Some(88.0));
    assert_eq!(read.project.messages.len(), 1);
}

#[test]
fn a_hundred_openings_and_closings_leave_nothing_behind() {
    let folder = Folder::new();
    let text = saved(folder.origin("hall.wav", 1), true);
    let cache = Arc::new(Cache::default());
    for _ in 0..100 {
        let rig = opened_in(&text, cache.clone());
        assert_eq!(saved_again(&rig, &text), text);
        rig.close();
    }
    let held = cache.held();
    assert_eq!((held.decoded, held.resampled, held.kernels), (0, 0, 0));
}
