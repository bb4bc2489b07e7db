//! Recall: whatever happens to the file of a saved project, its reverb is found, or named. One test
//! for each way in which projects are known to lose theirs.
//!
//! A project is saved by one loader and opened by another with a cache of its own, as if it were
//! another process on another day.

#[path = "recall/embedded.rs"]
mod embedded;
#[path = "recall/missing.rs"]
mod missing;
#[path = "recall/moved.rs"]
mod moved;
#[path = "loader/rig.rs"]
mod rig;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anteroom::impulse::Origin;
use anteroom::loader::{Cache, Phase};
use anteroom::state::{Preset, Project};

use rig::{Folder, Rig, close_to, samples};

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

/// A path as it stands within a project, between the quotes.
fn in_json(path: &Path) -> String {
    let quoted = serde_json::to_string(path).unwrap();
    quoted.trim_matches('"').to_owned()
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
        match cfg!(windows) {
            true => "two words 'n (brackets).wav",
            // That system allows no such name.
            false => "two words 'n \"quotes\".wav",
        },
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
