//! Tags in front of files and behind them, of any size and in any number.

use super::build::{Little, flac, plain_aiff, plain_caf, plain_wav, read, seed, w64};

/// One file of each kind.
fn files() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("wav", plain_wav()),
        ("w64", w64(None)),
        ("aiff", plain_aiff()),
        ("caf", plain_caf()),
        // One block, where the last frame is the first; and many.
        ("short.flac", flac(1200)),
        ("long.flac", flac(30_000)),
        ("ogg", seed("seed-ogg")),
        ("mp3", seed("seed-mp3")),
    ]
}

/// An ID3v2 tag with so many bytes in it, its size in seven bits a byte; with a foot if `foot`.
fn id3(bytes: usize, foot: bool) -> Vec<u8> {
    let size: Vec<u8> = [21, 14, 7, 0]
        .iter()
        .map(|by| (bytes >> by & 0x7F) as u8)
        .collect();
    let flags = [4, 0, if foot { 0x10 } else { 0 }];
    let mut tag = [b"ID3", &flags[..], &size].concat();
    tag.resize(10 + bytes, 0);
    if foot {
        tag.extend([b"3DI", &flags[..], &size].concat());
    }
    tag
}

/// An ID3v1 tag, with its extension if `long`.
fn id3v1(long: bool) -> Vec<u8> {
    let mut tag = Vec::new();
    if long {
        tag.extend(b"TAG+");
        tag.resize(227, b'x');
    }
    let start = tag.len();
    tag.extend(b"TAGtitle");
    tag.resize(start + 128, 0);
    tag
}

/// An APEv2 tag, with a head if `head`.
fn ape(head: bool) -> Vec<u8> {
    let item = [&Little.bytes(5, 4)[..], &[0; 4], b"Title\0hello"].concat();
    let end = |flags: u64| {
        let fields = [2000, item.len() as u64 + 32, 1, flags].map(|field| Little.bytes(field, 4));
        [b"APETAGEX", &fields.concat()[..], &[0; 8]].concat()
    };
    match head {
        true => [end(0xA000_0000), item.clone(), end(0x8000_0000)].concat(),
        false => [item.clone(), end(0)].concat(),
    }
}

/// Lyrics3, of both versions.
fn lyrics(version: u32) -> Vec<u8> {
    match version {
        1 => b"LYRICSBEGINhello thereLYRICSEND".to_vec(),
        _ => b"LYRICSBEGININD0000200LYR00005hello000034LYRICS200".to_vec(),
    }
}

#[test]
fn tags_around_a_file_are_no_part_of_it() {
    let in_front = [
        ("id3", id3(100, false)),
        ("a large id3", id3(2 << 20, false)),
        (
            "three",
            [id3(100, false), id3(50, true), id3(0, false)].concat(),
        ),
        ("id3 and zeros", [id3(100, false), vec![0; 37]].concat()),
        ("ape", [ape(true)].concat()),
    ];
    let behind = [
        ("id3v1", id3v1(false)),
        ("its extension", id3v1(true)),
        ("ape", ape(true)),
        ("ape without a head", ape(false)),
        ("lyrics 1", [lyrics(1), id3v1(false)].concat()),
        ("lyrics 2", [lyrics(2), id3v1(false)].concat()),
        ("id3v2", id3(30, true)),
        (
            "all",
            [id3(9, true), ape(true), lyrics(2), id3v1(true)].concat(),
        ),
    ];
    for (kind, file) in files() {
        let plain = read(kind, file.clone());
        let check = |tag: &str, bytes: Vec<u8>| {
            let name = format!("{tag}.{kind}");
            let found = read(&name, bytes);
            assert_eq!(found.impulse.frames(), plain.impulse.frames(), "{name}");
            assert!(found == plain, "{name}: {:?}", found.notes);
        };
        for (tag, bytes) in &in_front {
            check(tag, [&bytes[..], &file].concat());
        }
        for (tag, bytes) in &behind {
            check(tag, [&file[..], bytes].concat());
        }
        let both = [id3(5000, false), file.clone(), ape(true), id3v1(false)].concat();
        check("around", both);
    }
}

#[test]
fn what_follows_the_last_frame_of_a_flac_is_no_part_of_it() {
    for frames in [400, 1200, 30_000] {
        let file = flac(frames);
        let plain = read("plain.flac", file.clone());
        assert_eq!(plain.impulse.frames(), frames);
        for behind in [b"garbage ".repeat(20), vec![0; 5000], vec![0xFF; 300]] {
            let found = read("x.flac", [&file[..], &behind].concat());
            assert!(
                found == plain,
                "{frames}: {} frames",
                found.impulse.frames()
            );
        }
    }
}

#[test]
fn an_mp3_behind_something_else_is_found_and_noise_is_none() {
    let file = seed("seed-mp3");
    let plain = read("plain.mp3", file.clone());
    let found = read("x.mp3", [&[0x55; 1000], &file[..]].concat());
    assert_eq!(found.impulse, plain.impulse);
    let mut state = 7u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let noise: Vec<u8> = std::iter::once(0x7F)
        .chain((0..200_000).map(|_| noise()))
        .collect();
    let error = anteroom_impulse::decode::from_bytes("noise.mp3", noise).expect_err("noise");
    assert_eq!(
        error.to_string(),
        "noise.mp3 is not usable: it is not a sound file"
    );
}

#[test]
fn a_tag_that_is_all_there_is_holds_no_sound() {
    for bytes in [
        id3(100, false),
        id3(100, false)[..50].to_vec(),
        id3v1(false),
        ape(true),
    ] {
        let error = anteroom_impulse::decode::from_bytes("x.mp3", bytes).expect_err("only a tag");
        assert!(
            error.to_string().starts_with("x.mp3 is not usable"),
            "{error}"
        );
    }
}
