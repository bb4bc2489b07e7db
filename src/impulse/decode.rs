//! From a file to an impulse, with whatever had to be repaired in words.
//!
//! Off the audio thread. Reads what symphonia reads: WAV (also RF64 and W64), AIFF, FLAC, Ogg
//! Vorbis, MP3 and CAF. A file is not to be trusted: nothing here panics on one, sizes are bounded,
//! and each failure is one line that names the file and the reason.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::errors::Error;
use symphonia::core::formats::TrackType;
use symphonia::core::formats::probe::Hint;
use symphonia::core::io::MediaSourceStream;

use super::container::{Looked, look};
use super::{Impulse, ImpulseError, MAX_SECONDS, pairs};

/// The largest file that is opened, in bytes: 60 s of 8 channels of 64-bit samples at 192 kHz fit.
const MAX_BYTES: u64 = 1 << 30;
/// The sample rates that make sense, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;
/// After so many damaged packets in a row the rest is given up.
const MAX_DAMAGED: u32 = 64;

/// Leading silence from here on is worth a note, in ms.
const REPORTED_SILENCE_MS: f64 = 5.0;

/// What was in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The sound: 1, 2 or 4 channels, at least one sample, all finite.
    pub impulse: Impulse,
    /// What was repaired, dropped or should be known, each in a short sentence.
    pub notes: Vec<String>,
    /// The resolution of integer samples, in bits; `None` for floats and lossy codecs.
    pub bits: Option<u32>,
    /// The file format, for people: "WAV", "FLAC", ...
    pub format: String,
}

/// Reads and decodes a file, together with those that belong to it by name: `Hall L` and `Hall R`,
/// or `LL`, `LR`, `RL` and `RR`.
///
/// # Errors
/// Every failure is an [`ImpulseError`] that names the file.
pub fn open(path: &Path) -> Result<Decoded, ImpulseError> {
    pairs::open(path, read(path)?)
}

/// The file's name without its folders, as messages show it.
pub(super) fn display_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().replace(['\n', '\r'], " ")
}

/// The bytes of a file, if it is a file of a sensible size.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, ImpulseError> {
    let name = display_name(path);
    let unreadable = |error: std::io::Error| ImpulseError::unreadable(&name, &error);
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(unreadable(std::io::ErrorKind::IsADirectory.into()));
    }
    if about.len() > MAX_BYTES {
        return Err(ImpulseError::unsupported(&name, "it is larger than 1 GiB"));
    }
    std::fs::read(path).map_err(unreadable)
}

/// Decodes the bytes of a file; `name` is for messages and for its extension.
///
/// # Errors
/// [`ImpulseError::Malformed`] or [`ImpulseError::Unsupported`], naming the file.
pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Decoded, ImpulseError> {
    let (raw, promised, kind) = raw(name, bytes, MAX_SECONDS)?;
    finish(name, raw, promised, kind)
}

/// A recording: any number of channels, any length, its samples as they are in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Audio {
    /// The samples by channel, all of one length; 1.0 is full scale. They need not be finite.
    pub channels: Vec<Vec<f32>>,
    /// The sample rate in Hz.
    pub rate: u32,
    /// The resolution of integer samples, in bits; `None` for floats and lossy codecs.
    pub bits: Option<u32>,
}

/// Reads a recording, as opposed to an impulse: nothing is cut, dropped or repaired.
///
/// # Errors
/// As [`open`].
pub fn audio(path: &Path) -> Result<Audio, ImpulseError> {
    let name = display_name(path);
    let (mut raw, ..) = raw(&name, read(path)?, u32::MAX)?;
    let frames = raw.channels.iter().map(Vec::len).min().unwrap_or(0);
    if frames == 0 {
        return Err(ImpulseError::malformed(&name, "there is no sound in it"));
    }
    if !RATES.contains(&raw.rate) {
        let reason = format!("its sample rate of {} Hz makes no sense", raw.rate);
        return Err(ImpulseError::malformed(&name, reason));
    }
    for channel in &mut raw.channels {
        channel.truncate(frames);
    }
    Ok(Audio {
        channels: raw.channels,
        rate: raw.rate,
        bits: raw.bits.filter(|_| raw.lossless),
    })
}

/// The frames that the header promised, and those that are there.
type Promised = Option<(u64, u64)>;

