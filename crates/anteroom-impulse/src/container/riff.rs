//! The WAV family: RIFF, RIFX, RF64, BW64 and W64. Sources: Microsoft's "Multiple channel audio data
//! and WAVE files", EBU Tech 3306 (RF64), ITU-R BS.2088 (BW64), Sony's W64 as written by its tools.

use super::chunks::{Chunk, Extent, Form, MAX_CHUNKS};
use super::tags::strip;
use super::{
    BAD_WIDTH, Coded, Coding, Looked, NO_CHANNELS, NO_FORMAT, NO_SOUND_YET, Order, Part, Pcm,
    SILENT, Window,
};

/// The sixteen bytes that open a W64 file.
const W64_RIFF: [u8; 16] = *b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00";
/// More of a format chunk is not looked at, in bytes.
const MAX_FORMAT: usize = 4096;

/// A sound's place.
type Data = (u64, Extent);

/// What a WAV says about itself.
pub fn look(window: Window, head: &[u8; 4]) -> Looked {
    let kind = match head {
        b"RIFF" => "WAV",
        b"RIFX" => "RIFX",
        b"RF64" => "RF64",
        b"BW64" => "BW64",
        _ => "W64",
    };
    let order = if kind == "RIFX" {
        Order::Big
    } else {
        Order::Little
    };
    let wide = kind == "W64";
    if wide && window.array(window.start) != Some(W64_RIFF) {
        return Looked::Unknown;
    }
    let (name, first, form) = match wide {
        true => (24, 40, Form::W64),
        false => (8, 12, Form::Riff(order)),
    };
    match window.array(window.start + name) {
        Some(name) if &name == b"WAVE" || wide && &name == b"wave" => {}
        _ => return Looked::Wrong("it is a RIFF file, but not a WAVE"),
    }
    let mut at = window.start + first;
    let (mut format, mut fact, mut data, mut long_size) = (None, None, None, None);
    let mut is_empty = false;
    for _ in 0..MAX_CHUNKS {
        let Some(chunk) = form.chunk_at(&window, at) else {
            break;
        };
        match &chunk.id {
            b"ds64" => long_size = window.uint(chunk.start + 8, 8, order),
            b"fmt " => {
                format = Some(window.bytes(chunk.start, chunk.size.min(MAX_FORMAT as u64) as usize))
            }
            b"fact" => fact = window.array::<4>(chunk.start),
            b"data" if data.is_none() => {
                let claimed = claimed(&chunk, long_size);
                data = form
                    .extent(&window, chunk.start, claimed)
                    .map(|extent| (chunk.start, extent));
                is_empty |= data.is_none();
            }
            _ => {}
        }
        if data.is_some() && format.is_some() {
            break;
        }
        match form.after(&window, &chunk) {
            Some(next) => at = next,
            None => break,
        }
    }
    let (format, data) = match (format, data) {
        (Some(format), Some(data)) => (format, data),
        (None, Some(_)) => return NO_FORMAT,
        (None, None) if is_empty => return NO_FORMAT,
        (_, None) if is_empty => return SILENT,
        (_, None) => return NO_SOUND_YET,
    };
    told(&window, (kind, order), &format, fact, data)
}

/// The size of the sound: RF64 says it elsewhere where it does not fit.
fn claimed(chunk: &Chunk, long_size: Option<u64>) -> u64 {
    match long_size {
        Some(long) if chunk.size == u64::from(u32::MAX) || chunk.size == 0 => long,
        _ => chunk.size,
    }
}

