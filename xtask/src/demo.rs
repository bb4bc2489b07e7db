//! `cargo xtask demo`: hear the plug-in without a workstation.
//!
//! Builds and bundles, makes a dry phrase out of nothing, plays it through the bundled CLAP in a small host of our
//! own, and leaves two sound files and a picture.

mod host;
mod phrase;
mod picture;

use crate::{bundle, place, run};
use anyhow::{Context, Result};
use std::path::Path;
use std::process::{Command, ExitCode};

/// Frames per second of everything in the demo.
const RATE: u32 = 48_000;

/// The room that is heard.
const ROOM: &str = "hall";

/// One sound: left and right.
pub type Sound = [Vec<f32>; 2];

/// What the demo found out, for those who check it.
#[derive(Clone, Copy, Debug)]
pub struct Heard {
    /// The reported latency in samples.
    pub latency: u32,
    /// Whether every sample is a number.
    pub finite: bool,
    /// For how many seconds the room is heard after the dry sound has ended.
    pub ringing: f64,
    /// Whether a second plug-in in blocks of other sizes gives the same bits.
    pub repeated: bool,
}

/// `demo`.
pub fn command() -> Result<ExitCode> {
    make()?;
    Ok(ExitCode::SUCCESS)
}

/// Makes the sounds and the picture, and tells about them.
pub fn make() -> Result<Heard> {
    println!("Building the plug-in; the first time takes some minutes ...");
    bundle::release()?;
    let folder = place::target().join("demo");
    std::fs::create_dir_all(&folder)?;

    println!("\nMaking a dry phrase: drums and a plucked string, as if in a room without walls");
    let dry = phrase::make(RATE);
    let dry_file = folder.join("dry.wav");
    write(&dry_file, &dry)?;

    // The room travels as a preset does: in the bytes that a host would have saved.
    let preset = folder.join("hall.clapstate");
    let words = ["preset", "--room", ROOM, "--set", "mix=40", "-o"];
    run::must(Command::new(place::cli()).args(words).arg(&preset))?;
    let state = std::fs::read(&preset)?;

    println!(
        "Playing it through {} in a CLAP host, in the room {ROOM:?}",
        place::short(&place::clap())
    );
    let played = host::play(&place::clap(), &state, &dry, RATE, 3)?;
    let wet_file = folder.join("wet.wav");
    write(&wet_file, &played.sound)?;

    let again = host::play(&place::clap(), &state, &dry, RATE, 7)?;
    let heard = Heard {
        latency: played.latency,
        finite: played
            .sound
            .iter()
            .flatten()
            .all(|sample| sample.is_finite()),
        ringing: ringing(&dry, &played.sound),
        repeated: again.sound == played.sound,
    };

    let picture_file = folder.join("picture.png");
    picture::draw(&picture_file, &dry, &played.sound, RATE)?;

    let seconds = |frames: usize| frames as f64 / f64::from(RATE);
    println!(
        "\n{} {} says: latency {} samples, tail {:.2} s",
        played.name,
        played.version,
        played.latency,
        seconds(played.tail)
    );
    println!(
        "{:.1} s of sound in blocks of 1 to {} frames took {:.2} s, {:.0} times faster than it plays",
        seconds(played.sound[0].len()),
        host::MOST,
        played.took.as_secs_f64(),
        seconds(played.sound[0].len()) / played.took.as_secs_f64().max(1e-9),
    );
    println!(
        "the loudest sample is {:.1} dBFS, the room still sounds {:.1} s after the last note",
        peak(&played.sound),
        heard.ringing
    );
    println!(
        "played again in blocks of other sizes it is {}",
        if heard.repeated {
            "the same, bit for bit"
        } else {
            "NOT the same"
        }
    );
    println!(
        "\n  listen   {}\n           {}",
        place::short(&dry_file),
        place::short(&wet_file)
    );
    println!("  look     {}", place::short(&picture_file));
    println!("\nTo use it in a workstation:");
    println!("  mkdir -p ~/.clap ~/.vst3");
    println!("  cp {} ~/.clap/", place::short(&place::clap()));
    println!("  cp -r {} ~/.vst3/", place::short(&place::vst3()));
    Ok(heard)
}

fn peak(sound: &Sound) -> f32 {
    let largest = sound
        .iter()
        .flatten()
        .fold(0.0_f32, |most, sample| most.max(sample.abs()));
    20.0 * largest.log10()
}

/// For how long after the dry sound's end the wet one is above -60 dB of its own peak, in seconds.
fn ringing(dry: &Sound, wet: &Sound) -> f64 {
    let last = |sound: &Sound, floor: f32| {
        let heard = |channel: &Vec<f32>| channel.iter().rposition(|sample| sample.abs() > floor);
        sound.iter().filter_map(heard).max().unwrap_or(0)
    };
    let floor = 10_f32.powf((peak(wet) - 60.0) / 20.0);
    last(wet, floor).saturating_sub(last(dry, floor)) as f64 / f64::from(RATE)
}

fn write(file: &Path, sound: &Sound) -> Result<()> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: RATE,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(file, spec)
        .with_context(|| format!("could not write {}", place::short(file)))?;
    let [left, right] = sound;
    for (left, right) in left.iter().zip(right) {
        writer.write_sample(*left)?;
        writer.write_sample(*right)?;
    }
    Ok(writer.finalize()?)
}
