//! From a file to an impulse, with whatever had to be repaired in words.
//!
//! Off the audio thread. Reads WAV (also RIFX, RF64 and W64), AIFF, CAF, FLAC, Ogg Vorbis and MPEG
//! audio, with any tags around it. A file is not to be trusted: nothing here panics on one, sizes are
//! bounded, and each failure is one line that names the file and the reason. Of a file no more is in
//! memory than the samples that are kept and a few blocks that are being decoded.
//!
//! `stream` reads a recording piece by piece, however long it is. `pcm` decodes plain samples and `packets` everything else, through a `view` of the file. `repair` mends samples,
//! `mid_side` reads a name, `channel_sets` finds the files that belong together.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::channel_layout::{ChannelsAs, Plan, Stated, stated};
use super::container::tags::strip;
use super::container::{Looked, Window, look};
use super::source::Source;
use super::{Impulse, ImpulseError, MAX_SECONDS};

pub(crate) mod channel_sets;
mod mid_side;
mod packets;
mod pcm;
mod repair;
mod stream;
mod view;

use packets::{Limits, Raw, packets};
pub use repair::Offset;
pub use stream::{Recording, RecordingFile};

/// The channels of a file that an impulse is made of, at most.
const MAX_CHANNELS: usize = 4;
/// The samples that a recording has at most, over all channels: three hours of stereo at 48 kHz, and
/// 4 GiB in memory. A small file can hold far more: silence packs well.
const MAX_SAMPLES: usize = 1 << 30;
/// The sample rates that make sense, in Hz.
const RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;

/// Leading silence from here on is worth a note, in ms.
const REPORTED_SILENCE_MS: f64 = 5.0;

/// What was in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The sound as it is in the file: 1, 2 or 4 channels, at least one sample, all finite.
    pub impulse: Impulse,
    /// The constant offset of each channel, which [`Decoded::repaired`] takes away. Empty if there is
    /// none.
    pub offsets: Vec<Offset>,
    /// What was repaired, dropped or should be known, each in a short sentence.
    pub notes: Vec<String>,
    /// The resolution of integer samples, in bits; `None` for floats and lossy codecs.
    pub bits: Option<u32>,
    /// The file format, for people: "WAV", "FLAC", ...
    pub format: String,
    /// How the channels of the file are used; none for files of one or two.
    pub channels_as: Option<ChannelsAs>,
}

impl Decoded {
    /// A sound that is in no file: nothing is known of it but its samples.
    pub fn of(impulse: Impulse, format: &str) -> Self {
        Self {
            offsets: repair::offsets(&impulse.channels),
            impulse,
            notes: Vec::new(),
            bits: None,
            format: format.into(),
            channels_as: None,
        }
    }

    /// The sound without its constant offset, or as it is if it has none.
    #[must_use]
    pub fn repaired(&self) -> Cow<'_, Impulse> {
        if self.offsets.is_empty() {
            return Cow::Borrowed(&self.impulse);
        }
        Cow::Owned(Impulse {
            channels: repair::without(&self.offsets, &self.impulse.channels),
            rate: self.impulse.rate,
        })
    }

    /// What there is to say of the repair, in a short sentence: whether it was done, if that is
    /// known. `None` if there is nothing to repair.
    #[must_use]
    pub fn repair_note(&self, done: Option<bool>) -> Option<String> {
        let sizes = self.offsets.iter().map(|offset| offset.value.abs());
        let worst = sizes.fold(0.0, f32::max);
        let what = match done {
            _ if worst == 0.0 => return None,
            Some(true) => "was removed",
            Some(false) => "is left as it is",
            None => "is in it",
        };
        Some(format!("a constant offset of {worst:.5} {what}"))
    }
}

/// Reads and decodes a file, together with those that belong to it by name: `Hall L` and `Hall R`,
/// or `LL`, `LR`, `RL` and `RR`.
///
/// # Errors
/// Every failure is an [`ImpulseError`] that names the file.
pub fn open(path: &Path) -> Result<Decoded, ImpulseError> {
    open_as(path, None)
}