/// From the format chunk to what is there.
fn told(
    window: &Window,
    (kind, order): (&'static str, Order),
    format: &[u8],
    fact: Option<[u8; 4]>,
    (start, extent): Data,
) -> Looked {
    const SHORT: Looked = Looked::Wrong("the format chunk is cut short");
    let field = |at: usize, length: usize| Some(order.uint(format.get(at..at + length)?));
    let (Some(tag), Some(channels), Some(rate), Some(align), Some(bits)) = (
        field(0, 2),
        field(2, 2),
        field(4, 4),
        field(12, 2),
        field(14, 2),
    ) else {
        return SHORT;
    };
    // WAVE_FORMAT_EXTENSIBLE names the true format in the first two bytes of its sub-format, and
    // the number of valid bits beside it. Those are the upper bits of each sample, so reading the
    // whole container gives the right level and nothing needs to be shifted.
    let extensible = tag == 0xFFFE;
    let tag = match (extensible, field(24, 2)) {
        (false, _) => tag,
        (true, Some(tag)) if format.len() >= 40 => tag,
        (true, _) => return SHORT,
    };
    if channels == 0 {
        return NO_CHANNELS;
    }
    let by_align = if align % channels == 0 {
        align / channels
    } else {
        0
    };
    let coding = match tag {
        1 => integer(bits, by_align, extensible).map(|width| match width {
            1 => Coding::Unsigned,
            width => Coding::Signed(width, order),
        }),
        3 => float(bits, by_align).map(|width| Coding::Float(width, order)),
        6 => Some(Coding::ALaw),
        7 => Some(Coding::MuLaw),
        _ => return coded(window, (kind, tag), format, fact, (start, extent)),
    };
    let Some(coding) = coding else {
        return BAD_WIDTH;
    };
    Looked::Pcm(Pcm {
        start,
        bytes: extent.bytes,
        coding,
        channels: channels as usize,
        rate: rate as u32,
        promised: extent.promised,
        kind,
    })
}

/// The bytes of an integer. The bits are believed before the block align, which many programs get
/// wrong; but 24 bits in blocks of four bytes are a custom of its own, older than the extensible
/// format, which has another way to say it.
fn integer(bits: u64, by_align: u64, extensible: bool) -> Option<usize> {
    match (bits.div_ceil(8), by_align) {
        (3, 4) if !extensible => Some(4),
        (by_bits @ (1..=4 | 8), _) => Some(by_bits as usize),
        (0, width @ (1..=4 | 8)) => Some(width as usize),
        _ => None,
    }
}

/// The bytes of a float.
fn float(bits: u64, by_align: u64) -> Option<usize> {
    match (bits, by_align) {
        (32, _) => Some(4),
        (64, _) => Some(8),
        (_, width @ (4 | 8)) => Some(width as usize),
        _ => None,
    }
}

/// A compressed sound: MPEG as the stream that it is, the rest as the plainest RIFF.
fn coded(
    window: &Window,
    (kind, tag): (&'static str, u64),
    format: &[u8],
    fact: Option<[u8; 4]>,
    (start, extent): Data,
) -> Looked {
    let closed = window.closed;
    if matches!(tag, 0x50 | 0x55) {
        let inner = Window {
            start,
            end: start + extent.bytes,
            ..*window
        };
        let kind = if tag == 0x55 {
            "WAV (MP3)"
        } else {
            "WAV (MPEG)"
        };
        return match super::mpeg::look(strip(inner)) {
            Looked::Coded(stream) => Looked::Coded(Coded {
                kind: Some(kind),
                ..stream
            }),
            _ => Looked::Wrong("there is no MPEG sound in it"),
        };
    }
    if kind == "RIFX" {
        return Looked::Wrong("it is compressed in a way that its format does not allow");
    }
    let chunk = |id: &[u8; 4], body: &[u8]| {
        let mut chunk = id.to_vec();
        chunk.extend((body.len() as u32).to_le_bytes());
        chunk.extend(body);
        chunk.resize(chunk.len().next_multiple_of(2), 0);
        chunk
    };
    let bytes = extent.bytes.min(u64::from(u32::MAX - (1 << 16)));
    let mut body = b"WAVE".to_vec();
    body.extend(chunk(b"fmt ", format));
    if let Some(fact) = fact {
        body.extend(chunk(b"fact", &fact));
    }
    body.extend(b"data");
    body.extend((bytes as u32).to_le_bytes());
    let mut header = b"RIFF".to_vec();
    header.extend((body.len() as u32 + bytes as u32).to_le_bytes());
    header.extend(body);
    Looked::Coded(Coded {
        parts: vec![Part::Made(header), Part::Taken(start, start + bytes)],
        closed,
        kind: None,
    })
}
