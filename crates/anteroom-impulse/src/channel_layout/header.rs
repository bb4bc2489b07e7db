//! What the first bytes of a file say of its channels. Off the audio thread.
//!
//! Sources: Microsoft's "Multiple channel audio data and WAVE files" (the mask), Richard Dobson's "The
//! AMB Ambisonic file format" (the GUID), Apple's "Core Audio Format specification" and
//! CoreAudioTypes.h (`chan` and `CHAN`), RFC 9639 (FLAC's comment). What is cut off or damaged says
//! nothing: whether the file is any good is for others to judge.

use std::path::Path;

use super::{Ambisonic, FUMA, Stated};
use crate::container::chunks::{Form, MAX_CHUNKS};
use crate::container::tags::strip;
use crate::container::{Order, Window};
use crate::source::Source;

/// The end of the two GUIDs of B-format, samples in integers and in floats. Their first three fields
/// are numbers, in the file's own order of bytes.
const B_FORMAT: [u8; 8] = [0x86, 0x44, 0xC8, 0xC1, 0xCA, 0, 0, 0];
/// The sixteen bytes that open a W64 file begin with these.
const W64: [u8; 8] = *b"riff\x2E\x91\xCF\x11";
/// So much of a chunk is read at a time, in bytes.
const PART_BYTES: usize = 64 << 10;

/// What the header of a source says; `name` is the file's. Only heads of chunks are read, and the
/// body of the one that counts.
pub(crate) fn stated(name: &str, source: &Source) -> Stated {
    let file = strip(Window::new(source));
    let found = match file.array::<4>(file.start).as_ref() {
        Some(b"RIFF" | b"RF64" | b"BW64") => riff(&file, Order::Little, (12, false)),
        Some(b"RIFX") => riff(&file, Order::Big, (12, false)),
        Some(b"riff") if file.array(file.start) == Some(W64) => {
            riff(&file, Order::Little, (40, true))
        }
        Some(b"FORM") => {
            chunk(&file, (12, Form::Riff(Order::Big)), b"CHAN").and_then(|body| core_audio(&body))
        }
        Some(b"caff") => chunk(&file, (8, Form::Caf), b"chan").and_then(|body| core_audio(&body)),
        Some(b"fLaC") => flac(&file),
        _ => None,
    };
    let ending = Path::new(name).extension();
    // Older programs wrote it without the GUID; nothing else has this ending.
    let is_amb = ending.is_some_and(|ending| ending.eq_ignore_ascii_case("amb"));
    match found {
        None | Some(Stated::Nothing) if is_amb => Stated::BFormat(FUMA),
        found => found.unwrap_or_default(),
    }
}

/// The 32-bit number at a place.
fn number_at(order: Order, bytes: &[u8], at: usize) -> Option<u32> {
    let number = order.uint(bytes.get(at..at.checked_add(4)?)?);
    u32::try_from(number).ok()
}

/// The body of the first chunk of this name, as far as it is there and no more than 64 KiB of it. The
/// first chunk begins so many bytes into the file.
fn chunk(file: &Window, (first, form): (u64, Form), id: &[u8; 4]) -> Option<Vec<u8>> {
    let mut at = file.start.checked_add(first)?;
    for _ in 0..MAX_CHUNKS {
        let chunk = form.chunk_at(file, at)?;
        if &chunk.id == id {
            let most = chunk.size.min(PART_BYTES as u64);
            return Some(file.bytes(chunk.start, most as usize));
        }
        // Behind the sound of a pipe that has not ended nothing is looked for: it would be read whole.
        if !file.closed && matches!(&chunk.id, b"SSND" | b"data") {
            return None;
        }
        at = form.after(file, &chunk)?;
    }
    None
}

/// WAVE_FORMAT_EXTENSIBLE.
fn riff(file: &Window, order: Order, (first, is_wide): (u64, bool)) -> Option<Stated> {
    let form = match is_wide {
        true => Form::W64,
        false => Form::Riff(order),
    };
    let format = chunk(file, (first, form), b"fmt ")?;
    let tag = order.uint(format.get(..2)?);
    if tag != 0xFFFE {
        return None;
    }
    if format.get(32..40)? == B_FORMAT {
        return Some(Stated::BFormat(FUMA));
    }
    let channels = order.uint(format.get(2..4)?);
    Some(speakers(number_at(order, &format, 20)?, channels as u32))
}

