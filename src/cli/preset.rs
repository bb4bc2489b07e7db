//! `anteroom preset`: a state that a host loads, without a host.

use std::path::PathBuf;

use anteroom::state::Preset;

use super::Fail;
use super::choice::{Choice, embedded};
use super::output;

/// What `preset` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write: `.vstpreset` for VST3 hosts, `.clapstate` for CLAP's state extension.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    choice: Choice,
    /// Put the impulse itself into the file, losslessly.
    #[arg(long, requires = "ir")]
    embed: bool,
}

/// Writes a preset.
pub fn run(args: &Args) -> Result<(), Fail> {
    let extension = args
        .output
        .extension()
        .unwrap_or_default()
        .to_string_lossy();
    let encode = match extension.to_ascii_lowercase().as_str() {
        "vstpreset" => Preset::to_vstpreset,
        "clapstate" => Preset::to_clapstate,
        _ => {
            return Err(Fail::Usage(format!(
                "{}: the name must end in .vstpreset or .clapstate",
                args.output.display()
            )));
        }
    };
    let mut preset = Preset {
        values: args.choice.values(),
        ..Preset::default()
    };
    let origin = match &args.choice.ir {
        Some(path) if args.embed => {
            let origin = embedded(path, args.choice.channels_as)?;
            Some(args.choice.applied_to(origin))
        }
        _ => args.choice.origin()?,
    };
    if let Some(origin) = origin {
        preset.project.origin = origin;
    }
    preset.project.embed = args.embed;
    output::write(&args.output, &encode(&preset))
}
