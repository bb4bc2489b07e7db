//! Sizes that are wrong, missing or contradict each other.

use super::build::{
    Big, CAF_STEREO, FRAMES, Format, Little, caf, chunk, common, flac, form, holds, plain_aiff,
    read, sound_chunk, stereo, w64, wav,
};
use anteroom_impulse::decode::from_bytes;

/// A chunk of text, as it follows sounds.
fn list() -> Vec<u8> {
    let text = b"INFOICMT\xC8\0\0\0"
        .iter()
        .copied()
        .chain(b"comment! ".repeat(22))
        .chain(*b"xx");
    chunk(Little, b"LIST", &text.collect::<Vec<u8>>(), None)
}

/// A data chunk that claims this size.
fn data(claimed: u32) -> Vec<u8> {
    chunk(Little, b"data", &stereo(Little).0, Some(claimed))
}

fn is_refused(name: &str, bytes: Vec<u8>, reason: &str) {
    let error = from_bytes(name, bytes).expect_err(name);
    assert_eq!(error.to_string(), format!("{name} is not usable: {reason}"));
}

#[test]
fn a_wav_of_unknown_length_goes_on_to_its_end_and_not_into_what_follows() {
    let (bytes, want) = stereo(Little);
    let size = bytes.len() as u32;
    for (name, chunks) in [
        ("none", vec![data(0)]),
        ("all ones", vec![data(u32::MAX)]),
        ("sox", vec![data(0x7FFF_F000)]),
        ("all ones and text", vec![data(u32::MAX), list()]),
        (
            "none in front",
            vec![chunk(Little, b"data", &[], None), list(), data(size)],
        ),
        ("text in front", vec![list(), data(size), list()]),
        (
            "no room for padding",
            vec![
                chunk(Little, b"note", b"xyz", None)[..11].to_vec(),
                data(size),
            ],
        ),
        (
            "padding",
            vec![chunk(Little, b"note", b"xyz", None), data(size)],
        ),
    ] {
        holds(name, wav(&chunks), &want);
    }
    // One that claims a little too much is as long as it is.
    let found = read("long.wav", wav(&[data(size + 50)]));
    assert!(found.impulse.channels == want, "{}", found.impulse.frames());
    let mut short_form = wav(&[data(size)]);
    for claimed in [0u32, 100, u32::MAX] {
        short_form[4..8].copy_from_slice(&claimed.to_le_bytes());
        holds("form", short_form.clone(), &want);
    }
}

#[test]
fn a_wav_without_samples_never_plays_its_text() {
    let empty = chunk(Little, b"data", &[], None);
    let unknown = chunk(Little, b"abcd", &[b'x'; 100], None);
    let mut cut = wav(&[empty.clone(), list()]);
    cut.truncate(cut.len() - 40);
    for (name, bytes) in [
        ("list", wav(&[empty.clone(), list()])),
        ("unknown", wav(&[empty.clone(), unknown])),
        ("cut", cut),
        ("alone", wav(&[empty])),
    ] {
        is_refused(name, bytes, "there is no sound in it");
    }
}

#[test]
fn the_block_align_is_not_believed_before_channels_and_bits() {
    let (bytes, want) = stereo(Little);
    for align in [0, 1, 2, 3, 5, 8, 16] {
        let format = Format {
            align,
            ..Format::STEREO
        };
        let chunks = [
            format.chunk(Little, &[]),
            chunk(Little, b"data", &bytes, None),
        ];
        let name = format!("{align}");
        holds(&name, form(Little, b"RIFF", b"WAVE", &chunks), &want);
    }
    // Where the bits say nothing, it is all there is.
    let format = Format {
        bits: 0,
        ..Format::STEREO
    };
    let chunks = [
        format.chunk(Little, &[]),
        chunk(Little, b"data", &bytes, None),
    ];
    holds("no bits", form(Little, b"RIFF", b"WAVE", &chunks), &want);
}

#[test]
fn the_long_forms_of_wav_take_the_size_from_wherever_it_is() {
    let (bytes, want) = stereo(Little);
    let size = bytes.len() as u64;
    for id in [b"RF64", b"BW64"] {
        for (long, short) in [
            (size, u32::MAX),
            (size, 0),
            (0, size as u32),
            (size, size as u32),
            (u64::MAX, u32::MAX),
            (0, u32::MAX),
        ] {
            let fields = [0, long, 0].map(|field| Little.bytes(field, 8)).concat();
            let chunks = [
                chunk(Little, b"ds64", &[&fields[..], &[0; 4]].concat(), None),
                Format::STEREO.chunk(Little, &[]),
                chunk(Little, b"data", &bytes, Some(short)),
            ];
            let name = format!("{long} {short}");
            holds(&name, form(Little, id, b"WAVE", &chunks), &want);
        }
    }
    holds("plain.w64", w64(None), &want);
    for size in [24, 0, u64::MAX] {
        // Of unknown length, and so with the padding behind it.
        let found = read("open.w64", w64(Some(size)));
        assert_eq!(found.impulse.frames(), FRAMES + 1, "{size}");
        assert!(found.impulse.channels[1][..FRAMES] == want[1], "{size}");
    }
}

