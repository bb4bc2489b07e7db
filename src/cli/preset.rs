//! `anteroom preset`: a state that a host loads, without a host.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use anteroom::files;
use anteroom::state::Preset;

use super::Fail;
use super::choice::{Choice, embedded, set};
use super::output;

/// What `preset` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write: `.vstpreset` for VST3 hosts, `.clapstate` for CLAP's state extension.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Begin with what is in this preset, of either format, instead of with the defaults.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
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
    let mut preset = match &args.from {
        Some(path) => read(path)?,
        None => Preset::default(),
    };
    preset.values = set(preset.values, &args.choice.settings);
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
    preset.project.embed |= args.embed;
    output::write(&args.output, &encode(&preset))
}

/// Reads a preset of either format: its first bytes tell which.
fn read(path: &Path) -> Result<Preset, Fail> {
    let named = |why: &dyn Display| Fail::input(format!("{}: {why}", path.display()));
    let bytes = files::read(path, Preset::MAX_BYTES, &|| false).map_err(|error| named(&error))?;
    let preset = match bytes.starts_with(b"VST3") {
        true => Preset::from_vstpreset(&bytes),
        false => Preset::from_clapstate(&bytes),
    };
    preset.map_err(|error| named(&error))
}
