//! Rooms recorded: a sweep to play, and the impulse out of what a microphone heard of it.
//!
//! Off the audio thread. [`Sweep`] is an exponential sweep between timing marks; [`deconvolve`] finds it in a recording,
//! sets the recorder's clock right, divides the spectra, keeps harmonic distortion apart and trims what is left.
//! [`from_shot`] does the last of this for a starter pistol or a balloon. Everything long can be given up: the question
//! is asked between two transforms, the longest of which takes about a second.
//!
//! The memory is [`BYTES_A_FRAME`] for each frame of one sweep with the silence after it, beside the recording and one
//! copy of it, and never more than a sweep of [`MAX_FRAMES`] takes: longer ones are refused.
//!
//! Sources: A. Farina, "Simultaneous measurement of impulse response and distortion with a swept-sine technique", AES
//! 108th convention (2000); A. Novak, P. Lotton and L. Simon, "Synchronized swept-sine: theory, application and
//! implementation", JAES 63 (2015); S. Müller and P. Massarani, "Transfer-function measurement with sweeps", JAES 49
//! (2001); O. Kirkeby and others, "Fast deconvolution of multichannel systems using regularization", IEEE TSAP 6 (1998).
//!
//! | file | what it is |
//! |---|---|
//! | `sweep`, `marks` | what is played; the marks in it, found again |
//! | `reference` | what is known of what was played: from numbers, from marks, or from a file |
//! | `law` | whether a file is an exponential sweep, and which |
//! | `clock` | how fast the recorder's clock went, and the recording without that |
//! | `spectral` | sizes of transforms, means by third octaves |
//! | `divide` | one spectrum by another, as far as there is more signal than noise |
//! | `check`, `place` | a recording before it is used; where a sweep is in it |
//! | `harmonics` | what the loudspeaker added |
//! | `finish` | onset, knee, fades |
//! | `quality` | what is said of a recording |
//! | `takes` | several takes of one sweep as one |
//! | `measure`, `shot` | the whole way, for a sweep and for a pistol |

use std::fmt;

use super::Impulse;

mod check;
mod clock;
mod divide;
mod finish;
mod harmonics;
mod law;
mod marks;
mod measure;
mod place;
mod quality;
mod reference;
mod shot;
mod spectral;
mod sweep;
mod takes;

pub use finish::PRE_MS;
pub use harmonics::Harmonics;
pub use measure::deconvolve;
pub use quality::{ChannelQuality, OctaveQuality, Quality, SweepFound};
pub use reference::Played;
pub use shot::from_shot;
pub use sweep::{Sweep, SweepPart, SweepSpec};
pub use takes::{Takes, averaged};

/// The most frames of one sweep with the silence after it: 11 minutes at 48 kHz, 87 s at 384 kHz.
pub const MAX_FRAMES: usize = 1 << 25;
/// The most frames of a recording.
pub const MAX_RECORDING: usize = 1 << 27;
/// What a deconvolution takes for each frame of one sweep with the silence after it, in bytes.
pub const BYTES_A_FRAME: usize = 64;

/// What is done to the ends of an impulse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trim {
    /// It begins [`PRE_MS`] before the direct sound, fades where that sinks into the noise, and ends.
    #[default]
    Auto,
    /// It is left as it is: a quarter of a second and less before the sound, and all after it.
    None,
}

/// An impulse that was recorded.
#[derive(Clone, Debug)]
pub struct Capture {
    /// The impulse: as many channels as microphones, or as microphones times loudspeakers.
    pub impulse: Impulse,
    /// How good it is.
    pub quality: Quality,
    /// What should be known, each in a short sentence.
    pub notes: Vec<String>,
}

/// Why there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaptureError {
    /// A sweep that makes no sense as it was asked for.
    Sweep(String),
    /// A recording, or the file of a sweep, that can not be used.
    Recording(String),
    /// Nobody wants it any more.
    Cancelled,
}

impl CaptureError {
    fn recording(reason: impl Into<String>) -> Self {
        Self::Recording(reason.into())
    }
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sweep(reason) | Self::Recording(reason) => f.write_str(reason),
            Self::Cancelled => f.write_str("given up before it was done"),
        }
    }
}

impl std::error::Error for CaptureError {}

/// Asks whether the work is still wanted.
fn wanted(cancelled: &dyn Fn() -> bool) -> Result<(), CaptureError> {
    match cancelled() {
        true => Err(CaptureError::Cancelled),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests;
