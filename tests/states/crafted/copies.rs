//! Embedded copies that are none, too large, or of strange rates.

use super::{Add, file};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use serde_json::json;
use std::io::Write;

fn copy(codec: &str, rate: u64, channels: u64, frames: u64, data: &str) -> Vec<u8> {
    file(json!({"embedded": {
        "codec": codec, "rate": rate, "channels": channels, "frames": frames, "data": data,
    }}))
}

fn deflated(bytes: usize) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(9));
    let piece = vec![0_u8; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&piece).expect("memory");
    }
    STANDARD.encode(encoder.finish().expect("memory"))
}

pub fn planes(add: &mut Add<'_>) {
    let bomb = deflated(1 << 30);
    add(
        "played planes",
        "more than it says",
        copy("planes", 48_000, 2, 1_000, &bomb),
    );
    add(
        "played planes",
        "a minute at the highest rate",
        copy("planes", 768_000, 4, 768_000 * 60, &bomb),
    );
    add(
        "played planes",
        "a minute that is not there",
        copy("planes", 768_000, 4, 768_000 * 60, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "nothing",
        copy("planes", 48_000, 2, 1_000, ""),
    );
    add(
        "played planes",
        "cut off",
        copy("planes", 48_000, 2, 100_000, &deflated(1 << 20)[..64]),
    );
    add(
        "played planes",
        "no frames",
        copy("planes", 48_000, 2, 0, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "no channels",
        copy("planes", 48_000, 0, 1_000, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "too many channels",
        copy(
            "planes",
            48_000,
            u64::from(u32::MAX),
            1_000,
            &deflated(1 << 20),
        ),
    );
    add(
        "played planes",
        "too many frames",
        copy("planes", 48_000, 1, u64::MAX, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "not a number",
        copy("planes", 48_000, 1, 4, &{
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(9));
            encoder.write_all(&[0xff; 16]).expect("memory");
            STANDARD.encode(encoder.finish().expect("memory"))
        }),
    );
    add(
        "played planes",
        "as FLAC",
        copy("flac", 48_000, 2, 1_000, &deflated(1 << 20)),
    );
    add(
        "played planes",
        "another codec",
        copy("opus", 48_000, 2, 1_000, &deflated(1 << 20)),
    );
}

pub fn rates(add: &mut Add<'_>) {
    for rate in [0_u64, 1, 7, 999, 768_001, 4_000_000_000, u64::MAX] {
        add(
            "rates",
            &format!("copy of {rate}"),
            copy("planes", rate, 1, 1_000, &deflated(1 << 20)),
        );
    }
    for rate in [json!(-48_000), json!(44_100.5), json!("48000"), json!(null)] {
        add(
            "rates",
            &format!("file of {rate}"),
            file(json!({"rate": rate})),
        );
    }
}

pub fn base64(add: &mut Add<'_>) {
    let good = deflated(1 << 20);
    for (name, data) in [
        ("a blank", format!("{} {}", &good[..8], &good[8..])),
        ("no end", good.trim_end_matches('=').to_owned() + "A"),
        ("of URLs", good.replace('+', "-").replace('/', "_")),
        ("other letters", "äöü".repeat(1_000)),
        ("signs", "====".to_owned()),
        ("a line end", good.clone() + "\n"),
        ("zeros", "\u{0}".repeat(1_000)),
        ("30 MB of A", "A".repeat(30 << 20)),
        ("one letter", "A".to_owned()),
    ] {
        add(
            "played Base64",
            name,
            copy("planes", 48_000, 2, 1_000, &data),
        );
    }
}
