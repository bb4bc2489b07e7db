//! `render`: the convolution by its definition, how long its tail is, and what is said of it.

use super::rig::{Folder, samples};
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
