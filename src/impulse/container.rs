//! The WAV family before decoding: RIFF, RF64, BW64 and W64 are read here and handed on as the
//! plainest RIFF that says the same, so that one decoder reads them all.
//!
//! Off the audio thread. Headers lie: sizes are checked against the bytes that are there, and the
//! caller learns how many frames were promised. Sources: Microsoft's "Multiple channel audio data
//! and WAVE files", EBU Tech 3306 (RF64), Sony's W64 as written by its tools.

/// The sixteen bytes that open a W64 file.
const W64_RIFF: [u8; 16] = *b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00";
/// What every other W64 chunk name ends with, after its four letters.
const W64_TAIL: [u8; 12] = *b"\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A";
/// Sizes from here up are placeholders of programs that write to a pipe.
const PLACEHOLDER: u64 = 0x7FFF_0000;

/// A WAV file with an honest header.
#[derive(Debug)]
pub(super) struct Plain {
    /// A RIFF file with `fmt ` and `data` only.
    pub bytes: Vec<u8>,
    /// How many frames the header promised; `None` where it left that open.
    pub promised: Option<u64>,
    /// How many whole frames are there.
    pub present: u64,
    /// How the file called itself.
    pub kind: &'static str,
}

/// What became of the bytes.
#[derive(Debug)]
pub(super) enum Looked {
    /// A WAV of integers or floats, made plain.
    Plain(Plain),
    /// Another format, or a WAV with a codec of its own: for the decoder to judge.
    Other(Vec<u8>),
    /// A WAV that can not be right.
    Wrong(&'static str),
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(
        bytes.get(at..at.checked_add(2)?)?.try_into().ok()?,
    ))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(
        bytes.get(at..at.checked_add(4)?)?.try_into().ok()?,
    ))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(
        bytes.get(at..at.checked_add(8)?)?.try_into().ok()?,
    ))
}

/// One chunk: its four letters, where its body starts, and the size that it claims.
struct Chunk {
    id: [u8; 4],
    start: usize,
    size: u64,
}

/// Reads the chunk header at `at`; `wide` is W64's form.
fn chunk_at(bytes: &[u8], at: usize, wide: bool) -> Option<Chunk> {
    let id: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    if !wide {
        let size = u64::from(u32_at(bytes, at + 4)?);
        return Some(Chunk {
            id,
            start: at + 8,
            size,
        });
    }
    if bytes.get(at + 4..at + 16)? != W64_TAIL {
        return None;
    }
    // W64 counts the header into the size.
    let size = u64_at(bytes, at + 16)?.checked_sub(24)?;
    Some(Chunk {
        id,
        start: at + 24,
        size,
    })
}

/// Makes a WAV plain; passes everything else on.
pub(super) fn look(bytes: Vec<u8>) -> Looked {
    let wide = bytes.starts_with(&W64_RIFF);
    let kind = match bytes.get(..4) {
        _ if wide => "W64",
        Some(b"RIFF") => "WAV",
        Some(b"RF64") => "RF64",
        Some(b"BW64") => "BW64",
        _ => return Looked::Other(bytes),
    };
    let (form, first) = if wide { (24, 40) } else { (8, 12) };
    let is_wave = match bytes.get(form..form + 4) {
        Some(b"WAVE") => true,
        Some(b"wave") => wide,
        _ => false,
    };
    if !is_wave {
        return Looked::Wrong("it is a RIFF file, but not a WAVE");
    }
    let mut at = first;
    let (mut format, mut long_size) = (None, None);
    while let Some(chunk) = chunk_at(&bytes, at, wide) {
        match &chunk.id {
            b"ds64" => long_size = u64_at(&bytes, chunk.start + 8),
            b"fmt " => format = Some((chunk.start, chunk.size)),
            b"data" => {
                let Some((start, size)) = format else {
                    return Looked::Wrong("the format chunk is missing");
                };
                let claimed = match long_size {
                    Some(long) if chunk.size == u64::from(u32::MAX) => long,
                    _ => chunk.size,
                };
                return plain(bytes, kind, (start, size), (chunk.start, claimed));
            }
            _ => {}
        }
        let align = if wide { 8 } else { 2 };
        let next = chunk.size.checked_next_multiple_of(align);
        let next = next.and_then(|size| usize::try_from(size).ok());
        match next.and_then(|size| chunk.start.checked_add(size)) {
            Some(next) => at = next,
            None => break,
        }
    }
    Looked::Wrong("it ends before any sound begins")
}

/// Rebuilds the file from its format and data chunks.
fn plain(bytes: Vec<u8>, kind: &'static str, format: (usize, u64), data: (usize, u64)) -> Looked {
    const SHORT: Looked = Looked::Wrong("the format chunk is cut short");
    let (at, size) = format;
    if size < 16 {
        return SHORT;
    }
    let (Some(tag), Some(channels), Some(rate), Some(align)) = (
        u16_at(&bytes, at),
        u16_at(&bytes, at + 2),
        u32_at(&bytes, at + 4),
        u16_at(&bytes, at + 12),
    ) else {
        return SHORT;
    };
    // WAVE_FORMAT_EXTENSIBLE names the true format in the first two bytes of its sub-format, and
    // the number of valid bits beside it. Those are the upper bits of each sample, so reading the
    // whole container gives the right level and nothing needs to be shifted.
    let tag = match tag {
        0xFFFE if size >= 40 => match u16_at(&bytes, at + 24) {
            Some(tag) => tag,
            None => return SHORT,
        },
        0xFFFE => return SHORT,
        tag => tag,
    };
    let width = align.checked_div(channels).unwrap_or(0);
    match (tag, width) {
        _ if channels == 0 => return Looked::Wrong("it has no channels"),
        (1, 1..=4) | (3, 4 | 8) if align % channels == 0 => {}
        (1 | 3, _) => return Looked::Wrong("the sample size makes no sense"),
        // Compressed kinds have frames of their own; the decoder reads them as they are.
        _ if kind == "WAV" => return Looked::Other(bytes),
        _ => return Looked::Wrong("it is compressed in a way that its format does not allow"),
    }
    let (start, claimed) = data;
    let frame = u64::from(align);
    let left = bytes.len().saturating_sub(start) as u64;
    let open = claimed >= PLACEHOLDER && claimed > left || claimed == 0 && left > 0;
    let present = if open { left } else { claimed.min(left) } / frame;
    let length = present * frame;
    let Ok(length_u32) = u32::try_from(length + 36) else {
        return Looked::Wrong("it is larger than 4 GiB");
    };
    let mut out = Vec::with_capacity(length as usize + 44);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&length_u32.to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    out.extend_from_slice(&tag.to_le_bytes());
    out.extend_from_slice(&channels.to_le_bytes());
    out.extend_from_slice(&rate.to_le_bytes());
    out.extend_from_slice(&rate.wrapping_mul(u32::from(align)).to_le_bytes());
    out.extend_from_slice(&align.to_le_bytes());
    out.extend_from_slice(&(width * 8).to_le_bytes());
    out.extend_from_slice(b"data");
    out.extend_from_slice(&(length_u32 - 36).to_le_bytes());
    out.extend(bytes.iter().skip(start).take(length as usize));
    Looked::Plain(Plain {
        bytes: out,
        promised: (!open).then_some(claimed / frame),
        present,
        kind,
    })
}
