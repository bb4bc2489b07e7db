//! AIFF and AIFC. The size of the form is not believed, nor is any other that the bytes do not bear
//! out. Sources: Apple's "Audio Interchange File Format" 1.3 and its AIFC draft.

use super::caf::{Described, stream};
use super::chunks::{Extent, Form, MAX_CHUNKS};
use super::{
    BAD_WIDTH, Coding, Looked, NO_CHANNELS, NO_FORMAT, NO_SOUND_YET, Order, Pcm, SILENT, Window,
};

const FORM: Form = Form::Riff(Order::Big);

/// What the common chunk says.
struct Common {
    channels: u64,
    frames: u64,
    bits: u64,
    rate: u32,
    /// The name of the coding; four zeros in a plain AIFF.
    coding: [u8; 4],
}

/// What an AIFF says about itself.
pub fn look(window: Window) -> Looked {
    let is_aifc = match window.array::<4>(window.start + 8).as_ref() {
        Some(b"AIFF") => false,
        Some(b"AIFC") => true,
        _ => return Looked::Unknown,
    };
    let mut at = window.start + 12;
    let (mut about, mut sound) = (None, None);
    for _ in 0..MAX_CHUNKS {
        let Some(chunk) = FORM.chunk_at(&window, at) else {
            break;
        };
        match &chunk.id {
            b"COMM" if about.is_none() => about = common(&window, chunk.start, is_aifc),
            b"SSND" if sound.is_none() => sound = Some((chunk.start, chunk.size)),
            _ => {}
        }
        if about.is_some() && sound.is_some() {
            break;
        }
        match FORM.after(&window, &chunk) {
            Some(next) => at = next,
            None => break,
        }
    }
    let (about, (chunk, size)) = match (about, sound) {
        (Some(about), Some(sound)) => (about, sound),
        (None, Some(_)) => return NO_FORMAT,
        (_, None) => return NO_SOUND_YET,
    };
    if about.channels == 0 {
        return NO_CHANNELS;
    }
    // The samples begin after an offset, which itself begins after eight bytes.
    let offset = window.uint(chunk, 4, Order::Big).unwrap_or(0);
    let left = window.end.saturating_sub(chunk + 8);
    let offset = if offset > left { 0 } else { offset };
    let start = chunk + 8 + offset;
    let claimed = size.saturating_sub(8 + offset);
    // A chunk that claims to be empty is open where frames are promised, else it is what it says.
    let is_empty = claimed == 0 && about.frames == 0 && size >= 8;
    match FORM.extent(&window, start, claimed).filter(|_| !is_empty) {
        Some(extent) => told(&window, &about, start, extent),
        None => SILENT,
    }
}

fn common(window: &Window, at: u64, is_aifc: bool) -> Option<Common> {
    let field = |offset: u64, length: usize| window.uint(at + offset, length, Order::Big);
    let coding = match is_aifc {
        true => window.array(at + 18)?,
        false => [0; 4],
    };
    Some(Common {
        channels: field(0, 2)?,
        frames: field(2, 4)?,
        bits: field(6, 2)?,
        rate: whole(window.array(at + 8)?),
        coding,
    })
}

/// An 80-bit float as a whole number: the rate, or 0 for what can be none.
fn whole(bytes: [u8; 10]) -> u32 {
    let exponent = Order::Big.uint(&bytes[..2]);
    let mantissa = Order::Big.uint(&bytes[2..]);
    match exponent {
        // 2^0 to 2^31, positive.
        16_383..=16_414 => (mantissa >> (63 - (exponent - 16_383))) as u32,
        16_415.. if exponent < 0x7FFF => u32::MAX,
        _ => 0,
    }
}

/// From the common chunk to what is there.
fn told(window: &Window, about: &Common, start: u64, extent: Extent) -> Looked {
    use Order::{Big, Little};
    let width = about.bits.div_ceil(8) as usize;
    let coding = match &about.coding.map(|letter| letter.to_ascii_lowercase()) {
        b"\0\0\0\0" | b"none" | b"twos" | b"in16" => Coding::Signed(width, Big),
        b"sowt" => Coding::Signed(width, Little),
        b"in24" => Coding::Signed(3, Big),
        b"in32" => Coding::Signed(4, Big),
        b"42ni" => Coding::Signed(3, Little),
        b"23ni" => Coding::Signed(4, Little),
        b"raw " if about.bits <= 8 => Coding::Unsigned,
        b"fl32" => Coding::Float(4, Big),
        b"fl64" => Coding::Float(8, Big),
        b"alaw" => Coding::ALaw,
        b"ulaw" => Coding::MuLaw,
        b"ima4" => {
            let described = Described::ima4(about.rate, about.channels as u32);
            return stream(
                window,
                &described,
                (start, extent.bytes),
                Some("AIFF (IMA4)"),
            );
        }
        _ => return Looked::Wrong("it is compressed in a way that can not be read"),
    };
    if let Coding::Signed(width, _) = coding
        && !matches!(width, 1..=4 | 8)
    {
        return BAD_WIDTH;
    }
    Looked::Pcm(Pcm {
        start,
        bytes: extent.bytes,
        coding,
        channels: about.channels as usize,
        rate: about.rate,
        promised: extent.promised,
        kind: "AIFF",
    })
}
