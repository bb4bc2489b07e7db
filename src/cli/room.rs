//! `anteroom room`: the built-in rooms as files, and rooms of a recipe of one's own.

use std::path::{Path, PathBuf};

use anteroom::files;
use anteroom::impulse::origin::content_hash;
use anteroom::impulse::rooms::{Character, MOST_RECIPE_BYTES};
use anteroom::impulse::{NamedRoom, Origin, RoomRecipe, rooms, shape};
use anteroom::params::{Acts, PARAMS, ParamSpec, ParamValues};
use serde_json::{Value, json};

use super::Fail;
use super::choice::{self, Setting, setting};
use super::output::{Bits, WavFile, say};

/// What `room` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The room; the beginning of its name is enough.
    #[arg(required_unless_present_any = ["list", "recipe"])]
    name: Option<String>,
    /// A recipe of your own in place of a built-in room: a JSON file as the editor saves it, or an entry of
    /// `room --list --json`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "list"])]
    recipe: Option<PathBuf>,
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

/// The room that is asked for.
fn chosen(args: &Args) -> Result<RoomRecipe, Fail> {
    match (&args.recipe, &args.name) {
        (Some(file), _) => read(file),
        (None, Some(name)) => match choice::room(name)? {
            Origin::Room(_, recipe) => Ok(recipe),
            Origin::File(_) | Origin::Nothing => {
                Err(Fail::Usage(format!("'{name}' is not a room")))
            }
        },
        (None, None) => Err(Fail::Usage("there is no room to write".into())),
    }
}

/// A recipe from its file.
fn read(file: &Path) -> Result<RoomRecipe, Fail> {
    let name = file.display();
    let bytes = files::read(file, MOST_RECIPE_BYTES, &|| false)
        .map_err(|error| Fail::Input(format!("{name} can not be read: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Fail::Input(format!("{name} is no recipe: it is no text")))?;
    let (_, recipe) =
        RoomRecipe::from_text(&text).map_err(|error| Fail::Input(format!("{name}: {error}")))?;
    Ok(recipe)
}

/// Writes a room, or lists them.
pub fn run(args: &Args) -> Result<(), Fail> {
    let Some(output) = &args.output else {
        return match args.json {
            true => {
                let all: Vec<Value> = rooms().iter().map(described).collect();
                say(&format!("{:#}", Value::Array(all)))
            }
            false => say(&listed()),
        };
    };
    let recipe = chosen(args)?;
    let channels = args.channels.parse().unwrap_or(2);
    // A room is as loud as it is, unless it is asked for otherwise.
    let mut plain = ParamValues::default();
    plain.set("normalize", 0.0);
    let wanted = choice::set(plain, &args.settings).shape();
    // It is made for the distance it is heard from; the rest is done to it.
    let (recipe, wanted) = recipe.placed(&wanted);
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
