//! Every format that is promised is read: each of these files holds the same sound, and comes out as that.

use anteroom_impulse::decode::{Decoded, from_bytes};

/// The decoding fuzzer starts from one small file of each kind: 60 frames of one stereo sound. Those
/// for which there is no writer here (MP3, Ogg Vorbis, CAF, W64) are read from its corpus.
fn seed(name: &str) -> Decoded {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/decode/");
    let bytes = std::fs::read(format!("{folder}{name}")).expect("a seed of the fuzzer");
    from_bytes(name, bytes).expect("a good file")
}

fn sum(samples: &[f32], other: &[f32]) -> f32 {
    samples.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[test]
fn one_sound_is_the_same_in_every_format() {
    let truth = seed("seed-float.wav").impulse;
    assert_eq!((truth.channels.len(), truth.frames()), (2, 60));
    for (name, format, bits) in [
        ("seed-pcm16.wav", "WAV", 16),
        ("seed-ext24.wav", "WAV", 24),
        ("seed-rf64", "RF64", 16),
        ("seed-w64", "W64", 16),
        ("seed-aiff", "AIFF", 24),
        ("seed-caf", "CAF", 16),
        ("seed-flac", "FLAC", 16),
    ] {
        let found = seed(name);
        let about = (found.format.as_str(), found.bits, found.impulse.rate);
        assert_eq!(about, (format, Some(bits), 44_100), "{name}");
        assert!(found.notes.is_empty(), "{name}: {:?}", found.notes);
        assert_eq!(found.impulse.frames(), 60, "{name}");
        let step = 0.5f32.powi(bits as i32 - 1);
        for (found, truth) in found.impulse.channels.iter().zip(&truth.channels) {
            for (found, truth) in found.iter().zip(truth) {
                assert!((found - truth).abs() <= step, "{name}: {found} for {truth}");
            }
        }
    }
    for (name, format) in [
        ("seed-adpcm.wav", "WAV (adpcm_ima_wav)"),
        ("seed-ogg", "Ogg vorbis"),
        ("seed-mp3", "MP3"),
    ] {
        let found = seed(name);
        let about = (found.format.as_str(), found.bits, found.impulse.rate);
        assert_eq!(about, (format, None, 44_100), "{name}");
        for (found, truth) in found.impulse.channels.iter().zip(&truth.channels) {
            // A codec may fill up its last block; and sixty samples are few for one that loses some.
            let found = &found[..truth.len().min(found.len())];
            let likeness = sum(found, truth) / (sum(found, found) * sum(truth, truth)).sqrt();
            assert!(likeness > 0.6, "{name}: {likeness}");
        }
    }
}

/// The rate of an AIFF: a whole number as an 80-bit float.
fn extended(rate: u32) -> [u8; 10] {
    let zeros = rate.leading_zeros();
    let exponent = (16_383 + 31 - zeros) as u16;
    let mut bytes = [0; 10];
    bytes[..2].copy_from_slice(&exponent.to_be_bytes());
    bytes[2..6].copy_from_slice(&(rate << zeros).to_be_bytes());
    bytes
}

/// An AIFF, or with the name of a coding an AIFC.
fn aiff(coding: Option<&[u8; 4]>, channels: u16, bits: u16, data: &[u8]) -> Vec<u8> {
    let frames = data.len() / usize::from(channels) / usize::from(bits / 8);
    let mut common = channels.to_be_bytes().to_vec();
    common.extend((frames as u32).to_be_bytes());
    common.extend(bits.to_be_bytes());
    common.extend(extended(96_000));
    if let Some(coding) = coding {
        common.extend(coding);
        common.extend([0, 0]);
    }
    let mut body = match coding {
        Some(_) => b"AIFCFVER\0\0\0\x04\xA2\x80\x51\x40".to_vec(),
        None => b"AIFF".to_vec(),
    };
    body.extend(b"COMM");
    body.extend((common.len() as u32).to_be_bytes());
    body.extend(common);
    body.extend(b"SSND");
    body.extend((data.len() as u32 + 8).to_be_bytes());
    body.extend([0; 8]);
    body.extend(data);
    let mut bytes = b"FORM".to_vec();
    bytes.extend((body.len() as u32).to_be_bytes());
    bytes.extend(body);
    bytes
}

#[test]
fn aiff_and_aifc_are_read_in_both_orders_of_bytes_and_as_floats() {
    for channels in [1u16, 2, 4] {
        // Another level in each channel.
        let samples: Vec<i16> = (0..100 * channels)
            .map(|n| (16_000 >> (n % channels)) - 37 * (n / channels) as i16)
            .collect();
        let big: Vec<u8> = samples.iter().flat_map(|s| s.to_be_bytes()).collect();
        let little: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        let unit: Vec<f32> = samples.iter().map(|&s| f32::from(s) / 32_768.0).collect();
        let float: Vec<u8> = unit.iter().flat_map(|s| s.to_be_bytes()).collect();
        for (coding, bits, data) in [
            (None, 16, &big),
            (Some(b"NONE"), 16, &big),
            (Some(b"sowt"), 16, &little),
            (Some(b"fl32"), 32, &float),
        ] {
            let bytes = aiff(coding, channels, bits, data);
            let found = from_bytes("x.aif", bytes).expect("a good file");
            assert_eq!(found.impulse.rate, 96_000);
            assert_eq!(found.impulse.channels.len(), usize::from(channels));
            for (place, row) in found.impulse.channels.iter().enumerate() {
                let mine = unit.iter().skip(place).step_by(usize::from(channels));
                let same = row.iter().eq(mine);
                assert!(same, "{coding:?}, {channels} channels: {:?}", &row[..3]);
            }
        }
    }
}

/// A plain WAV; the tag is 1 for integers and 3 for floats.
fn wav(tag: u16, channels: u16, rate: u32, bits: u16, data: &[u8]) -> Vec<u8> {
    let align = channels * bits / 8;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((data.len() as u32 + 36).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0");
    bytes.extend(tag.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * u32::from(align)).to_le_bytes());
    bytes.extend(align.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn eight_bits_have_no_sign_and_floats_are_taken_as_they_are() {
    let found = from_bytes("x.wav", wav(1, 1, 48_000, 8, &[128, 192, 0, 64])).expect("a good file");
    assert_eq!(found.impulse.channels, [[0.0, 0.5, -1.0, -0.5]]);
    assert_eq!(found.bits, Some(8));
    for channels in [1u16, 2, 4] {
        // Above full scale, too.
        let samples: Vec<f32> = (0..40).map(|n| 2.5 - 0.123 * n as f32).collect();
        let data: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        let found = from_bytes("x.wav", wav(3, channels, 48_000, 32, &data)).expect("a good file");
        for (place, row) in found.impulse.channels.iter().enumerate() {
            let mine = samples.iter().skip(place).step_by(usize::from(channels));
            assert!(row.iter().eq(mine), "{channels} channels");
        }
    }
}

#[test]
fn what_is_no_number_becomes_silence_with_a_note() {
    let samples = [0.5, f32::NAN, -0.25, f32::INFINITY, 1e30, 0.125];
    let data: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
    let found = from_bytes("x.wav", wav(3, 1, 48_000, 32, &data)).expect("a good file");
    assert_eq!(found.impulse.channels, [[0.5, 0.0, -0.25, 0.0, 0.0, 0.125]]);
    let note = "3 samples that were not finite numbers are now silence";
    assert_eq!(found.notes, [note]);
}

#[test]
fn a_minute_is_kept_and_what_is_longer_is_cut_with_a_note() {
    for (seconds, notes) in [
        (60, &[][..]),
        (61, &["longer than 60 s: the rest is left out"][..]),
    ] {
        let data: Vec<u8> = (0..seconds * 8_000).map(|n| 128 + (n % 7) as u8).collect();
        // The offset of such a sound would be noted as well.
        let data: Vec<u8> = data.iter().map(|&sample| sample - 3).collect();
        let found = from_bytes("x.wav", wav(1, 1, 8_000, 8, &data)).expect("a good file");
        assert_eq!(found.impulse.frames(), 480_000);
        assert_eq!(found.notes, notes);
    }
}
