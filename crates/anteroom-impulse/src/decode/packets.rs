//! The decoder at work: packets in, samples by channel out, with no judgement. Off the audio thread.

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::TrackType;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;

use super::view::{Allowance, View};
use super::{RATES, bad_rate};
use crate::ImpulseError;
use crate::container::Coded;
use crate::source::Source;

/// After so many damaged packets in a row the rest is given up.
pub(super) const MAX_DAMAGED: u32 = 64;

/// Bytes that may be read before the first packet: a cover picture may lie there.
pub(super) const BEFORE_BYTES: u64 = 32 << 20;
/// Bytes that may be read between two packets, none of which is larger.
pub(super) const BETWEEN_BYTES: u64 = 4 << 20;

/// What the decoder delivered, before any judgement.
pub struct Raw {
    /// The first channels, and how many there are in the file.
    pub channels: Vec<Vec<f32>>,
    pub given: usize,
    pub rate: u32,
    pub bits: Option<u32>,
    pub format: String,
    pub lossless: bool,
    pub damaged: u32,
    pub cut: bool,
    pub promised: Option<u64>,
}

/// A decoder's error in words.
pub(super) fn reason(error: &Error) -> String {
    match error {
        Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            "it ends too early".into()
        }
        Error::IoError(error) => error.to_string(),
        Error::DecodeError(text) => format!("damaged ({text})"),
        Error::Unsupported(text) => format!("not a kind that can be read ({text})"),
        other => other.to_string(),
    }
}

/// How much of a file is decoded.
#[derive(Clone, Copy)]
pub struct Limits<'a> {
    /// The first channels; the others are counted, but nothing of them is kept.
    pub channels: usize,
    /// At the file's rate; what comes after is left out.
    pub seconds: u32,
    /// Samples over all channels that are kept. A file with more of them is an error.
    pub samples: usize,
    /// Asked after every packet.
    pub cancelled: &'a dyn Fn() -> bool,
    /// Told after every packet how much is done, 0..=1, where the header says how much there is.
    pub told: &'a dyn Fn(f32),
}

/// Runs the decoder over the file.
pub fn packets(
    name: &str,
    source: &Source,
    stream: &Coded,
    limits: Limits,
) -> Result<Raw, ImpulseError> {
    let fail = |error: Error| ImpulseError::malformed(name, reason(&error));
    let allowance = Allowance::default();
    allowance.set(BEFORE_BYTES);
    let view = View::new(source, stream, &allowance);
    let stream = MediaSourceStream::new(Box::new(view), Default::default());
    let mut format = symphonia::default::get_probe()
        .probe(&Hint::new(), stream, Default::default(), Default::default())
        .map_err(fail)?;
    let short_name = format.format_info().short_name;
    let track = format.default_track(TrackType::Audio);
    let track = track.ok_or_else(|| ImpulseError::malformed(name, "there is no sound in it"))?;
    let track_id = track.id;
    let promised = track.num_frames;
    let parameters = track
        .codec_params
        .as_ref()
        .and_then(|params| params.audio());
    let parameters =
        parameters.ok_or_else(|| ImpulseError::malformed(name, "its codec is not stated"))?;
    let bits = parameters.bits_per_sample;
    // Sixty seconds at a rate that makes no sense are no limit.
    if let Some(rate) = parameters.sample_rate.filter(|rate| !RATES.contains(rate)) {
        return Err(bad_rate(name, rate));
    }
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(fail)?;
    let codec = decoder.codec_info().short_name;
    let mut raw = Raw {
        channels: Vec::new(),
        given: 0,
        rate: 0,
        bits,
        format: describe(short_name, codec),
        lossless: codec.starts_with("pcm_s") || codec.starts_with("pcm_u") || codec == "flac",
        damaged: 0,
        cut: false,
        promised,
    };
    let mut damaged_in_a_row = 0;
    let mut planes: Vec<Vec<f32>> = Vec::new();
    loop {
        if (limits.cancelled)() {
            return Err(ImpulseError::Cancelled);
        }
        allowance.set(BETWEEN_BYTES);
        let packet = match format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) | Err(Error::ResetRequired) => break,
            Err(Error::IoError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                break;
            }
            Err(error) if raw.channels.is_empty() => return Err(fail(error)),
            Err(_) => {
                raw.damaged += 1;
                break;
            }
        };
        if packet.track_id != track_id {
            continue;
        }
        match decoder.decode(&packet) {
            Ok(decoded) => {
                damaged_in_a_row = 0;
                if raw.channels.is_empty() {
                    raw.rate = decoded.spec().rate();
                    if !RATES.contains(&raw.rate) {
                        return Err(bad_rate(name, raw.rate));
                    }
                    raw.given = decoded.num_planes();
                    raw.channels = vec![Vec::new(); raw.given.min(limits.channels)];
                }
                decoded.copy_to_vecs_planar(&mut planes);
                if planes.len() < raw.channels.len() || decoded.spec().rate() != raw.rate {
                    raw.damaged += 1;
                    continue;
                }
                for (channel, plane) in raw.channels.iter_mut().zip(&planes) {
                    channel.extend_from_slice(plane);
                }
            }
            Err(error @ (Error::DecodeError(_) | Error::IoError(_))) => {
                raw.damaged += 1;
                damaged_in_a_row += 1;
                if damaged_in_a_row >= MAX_DAMAGED {
                    if raw.channels.is_empty() {
                        return Err(fail(error));
                    }
                    break;
                }
            }
            Err(error) if raw.channels.is_empty() => return Err(fail(error)),
            Err(_) => break,
        }
        let kept: usize = raw.channels.iter().map(Vec::len).sum();
        if kept > limits.samples {
            let reason = format!("it has more than {} samples", limits.samples);
            return Err(ImpulseError::unsupported(name, reason));
        }
        let most = (raw.rate as usize).saturating_mul(limits.seconds as usize);
        if let (Some(promised), Some(channel)) = (promised, raw.channels.first()) {
            (limits.told)(channel.len() as f32 / promised.clamp(1, most.max(1) as u64) as f32);
        }
        if raw.rate > 0
            && raw
                .channels
                .first()
                .is_some_and(|channel| channel.len() > most)
        {
            raw.channels
                .iter_mut()
                .for_each(|channel| channel.truncate(most));
            raw.cut = true;
            break;
        }
    }
    Ok(raw)
}

fn describe(format: &str, codec: &str) -> String {
    match format {
        "wave" if codec.starts_with("pcm") => "WAV".into(),
        "wave" => format!("WAV ({codec})"),
        "aiff" => "AIFF".into(),
        "flac" => "FLAC".into(),
        "ogg" => format!("Ogg {codec}"),
        "caf" => "CAF".into(),
        other => other.to_uppercase(),
    }
}
