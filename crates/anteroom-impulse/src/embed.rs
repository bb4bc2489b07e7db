//! The impulse inside the project: losslessly packed, as text for JSON.
//!
//! Off the audio thread. The text stands for the decoded samples, bit for bit; the identity stays
//! that of the file.
//!
//! What is packed is at most 1 % larger than the samples are in their file. Packing takes at most four
//! times their memory, unpacking little more than the impulse that it gives. Both go piece by piece,
//! so that they can be given up at any time, and packing can be [taken up again](Packer).
//!
//! | codec    | what is packed                                                                 |
//! |----------|--------------------------------------------------------------------------------|
//! | `flac`   | integers of 8 to 24 bits, as a FLAC stream whose blocks are at worst verbatim    |
//! | `planes` | 32-bit floats: the first bytes of a channel, then the second ones..., deflated   |
//! | `pcm`    | what neither makes smaller: the samples as they are, little-endian, frame by frame; signed integers of one to three bytes, or 32-bit floats, as many bytes as there are for each |
//!
//! Versions that do not know `pcm` say that they could not read the impulse, and keep the copy.
//!
//! Each codec is a file; `packer` packs piece by piece.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::{Impulse, ImpulseError, MAX_SECONDS};

mod flac;
mod packer;
mod pcm;
mod planes;

pub use packer::Packer;

/// How the samples are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// FLAC, for integer samples of up to 24 bits.
    Flac,
    /// The bytes of the 32-bit floats, sorted by significance, deflated.
    Planes,
    /// The samples as they are, for those that do not get smaller.
    Pcm,
}

/// A packed impulse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Embedded {
    /// How the samples are packed.
    pub codec: Codec,
    /// The sample rate in Hz.
    pub rate: u32,
    /// The number of channels: 1, 2 or 4.
    pub channels: u32,
    /// The length in samples.
    pub frames: u64,
    /// The packed samples in Base64.
    pub data: String,
}

/// What became of a piece of work.
enum Step {
    /// It was stopped, and can go on.
    Stopped,
    /// The packed bytes.
    Done(Vec<u8>),
    /// These samples can not be packed in this way, or do not get smaller.
    GivenUp,
}

/// Characters of Base64 that are read at once, a multiple of four.
const TEXT_PART: usize = 1 << 18;

/// Parts of a long impulse that an estimate looks at, and their length in frames.
const PARTS: usize = 16;
const PART_FRAMES: usize = 4096;

/// Packs an impulse; `bits` is the resolution of its integer samples, if it has one.
///
/// # Errors
/// [`ImpulseError::Unsupported`] if there is not enough memory for it.
pub fn pack(impulse: &Impulse, bits: Option<u32>) -> Result<Embedded, ImpulseError> {
    pack_with(impulse, bits, &|| false)
}

/// The same, given up as soon as `cancelled` says that nobody wants it any more. It is asked every
/// few milliseconds.
///
/// # Errors
/// As [`pack`], and [`ImpulseError::Cancelled`].
pub fn pack_with(
    impulse: &Impulse,
    bits: Option<u32>,
    cancelled: &dyn Fn() -> bool,
) -> Result<Embedded, ImpulseError> {
    let packed = Packer::new(impulse, bits).go_on(impulse, cancelled);
    packed.unwrap_or(Err(ImpulseError::Cancelled))
}

/// About how many characters of text an impulse will be when it is packed. Exact for short ones; of
/// others some parts are packed, which takes some ten milliseconds and a few megabytes, however long they are.
///
/// # Errors
/// As [`pack_with`].
pub fn estimate(
    impulse: &Impulse,
    bits: Option<u32>,
    cancelled: &dyn Fn() -> bool,
) -> Result<usize, ImpulseError> {
    let frames = impulse.frames();
    if frames <= PARTS * PART_FRAMES {
        return pack_with(impulse, bits, cancelled).map(|packed| packed.data.len());
    }
    // From the first to the last, evenly.
    let starts = (0..PARTS).map(|part| (frames - PART_FRAMES) * part / (PARTS - 1));
    let pick = |row: &Vec<f32>| -> Vec<f32> {
        let parts = starts
            .clone()
            .filter_map(|at| row.get(at..at + PART_FRAMES));
        parts.flatten().copied().collect()
    };
    let parts = Impulse {
        channels: impulse.channels.iter().map(pick).collect(),
        rate: impulse.rate,
    };
    let packed = pack_with(&parts, bits, cancelled)?;
    let whole = packed.data.len() as u128 * frames as u128 / (PARTS * PART_FRAMES) as u128;
    Ok(usize::try_from(whole).unwrap_or(usize::MAX))
}

