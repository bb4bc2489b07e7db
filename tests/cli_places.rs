//! The command line's files: names of any bytes and of any length that a system allows, standard
//! output, and what the channels of a file are taken for.

#![cfg(feature = "cli")]

#[path = "loader/rig.rs"]
mod rig;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anteroom::impulse::{ChannelsAs, Origin};
use anteroom::state::Preset;
use serde_json::Value;

use rig::Folder;

fn run<S: AsRef<OsStr>>(folder: &Path, arguments: &[S]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_anteroom"));
    command
        .current_dir(folder)
        .args(arguments)
        .output()
        .unwrap()
}

/// Runs what must end with this code; returns what it said to standard output and error.
fn ends<S: AsRef<OsStr>>(code: i32, folder: &Path, arguments: &[S]) -> (Vec<u8>, String) {
    let output = run(folder, arguments);
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{complaint}");
    (output.stdout, complaint)
}

fn samples(bytes: &[u8]) -> (hound::WavSpec, Vec<f32>) {
    let mut reader = hound::WavReader::new(bytes).unwrap();
    (
        reader.spec(),
        reader.samples().map(Result::unwrap).collect(),
    )
}

#[test]
fn a_dash_is_standard_output() {
    let folder = Folder::new();
    folder.impulse("dry.wav", 3);
    folder.impulse("ir.wav", 1);
    let here = folder.0.path();
    for (command, name) in [
        (&["render", "dry.wav", "--ir", "ir.wav"][..], "a.wav"),
        (&["room", "studio", "--channels", "4"][..], "b.wav"),
    ] {
        let to = |place| [command, &["-o", place]].concat();
        let (out, _) = ends(0, here, &to(name));
        assert_eq!(out, b"");
        let (streamed, _) = ends(0, here, &to("-"));
        // The header says how much follows, so it is the file to the last byte.
        assert_eq!(streamed, fs::read(folder.path(name)).unwrap());
        let (spec, samples) = samples(&streamed);
        assert!(spec.channels >= 2 && samples.len() > 500);
        assert!(!folder.path("-").exists());
        // A file may be called that all the same.
        ends(0, here, &to("./-"));
        fs::remove_file(folder.path("-")).unwrap();
    }
    let both = ["render", "dry.wav", "--ir", "ir.wav", "-o", "-", "--json"];
    let (out, complaint) = ends(2, here, &both);
    assert!(
        out.is_empty() && complaint.contains("--json"),
        "{complaint}"
    );
    // What goes by its ending has none.
    ends(2, here, &["preset", "-o", "-", "--ir", "ir.wav"]);
    ends(2, here, &["analyze", "ir.wav", "--plot", "-"]);
    assert!(!folder.path("-").exists());
}

/// Does everything with files of this name.
fn every_command(name: &OsStr) {
    let folder = Folder::new();
    let here = folder.0.path();
    fs::copy(folder.impulse("dry.wav", 3), here.join(name)).unwrap();
    let told = |words: &[&str], rest: &[&OsStr]| {
        let words = words.iter().map(OsString::from);
        let words = words.chain(rest.iter().map(OsString::from));
        words.collect::<Vec<_>>()
    };
    let (out, _) = ends(0, here, &told(&["analyze", "--json"], &[name]));
    assert!(serde_json::from_slice::<Value>(&out).is_ok());
    // As input, impulse and output at once.
    let render = told(&["render", "-o"], &[name, "--ir".as_ref(), name, name]);
    ends(0, here, &render);
    assert!(fs::metadata(here.join(name)).unwrap().len() > 1600);
    for ending in ["clapstate", "vstpreset"] {
        let mut preset = OsString::from("p.");
        preset.push(ending);
        let command = told(&["preset", "-o"], &[&preset, "--ir".as_ref(), name]);
        ends(0, here, &command);
        let bytes = fs::read(here.join(preset)).unwrap();
        let preset = match ending {
            "vstpreset" => Preset::from_vstpreset(&bytes).unwrap(),
            _ => Preset::from_clapstate(&bytes).unwrap(),
        };
        let Origin::File(file) = preset.project.origin else {
            panic!("not a file");
        };
        assert_eq!(file.absolute, fs::canonicalize(here).unwrap().join(name));
    }
    // Nothing is left behind.
    assert_eq!(fs::read_dir(here).unwrap().count(), 4);
}

