//! Plain samples: bytes in, samples by channel out, with no judgement. Off the audio thread.

use super::packets::{Limits, Raw};
use crate::ImpulseError;
use crate::container::{Coding, Pcm};
use crate::source::Source;

/// Bytes that are read between two looks at whether the file is still wanted.
const PART_BYTES: usize = 16 << 10;

/// Reads the samples, as far as the limits allow.
///
/// # Errors
/// [`ImpulseError::Cancelled`], or [`ImpulseError::Unsupported`] for more samples than are allowed or
/// than memory is left for.
pub fn pcm(name: &str, source: &Source, pcm: &Pcm, limits: Limits) -> Result<Raw, ImpulseError> {
    let width = pcm.coding.width();
    let frame = width * pcm.channels;
    let present = pcm.bytes / frame as u64;
    let most = u64::from(pcm.rate).saturating_mul(u64::from(limits.seconds));
    let kept = pcm.channels.min(limits.channels);
    let frames = present.min(most);
    if source.length().is_some() && frames.saturating_mul(kept as u64) > limits.samples as u64 {
        return Err(too_many(name, limits));
    }
    let mut channels = vec![Vec::new(); kept];
    if source.length().is_some() {
        for channel in &mut channels {
            channel.try_reserve_exact(frames as usize).map_err(|_| {
                ImpulseError::unsupported(name, "there is not enough memory for it")
            })?;
        }
    }
    let mut part = vec![0; (PART_BYTES / frame).max(1) * frame];
    let mut done = 0;
    while done < frames {
        if (limits.cancelled)() {
            return Err(ImpulseError::Cancelled);
        }
        let wanted = (part.len() / frame).min((frames - done) as usize);
        let bytes = part.get_mut(..wanted * frame).unwrap_or_default();
        let read = source.read_at(pcm.start + done * frame as u64, bytes) / frame;
        let bytes = bytes.get(..read * frame).unwrap_or_default();
        for (place, channel) in channels.iter_mut().enumerate() {
            append(channel, bytes, (place * width, frame), pcm.coding);
        }
        done += read as u64;
        if channels.len() as u64 * done > limits.samples as u64 {
            return Err(too_many(name, limits));
        }
        if frames < u64::MAX >> 16 {
            (limits.told)((done as f64 / frames as f64) as f32);
        }
        if read < wanted {
            break;
        }
    }
    let promised = pcm.promised.map(|bytes| bytes / frame as u64);
    Ok(Raw {
        channels,
        given: pcm.channels,
        rate: pcm.rate,
        bits: pcm.coding.bits(),
        format: pcm.kind.into(),
        lossless: pcm.coding.bits().is_some(),
        damaged: 0,
        cut: present > most && done == most,
        promised,
    })
}

fn too_many(name: &str, limits: Limits) -> ImpulseError {
    let reason = format!("it has more than {} samples", limits.samples);
    ImpulseError::unsupported(name, reason)
}

/// Appends one channel of whole frames: the samples `offset` bytes after the beginning of each, of which one is `frame`
/// bytes long.
pub(super) fn append(
    channel: &mut Vec<f32>,
    bytes: &[u8],
    (offset, frame): (usize, usize),
    coding: Coding,
) {
    let width = coding.width();
    let samples = bytes
        .chunks_exact(frame)
        .filter_map(|frame| frame.get(offset..offset + width));
    match coding {
        Coding::Signed(width, order) => {
            // The sign is in the uppermost bit of 64; what lies below the sample is zero.
            let shift = 64 - 8 * width as u32;
            let unit = (1u64 << 63) as f64;
            let value = |bytes: &[u8]| ((order.uint(bytes) << shift) as i64 as f64 / unit) as f32;
            channel.extend(samples.map(value));
        }
        Coding::Unsigned => channel.extend(samples.map(|bytes| {
            let byte = bytes.first().copied().unwrap_or(128);
            (f32::from(byte) - 128.0) / 128.0
        })),
        Coding::Float(4, order) => {
            channel.extend(samples.map(|bytes| f32::from_bits(order.uint(bytes) as u32)));
        }
        Coding::Float(_, order) => {
            channel.extend(samples.map(|bytes| f64::from_bits(order.uint(bytes)) as f32));
        }
        Coding::ALaw => channel.extend(samples.map(|bytes| curve(bytes, a_law))),
        Coding::MuLaw => channel.extend(samples.map(|bytes| curve(bytes, mu_law))),
    }
}

fn curve(bytes: &[u8], linear: fn(u8) -> i16) -> f32 {
    f32::from(linear(bytes.first().copied().unwrap_or_default())) / 32_768.0
}

/// G.711's A-law as a 16-bit integer: a sign, three bits of exponent, four of mantissa.
fn a_law(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let mantissa = i16::from(byte & 15) << 4 | 8;
    let size = match byte >> 4 & 7 {
        0 => mantissa,
        exponent => (mantissa | 0x100) << (exponent - 1),
    };
    if byte & 0x80 != 0 { size } else { -size }
}

/// G.711's mu-law as a 16-bit integer.
fn mu_law(byte: u8) -> i16 {
    const BIAS: i16 = 0x84;
    let byte = !byte;
    let size = ((i16::from(byte & 15) << 3) + BIAS) << (byte >> 4 & 7);
    if byte & 0x80 != 0 {
        BIAS - size
    } else {
        size - BIAS
    }
}
