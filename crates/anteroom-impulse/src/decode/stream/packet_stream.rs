//! The decoder of packets, kept between two pieces of a recording. Off the audio thread.

use std::io::ErrorKind;
use std::sync::Arc;

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatReader, SeekMode, SeekTo, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::units::Timestamp;

use crate::ImpulseError;
use crate::container::Coded;
use crate::decode::packets::{BEFORE_BYTES, BETWEEN_BYTES, MAX_DAMAGED, reason};
use crate::decode::view::{Allowance, View};
use crate::decode::{RATES, bad_rate};
use crate::source::Source;

/// Frames that are decoded before those that are wanted: a codec that was started there has forgotten it by then. MPEG
/// audio reaches back by nine packets of 1152 at most, Vorbis by one of 8192.
const WARM_UP: u64 = 16_384;
/// To the first frame of a piece that lies less than this ahead it is cheaper to decode on than to seek.
const NEAR: u64 = 65_536;

/// An open stream of packets.
pub struct PacketStream {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    allowance: Arc<Allowance>,
    track: u32,
    rate: u32,
    channels: usize,
    frames: Option<u64>,
    /// The samples of the last packet by channel, the frame with which they begin, and how many there are.
    planes: Vec<Vec<f32>>,
    start: u64,
    held: usize,
    /// Whether the next packet says itself where it belongs: after a seek.
    lost: bool,
    /// The frame after the last packet.
    next: u64,
    ended: bool,
}

impl PacketStream {
    /// Opens a stream and decodes its first packet.
    ///
    /// # Errors
    /// [`ImpulseError::Malformed`] naming the file.
    pub fn open(name: &str, source: Arc<Source>, stream: Coded) -> Result<Self, ImpulseError> {
        let fail = |error: Error| ImpulseError::malformed(name, reason(&error));
        let allowance = Arc::new(Allowance::default());
        allowance.set(BEFORE_BYTES);
        let view = View::new(source, Arc::new(stream), Arc::clone(&allowance));
        let stream = MediaSourceStream::new(Box::new(view), Default::default());
        let format = symphonia::default::get_probe()
            .probe(&Hint::new(), stream, Default::default(), Default::default())
            .map_err(fail)?;
        let track = format.default_track(TrackType::Audio);
        let track =
            track.ok_or_else(|| ImpulseError::malformed(name, "there is no sound in it"))?;
        let (id, frames) = (track.id, track.num_frames);
        let parameters = track
            .codec_params
            .as_ref()
            .and_then(|params| params.audio());
        let parameters =
            parameters.ok_or_else(|| ImpulseError::malformed(name, "its codec is not stated"))?;
        if let Some(rate) = parameters.sample_rate.filter(|rate| !RATES.contains(rate)) {
            return Err(bad_rate(name, rate));
        }
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(parameters, &AudioDecoderOptions::default())
            .map_err(fail)?;
        let mut stream = Self {
            format,
            decoder,
            allowance,
            track: id,
            rate: 0,
            channels: 0,
            frames,
            planes: Vec::new(),
            start: 0,
            held: 0,
            lost: false,
            next: 0,
            ended: false,
        };
        // Only a packet says for certain how many channels there are.
        while stream.held == 0 && !stream.ended {
            stream.decode(name)?;
        }
        if stream.channels == 0 || !RATES.contains(&stream.rate) {
            return Err(ImpulseError::malformed(name, "there is no sound in it"));
        }
        Ok(stream)
    }

    pub fn rate(&self) -> u32 {
        self.rate
    }

    pub fn channels(&self) -> usize {
        self.channels
    }

    pub fn frames(&self) -> Option<u64> {
        self.frames
    }

