//! One open sound, at the host's rate, looped or not. The reader's thread.
//!
//! What a frame is depends on its place alone, so it is the same wherever reading began. Its first millisecond is faded
//! in and its last ten are faded out: it neither begins nor ends nor loops with a click.

use super::block::{BLOCK_FRAMES, Block};
use crate::impulse::ImpulseError;
use crate::impulse::decode::Recording;
use crate::impulse::resample::StreamResampler;

/// How long the beginning is faded in, in seconds: as short as an attack can bear.
const IN_SECONDS: f64 = 0.001;
/// How long the end is faded out, in seconds.
const OUT_SECONDS: f64 = 0.010;
/// Louder than this is no sound: +120 dBFS, as at the plug-in's input.
const LOUDEST: f32 = 1e6;

/// A sound that is read.
pub struct Track {
    recording: Box<dyn Recording>,
    /// For the rate that was asked for last.
    resampler: Option<(u32, StreamResampler)>,
    /// Samples of the recording around the place, and where the first is: before the beginning and behind the end they
    /// are silence.
    rows: Vec<Vec<f32>>,
    start: i64,
    /// Where the recording ends, once that was met.
    end: Option<u64>,
}

impl Track {
    /// Of a recording, from its beginning.
    pub fn new(recording: Box<dyn Recording>) -> Self {
        let rows = vec![Vec::new(); recording.channels().clamp(1, 2)];
        Self {
            recording,
            resampler: None,
            rows,
            start: 0,
            end: None,
        }
    }

    /// Fills a block with what is heard from frame `at` on at `rate` Hz.
    ///
    /// # Errors
    /// Those of the recording.
    pub fn fill(
        &mut self,
        (at, rate, looped): (u64, u32, bool),
        block: &mut Block,
    ) -> Result<(), ImpulseError> {
        for row in &mut block.samples {
            // The first time that this block is filled.
            row.resize(BLOCK_FRAMES, 0.0);
        }
        (block.ends_at, block.is_last) = (None, !looped);
        let resampler = self.take_resampler(rate)?;
        let filled = self.fill_with(&resampler, (at, rate, looped), block);
        self.resampler = Some((rate, resampler));
        if block.ends_at.is_none() {
            block.is_last = false;
        }
        filled
    }

    fn fill_with(
        &mut self,
        resampler: &StreamResampler,
        (at, rate, looped): (u64, u32, bool),
        block: &mut Block,
    ) -> Result<(), ImpulseError> {
        let fades = Fades::at(rate);
        let mut filled = 0;
        while filled < BLOCK_FRAMES {
            let mut place = at.saturating_add(filled as u64);
            if let Some(length) = self.length(resampler)? {
                if looped {
                    place %= length;
                } else if place >= length {
                    block.ends_at.get_or_insert(filled);
                    for row in &mut block.samples {
                        row[filled..].fill(0.0);
                    }
                    break;
                }
            }
            if filled == 0 {
                block.place = place;
            }
            // As far as the fade reaches it must be known whether the end is near.
            let (from, to) = resampler.span(place, BLOCK_FRAMES - filled + fades.out as usize);
            self.hold(from, to)?;
            let mut count = BLOCK_FRAMES - filled;
            let length = self.length(resampler)?;
            if let Some(length) = length {
                if place >= length {
                    continue;
                }
                count = usize::try_from(length - place).map_or(count, |left| left.min(count));
            }
            for (number, into) in block.samples.iter_mut().enumerate() {
                let row = self.rows.get(number).or(self.rows.first());
                let into = &mut into[filled..filled + count];
                resampler.make(place, row.map_or(&[] as &[f32], Vec::as_slice), into);
                fades.apply(place, length, into);
            }
            filled += count;
            if length == Some(place + count as u64) {
                block.ends_at.get_or_insert(filled);
            }
        }
        block.length = self.length(resampler)?.or_else(|| {
            let frames = self.recording.frames()?;
            Some(resampler.scaled(frames))
        });
        Ok(())
    }

