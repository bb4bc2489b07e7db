//! The ways in which samples are written, in each container that knows them.

use super::build::{
    Big, Described, FRAMES, Format, Little, Order, caf, chunk, common, form, holds, read, seed,
    sound, sound_chunk, unit, with_bits,
};

/// A WAV, or in the other order a RIFX.
fn riff(order: Order, format: Format, more: &[u8], data: &[u8]) -> Vec<u8> {
    let id = if order == Big { b"RIFX" } else { b"RIFF" };
    let chunks = [format.chunk(order, more), chunk(order, b"data", data, None)];
    form(order, id, b"WAVE", &chunks)
}

fn format(tag: u64, channels: u64, bits: u64) -> Format {
    Format {
        tag,
        channels,
        align: channels * bits.div_ceil(8),
        bits,
    }
}

fn aifc(coding: &[u8; 4], bits: u64, data: &[u8]) -> Vec<u8> {
    let chunks = [
        common(Some(coding), (2, FRAMES, bits)),
        sound_chunk(data, None, 0),
    ];
    form(Big, b"FORM", b"AIFC", &chunks)
}

fn lpcm(flags: u64, bits: u64, data: &[u8]) -> Vec<u8> {
    let about = Described {
        coding: b"lpcm",
        flags,
        channels: 2,
        packet: 2 * bits / 8,
        bits,
    };
    caf(&about, data, None, &[])
}

/// Floats of both lengths.
fn floats(order: Order, samples: &[Vec<f32>], width: usize) -> Vec<u8> {
    let in_turns = (0..samples[0].len()).flat_map(|n| samples.iter().map(move |row| row[n]));
    let bits = |sample: f32| match width {
        4 => u64::from(sample.to_bits()),
        _ => f64::from(sample).to_bits(),
    };
    in_turns
        .flat_map(|sample| order.bytes(bits(sample), width))
        .collect()
}

#[test]
fn integers_of_all_widths_are_read_in_all_containers() {
    let whole = sound(2);
    for bits in [8u32, 16, 24, 32] {
        let samples = with_bits(&whole, bits);
        let want = unit(&samples, bits, 2);
        let (width, wide) = (bits as usize / 8, u64::from(bits));
        let (little, big) = (
            Little.samples(&samples, width),
            Big.samples(&samples, width),
        );
        let unsigned: Vec<u8> = big.iter().map(|byte| byte ^ 0x80).collect();
        let (of_wav, of_rifx) = match bits {
            8 => (&unsigned, &unsigned),
            _ => (&little, &big),
        };
        let name = |kind: &str| format!("{kind} {bits}");
        holds(
            &name("wav"),
            riff(Little, format(1, 2, wide), &[], of_wav),
            &want,
        );
        holds(
            &name("rifx"),
            riff(Big, format(1, 2, wide), &[], of_rifx),
            &want,
        );
        holds(&name("sowt"), aifc(b"sowt", wide, &little), &want);
        for coding in [b"NONE", b"none", b"twos"] {
            holds(&name("aifc"), aifc(coding, wide, &big), &want);
        }
        let chunks = [common(None, (2, FRAMES, wide)), sound_chunk(&big, None, 0)];
        holds(&name("aiff"), form(Big, b"FORM", b"AIFF", &chunks), &want);
        holds(&name("caf"), lpcm(0, wide, &big), &want);
        holds(&name("little caf"), lpcm(2, wide, &little), &want);
        let decoded = read("x.caf", lpcm(0, wide, &big));
        assert_eq!(decoded.bits, Some(bits));
        match bits {
            8 => holds("raw", aifc(b"raw ", 8, &unsigned), &want),
            24 => {
                holds("in24", aifc(b"in24", 24, &big), &want);
                holds("in24 of 16", aifc(b"in24", 16, &big), &want);
                holds("42ni", aifc(b"42ni", 24, &little), &want);
            }
            32 => {
                holds("in32", aifc(b"in32", 32, &big), &want);
                holds("23ni", aifc(b"23ni", 32, &little), &want);
            }
            _ => {}
        }
    }
}

#[test]
fn fewer_bits_than_bytes_are_the_upper_ones() {
    let samples = with_bits(&sound(2), 24);
    let want = unit(&samples, 24, 2);
    let (little, big) = (Little.samples(&samples, 3), Big.samples(&samples, 3));
    holds(
        "20 in 24",
        riff(Little, format(1, 2, 20), &[], &little),
        &want,
    );
    let chunks = [common(None, (2, FRAMES, 20)), sound_chunk(&big, None, 0)];
    holds("20 in 24 aiff", form(Big, b"FORM", b"AIFF", &chunks), &want);
    // Blocks of four bytes for 24 bits are an old custom.
    let wide = Little.samples(&with_bits(&samples, 32), 4);
    let loose = Format {
        align: 8,
        ..format(1, 2, 24)
    };
    holds("24 in 32", riff(Little, loose, &[], &wide), &want);
    let tail = b"\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71";
    let more = [&b"\x16\0\x18\0\x03\0\0\0\x01\0"[..], tail].concat();
    holds(
        "extensible",
        riff(Little, format(0xFFFE, 2, 32), &more, &wide),
        &want,
    );
    let none_valid = [&b"\x16\0\0\0\x03\0\0\0\x01\0"[..], tail].concat();
    holds(
        "none valid",
        riff(Little, format(0xFFFE, 2, 24), &none_valid, &little),
        &want,
    );
}