    /// As [`Recording::read`](super::Recording::read).
    pub fn read(
        &mut self,
        name: &str,
        at: u64,
        count: usize,
        into: &mut [Vec<f32>],
    ) -> Result<usize, ImpulseError> {
        if at < self.start || at > self.next.saturating_add(NEAR) {
            self.seek(name, at)?;
        }
        let mut done = 0;
        while done < count {
            let at = at + done as u64;
            let end = self.start + self.held as u64;
            if self.start <= at && at < end {
                let from = (at - self.start) as usize;
                let taken = (self.held - from).min(count - done);
                for (row, plane) in into.iter_mut().zip(&self.planes) {
                    row.extend_from_slice(&plane[from..from + taken]);
                }
                done += taken;
            } else if self.ended {
                break;
            } else if at < self.start {
                // Something is missing here that was damaged: silence stands for it.
                let taken = usize::try_from(self.start - at)
                    .map_or(count - done, |gap| gap.min(count - done));
                for row in into.iter_mut().take(self.planes.len()) {
                    row.resize(row.len() + taken, 0.0);
                }
                done += taken;
            } else {
                self.decode(name)?;
            }
        }
        Ok(done)
    }

    /// Goes to a place some frames before `at`.
    fn seek(&mut self, name: &str, at: u64) -> Result<(), ImpulseError> {
        let to = at.saturating_sub(WARM_UP);
        let ts = i64::try_from(to).unwrap_or(i64::MAX);
        // To find the place, some formats are read from the beginning.
        self.allowance.set(u64::MAX);
        let to = SeekTo::Timestamp {
            ts: Timestamp::from(ts),
            track_id: self.track,
        };
        self.decoder.reset();
        (self.held, self.ended) = (0, false);
        match self.format.seek(SeekMode::Accurate, to) {
            Ok(_) => {
                // The next packet says where it belongs; until then nothing is known to lie before it.
                self.lost = true;
                (self.start, self.next) = (0, 0);
                Ok(())
            }
            // Behind its end.
            Err(Error::SeekError(_)) if self.frames.is_none_or(|frames| at >= frames) => {
                self.ended = true;
                (self.start, self.next) = (at, at);
                Ok(())
            }
            Err(error) => Err(ImpulseError::malformed(name, reason(&error))),
        }
    }

    /// Decodes the next packet that has samples, or learns that there is none.
    fn decode(&mut self, name: &str) -> Result<(), ImpulseError> {
        let mut damaged = 0;
        loop {
            self.allowance.set(BETWEEN_BYTES);
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) | Err(Error::ResetRequired) => return self.end(),
                Err(Error::IoError(error)) if error.kind() == ErrorKind::UnexpectedEof => {
                    return self.end();
                }
                Err(error) if self.rate == 0 => {
                    return Err(ImpulseError::malformed(name, reason(&error)));
                }
                Err(_) => return self.end(),
            };
            if packet.track_id != self.track {
                continue;
            }
            // What is cut off at the beginning is not counted by its time.
            let pts = packet
                .pts
                .get()
                .saturating_add_unsigned(packet.trim_start.get());
            match self.decoder.decode(&packet) {
                Ok(decoded) => {
                    let (rate, channels) = (decoded.spec().rate(), decoded.num_planes());
                    if self.rate == 0 {
                        (self.rate, self.channels) = (rate, channels);
                    }
                    if rate != self.rate || channels < self.channels {
                        damaged += 1;
                        continue;
                    }
                    decoded.copy_to_vecs_planar(&mut self.planes);
                    let held = self.planes.iter().map(Vec::len).min().unwrap_or(0);
                    if held == 0 {
                        continue;
                    }
                    if std::mem::take(&mut self.lost) {
                        self.next = u64::try_from(pts).unwrap_or(0);
                    }
                    (self.start, self.held) = (self.next, held);
                    self.next += held as u64;
                    return Ok(());
                }
                Err(Error::DecodeError(_) | Error::IoError(_)) if damaged < MAX_DAMAGED => {
                    damaged += 1;
                }
                Err(error) if self.rate == 0 => {
                    return Err(ImpulseError::malformed(name, reason(&error)));
                }
                Err(_) => return self.end(),
            }
        }
    }

    fn end(&mut self) -> Result<(), ImpulseError> {
        (self.held, self.ended) = (0, true);
        self.start = self.next;
        Ok(())
    }
}
