//! The command line, from outside: exit codes, messages, and files that are whole or not there.
//!
//! What is computed here, in double precision, is by the definition; none of it is Anteroom's.

#![cfg(feature = "cli")]

#[path = "cli/input.rs"]
mod input;
#[path = "loader/rig.rs"]
mod rig;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use anteroom::impulse::Origin;
use anteroom::params::PARAMS;
use anteroom::state::Preset;
use serde_json::Value;

use rig::{Folder, samples, write_wav};

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

/// The definition of convolution.
fn convolved(dry: &[f32], impulse: &[f32]) -> Vec<f64> {
    let mut out = vec![0.0; dry.len() + impulse.len() - 1];
    for (n, x) in dry.iter().enumerate() {
        for (m, h) in impulse.iter().enumerate() {
            out[n + m] += f64::from(*x) * f64::from(*h);
        }
    }
    out
}

fn assert_close(one: &[f32], other: &[f64]) {
    assert_eq!(one.len(), other.len());
    for (n, (a, b)) in one.iter().zip(other).enumerate() {
        assert!(
            (f64::from(*a) - b).abs() < 1e-5,
            "frame {n}: {a} instead of {b}"
        );
    }
}

#[test]
fn a_render_is_the_plain_convolution_with_its_whole_tail() {
    let folder = Folder::new();
    let (dry, ir, out) = (
        folder.impulse("dry.wav", 3),
        folder.impulse("ir.wav", 1),
        folder.path("out.wav"),
    );
    let expected = convolved(&samples(3), &samples(1));
    for block in ["1", "7", "512", "8192"] {
        let wet = [
            "--set",
            "mix=100",
            "--set",
            "normalize=off",
            "--block",
            block,
        ];
        good(
            &[
                &["render", text(&dry), "-o", text(&out), "--ir", text(&ir)],
                &wet[..],
            ]
            .concat(),
        );
        let channels = read(&out);
        assert_close(&channels[0], &expected);
        assert_close(&channels[1], &expected);
    }
    // Nothing but the output was left behind.
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 3);
}

#[test]
fn a_tail_is_whole_or_none_or_as_long_as_asked() {
    let folder = Folder::new();
    let (dry, ir, out) = (
        folder.impulse("dry.wav", 3),
        folder.impulse("ir.wav", 1),
        folder.path("out.wav"),
    );
    let frames = |extra: &[&str]| {
        good(
            &[
                &["render", text(&dry), "-o", text(&out), "--ir", text(&ir)],
                extra,
            ]
            .concat(),
        );
        read(&out)[0].len()
    };
    assert_eq!(frames(&[]), 200 + 199);
    assert_eq!(frames(&["--set", "predelay=100"]), 200 + 4800 + 199);
    assert_eq!(frames(&["--set", "length=50"]), 200 + 99);
    assert_eq!(frames(&["--tail", "none"]), 200);
    assert_eq!(frames(&["--tail", "0.5"]), 200 + 24_000);
    bad(
        2,
        &["render", text(&dry), "-o", text(&out), "--tail", "long"],
    );
}

#[test]
fn mono_input_becomes_stereo_unless_it_is_to_stay_mono() {
    let folder = Folder::new();
    let (dry, out) = (folder.path("mono.wav"), folder.path("out.wav"));
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&dry, spec).unwrap();
    (0..500).for_each(|n| writer.write_sample((n * 31 % 2000) as i16).unwrap());
    writer.finalize().unwrap();
    let said = run(&["render", text(&dry), "-o", text(&out), "--room", "hall"]);
    assert!(String::from_utf8_lossy(&said.stderr).contains("note: the input is mono"));
    assert_eq!(read(&out).len(), 2);
    good(&[
        "render",
        text(&dry),
        "-o",
        text(&out),
        "--room",
        "hall",
        "--mono",
    ]);
    assert_eq!(read(&out).len(), 1);
    good(&[
        "render",
        text(&dry),
        "-o",
        text(&out),
        "--bits",
        "16",
        "--tail",
        "none",
    ]);
    let reader = hound::WavReader::open(&out).unwrap();
    assert_eq!(
        (reader.spec().bits_per_sample, reader.duration()),
        (16, 500)
    );
}

#[test]
fn the_dry_sound_passes_untouched_at_mix_0() {
    let folder = Folder::new();
    let (dry, out) = (folder.impulse("dry.wav", 3), folder.path("out.wav"));
    good(&[
        "render",
        text(&dry),
        "-o",
        text(&out),
        "--set",
        "mix=0",
        "--tail",
        "none",
    ]);
    assert_eq!(read(&out)[0], samples(3));
}

#[test]
fn a_report_says_what_was_done() {
    let folder = Folder::new();
    let (dry, ir, out) = (
        folder.impulse("dry.wav", 3),
        folder.impulse("ir.wav", 1),
        folder.path("out.wav"),
    );
    let report = good(&[
        "render",
        text(&dry),
        "-o",
        text(&out),
        "--ir",
        text(&ir),
        "--json",
    ]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["frames_in"], 200);
    assert_eq!(report["frames_out"], 399);
    assert_eq!(report["impulse"], "ir.wav");
    assert_eq!(report["rate"], 48_000);
}

