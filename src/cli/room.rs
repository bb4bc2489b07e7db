//! `anteroom room`: the built-in rooms as files.

use std::path::PathBuf;

use anteroom::impulse::origin::content_hash;
use anteroom::impulse::rooms::Character;
use anteroom::impulse::{NamedRoom, Origin, rooms, shape};
use anteroom::params::{Acts, PARAMS, ParamSpec, ParamValues};
use serde_json::{Value, json};

use super::Fail;
use super::choice::{self, Setting, setting};
use super::output::{Bits, WavFile, say};

/// What `room` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The room; the beginning of its name is enough.
    #[arg(required_unless_present = "list")]
    name: Option<String>,
    /// List the rooms by category.
    #[arg(long, conflicts_with_all = ["name", "output"])]
    list: bool,
    /// List them as JSON, for programs.
    #[arg(long, requires = "list")]
    json: bool,
    /// The WAV file to write; `-` is standard output.
    #[arg(short, long, value_name = "FILE", required_unless_present = "list")]
    output: Option<PathBuf>,
    /// The sample rate in Hz.
    #[arg(long, value_name = "HZ", default_value_t = 48_000, value_parser = clap::value_parser!(u32).range(8_000..=384_000))]
    rate: u32,
    /// 1, 2 or 4 channels; 4 are left to left, left to right, right to left, right to right.
    #[arg(long, default_value = "2", value_parser = ["1", "2", "4"])]
    channels: String,
    // What shapes it, by name.
    #[arg(long = "set", value_name = "ID=VALUE", value_parser = shaping, help = shapes())]
    settings: Vec<Setting>,
    /// The sample format.
    #[arg(long, value_enum, default_value = "float")]
    bits: Bits,
}

/// The help of `--set`: all that shapes an impulse, numbers before switches.
fn shapes() -> String {
    let shaping = PARAMS.iter().filter(|param| param.acts == Acts::Impulse);
    let (switches, numbers): (Vec<_>, Vec<_>) = shaping.partition(|param| param.is_switch());
    let all = numbers.iter().chain(&switches);
    let ids: Vec<&str> = all.map(|param: &&ParamSpec| param.id).collect();
    let (last, others) = ids.split_last().unwrap_or((&"", &[]));
    format!("Shape it: {} or {last}", others.join(", "))
}

/// A setting that shapes an impulse.
fn shaping(text: &str) -> Result<Setting, String> {
    let setting = setting(text)?;
    match setting.param.acts {
        Acts::Impulse => Ok(setting),
        Acts::Sound => Err(format!("{} does not shape the impulse", setting.param.id)),
    }
}

/// All rooms, a heading over each category.
fn listed() -> String {
    let mut text = String::new();
    for group in rooms().chunk_by(|a, b| a.category == b.category) {
        for (number, room) in group.iter().enumerate() {
            if number == 0 {
                text += &format!("\n{}\n", room.category);
            }
            let [width, length, height] = room.recipe.size_m;
            // A plate or a device has no size in metres that says something, nor a device a time.
            let figures = match room.recipe.character {
                Character::Room | Character::Outdoor => format!(
                    "{:>5.2} s  {width:>4.0} x {length:>3.0} x {height:>2.0} m",
                    room.recipe.rt60_s
                ),
                Character::Device => String::new(),
                _ => format!("{:>5.2} s", room.recipe.rt60_s),
            };
            text += &format!("  {:<22} {figures:<25} {}\n", room.name, room.use_for);
        }
    }
    text.trim_matches('\n').to_owned()
}

/// A room with what a script may want to know. The hash tells whether its recipe is still the same.
fn described(room: &NamedRoom) -> Value {
    let recipe = json!(room.recipe);
    let text = serde_json::to_vec(&room.recipe).unwrap_or_default();
    json!({
        "name": room.name,
        "kind": room.recipe.character,
        "category": room.category,
        "tags": room.tags,
        "use": room.use_for,
        "recipe": recipe,
        "recipe_hash": content_hash(&text)[..16],
    })
}

/// Writes a room, or lists them.
pub fn run(args: &Args) -> Result<(), Fail> {
    let (Some(name), Some(output)) = (&args.name, &args.output) else {
        return match args.json {
            true => {
                let all: Vec<Value> = rooms().iter().map(described).collect();
                say(&format!("{:#}", Value::Array(all)))
            }
            false => say(&listed()),
        };
    };
    let Origin::Room(_, recipe) = choice::room(name)? else {
        return Err(Fail::Usage(format!("'{name}' is not a room")));
    };
    let channels = args.channels.parse().unwrap_or(2);
    // A room is as loud as it is, unless it is asked for otherwise.
    let mut plain = ParamValues::default();
    plain.set("normalize", 0.0);
    let wanted = choice::set(plain, &args.settings).shape();
    let impulse = shape(&recipe.render(args.rate, channels), &wanted);
    let mut wav = WavFile::new(output, args.rate, impulse.channels.len() as u16, args.bits)?;
    wav.append(&impulse.channels, impulse.frames())?;
    match wav.finish()? {
        0 => Ok(()),
        clipped => {
            eprintln!("note: {clipped} samples were too loud for integers and were clipped");
            Ok(())
        }
    }
}
