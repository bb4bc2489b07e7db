//! What is refused: bad files with one line, wrong usage by its name, and no output is left.

use super::rig::Folder;
use super::{bad, text};
use std::fs;

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
    assert!(bad(2, &["analyze", "--room", "moon"]).contains("moon"));
    assert!(bad(2, &["analyze", text(&dry), "--room", "hall"]).contains("--room"));
    assert!(bad(2, &["analyze", text(&dry), "--rate", "96000"]).contains("--rate"));
    assert!(bad(2, &["analyze", "--room", "hall", "--repair", "on"]).contains("--repair"));
    bad(2, &["analyze"]);
    bad(2, &["fly"]);
    assert!(!out.exists());
}
