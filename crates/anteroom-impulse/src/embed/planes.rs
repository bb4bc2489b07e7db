//! The bytes of 32-bit floats, sorted by significance and deflated: equal bytes come to lie side by side.

use std::fmt;
use std::io::{Read, Write};

use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};

use super::{Bad, Size, Step};
use crate::Impulse;

/// Bytes from one look at whether to stop to the next.
const PART: usize = 1 << 15;
/// Deflate makes at most so many bytes of one: 258 of two bits.
const MOST_OF_ONE: usize = 1032;
/// The bytes of a sample, the highest first.
const SHIFTS: [u32; 4] = [24, 16, 8, 0];

/// The packing of an impulse as far as it has come.
pub(super) struct Planes {
    encoder: DeflateEncoder<Vec<u8>>,
    most: usize,
    /// The plane, counted over all channels, and the frame in it.
    plane: usize,
    frame: usize,
    part: Vec<u8>,
}

impl Planes {
    /// Gives up beyond so many bytes.
    pub fn new(most: usize) -> Self {
        Self {
            encoder: DeflateEncoder::new(Vec::new(), Compression::new(6)),
            most,
            plane: 0,
            frame: 0,
            part: Vec::new(),
        }
    }

    pub fn go_on(&mut self, impulse: &Impulse, stop: &dyn Fn() -> bool) -> Step {
        while let Some(row) = impulse.channels.get(self.plane / SHIFTS.len()) {
            let shift = SHIFTS[self.plane % SHIFTS.len()];
            let rest = row.get(self.frame..).unwrap_or_default();
            let rest = &rest[..rest.len().min(PART)];
            if rest.is_empty() {
                (self.plane, self.frame) = (self.plane + 1, 0);
                continue;
            }
            self.part.clear();
            self.part
                .extend(rest.iter().map(|sample| (sample.to_bits() >> shift) as u8));
            let written = self.encoder.write_all(&self.part);
            self.frame += rest.len();
            if written.is_err() || self.encoder.get_ref().len() > self.most {
                return Step::GivenUp;
            }
            if stop() {
                return Step::Stopped;
            }
        }
        let last = DeflateEncoder::new(Vec::new(), Compression::new(0));
        match std::mem::replace(&mut self.encoder, last).finish() {
            Ok(packed) if packed.len() <= self.most => Step::Done(packed),
            _ => Step::GivenUp,
        }
    }
}

impl fmt::Debug for Planes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Planes")
            .field("plane", &self.plane)
            .field("frame", &self.frame)
            .finish_non_exhaustive()
    }
}

pub(super) fn unpack(
    packed: &[u8],
    size: Size,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Vec<f32>>, Bad> {
    let bytes = size.channels * size.frames * SHIFTS.len();
    if bytes > packed.len().saturating_mul(MOST_OF_ONE) {
        return Err(Bad::LENGTH);
    }
    let mut decoder = DeflateDecoder::new(packed);
    let mut part = vec![0; PART];
    let mut rows = Vec::new();
    for _ in 0..size.channels {
        let mut row: Vec<u32> = size.row()?;
        row.resize(size.frames, 0);
        for _ in SHIFTS {
            for words in row.chunks_mut(PART) {
                if cancelled() {
                    return Err(Bad::Cancelled);
                }
                let part = &mut part[..words.len()];
                fill(&mut decoder, part)?;
                for (word, &byte) in words.iter_mut().zip(&*part) {
                    *word = *word << 8 | u32::from(byte);
                }
            }
        }
        if row.iter().any(|&bits| !f32::from_bits(bits).is_finite()) {
            return Err(Bad::SAMPLES);
        }
        // In the same memory.
        rows.push(row.into_iter().map(f32::from_bits).collect());
    }
    match decoder.read(&mut part) {
        Ok(0) => Ok(rows),
        Ok(_) => Err(Bad::LENGTH),
        Err(_) => Err(Bad::BYTES),
    }
}

/// Reads as many bytes as there is room for.
fn fill(decoder: &mut impl Read, mut part: &mut [u8]) -> Result<(), Bad> {
    while !part.is_empty() {
        match decoder.read(part) {
            Ok(0) => return Err(Bad::LENGTH),
            Ok(count) => part = &mut part[count..],
            Err(_) => return Err(Bad::BYTES),
        }
    }
    Ok(())
}
