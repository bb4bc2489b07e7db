//! `anteroom room`: the built-in rooms as files.

use std::path::PathBuf;

use anteroom::impulse::{Origin, rooms, shape};
use anteroom::params::{Acts, PARAMS, ParamSpec, ParamValues};

use super::Fail;
use super::choice::{self, Setting, setting};
use super::output::{Bits, WavFile, say};

/// What `room` is told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The room; the beginning of its name is enough.
    #[arg(required_unless_present = "list")]
    name: Option<String>,
    /// List the rooms.
    #[arg(long, conflicts_with_all = ["name", "output"])]
    list: bool,
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

/// Writes a room, or lists them.
pub fn run(args: &Args) -> Result<(), Fail> {
    let (Some(name), Some(output)) = (&args.name, &args.output) else {
        let lines = rooms().iter().map(|room| {
            let [width, length, height] = room.recipe.size_m;
            format!(
                "{:<18} {:>5.2} s  {width:>5.1} x {length:>5.1} x {height:>4.1} m  {}",
                room.name, room.recipe.rt60_s, room.use_for
            )
        });
        return say(&lines.collect::<Vec<_>>().join("\n"));
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