/// What a mask of loudspeakers says. A row of ones that is no layout of its own says nothing: some
/// writers give one to any number of channels.
fn speakers(mask: u32, channels: u32) -> Stated {
    Stated::Speakers(match mask {
        0x33 | 0x603 => "quad",
        0x107 => "4.0 surround",
        0x37 | 0x607 => "5.0 surround",
        0x3F | 0x60F => "5.1 surround",
        0x13F | 0x70F => "6.1 surround",
        0xFF | 0x63F => "7.1 surround",
        _ if channels > 4 && mask.count_ones() == channels && mask & mask.wrapping_add(1) != 0 => {
            "surround"
        }
        _ => return Stated::Nothing,
    })
}

/// Apple's AudioChannelLayout: a number for a whole layout, or a mask, or a number for each channel.
fn core_audio(layout: &[u8]) -> Option<Stated> {
    let [tag, mask, count] = [0, 4, 8].map(|at| number_at(Order::Big, layout, at));
    let (tag, channels) = (tag? >> 16, tag? & 0xFFFF);
    Some(match tag {
        0 => return labels(layout.get(12..)?, count?),
        1 => speakers(mask?, mask?.count_ones()),
        107 => Stated::BFormat(FUMA),
        // ACN: W, Y, Z, X. In SN3D all are as loud; in N3D the velocities are louder by sqrt(3).
        190 if channels >= 4 => Stated::BFormat(acn(1.0)),
        191 if channels >= 4 => Stated::BFormat(acn(3.0_f32.sqrt().recip())),
        108 | 132 => Stated::Speakers("quad"),
        115 | 116 => Stated::Speakers("4.0 surround"),
        117..=120 => Stated::Speakers("5.0 surround"),
        121..=124 => Stated::Speakers("5.1 surround"),
        125 => Stated::Speakers("6.1 surround"),
        126..=128 => Stated::Speakers("7.1 surround"),
        _ => Stated::Nothing,
    })
}

fn acn(gain: f32) -> Ambisonic {
    Ambisonic {
        places: [0, 3, 1],
        gains: [1.0, gain, gain],
    }
}

/// A number for each channel: 200 to 202 are W, X and Y; up to 18 they are the bits of a mask.
fn labels(descriptions: &[u8], count: u32) -> Option<Stated> {
    let descriptions = descriptions.chunks_exact(20).take(count.min(64) as usize);
    let labels: Vec<u32> = descriptions
        .filter_map(|description| number_at(Order::Big, description, 0))
        .collect();
    let place = |label: u32| labels.iter().take(4).position(|other| *other == label);
    if let (Some(w), Some(x), Some(y)) = (place(200), place(201), place(202)) {
        return Some(Stated::BFormat(Ambisonic {
            places: [w, x, y],
            ..FUMA
        }));
    }
    let mask = labels.iter().try_fold(0, |mask, label| match label {
        1..=18 => Some(mask | 1 << (label - 1)),
        _ => None,
    });
    Some(speakers(mask?, labels.len() as u32))
}

/// The comment in which FLAC files carry the mask of a WAV. Without it four channels say nothing.
fn flac(file: &Window) -> Option<Stated> {
    let mut at = file.start.checked_add(4)?;
    for _ in 0..MAX_CHUNKS {
        let [kind, size @ ..] = file.array::<4>(at)?;
        let (start, size) = (at + 4, Order::Big.uint(&size));
        if kind & 0x7F == 4 {
            let mask = flac_mask(file, (start, start.checked_add(size)?))?;
            return Some(speakers(mask, mask.count_ones()));
        }
        if kind & 0x80 != 0 {
            return None;
        }
        at = start.checked_add(size)?;
    }
    None
}

