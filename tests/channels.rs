//! What the channels of a file are: what its header says is told or done, a choice counts, and both are
//! part of what a project remembers.

#[path = "channels/names.rs"]
mod names;
#[path = "loader/rig.rs"]
mod rig;
#[path = "channels/sets.rs"]
mod sets;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anteroom::impulse::{ChannelsAs, FileRef, Origin, decode};
use anteroom::loader::{Cache, Phase, file_at};
use anteroom::state::Project;

use rig::{Folder, Rig, close_to};

/// The end of the GUID of samples in integers, and of B-format in the same.
const PCM: [u8; 8] = [0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
const B_FORMAT: [u8; 8] = [0x86, 0x44, 0xC8, 0xC1, 0xCA, 0, 0, 0];
const FRAMES: usize = 200;

/// The samples of a channel: some that no other channel has, at 16 bits.
fn channel(number: usize) -> Vec<f32> {
    let sample = |n: usize| ((n + 1) as f32 * (number + 2) as f32 * 0.37).sin() * 8_000.0;
    (0..FRAMES).map(|n| sample(n).round() / 32_768.0).collect()
}

/// A WAV of 16 bits with a mask and a GUID.
fn wave(channels: u16, mask: u32, guid: [u8; 8]) -> Vec<u8> {
    let mut body = Vec::new();
    let align = channels * 2;
    for (width, value) in [
        (2, 0xFFFE),
        (2, u32::from(channels)),
        (4, rig::RATE),
        (4, rig::RATE * u32::from(align)),
        (2, u32::from(align)),
        (2, 16),
        (2, 22),
        (2, 16),
        (4, mask),
        (4, 1),
        (
            4,
            if guid == PCM {
                0x0010_0000
            } else {
                0x11D3_0721
            },
        ),
    ] {
        body.extend(&value.to_le_bytes()[..width]);
    }
    body.extend(guid);
    let rows: Vec<_> = (0..usize::from(channels)).map(channel).collect();
    let mut data = Vec::new();
    for frame in 0..FRAMES {
        for row in &rows {
            data.extend(((row[frame] * 32_768.0) as i16).to_le_bytes());
        }
    }
    let size = |bytes: &[u8]| (bytes.len() as u32).to_le_bytes();
    let chunks = [
        b"WAVEfmt ",
        &size(&body)[..],
        &body,
        b"data",
        &size(&data),
        &data,
    ]
    .concat();
    [b"RIFF", &size(&chunks)[..], &chunks].concat()
}

fn write(folder: &Folder, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// Left and right as they are documented: hypercardioids at 55 degrees.
fn microphones() -> [Vec<f32>; 2] {
    let (sin, cos) = 55_f32.to_radians().sin_cos();
    [sin, -sin].map(|side| {
        let frame = |n: usize| {
            let [w, x, y] = [0, 1, 2].map(|number| channel(number)[n]);
            0.25 * 2_f32.sqrt() * w + 0.75 * (cos * x + side * y)
        };
        (0..FRAMES).map(frame).collect()
    })
}

#[test]
fn quad_and_surround_are_true_stereo_with_a_note_unless_chosen_otherwise() {
    let folder = Folder::new();
    for (channels, mask, word) in [
        (4, 0x33, "quad"),
        (4, 0x603, "quad"),
        (4, 0x107, "4.0"),
        (4, 0x3F, "5.1"),
        (6, 0x3F, "5.1"),
        (8, 0x63F, "7.1"),
    ] {
        let path = write(&folder, "a.wav", &wave(channels, mask, PCM));
        let decoded = decode::open(&path).unwrap();
        let paths: Vec<_> = (0..4).map(channel).collect();
        assert_eq!(decoded.impulse.channels, paths);
        assert_eq!(decoded.channels_as, Some(ChannelsAs::TrueStereo));
        assert!(
            decoded.notes.iter().any(|note| note.contains(word)),
            "{mask:x}: {:?}",
            decoded.notes
        );
        let asked = decode::open_as(&path, Some(ChannelsAs::TrueStereo)).unwrap();
        assert_eq!(asked.impulse, decoded.impulse);
        assert!(!asked.notes.iter().any(|note| note.contains(word)));
        let two = decode::open_as(&path, Some(ChannelsAs::FirstTwo)).unwrap();
        assert_eq!(two.impulse.channels, paths[..2]);
        let pair = decode::open_as(&path, Some(ChannelsAs::BFormat)).unwrap();
        assert_eq!(pair.impulse.channels.len(), 2);
    }
    // A header that says nothing is believed.
    let path = write(&folder, "b.wav", &wave(4, 0, PCM));
    assert_eq!(decode::open(&path).unwrap().notes, [""; 0]);
}

#[test]
fn b_format_is_decoded_to_two_microphones() {
    let folder = Folder::new();
    for (name, channels, guid) in [
        ("a.amb", 4, B_FORMAT),
        ("a.wav", 3, B_FORMAT),
        ("a.wav", 9, B_FORMAT),
        ("b.amb", 4, PCM),
    ] {
        let path = write(&folder, name, &wave(channels, 0, guid));
        let decoded = decode::open(&path).unwrap();
        let [left, right] = &decoded.impulse.channels[..] else {
            panic!("{name}: {} channels", decoded.impulse.channels.len());
        };
        let expected = microphones();
        assert!(
            close_to(left, &expected[0]) && close_to(right, &expected[1]),
            "{name}"
        );
        assert!(decoded.notes.iter().any(|note| note.contains("B-format")));
        assert_eq!(decoded.bits, None, "they are whole numbers no more");
    }
    let path = folder.path("a.amb");
    let raw = decode::open_as(&path, Some(ChannelsAs::TrueStereo)).unwrap();
    assert_eq!(
        raw.impulse.channels,
        (0..4).map(channel).collect::<Vec<_>>()
    );
}

fn with(origin: &Origin, channels_as: Option<ChannelsAs>) -> Origin {
    let mut origin = origin.clone();
    if let Origin::File(file) = &mut origin {
        file.channels_as = channels_as;
        file.embedded = None;
    }
    origin
}

fn project(rig: &Rig) -> String {
    let mut project = Project::default();
    project.origin = (*rig.remote.origin()).clone();
    project.to_json()
}

#[test]
fn a_choice_is_a_sound_of_its_own_and_is_saved_with_the_project() {
    let folder = Folder::new();
    let path = write(&folder, "a.wav", &wave(4, 0, PCM));
    let cache = Arc::new(Cache::default());
    let mut one = Rig::sharing(cache.clone(), || {});
    one.configure(file_at(&path));
    assert!(close_to(&one.answer(FRAMES), &channel(0)));
    let before = project(&one);
    assert!(!before.contains("channels_as"), "{before}");

    // The same file is read in two ways at the same time.
    let mut other = Rig::sharing(cache.clone(), || {});
    other.configure(file_at(&path));
    let known = other.remote.origin();
    other
        .remote
        .choose(with(&known, Some(ChannelsAs::BFormat)))
        .unwrap();
    other.settle();
    assert!(other.swap());
    assert!(close_to(&other.answer(FRAMES), &microphones()[0]));
    assert!(close_to(&one.answer(FRAMES), &channel(0)));
    let loaded = other.status().loaded.unwrap();
    assert_eq!(
        (loaded.channels, loaded.channels_as),
        (2, Some(ChannelsAs::BFormat))
    );
    let text = project(&other);
    assert!(text.contains("\"channels_as\":\"b-format\""), "{text}");

    // On another day.
    let mut rig = Rig::new();
    rig.configure(Project::from_json(&text).origin);
    assert!(close_to(&rig.answer(FRAMES), &microphones()[0]));
    assert_eq!(project(&rig), text);
    // And back, while both are there.
    one.remote
        .choose(with(&known, Some(ChannelsAs::FirstTwo)))
        .unwrap();
    one.settle();
    one.swap();
    assert_eq!(one.status().loaded.unwrap().channels, 2);
    // The copy in the project is of what sounds.
    other.remote.embed(true);
    other.settle();
    let embedded = project(&other);
    fs::remove_file(&path).unwrap();
    let mut rig = Rig::new();
    rig.configure(Project::from_json(&embedded).origin);
    assert!(close_to(&rig.answer(FRAMES), &microphones()[0]));
}

#[test]
fn what_was_saved_before_b_format_was_known_sounds_as_it_did() {
    let folder = Folder::new();
    let path = write(&folder, "a.amb", &wave(4, 0, B_FORMAT));
    let (file, _) = FileRef::open(&path).unwrap();
    assert_eq!(file.channels, 2);
    let old = Origin::File(FileRef {
        channels: 4,
        ..file
    });
    // Whether another instance plays it decoded or not.
    let cache = Arc::new(Cache::default());
    let mut new = Rig::sharing(cache.clone(), || {});
    for _ in 0..2 {
        let mut rig = Rig::sharing(cache.clone(), || {});
        rig.configure(old.clone());
        assert_eq!(rig.status().phase, Phase::Ready);
        assert!(close_to(&rig.answer(FRAMES), &channel(0)));
        new.configure(file_at(&path));
        assert!(close_to(&new.answer(FRAMES), &microphones()[0]));
    }
}

#[test]
fn a_choice_of_a_later_version_is_none() {
    let text = r#"{"file":{"absolute":"/a.wav","channels_as":"ambix-of-order-7"}}"#;
    let Origin::File(file) = serde_json::from_str(text).unwrap() else {
        panic!("a file is a file");
    };
    assert_eq!(file.channels_as, None);
}

/// A mono file of its own samples.
fn mono(path: &Path, number: usize) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: rig::RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for sample in channel(number) {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
}
