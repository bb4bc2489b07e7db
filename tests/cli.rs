//! The command line, from outside: exit codes, messages, and files that are whole or not there.
//!
//! What is computed here, in double precision, is by the definition; none of it is Anteroom's.

#![cfg(feature = "cli")]

#[path = "cli/capture.rs"]
mod capture;
#[path = "cli/input.rs"]
mod input;
#[path = "cli/refusals.rs"]
mod refusals;
#[path = "cli/render.rs"]
mod render;
#[path = "loader/rig.rs"]
mod rig;
#[path = "cli/room.rs"]
mod room;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anteroom::impulse::{Origin, rooms};
use anteroom::params::PARAMS;
use anteroom::state::{Preset, factory_presets};
use serde_json::Value;

use rig::{Folder, write_wav};

fn run(arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_anteroom");
    Command::new(program).args(arguments).output().unwrap()
}

/// Runs what must go well; returns its standard output.
fn good(arguments: &[&str]) -> String {
    let output = run(arguments);
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {complaint}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs what must fail with this code; returns its standard error.
fn bad(code: i32, arguments: &[&str]) -> String {
    let output = run(arguments);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        output.status.code(),
        Some(code),
        "{arguments:?}: {complaint}"
    );
    assert!(complaint.starts_with("error: "), "{complaint}");
    assert!(!complaint.contains("panicked"), "{complaint}");
    if code == 1 {
        assert_eq!(complaint.lines().count(), 1, "{complaint}");
    }
    complaint
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The samples of a float WAV by channel.
fn read(path: &Path) -> Vec<Vec<f32>> {
    let mut reader = hound::WavReader::open(path).unwrap();
    let spec = reader.spec();
    assert_eq!(spec.sample_format, hound::SampleFormat::Float);
    let all: Vec<f32> = reader.samples().map(Result::unwrap).collect();
    let channels = usize::from(spec.channels);
    (0..channels)
        .map(|place| all.iter().skip(place).step_by(channels).copied().collect())
        .collect()
}

#[test]
fn params_lists_every_control() {
    let listed: Value = serde_json::from_str(&good(&["params", "--json"])).unwrap();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), PARAMS.len());
    for (control, listed) in PARAMS.iter().zip(listed) {
        assert_eq!(listed["id"], control.id);
        assert_eq!(listed["min"], control.min);
        assert_eq!(listed["max"], control.max);
        assert_eq!(listed["default"], control.default);
    }
    let table = good(&["params"]);
    assert!(PARAMS.iter().all(|control| table.contains(control.help)));
}

#[test]
fn rooms_and_presets_are_listed_for_programs() {
    let listed: Value = serde_json::from_str(&good(&["room", "--list", "--json"])).unwrap();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), rooms().len());
    let kinds = ["room", "plate", "spring", "outdoor", "device", "effect"];
    for (room, listed) in rooms().iter().zip(listed) {
        assert_eq!(listed["name"], room.name);
        assert!(kinds.iter().any(|kind| listed["kind"] == *kind), "{listed}");
        assert_eq!(listed["category"], room.category);
        assert_eq!(listed["tags"], serde_json::json!(room.tags));
        assert_eq!(listed["use"], room.use_for);
    }
    let listed: Value = serde_json::from_str(&good(&["preset", "--list", "--json"])).unwrap();
    let names: Vec<&Value> = (listed.as_array().unwrap().iter())
        .map(|preset| &preset["name"])
        .collect();
    let own: Vec<&str> = factory_presets().iter().map(|preset| preset.name).collect();
    assert_eq!(names, own);
    let table = good(&["preset", "--list"]);
    assert!(own.iter().all(|name| table.contains(name)));
}

