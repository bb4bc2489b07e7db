//! FLAC: the stream information and the frames, and nothing between them. Source: RFC 9639.
//!
//! Pictures and comments are passed over unread. The decoder is told of block sizes that fit the
//! first frame, because it finds no frame where they do not; and that the stream ends with its last
//! frame, because it takes what follows for a part of it.

use super::{Coded, Looked, Order, Part, Window};

/// More blocks of metadata than this are not walked through.
const MAX_BLOCKS: usize = 10_000;
/// The longest header of a frame, in bytes.
const MAX_HEADER: usize = 16;
/// How far from the end the last frame is looked for, in bytes: first there, then further.
const TAILS: [u64; 2] = [64 << 10, 4 << 20];

/// What a FLAC says about itself.
pub fn look(window: Window) -> Looked {
    let mut at = window.start + 4;
    let mut info: Option<[u8; 34]> = None;
    for _ in 0..MAX_BLOCKS {
        let Some(head) = window.array::<4>(at) else {
            return Looked::Wrong("it ends before any sound begins");
        };
        if head[0] & 0x7F == 0 && info.is_none() {
            info = window.array(at + 4);
        }
        at += 4 + Order::Big.uint(&head[1..]);
        if head[0] & 0x80 != 0 {
            break;
        }
    }
    let Some(mut info) = info else {
        return Looked::Wrong("its stream information is missing");
    };
    let first = Header::of(&window.bytes(at, MAX_HEADER));
    let end = match &first {
        Some(first) if window.closed => end_of_frames(&window, at, first),
        _ => window.end,
    };
    if let Some(first) = first {
        adapt(&mut info, &first);
    }
    let mut head = b"fLaC\x80\0\0\x22".to_vec();
    head.extend(info);
    Looked::Coded(Coded {
        parts: vec![Part::Made(head), Part::Taken(at.min(end), end)],
        closed: window.closed,
        kind: None,
    })
}

/// Makes the sizes of blocks those of a stream that begins with this frame, and leaves the sizes of
/// frames open.
fn adapt(info: &mut [u8; 34], first: &Header) {
    let most = Order::Big.uint(&info[2..4]) as u16;
    let (least, most) = match first.is_fixed {
        true => {
            let size = most.max(first.block).max(16);
            (size, size)
        }
        false if most <= 16 => (16, u16::MAX),
        false => (16, most),
    };
    info[..2].copy_from_slice(&least.to_be_bytes());
    info[2..4].copy_from_slice(&most.to_be_bytes());
    info[4..10].fill(0);
}

/// What the header of a frame says.
#[derive(Debug, PartialEq, Eq)]
struct Header {
    /// Whether all blocks of the stream but the last have one size.
    is_fixed: bool,
    /// Samples of each channel.
    block: u16,
    /// One for a channel or for each pair of them, and the code of the bits.
    bits: u8,
    channels: u8,
    /// In bytes.
    length: usize,
}

impl Header {
    /// The header that these bytes begin with, if its check sum is right.
    fn of(bytes: &[u8]) -> Option<Self> {
        let &[0xFF, second, sizes, layout, number, ..] = bytes else {
            return None;
        };
        if second & 0xFE != 0xF8 || layout & 1 != 0 {
            return None;
        }
        let more = match number.leading_ones() as usize {
            0 => 0,
            ones @ 2..=7 => ones - 1,
            _ => return None,
        };
        let mut length = 5 + more;
        let mut extra = |count: usize| {
            let value = bytes
                .get(length..length + count)
                .map(|bytes| Order::Big.uint(bytes));
            length += count;
            value
        };
        let block = match sizes >> 4 {
            0 => return None,
            1 => 192,
            code @ 2..=5 => 576 << (code - 2),
            6 => extra(1)? + 1,
            7 => extra(2)? + 1,
            code => 256 << (code - 8),
        };
        match sizes & 15 {
            12 => extra(1)?,
            13 | 14 => extra(2)?,
            15 => return None,
            _ => 0,
        };
        let sum = bytes.get(..length)?.iter().fold(0u8, |sum, byte| {
            (0..8).fold(sum ^ byte, |sum, _| {
                sum << 1 ^ if sum & 0x80 != 0 { 7 } else { 0 }
            })
        });
        (bytes.get(length) == Some(&sum)).then_some(Self {
            is_fixed: second & 1 == 0,
            block: block.min(u64::from(u16::MAX)) as u16,
            bits: layout >> 1 & 7,
            channels: match layout >> 4 {
                8..=10 => 1,
                channels => channels,
            },
            length: length + 1,
        })
    }

    /// Whether the other can be in the same stream.
    fn fits(&self, other: &Self) -> bool {
        (self.is_fixed, self.bits, self.channels) == (other.is_fixed, other.bits, other.channels)
    }
}

/// Where the last frame ends: its check sum says so. Where none is found, where the window ends.
fn end_of_frames(window: &Window, first_at: u64, first: &Header) -> u64 {
    for most in TAILS {
        let from = first_at.max(window.end.saturating_sub(most));
        let tail = window.bytes(from, most as usize);
        let last = (0..tail.len()).rev().find_map(|at| {
            let rest = tail.get(at..)?;
            let header = Header::of(rest.get(..MAX_HEADER).unwrap_or(rest))?;
            header.fits(first).then_some((at, header.length))
        });
        if let Some((at, length)) = last {
            let frame = tail.get(at..).unwrap_or_default();
            return match end_of_frame(frame, length) {
                Some(length) => from + at as u64 + length as u64,
                None => window.end,
            };
        }
    }
    window.end
}

/// The length of the frame that these bytes begin with. With its check sum behind it, the sum of a
/// frame is zero; that may happen within it, so the last such place counts.
fn end_of_frame(bytes: &[u8], header: usize) -> Option<usize> {
    let (mut sum, mut end) = (0u16, None);
    for (at, &byte) in bytes.iter().enumerate() {
        let before = sum;
        sum = (0..8).fold(sum ^ u16::from(byte) << 8, |sum, _| {
            sum << 1 ^ if sum & 0x8000 != 0 { 0x8005 } else { 0 }
        });
        if sum == 0 && before != 0 && at > header {
            end = Some(at + 1);
        }
    }
    end
}