#[test]
fn floats_of_both_lengths_are_read_in_all_containers() {
    let want = unit(&sound(2), 24, 2);
    for (width, coding) in [(4, [b"fl32", b"FL32"]), (8, [b"fl64", b"FL64"])] {
        let bits = width as u64 * 8;
        let (little, big) = (floats(Little, &want, width), floats(Big, &want, width));
        holds("wav", riff(Little, format(3, 2, bits), &[], &little), &want);
        holds("rifx", riff(Big, format(3, 2, bits), &[], &big), &want);
        let narrow = Format {
            align: 4,
            ..format(3, 2, bits)
        };
        holds("align", riff(Little, narrow, &[], &little), &want);
        for coding in coding {
            holds("aifc", aifc(coding, bits, &big), &want);
            holds("aifc of 16", aifc(coding, 16, &big), &want);
        }
        holds("caf", lpcm(1, bits, &big), &want);
        holds("little caf", lpcm(3, bits, &little), &want);
    }
}

#[test]
fn the_curves_of_telephony_are_read_in_all_containers() {
    let data: Vec<u8> = (0..=255).cycle().take(1024).collect();
    // G.711: the largest and the smallest step of each curve, as 16-bit integers.
    for (tag, name, steps) in [
        (
            6,
            b"alaw",
            [
                (0xAA, 32_256.0),
                (0x2A, -32_256.0),
                (0xD5, 8.0),
                (0x55, -8.0),
            ],
        ),
        (
            7,
            b"ulaw",
            [
                (0x80, 32_124.0),
                (0x00, -32_124.0),
                (0xFE, 8.0),
                (0x7F, 0.0),
            ],
        ),
    ] {
        let wav = riff(Little, format(tag, 1, 8), &[0, 0], &data);
        let want = read("x.wav", wav).impulse.channels;
        assert_eq!((want.len(), want[0].len()), (1, 1024));
        for (byte, size) in steps {
            assert_eq!(want[0][byte], size / 32_768.0, "{name:?} {byte}");
        }
        let about = Described {
            coding: name,
            flags: 0,
            channels: 1,
            packet: 1,
            bits: 8,
        };
        holds("caf", caf(&about, &data, None, &[]), &want);
        for bits in [8, 16] {
            let chunks = [
                common(Some(name), (1, 1024, bits)),
                sound_chunk(&data, None, 0),
            ];
            holds("aifc", form(Big, b"FORM", b"AIFC", &chunks), &want);
        }
        let odd = Format {
            bits: 16,
            ..format(tag, 1, 8)
        };
        holds("16 bits", riff(Little, odd, &[0, 0], &data), &want);
    }
}

#[test]
fn any_number_of_channels_is_read() {
    for channels in [3usize, 26, 27, 64, 300] {
        let samples = with_bits(&sound(channels), 16);
        let want = unit(&samples, 16, channels);
        let count = channels as u64;
        let about = Described {
            coding: b"lpcm",
            flags: 0,
            channels: count,
            packet: 2 * count,
            bits: 16,
        };
        let big = Big.samples(&samples, 2);
        let aiff = [
            common(None, (count, FRAMES, 16)),
            sound_chunk(&big, None, 0),
        ];
        for bytes in [
            riff(
                Little,
                format(1, count, 16),
                &[],
                &Little.samples(&samples, 2),
            ),
            form(Big, b"FORM", b"AIFF", &aiff),
            caf(&about, &big, None, &[]),
        ] {
            let kept = if channels == 3 { 2 } else { 4 };
            let decoded = read("x", bytes);
            assert!(
                decoded.impulse.channels == want[..kept],
                "{channels} channels"
            );
            let note = format!("{channels} channels: the first {kept} are used");
            assert_eq!(decoded.notes, [note]);
        }
    }
}

#[test]
fn the_plainest_container_of_all_is_read() {
    let samples = with_bits(&sound(2), 24);
    for size in [FRAMES as u64 * 6, u64::from(u32::MAX)] {
        let fields = [24, size, 4, 48_000, 2]
            .map(|field| Big.bytes(field, 4))
            .concat();
        let bytes = [&b".snd"[..], &fields, &Big.samples(&samples, 3)].concat();
        holds("x.au", bytes, &unit(&samples, 24, 2));
    }
}

#[test]
fn an_mp3_in_a_wav_is_the_mp3() {
    let mp3 = seed("seed-mp3");
    let plain = read("plain.mp3", mp3.clone());
    let mpeg = Format {
        tag: 0x55,
        channels: 2,
        align: 1,
        bits: 0,
    };
    let more = [&b"\x0C\0\x01\0\x02\0\0\0"[..], &[0; 6]].concat();
    let found = read("x.wav", riff(Little, mpeg, &more, &mp3));
    assert_eq!(found.impulse, plain.impulse);
    assert_eq!(found.format, "WAV (MP3)");
}

#[test]
fn apples_adpcm_is_the_same_in_both_of_its_containers() {
    // A packet of 34 bytes for each channel: a start and 64 steps of four bits.
    let packets: Vec<u8> = (0..40 * 2 * 34u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect();
    let about = Described {
        coding: b"ima4",
        flags: 0,
        channels: 2,
        packet: 68,
        bits: 0,
    };
    let mut file = caf(&about, &packets, None, &[]);
    // Frames of a packet.
    file[40..44].copy_from_slice(&64u32.to_be_bytes());
    let of_caf = read("x.caf", file);
    assert_eq!(of_caf.impulse.frames(), 40 * 64);
    let chunks = [
        common(Some(b"ima4"), (2, 40, 16)),
        sound_chunk(&packets, None, 0),
    ];
    let of_aifc = read("x.aifc", form(Big, b"FORM", b"AIFC", &chunks));
    assert_eq!(of_aifc.impulse, of_caf.impulse);
    assert_eq!(of_aifc.format, "AIFF (IMA4)");
}
