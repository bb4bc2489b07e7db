//! Files of every kind, strange and broken ones among them, are read or explained.

use super::{folder, noise, open, scaled, write};
use anteroom::impulse::{FileRef, ImpulseError, decode};
use std::path::Path;

#[test]
fn integers_of_all_widths_are_read_to_the_bit() {
    let folder = folder();
    for bits in [16, 24, 32] {
        for count in [1, 2, 4] {
            let path = folder.path().join(format!("{bits} {count}.wav"));
            let rows: Vec<_> = (0..count).map(|i| noise(3000, bits, i + 1)).collect();
            write(&path, 96_000, bits, &rows);
            let decoded = open(&path);
            let want: Vec<_> = rows.iter().map(|row| scaled(row, bits)).collect();
            assert_eq!(
                decoded.impulse.channels, want,
                "{bits} bits, {count} channels"
            );
            assert_eq!(decoded.impulse.rate, 96_000);
            assert_eq!(decoded.bits, Some(u32::from(bits)));
        }
    }
}

#[test]
fn superfluous_channels_are_left_out_with_a_note() {
    let folder = folder();
    for (given, kept) in [(3, 2), (5, 4), (8, 4)] {
        let path = folder.path().join(format!("{given}.wav"));
        let rows: Vec<_> = (0..given).map(|i| noise(500, 16, i + 1)).collect();
        write(&path, 48_000, 16, &rows);
        let decoded = open(&path);
        assert_eq!(decoded.impulse.channels.len(), kept);
        let note = format!("{given} channels: the first {kept} are used");
        // What the writer says of eight channels is true of others' 7.1.
        assert_eq!(decoded.notes[0], note);
        assert_eq!(decoded.notes.len(), if given == 8 { 2 } else { 1 });
    }
}

/// A WAV header of our own, for what no writer would write.
fn wav(kind: &[u8; 4], format: &[u8], claimed: u32, data: &[u8]) -> Vec<u8> {
    let mut bytes = kind.to_vec();
    bytes.extend(u32::MAX.to_le_bytes());
    bytes.extend(b"WAVE");
    if kind == b"RF64" {
        bytes.extend(b"ds64");
        bytes.extend(28u32.to_le_bytes());
        bytes.extend(0u64.to_le_bytes());
        bytes.extend((data.len() as u64).to_le_bytes());
        bytes.extend([0; 12]);
    }
    bytes.extend(b"fmt ");
    bytes.extend((format.len() as u32).to_le_bytes());
    bytes.extend(format);
    bytes.extend(b"data");
    bytes.extend(claimed.to_le_bytes());
    bytes.extend(data);
    bytes
}

fn format(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let align = channels * bits / 8;
    let mut format = tag.to_le_bytes().to_vec();
    format.extend(channels.to_le_bytes());
    format.extend(rate.to_le_bytes());
    format.extend((rate * u32::from(align)).to_le_bytes());
    format.extend(align.to_le_bytes());
    format.extend(bits.to_le_bytes());
    format
}

#[test]
fn long_headers_doubles_and_extensible_formats_are_read() {
    let samples: Vec<f64> = (0..400)
        .map(|n| (-0.01 * f64::from(n)).exp() * 0.5)
        .collect();
    let data: Vec<u8> = samples
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect();
    let want: Vec<f32> = samples.iter().map(|&sample| sample as f32).collect();
    let doubles = format(3, 1, 44_100, 64);
    for (kind, claimed) in [
        (b"RIFF", 3200),
        (b"RIFF", u32::MAX),
        (b"RIFF", 0),
        (b"RF64", u32::MAX),
    ] {
        let bytes = wav(kind, &doubles, claimed, &data);
        let decoded = decode::from_bytes("double.wav", bytes).expect("a good file");
        assert_eq!(decoded.impulse.channels, std::slice::from_ref(&want));
        assert_eq!(decoded.bits, None);
    }
    // Twenty valid bits in 32: they are the upper ones, so nothing is to be shifted.
    let mut extensible = format(0xFFFE, 1, 44_100, 32);
    extensible.extend(22u16.to_le_bytes());
    extensible.extend(20u16.to_le_bytes());
    extensible.extend(4u32.to_le_bytes());
    extensible.extend(b"\x01\0\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71");
    let data: Vec<u8> = [0x4000_0000i32, -0x2000_0000]
        .iter()
        .flat_map(|s| s.to_le_bytes())
        .collect();
    let bytes = wav(b"RIFF", &extensible, 8, &data);
    let decoded = decode::from_bytes("ext.wav", bytes).expect("a good file");
    assert_eq!(decoded.impulse.channels, [[0.5, -0.25]]);
}

#[test]
fn broken_files_say_what_is_wrong_with_them() {
    let plain = format(1, 1, 48_000, 16);
    let short = wav(b"RIFF", &plain, 10_000, &[1; 1000]);
    let nan: Vec<u8> = [f32::NAN; 50]
        .iter()
        .flat_map(|sample| sample.to_le_bytes())
        .collect();
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("empty.wav", vec![], "it is empty"),
        (
            "text.wav",
            b"this is no sound\n".repeat(40),
            "it is not a sound file",
        ),
        (
            "head.wav",
            wav(b"RIFF", &plain, 0, &[])[..30].to_vec(),
            "it ends before any sound begins",
        ),
        (
            "none.wav",
            wav(b"RIFF", &plain, 0, &[]),
            "there is no sound in it",
        ),
        ("short.wav", short, "it ends after 500 of 5000 frames"),
        (
            "rate.wav",
            wav(b"RIFF", &format(1, 1, 5, 16), 100, &[1; 100]),
            "its sample rate of 5 Hz makes no sense",
        ),
        (
            "nan.wav",
            wav(b"RIFF", &format(3, 1, 48_000, 32), 200, &nan),
            "no sample in it is a finite number",
        ),
    ];
    for (name, bytes, reason) in cases {
        let error = decode::from_bytes(name, bytes).expect_err(name);
        assert_eq!(error.to_string(), format!("{name} is not usable: {reason}"));
    }
    let error = decode::open(Path::new("no/such file.wav")).expect_err("there is none");
    assert_eq!(
        error.to_string(),
        "no such file.wav".replacen("no ", "", 1) + " can not be read: there is no such file"
    );
    assert!(matches!(error, ImpulseError::Unreadable { .. }));
}