/// The same, with a choice of what the channels are; without one the file's own word counts.
///
/// # Errors
/// As [`open`].
pub fn open_as(path: &Path, channels_as: Option<ChannelsAs>) -> Result<Decoded, ImpulseError> {
    let wanted = || false;
    let source = Source::open(path, &display_name(path), &wanted)?;
    channel_sets::decoded(path, &source, channels_as, (&wanted, &|_| ()))
}

/// The file's name without its folders, as messages show it.
pub(super) fn display_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().replace(['\n', '\r'], " ")
}

/// Decodes the bytes of a file; `name` is for messages and for its extension.
///
/// # Errors
/// [`ImpulseError::Malformed`] or [`ImpulseError::Unsupported`], naming the file.
pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Result<Decoded, ImpulseError> {
    from_bytes_with(name, bytes, (&|| false, &|_| ()))
}

/// The same, given up as soon as `cancelled` says that nobody wants it any more. It is asked after
/// every packet, which is some thousand samples; then `told` hears how much is done, 0..=1, if the
/// file says how much there is.
///
/// # Errors
/// As [`from_bytes`], and [`ImpulseError::Cancelled`].
pub fn from_bytes_with(
    name: &str,
    bytes: Vec<u8>,
    watch: (&dyn Fn() -> bool, &dyn Fn(f32)),
) -> Result<Decoded, ImpulseError> {
    from_source_as(name, &Source::bytes(bytes), None, watch)
}

/// Decodes what a source holds, with a choice of what the channels are; without one the file's own
/// word counts.
pub(super) fn from_source_as(
    name: &str,
    source: &Source,
    channels_as: Option<ChannelsAs>,
    (cancelled, told): (&dyn Fn() -> bool, &dyn Fn(f32)),
) -> Result<Decoded, ImpulseError> {
    let limits = Limits {
        told,
        ..impulse_limits(cancelled)
    };
    let raw = raw(name, source, limits)?;
    // Only of three and more is it asked what they are.
    let stated = match raw.given {
        0..3 => Stated::Nothing,
        _ => stated(name, source),
    };
    source.check(name)?;
    finish(name, raw, (channels_as, stated))
}

/// As much as an impulse may have.
fn impulse_limits(cancelled: &dyn Fn() -> bool) -> Limits<'_> {
    Limits {
        channels: MAX_CHANNELS,
        seconds: MAX_SECONDS,
        samples: usize::MAX,
        cancelled,
        told: &|_| (),
    }
}

/// Decodes what comes out of a pipe. What is read of it is kept in `kept`, an empty file that is open
/// for reading and writing; no more is read than a minute of sound takes.
///
/// # Errors
/// As [`open`].
pub fn from_pipe(
    name: &str,
    pipe: Box<dyn Read + Send>,
    kept: File,
) -> Result<Decoded, ImpulseError> {
    from_pipe_as(name, pipe, kept, None)
}