/// The mask in a comment that begins and ends there. A comment may hold a picture, so it is read in
/// parts.
fn flac_mask(file: &Window, (start, end): (u64, u64)) -> Option<u32> {
    const KEY: &[u8] = b"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0X";
    // What may lie across the end of a part belongs to both.
    const OVERLAP: usize = KEY.len() + 8;
    for at in (start..end).step_by(PART_BYTES) {
        let left = usize::try_from(end - at).unwrap_or(usize::MAX);
        let part = file.bytes(at, left.min(PART_BYTES + OVERLAP));
        let mut texts = part.windows(KEY.len());
        if let Some(found) = texts.position(|text| text.eq_ignore_ascii_case(KEY)) {
            let digits = part.get(found + KEY.len()..)?.iter();
            let digits = digits.take_while(|byte| byte.is_ascii_hexdigit());
            let digits: String = digits.take(8).map(|byte| char::from(*byte)).collect();
            return u32::from_str_radix(&digits, 16).ok();
        }
        if part.len() < left.min(PART_BYTES) {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::container::chunks::W64_TAIL;

    fn stated(name: &str, bytes: &[u8]) -> Stated {
        super::stated(name, &Source::bytes(bytes.to_vec()))
    }

    const PCM: [u8; 8] = [0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

    fn number(order: Order, width: usize, value: u64) -> Vec<u8> {
        match order {
            Order::Little => value.to_le_bytes()[..width].to_vec(),
            Order::Big => value.to_be_bytes()[8 - width..].to_vec(),
        }
    }

    fn format(order: Order, mask: u32, guid: [u8; 8]) -> Vec<u8> {
        let fields = [
            (2, 0xFFFE),
            (2, 4),
            (4, 48_000),
            (4, 384_000),
            (2, 8),
            (2, 16),
            (2, 22),
            (2, 16),
            (4, u64::from(mask)),
            (4, 1),
            (4, 0x11D3_0721),
        ];
        let fields = fields.map(|(width, value)| number(order, width, value));
        [fields.concat(), guid.to_vec()].concat()
    }

    fn wave(kind: &[u8], mask: u32, guid: [u8; 8]) -> Vec<u8> {
        let order = match kind {
            b"RIFX" => Order::Big,
            _ => Order::Little,
        };
        let size = |bytes: usize| number(order, 4, bytes as u64);
        let body = format(order, mask, guid);
        // A chunk of an odd size comes first.
        let parts: [&[u8]; 9] = [
            kind,
            &size(100),
            b"WAVE",
            b"junk",
            &size(3),
            b"abc\0",
            b"fmt ",
            &size(body.len()),
            &body,
        ];
        parts.concat()
    }

    fn w64(mask: u32, guid: [u8; 8]) -> Vec<u8> {
        let body = format(Order::Little, mask, guid);
        let mut bytes = W64.to_vec();
        bytes.resize(40, 0);
        for (name, body) in [(b"junk", vec![0; 5]), (b"fmt ", body)] {
            bytes.extend(name);
            bytes.extend(W64_TAIL);
            bytes.extend((body.len() as u64 + 24).to_le_bytes());
            bytes.extend(&body);
            bytes.resize(bytes.len().next_multiple_of(8), 0);
        }
        bytes
    }

    fn core_audio_layout(tag: u32, mask: u32, labels: &[u32]) -> Vec<u8> {
        let mut layout = [tag, mask, labels.len() as u32]
            .map(u32::to_be_bytes)
            .concat();
        for label in labels {
            layout.extend(label.to_be_bytes());
            layout.extend([0; 16]);
        }
        layout
    }

    fn caf(layout: &[u8]) -> Vec<u8> {
        let mut bytes = b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20".to_vec();
        bytes.extend([0; 32]);
        bytes.extend(b"chan");
        bytes.extend((layout.len() as u64).to_be_bytes());
        bytes.extend(layout);
        bytes
    }

    fn aiff(layout: &[u8]) -> Vec<u8> {
        let mut bytes = b"FORM\0\0\0\x40AIFFCOMM\0\0\0\x12".to_vec();
        bytes.extend([0; 18]);
        bytes.extend(b"CHAN");
        bytes.extend((layout.len() as u32).to_be_bytes());
        bytes.extend(layout);
        bytes
    }

    #[test]
    fn every_kind_of_wave_says_what_it_is() {
        for kind in [b"RIFF", b"RIFX", b"RF64", b"BW64", b"riff"] {
            let make = |mask, guid| match kind {
                b"riff" => w64(mask, guid),
                kind => wave(kind, mask, guid),
            };
            let say = |mask, guid| stated("a.wav", &make(mask, guid));
            assert_eq!(say(0, B_FORMAT), Stated::BFormat(FUMA), "{kind:?}");
            assert_eq!(say(0x33, PCM), Stated::Speakers("quad"), "{kind:?}");
            assert_eq!(say(0x603, PCM), Stated::Speakers("quad"));
            assert_eq!(say(0x3F, PCM), Stated::Speakers("5.1 surround"));
            assert_eq!(say(0, PCM), Stated::Nothing);
            assert_eq!(say(0xF, PCM), Stated::Nothing, "four ones");
            let whole = make(0x33, PCM);
            // However it is cut, it is looked at without harm.
            for end in 0..whole.len() {
                let _ = stated("a.wav", &whole[..end]);
            }
        }
    }

    #[test]
    fn a_tag_in_front_is_passed_over_and_the_ending_counts() {
        let tagged = [b"ID3\x03\0\0\0\0\x01\x02".to_vec(), vec![0; 130]].concat();
        let tagged = [tagged, wave(b"RIFF", 0x33, PCM)].concat();
        assert_eq!(stated("a.wav", &tagged), Stated::Speakers("quad"));
        let plain = wave(b"RIFF", 0, PCM);
        assert_eq!(stated("a.AMB", &plain), Stated::BFormat(FUMA));
        assert_eq!(stated("amb", &plain), Stated::Nothing);
    }

    #[test]
    fn apple_layouts_are_read() {
        for container in [caf, aiff] {
            let say = |tag: u32, mask, labels: &[u32]| {
                stated("a.caf", &container(&core_audio_layout(tag, mask, labels)))
            };
            assert_eq!(say(108 << 16 | 4, 0, &[]), Stated::Speakers("quad"));
            assert_eq!(say(1 << 16, 0x33, &[]), Stated::Speakers("quad"));
            assert_eq!(say(0, 0, &[1, 2, 5, 6]), Stated::Speakers("quad"));
            assert_eq!(say(107 << 16 | 4, 0, &[]), Stated::BFormat(FUMA));
            let Stated::BFormat(labelled) = say(0, 0, &[200, 202, 203, 201]) else {
                panic!("W, Y, Z, X is B-format");
            };
            assert_eq!(labelled.places, [0, 3, 1]);
            assert_eq!(say(190 << 16 | 4, 0, &[]), Stated::BFormat(acn(1.0)));
            assert_eq!(say(100 << 16 | 1, 0, &[]), Stated::Nothing);
            assert_eq!(say(0, 0, &[u32::MAX]), Stated::Nothing);
        }
    }

    #[test]
    fn a_flac_carries_the_mask_in_a_comment() {
        let flac = |comment: &[u8]| {
            let mut bytes = b"fLaC\0\0\0\x22".to_vec();
            bytes.extend([0; 34]);
            bytes.push(0x84);
            bytes.extend(number(Order::Big, 3, comment.len() as u64));
            bytes.extend(comment);
            bytes
        };
        let say = |comment: &[u8]| stated("a.flac", &flac(comment));
        let quad = say(b"waveformatextensible_channel_mask=0x0033");
        assert_eq!(quad, Stated::Speakers("quad"));
        assert_eq!(
            say(b"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x"),
            Stated::Nothing
        );
        assert_eq!(say(b"TITLE=quad"), Stated::Nothing);
        // Behind a long text, and across the end of a part.
        for before in [PART_BYTES - 20, PART_BYTES + 20, 3 * PART_BYTES] {
            let mut comment = vec![b' '; before];
            comment.extend(b"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x33");
            assert_eq!(say(&comment), Stated::Speakers("quad"), "{before}");
        }
    }
}