/// Decodes at most `seconds` of a file, with no judgement.
fn raw(
    name: &str,
    bytes: Vec<u8>,
    seconds: u32,
) -> Result<(Raw, Promised, Option<&'static str>), ImpulseError> {
    if bytes.is_empty() {
        return Err(ImpulseError::malformed(name, "it is empty"));
    }
    let mut promised = None;
    let mut kind = None;
    let bytes = match look(bytes) {
        Looked::Plain(plain) => {
            promised = plain.promised.map(|frames| (frames, plain.present));
            kind = Some(plain.kind);
            plain.bytes
        }
        Looked::Other(bytes) if known(&bytes) => bytes,
        Looked::Other(_) => return Err(ImpulseError::malformed(name, "it is not a sound file")),
        Looked::Wrong(reason) => return Err(ImpulseError::malformed(name, reason)),
    };
    // The decoders are other people's code on a stranger's bytes: should one of them panic in
    // spite of everything, the file is refused and the host lives on.
    let raw = catch_unwind(AssertUnwindSafe(|| packets(name, bytes, seconds)))
        .map_err(|_| ImpulseError::malformed(name, "the decoder gave up on it"))??;
    Ok((raw, promised, kind))
}

/// Whether the bytes open like a format that is decoded here. The decoder would search for a
/// start anywhere, and finds "MP3" in any noise.
fn known(bytes: &[u8]) -> bool {
    let magic = |magic: &[u8]| bytes.starts_with(magic);
    let mpeg = matches!(bytes, [0xFF, second, ..] if second & 0xE6 == 0xE2);
    magic(b"RIFF")
        || magic(b"FORM")
        || magic(b"fLaC")
        || magic(b"OggS")
        || magic(b"caff")
        || magic(b"ID3")
        || mpeg
}

/// What the decoder delivered, before any judgement.
struct Raw {
    channels: Vec<Vec<f32>>,
    rate: u32,
    bits: Option<u32>,
    format: String,
    lossless: bool,
    damaged: u32,
    cut: bool,
    promised: Option<u64>,
}

