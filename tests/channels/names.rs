//! Names and paths of impulses that are out of the ordinary, and what a project keeps of them.

use super::rig::{Folder, Rig, close_to, write_wav};
use super::{FRAMES, channel, mono, project, rig};
use anteroom::impulse::{FileRef, Origin, decode};
use anteroom::loader::{Phase, file_at};
use anteroom::state::Project;
use std::fs;
use std::path::{Path, PathBuf};

/// The way from one folder to another place.
fn way(from: &Path, to: &Path) -> PathBuf {
    let up = from.components().skip(1).map(|_| "..");
    up.collect::<PathBuf>().join(to.strip_prefix("/").unwrap())
}

#[cfg(unix)]
#[test]
fn a_path_out_of_the_folder_is_followed_by_content_only() {
    use anteroom::impulse::{Library, Located, locate};
    let folder = Folder::new();
    let path = folder.path("hall.wav");
    write_wav(&path, rig::RATE, &channel(0));
    let path = path.canonicalize().unwrap();
    let home = anteroom::impulse::origin::home().expect("a home folder");
    let home = home.canonicalize().unwrap();
    let (file, _) = FileRef::open(&path).unwrap();
    let find = |file: FileRef| locate(&file, &[], &Library::default());
    for relative in [way(&home, &path), path.clone()] {
        let crafted = FileRef {
            relative: Some(relative),
            absolute: "/nowhere/hall.wav".into(),
            ..file.clone()
        };
        assert!(matches!(find(crafted.clone()), Ok(Located::Path(_))));
        for hash in ["", "0000"] {
            let hash = hash.to_owned();
            assert!(
                find(FileRef {
                    hash,
                    ..crafted.clone()
                })
                .is_err()
            );
        }
        let longer = FileRef {
            bytes: file.bytes + 1,
            ..crafted.clone()
        };
        assert!(find(longer).is_err(), "it is not even opened");
    }
    // Nor is the host's own folder a place to look from.
    let here = std::env::current_dir().unwrap().canonicalize().unwrap();
    let hash = file.hash.clone();
    for hash in [String::new(), "0000".into(), hash] {
        let crafted = FileRef {
            hash,
            relative: None,
            absolute: way(&here, &path),
            ..file.clone()
        };
        assert!(fs::exists(&crafted.absolute).unwrap());
        let mut rig = Rig::new();
        rig.configure(Origin::File(crafted));
        assert!(matches!(rig.status().phase, Phase::Missing { .. }));
    }
    // Nor does a name lead anywhere else than to the folder of another impulse.
    let crafted = FileRef {
        name: path.to_string_lossy().into_owned(),
        relative: None,
        absolute: PathBuf::new(),
        ..file.clone()
    };
    let beside = [folder.path("")];
    assert!(locate(&crafted, &beside, &Library::default()).is_err());
}

/// Names that are not Unicode. macOS has none.
#[cfg(all(unix, not(target_os = "macos")))]
mod bytes {
    use super::*;
    use anteroom::impulse::{Library, Located, locate};
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    fn name(bytes: &[u8]) -> &OsStr {
        OsStr::from_bytes(bytes)
    }

    #[test]
    fn a_name_that_is_not_unicode_is_recalled_and_found_again() {
        let folder = Folder::new();
        let path = folder.0.path().join(name(b"Kirche_gro\xdf.wav"));
        write_wav(&path, rig::RATE, &channel(0));
        let mut rig = Rig::new();
        rig.configure(file_at(&path));
        assert!(close_to(&rig.answer(FRAMES), &channel(0)));
        let text = project(&rig);
        assert!(text.contains("Kirche_gro%DF.wav"), "{text}");
        let mut rig = Rig::new();
        rig.configure(Project::from_json(&text).origin);
        assert!(close_to(&rig.answer(FRAMES), &channel(0)));
        assert_eq!(project(&rig), text);
        // Elsewhere: beside another impulse, or in a library.
        let Origin::File(file) = Project::from_json(&text).origin else {
            panic!("a file is a file");
        };
        let (beside, library) = (folder.path("beside"), folder.path("library"));
        for place in [&beside, &library] {
            fs::create_dir(place).unwrap();
            fs::copy(&path, place.join(path.file_name().unwrap())).unwrap();
        }
        fs::remove_file(&path).unwrap();
        let none = Library::default();
        let found = |path: &Path| Ok(Located::Path(path.join(name(b"Kirche_gro\xdf.wav"))));
        assert_eq!(
            locate(&file, std::slice::from_ref(&beside), &none),
            found(&beside)
        );
        let all = Library::new(vec![library.clone()]);
        assert_eq!(locate(&file, &[], &all), found(&library));
        let mut rig = Rig::new();
        rig.configure(Origin::File(FileRef {
            hash: "0".into(),
            ..file
        }));
        let Phase::Missing { message, .. } = rig.status().phase else {
            panic!("{:?}", rig.status().phase);
        };
        assert!(message.contains("Kirche_gro"), "{message}");
    }

    #[test]
    fn the_folder_that_was_open_comes_back() {
        let mut project = Project::default();
        project.view.folder = PathBuf::from(name(b"/irs/gro\xdf"));
        let text = project.to_json();
        assert_eq!(Project::from_json(&text), project, "{text}");
    }

    #[test]
    fn sets_are_told_apart_by_their_bytes() {
        let folder = Folder::new();
        let at = |bytes: &[u8]| folder.0.path().join(name(bytes));
        mono(&at(b"gro\xdf L.wav"), 0);
        mono(&at(b"gro\xe4 R.wav"), 1);
        assert_eq!(
            decode::open(&at(b"gro\xdf L.wav"))
                .unwrap()
                .impulse
                .channels
                .len(),
            1
        );
        mono(&at(b"Gro\xdf R.wav"), 2);
        let decoded = decode::open(&at(b"gro\xdf L.wav")).unwrap();
        assert_eq!(decoded.impulse.channels, [channel(0), channel(2)]);
    }
}

#[test]
fn the_state_of_an_ordinary_name_is_what_it_was() {
    let folder = Folder::new();
    let path = folder.path("Köln \\ 50 %.wav");
    write_wav(&path, rig::RATE, &channel(0));
    let mut rig = Rig::new();
    rig.configure(file_at(&path));
    let text = project(&rig);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let file = value["origin"]["file"].as_object().unwrap();
    let keys: Vec<_> = file.keys().filter(|key| *key != "relative").collect();
    let known = [
        "absolute", "bytes", "channels", "frames", "hash", "name", "rate",
    ];
    assert_eq!(keys, known);
    assert_eq!(file["absolute"], path.to_str().unwrap());
    assert_eq!(value["view"]["folder"], "");
}