#[test]
fn bad_files_give_one_line_and_no_output() {
    let folder = Folder::new();
    let (dry, ir, out) = (
        folder.impulse("dry.wav", 3),
        folder.impulse("ir.wav", 1),
        folder.path("out.wav"),
    );
    let junk = folder.path("two\nlines.wav");
    fs::write(&junk, b"this is not audio").unwrap();
    let none = folder.path("none.wav");
    for broken in [&junk, &none, &folder.0.path().to_owned()] {
        let name = broken
            .file_name()
            .unwrap()
            .to_string_lossy()
            .replace('\n', " ");
        let complaint = bad(
            1,
            &["render", text(&dry), "-o", text(&out), "--ir", text(broken)],
        );
        assert!(complaint.contains(&name), "{complaint}");
        let complaint = bad(
            1,
            &["render", text(broken), "-o", text(&out), "--ir", text(&ir)],
        );
        assert!(complaint.contains(&name), "{complaint}");
        bad(1, &["analyze", text(broken)]);
        let preset = folder.path("p.clapstate");
        bad(1, &["preset", "-o", text(&preset), "--ir", text(broken)]);
        assert!(!out.exists() && !preset.exists());
    }
    let nowhere = folder.path("no/such/folder/out.wav");
    bad(
        1,
        &[
            "render",
            text(&dry),
            "-o",
            text(&nowhere),
            "--ir",
            text(&ir),
        ],
    );
    bad(
        1,
        &[
            "render",
            text(&dry),
            "-o",
            text(folder.0.path()),
            "--ir",
            text(&ir),
        ],
    );
    // An output that was there before stays as it was.
    fs::write(&out, b"before").unwrap();
    bad(
        1,
        &["render", text(&dry), "-o", text(&out), "--ir", text(&junk)],
    );
    assert_eq!(fs::read(&out).unwrap(), b"before");
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 4);
}

#[test]
fn six_channels_are_refused_as_an_input() {
    let folder = Folder::new();
    let (dry, out) = (folder.path("six.wav"), folder.path("out.wav"));
    let spec = hound::WavSpec {
        channels: 6,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&dry, spec).unwrap();
    (0..600).for_each(|n| writer.write_sample(n as i16).unwrap());
    writer.finalize().unwrap();
    assert!(bad(1, &["render", text(&dry), "-o", text(&out)]).contains("has 6 channels"));
}

#[test]
fn wrong_usage_names_what_is_wrong() {
    let folder = Folder::new();
    let (dry, out) = (folder.impulse("dry.wav", 3), folder.path("out.wav"));
    let render = |extra: &[&str]| {
        bad(
            2,
            &[&["render", text(&dry), "-o", text(&out)], extra].concat(),
        )
    };
    assert!(render(&["--set", "no_such=1"]).contains("no_such"));
    assert!(render(&["--set", "mix=200"]).contains("mix takes 0 to 100"));
    assert!(render(&["--room", "moon"]).contains("moon"));
    assert!(render(&["--ir", "a.wav", "--room", "hall"]).contains("--room"));
    assert!(render(&["--block", "0"]).contains("--block"));
    assert!(render(&["--bits", "12"]).contains("12"));
    assert!(bad(2, &["room", "moon", "-o", text(&out)]).contains("moon"));
    assert!(bad(2, &["room", "hall", "-o", text(&out), "--set", "mix=1"]).contains("mix"));
    assert!(bad(2, &["preset", "-o", "x.wav"]).contains("x.wav"));
    assert!(bad(2, &["preset", "-o", "x.clapstate", "--embed"]).contains("--ir"));
    assert!(bad(2, &["analyze", text(&dry), "--plot", "x.gif"]).contains("x.gif"));
    bad(2, &["fly"]);
    assert!(!out.exists());
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
fn rooms_are_listed_and_written_the_same_each_time() {
    let folder = Folder::new();
    let list = good(&["room", "--list"]);
    assert_eq!(list.lines().count(), Origin::room_names().count());
    assert!(Origin::room_names().all(|name| list.contains(name)));
    let (one, two) = (folder.path("one.wav"), folder.path("two.wav"));
    for (channels, out) in [("1", &one), ("2", &one), ("4", &one), ("4", &two)] {
        good(&[
            "room",
            "hall",
            "-o",
            text(out),
            "--channels",
            channels,
            "--rate",
            "44100",
        ]);
        let spec = hound::WavReader::open(out).unwrap().spec();
        assert_eq!(
            (spec.channels.to_string().as_str(), spec.sample_rate),
            (channels, 44_100)
        );
    }
    assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
    good(&[
        "room",
        "hall",
        "-o",
        text(&two),
        "--channels",
        "4",
        "--set",
        "length=50",
    ]);
    assert!(read(&two)[0].len() < read(&one)[0].len() * 6 / 10 * 48 / 44);
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