fn reason(error: &Error) -> String {
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

/// Runs the decoder over the file.
fn packets(name: &str, bytes: Vec<u8>, seconds: u32) -> Result<Raw, ImpulseError> {
    let fail = |error: Error| ImpulseError::malformed(name, reason(&error));
    let stream = MediaSourceStream::new(Box::new(Cursor::new(bytes)), Default::default());
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
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(parameters, &AudioDecoderOptions::default())
        .map_err(fail)?;
    let codec = decoder.codec_info().short_name;
    let mut raw = Raw {
        channels: Vec::new(),
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
                    raw.channels = vec![Vec::new(); decoded.num_planes().min(64)];
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
        let most = (raw.rate as usize).saturating_mul(seconds as usize);
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

/// Judges what was decoded and repairs what can be.
fn finish(
    name: &str,
    raw: Raw,
    promised: Promised,
    kind: Option<&str>,
) -> Result<Decoded, ImpulseError> {
    let mut notes = Vec::new();
    let mut channels = raw.channels;
    let frames = channels.iter().map(Vec::len).min().unwrap_or(0);
    if frames == 0 {
        let reason = if raw.damaged > 0 {
            "nothing in it can be decoded"
        } else {
            "there is no sound in it"
        };
        return Err(ImpulseError::malformed(name, reason));
    }
    if !RATES.contains(&raw.rate) {
        let reason = format!("its sample rate of {} Hz makes no sense", raw.rate);
        return Err(ImpulseError::malformed(name, reason));
    }
    // A file that was cut off in the middle of a copy is refused; one that lost its end is not.
    let promised = promised.or(raw
        .promised
        .map(|frames_promised| (frames_promised, frames as u64)));
    if let Some((promised, present)) = promised.filter(|_| !raw.cut) {
        if present < promised / 2 {
            let reason = format!("it ends after {present} of {promised} frames");
            return Err(ImpulseError::malformed(name, reason));
        }
        if present + present / 1000 < promised {
            notes.push(format!(
                "the file ends early, after {present} of {promised} frames"
            ));
        }
    }
    if raw.cut {
        notes.push(format!("longer than {MAX_SECONDS} s: the rest is left out"));
    }
    if raw.damaged > 0 {
        notes.push(format!("{} damaged packets were left out", raw.damaged));
    }
    let given = channels.len();
    let kept = match given {
        0..=2 => given,
        3 => 2,
        _ => 4,
    };
    if kept < given {
        channels.truncate(kept);
        notes.push(format!("{given} channels: the first {kept} are used"));
    }
    for channel in &mut channels {
        channel.truncate(frames);
    }
    repair_non_finite(name, &mut channels, &mut notes)?;
    repair_offset(&mut channels, &mut notes);
    if is_mid_side(name) {
        to_left_right(&mut channels, &mut notes);
    }
    let integer = raw.lossless;
    let impulse = Impulse {
        channels,
        rate: raw.rate,
    };
    let silence_ms = impulse.leading_silence() as f64 / f64::from(raw.rate) * 1000.0;
    if silence_ms >= REPORTED_SILENCE_MS {
        notes.push(format!("begins with {silence_ms:.1} ms of silence"));
    }
    Ok(Decoded {
        impulse,
        notes,
        bits: raw.bits.filter(|_| integer),
        format: kind.map_or(raw.format, str::to_owned),
    })
}

/// Whether a name says that the two channels are middle and side: the words "mid side", "m s" or
/// "midside", however joined. "ms" alone is milliseconds more often than not.
fn is_mid_side(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let together = words
        .windows(2)
        .any(|pair| matches!(pair, ["mid", "side"] | ["m", "s"]));
    together || words.contains(&"midside")
}

/// Left is middle plus side, right is middle minus side.
fn to_left_right(channels: &mut [Vec<f32>], notes: &mut Vec<String>) {
    let [middle, side] = channels else { return };
    for (middle, side) in middle.iter_mut().zip(side) {
        (*middle, *side) = (*middle + *side, *middle - *side);
    }
    notes.push("middle and side, by its name: turned into left and right".into());
}

/// The samples of a file that this program wrote itself: nothing is repaired.
pub(super) fn samples(name: &str, bytes: Vec<u8>) -> Result<Impulse, ImpulseError> {
    let raw = catch_unwind(AssertUnwindSafe(|| packets(name, bytes, MAX_SECONDS)))
        .map_err(|_| ImpulseError::malformed(name, "the decoder gave up on it"))??;
    Ok(Impulse {
        channels: raw.channels,
        rate: raw.rate,
    })
}

/// Replaces what is not a number, or not a sensible one, by silence.
fn repair_non_finite(
    name: &str,
    channels: &mut [Vec<f32>],
    notes: &mut Vec<String>,
) -> Result<(), ImpulseError> {
    let (mut bad, mut all) = (0usize, 0usize);
    for sample in channels.iter_mut().flatten() {
        all += 1;
        if !sample.is_finite() || sample.abs() > 1e6 {
            bad += 1;
            *sample = 0.0;
        }
    }
    if bad == all {
        return Err(ImpulseError::malformed(
            name,
            "no sample in it is a finite number",
        ));
    }
    if bad > 0 {
        notes.push(format!(
            "{bad} samples that were not finite numbers are now silence"
        ));
    }
    Ok(())
}

/// Takes a constant offset away: one that is there from the middle of the file to its end. An
/// impulse that only has low frequencies does not look like that, because it decays.
fn repair_offset(channels: &mut [Vec<f32>], notes: &mut Vec<String>) {
    let mut worst = 0.0f64;
    for channel in channels.iter_mut() {
        let peak = channel
            .iter()
            .fold(0.0f32, |peak, sample| peak.max(sample.abs()));
        let part = channel.len() / 8;
        if part < 256 {
            continue;
        }
        let mean = |samples: &[f32]| {
            samples.iter().map(|&sample| f64::from(sample)).sum::<f64>() / samples.len() as f64
        };
        let means: Vec<f64> = channel
            .chunks_exact(part)
            .skip(4)
            .take(4)
            .map(mean)
            .collect();
        let low = means.iter().copied().fold(f64::INFINITY, f64::min);
        let high = means.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let centre = means.iter().sum::<f64>() / means.len().max(1) as f64;
        let constant = high - low < 0.1 * centre.abs();
        if !constant || centre.abs() < 1e-4 * f64::from(peak) {
            continue;
        }
        channel
            .iter_mut()
            .for_each(|sample| *sample -= centre as f32);
        worst = worst.max(centre.abs());
    }
    if worst > 0.0 {
        notes.push(format!("a constant offset of {worst:.5} was removed"));
    }
}
