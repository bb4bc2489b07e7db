//! Containers, read before any decoder sees them: headers lie, so what they say is held against the
//! bytes that are there.
//!
//! Off the audio thread. What is stored as plain samples is found here and decoded by
//! [`decode`](super::decode) itself; for everything else a decoder gets a stream that says what the
//! file says, in the plainest way. Nothing is copied but a few hundred bytes of header.
//!
//! `riff` is the WAV family; `aiff`, `caf`, `au`, `flac` and `mpeg` are the others. `chunks` is what most are made of,
//! `tags` what stands around a file. `docs/adding-a-format.md` shows how one is added.

use super::source::Source;

mod aiff;
mod au;
mod caf;
pub(super) mod chunks;
mod flac;
mod mpeg;
mod riff;
pub(super) mod tags;

/// A part of the source: nothing outside it is looked at. Positions are those of the source.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    pub source: &'a Source,
    /// The first byte.
    pub start: u64,
    /// The byte after the last.
    pub end: u64,
    /// Whether `end` is known, and not as far as could be imagined.
    pub closed: bool,
}

/// The order of the bytes of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// Up to eight bytes as a number.
    pub fn uint(self, bytes: &[u8]) -> u64 {
        let add = |number: u64, byte: &u8| number << 8 | u64::from(*byte);
        match self {
            Self::Little => bytes.iter().rev().fold(0, add),
            Self::Big => bytes.iter().fold(0, add),
        }
    }
}

impl<'a> Window<'a> {
    /// All of a source.
    pub fn new(source: &'a Source) -> Self {
        Self {
            source,
            start: 0,
            end: source.length().unwrap_or(i64::MAX as u64),
            closed: source.length().is_some(),
        }
    }

    /// Up to `most` bytes from this position on.
    pub fn bytes(&self, at: u64, most: usize) -> Vec<u8> {
        let left = usize::try_from(self.end.saturating_sub(at)).unwrap_or(usize::MAX);
        let mut bytes = vec![0; most.min(left)];
        let read = self.source.read_at(at, &mut bytes);
        bytes.truncate(read);
        bytes
    }

    /// Bytes at this position, if all of them are there.
    pub fn array<const N: usize>(&self, at: u64) -> Option<[u8; N]> {
        if at.checked_add(N as u64)? > self.end {
            return None;
        }
        let mut bytes = [0; N];
        (self.source.read_at(at, &mut bytes) == N).then_some(bytes)
    }

    /// A number of `length` bytes, up to eight, at this position.
    pub fn uint(&self, at: u64, length: usize, order: Order) -> Option<u64> {
        let bytes = self.bytes(at, length);
        (bytes.len() == length).then(|| order.uint(&bytes))
    }
}

/// How a sample is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// An integer of so many bytes, its sign in two's complement.
    Signed(usize, Order),
    /// A byte, 128 is zero.
    Unsigned,
    /// A float of so many bytes, 4 or 8.
    Float(usize, Order),
    /// Eight bits of a logarithmic curve, G.711.
    ALaw,
    /// The other curve of G.711.
    MuLaw,
}

impl Coding {
    /// Bytes of a sample.
    pub fn width(self) -> usize {
        match self {
            Self::Signed(width, _) | Self::Float(width, _) => width,
            Self::Unsigned | Self::ALaw | Self::MuLaw => 1,
        }
    }

    /// Bits of a sample that is stored as an integer.
    pub fn bits(self) -> Option<u32> {
        match self {
            Self::Signed(..) | Self::Unsigned => Some(self.width() as u32 * 8),
            _ => None,
        }
    }
}

/// Samples as they are, one after another, the channels in turns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pcm {
    /// Where they begin.
    pub start: u64,
    /// How many bytes are there.
    pub bytes: u64,
    pub coding: Coding,
    /// At least one.
    pub channels: usize,
    /// In Hz, as the header says.
    pub rate: u32,
    /// How many bytes the header promised; `None` where it left that open.
    pub promised: Option<u64>,
    /// What the file calls itself, for people.
    pub kind: &'static str,
}

/// A piece of a stream.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// Bytes of ours.
    Made(Vec<u8>),
    /// Bytes of the source, from the first up to the second.
    Taken(u64, u64),
}

/// A stream for a decoder.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Coded {
    pub parts: Vec<Part>,
    /// Whether the last part is known to end where it says.
    pub closed: bool,
    /// What the file calls itself, where the stream calls itself something else.
    pub kind: Option<&'static str>,
}

impl Coded {
    /// The window as it is.
    fn plain(window: &Window) -> Looked {
        Looked::Coded(Self {
            parts: vec![Part::Taken(window.start, window.end)],
            closed: window.closed,
            kind: None,
        })
    }
}

/// What a source turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Looked {
    Pcm(Pcm),
    Coded(Coded),
    /// A kind of ours, but it can not be right.
    Wrong(&'static str),
    /// None of the kinds that are read.
    Unknown,
}

/// What there is to say where a container ends before its sound.
const NO_SOUND_YET: Looked = Looked::Wrong("it ends before any sound begins");
const SILENT: Looked = Looked::Wrong("there is no sound in it");
const NO_FORMAT: Looked = Looked::Wrong("the format chunk is missing");
const NO_CHANNELS: Looked = Looked::Wrong("it has no channels");
const BAD_WIDTH: Looked = Looked::Wrong("the sample size makes no sense");

/// Says what is in the window, which has no tags around it.
pub(super) fn look(window: Window) -> Looked {
    let head: [u8; 4] = match window.array(window.start) {
        Some(head) => head,
        None => return Looked::Unknown,
    };
    match &head {
        b"RIFF" | b"RIFX" | b"RF64" | b"BW64" | b"riff" => riff::look(window, &head),
        b"FORM" => aiff::look(window),
        b"caff" => caf::look(window),
        b".snd" => au::look(window),
        b"fLaC" => flac::look(window),
        b"OggS" => Coded::plain(&window),
        _ => mpeg::look(window),
    }
}
