//! FLAC, block by block: each is looked at before it is written.
//!
//! The encoder chooses its codes by what they should take, but the codes that it writes end at 14 bits:
//! what is left of loud samples of 24 bits then becomes up to 16,000 zeros for each sample, some
//! gigabytes for a second. So a block that is larger than its samples is written as it is.

use std::fmt;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use flacenc::bitsink::ByteSink;
use flacenc::component::{BitRepr, Frame, StreamInfo, Verbatim};
use flacenc::config;
use flacenc::encode_fixed_size_frame;
use flacenc::error::{Verified, Verify};
use flacenc::source::{Fill, FrameBuf};
use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::formats::{FormatReader, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::default::formats::FlacReader;

use super::{Bad, Size, Step, pcm::integer};
use crate::Impulse;

/// Frames in a block.
const BLOCK: usize = 4096;
/// The format's name, and that 34 bytes about the stream follow, and nothing else before the first block.
const NAME: &[u8] = b"fLaC\x80\0\0\x22";
const HEAD: usize = NAME.len() + 34;
/// The highest rate that the encoder knows, in Hz.
const HIGHEST_HZ: u32 = 96_000;
/// One that a block has no number for: then it does not repeat what the stream says.
const UNNUMBERED_HZ: u32 = 95_801;
/// Where the stream says its rate, in 20 bits.
const RATE_AT: usize = 18;
/// A block has at most so many frames (RFC 9639), and takes at least so many bytes.
const MOST_FRAMES: usize = 65_535;
const LEAST_BYTES: usize = 9;

/// The packing of an impulse as far as it has come.
pub(super) struct Flac {
    bits: u32,
    most: usize,
    info: StreamInfo,
    /// What two channels have in common, or each channel alone, or nothing looked for.
    joint: Verified<config::Encoder>,
    alone: Verified<config::Encoder>,
    plain: Verified<config::Encoder>,
    block: FrameBuf,
    /// The samples of the block, frame by frame.
    samples: Vec<i32>,
    bytes: Vec<u8>,
    at: usize,
    blocks: usize,
    /// The bytes of the smallest and of the largest block.
    sizes: (usize, usize),
    /// The look back at the whole: encoder and decoder are other people's code, and what they make is tried out
    /// before it is believed.
    check: Option<Check>,
}

impl Flac {
    /// Begins to pack samples of so many bits; gives up beyond `most` bytes.
    pub fn new(impulse: &Impulse, bits: u32, most: usize) -> Option<Self> {
        let channels = impulse.channels.len();
        let rate = match impulse.rate {
            rate if rate <= HIGHEST_HZ => rate,
            _ => UNNUMBERED_HZ,
        };
        let mut info = StreamInfo::new(rate as usize, channels, bits as usize).ok()?;
        info.set_block_sizes(BLOCK, BLOCK).ok()?;
        info.set_total_samples(impulse.frames());
        let joint = config::Encoder::default();
        let mut alone = joint.clone();
        alone.stereo_coding.use_leftside = false;
        alone.stereo_coding.use_rightside = false;
        alone.stereo_coding.use_midside = false;
        let mut plain = alone.clone();
        plain.subframe_coding.use_constant = false;
        plain.subframe_coding.use_fixed = false;
        plain.subframe_coding.use_lpc = false;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(most).ok()?;
        bytes.resize(HEAD, 0);
        Some(Self {
            bits,
            most,
            info,
            joint: joint.into_verified().ok()?,
            alone: alone.into_verified().ok()?,
            plain: plain.into_verified().ok()?,
            block: FrameBuf::with_size(channels, BLOCK).ok()?,
            samples: Vec::with_capacity(BLOCK * channels),
            bytes,
            at: 0,
            blocks: 0,
            sizes: (usize::MAX, 0),
            check: None,
        })
    }

    pub fn go_on(&mut self, impulse: &Impulse, stop: &dyn Fn() -> bool) -> Step {
        while self.at < impulse.frames() {
            if self.next(impulse).is_none() || self.bytes.len() > self.most {
                return Step::GivenUp;
            }
            if stop() {
                return Step::Stopped;
            }
        }
        if self.check.is_none() {
            if self.head(impulse.rate).is_none() {
                return Step::GivenUp;
            }
            self.check = Check::new(std::mem::take(&mut self.bytes));
        }
        let Some(check) = &mut self.check else {
            return Step::GivenUp;
        };
        while check.at < impulse.frames() {
            if check.next(impulse).is_none() {
                return Step::GivenUp;
            }
            if stop() {
                return Step::Stopped;
            }
        }
        match self.check.take().and_then(Check::end) {
            Some(bytes) => Step::Done(bytes),
            None => Step::GivenUp,
        }
    }

    /// Packs the next block.
    fn next(&mut self, impulse: &Impulse) -> Option<()> {
        let end = impulse.frames().min(self.at + BLOCK);
        self.samples.clear();
        for frame in self.at..end {
            for row in &impulse.channels {
                self.samples.push(integer(*row.get(frame)?, self.bits)?);
            }
        }
        self.block.fill_interleaved(&self.samples).ok()?;
        let frame = self.frame()?;
        let mut sink = ByteSink::with_capacity(frame.count_bits());
        frame.write(&mut sink).ok()?;
        let size = sink.as_slice().len();
        self.bytes.extend_from_slice(sink.as_slice());
        self.sizes = (self.sizes.0.min(size), self.sizes.1.max(size));
        (self.at, self.blocks) = (end, self.blocks + 1);
        Some(())
    }

    /// The block, no larger than its samples are.
    fn frame(&self) -> Option<Frame> {
        let channels = self.info.channels();
        if channels == 2
            && let Some(frame) = self.coded(&self.joint)
            && taken(&frame) <= channels * self.verbatim()
        {
            return Some(frame);
        }
        let alone = self.coded(&self.alone);
        let alone = alone.and_then(|frame| self.without_large_channels(frame));
        alone.or_else(|| self.coded(&self.plain))
    }

    fn coded(&self, config: &Verified<config::Encoder>) -> Option<Frame> {
        let code = || encode_fixed_size_frame(config, &self.block, self.blocks, &self.info);
        catch_unwind(AssertUnwindSafe(code)).ok()?.ok()
    }

    /// The bits of a channel as it is.
    fn verbatim(&self) -> usize {
        8 + self.block.filled_size() * self.bits as usize
    }

    /// Puts channels as they are in the place of those that came out larger.
    fn without_large_channels(&self, frame: Frame) -> Option<Frame> {
        let (header, mut coded) = frame.into_parts();
        let channels = coded.len();
        for (channel, coded) in coded.iter_mut().enumerate() {
            if coded.count_bits() > self.verbatim() {
                let row: Vec<i32> = (self.samples.iter().skip(channel))
                    .step_by(channels)
                    .copied()
                    .collect();
                *coded = Verbatim::new(&row, self.bits as usize).ok()?.into();
            }
        }
        Frame::new(header, coded.into_iter()).ok()
    }

    /// Writes what the stream is in front of it.
    fn head(&mut self, rate: u32) -> Option<()> {
        let (smallest, largest) = self.sizes;
        self.info
            .set_frame_sizes(smallest.min(largest), largest)
            .ok()?;
        let mut sink = ByteSink::new();
        self.info.write(&mut sink).ok()?;
        let head = self.bytes.get_mut(..HEAD)?;
        if sink.as_slice().len() != head.len() - NAME.len() {
            return None;
        }
        head[..NAME.len()].copy_from_slice(NAME);
        head[NAME.len()..].copy_from_slice(sink.as_slice());
        head[RATE_AT] = (rate >> 12) as u8;
        head[RATE_AT + 1] = (rate >> 4) as u8;
        head[RATE_AT + 2] = head[RATE_AT + 2] & 0x0F | (rate << 4) as u8;
        Some(())
    }
}

/// The bits that the channels of a block take.
fn taken(frame: &Frame) -> usize {
    let channels = (0..frame.subframe_count()).filter_map(|channel| frame.subframe(channel));
    channels.map(BitRepr::count_bits).sum()
}

impl fmt::Debug for Flac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Flac")
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// Bytes that a decoder reads and that are still somebody's.
#[derive(Clone)]
struct Bytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A comparison of a stream with the impulse.
struct Check {
    bytes: Bytes,
    reader: Reader,
    at: usize,
}

impl Check {
    fn new(bytes: Vec<u8>) -> Option<Self> {
        let bytes = Bytes(Arc::new(bytes));
        Some(Self {
            reader: Reader::open(bytes.clone())?,
            bytes,
            at: 0,
        })
    }

    /// Compares the next block.
    fn next(&mut self, impulse: &Impulse) -> Option<()> {
        let rate = self.reader.rate;
        let rows = self.reader.next()??;
        let count = rows.first().filter(|row| !row.is_empty())?.len();
        let same = |(row, back): (&Vec<f32>, &Vec<f32>)| {
            let row = row.get(self.at..self.at + count);
            row.is_some_and(|row| {
                let mut pairs = row.iter().zip(back);
                back.len() == count && pairs.all(|(a, b)| a.to_bits() == b.to_bits())
            })
        };
        let all = rows.len() == impulse.channels.len()
            && rate == Some(impulse.rate)
            && impulse.channels.iter().zip(rows).all(same);
        self.at += count;
        all.then_some(())
    }

    /// The bytes, if nothing comes after what was compared.
    fn end(mut self) -> Option<Vec<u8>> {
        if self.reader.next()?.is_some() {
            return None;
        }
        drop(self.reader);
        Arc::try_unwrap(self.bytes.0).ok()
    }
}

/// A stream that is decoded block by block.
struct Reader {
    format: FlacReader<'static>,
    decoder: Box<dyn AudioDecoder>,
    rate: Option<u32>,
    channels: Option<usize>,
    frames: Option<u64>,
    rows: Vec<Vec<f32>>,
}

impl Reader {
    fn open(bytes: Bytes) -> Option<Self> {
        let open = || {
            let source = Box::new(Cursor::new(bytes));
            let stream = MediaSourceStream::new(source, Default::default());
            let format = FlacReader::try_new(stream, Default::default()).ok()?;
            let track = format.default_track(TrackType::Audio)?;
            let frames = track.num_frames;
            let parameters = track.codec_params.as_ref()?.audio()?;
            let decoder = symphonia::default::get_codecs()
                .make_audio_decoder(parameters, &AudioDecoderOptions::default())
                .ok()?;
            Some(Self {
                rate: parameters.sample_rate,
                channels: parameters
                    .channels
                    .as_ref()
                    .map(|channels| channels.count()),
                frames,
                format,
                decoder,
                rows: Vec::new(),
            })
        };
        catch_unwind(AssertUnwindSafe(open)).ok()?
    }

    /// The rows of the next block, or nothing at the end. `None` if it is damaged.
    fn next(&mut self) -> Option<Option<&[Vec<f32>]>> {
        let next = || {
            let Some(packet) = self.format.next_packet().ok()? else {
                return Some(false);
            };
            let decoded = self.decoder.decode(&packet).ok()?;
            decoded.copy_to_vecs_planar(&mut self.rows);
            Some(true)
        };
        let more = catch_unwind(AssertUnwindSafe(next)).ok()??;
        Some(more.then_some(&self.rows))
    }
}

pub(super) fn unpack(
    packed: Vec<u8>,
    size: Size,
    cancelled: &dyn Fn() -> bool,
) -> Result<Vec<Vec<f32>>, Bad> {
    let most = (packed.len() / LEAST_BYTES).saturating_mul(MOST_FRAMES);
    let mut reader = Reader::open(Bytes(Arc::new(packed))).ok_or(Bad::BYTES)?;
    let stated = (reader.rate, reader.channels, reader.frames);
    if stated
        != (
            Some(size.rate),
            Some(size.channels),
            Some(size.frames as u64),
        )
        || size.frames > most
    {
        return Err(Bad::SIZE);
    }
    let mut rows = Vec::new();
    for _ in 0..size.channels {
        rows.push(size.row()?);
    }
    while let Some(blocks) = reader.next().ok_or(Bad::BYTES)? {
        if cancelled() {
            return Err(Bad::Cancelled);
        }
        let count = blocks.first().map_or(0, Vec::len);
        let left = size.frames - rows.first().map_or(0, Vec::len);
        if blocks.len() != rows.len() || count > left || blocks.iter().any(|b| b.len() != count) {
            return Err(Bad::SIZE);
        }
        for (row, block) in rows.iter_mut().zip(blocks) {
            row.extend_from_slice(block);
        }
    }
    match rows.iter().all(|row| row.len() == size.frames) {
        true => Ok(rows),
        false => Err(Bad::SIZE),
    }
}
