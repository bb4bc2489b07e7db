//! Sound files, byte by byte.

use anteroom_impulse::decode::{Decoded, from_bytes};

/// Frames of the sound that all files hold, if nothing else is said.
pub const FRAMES: usize = 2401;

/// A decaying noise of 24 bits, another one in each channel; the channels in turns.
pub fn sound(channels: usize) -> Vec<i32> {
    let mut state = 1u32;
    let sample = |n: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let decay = (-5.0 * (n / channels) as f64 / FRAMES as f64).exp();
        (f64::from(state as i32 >> 9) * decay) as i32
    };
    (0..FRAMES * channels).map(sample).collect()
}

/// The same with so many bits: the upper ones.
pub fn with_bits(samples: &[i32], bits: u32) -> Vec<i32> {
    let change = |sample: &i32| {
        if bits > 24 {
            sample << (bits - 24)
        } else {
            sample >> (24 - bits)
        }
    };
    samples.iter().map(change).collect()
}

/// Samples of so many bits as what they should be read as, by channel.
pub fn unit(samples: &[i32], bits: u32, channels: usize) -> Vec<Vec<f32>> {
    let scale = (1i64 << (bits - 1)) as f64;
    let value = |sample: &i32| (f64::from(*sample) / scale) as f32;
    let row = |place| {
        samples
            .iter()
            .skip(place)
            .step_by(channels)
            .map(value)
            .collect()
    };
    (0..channels).map(row).collect()
}

/// Which byte of a number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Little,
    Big,
}
pub use Order::{Big, Little};

impl Order {
    /// The lower `length` bytes of a number.
    pub fn bytes(self, number: u64, length: usize) -> Vec<u8> {
        match self {
            Little => number.to_le_bytes()[..length].to_vec(),
            Big => number.to_be_bytes()[8 - length..].to_vec(),
        }
    }

    /// Samples of `width` bytes.
    pub fn samples(self, samples: &[i32], width: usize) -> Vec<u8> {
        let bytes = |sample: &i32| self.bytes(i64::from(*sample) as u64, width);
        samples.iter().flat_map(bytes).collect()
    }
}

/// The sound as 16 bits in two channels: in bytes, and as it should be read.
pub fn stereo(order: Order) -> (Vec<u8>, Vec<Vec<f32>>) {
    let samples = with_bits(&sound(2), 16);
    (order.samples(&samples, 2), unit(&samples, 16, 2))
}

/// A chunk of the RIFF kind; `size` is what it claims, if that is not true.
pub fn chunk(order: Order, id: &[u8; 4], body: &[u8], size: Option<u32>) -> Vec<u8> {
    let size = size.map_or(body.len() as u64, u64::from);
    let mut chunk = [&id[..], &order.bytes(size, 4), body].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// A RIFF or AIFF of chunks.
pub fn form(order: Order, id: &[u8; 4], kind: &[u8; 4], chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = [kind.to_vec(), chunks.concat()].concat();
    chunk(order, id, &body, None)
}

/// What a WAV says of its samples.
#[derive(Clone, Copy)]
pub struct Format {
    pub tag: u64,
    pub channels: u64,
    pub align: u64,
    pub bits: u64,
}

impl Format {
    /// Two channels of 16 bits.
    pub const STEREO: Self = Self {
        tag: 1,
        channels: 2,
        align: 4,
        bits: 16,
    };

    /// The chunk; `more` follows the sixteen bytes.
    pub fn chunk(self, order: Order, more: &[u8]) -> Vec<u8> {
        let fields = [
            (self.tag, 2),
            (self.channels, 2),
            (48_000, 4),
            (48_000 * self.align, 4),
            (self.align, 2),
            (self.bits, 2),
        ];
        let fields = fields.map(|(value, length)| order.bytes(value, length));
        chunk(order, b"fmt ", &[&fields.concat(), more].concat(), None)
    }
}

/// A WAV of two channels of 16 bits, made of these chunks behind its format.
pub fn wav(chunks: &[Vec<u8>]) -> Vec<u8> {
    let format = Format::STEREO.chunk(Little, &[]);
    form(
        Little,
        b"RIFF",
        b"WAVE",
        &[vec![format], chunks.to_vec()].concat(),
    )
}

/// A plain WAV.
pub fn plain_wav() -> Vec<u8> {
    wav(&[chunk(Little, b"data", &stereo(Little).0, None)])
}

/// The common chunk of an AIFF, or with the name of a coding an AIFC.
pub fn common(coding: Option<&[u8; 4]>, (channels, frames, bits): (u64, usize, u64)) -> Vec<u8> {
    let mut body = [
        Big.bytes(channels, 2),
        Big.bytes(frames as u64, 4),
        Big.bytes(bits, 2),
    ]
    .concat();
    // 48000 as an 80-bit float.
    body.extend(b"\x40\x0E\xBB\x80\0\0\0\0\0\0");
    if let Some(coding) = coding {
        body.extend(coding);
        body.extend([0, 0]);
    }
    chunk(Big, b"COMM", &body, None)
}

/// The sound chunk of an AIFF, with an offset before its samples.
pub fn sound_chunk(data: &[u8], size: Option<u32>, offset: usize) -> Vec<u8> {
    let head = [
        Big.bytes(offset as u64, 4),
        Big.bytes(0, 4),
        vec![0x55; offset],
    ]
    .concat();
    chunk(Big, b"SSND", &[&head, data].concat(), size)
}

/// An AIFF of two channels of 16 bits.
pub fn plain_aiff() -> Vec<u8> {
    let data = stereo(Big).0;
    let chunks = [common(None, (2, FRAMES, 16)), sound_chunk(&data, None, 0)];
    form(Big, b"FORM", b"AIFF", &chunks)
}

/// What a CAF says of its samples.
pub struct Described<'a> {
    pub coding: &'a [u8; 4],
    pub flags: u64,
    pub channels: u64,
    /// Bytes of a packet.
    pub packet: u64,
    pub bits: u64,
}

