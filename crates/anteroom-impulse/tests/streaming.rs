//! A recording that is read piece by piece is the one that is read whole, wherever reading begins.

use std::path::{Path, PathBuf};

use anteroom_impulse::ImpulseError;
use anteroom_impulse::decode::{Audio, Recording, RecordingFile, audio};

#[path = "common/flac.rs"]
mod flac;

/// Places that are read, in this order, with the number of frames: forwards, backwards, across, and behind the end.
const PIECES: [(u64, usize); 12] = [
    (0, 4_096),
    (4_096, 4_096),
    (8_192, 1),
    (200_000, 8_192),
    (199_999, 3),
    (100_000, 16_384),
    (1, 2_000),
    (320_000, 30_000),
    (70_000, 2_048),
    (72_048, 2_048),
    (10_000_000, 100),
    (50_000, 5_000),
];

fn read(file: &mut RecordingFile, at: u64, count: usize) -> Vec<Vec<f32>> {
    let mut rows = vec![Vec::new(); file.channels()];
    let read = file.read(at, count, &mut rows).expect("a good file");
    assert!(rows.iter().all(|row| row.len() == read), "{at}");
    rows
}

/// The largest difference in any piece.
fn worst(path: &Path, whole: &Audio) -> f32 {
    let mut file = RecordingFile::open(path).expect("a good file");
    assert_eq!(file.rate(), whole.rate);
    assert_eq!(file.channels(), whole.channels.len().min(2));
    let mut worst = 0.0_f32;
    for (at, count) in PIECES {
        let rows = read(&mut file, at, count);
        for (row, channel) in rows.iter().zip(&whole.channels) {
            let start = (at as usize).min(channel.len());
            let wanted = &channel[start..channel.len().min(start + count)];
            assert_eq!(row.len(), wanted.len(), "{path:?} at {at}");
            for (found, wanted) in row.iter().zip(wanted) {
                worst = worst.max((found - wanted).abs());
            }
        }
    }
    worst
}

/// Seven seconds of something that never repeats, as 16-bit integers.
fn sound(channels: usize) -> Vec<i32> {
    let mut state = 1_u32;
    let mut noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 17) as i32 - 16_384
    };
    (0..330_000 * channels)
        .map(|at| (8_000.0 * (at as f64 * 0.01).sin()) as i32 + noise() / 4)
        .collect()
}

fn wav(path: &Path, channels: u16, samples: &[i32], float: bool) {
    let spec = hound::WavSpec {
        channels,
        sample_rate: 44_100,
        bits_per_sample: if float { 32 } else { 16 },
        sample_format: match float {
            true => hound::SampleFormat::Float,
            false => hound::SampleFormat::Int,
        },
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a file");
    for sample in samples {
        match float {
            true => writer.write_sample(*sample as f32 / 30_000.0),
            false => writer.write_sample(*sample as i16),
        }
        .expect("a file");
    }
    writer.finalize().expect("a file");
}

#[test]
fn lossless_files_are_the_same_bits_from_anywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name);
    for channels in [1_u16, 2] {
        let samples = sound(usize::from(channels));
        wav(&path("int.wav"), channels, &samples, false);
        wav(&path("float.wav"), channels, &samples, true);
        let bytes = flac::flac(&samples, usize::from(channels), 44_100);
        std::fs::write(path("packed.flac"), bytes).expect("a file");
        for name in ["int.wav", "float.wav", "packed.flac"] {
            let whole = audio(&path(name)).expect("a good file");
            assert_eq!(
                worst(&path(name), &whole),
                0.0,
                "{name}, {channels} channels"
            );
        }
    }
}

#[test]
fn lossy_files_are_the_same_to_90_db_from_anywhere() {
    for name in ["chirp.mp3", "chirp.ogg"] {
        let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/streams")).join(name);
        let whole = audio(&path).expect("a good file");
        assert!(
            whole.channels[0].len() > 340_000,
            "{}",
            whole.channels[0].len()
        );
        let worst = worst(&path, &whole);
        assert!(worst < 3.2e-5, "{name}: {worst}");
    }
}

#[test]
fn a_file_that_was_changed_or_is_gone_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.wav");
    let wait = || std::thread::sleep(std::time::Duration::from_millis(550));
    for (change, reason) in [(true, "changed"), (false, "no such file")] {
        wav(&path, 2, &sound(2), false);
        let mut file = RecordingFile::open(&path).expect("a good file");
        read(&mut file, 0, 100);
        match change {
            true => wav(&path, 2, &sound(2)[..200_000], false),
            false => std::fs::remove_file(&path).expect("a file"),
        }
        wait();
        let error = file.read(100, 100, &mut [Vec::new(), Vec::new()]);
        let Err(error @ ImpulseError::Unreadable { .. }) = error else {
            panic!("{error:?}");
        };
        let text = error.to_string();
        assert!(text.contains("mine.wav") && text.contains(reason), "{text}");
    }
}

#[test]
fn what_is_no_recording_is_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("note.txt");
    for (bytes, reason) in [
        (&b""[..], "it is empty"),
        (b"hello world, this is text", "not a sound file"),
    ] {
        std::fs::write(&path, bytes).expect("a file");
        let error = RecordingFile::open(&path).expect_err("no recording");
        assert!(error.to_string().contains(reason), "{error}");
    }
    let error = RecordingFile::open(&folder.path().join("none.wav")).expect_err("no file");
    assert_eq!(
        error.to_string(),
        "none.wav can not be read: there is no such file"
    );
}

/// Two hours at 96 kHz: nothing is read but what is asked for, so the length does not matter.
#[test]
fn a_file_of_two_hours_is_read_from_its_end_at_once() {
    use std::io::{Seek, SeekFrom, Write};
    const FRAMES: u64 = 2 * 3_600 * 96_000;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("long.wav");
    let mut file = std::fs::File::create(&path).expect("a file");
    let data = FRAMES * 6;
    let mut head = b"RIFF".to_vec();
    head.extend((data as u32 + 36).to_le_bytes());
    head.extend(b"WAVEfmt \x10\0\0\0\x01\0\x02\0");
    head.extend(96_000_u32.to_le_bytes());
    head.extend((96_000_u32 * 6).to_le_bytes());
    head.extend(b"\x06\0\x18\0data");
    head.extend((data as u32).to_le_bytes());
    file.write_all(&head).expect("a file");
    // Sparse but for its last frame.
    file.seek(SeekFrom::Start(44 + data - 6)).expect("a file");
    file.write_all(&[0, 0, 0x40, 0, 0, 0xC0]).expect("a file");
    drop(file);
    let begin = std::time::Instant::now();
    let mut long = RecordingFile::open(&path).expect("a good file");
    assert_eq!(long.frames(), Some(FRAMES));
    let rows = read(&mut long, FRAMES - 2, 10);
    assert_eq!(rows, [[0.0, 0.5], [0.0, -0.5]]);
    assert!(begin.elapsed().as_secs_f32() < 1.0, "{:?}", begin.elapsed());
}
