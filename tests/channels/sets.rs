//! Channels in files of their own, which belong together by their names.

use super::rig::{Folder, Rig};
use super::{channel, mono, project};
use anteroom::impulse::{FileRef, decode};
use anteroom::loader::file_at;
use anteroom::state::Project;
use std::fs;
use std::path::Path;

#[test]
fn sets_are_found_in_any_capitals() {
    let folder = Folder::new();
    for names in [
        &["L.wav", "R.WAV"][..],
        &["hall left.wav", "Hall RIGHT.Wav"],
        &["n LL.wav", "n lr.wav", "N RL.wav", "n rr.WAV"],
        &["s L L.wav", "s L R.wav", "s R L.wav", "s R R.wav"],
        &[
            "q_left-left.wav",
            "q_left-right.wav",
            "q_right-left.WAV",
            "q_Right-Right.wav",
        ],
    ] {
        for (number, name) in names.iter().enumerate() {
            mono(&folder.path(name), number);
        }
        let expected: Vec<_> = (0..names.len()).map(channel).collect();
        let hashes = names.iter().map(|name| {
            let (file, decoded) = FileRef::open(&folder.path(name)).unwrap();
            assert_eq!(decoded.impulse.channels, expected, "{name}");
            file.hash
        });
        let mut hashes: Vec<_> = hashes.collect();
        hashes.dedup();
        assert_eq!(hashes.len(), 1, "one sound has one identity");
    }
    // Of two spellings the one like the file's own is meant.
    mono(&folder.path("R.wav"), 7);
    if fs::read(folder.path("R.wav")).unwrap() != fs::read(folder.path("R.WAV")).unwrap() {
        let decoded = decode::open(&folder.path("L.wav")).unwrap();
        assert_eq!(decoded.impulse.channels, [channel(0), channel(7)]);
    }
}

#[test]
fn a_project_goes_on_with_the_files_that_it_was_saved_with() {
    let folder = Folder::new();
    let path = folder.path("Hall L L.wav");
    mono(&path, 0);
    let saved = |path: &Path| {
        let mut rig = Rig::new();
        rig.configure(file_at(path));
        project(&rig)
    };
    let alone = saved(&path);
    mono(&folder.path("Hall L R.wav"), 1);
    let two = saved(&path);
    mono(&folder.path("Hall R L.wav"), 2);
    mono(&folder.path("Hall R R.wav"), 3);
    let four = saved(&path);
    for (text, channels) in [(&alone, 1), (&two, 2), (&four, 4)] {
        let mut rig = Rig::new();
        rig.configure(Project::from_json(text).origin);
        let loaded = rig.status().loaded.unwrap();
        assert_eq!(loaded.channels, channels, "{:?}", loaded.notes);
        assert_eq!(project(&rig), *text);
    }
}