/// Unpacks an impulse: the same samples that went in.
///
/// # Errors
/// [`ImpulseError::Malformed`] if the text is damaged, [`ImpulseError::Unsupported`] if there is not
/// enough memory for it.
pub fn unpack(name: &str, embedded: &Embedded) -> Result<Impulse, ImpulseError> {
    unpack_with(name, embedded, &|| false)
}

/// The same, given up as soon as `cancelled` says that nobody wants it any more. It is asked every
/// few milliseconds.
///
/// # Errors
/// As [`unpack`], and [`ImpulseError::Cancelled`].
pub fn unpack_with(
    name: &str,
    embedded: &Embedded,
    cancelled: &dyn Fn() -> bool,
) -> Result<Impulse, ImpulseError> {
    let size = Size::of(embedded);
    let channels = size.and_then(|size| {
        let packed = from_text(&embedded.data, cancelled)?;
        // What is stated is believed only as far as the bytes can bear it: nothing is made room for before.
        match embedded.codec {
            Codec::Flac => flac::unpack(packed, size, cancelled),
            Codec::Planes => planes::unpack(&packed, size, cancelled),
            Codec::Pcm => pcm::unpack(&packed, size, cancelled),
        }
    });
    let channels = channels.map_err(|bad| match bad {
        Bad::Cancelled => ImpulseError::Cancelled,
        Bad::Memory => {
            ImpulseError::unsupported(name, "there is not enough memory for its embedded copy")
        }
        Bad::Damaged(what) => ImpulseError::malformed(name, format!("its embedded copy {what}")),
    })?;
    Ok(Impulse {
        channels,
        rate: embedded.rate,
    })
}

/// Why a copy gives no samples.
#[derive(Debug)]
enum Bad {
    Cancelled,
    Memory,
    Damaged(&'static str),
}

impl Bad {
    const LENGTH: Self = Self::Damaged("has another length than stated");
    const SIZE: Self = Self::Damaged("has another size than stated");
    const SAMPLES: Self = Self::Damaged("has samples that are not numbers");
    const BYTES: Self = Self::Damaged("is damaged");
}

/// The size that a copy states, if it makes sense.
#[derive(Clone, Copy, Debug)]
struct Size {
    channels: usize,
    frames: usize,
    rate: u32,
}

impl Size {
    fn of(embedded: &Embedded) -> Result<Self, Bad> {
        let most = u64::from(embedded.rate) * u64::from(MAX_SECONDS);
        let plausible = matches!(embedded.channels, 1 | 2 | 4)
            && (1_000..=768_000).contains(&embedded.rate)
            && (1..=most).contains(&embedded.frames);
        match usize::try_from(embedded.frames) {
            Ok(frames) if plausible => Ok(Self {
                channels: embedded.channels as usize,
                frames,
                rate: embedded.rate,
            }),
            _ => Err(Bad::Damaged("has a senseless size")),
        }
    }

    /// Room for the samples of one channel.
    fn row<T>(&self) -> Result<Vec<T>, Bad> {
        let mut row = Vec::new();
        row.try_reserve_exact(self.frames)
            .map_err(|_| Bad::Memory)?;
        Ok(row)
    }
}

/// The bytes that a text stands for.
fn from_text(text: &str, cancelled: &dyn Fn() -> bool) -> Result<Vec<u8>, Bad> {
    const WRONG: Bad = Bad::Damaged("is not Base64");
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(text.len() / 4 * 3 + 3)
        .map_err(|_| Bad::Memory)?;
    for part in text.as_bytes().chunks(TEXT_PART) {
        // A text ends where it is filled up.
        if cancelled() {
            return Err(Bad::Cancelled);
        }
        if !bytes.len().is_multiple_of(3) {
            return Err(WRONG);
        }
        STANDARD.decode_vec(part, &mut bytes).map_err(|_| WRONG)?;
    }
    Ok(bytes)
}