#[test]
fn an_aiff_is_as_long_as_its_samples() {
    let (bytes, want) = stereo(Big);
    let size = bytes.len() as u32 + 8;
    let good = plain_aiff();
    let length = good.len() as u32 - 8;
    for claimed in [length, length + 50, length - 500, 0, u32::MAX] {
        let mut file = good.clone();
        file[4..8].copy_from_slice(&claimed.to_be_bytes());
        holds(&format!("form {claimed}"), file, &want);
    }
    for claimed in [Some(size), Some(0), Some(u32::MAX)] {
        for frames in [FRAMES, 0, 1000, 9000] {
            for offset in [0, 16] {
                let sound = sound_chunk(
                    &bytes,
                    claimed.map(|size| match size {
                        0 | u32::MAX => size,
                        size => size + offset as u32,
                    }),
                    offset,
                );
                let common = common(None, (2, frames, 16));
                let text = chunk(Big, b"ANNO", b"hello there", None);
                let name = format!("{claimed:?}, {frames} frames, offset {offset}");
                for chunks in [[common.clone(), sound.clone()], [sound.clone(), text]] {
                    // The common chunk may come last, but then the sound must say where it ends.
                    if chunks[0] == sound && claimed != Some(size) {
                        continue;
                    }
                    let mut chunks = chunks.to_vec();
                    if chunks[0] == sound {
                        chunks.push(common.clone());
                    }
                    holds(&name, form(Big, b"FORM", b"AIFF", &chunks), &want);
                }
            }
        }
    }
    let empty = [common(None, (2, 0, 16)), sound_chunk(&[], None, 0)];
    is_refused(
        "empty.aiff",
        form(Big, b"FORM", b"AIFF", &empty),
        "there is no sound in it",
    );
}

#[test]
fn a_caf_of_unknown_length_goes_on_to_its_end() {
    let (bytes, want) = stereo(Big);
    let info = [&b"info"[..], &[0, 0, 0, 0, 0, 0, 0, 4], &[0; 4]].concat();
    for size in [None, Some(-1), Some(-2), Some(0), Some(4)] {
        holds(
            &format!("{size:?}"),
            caf(&CAF_STEREO, &bytes, size, &[]),
            &want,
        );
        holds(
            &format!("{size:?} info"),
            caf(&CAF_STEREO, &bytes, size, &[]),
            &want,
        );
    }
    holds("info", caf(&CAF_STEREO, &bytes, None, &info), &want);
    let found = read(
        "long",
        caf(&CAF_STEREO, &bytes, Some(bytes.len() as i64 + 9), &[]),
    );
    assert!(found.impulse.channels == want);
}

#[test]
fn a_flac_is_read_whatever_it_says_of_its_blocks() {
    for frames in [1200, 30_000] {
        let good = flac(frames);
        let plain = read("plain.flac", good.clone());
        assert_eq!(&good[4..8], b"\x80\0\0\x22", "the stream information alone");
        let largest = u16::from_be_bytes([good[10], good[11]]);
        for (least, most) in [
            (0, largest),
            (16, largest),
            (0, 0),
            (largest, largest),
            (1, 1),
        ] {
            let mut file = good.clone();
            file[8..10].copy_from_slice(&least.to_be_bytes());
            file[10..12].copy_from_slice(&most.to_be_bytes());
            let found = read("x.flac", file);
            assert!(
                found == plain,
                "{least} to {most}: {}",
                found.impulse.frames()
            );
        }
        // Sizes of frames that are far too small, and a block that is not known.
        let mut file = good.clone();
        file[12..18].copy_from_slice(&[0, 0, 1, 0, 0, 1]);
        assert!(read("x.flac", file) == plain);
        let info = good[8..42].to_vec();
        let at = good
            .windows(2)
            .position(|w| w[0] == 0xFF && w[1] & 0xFE == 0xF8);
        let rest = good[at.expect("a frame")..].to_vec();
        let blocks = [
            &b"fLaC\0\0\0\x22"[..],
            &info,
            b"\x7E\0\0\x05hello",
            b"\x84\0\0\x03bad",
            &rest,
        ];
        assert!(read("x.flac", blocks.concat()) == plain);
    }
}
