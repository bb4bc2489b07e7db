//! A file is found wherever it went, in a library that reads no more than it must.

use super::{folder, noise, write};
use anteroom::impulse::embed::pack;
use anteroom::impulse::{FileRef, Library, Located, locate};
use std::path::PathBuf;

#[test]
fn a_file_is_found_wherever_it_went() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    for name in ["old", "beside", "library/deep/er"] {
        std::fs::create_dir_all(at(name)).expect("a folder");
    }
    let path = at("old/room.wav");
    write(&path, 48_000, 16, &[noise(2000, 16, 9)]);
    let (mut file, decoded) = FileRef::open(&path).expect("a good file");
    let library = Library::new(vec![at("library")]);
    let beside = [at("beside")];
    let find = |file: &FileRef| locate(file, &beside, &library);
    let found = |path: PathBuf| Ok(Located::Path(path));
    assert_eq!(find(&file), found(path.clone()));

    // Moved beside the others, under its own name.
    std::fs::rename(&path, at("beside/room.wav")).expect("it moves");
    assert_eq!(find(&file), found(at("beside/room.wav")));
    // Somewhere in the library, renamed, with a decoy of the same length next to it.
    write(
        &at("library/deep/decoy.wav"),
        48_000,
        16,
        &[noise(2000, 16, 10)],
    );
    std::fs::rename(at("beside/room.wav"), at("library/deep/er/Other Name.wav")).expect("it moves");
    assert_eq!(find(&file), found(at("library/deep/er/Other Name.wav")));
    // Replaced by another file: the right one in the library is preferred, then what is there.
    write(&path, 48_000, 16, &[noise(2000, 16, 11)]);
    assert_eq!(find(&file), found(at("library/deep/er/Other Name.wav")));
    std::fs::remove_file(at("library/deep/er/Other Name.wav")).expect("it goes");
    assert_eq!(find(&file), Ok(Located::Changed(path.clone())));
    // Gone altogether: named, or taken from the project.
    std::fs::remove_file(&path).expect("it goes");
    let missing = find(&file).expect_err("it is gone");
    assert_eq!(
        missing.to_string(),
        format!("room.wav is missing: it was {}", path.display())
    );
    file.embedded = pack(&decoded.impulse, decoded.bits).ok();
    assert_eq!(find(&file), Ok(Located::Embedded));
}

#[test]
fn a_library_reads_only_what_could_be_it_and_notices_changes() {
    let folder = folder();
    for i in 0..300 {
        std::fs::write(folder.path().join(format!("{i}.wav")), vec![7u8; 100 + i]).expect("room");
    }
    std::fs::write(folder.path().join("text.txt"), vec![7u8; 150]).expect("room");
    let library = Library::new(vec![folder.path().to_path_buf()]);
    // Every file is known.
    for i in 0..300 {
        let hash = anteroom::impulse::origin::content_hash(&vec![7u8; 100 + i]);
        let path = folder.path().join(format!("{i}.wav"));
        assert_eq!(library.find(&hash, 100 + i as u64), Some(path));
    }
    let hash = anteroom::impulse::origin::content_hash(&[7u8; 150]);
    assert_eq!(library.find(&hash, 150), Some(folder.path().join("50.wav")));
    assert_eq!(
        library.clone().find(&hash, 0),
        Some(folder.path().join("50.wav"))
    );
    assert_eq!(library.find(&hash, 151), None);
    std::fs::write(folder.path().join("50.wav"), vec![8u8; 150]).expect("room");
    assert_eq!(library.find(&hash, 150), None);
}

#[test]
fn one_list_says_what_is_shown_and_what_is_searched() {
    let folder = folder();
    let endings = [
        "irs", "amb", "w64", "rf64", "bwf", "oga", "ir", "wav", "WAVE", "Aif", "aiff", "aifc",
        "caf", "flac", "ogg", "mp3",
    ];
    for ending in endings {
        let path = folder.path().join(format!("room.{ending}"));
        assert!(anteroom::instance::is_sound(&path), "{ending} is not shown");
        std::fs::write(path, ending).expect("room");
    }
    let others = ["txt", "png", "wav.part"];
    for other in others {
        let path = folder.path().join(format!("room.{other}"));
        assert!(!anteroom::instance::is_sound(&path), "{other} is shown");
        std::fs::write(path, other).expect("room");
    }
    let library = Library::new(vec![folder.path().to_path_buf()]);
    let find = |ending: &str| {
        let hash = anteroom::impulse::origin::content_hash(ending.as_bytes());
        library.find(&hash, 0)
    };
    for ending in endings {
        let path = folder.path().join(format!("room.{ending}"));
        assert_eq!(find(ending), Some(path));
    }
    for other in others {
        assert_eq!(find(other), None);
    }
}
