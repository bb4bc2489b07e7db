//! `anteroom preset`: a state that a host loads, without a host.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use anteroom::files;
use anteroom::state::{FactoryPreset, MOST_CHOICES, NAME, Preset, VENDOR, factory_presets};
use serde_json::{Map, Value, json};

use super::Fail;
use super::choice::{Choice, complete, embedded, listed_choice, set};
use super::output::{self, say};

/// What `preset` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The file to write: `.vstpreset` for VST3 hosts, `.clapstate` for CLAP's state extension.
    #[arg(short, long, value_name = "FILE", required_unless_present_any = ["list", "all"])]
    output: Option<PathBuf>,
    /// List the presets that come with the plug-in, by category.
    #[arg(long, conflicts_with_all = ["output", "all"])]
    list: bool,
    /// List them as JSON, for programs.
    #[arg(long, requires = "list")]
    json: bool,
    /// Begin with this preset that comes with the plug-in.
    #[arg(long, value_name = "NAME", conflicts_with = "from")]
    factory: Option<String>,
    /// Write all of them into a folder, as `.vstpreset` and as `.clapstate`.
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["output", "from", "factory", "ir", "room", "ir_b", "room_b", "settings", "choices"])]
    all: Option<PathBuf>,
    /// Write them as VST3 hosts look for them: `.vstpreset` alone, in folders named after who made the plug-in and the
    /// plug-in. FOLDER is `~/.vst3/presets` then, or what your system has in its place.
    #[arg(long, requires = "all", conflicts_with_all = ["list", "output"])]
    vst3: bool,
    /// Begin with what is in this preset, of either format, instead of with the defaults.
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    choice: Choice,
    /// Add a built-in room or a file to the project's own choices, which `pick` picks from; up to 16 times.
    #[arg(long = "choice", value_name = "NAME|FILE")]
    choices: Vec<String>,
    /// Put the impulses themselves into the file, losslessly: those of `--ir` and `--ir-b`.
    #[arg(long)]
    embed: bool,
}

/// Writes a preset, or all that come with the plug-in, or lists them.
pub fn run(args: &Args) -> Result<(), Fail> {
    if let Some(folder) = &args.all {
        return write_all(folder, args.vst3);
    }
    let Some(output) = &args.output else {
        return match args.json {
            true => {
                let all: Vec<Value> = factory_presets().iter().map(described).collect();
                say(&format!("{:#}", Value::Array(all)))
            }
            false => say(&listed()),
        };
    };
    let extension = output.extension().unwrap_or_default().to_string_lossy();
    let encode = match extension.to_ascii_lowercase().as_str() {
        "vstpreset" => Preset::to_vstpreset,
        "clapstate" => Preset::to_clapstate,
        _ => {
            return Err(Fail::Usage(format!(
                "{}: the name must end in .vstpreset or .clapstate",
                output.display()
            )));
        }
    };
    if args.embed && args.choice.ir.is_none() && args.choice.ir_b.is_none() {
        let reason = "--embed puts a file into the preset: it needs --ir or --ir-b";
        return Err(Fail::Usage(reason.into()));
    }
    let mut preset = match (&args.from, &args.factory) {
        (Some(path), _) => read(path)?,
        (None, Some(name)) => factory(name)?.preset(),
        (None, None) => Preset::default(),
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
    preset.project.embed |= args.embed && args.choice.ir.is_some();
    preset.project.embed_second |= args.embed && args.choice.ir_b.is_some();
    let second = args.choice.second(|path| match args.embed {
        true => embedded(path, None),
        false => complete(path),
    })?;
    preset.project.second = second.or(preset.project.second);
    for text in &args.choices {
        preset.project.choices.push(listed_choice(text)?);
    }
    if preset.project.choices.len() > MOST_CHOICES {
        let reason = format!("a project has at most {MOST_CHOICES} choices");
        return Err(Fail::Usage(reason));
    }
    output::write(output, &encode(&preset))
}

/// A preset that comes with the plug-in, by its name.
fn factory(name: &str) -> Result<&'static FactoryPreset, Fail> {
    FactoryPreset::by_name(name).ok_or_else(|| {
        Fail::Usage(format!(
            "there is no preset '{name}': 'anteroom preset --list' names them"
        ))
    })
}

/// Writes all presets that come with the plug-in, in both formats or for VST3 hosts alone, and says how many.
fn write_all(folder: &Path, vst3: bool) -> Result<(), Fail> {
    let folder = match vst3 {
        true => &folder.join(VENDOR).join(NAME),
        false => folder,
    };
    let named = |error: &dyn Display| Fail::input(format!("{}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(|error| named(&error))?;
    for factory in factory_presets() {
        let preset = factory.preset();
        let at = |ending: &str| folder.join(format!("{}.{ending}", factory.name));
        output::write(&at("vstpreset"), &preset.to_vstpreset())?;
        if !vst3 {
            output::write(&at("clapstate"), &preset.to_clapstate())?;
        }
    }
    let count = factory_presets().len();
    let kinds = match vst3 {
        true => ".vstpreset",
        false => ".vstpreset and .clapstate",
    };
    say(&format!(
        "{count} presets in {}, each as {kinds}",
        folder.display()
    ))
}

/// All presets that come with the plug-in, a heading over each category.
fn listed() -> String {
    let mut text = String::new();
    for group in factory_presets().chunk_by(|a, b| a.category == b.category) {
        for (number, preset) in group.iter().enumerate() {
            if number == 0 {
                text += &format!("\n{}\n", preset.category);
            }
            let (name, room) = (preset.name, preset.room);
            text += &format!("  {name:<25} {room:<18} {}\n", preset.about);
        }
    }
    text.trim_matches('\n').to_owned()
}

/// A preset with what a script may want to know.
fn described(preset: &FactoryPreset) -> Value {
    let values: Map<String, Value> = (preset.settings.iter())
        .map(|&(id, value)| (id.to_owned(), json!(value)))
        .collect();
    json!({
        "name": preset.name,
        "category": preset.category,
        "tags": preset.tags,
        "about": preset.about,
        "room": preset.room,
        "values": values,
    })
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