    fn take_resampler(&mut self, rate: u32) -> Result<StreamResampler, ImpulseError> {
        match self.resampler.take() {
            Some((of, resampler)) if of == rate => Ok(resampler),
            _ => StreamResampler::new(self.recording.rate(), rate).ok_or_else(|| {
                ImpulseError::Unsupported {
                    name: self.recording.name().into(),
                    reason: "a sample rate of 0 Hz".into(),
                }
            }),
        }
    }

    /// The length at the rate of the resampler, once the end was met.
    fn length(&self, resampler: &StreamResampler) -> Result<Option<u64>, ImpulseError> {
        match self.end {
            Some(0) => Err(ImpulseError::Malformed {
                name: self.recording.name().into(),
                reason: "there is no sound in it".into(),
            }),
            end => Ok(end.map(|end| resampler.scaled(end))),
        }
    }

    /// Has the samples from `from` up to `to` in the rows, and none before them.
    fn hold(&mut self, from: i64, to: i64) -> Result<(), ImpulseError> {
        let held = self.rows.iter().map(Vec::len).min().unwrap_or(0) as i64;
        if from < self.start || from > self.start + held {
            self.rows.iter_mut().for_each(Vec::clear);
            self.start = from;
            for row in &mut self.rows {
                row.resize(from.min(0).unsigned_abs() as usize, 0.0);
            }
        } else {
            for row in &mut self.rows {
                row.truncate(held as usize);
                row.drain(..(from - self.start) as usize);
            }
            self.start = from;
        }
        let held = self.rows.iter().map(Vec::len).min().unwrap_or(0) as i64;
        let at = (self.start + held) as u64;
        let wanted = usize::try_from(to - self.start - held).unwrap_or(0);
        if wanted == 0 {
            return Ok(());
        }
        let left = self.end.map(|end| end.saturating_sub(at));
        let count = left.map_or(wanted, |left| {
            usize::try_from(left).map_or(wanted, |left| left.min(wanted))
        });
        let read = match count {
            0 => 0,
            count => match self.recording.read(at, count, &mut self.rows) {
                Ok(read) => read,
                Err(error) => {
                    // Whatever is in the rows now, it is not kept.
                    self.rows.iter_mut().for_each(Vec::clear);
                    return Err(error);
                }
            },
        };
        let whole = held as usize + read;
        for row in &mut self.rows {
            row.truncate(whole);
            for sample in &mut row[held as usize..] {
                if !sample.is_finite() || sample.abs() > LOUDEST {
                    *sample = 0.0;
                }
            }
            row.resize(held as usize + wanted, 0.0);
        }
        if read < count {
            // Beyond the end it is not seen how far back that is.
            let stated = self.recording.frames().filter(|_| held == 0 && read == 0);
            let end = at + read as u64;
            self.end = Some(stated.map_or(end, |stated| stated.min(end)));
        }
        Ok(())
    }
}

/// The edges of a sound, in frames.
struct Fades {
    in_: u64,
    out: u64,
}

impl Fades {
    fn at(rate: u32) -> Self {
        let frames = |seconds: f64| (seconds * f64::from(rate)) as u64;
        Self {
            in_: frames(IN_SECONDS),
            out: frames(OUT_SECONDS),
        }
    }

    fn apply(&self, place: u64, length: Option<u64>, samples: &mut [f32]) {
        let end = place + samples.len() as u64;
        let near_end = length.is_some_and(|length| end + self.out > length);
        if place >= self.in_ && !near_end {
            return;
        }
        for (at, sample) in (place..).zip(samples) {
            if at < self.in_ {
                *sample *= gain(at + 1, self.in_ + 1);
            }
            if let Some(left) = length
                .map(|length| length - at)
                .filter(|left| *left <= self.out)
            {
                *sample *= gain(left, self.out + 1);
            }
        }
    }
}

/// A raised cosine.
fn gain(at: u64, of: u64) -> f32 {
    (0.5 - 0.5 * (std::f64::consts::PI * at as f64 / of as f64).cos()) as f32
}
