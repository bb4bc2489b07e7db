//! Sweeps and what is made of their recordings. The room is a convolution that is worked out here, in double precision.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::rig::Folder;
use super::{bad, good, read, run, text};

/// A room of a few echoes: so many samples later, so loud.
const ECHOES: [(usize, f64); 4] = [(0, 0.8), (700, -0.3), (5000, 0.2), (20_000, 0.05)];

fn samples(path: &Path) -> (hound::WavSpec, Vec<Vec<f64>>) {
    let mut reader = hound::WavReader::open(path).unwrap();
    let spec = reader.spec();
    let scale = f64::from(1_u32 << (spec.bits_per_sample - 1));
    let all: Vec<f64> = (reader
        .samples::<i32>()
        .map(|x| f64::from(x.unwrap()) / scale))
    .collect();
    let channels = usize::from(spec.channels);
    let row = |place: usize| all.iter().skip(place).step_by(channels).copied().collect();
    (spec, (0..channels).map(row).collect())
}

/// What a microphone hears, `latency` samples later.
fn heard(sound: &[f64], latency: usize) -> Vec<f64> {
    let mut row = vec![0.0; sound.len() + latency + 20_001];
    for (delay, gain) in ECHOES {
        for (to, from) in row[latency + delay..].iter_mut().zip(sound) {
            *to += gain * from;
        }
    }
    row
}

fn write(path: &Path, rows: &[Vec<f64>]) {
    let spec = hound::WavSpec {
        channels: rows.len() as u16,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for frame in 0..rows[0].len() {
        for row in rows {
            writer.write_sample(row[frame] as f32).unwrap();
        }
    }
    writer.finalize().unwrap();
}

/// The echoes are where they were, and nothing between them.
fn check(row: &[f32], before: usize) {
    for (delay, gain) in ECHOES {
        // The range ends below half the rate, so that a sample is a short pulse.
        let near = &row[before + delay - 1..before + delay + 2];
        assert!(
            (f64::from(near[1]) / gain / 0.91 - 1.0).abs() < 0.03,
            "{near:?} {gain}"
        );
    }
    let between = row[before + 1000..before + 4900].iter();
    let loudest = between.fold(0.0_f32, |most, x| most.max(x.abs()));
    assert!(loudest < 1e-4, "{loudest}");
}

#[test]
fn a_sweep_through_a_room_becomes_its_impulse() {
    let folder = Folder::new();
    let (sweep, take, ir) = (
        folder.path("sweep.wav"),
        folder.path("take.wav"),
        folder.path("ir.wav"),
    );
    good(&["sweep", "-o", text(&sweep), "--seconds", "3"]);
    let (spec, rows) = samples(&sweep);
    assert_eq!(
        (spec.channels, spec.sample_rate, spec.bits_per_sample),
        (1, 48_000, 24)
    );
    write(&take, &[heard(&rows[0], 1234), heard(&rows[0], 1300)]);
    let plot = folder.path("ir.svg");
    let report = good(&[
        "deconvolve",
        text(&take),
        "-o",
        text(&ir),
        "--json",
        "--plot",
        text(&plot),
    ]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["notes"], serde_json::json!([]));
    let quality = &report["quality"];
    assert_eq!(quality["latency_samples"], 1234);
    assert!(quality["drift_ppm"].as_f64().unwrap().abs() < 0.001);
    assert_eq!(quality["clipped_samples"], 0);
    assert_eq!(quality["sweep"]["passes"], 1);
    assert!(quality["harmonics"].is_object());
    let octaves = quality["channels"][1]["octaves"].as_array().unwrap();
    assert!(octaves.len() == 9 && octaves[0]["centre_hz"] == 63.0);
    let made = read(&ir);
    assert_eq!((made.len(), report["channels"].as_u64()), (2, Some(2)));
    // 2 ms are kept before the sound.
    check(&made[0], 96);
    check(&made[1], 96 + 66);
    assert!(fs::read(&plot).unwrap().starts_with(b"<svg"));
    // The same by the file that was played, and with words for people.
    let again = folder.path("again.wav");
    let output = run(&[
        "deconvolve",
        text(&take),
        "-o",
        text(&again),
        "--sweep",
        text(&sweep),
    ]);
    let words = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0));
    assert!(
        words.contains("latency 1234 samples") && words.contains("second harmonic"),
        "{words}"
    );
    check(&read(&again)[0], 96);
}

