//! What is read: files, and standard input where its user names it as `-`.

use std::fs::File;
use std::io::{IsTerminal, Read, stdin};
use std::path::Path;

use anteroom::impulse::decode::{self, Audio};
use anteroom::impulse::{ChannelsAs, Decoded, FileRef, Repair};
use clap::ValueEnum;

use super::Fail;

/// What standard input is called.
const NAME: &str = "standard input";

/// Whether a file's constant offset is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Repairs {
    /// Where the impulse is normalized.
    #[default]
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
}

impl From<Repairs> for Repair {
    fn from(chosen: Repairs) -> Self {
        match chosen {
            Repairs::Auto => Self::Auto,
            Repairs::On => Self::On,
            Repairs::Off => Self::Off,
        }
    }
}

/// Whether this is no file, but standard input.
pub fn is_piped(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// An impulse; without a choice of what its channels are the file's own word counts.
pub fn impulse(path: &Path, channels_as: Option<ChannelsAs>) -> Result<Decoded, Fail> {
    if !is_piped(path) {
        return decode::open_as(path, channels_as).map_err(Fail::input);
    }
    let (pipe, kept) = piped()?;
    decode::from_pipe_as(NAME, pipe, kept, channels_as).map_err(Fail::input)
}

/// An impulse from standard input, and what is known of it.
pub fn piped_impulse(channels_as: Option<ChannelsAs>) -> Result<(FileRef, Decoded), Fail> {
    let decoded = impulse(Path::new("-"), channels_as)?;
    let file = FileRef {
        channels_as,
        ..FileRef::of(NAME, &decoded)
    };
    Ok((file, decoded))
}

/// A recording.
pub fn recording(path: &Path) -> Result<Audio, Fail> {
    if !is_piped(path) {
        return decode::audio(path).map_err(Fail::input);
    }
    let (pipe, kept) = piped()?;
    decode::audio_from_pipe(NAME, pipe, kept).map_err(Fail::input)
}

/// Standard input, and a file without a name to keep it in.
fn piped() -> Result<(Box<dyn Read + Send>, File), Fail> {
    if stdin().is_terminal() {
        let reason = "'-' is standard input, and nothing is piped into it";
        return Err(Fail::Usage(reason.into()));
    }
    let kept = tempfile::tempfile()
        .map_err(|error| Fail::Input(format!("{NAME} can not be kept: {error}")))?;
    Ok((Box::new(stdin()), kept))
}
