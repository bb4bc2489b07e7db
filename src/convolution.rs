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
//! * The work for a block is a list of **pieces** of about 0.25 us (AVX-512; otherwise 0.4 us) by a table of prices
//!   for the width of the vectors: with narrow ones arithmetic takes two to three times as long, while memory is as
//!   slow. The tables come from whole engines: the shortest times of their blocks were explained, by least squares,
//!   by the pieces in them.
//! * Each level **earns** with each sample its share of what its block costs, and a piece is paid from it. So all levels
//!   move evenly to their deadlines, each stretch of samples costs the same within a piece, and does a little of
//!   everything. What has to be done by the end of the present block of the schedule (64 samples, whatever the host's
//!   block) goes first.
//! * Every level has buffers of its own, so *when* a piece runs changes no bit of the output: neither does
//!   the host's block. Results may differ in the last bits between instruction sets ([`Isa`]).
//! * One input spectrum serves all paths. Responses that are alike are kept once, so are outputs.
//! * An engine that learns a past which nobody hears again ([`Engine::hear`]) leaves out the direct form, and answers that
//!   are over before it is heard.
//! * [`Convolver::reset`] only counts blocks anew: what is older is not read again.
//! * Input and taps below -300 dBFS are taken as 0, so that their products are no denormal numbers.
//!
//! # Numbers
//!
//! `cargo bench --bench engine`, one core of a shared Zen 3 server (EPYC, AVX2, 512 KB of second cache), nothing else
//! running in this part of it, 48 kHz; shortest time of each block over up to 40 runs, mean / worst block as a share of
//! the block period, and their ratio. Between two runs of the whole table single figures move by a fifth, and by a third
//! where the machine was slow for a while.
//!
//! | true stereo | 16 frames | 32 | 64 | 128 | 512 | 2048 |
//! |---|---|---|---|---|---|---|
//! | 1 s | 0.57 / 0.92 % (1.6) | 0.49 / 0.66 (1.4) | 0.45 / 0.54 (1.2) | 0.45 / 0.52 (1.2) | 0.45 / 0.48 (1.1) | 0.46 / 0.46 (1.0) |
//! | 3 s | 0.67 / 1.04 (1.5) | 0.63 / 0.81 (1.3) | 0.54 / 0.68 (1.3) | 0.52 / 0.63 (1.2) | 0.56 / 0.61 (1.1) | 0.55 / 0.59 (1.1) |
//! | 10 s | 0.92 / 1.39 (1.5) | 0.89 / 1.27 (1.4) | 0.80 / 1.02 (1.3) | 0.81 / 0.94 (1.2) | 0.78 / 0.87 (1.1) | 0.80 / 0.84 (1.1) |
//! | 30 s | 1.35 / 1.99 (1.5) | 1.07 / 1.42 (1.3) | 1.01 / 1.31 (1.3) | 0.99 / 1.19 (1.2) | 1.00 / 1.13 (1.1) | 0.98 / 1.04 (1.1) |
//!
//! Stereo at 64 frames: 1 s 0.30 / 0.36 (1.2), 3 s 0.39 / 0.54 (1.4), 10 s 0.59 / 0.78 (1.3), 30 s 0.74 / 1.00 (1.3).
//! With 4 MB written between callbacks (`--cold`) 10 s of true stereo take 1.06 / 1.43 % (1.3) at 64 frames; in real time,
//! with sleep between callbacks (`--paced`), 2.4 / 5.5 % (2.3), where fft-convolver takes 13.6 / 459 %.
//! An earlier measurement on a Zen 5 with AVX-512: 10 s of true stereo at 64 frames 0.38 / 0.56 (1.5), with 4 MB
//! written between callbacks 0.51 / 0.88 (1.7).
//!
//! Others in the same run, 10 s true stereo, 64 frames: the two-stage engine of crate fft-convolver 0.4 takes 8.8 % in the
//! mean and 272 % in its worst block, 11.0 times our mean and 267 times our worst block; a uniform engine 99 %;
//! zita-convolver 0.44 % in the callback, 4.0 % on all of its threads, 8.2 % in the worst block (43 % in another run), as
//! the callback waits for them.
//!
//! The same samples in blocks of 512 cost 0.88 to 1.00 of what they cost in blocks of 64, played by one engine in turns
//! (`--blocks`).
//!
//! The whole plug-in through CLAP (`cargo bench --bench plugin`): 1.05 times the mean of the bare engine beside it, its
//! worst block 1.21 times its own mean.
//!
//! Largest error for 10 s: -128 dBFS. Memory with spectra, counted: 26.6 MB for 10 s true stereo, 18.6 MB for stereo.
//! Silence, denormal numbers, noise and full scale: within 5 % of each other. The block after a reset costs a quarter of
//! the mean. While one engine takes over from another one, blocks cost 1.1 to 1.5 times the mean, and the worst of them
//! 1.8 to 2.1: neither does what nobody would hear ([`Engine::leave`], [`Engine::ring`], [`Engine::hear`]).
//!
//! 32 instances of the same 10 s of true stereo take 350 MB, as much as 13 engines with spectra of their own. They can
//! not take less than 8 of those: the spectra of the past of two inputs are half as large as those of the four responses,
//! so that 32 pasts and one set of responses are 17 sets, and 8 engines are 12; and what an engine works in comes on top of
//! its past, 2.5 of 10.4 MB. What was weighed:
//!
//! * Shorter numbers in the past, as integers with a scale for each cell. Products of the largest level alone: with 24 bits
//!   as fast as now, with 20 bits a tenth faster. But with 20 bits, whose error is near the limit, 32 instances are still
//!   as much as 11 engines; it would take 9 bits.
//! * Responses that are cut half as long as the blocks of the input: a past takes 1.5 numbers for each sample instead of 2,
//!   but there are 1.5 times as many products and two transforms back for each one now, and the spectra of the responses
//!   grow from 16 to 23 MB: 32 MB for an engine, and about 15 % more time.
//! * A past in samples, and its spectra when they are needed: 13 transforms for each one now.
//!
//! Instructions (valgrind, AVX2), 64 frames, 10 s, mean and worst block: stereo 58.1 k and 72.6 k (1.25), true stereo
//! 79.0 k and 100.9 k (1.28), by `cargo bench --bench engine -- --callgrind`.
//!
//! # Tried and dropped
//!
//! * A first pass of radix 16: 15 ns for 16 numbers instead of 5 with radix 4 (32 streams of equal low address bits).
//! * One root for each block of the last pass, all powers from it: twice the error of the transform; its
//!   fourth power is stored as well.
//! * Earliest deadline first, under one budget for all levels: everything of a smaller level is done at once, when its block
//!   begins. The mean is 3 % lower, but the worst block of 30 s of true stereo is 1.5 to 1.9 times it instead of 1.2 to 1.6,
//!   and 2.6 when another engine has just filled the caches.
//! * Asking for all that a new engine's first blocks need, in one go: 5 us for it, and as many misses as before.
//! * Asking for the next cell in the smaller levels as well: 0.05 to 0.15 % more with cold caches, as they are streams anyway.
//! * A piece as long as anything of the credit is left: up to a whole piece (0.25 us) too much in a call.
//! * Products without asking for the next cell: 226 ns instead of 172 for a cell of 16384 (6 partitions, 4 paths).
//! * All spectra of a level written one after another: worst block 2.5 times the mean at 30 s instead of 1.8.
//! * One table of prices for all instruction sets: with AVX2 the worst block of 10 s of true stereo was 1.6 to 1.8 times
//!   the mean instead of 1.3 to 1.4.
//! * Adding the levels' answers through an iterator that flattens an option: no vectors, 8.6 k instructions a block more.
//! * Pages of 2 MB for spectra (`madvise`): 3 % off the mean, worst blocks no better, and 30 s take 220 ms to prepare
//!   instead of 95, as the system has to clear such pages first.
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
