//! Samples as they are: little-endian, frame by frame.

use super::{Bad, Size, Step};
use crate::Impulse;

/// The bytes of a sample that is a float. With fewer it is a signed integer.
pub(super) const FLOAT: usize = size_of::<f32>();
/// Frames from one look at whether to stop to the next.
const PART: usize = 1 << 14;

/// The writing of an impulse as far as it has come.
#[derive(Debug)]
pub(super) struct Pcm {
    width: usize,
    bytes: Vec<u8>,
    at: usize,
}

impl Pcm {
    /// With samples of so many bytes.
    pub fn new(width: usize) -> Self {
        Self {
            width,
            bytes: Vec::new(),
            at: 0,
        }
    }

    pub fn go_on(&mut self, impulse: &Impulse, stop: &dyn Fn() -> bool) -> Step {
        let frames = impulse.frames();
        let size = frames * impulse.channels.len() * self.width;
        if self.at == 0 && self.bytes.try_reserve_exact(size).is_err() {
            return Step::GivenUp;
        }
        while self.at < frames {
            let end = frames.min(self.at + PART);
            for frame in self.at..end {
                for row in &impulse.channels {
                    let sample = row.get(frame).copied().unwrap_or(0.0);
                    let bits = match self.width {
                        FLOAT => sample.to_bits(),
                        width => match integer(sample, 8 * width as u32) {
                            Some(integer) => integer as u32,
                            None => return Step::GivenUp,
                        },
                    };
                    self.bytes.extend(&bits.to_le_bytes()[..self.width]);
                }
            }
            self.at = end;
            if stop() {
                return Step::Stopped;
            }
        }
        Step::Done(std::mem::take(&mut self.bytes))
    }
}

/// A sample as an integer of so many bits, if it is one to the bit.
pub(super) fn integer(sample: f32, bits: u32) -> Option<i32> {
    let scale = (1u32 << (bits - 1)) as f32;
    let value = sample * scale;
    if !(-scale..scale).contains(&value) {
        return None;
    }
    let integer = value as i32;
    // There is a zero below zero, too.
    (sample_of(integer, bits).to_bits() == sample.to_bits()).then_some(integer)
}

fn sample_of(integer: i32, bits: u32) -> f32 {
    integer as f32 / (1u32 << (bits - 1)) as f32
}

pub(super) fn unpack(
    packed: &[u8],
    size: Size,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Vec<f32>>, Bad> {
    let count = size.channels * size.frames;
    let width = packed.len() / count;
    if !(1..=FLOAT).contains(&width) || packed.len() != width * count {
        return Err(Bad::LENGTH);
    }
    let mut rows = Vec::new();
    for channel in 0..size.channels {
        let mut row = size.row()?;
        for (at, frame) in packed.chunks_exact(width * size.channels).enumerate() {
            if at % PART == 0 && cancelled() {
                return Err(Bad::Cancelled);
            }
            // The bytes in the upper part of a word, which has its sign in the right place.
            let mut word = [0; 4];
            word[FLOAT - width..].copy_from_slice(&frame[channel * width..][..width]);
            let sample = match width {
                FLOAT => f32::from_le_bytes(word),
                width => sample_of(
                    i32::from_le_bytes(word) >> (8 * (FLOAT - width)),
                    8 * width as u32,
                ),
            };
            if !sample.is_finite() {
                return Err(Bad::SAMPLES);
            }
            row.push(sample);
        }
        rows.push(row);
    }
    Ok(rows)
}
