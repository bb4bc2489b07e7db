//! `cargo xtask rooms`: `docs/rooms.md` and its pictures, from what the program itself says of its rooms.
//!
//! The figures are those of `anteroom analyze`. The document names the recipe of each room by its hash, so that a test
//! (`tests/room_docs.rs`) can say when it is out of date.
//!
//! `picture` draws the picture of a room.

mod picture;

use crate::{place, run};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

/// The octaves in the table, in Hz.
const OCTAVES: [u32; 8] = [63, 125, 250, 500, 1000, 2000, 4000, 8000];

const HEAD: &str = "\
# Built-in rooms

Every impulse that is built in, with what `anteroom analyze` measures in it at 48 kHz. Written by `cargo xtask rooms`;
changes by hand are lost. `anteroom room --list` names them on the command line.

The pictures: on the left the level over time, in windows of 5 ms or less (filled) and integrated backwards after Schroeder
(line), from 0 to -90 dB; on the right the spectrum in third octaves from 25 Hz to 20 kHz, from 0 to -60 dB. T30 is the
reverberation time after ISO 3382-1; `-` is not measurable, and `*` stands where the decay is bent or short.
";

/// `rooms`.
pub fn command() -> Result<ExitCode> {
    run::must(&mut run::cargo(&[
        "build",
        "--release",
        "--bin",
        "anteroom",
    ]))?;
    let listed = said(&["room", "--list", "--json"])?;
    let rooms: Vec<Value> = serde_json::from_str(&listed)?;
    let folder = Path::new("docs/rooms");
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut text = HEAD.to_owned();
    contents(&mut text, &rooms);
    let (mut category, mut bytes) = ("", 0);
    for (number, room) in rooms.iter().enumerate() {
        if word(room, "category") != category {
            category = word(room, "category");
            writeln!(text, "\n## {category}")?;
        }
        bytes += one(&mut text, room, folder)?;
        println!(
            "{:>3} of {}  {}",
            number + 1,
            rooms.len(),
            word(room, "name")
        );
    }
    fs::write("docs/rooms.md", &text)?;
    println!(
        "wrote docs/rooms.md ({} kB) and {} pictures in docs/rooms ({} kB)",
        text.len() / 1000,
        rooms.len(),
        bytes / 1000
    );
    Ok(ExitCode::SUCCESS)
}

/// One room: its text, and its picture, whose size in bytes is returned.
fn one(text: &mut String, room: &Value, folder: &Path) -> Result<usize> {
    let name = word(room, "name");
    let wav = place::target().join("room-docs.wav");
    let file = wav.to_string_lossy();
    said(&[
        "room",
        name,
        "-o",
        &file,
        "--rate",
        "48000",
        "--channels",
        "2",
    ])?;
    let report: Value = serde_json::from_str(&said(&["analyze", &file, "--json"])?)?;
    let drawn = picture::of(&wav)?;
    fs::remove_file(&wav)?;
    let slug = slug(name);
    fs::write(folder.join(format!("{slug}.svg")), &drawn)?;
    let (kind, about) = (word(room, "kind"), word(room, "use"));
    writeln!(text, "\n### {name}\n\n![{name}](rooms/{slug}.svg)\n")?;
    writeln!(text, "{}.\n", capital(about))?;
    let size: Vec<String> = (room["recipe"]["size_m"].as_array().into_iter().flatten())
        .map(|metres| format!("{:.1}", metres.as_f64().unwrap_or_default()))
        .collect();
    let tags = room["tags"].as_array().into_iter().flatten();
    let tags: Vec<&str> = tags.filter_map(Value::as_str).collect();
    let size = match kind {
        "room" | "outdoor" => format!(", {} m", size.join(" x ")),
        _ => String::new(),
    };
    writeln!(
        text,
        "{}{size}. Tags: {}.\n",
        capital(kind),
        tags.join(", ")
    )?;
    figures(text, &report["analysis"])?;
    writeln!(
        text,
        "<!-- recipe {name}: {} -->",
        word(room, "recipe_hash")
    )?;
    Ok(drawn.len())
}

/// The tables: T30 by octave, and what is one number.
fn figures(text: &mut String, analysis: &Value) -> Result<()> {
    let channel = &analysis["channels"][0];
    let all = &channel["broadband"];
    let bands = channel["bands"].as_array().context("no bands")?;
    let band = |hz: u32| {
        let near = |band: &&Value| (number(&band["centre_hz"]) - f64::from(hz)).abs() < 1.0;
        bands.iter().find(near)
    };
    let heads: Vec<String> = OCTAVES.iter().map(|hz| format!("{hz} Hz")).collect();
    let times: Vec<String> = OCTAVES.iter().map(|&hz| t30(band(hz))).collect();
    writeln!(text, "| | {} |", heads.join(" | "))?;
    writeln!(text, "|---{}|", "|--:".repeat(OCTAVES.len()))?;
    writeln!(text, "| T30, s | {} |\n", times.join(" | "))?;
    let density = &channel["echo_density"];
    // What an older or a shorter analysis does not have is left out.
    let single = [
        ("length", &analysis["seconds"], 2, " s"),
        ("EDT", &all["edt_s"], 2, " s"),
        ("C50", &all["c50_db"], 1, " dB"),
        ("C80", &all["c80_db"], 1, " dB"),
        ("D50", &all["d50_percent"], 0, " %"),
        ("Ts", &all["ts_ms"], 0, " ms"),
        ("bass ratio", &channel["bass_ratio"], 2, ""),
        ("mixing time", &density["mixing_time_ms"], 0, " ms"),
        ("IACC E3", &analysis["iacc"]["e3"], 2, ""),
        ("below 20 Hz", &channel["below_20_hz_db"], 0, " dB"),
    ];
    let known: Vec<String> = (single.iter())
        .filter(|(_, value, ..)| value.is_number())
        .map(|(name, value, digits, unit)| format!("{name} {:.digits$}{unit}", number(value)))
        .collect();
    writeln!(text, "{}\n", known.join(", "))?;
    Ok(())
}

fn t30(band: Option<&Value>) -> String {
    let Some(seconds) = band.and_then(|band| band["t30_s"].as_f64()) else {
        return "-".into();
    };
    let curved = band
        .map_or(0.0, |band| number(&band["curvature_percent"]))
        .abs();
    let range = band.map_or(0.0, |band| number(&band["range_db"]));
    let mark = if curved > 10.0 || range < 45.0 {
        "*"
    } else {
        ""
    };
    format!("{seconds:.2}{mark}")
}

/// A table of all, by category, with links.
fn contents(text: &mut String, rooms: &[Value]) {
    *text += "\n| category | |\n|---|---|\n";
    for group in rooms.chunk_by(|a, b| a["category"] == b["category"]) {
        let links = group.iter().map(|room| {
            let name = word(room, "name");
            format!("[{name}](#{})", slug(name))
        });
        let links: Vec<String> = links.collect();
        let category = word(&group[0], "category");
        *text += &format!("| {category} | {} |\n", links.join(", "));
    }
}

/// What the program prints.
fn said(words: &[&str]) -> Result<String> {
    let output = Command::new(place::cli()).args(words).output()?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("anteroom {}: {}", words.join(" "), why.trim());
    }
    Ok(String::from_utf8(output.stdout)?)
}

fn word<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_default()
}

/// A name as links and files have it.
fn slug(name: &str) -> String {
    let letter = |c: char| if c.is_alphanumeric() { c } else { '-' };
    name.to_lowercase().chars().map(letter).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}
