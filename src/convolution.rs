//! The convolution engines: a slow oracle, a plain one, and the one that the product uses.
//!
//! | type | what it is | who owns it |
//! |---|---|---|
//! | [`Matrix`] | which input reaches which output through which channel | plain data |
//! | [`Kernel`] | a prepared impulse, immutable, shared by `Arc` | made and dropped on the worker |
//! | [`Engine`] | a kernel and a history | made on the worker, then the audio thread |
//! | [`Entrant`] | an engine and the past that it has heard | as [`Engine`] |
//! | [`Direct`] | the definition in double precision | tests |
//! | [`Uniform`] | partitions of one size | tests and benchmarks |
//!
//! All of them answer through [`Convolver`]: no latency, any number of frames per call.

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

mod cost;
mod direct;
mod engine;
mod entrant;
mod head;
mod kernel;
mod matrix;
mod multiply;
mod plan;
mod program;
mod routes;
mod simd;
mod transform;
mod uniform;

use std::{error, fmt};

pub use direct::Direct;
pub use engine::Engine;
pub use entrant::Entrant;
pub use kernel::Kernel;
pub use matrix::{Layout, Matrix, Path};
pub use routes::MAX_RESPONSE;
pub use simd::Isa;
pub use uniform::Uniform;

/// Something that convolves its inputs with an impulse, without latency.
pub trait Convolver: Send {
    /// Number of input channels.
    fn inputs(&self) -> usize;

    /// Number of output channels.
    fn outputs(&self) -> usize;

    /// Length of the longest response, samples: after so many frames of silence the output is silent.
    fn tail(&self) -> usize;

    /// Convolves the next frames and overwrites the output. Real-time.
    ///
    /// There are as many slices as channels, all of one length, which may be 0 and may change from call
    /// to call. The input must be finite.
    fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]);

    /// Forgets all input. Real-time, and cheap in the engine of the product.
    fn reset(&mut self);
}

/// Why an impulse can not be prepared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PrepareError {
    /// A path of the matrix names an input, output or channel that is not there, or has no finite gain.
    BadPath {
        /// The path's input.
        input: usize,
        /// The path's output.
        output: usize,
        /// The path's channel of the impulse.
        channel: usize,
    },
    /// A channel of the impulse has a sample that is not a finite number.
    NotFinite {
        /// The channel.
        channel: usize,
    },
    /// The impulse is longer than an engine takes.
    TooLong {
        /// Its length, samples.
        frames: usize,
        /// The longest that can be prepared, samples.
        most: usize,
    },
}

impl fmt::Display for PrepareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadPath {
                input,
                output,
                channel,
            } => {
                write!(
                    f,
                    "no path from input {input} to output {output} through channel {channel} of the impulse"
                )
            }
            Self::NotFinite { channel } => write!(
                f,
                "channel {channel} of the impulse has a sample that is not finite"
            ),
            Self::TooLong { frames, most } => {
                write!(f, "the impulse has {frames} frames, the most is {most}")
            }
        }
    }
}

impl error::Error for PrepareError {}
