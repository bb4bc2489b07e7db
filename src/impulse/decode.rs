//! From a file to an impulse, with whatever had to be repaired in words.
//!
//! Off the audio thread. Reads what symphonia reads: WAV (also RF64 and W64), AIFF, FLAC, Ogg
//! Vorbis, MP3 and CAF. A file is not to be trusted: nothing here panics on one, sizes are bounded,
//! and each failure is one line that names the file and the reason.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::container::{Looked, look};
use super::{Impulse, ImpulseError, MAX_SECONDS, pairs};

mod packets;
mod repair;

use packets::{Limits, Raw, known, packets};

/// The largest file that is opened, in bytes: 60 s of 8 channels of 64-bit samples at 192 kHz fit.
const MAX_BYTES: u64 = 1 << 30;
/// Bytes that are read between two looks at whether the file is still wanted.
const PART_BYTES: u64 = 1 << 20;
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
    let wanted = || false;
    pairs::open(path, read(path, &wanted)?, (&wanted, &|_| ()))
}

/// The file's name without its folders, as messages show it.
pub(super) fn display_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().replace(['\n', '\r'], " ")
}

/// The bytes of a file, if it is a file of a sensible size.
pub(super) fn read(path: &Path, cancelled: &dyn Fn() -> bool) -> Result<Vec<u8>, ImpulseError> {
    let name = display_name(path);
    let unreadable = |error: std::io::Error| ImpulseError::unreadable(&name, &error);
    let about = std::fs::metadata(path).map_err(unreadable)?;
    if about.is_dir() {
        return Err(unreadable(std::io::ErrorKind::IsADirectory.into()));
    }
    if about.len() > MAX_BYTES {
        return Err(ImpulseError::unsupported(&name, "it is larger than 1 GiB"));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::with_capacity(about.len() as usize);
    loop {
        if cancelled() {
            return Err(ImpulseError::Cancelled);
        }
        // A file may grow while it is read.
        if bytes.len() as u64 > MAX_BYTES {
            return Err(ImpulseError::unsupported(&name, "it is larger than 1 GiB"));
        }
        let part = file.by_ref().take(PART_BYTES).read_to_end(&mut bytes);
        if part.map_err(unreadable)? == 0 {
            return Ok(bytes);
        }
    }
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
    (cancelled, told): (&dyn Fn() -> bool, &dyn Fn(f32)),
) -> Result<Decoded, ImpulseError> {
    let limits = Limits {
        told,
        ..impulse_limits(cancelled)
    };
    let (raw, promised, kind) = raw(name, bytes, limits)?;
    finish(name, raw, promised, kind)
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
    let wanted = || false;
    let limits = Limits {
        channels: usize::MAX,
        seconds: u32::MAX,
        samples: MAX_SAMPLES,
        cancelled: &wanted,
        told: &|_| (),
    };
    let (mut raw, ..) = raw(&name, read(path, &wanted)?, limits)?;
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

/// Decodes a file within limits, with no judgement.
fn raw(
    name: &str,
    bytes: Vec<u8>,
    limits: Limits,
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
    let raw = catch_unwind(AssertUnwindSafe(|| packets(name, bytes, limits)))
        .map_err(|_| ImpulseError::malformed(name, "the decoder gave up on it"))??;
    Ok((raw, promised, kind))
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
    let given = raw.given;
    let kept = match given {
        0..=2 => given,
        3 => 2,
        _ => MAX_CHANNELS,
    };
    if kept < given {
        channels.truncate(kept);
        notes.push(format!("{given} channels: the first {kept} are used"));
    }
    for channel in &mut channels {
        channel.truncate(frames);
    }
    repair::non_finite(name, &mut channels, &mut notes)?;
    repair::offset(&mut channels, &mut notes);
    if repair::is_mid_side(name) {
        repair::to_left_right(&mut channels, &mut notes);
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

/// The samples of a file that this program wrote itself: nothing is repaired.
pub(super) fn samples(name: &str, bytes: Vec<u8>) -> Result<Impulse, ImpulseError> {
    let raw = catch_unwind(AssertUnwindSafe(|| {
        packets(name, bytes, impulse_limits(&|| false))
    }))
    .map_err(|_| ImpulseError::malformed(name, "the decoder gave up on it"))??;
    Ok(Impulse {
        channels: raw.channels,
        rate: raw.rate,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// A WAV of so many channels and frames, which name their channel.
    fn wav(channels: u16, frames: usize) -> Vec<u8> {
        let spec = hound::WavSpec {
            channels,
            sample_rate: 48_000,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut writer = hound::WavWriter::new(&mut bytes, spec).expect("memory");
        for _ in 0..frames {
            for channel in 0..channels as i16 {
                writer.write_sample(channel).expect("memory");
            }
        }
        writer.finalize().expect("memory");
        bytes.into_inner()
    }

    #[test]
    fn no_more_is_kept_than_the_limits_allow() {
        let limits = impulse_limits(&|| false);
        let (raw, ..) = super::raw("a.wav", wav(16, 5000), limits).expect("a good file");
        assert_eq!((raw.channels.len(), raw.given), (MAX_CHANNELS, 16));
        assert_eq!(raw.channels[3], vec![3.0 / 32_768.0; 5000]);
        let limits = Limits {
            samples: 10_000,
            ..limits
        };
        let (raw, ..) = super::raw("a.wav", wav(2, 5000), limits).expect("just so many");
        assert_eq!(raw.channels[1].len(), 5000);
        let error = super::raw("a.wav", wav(2, 20_000), limits).err();
        assert_eq!(
            error.map(|error| error.to_string()).as_deref(),
            Some("a.wav is not supported: it has more than 10000 samples")
        );
    }

    #[test]
    fn decoding_ends_as_soon_as_nobody_wants_it() {
        let asked = Cell::new(0);
        let after = |most: usize| {
            let asked = &asked;
            move || {
                asked.set(asked.get() + 1);
                asked.get() > most
            }
        };
        let bytes = wav(2, 300_000);
        let whole = from_bytes_with("a.wav", bytes.clone(), (&after(usize::MAX), &|_| ()));
        assert!(whole.is_ok() && asked.get() > 50, "{} packets", asked.get());
        asked.set(0);
        let cut = from_bytes_with("a.wav", bytes, (&after(3), &|_| ()));
        assert_eq!((cut, asked.get()), (Err(ImpulseError::Cancelled), 4));
    }

    #[test]
    fn decoding_tells_how_much_is_done() {
        for seconds in [1, 2 * MAX_SECONDS as usize] {
            let shares = std::cell::RefCell::new(Vec::new());
            let told = |share| shares.borrow_mut().push(share);
            let bytes = wav(1, 48_000 * seconds);
            let whole = from_bytes_with("a.wav", bytes, (&|| false, &told));
            assert!(whole.is_ok());
            let shares = shares.into_inner();
            assert!(shares.len() > 5 && shares.is_sorted(), "{shares:?}");
            // A file that is cut is done where it is cut.
            let last = shares[shares.len() - 1];
            assert!(shares[0] < 0.2 && (1.0..1.2).contains(&last), "{last}");
        }
    }
}