#[test]
fn a_preset_is_given_choices_of_its_own() {
    let folder = Folder::new();
    let (out, file) = (folder.path("p.clapstate"), folder.impulse("one.wav", 1));
    let words = ["preset", "-o", text(&out), "--choice", "plate"];
    good(&[&words[..], &["--choice", text(&file), "--set", "pick=2"]].concat());
    let written = Preset::from_clapstate(&fs::read(&out).unwrap()).unwrap();
    let names = written.project.choices.iter().map(|origin| origin.name());
    assert_eq!(names.collect::<Vec<_>>(), ["Plate", "one.wav"]);
    assert_eq!(written.value("pick"), Some(1.0));
    let many: Vec<&str> = std::iter::repeat_n(["--choice", "plate"], 16)
        .flatten()
        .collect();
    assert!(bad(2, &[&words[..], &many].concat()).contains("16"));
    let gone = [&words[..4], &["gone.wav"]].concat();
    assert!(bad(1, &gone).contains("gone.wav"));
}

#[test]
fn presets_that_come_with_it_are_written_alone_and_together() {
    let folder = Folder::new();
    let wanted = factory_presets()[3].preset();
    let (out, all) = (folder.path("one.vstpreset"), folder.path("all"));
    let name = factory_presets()[3].name.to_uppercase();
    good(&[
        "preset",
        "--factory",
        &name,
        "-o",
        text(&out),
        "--set",
        "output=-6",
    ]);
    let written = Preset::from_vstpreset(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(written.value("output"), Some(-6.0));
    assert_eq!(written.value("mix"), wanted.value("mix"));
    assert_eq!(written.project, wanted.project);
    let sorted = |mut tags: Vec<String>| {
        tags.sort();
        tags
    };
    assert_eq!(sorted(written.tags), sorted(wanted.tags));
    good(&["preset", "--all", text(&all)]);
    let files: Vec<_> = fs::read_dir(&all).unwrap().flatten().collect();
    assert_eq!(files.len(), 2 * factory_presets().len());
    for factory in factory_presets() {
        let (bytes, wanted) = (
            fs::read(all.join(format!("{}.clapstate", factory.name))).unwrap(),
            factory.preset(),
        );
        let written = Preset::from_clapstate(&bytes).unwrap();
        assert_eq!(
            (written.values, written.project),
            (wanted.values, wanted.project)
        );
    }
    // Where VST3 hosts look for them.
    good(&["preset", "--all", text(&folder.path("vst3")), "--vst3"]);
    let inside = folder.path("vst3/The Anteroom developers/Anteroom");
    let files: Vec<_> = fs::read_dir(&inside).unwrap().flatten().collect();
    assert_eq!(files.len(), factory_presets().len());
    let file = inside.join(format!("{}.vstpreset", factory_presets()[3].name));
    let written = Preset::from_vstpreset(&fs::read(file).unwrap()).unwrap();
    assert_eq!(written.project, wanted.project);
    assert_eq!(run(&["preset", "--list", "--vst3"]).status.code(), Some(2));
    let refused = run(&["preset", "--factory", "no such", "-o", text(&out)]);
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(run(&["preset"]).status.code(), Some(2));
}

#[test]
fn a_preset_holds_the_values_and_the_file() {
    let folder = Folder::new();
    let ir = folder.impulse("ir.wav", 1);
    for (name, embed) in [
        ("p.vstpreset", false),
        ("p.clapstate", false),
        ("P.CLAPSTATE", true),
    ] {
        let out = folder.path(name);
        let mut arguments = vec![
            "preset",
            "-o",
            text(&out),
            "--ir",
            text(&ir),
            "--set",
            "mix=77",
        ];
        arguments.extend(embed.then_some("--embed"));
        good(&arguments);
        let bytes = fs::read(&out).unwrap();
        let preset = match name.ends_with("vstpreset") {
            true => Preset::from_vstpreset(&bytes).unwrap(),
            false => Preset::from_clapstate(&bytes).unwrap(),
        };
        assert_eq!(preset.value("mix"), Some(77.0));
        assert_eq!(preset.project.embed, embed);
        let Origin::File(file) = preset.project.origin else {
            panic!("not a file");
        };
        assert_eq!(
            (file.name.as_str(), file.frames, file.channels),
            ("ir.wav", 200, 2)
        );
        assert_eq!(file.embedded.is_some(), embed);
    }
    // Two impulses, of which one travels inside.
    let out = folder.path("two.clapstate");
    let words = ["preset", "-o", text(&out), "--room", "plate", "--ir-b"];
    good(&[&words[..], &[text(&ir), "--embed"]].concat());
    let project = Preset::from_clapstate(&fs::read(&out).unwrap())
        .unwrap()
        .project;
    assert_eq!((project.embed, project.embed_second), (false, true));
    let Some(Origin::File(file)) = project.second else {
        panic!("not a file");
    };
    assert!(file.name == "ir.wav" && file.embedded.is_some());
    let out = folder.path("room.clapstate");
    good(&["preset", "-o", text(&out), "--room", "plate"]);
    let preset = Preset::from_clapstate(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(preset.project.origin, Origin::room("Plate").unwrap());
}

#[test]
fn an_analysis_finds_the_decay_that_was_made() {
    let folder = Folder::new();
    let path = folder.path("decay.wav");
    // Noise that decays by 60 dB in a second, from a small generator.
    let mut state = 1_u32;
    let noise = (0..96_000).map(|n| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let white = f64::from(state) / f64::from(u32::MAX) - 0.5;
        (white * 10_f64.powf(-3.0 * f64::from(n) / 48_000.0)) as f32
    });
    write_wav(&path, 48_000, &noise.collect::<Vec<_>>());
    let report: Value = serde_json::from_str(&good(&["analyze", text(&path), "--json"])).unwrap();
    let broadband = &report["analysis"]["channels"][0]["broadband"];
    let t30 = broadband["t30_s"].as_f64().unwrap();
    assert!((t30 - 1.0).abs() < 0.02, "{t30}");
    let table = good(&["analyze", text(&path)]);
    assert!(table.contains("T30 s") && table.contains("1000 Hz"));
    assert!(table.contains("echo density: ") && table.contains("IACC"));
    for name in ["plot.png", "plot.svg"] {
        let plot = folder.path(name);
        good(&["analyze", text(&path), "--plot", text(&plot)]);
        let bytes = fs::read(&plot).unwrap();
        let mark: &[u8] = if name.ends_with("png") {
            b"\x89PNG"
        } else {
            b"<svg"
        };
        assert!(bytes.len() > 10_000 && bytes.starts_with(mark), "{name}");
    }
}

#[test]
fn a_room_is_measured_by_its_name_as_its_file_is() {
    let folder = Folder::new();
    let path = folder.path("hall.wav");
    let plain = |words: &[&str]| -> Value { serde_json::from_str(&good(words)).unwrap() };
    let (rate, channels) = (["--rate", "44100"], ["--channels", "4"]);
    let room = [&["room", "hall", "-o", text(&path)], &rate[..], &channels].concat();
    good(&room);
    let file = plain(&["analyze", text(&path), "--json", "--repair", "off"]);
    let room = plain(
        &[
            &["analyze", "--room", "hall", "--json"],
            &rate[..],
            &channels,
        ]
        .concat(),
    );
    assert_eq!(room["room"], "Hall");
    assert_eq!(room["analysis"]["channels"], file["analysis"]["channels"]);
    assert_eq!(room["analysis"]["iacc"], file["analysis"]["iacc"]);
    // Only a room is known by its size.
    assert!(file["analysis"]["model_mixing_time_ms"].is_null());
    let model = room["analysis"]["model_mixing_time_ms"].as_f64().unwrap();
    assert!((20.0..500.0).contains(&model), "{model}");
    for key in [
        "at_20_ms",
        "at_50_ms",
        "at_100_ms",
        "mixing_time_ms",
        "perceptual_mixing_time_ms",
    ] {
        assert!(
            room["analysis"]["channels"][0]["echo_density"][key].is_f64(),
            "{key}"
        );
    }
    assert!(room["analysis"]["iacc"]["e3"].is_f64() && room["analysis"]["iacc"]["l3"].is_f64());
    let table = good(&["analyze", "--room", "hall"]);
    assert!(table.contains("IACC") && table.contains("from volume and surface"));
    let plate = good(&["analyze", "--room", "plate"]);
    assert!(plate.contains("IACC") && !plate.contains("from volume and surface"));
}
