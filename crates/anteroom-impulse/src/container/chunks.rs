//! Chunks, as most containers are made of: a name, a size, and so many bytes.

use super::{Order, Window};

/// More chunks than this are not walked through: a file of nothing but empty ones has no end in sight.
pub const MAX_CHUNKS: usize = 10_000;
/// Sizes from here up are placeholders of programs that write to a pipe.
const PLACEHOLDER: u64 = 0x7FFF_0000;
/// What every W64 chunk name but the first ends with, after its four letters.
pub const W64_TAIL: [u8; 12] = *b"\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A";
/// How far from the end chunks are looked for that follow a sound of unknown length, in bytes.
const TRAIL_BYTES: u64 = 64 << 10;

/// The names of chunks that follow sounds.
const KNOWN: [&[u8; 4]; 40] = [
    b"LIST", b"list", b"INFO", b"id3 ", b"ID3 ", b"bext", b"iXML", b"cue ", b"plst", b"labl",
    b"note", b"ltxt", b"fact", b"smpl", b"inst", b"PEAK", b"JUNK", b"junk", b"PAD ", b"FLLR",
    b"acid", b"_PMX", b"chna", b"axml", b"minf", b"elm1", b"elmo", b"regn", b"umid", b"DGDA",
    b"DISP", b"afsp", b"cart", b"ANNO", b"NAME", b"MARK", b"INST", b"APPL", b"COMT", b"free",
];

/// How the header of a chunk is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// F32x4 letters and 32 bits; sizes are padded to even.
    Riff(Order),
    /// A GUID and 64 bits, which count the header; padded to eight.
    W64,
    /// F32x4 letters and 64 bits, not padded.
    Caf,
}

/// One chunk: its four letters, where its body starts, and the size that it claims.
#[derive(Clone, Copy, Debug)]
pub struct Chunk {
    pub id: [u8; 4],
    pub start: u64,
    pub size: u64,
}

impl Form {
    /// The chunk at this position.
    pub fn chunk_at(self, window: &Window, at: u64) -> Option<Chunk> {
        match self {
            Self::Riff(order) => {
                let head: [u8; 8] = window.array(at)?;
                let (id, size) = head.split_first_chunk()?;
                Some(Chunk {
                    id: *id,
                    start: at + 8,
                    size: order.uint(size),
                })
            }
            Self::W64 => {
                let head: [u8; 24] = window.array(at)?;
                let (id, rest) = head.split_first_chunk()?;
                let size = Order::Little.uint(rest.strip_prefix(&W64_TAIL)?);
                Some(Chunk {
                    id: *id,
                    start: at + 24,
                    size: size.saturating_sub(24),
                })
            }
            Self::Caf => {
                let head: [u8; 12] = window.array(at)?;
                let (id, size) = head.split_first_chunk()?;
                Some(Chunk {
                    id: *id,
                    start: at + 12,
                    size: Order::Big.uint(size),
                })
            }
        }
    }

    /// Where the next chunk begins. Some programs forget to pad an odd size.
    pub fn after(self, window: &Window, chunk: &Chunk) -> Option<u64> {
        let align = match self {
            Self::Riff(_) => 2,
            Self::W64 => 8,
            Self::Caf => 1,
        };
        let padded = chunk
            .start
            .checked_add(chunk.size.checked_next_multiple_of(align)?)?;
        let tight = chunk.start + chunk.size;
        let named = |at| window.array(at).is_some_and(|id| is_name(&id));
        let forgotten = tight < padded && !named(padded) && named(tight);
        Some(if forgotten { tight } else { padded })
    }

    /// Whether a chunk begins here, and not a sound: one whose name is known, or a row of them that
    /// ends where the file does.
    pub fn follows(self, window: &Window, at: u64) -> bool {
        let first = self.chunk_at(window, at);
        first.is_some_and(|chunk| KNOWN.contains(&&chunk.id)) || self.is_row(window, at)
    }

    /// Whether a row of chunks begins here that ends where the file does.
    fn is_row(self, window: &Window, mut at: u64) -> bool {
        for _ in 0..MAX_CHUNKS {
            let Some(chunk) = self.chunk_at(window, at) else {
                return false;
            };
            if !is_name(&chunk.id) || chunk.size > window.end.saturating_sub(chunk.start) {
                return false;
            }
            match self.after(window, &chunk) {
                Some(next) if next < window.end => at = next,
                _ => return true,
            }
        }
        false
    }

    /// How much sound there is from `start` on, where its chunk claims a size. `None` if there is none:
    /// another chunk follows at once, or nothing.
    pub fn extent(self, window: &Window, start: u64, claimed: u64) -> Option<Extent> {
        let left = window.end.saturating_sub(start);
        if left == 0 || claimed == 0 && self.follows(window, start) {
            return None;
        }
        // Programs that write to a pipe, or that were stopped, leave the size open.
        let open = claimed == 0 || claimed >= PLACEHOLDER && claimed > left || !window.closed;
        let there = match claimed {
            0 => left,
            claimed => claimed.min(left),
        };
        // Nothing says where such a sound ends, but it ends before the chunks behind it.
        let there = match (open || claimed > left) && window.closed {
            true => there.min(self.trail(window, start) - start),
            false => there,
        };
        Some(Extent {
            bytes: there,
            promised: (!open).then_some(claimed),
        })
    }

    /// Where the chunks begin that the file ends with, or its end.
    fn trail(self, window: &Window, start: u64) -> u64 {
        let from = start.max(window.end.saturating_sub(TRAIL_BYTES));
        let tail = window.bytes(from, TRAIL_BYTES as usize);
        let names = tail.windows(4).enumerate();
        let mut found = names.filter(|(_, name)| KNOWN.iter().any(|known| known[..] == **name));
        found
            .find(|(at, _)| self.is_row(window, from + *at as u64))
            .map_or(window.end, |(at, _)| from + at as u64)
    }
}

/// How much sound there is, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    pub bytes: u64,
    /// How much was promised; `None` where that was left open.
    pub promised: Option<u64>,
}

/// Whether four bytes are letters, digits, signs or spaces.
fn is_name(id: &[u8; 4]) -> bool {
    id.iter().all(|byte| (0x20..0x7F).contains(byte))
}
