//! The subcommands, one file each, and what they share.
//!
//! | file | what it is |
//! |---|---|
//! | `render`, `analyze`, `room`, `preset`, `params`, `sweep`, `deconvolve` | the subcommands |
//! | `choice` | the options that several of them share: which impulse, which values |
//! | `input`, `output` | what is read; what is written whole or not at all |
//! | `plot` | the picture of `analyze` and `deconvolve` |
//! | `progress` | a bar for who waits |

use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use anteroom::files;
use clap::{Parser, Subcommand};

mod analyze;
mod choice;
mod deconvolve;
mod input;
mod output;
mod params;
mod plot;
mod preset;
mod progress;
mod render;
mod room;
mod sweep;

/// Anteroom, a convolution reverb, from the command line.
#[derive(Debug, Parser)]
#[command(version, about, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What it can do.
#[derive(Debug, Subcommand)]
enum Command {
    /// Play a sound file through the reverb into a WAV file.
    Render(render::Args),
    /// Measure an impulse response as ISO 3382 says.
    Analyze(analyze::Args),
    /// Write a built-in room as a WAV file, or list the rooms.
    Room(room::Args),
    /// Write a preset that a host loads.
    Preset(preset::Args),
    /// List the parameters with their ranges.
    Params(params::Args),
    /// Write a sweep to play into a room.
    Sweep(sweep::Args),
    /// Make an impulse response of a recording: of a sweep in a room, or of a pistol or a balloon.
    Deconvolve(deconvolve::Args),
}

/// How long a place may not answer before a command gives up: a disk that sleeps needs some seconds to turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a command stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fail {
    /// The command makes no sense as it was typed: exit code 2.
    Usage(String),
    /// It does, but its input or output can not be used: exit code 1.
    Input(String),
}

impl Fail {
    /// Bad input, in the words of an error from further in.
    pub fn input(error: impl fmt::Display) -> Self {
        Self::Input(error.to_string())
    }
}

impl fmt::Display for Fail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(text) | Self::Input(text)) = self;
        // One line, whatever a file name or a library had to say.
        let text: Vec<&str> = text.split_whitespace().collect();
        write!(f, "error: {}", text.join(" "))
    }
}

/// Runs what was typed.
pub fn main() -> ExitCode {
    files::set_patience(PATIENCE);
    // The argument parser prints its own errors, and ends with code 2.
    let result = match Cli::parse().command {
        Command::Render(args) => render::run(&args),
        Command::Analyze(args) => analyze::run(&args),
        Command::Room(args) => room::run(&args),
        Command::Preset(args) => preset::run(&args),
        Command::Params(args) => params::run(&args),
        Command::Sweep(args) => sweep::run(&args),
        Command::Deconvolve(args) => deconvolve::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(fail) => {
            eprintln!("{fail}");
            ExitCode::from(match fail {
                Fail::Usage(_) => 2,
                Fail::Input(_) => 1,
            })
        }
    }
}

#[cfg(test)]
mod tests;
