//! The impulse inside the project: losslessly packed, as text for JSON.
//!
//! Off the audio thread. The text stands for the decoded samples, bit for bit; the identity stays
//! that of the file.

use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use serde::{Deserialize, Serialize};

use flacenc::component::BitRepr;
use flacenc::error::Verify;

use super::{Impulse, ImpulseError, MAX_SECONDS, decode};

/// How the samples are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Codec {
    /// FLAC, for integer samples of up to 24 bits.
    Flac,
    /// The bytes of the 32-bit floats, sorted by significance, deflated.
    Planes,
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

/// Packs an impulse; `bits` is the resolution of its integer samples, if it has one.
///
/// # Errors
/// None in practice; packing into memory is not expected to fail.
pub fn pack(impulse: &Impulse, bits: Option<u32>) -> Result<Embedded, ImpulseError> {
    let flac = bits.and_then(|bits| to_flac(impulse, bits));
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    let planes = encoder
        .write_all(&to_planes(impulse))
        .and_then(|()| encoder.finish());
    let planes = planes.map_err(|error| ImpulseError::unreadable("embedding", &error))?;
    // The encoder's codes are too short for loud samples of 24 bits: then the planes are smaller.
    Ok(match flac {
        Some(flac) if flac.len() < planes.len() => embedded(impulse, Codec::Flac, &flac),
        _ => embedded(impulse, Codec::Planes, &planes),
    })
}

fn embedded(impulse: &Impulse, codec: Codec, packed: &[u8]) -> Embedded {
    Embedded {
        codec,
        rate: impulse.rate,
        channels: impulse.channels.len() as u32,
        frames: impulse.frames() as u64,
        data: STANDARD.encode(packed),
    }
}

/// The impulse as FLAC, if that gives every bit back. Encoder and decoder are other people's code:
/// what they make is tried out before it is believed.
fn to_flac(impulse: &Impulse, bits: u32) -> Option<Vec<u8>> {
    if !(8..=24).contains(&bits) {
        return None;
    }
    let scale = (1u32 << (bits - 1)) as f32;
    let mut samples = Vec::with_capacity(impulse.frames() * impulse.channels.len());
    for frame in 0..impulse.frames() {
        for channel in &impulse.channels {
            let value = channel.get(frame)? * scale;
            let whole = value.fract() == 0.0 && (-scale..scale).contains(&value);
            samples.push(if whole { value as i32 } else { return None });
        }
    }
    let encode = || {
        let config = flacenc::config::Encoder::default().into_verified().ok()?;
        let (channels, rate) = (impulse.channels.len(), impulse.rate as usize);
        let source =
            flacenc::source::MemSource::from_samples(&samples, channels, bits as usize, rate);
        let stream =
            flacenc::encode_with_fixed_block_size(&config, source, config.block_size).ok()?;
        let mut sink = flacenc::bitsink::ByteSink::new();
        stream.write(&mut sink).ok()?;
        let mut flac = sink.as_slice().to_vec();
        // The smallest block does not count the last one (RFC 9639, 8.2), but the encoder does.
        // The decoder then expects blocks of changing size and finds none.
        flac.copy_within(10..12, 8);
        Some(flac)
    };
    let flac = catch_unwind(AssertUnwindSafe(encode)).ok()??;
    let back = decode::samples("embedding", flac.clone()).ok()?;
    (back == *impulse).then_some(flac)
}

/// Unpacks an impulse: the same samples that went in.
///
/// # Errors
/// [`ImpulseError::Malformed`] if the text is damaged.
pub fn unpack(name: &str, embedded: &Embedded) -> Result<Impulse, ImpulseError> {
    let damaged = |what: &str| ImpulseError::malformed(name, format!("its embedded copy {what}"));
    let channels = embedded.channels as usize;
    let most = u64::from(embedded.rate) * u64::from(MAX_SECONDS);
    let plausible = matches!(channels, 1 | 2 | 4)
        && (1_000..=768_000).contains(&embedded.rate)
        && (1..=most).contains(&embedded.frames);
    if !plausible {
        return Err(damaged("has a senseless size"));
    }
    let frames = embedded.frames as usize;
    let packed = STANDARD
        .decode(&embedded.data)
        .map_err(|_| damaged("is not Base64"))?;
    if embedded.codec == Codec::Flac {
        let impulse = decode::samples(name, packed).map_err(|_| damaged("is damaged"))?;
        let rows = &impulse.channels;
        let whole = rows.len() == channels && rows.iter().all(|row| row.len() == frames);
        return match whole && impulse.rate == embedded.rate {
            true => Ok(impulse),
            false => Err(damaged("has another size than stated")),
        };
    }
    let size = frames * channels * 4;
    let mut bytes = Vec::new();
    let mut decoder = DeflateDecoder::new(packed.as_slice()).take(size as u64 + 1);
    decoder
        .read_to_end(&mut bytes)
        .map_err(|_| damaged("is damaged"))?;
    if bytes.len() != size {
        return Err(damaged("has another length than stated"));
    }
    let impulse = from_planes(&bytes, frames, channels, embedded.rate);
    if impulse
        .channels
        .iter()
        .flatten()
        .any(|sample| !sample.is_finite())
    {
        return Err(damaged("has samples that are not numbers"));
    }
    Ok(impulse)
}

/// All first bytes, then all second ones, and so on: equal bytes come to lie side by side.
fn to_planes(impulse: &Impulse) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(impulse.channels.len() * impulse.frames() * 4);
    for channel in &impulse.channels {
        for shift in [24, 16, 8, 0] {
            bytes.extend(
                channel
                    .iter()
                    .map(|sample| (sample.to_bits() >> shift) as u8),
            );
        }
    }
    bytes
}

fn from_planes(bytes: &[u8], frames: usize, channels: usize, rate: u32) -> Impulse {
    let channel = |bytes: &[u8]| {
        let mut bits = vec![0u32; frames];
        for plane in bytes.chunks_exact(frames) {
            for (bits, &byte) in bits.iter_mut().zip(plane) {
                *bits = *bits << 8 | u32::from(byte);
            }
        }
        bits.into_iter().map(f32::from_bits).collect()
    };
    let channels = bytes
        .chunks_exact(frames * 4)
        .take(channels)
        .map(channel)
        .collect();
    Impulse { channels, rate }
}
