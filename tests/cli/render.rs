//! `render`: the convolution by its definition, how long its tail is, and what is said of it.

use super::rig::{Folder, samples, write_wav};
use super::{bad, good, read, run, text};
use serde_json::Value;
use std::fs;

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
    // In notes: 60 / 97.3 / 4 s are 7399.79 frames, and 120 of a triplet's 64th are 2.5 ms.
    let synced = ["--set", "predelay_sync=1/16", "--tempo", "97.3"];
    assert_eq!(frames(&synced), 200 + 7_400 + 199);
    assert_eq!(
        frames(&synced[..2]),
        200 + 6_000 + 199,
        "120 without a word"
    );
    let short = ["--set", "length_sync=1/64 triplet", "--tempo", "1000"];
    assert_eq!(frames(&short), 200 + 119);
    assert_eq!(frames(&["--set", "length_sync=1/1d"]), 200 + 199);
    for tempo in ["0", "nan", "1e9", "fast", "-60"] {
        let tempo = format!("--tempo={tempo}");
        bad(2, &["render", text(&dry), "-o", text(&out), &tempo]);
    }
}

#[test]
fn a_sidechain_turns_the_reverb_down() {
    let folder = Folder::new();
    let (dry, ir, out) = (
        folder.impulse("dry.wav", 3),
        folder.impulse("ir.wav", 1),
        folder.path("out.wav"),
    );
    let key = folder.path("key.wav");
    write_wav(&key, 48_000, &[0.9; 400]);
    let render = |extra: &[&str]| {
        let words = ["--set", "mix=100", "--set", "duck=24", "--set"];
        let input = ["render", text(&dry), "-o", text(&out), "--ir", text(&ir)];
        let key = ["duck_key=sidechain", "--set", "duck_attack=0.1"];
        good(&[&input, &words[..], &key, extra].concat());
        read(&out).remove(0)
    };
    let plain = render(&[]);
    let turned_down = render(&["--sidechain", text(&key)]);
    assert_eq!(plain.len(), turned_down.len());
    for (plain, down) in plain.iter().zip(&turned_down).skip(100) {
        assert!((plain * 0.063_096 - down).abs() <= 1e-4 + plain.abs() * 1e-3);
    }
    assert!(turned_down[100..].iter().any(|sample| *sample != 0.0));
    let slow = folder.path("slow.wav");
    write_wav(&slow, 44_100, &[0.9; 400]);
    for (code, wrong) in [(1, text(&slow)), (1, "nowhere.wav"), (2, "-")] {
        let words = ["render", text(&dry), "-o", text(&out), "--sidechain", wrong];
        bad(code, &words);
    }
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
fn a_second_impulse_is_what_blend_leads_to() {
    let folder = Folder::new();
    let (dry, first, second) = (
        folder.impulse("dry.wav", 3),
        folder.impulse("first.wav", 1),
        folder.impulse("second.wav", 2),
    );
    let render = |words: &[&str]| {
        let out = folder.path("out.wav");
        let mut all = vec!["render", text(&dry), "-o", text(&out)];
        all.extend(["--set", "mix=100", "--set", "normalize=off"]);
        all.extend(words);
        good(&all);
        read(&out)
    };
    let [first, second] = [text(&first), text(&second)];
    let blended = |blend| render(&["--ir", first, "--ir-b", second, "--set", blend]);
    assert_eq!(blended("blend=0"), render(&["--ir", first]));
    assert_eq!(blended("blend=100"), render(&["--ir", second]));
    let between = blended("blend=50");
    assert!(between != blended("blend=0") && between != blended("blend=100"));
    assert!(between.iter().flatten().all(|sample| sample.is_finite()));
    // The longer tail of the two, while both sound; a room's name is a room.
    let with_room = |blend| render(&["--ir", first, "--room-b", "Plate", "--set", blend])[0].len();
    assert_eq!(with_room("blend=0"), 399);
    assert!(with_room("blend=1") > 9_600 && with_room("blend=1") == with_room("blend=100"));
    assert_eq!(
        with_room("blend=100"),
        render(&["--room", "Plate"])[0].len()
    );
}

#[test]
fn a_second_impulse_that_is_no_good_is_named() {
    let folder = Folder::new();
    let dry = folder.impulse("dry.wav", 3);
    let out = folder.path("out.wav");
    let words = ["render", text(&dry), "-o", text(&out)];
    let with = |more: &[&str], code| bad(code, &[&words[..], more].concat());
    assert!(with(&["--ir-b", "/nowhere/b.wav"], 1).contains("b.wav"));
    assert!(with(&["--room-b", "Nowhere"], 2).contains("Nowhere"));
    assert!(with(&["--room-b", "Plate", "--ir-b", text(&dry)], 2).contains("--room-b"));
    assert!(with(&["--ir-b", "-"], 2).contains("standard input"));
    assert!(!out.exists());
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