/// The same, with a choice of what the channels are; without one the file's own word counts.
///
/// # Errors
/// As [`from_pipe`].
pub fn from_pipe_as(
    name: &str,
    pipe: Box<dyn Read + Send>,
    kept: File,
    channels_as: Option<ChannelsAs>,
) -> Result<Decoded, ImpulseError> {
    let source = Source::pipe(pipe, kept);
    from_source_as(name, &source, channels_as, (&|| false, &|_| ()))
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
/// As [`open`]; and a recording of more than 2^30 samples over all channels (three hours of stereo at
/// 48 kHz) is [`ImpulseError::Unsupported`], and says so.
pub fn audio(path: &Path) -> Result<Audio, ImpulseError> {
    let name = display_name(path);
    recording(&name, &Source::open(path, &name, &|| false)?)
}

/// Reads a recording from a pipe, as [`from_pipe`] does an impulse, to its end.
///
/// # Errors
/// As [`audio`].
pub fn audio_from_pipe(
    name: &str,
    pipe: Box<dyn Read + Send>,
    kept: File,
) -> Result<Audio, ImpulseError> {
    recording(name, &Source::pipe(pipe, kept))
}

fn recording(name: &str, source: &Source) -> Result<Audio, ImpulseError> {
    let wanted = || false;
    let limits = Limits {
        channels: usize::MAX,
        seconds: u32::MAX,
        samples: MAX_SAMPLES,
        cancelled: &wanted,
        told: &|_| (),
    };
    let mut raw = raw(name, source, limits)?;
    let frames = raw.channels.iter().map(Vec::len).min().unwrap_or(0);
    if frames == 0 {
        return Err(ImpulseError::malformed(name, "there is no sound in it"));
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

/// Decodes a source within limits, with no judgement but of its rate.
fn raw(name: &str, source: &Source, limits: Limits) -> Result<Raw, ImpulseError> {
    if source.length() == Some(0) {
        return Err(ImpulseError::malformed(name, "it is empty"));
    }
    // The decoders are other people's code on a stranger's bytes: should one of them panic in
    // spite of everything, the file is refused and the host lives on.
    let raw = catch_unwind(AssertUnwindSafe(|| decoded(name, source, limits)))
        .map_err(|_| ImpulseError::malformed(name, "the decoder gave up on it"))?;
    // Whatever they make of a file that can not be read, that is what is wrong with it.
    source.check(name)?;
    raw
}

fn decoded(name: &str, source: &Source, limits: Limits) -> Result<Raw, ImpulseError> {
    match look(strip(Window::new(source))) {
        Looked::Pcm(pcm) if !RATES.contains(&pcm.rate) => Err(bad_rate(name, pcm.rate)),
        Looked::Pcm(pcm) => pcm::pcm(name, source, &pcm, limits),
        Looked::Coded(stream) => {
            let raw = packets(name, source, &stream, limits)?;
            Ok(Raw {
                format: stream.kind.map_or(raw.format, str::to_owned),
                ..raw
            })
        }
        Looked::Wrong(reason) => Err(ImpulseError::malformed(name, reason)),
        Looked::Unknown => Err(ImpulseError::malformed(name, "it is not a sound file")),
    }
}

fn bad_rate(name: &str, rate: u32) -> ImpulseError {
    let reason = format!("its sample rate of {rate} Hz makes no sense");
    ImpulseError::malformed(name, reason)
}

/// Judges what was decoded and repairs what can be.
fn finish(
    name: &str,
    raw: Raw,
    (chosen, stated): (Option<ChannelsAs>, Stated),
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
    // A file that was cut off in the middle of a copy is refused; one that lost its end is not.
    let present = frames as u64;
    if let Some(promised) = raw.promised.filter(|_| !raw.cut) {
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
    let plan = Plan::new(raw.given, chosen, stated);
    channels.truncate(plan.kept());
    for channel in &mut channels {
        channel.truncate(frames);
        channel.shrink_to_fit();
    }
    repair::non_finite(name, &mut channels, &mut notes)?;
    if raw.given == 2 && mid_side::in_name(name) {
        repair::to_left_right(&mut channels, &mut notes);
    }
    plan.apply(&mut channels, &mut notes);
    // What is decoded from B-format is no whole number any more.
    let integer = raw.lossless && plan.channels_as != Some(ChannelsAs::BFormat);
    let impulse = Impulse {
        channels,
        rate: raw.rate,
    };
    let mut decoded = Decoded {
        offsets: repair::offsets(&impulse.channels),
        impulse,
        notes,
        bits: raw.bits.filter(|_| integer),
        format: raw.format,
        channels_as: plan.channels_as,
    };
    let silent = decoded.repaired().leading_silence();
    let silence_ms = silent as f64 / f64::from(raw.rate) * 1000.0;
    if silence_ms >= REPORTED_SILENCE_MS {
        let note = format!("begins with {silence_ms:.1} ms of silence");
        decoded.notes.push(note);
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests;
