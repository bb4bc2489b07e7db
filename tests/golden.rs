//! What leaves the program is the same to the bit as when it was written down: renders, rooms, presets, analyses.
//!
//! `tests/golden/table.txt` has a line for each: a name and the hash of the bytes. A change that is meant to change
//! nothing leaves the table alone; one that is meant to change the sound writes it anew, and says so in CHANGELOG:
//!
//! ```text
//! ANTEROOM_WRITE_GOLDEN=1 cargo test --test golden
//! ```
//!
//! The table holds on every system and for every instruction set, as long as the processor adds products without
//! rounding them first (64-bit Arm, x86-64 since 2013). One that can not makes the same rooms and presets, and renders
//! that differ by about -130 dB: these are reported and not compared.
//!
//! Where another processor is imitated a part of the rooms is enough.

#![cfg(feature = "cli")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anteroom::convolution::Isa;
use anteroom::impulse::origin::content_hash;
use anteroom::impulse::rooms;
use anteroom::params::PARAMS;

#[path = "support/noise.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod noise;
#[path = "support/runner.rs"]
mod runner;
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
    (
        "by octave",
        &[
            "decay_63=60",
            "decay_125=140",
            "decay_250=80",
            "decay_500=120",
            "decay_1k=90",
            "decay_2k=160",
            "decay_4k=50",
            "decay_8k=200",
        ],
    ),
    ("parted", &["early=-4", "tail=3", "gap=25", "split=40"]),
    (
        "equalized",
        &[
            "eq1_freq=150",
            "eq1_gain=-6",
            "eq1_q=0.5",
            "eq2_freq=700",
            "eq2_gain=4",
            "eq2_q=2",
            "eq3_freq=3200",
            "eq3_gain=-9",
            "eq3_q=6",
            "eq4_freq=9000",
            "eq4_gain=5",
            "eq4_q=1.2",
            "low_cut=120",
            "low_slope=24 dB/oct",
            "high_cut=9000",
            "high_slope=24 dB/oct",
        ],
    ),
    ("further", &["distance=60"]),
    ("nearer", &["distance=-45", "tail=-2"]),
    (
        "ducked",
        &[
            "duck=14",
            "duck_threshold=-36",
            "duck_attack=2",
            "duck_hold=60",
            "duck_release=120",
            "clear=on",
        ],
    ),
    (
        "in time",
        &[
            "predelay_sync=1/32d",
            "length_sync=1/4 triplet",
            "duck=9",
            "duck_key=sidechain",
        ],
    ),
    // Without a second impulse it does nothing.
    ("blended", &["blend=40"]),
    ("frozen", &["freeze=on"]),
    ("moving", &["motion=80", "motion_rate=1.7"]),
    // Without a list of choices it does nothing.
    ("picked", &["pick=3"]),
];

/// Rooms that are rendered with every setting; the others as they are.
const SHAPED: usize = 4;

/// Where another processor is imitated, one room of so many.
const PART: usize = 16;

fn program(words: &[&str]) -> Vec<u8> {
    program_by(Isa::best(), Path::new("."), words)
}

/// The same with an instruction set, in a folder, so that no path is in what it prints.
fn program_by(isa: Isa, folder: &Path, words: &[&str]) -> Vec<u8> {
    let output = runner::command(env!("CARGO_BIN_EXE_anteroom"))
        .current_dir(folder)
        .env("ANTEROOM_ISA", isa.name())
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
    let (part, shaped) = match runner::is_imitated() {
        true => (PART, 1),
        false => (1, SHAPED),
    };
    let chosen = rooms().iter().enumerate().step_by(part);
    for (index, room) in chosen.map(|(index, room)| (index, room.name)) {
        let settings = if index < shaped {
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
            note(format!("render, {room}, {name}"), &read(&out));
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
        // Its numbers are in decibels by the system's own logarithm, which may differ in the last digit.
        if !runner::is_imitated() {
            let words = ["analyze", "room.wav", "--json"];
            let analysis = program_by(Isa::best(), folder.path(), &words);
            note(format!("analysis, {room}"), &analysis);
        }
    }
    // A recording: the hits themselves.
    for (name, set) in SETTINGS {
        let out = at("out.wav");
        let (from, to) = (text(&dry), text(&out));
        let mut words = vec!["render", &from, "-o", &to, "--ir", &from, "--bits", "float"];
        words.extend(words_of(set));
        program(&words);
        note(format!("render, a file, {name}"), &read(&out));
    }
    // Between two impulses.
    for blend in ["blend=0", "blend=40", "blend=100"] {
        let out = at("out.wav");
        let (from, to) = (text(&dry), text(&out));
        let mut words = vec!["render", &from, "-o", &to, "--ir", &from, "--bits", "float"];
        words.extend([
            "--room-b",
            rooms()[0].name,
            "--set",
            "mix=80",
            "--set",
            blend,
        ]);
        program(&words);
        note(format!("render, a file and a room, {blend}"), &read(&out));
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
    if std::env::var_os("ANTEROOM_WRITE_GOLDEN").is_some() && !runner::is_imitated() {
        let mut lines = String::new();
        for (name, hash) in &today {
            writeln!(lines, "{hash} {name}").expect("a text has room");
        }
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        std::fs::write(&place, lines).expect("the table can be written");
        return;
    }
    assert!(held.len() > 50, "there is a table");
    // What is not made today, where only a part is, is not missed.
    let partial = runner::is_imitated();
    let names = held.keys().filter(|_| !partial).chain(today.keys());
    let names: BTreeSet<&String> = names.collect();
    let (renders, others): (Vec<&String>, Vec<&String>) = names
        .into_iter()
        .filter(|name| held.get(*name) != today.get(*name))
        .partition(|name| name.starts_with("render"));
    let mut differ = others;
    match Isa::fuses() {
        true => differ.extend(renders),
        false => println!(
            "{} renders are others, as this processor rounds products",
            renders.len()
        ),
    }
    assert!(
        differ.is_empty(),
        "{} are others: {differ:#?}",
        differ.len()
    );
}

#[test]
fn every_instruction_set_renders_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    phrase(&folder.path().join("dry.wav"));
    let room = rooms()[0].name;
    let mut words = vec!["render", "dry.wav", "-o", "out.wav", "--room", room];
    words.extend(["--bits", "float", "--set", "mix=100"]);
    let render = |isa| {
        program_by(isa, folder.path(), &words);
        std::fs::read(folder.path().join("out.wav")).expect("it is there")
    };
    let best = render(Isa::best());
    for isa in Isa::available() {
        let same = render(isa) == best;
        println!(
            "{}: {}",
            isa.name(),
            if same { "the same" } else { "others" }
        );
        assert!(same || !Isa::fuses(), "{} gives other bits", isa.name());
    }
}