#[test]
fn any_prefix_and_any_flipped_byte_is_survived() {
    let rows = [noise(300, 16, 5)];
    let folder = folder();
    let path = folder.path().join("good.wav");
    write(&path, 48_000, 16, &rows);
    let good = std::fs::read(&path).expect("just written");
    for end in 0..good.len().min(120) {
        let _ = decode::from_bytes("cut.wav", good[..end].to_vec());
    }
    for at in 0..64 {
        for flip in [0x01, 0x80, 0xFF] {
            let mut bad = good.clone();
            bad[at] ^= flip;
            if let Ok(decoded) = decode::from_bytes("flipped.wav", bad) {
                assert!(
                    decoded
                        .impulse
                        .channels
                        .iter()
                        .flatten()
                        .all(|sample| sample.is_finite())
                );
                assert!(matches!(decoded.impulse.channels.len(), 1 | 2 | 4));
            }
        }
    }
}

#[test]
fn offset_and_silence_are_found() {
    let folder = folder();
    let path = folder.path().join("offset.wav");
    let row = noise(48_000, 16, 3)
        .iter()
        .map(|sample| sample / 2 + 500)
        .collect();
    write(&path, 48_000, 16, &[row]);
    let decoded = open(&path);
    let note = decoded.repair_note(Some(true)).expect("an offset");
    assert!(
        note.starts_with("a constant offset of 0.015") && note.ends_with("was removed"),
        "{note}"
    );
    // It is in what the file holds, and not in what is made of it.
    let tail = &decoded.impulse.channels[0][40_000..];
    let mean = tail.iter().sum::<f32>() / tail.len() as f32;
    assert!(mean > 0.01, "the offset of {mean} is gone");
    let repaired = decoded.repaired();
    let tail = &repaired.channels[0][40_000..];
    let mean = tail.iter().sum::<f32>() / tail.len() as f32;
    assert!(mean.abs() < 1e-3, "an offset of {mean} is left");

    let path = folder.path().join("late.wav");
    let mut row = vec![0; 960];
    row.extend(noise(4800, 16, 3));
    write(&path, 48_000, 16, &[row]);
    let decoded = open(&path);
    assert_eq!(decoded.notes, ["begins with 20.0 ms of silence"]);
    let silent = decoded.impulse.leading_silence();
    let [row] = &decoded.impulse.channels[..] else {
        panic!("one channel was written");
    };
    assert!(silent >= 960 && row[..960].iter().all(|&sample| sample == 0.0));
}

#[test]
fn files_are_joined_by_name() {
    let folder = folder();
    let write_one = |name: &str, count: u32, seed: u32| {
        let rows: Vec<_> = (0..count).map(|i| noise(1000, 16, seed + i)).collect();
        write(&folder.path().join(name), 48_000, 16, &rows);
        rows.iter().map(|row| scaled(row, 16)).collect::<Vec<_>>()
    };
    let path = |name: &str| folder.path().join(name);

    let (left, right) = (write_one("Hall L.wav", 1, 1), write_one("Hall R.wav", 1, 2));
    let stereo = [left.clone(), right].concat();
    assert_eq!(open(&path("Hall L.wav")).impulse.channels, stereo);
    assert_eq!(open(&path("Hall R.wav")).impulse.channels, stereo);
    let (one, _) = FileRef::open(&path("Hall L.wav")).expect("a pair");
    let (other, _) = FileRef::open(&path("Hall R.wav")).expect("a pair");
    assert_eq!((one.hash, one.channels), (other.hash, 2));

    let sides = [
        write_one("nave_left.wav", 2, 3),
        write_one("nave_right.wav", 2, 5),
    ]
    .concat();
    assert_eq!(open(&path("nave_left.wav")).impulse.channels, sides);
    let names = ["x-LL.wav", "x-LR.wav", "x-RL.wav", "x-RR.wav"];
    let paths: Vec<_> = (10..)
        .zip(names)
        .flat_map(|(seed, name)| write_one(name, 1, seed))
        .collect();
    assert_eq!(open(&path("x-RL.wav")).impulse.channels, paths);

    // Alone, or not fitting together.
    write_one("lonely L.wav", 1, 20);
    assert_eq!(open(&path("lonely L.wav")).impulse.channels.len(), 1);
    write_one("odd L.wav", 1, 21);
    write_one("odd R.wav", 2, 22);
    let odd = open(&path("odd L.wav"));
    assert_eq!(odd.notes, ["used alone: odd R.wav has another format"]);

    let ms = write_one("room mid-side.wav", 2, 30);
    let decoded = open(&path("room mid-side.wav"));
    assert_eq!(decoded.impulse.channels[0][7], ms[0][7] + ms[1][7]);
    assert_eq!(decoded.impulse.channels[1][7], ms[0][7] - ms[1][7]);
}
