//! Real-time convolution with long impulse responses: no latency, and the same cost in every callback.
//!
//! | type | what it is | who owns it |
//! |---|---|---|
//! | [`Matrix`] | which input reaches which output through which channel | plain data |
//! | [`Kernel`] | a prepared impulse, immutable, shared by `Arc` | made and dropped on the worker |
//! | [`Engine`] | a kernel and the history of its input | made on the worker, then the audio thread |
//! | [`PrimedEngine`] | an engine and the input that it already knows | as [`Engine`] |
//!
//! # The design of the engine
//!
//! * The first 128 taps are a **direct form**, so that one sample is answered like a thousand. From there on
//!   come partitions whose sizes grow; a level of size N begins at tap 2N, so it has one period to collect its
//!   input and one whole period to do its work (Gardner 1995).
//! * The sizes come from a search over all subsets of 64 to 65536 with a fixed **cost model** that was measured
//!   in place; it is the same on every machine. For 10 s of true stereo: 128 direct + 6 x 64 +
//!   6 x 256 + 6 x 1024 + 6 x 4096 + 2 x 16384 + 13 x 32768.
//! * The work for a block is a list of **work items** of about 0.25 us (AVX-512; otherwise 0.4 us) by a table of costs
//!   for the width of the vectors: with narrow ones arithmetic takes two to three times as long, while memory is as
//!   slow. The tables come from whole engines: the shortest times of their blocks were explained, by least squares,
//!   by the items in them.
//! * Each level **earns** with each sample its share of what its block costs, and an item is paid from it. So all levels
//!   move evenly to their deadlines, each stretch of samples costs the same within an item, and does a little of
//!   everything. What has to be done by the end of the present block of the schedule (64 samples, whatever the host's
//!   block) goes first.
//! * Every level has buffers of its own, so *when* an item runs changes no bit of the output: neither does
//!   the host's block. All instruction sets give the same bits ([`Isa`]), but on processors that can not fuse multiply
//!   and add.
//! * One input spectrum serves all paths. Responses that are alike are kept once, so are outputs. Of several impulses at
//!   once ([`Kernel::prepare_sparse_with`]) each costs something only where it has taps.
//! * An engine that is primed with input which another one answers ([`Engine::prime`]) skips the direct form, and answers
//!   that are over before it is heard.
//! * [`Convolver::reset`] only counts blocks anew: what is older is not read again.
//! * Input and taps below -300 dBFS are taken as 0, so that their products are no denormal numbers.
//!
//! What it costs, beside others, and what was tried and dropped, is in the repository: `docs/performance.md`.
//!
//! # The files
//!
//! | file | what it is |
//! |---|---|
//! | `matrix`, `routes` | which input reaches which output, and one response for each pair of ends |
//! | `plan`, `cost` | how a response is cut into partitions, by what each kind of work costs |
//! | `kernel`, `spectra` | the prepared impulse, and the spectra of one of its levels |
//! | `work_items`, `schedule` | the work for a block in small pieces, and which of them is next |
//! | `engine`, `fir`, `primed` | what convolves, its first taps, and an engine that knows some input |
//! | `profile` | how like two impulses are, without their samples |
//! | `transform`, `multiply` | the arithmetic: the transform, and products of spectra |
//! | `simd` | the vector units of the processor |

#![deny(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros
)]

mod cost;
mod engine;
mod fir;
mod kernel;
mod matrix;
mod multiply;
mod plan;
mod primed;
mod profile;
mod routes;
mod schedule;
mod simd;
mod spectra;
mod transform;
mod work_items;

use std::{error, fmt};

pub use engine::Engine;
pub use kernel::Kernel;
pub use matrix::{Layout, Matrix, Path};
pub use primed::{MOVING_PARTS, PrimedEngine};
pub use profile::Profile;
pub use routes::MAX_RESPONSE;
pub use simd::Isa;

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
    /// Nobody wants it any more: whoever asked has said so meanwhile.
    Cancelled,
}

impl fmt::Display for PrepareError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => write!(f, "given up before it was done"),
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

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
