//! CAF. Source: Apple's "Core Audio Format Specification" 1.0.

use super::chunks::{Form, MAX_CHUNKS};
use super::{
    BAD_WIDTH, Coded, Coding, Looked, NO_CHANNELS, NO_FORMAT, NO_SOUND_YET, Order, Part, Pcm,
    SILENT, Window,
};

/// The decoder makes 32 bytes of every byte of a packet table: one of this length, in bytes, is
/// enough for hours.
const MAX_PACKET_TABLE: u64 = 1 << 20;
/// What a codec needs to know, in bytes at most.
const MAX_COOKIE: u64 = 64 << 10;
/// `kCAFLinearPCMFormatFlagIsFloat`, and `kCAFLinearPCMFormatFlagIsLittleEndian`.
const IS_FLOAT: u64 = 1;
const IS_LITTLE: u64 = 2;

/// The description chunk, and what of the other chunks a decoder needs.
pub struct Described {
    pub description: [u8; 32],
    /// Whole chunks.
    pub others: Vec<u8>,
}

impl Described {
    /// Apple's ADPCM: 34 bytes of each channel are 64 samples.
    pub fn ima4(rate: u32, channels: u32) -> Self {
        let mut description = [0; 32];
        description[..8].copy_from_slice(&f64::from(rate).to_be_bytes());
        description[8..12].copy_from_slice(b"ima4");
        description[16..20].copy_from_slice(&channels.saturating_mul(34).to_be_bytes());
        description[20..24].copy_from_slice(&64u32.to_be_bytes());
        description[24..28].copy_from_slice(&channels.to_be_bytes());
        Self {
            description,
            others: Vec::new(),
        }
    }

    fn field(&self, at: usize) -> u64 {
        Order::Big.uint(&self.description[at..at + 4])
    }
}

/// What a CAF says about itself.
pub fn look(window: Window) -> Looked {
    let mut at = window.start + 8;
    let (mut description, mut data) = (None, None);
    let mut others = Vec::new();
    let mut is_empty = false;
    for _ in 0..MAX_CHUNKS {
        let Some(chunk) = Form::Caf.chunk_at(&window, at) else {
            break;
        };
        // A negative size is one that was left open.
        let claimed = if chunk.size > i64::MAX as u64 {
            0
        } else {
            chunk.size
        };
        match &chunk.id {
            b"desc" => description = window.array(chunk.start),
            b"pakt" if claimed > MAX_PACKET_TABLE => {
                return Looked::Wrong("its packet table is too large");
            }
            b"kuki" if claimed > MAX_COOKIE => return Looked::Wrong("its codec data is too large"),
            b"pakt" | b"kuki" => {
                others.extend(chunk.id);
                others.extend(claimed.to_be_bytes());
                others.extend(window.bytes(chunk.start, claimed as usize));
            }
            b"data" if data.is_none() => {
                // The samples begin after a count of edits.
                let start = chunk.start + 4;
                data = Form::Caf
                    .extent(&window, start, claimed.saturating_sub(4))
                    .map(|extent| (start, extent));
                is_empty |= data.is_none();
            }
            _ => {}
        }
        if chunk.size > i64::MAX as u64 {
            break;
        }
        match Form::Caf.after(&window, &chunk) {
            Some(next) => at = next,
            None => break,
        }
    }
    let Some(description) = description else {
        return NO_FORMAT;
    };
    let Some((start, extent)) = data else {
        return if is_empty { SILENT } else { NO_SOUND_YET };
    };
    let described = Described {
        description,
        others,
    };
    let (flags, channels, bits) = (
        described.field(12),
        described.field(24) as usize,
        described.field(28),
    );
    if channels == 0 {
        return NO_CHANNELS;
    }
    let coding = match &description[8..12] {
        b"lpcm" => linear(flags, (described.field(16) as usize, channels), bits),
        b"alaw" => Some(Coding::ALaw),
        b"ulaw" => Some(Coding::MuLaw),
        _ => return stream(&window, &described, (start, extent.bytes), None),
    };
    let Some(coding) = coding else {
        return BAD_WIDTH;
    };
    let rate = f64::from_bits(Order::Big.uint(&description[..8]));
    Looked::Pcm(Pcm {
        start,
        bytes: extent.bytes,
        coding,
        channels,
        rate: rate as u32,
        promised: extent.promised,
        kind: "CAF",
    })
}

/// Samples that are not compressed: in packets of one frame, of so many bytes and channels. Where
/// the packets have room for more than the bits need, the bits are the upper ones.
fn linear(flags: u64, (packet, channels): (usize, usize), bits: u64) -> Option<Coding> {
    let order = match flags & IS_LITTLE != 0 {
        true => Order::Little,
        false => Order::Big,
    };
    let by_packet = if packet % channels == 0 {
        packet / channels
    } else {
        0
    };
    let by_bits = bits.div_ceil(8) as usize;
    let width = if by_packet >= by_bits.max(1) {
        by_packet
    } else {
        by_bits
    };
    match (flags & IS_FLOAT != 0, width) {
        (true, 4 | 8) => Some(Coding::Float(width, order)),
        (false, 1..=4 | 8) => Some(Coding::Signed(width, order)),
        _ => None,
    }
}

/// A stream that says the same as the file, its sound last. The decoder has to know where it ends.
pub fn stream(
    window: &Window,
    described: &Described,
    (start, bytes): (u64, u64),
    kind: Option<&'static str>,
) -> Looked {
    if !window.closed {
        return Looked::Wrong("it is compressed, and too long for a pipe");
    }
    let mut head = b"caff\0\x01\0\0desc".to_vec();
    head.extend(32u64.to_be_bytes());
    head.extend(described.description);
    head.extend(&described.others);
    head.extend(b"data");
    head.extend(bytes.saturating_add(4).to_be_bytes());
    head.extend([0; 4]);
    Looked::Coded(Coded {
        parts: vec![
            Part::Made(head),
            Part::Taken(start, start.saturating_add(bytes)),
        ],
        closed: window.closed,
        kind,
    })
}
