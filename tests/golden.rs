//! What leaves the program is the same to the bit as when it was written down: renders, rooms, presets, analyses.
//!
//! `tests/golden/table.txt` has a line for each: a name and the hash of the bytes. A change that is meant to change
//! nothing leaves the table alone; one that is meant to change the sound writes it anew, and says so in CHANGELOG:
//!
//! ```text
//! ANTEROOM_WRITE_GOLDEN=1 cargo test --test golden
//! ```
//!
//! The engine's last bits depend on the processor's instruction set, and on nothing else. So a render's line names the
//! set; renders by a set that the table has not are reported and not compared.

#![cfg(feature = "cli")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anteroom::convolution::Isa;
use anteroom::impulse::origin::content_hash;
use anteroom::impulse::rooms;
use anteroom::params::PARAMS;

#[path = "support/noise.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod noise;
#[path = "common/wav.rs"]
mod wav;

const RATE_HZ: u32 = 48_000;

/// Settings of which each differs from the defaults, and which together move every parameter.
const SETTINGS: &[(&str, &[&str])] = &[
    ("as it is", &[]),
    (
        "mixed",
        &[
            "mix=63",
            "output=-4.5",
            "width=140",
            "low_cut=180",
            "high_cut=7000",
            "predelay=37",
        ],
    ),
    (
        "cut",
        &[
            "start=21",
            "length=47",
            "attack=35",
            "reverse=on",
            "normalize=off",
        ],
    ),
    ("longer", &["decay=170", "size=120", "damping=60"]),
    ("shorter", &["decay=55", "size=80"]),
    ("off", &["bypass=on"]),
];

/// Rooms that are rendered with every setting; the others as they are.
const SHAPED: usize = 4;

fn program(words: &[&str]) -> Vec<u8> {
    program_in(Path::new("."), words)
}

/// The same in a folder, so that no path is in what it prints.
fn program_in(folder: &Path, words: &[&str]) -> Vec<u8> {
    let output = Command::new(env!("CARGO_BIN_EXE_anteroom"))
        .current_dir(folder)
        .args(words)
        .output()
        .expect("it starts");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words:?}: {complaint}");
    output.stdout
}

/// The words of the command line for some settings.
fn words_of(settings: &[&'static str]) -> Vec<&'static str> {
    settings.iter().flat_map(|one| ["--set", one]).collect()
}

/// Hits, a tone and a rest.
fn phrase(place: &Path) {
    let frames = RATE_HZ as usize / 2;
    let mut noise = noise::Noise::new(7);
    let mut samples = Vec::with_capacity(frames);
    for at in 0..frames {
        let hit = if at % 9_000 < 300 {
            noise.sample()
        } else {
            0.0
        };
        let saw = if at < 15_000 {
            (at % 218) as f32 / 436.0 - 0.25
        } else {
            0.0
        };
        samples.push(0.5 * hit + 0.25 * saw);
    }
    wav::write_wav(place, RATE_HZ, &samples);
}

#[test]
fn the_settings_move_every_parameter() {
    let moved: BTreeSet<&str> = SETTINGS
        .iter()
        .flat_map(|(_, settings)| *settings)
        .filter_map(|setting| Some(setting.split_once('=')?.0))
        .collect();
    let all: BTreeSet<&str> = PARAMS.iter().map(|param| param.id).collect();
    assert_eq!(moved, all);
}

/// One hash a line, by name.
fn table() -> BTreeMap<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let dry = at("dry.wav");
    phrase(&dry);
    let text = |path: &PathBuf| path.to_str().expect("a text").to_owned();
    let mut table = BTreeMap::new();
    let mut note = |name: String, bytes: &[u8]| {
        let hash = content_hash(bytes)[..32].to_owned();
        assert_eq!(table.insert(name.clone(), hash), None, "{name} twice");
    };
    let read = |path: &PathBuf| std::fs::read(path).expect("it is there");
    assert!(rooms().len() > 8);
    for (index, room) in rooms().iter().map(|room| room.name).enumerate() {
        let settings = if index < SHAPED {
            SETTINGS
        } else {
            &SETTINGS[..1]
        };
        for (name, set) in settings {
            let sets = words_of(set);
            let out = at("out.wav");
            let (from, to) = (text(&dry), text(&out));
            let mut words = vec![
                "render", &from, "-o", &to, "--room", room, "--bits", "float",
            ];
            words.extend(&sets);
            program(&words);
            note(
                format!("render by {:?}, {room}, {name}", Isa::best()),
                &read(&out),
            );
            for ending in ["clapstate", "vstpreset"] {
                let out = at(&format!("out.{ending}"));
                let to = text(&out);
                let mut words = vec!["preset", "-o", &to, "--room", room];
                words.extend(&sets);
                program(&words);
                note(format!("preset, {room}, {name}, {ending}"), &read(&out));
            }
        }
        let out = at("room.wav");
        let to = text(&out);
        program(&["room", room, "-o", &to]);
        note(format!("room, {room}"), &read(&out));
        note(
            format!("analysis, {room}"),
            &program_in(folder.path(), &["analyze", "room.wav", "--json"]),
        );
    }
    // A recording: the hits themselves.
    for (name, set) in SETTINGS {
        let out = at("out.wav");
        let (from, to) = (text(&dry), text(&out));
        let mut words = vec!["render", &from, "-o", &to, "--ir", &from, "--bits", "float"];
        words.extend(words_of(set));
        program(&words);
        note(
            format!("render by {:?}, a file, {name}", Isa::best()),
            &read(&out),
        );
    }
    table
}

#[test]
fn what_leaves_the_program_is_what_it_was() {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/table.txt");
    let today = table();
    let text = std::fs::read_to_string(&place).unwrap_or_default();
    let held: BTreeMap<String, String> = text
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(hash, name)| (name.to_owned(), hash.to_owned()))
        .collect();
    let ours = format!("render by {:?},", Isa::best());
    let is_strange = |name: &str| name.starts_with("render by") && !name.starts_with(&ours);
    if std::env::var_os("ANTEROOM_WRITE_GOLDEN").is_some() {
        let mut lines = String::new();
        for (name, hash) in &today {
            writeln!(lines, "{hash} {name}").expect("a text has room");
        }
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        std::fs::write(&place, lines).expect("the table can be written");
        return;
    }
    assert!(held.len() > 50, "there is a table");
    let knows = held.keys().any(|name| name.starts_with(&ours));
    if !knows {
        println!("skipped: the table has no renders by {:?}", Isa::best());
    }
    let names: BTreeSet<&String> = held.keys().chain(today.keys()).collect();
    let differ: Vec<&String> = names
        .into_iter()
        .filter(|name| !is_strange(name) && (knows || !name.starts_with(&ours)))
        .filter(|name| held.get(*name) != today.get(*name))
        .collect();
    assert!(
        differ.is_empty(),
        "{} are others: {differ:#?}",
        differ.len()
    );
}