/// A CAF; `size` is what its data claims, if that is not true, and `more` is behind it.
pub fn caf(about: &Described, data: &[u8], size: Option<i64>, more: &[u8]) -> Vec<u8> {
    let mut bytes = b"caff\0\x01\0\0desc".to_vec();
    bytes.extend(Big.bytes(32, 8));
    bytes.extend(48_000f64.to_be_bytes());
    bytes.extend(about.coding);
    for field in [about.flags, about.packet, 1, about.channels, about.bits] {
        bytes.extend(Big.bytes(field, 4));
    }
    bytes.extend(b"data");
    bytes.extend(size.unwrap_or(data.len() as i64 + 4).to_be_bytes());
    bytes.extend([0; 4]);
    bytes.extend(data);
    bytes.extend(more);
    bytes
}

/// Two channels of 16 bits.
pub const CAF_STEREO: Described<'static> = Described {
    coding: b"lpcm",
    flags: 0,
    channels: 2,
    packet: 4,
    bits: 16,
};

/// A CAF of two channels of 16 bits.
pub fn plain_caf() -> Vec<u8> {
    caf(&CAF_STEREO, &stereo(Big).0, None, &[])
}

/// A W64 chunk: a GUID, a size that counts itself, and padding to eight bytes.
fn w64_chunk(id: &[u8; 4], body: &[u8], size: Option<u64>) -> Vec<u8> {
    let tail = b"\xF3\xAC\xD3\x11\x8C\xD1\x00\xC0\x4F\x8E\xDB\x8A";
    let size = size.unwrap_or(body.len() as u64 + 24);
    let mut chunk = [&id[..], tail, &size.to_le_bytes(), body].concat();
    chunk.resize(chunk.len().next_multiple_of(8), 0);
    chunk
}

/// A W64; `size` is what its data claims, if that is not true.
pub fn w64(size: Option<u64>) -> Vec<u8> {
    let format = &Format::STEREO.chunk(Little, &[])[8..];
    let kind = w64_chunk(b"wave", &[], None);
    let mut bytes = b"riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00".to_vec();
    bytes.extend(10_000u64.to_le_bytes());
    bytes.extend(&kind[..16]);
    bytes.extend(w64_chunk(b"fmt ", format, None));
    bytes.extend(w64_chunk(b"data", &stereo(Little).0, size));
    bytes
}

/// A FLAC of so many frames, in blocks of some thousand. Its smallest block is its largest, as the
/// format has it: the last one does not count.
pub fn flac(frames: usize) -> Vec<u8> {
    let samples = with_bits(&sound(2), 16);
    let samples: Vec<i32> = samples.into_iter().cycle().take(2 * frames).collect();
    let mut bytes = crate::flac::flac(&samples, 2, 48_000);
    bytes.copy_within(10..12, 8);
    bytes
}

/// One of the small files that the decoding fuzzer starts from.
pub fn seed(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/decode/");
    std::fs::read(format!("{folder}{name}")).expect("a seed of the fuzzer")
}

/// What is in a file that can be read.
pub fn read(name: &str, bytes: Vec<u8>) -> Decoded {
    match from_bytes(name, bytes) {
        Ok(decoded) => decoded,
        Err(error) => panic!("{error}"),
    }
}

/// Asserts that a file holds these samples, and that nothing had to be said about it.
pub fn holds(name: &str, bytes: Vec<u8>, channels: &[Vec<f32>]) {
    let decoded = read(name, bytes);
    let frames = decoded.impulse.frames();
    assert_eq!(decoded.impulse.channels.len(), channels.len(), "{name}");
    assert_eq!(frames, channels[0].len(), "{name}");
    assert!(
        decoded.impulse.channels == channels,
        "{name}: other samples"
    );
    assert_eq!(decoded.impulse.rate, 48_000, "{name}");
    assert!(decoded.notes.is_empty(), "{name}: {:?}", decoded.notes);
}