#[test]
fn two_loudspeakers_and_two_microphones_are_true_stereo() {
    let folder = Folder::new();
    let (sweep, take, ir) = (
        folder.path("sweep.wav"),
        folder.path("take.wav"),
        folder.path("ir.wav"),
    );
    good(&[
        "sweep",
        "-o",
        text(&sweep),
        "--seconds",
        "2",
        "--channels",
        "2",
        "--level",
        "-18",
    ]);
    let (_, rows) = samples(&sweep);
    let sum = |delay: usize| {
        let (left, right) = (heard(&rows[0], delay), heard(&rows[1], delay));
        left.iter()
            .zip(&right)
            .map(|(a, b)| a + b / 2.0)
            .collect::<Vec<f64>>()
    };
    write(&take, &[sum(50), sum(50)]);
    good(&[
        "deconvolve",
        text(&take),
        "-o",
        text(&ir),
        "--sweep",
        text(&sweep),
    ]);
    let made = read(&ir);
    assert_eq!(made.len(), 4);
    check(&made[0], 96);
    check(&made[1], 96);
    let halved: Vec<f32> = made[2].iter().map(|x| x * 2.0).collect();
    check(&halved, 96);
    assert!(made[2] == made[3]);
}

#[test]
fn a_shot_is_trimmed() {
    let folder = Folder::new();
    let (take, ir) = (folder.path("shot.wav"), folder.path("ir.wav"));
    let mut row = vec![0.0; 30_000];
    row.extend(
        (0..48_000).map(|n| 0.7 * (f64::from(n) * 1.7).cos() * (f64::from(n) / -3000.0).exp()),
    );
    row.extend(vec![0.0; 48_000]);
    write(&take, &[row]);
    let report = good(&[
        "deconvolve",
        text(&take),
        "-o",
        text(&ir),
        "--impulse",
        "--json",
    ]);
    let report: Value = serde_json::from_str(&report).unwrap();
    assert!(report["quality"]["latency_samples"].is_null() && report["quality"]["sweep"].is_null());
    let made = read(&ir);
    assert!((made[0][96] - 0.7).abs() < 1e-3 && made[0].len() < 90_000);
}

#[test]
fn what_can_not_be_used_is_refused_and_nothing_is_left() {
    let folder = Folder::new();
    let (dry, out) = (folder.impulse("dry.wav", 3), folder.path("out.wav"));
    for (arguments, word) in [
        (["--seconds", "0"], "1 to 100 s"),
        (["--range", "500-20"], "an octave"),
        (["--range", "20-30k"], "23520 Hz"),
        (["--range", "loud"], "LOW-HIGH"),
        (["--level", "3"], "-60 to 0 dB"),
        (["--rate", "100"], "8000 to 384000"),
        (["--channels", "3"], "channels"),
    ] {
        let all = [&["sweep", "-o", text(&out)], &arguments[..]].concat();
        assert!(bad(2, &all).contains(word), "{word}");
    }
    let refused = |code: i32, extra: &[&str]| {
        let all = [&["deconvolve", text(&dry), "-o", text(&out)], extra].concat();
        bad(code, &all)
    };
    assert!(refused(1, &[]).contains("dry.wav is not usable: "));
    assert!(refused(1, &["--sweep", text(&folder.path("none.wav"))]).contains("none.wav"));
    assert!(refused(2, &["--plot", "x.gif"]).contains(".png or .svg"));
    assert!(refused(2, &["--impulse", "--sweep", "x.wav"]).contains("cannot be used with"));
    let twice = ["deconvolve", "-", "-o", text(&out), "--sweep", "-"];
    assert!(bad(2, &twice).contains("twice"));
    let both = ["deconvolve", text(&dry), "-o", "-", "--json"];
    assert!(bad(2, &both).contains("choose one"));
    assert_eq!(fs::read_dir(folder.0.path()).unwrap().count(), 1);
}
