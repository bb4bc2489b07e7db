//! Impulse responses: read from files, made as rooms, resampled, reshaped, measured, and found again.
//!
//! Nothing here but [`math`] is real-time: it reads files, allocates and takes its time.
//!
//! | module     | what it answers                                                              |
//! |------------|------------------------------------------------------------------------------|
//! | [`decode`] | which samples are in this file, and what had to be repaired                  |
//! | [`channel_layout`] | what its channels are                                                |
//! | [`resample`](mod@resample) | the same impulse at another rate, as loud as before          |
//! | [`shape`](mod@shape)       | trimmed, stretched, reversed, faded, decayed, damped, levelled |
//! | [`rooms`](mod@rooms)       | rooms made from a few numbers and a seed                     |
//! | [`analyze`](mod@analyze)   | reverberation, clarity, echo density and IACC                |
//! | [`capture`] | sweeps to play, and the impulse of a room out of their recording            |
//! | [`spectrogram`] | how the spectrum changes with time, for drawing                         |
//! | [`spectrum`] | the spectrum of what sounds now, for drawing                               |
//! | [`origin`] | what a project remembers of its impulse                                      |
//! | [`embed`]  | the impulse itself, losslessly, as text                                      |
//! | [`library`] | folders of impulses, searched by content                                   |
//! | [`locate`](mod@locate)     | where a remembered file is now                               |
//! | [`test_sounds`](mod@test_sounds) | dry sounds to hear a room with                    |
//! | [`path_text`] | paths of any bytes as text                                                |
//! | [`files`] | file access that can be given up                                              |
//! | [`math`]   | elementary functions that give the same bits on every machine                |
//!
//! Behind these are `container` (files before they are decoded), `source` (the bytes of a file), `content_hash`,
//! `decay_shaper` (another reverberation time), `loudness` (and `profile`, how like two impulses sound), `fft` and `stft` (spectra), `rng` (the same numbers
//! everywhere), `f32x4` (four numbers at once) and `parallel` (channels side by side).

use std::fmt;

pub mod analyze;
pub mod capture;
pub mod channel_layout;
pub mod decode;
pub mod embed;
pub mod files;
pub mod library;
pub mod locate;
pub mod math;
pub mod origin;
pub mod path_text;
pub mod resample;
pub mod rooms;
pub mod shape;
pub mod spectrogram;
pub mod spectrum;
pub mod test_sounds;

mod container;
mod content_hash;
mod decay_shaper;
mod f32x4;
mod fft;
mod loudness;
mod parallel;
mod profile;
mod rng;
mod source;
mod stft;

pub use analyze::{Analysis, analyze};
pub use channel_layout::ChannelsAs;
pub use decode::Decoded;
pub use embed::Embedded;
pub use library::Library;
pub use locate::{Located, Missing, locate};
pub use loudness::LOUDNESS_LAW;
pub use origin::{FileRef, MOST_CHOICES, Origin, Repair};
pub use profile::{PROFILE_SUMS, profile};
pub use resample::resample;
pub use rooms::{NamedRoom, RECIPE_LAW, ROOM_NUMBERS, RecipeNumber, RoomRecipe, rooms};
pub use shape::{SHAPING_LAW, Shape, ShapeBits, shape, shape_with};
pub use spectrogram::Spectrogram;
pub use test_sounds::TestSound;

/// The longest impulse that is kept, in seconds. Longer files are cut, with a note.
pub const MAX_SECONDS: u32 = 60;

/// An impulse response: one row of samples per channel.
///
/// There are 1, 2 or 4 channels (4: L>L, L>R, R>L, R>R), all of the same length, which is at least
/// one sample; every sample is finite.
#[derive(Clone, Debug, PartialEq)]
pub struct Impulse {
    /// The samples by channel; 1.0 is full scale.
    pub channels: Vec<Vec<f32>>,
    /// The sample rate in Hz.
    pub rate: u32,
}

impl Impulse {
    /// The length in samples.
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    /// The length in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.rate.max(1))
    }

    /// The silence before anything is heard in any channel, in samples: up to the first sample
    /// within 60 dB of the channel's largest.
    pub fn leading_silence(&self) -> usize {
        let heard = self
            .channels
            .iter()
            .filter(|row| row.iter().any(|&sample| sample != 0.0));
        heard
            .map(|row| analyze::onset(row, 60.0))
            .min()
            .unwrap_or(0)
    }

    /// The largest magnitude over all channels.
    pub fn peak(&self) -> f32 {
        let samples = self.channels.iter().flatten();
        samples.fold(0.0, |peak, sample| peak.max(sample.abs()))
    }
}

/// Why there is no impulse. Each variant but the last names the file and the reason, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImpulseError {
    /// The file can not be opened or read.
    Unreadable {
        /// The file's name.
        name: String,
        /// What the system said.
        reason: String,
    },
    /// The file was read, but what it holds is not a sound or is damaged.
    Malformed {
        /// The file's name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The file may be right, but Anteroom does not read its kind.
    Unsupported {
        /// The file's name.
        name: String,
        /// What is not supported.
        reason: String,
    },
    /// The place where the file is does not answer: a network drive that is gone, for instance.
    Unresponsive {
        /// The file's name.
        name: String,
        /// What does not answer, in words.
        reason: String,
    },
    /// Nobody wants it any more: whoever asked has said so meanwhile.
    Cancelled,
}

impl ImpulseError {
    pub(crate) fn malformed(name: &str, reason: impl Into<String>) -> Self {
        Self::Malformed {
            name: name.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn unsupported(name: &str, reason: impl Into<String>) -> Self {
        Self::Unsupported {
            name: name.into(),
            reason: reason.into(),
        }
    }

    pub(crate) fn unreadable(name: &str, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        if crate::files::is_cancelled(error) {
            return Self::Cancelled;
        }
        if crate::files::is_unresponsive(error) {
            return Self::Unresponsive {
                name: name.into(),
                reason: error.to_string(),
            };
        }
        let reason = match error.kind() {
            ErrorKind::NotFound => "there is no such file".into(),
            ErrorKind::IsADirectory => "it is a folder".into(),
            ErrorKind::PermissionDenied => "reading it is not permitted".into(),
            _ => error.to_string(),
        };
        Self::Unreadable {
            name: name.into(),
            reason,
        }
    }
}

impl fmt::Display for ImpulseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { name, reason } | Self::Unresponsive { name, reason } => {
                write!(f, "{name} can not be read: {reason}")
            }
            Self::Malformed { name, reason } => write!(f, "{name} is not usable: {reason}"),
            Self::Unsupported { name, reason } => write!(f, "{name} is not supported: {reason}"),
            Self::Cancelled => write!(f, "given up before it was done"),
        }
    }
}

impl std::error::Error for ImpulseError {}

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
