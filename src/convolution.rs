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
//!
//! # The design of the engine
//!
//! * The first 128 taps are a **direct form**, so that one sample is answered like a thousand. From there on
//!   come partitions whose sizes grow; a level of size N begins at tap 2N, so it has one period to collect its
//!   input and one whole period to do its work (Gardner 1995).
//! * The sizes come from a search over all subsets of 64 to 65536 with a fixed **cost model** that was measured
//!   in place; it is the same on every machine. For 10 s of true stereo: 128 direct + 6 x 64 +
//!   6 x 256 + 6 x 1024 + 6 x 4096 + 2 x 16384 + 13 x 32768.
//! * The work for a block is a list of **pieces** of at most 0.25 us (AVX-512; otherwise 0.4 us) by a table of prices
//!   for the width of the vectors: with narrow ones arithmetic takes two to three times as long, while memory is as
//!   slow. The tables come from whole engines: the shortest times of their blocks were explained, by least squares,
//!   by the pieces in them. Each block of the schedule
//!   (64 samples, whatever the host's block) spends a constant budget on them, in proportion to the samples; the
//!   smallest level with work goes first, which is earliest deadline first as periods are nested. The
//!   budget is the smallest that keeps every deadline when the schedule is played through at preparation.
//! * Every level has buffers of its own, so *when* a piece runs changes no bit of the output: neither does
//!   the host's block. Results may differ in the last bits between instruction sets ([`Isa`]).
//! * One input spectrum serves all paths. Responses that are alike are kept once, so are outputs.
//! * An engine that learns a past which nobody hears again ([`Engine::hear`]) leaves the direct form out.
//! * [`Convolver::reset`] only counts blocks anew: what is older is not read again.
//! * Input and taps below -300 dBFS are taken as 0, so that their products are no denormal numbers.
//!
//! # Numbers
//!
//! `cargo bench --bench engine -- --ours`, one core of a shared Zen 3 server (EPYC, AVX2, 512 KB of second cache) whose
//! cores were both busy with other work, 48 kHz; shortest time of each block over up to 40 runs, mean / worst block
//! as a share of the block period, and their ratio. What the other work left in the worst blocks is still in them.
//!
//! | true stereo | 16 frames | 32 | 64 | 512 | 2048 |
//! |---|---|---|---|---|---|
//! | 1 s | 0.60 / 0.89 % (1.5) | 0.51 / 0.69 (1.4) | 0.47 / 0.59 (1.3) | 0.47 / 0.53 (1.1) | 0.47 / 0.49 (1.0) |
//! | 3 s | 0.87 / 1.49 (1.7) | 0.70 / 1.04 (1.5) | 0.68 / 1.03 (1.5) | 0.65 / 0.76 (1.2) | 0.67 / 0.77 (1.2) |
//! | 10 s | 1.05 / 1.71 (1.6) | 0.95 / 1.47 (1.5) | 0.88 / 1.23 (1.4) | 0.89 / 1.02 (1.2) | 0.99 / 1.22 (1.2) |
//! | 30 s | 1.28 / 2.16 (1.7) | 1.22 / 1.98 (1.6) | 1.32 / 2.44 (1.8) | 1.07 / 1.33 (1.3) | 1.21 / 1.47 (1.2) |
//!
//! Stereo at 64 frames: 1 s 0.32 / 0.38 (1.2), 3 s 0.48 / 0.70 (1.4), 10 s 0.69 / 1.06 (1.5), 30 s 0.85 / 1.37 (1.6).
//! An earlier measurement on a Zen 5 with AVX-512: 10 s of true stereo at 64 frames 0.38 / 0.56 (1.5), with 4 MB
//! written between callbacks 0.51 / 0.88 (1.7).
//!
//! Beside the two-stage engine of crate fft-convolver 0.4 in the same run on the Zen 3 (10 s true stereo, 64 frames: its
//! mean 9.2 %, its worst block 421 %; ours 0.80 and 1.02 %): a 12th of the mean, a 412th of the worst block. The
//! uniform engine takes 121 %.
//!
//! Largest error for 10 s: -128 dBFS. Memory with spectra, counted: 26.6 MB for 10 s true stereo, 18.6 MB for stereo.
//! Silence, denormal numbers, noise and full scale: within 3 % of each other. The block after a reset costs a quarter of
//! the mean. After a swap, when two engines sound or one of them catches up, blocks cost 1.5 times the mean, and the
//! worst of them 2.7 to 3.7 times: the engine that has just come finds nothing of its own in the caches.
//!
//! 32 instances of the same 10 s of true stereo take 350 MB, as much as 13 engines with spectra of their own. They
//! do not take less than 8 of those: the spectra of 10 s of the past of two inputs are half as large as those of the four
//! responses, and the past itself, as plain samples, would be a quarter already.
//!
//! Instructions (valgrind, AVX2), 64 frames, 10 s, mean and worst block, before the prices of narrow vectors: stereo
//! 56.7 k and 80.4 k (1.42), true stereo 78.0 k and 115.7 k (1.48), by `cargo bench --bench engine -- --callgrind`. An
//! earlier plan took 51 k for stereo: smaller pieces, and asking for memory ahead, cost instructions and save time.
//!
//! # Tried and dropped
//!
//! * A first pass of radix 16: 15 ns for 16 numbers instead of 5 with radix 4 (32 streams of equal low address bits).
//! * One root for each block of the last pass, all powers from it: twice the error of the transform; its
//!   fourth power is stored as well.
//! * A piece as long as anything of the budget is left: up to a whole piece (0.25 us) too much in a call.
//! * Products without asking for the next cell: 226 ns instead of 172 for a cell of 16384 (6 partitions, 4 paths).
//! * All spectra of a level written one after another: worst block 2.5 times the mean at 30 s, now 1.8.
//! * One table of prices for all instruction sets: with AVX2 the worst block of 10 s of true stereo was 1.6 to 1.8 times
//!   the mean, now 1.3 to 1.4.
//! * Partitions of 65536 for 10 s: a mean of 0.38 instead of 0.42 %, but 31 MB instead of 27.

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
mod schedule;
mod simd;
mod spectra;
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