#[test]
fn the_longest_names_are_read_and_written() {
    every_command(format!("{}.wav", "n".repeat(251)).as_ref());
    every_command(format!("{}.wav", "ö".repeat(125)).as_ref());
}

#[cfg(all(unix, not(target_os = "macos")))]
#[test]
fn names_that_are_not_unicode_are_read_and_written() {
    use std::os::unix::ffi::OsStrExt;
    every_command(OsStr::from_bytes(b"Kirche_gro\xdf.wav"));
    every_command(OsStr::from_bytes(b"\xff\xfe L.wav"));
}

#[test]
fn the_channels_are_taken_for_what_is_said() {
    let folder = Folder::new();
    let here = folder.0.path();
    ends(
        0,
        here,
        &["room", "studio", "--channels", "4", "-o", "four.wav"],
    );
    let analyzed = |choice: &[&str]| {
        let command = [&["analyze", "four.wav", "--json"], choice].concat();
        let report: Value = serde_json::from_slice(&ends(0, here, &command).0).unwrap();
        report["analysis"]["channels"].as_array().unwrap().len()
    };
    assert_eq!(analyzed(&[]), 4);
    folder.impulse("dry.wav", 3);
    let mut renders = Vec::new();
    for choice in ChannelsAs::ALL {
        let said = ["--channels-as", choice.id()];
        let true_stereo = choice == ChannelsAs::TrueStereo;
        assert_eq!(analyzed(&said), if true_stereo { 4 } else { 2 });
        let render = ["render", "dry.wav", "--ir", "four.wav", "-o", "-"];
        renders.push(ends(0, here, &[&render[..], &said].concat()).0);
        for embed in [&[][..], &["--embed"]] {
            let preset = ["preset", "--ir", "four.wav", "-o", "p.clapstate"];
            ends(0, here, &[&preset[..], &said, embed].concat());
            let preset = Preset::from_clapstate(&fs::read(folder.path("p.clapstate")).unwrap());
            let Origin::File(file) = preset.unwrap().project.origin else {
                panic!("not a file");
            };
            assert_eq!(file.channels_as, Some(choice));
            let embedded = file.embedded.map(|embedded| embedded.channels);
            let channels = if true_stereo { 4 } else { 2 };
            assert_eq!(embedded, (!embed.is_empty()).then_some(channels));
        }
    }
    renders.dedup();
    assert_eq!(renders.len(), 3);
    let wrong = ["analyze", "four.wav", "--channels-as", "quad"];
    let (_, complaint) = ends(2, here, &wrong);
    assert!(complaint.contains("first-two"), "{complaint}");
    // A room's channels are known.
    let room = [
        "render",
        "dry.wav",
        "--room",
        "studio",
        "--channels-as",
        "first-two",
        "-o",
        "a.wav",
    ];
    ends(2, here, &room);
}

#[test]
fn a_preset_begins_with_another_of_either_format() {
    let folder = Folder::new();
    let here = folder.0.path();
    let first = ["-o", "a.clapstate", "--room", "plate"];
    let values = ["--set", "mix=77", "--set", "width=50"];
    ends(0, here, &[&["preset"], &first[..], &values].concat());
    let second = ["-o", "b.vstpreset", "--from", "a.clapstate"];
    let value = ["--set", "width=150"];
    ends(0, here, &[&["preset"], &second[..], &value].concat());
    let bytes = fs::read(folder.path("b.vstpreset")).unwrap();
    let preset = Preset::from_vstpreset(&bytes).unwrap();
    assert_eq!(preset.value("mix"), Some(77.0));
    assert_eq!(preset.value("width"), Some(150.0));
    assert_eq!(Some(preset.project.origin), Origin::room("Plate"));

    fs::write(folder.path("broken.clapstate"), b"short").unwrap();
    let broken = ["preset", "-o", "c.vstpreset", "--from", "broken.clapstate"];
    let (_, said) = ends(1, here, &broken);
    assert!(
        said.contains("broken.clapstate") && said.lines().count() == 1,
        "{said}"
    );
    assert!(!folder.path("c.vstpreset").exists());
}
