//! `cargo xtask demo`: hear the plug-in without a workstation.
//!
//! Builds and bundles, makes dry phrases out of nothing, plays each through the bundled CLAP in a room of its own, in a
//! small host of ours, and leaves two sound files and a picture.
//!
//! `phrase` makes the dry phrases, `host` is the small host, `picture` draws.

pub mod host;
mod phrase;
mod picture;

use crate::{bundle, place, run};
use anyhow::{Context, Result};
use rustfft::{FftPlanner, num_complex::Complex};
use std::path::Path;
use std::process::{Command, ExitCode};

/// Frames per second of everything in the demo.
const RATE: u32 = 48_000;

/// The room of each phrase, and for how long it is heard after the phrase at least, in seconds.
const ROOMS: [(&str, f64); 3] = [("Drum Room", 0.2), ("Concert Hall", 0.8), ("Plate", 0.8)];

/// How much is mixed in, in per cent.
const MIX: u32 = 40;
/// What lies below 20 Hz must be weaker than this, in dB of the whole.
const OFFSET_DB: f64 = -33.0;

/// One sound: left and right.
pub type Sound = [Vec<f32>; 2];

/// What the demo found out about one phrase in its room, for those who check it.
#[derive(Clone, Debug)]
pub struct Heard {
    /// The phrase and the room.
    pub what: String,
    /// The reported latency in samples.
    pub latency: u32,
    /// Whether every sample is a number.
    pub finite: bool,
    /// Whether the room is heard after the dry sound has ended, for as long as it should be.
    pub rings: bool,
    /// Whether the sound has no offset: next to nothing below 20 Hz.
    pub level: bool,
    /// Whether a second plug-in in blocks of other sizes gives the same bits.
    pub repeated: bool,
}

/// `demo`.
pub fn command() -> Result<ExitCode> {
    make()?;
    Ok(ExitCode::SUCCESS)
}

/// Makes the sounds and the picture, and tells about them.
pub fn make() -> Result<Vec<Heard>> {
    println!("Building the plug-in; the first time takes some minutes ...");
    bundle::release()?;
    let folder = place::target().join("demo");
    std::fs::create_dir_all(&folder)?;

    println!(
        "\nMaking dry phrases: drums, a plucked string and a voice, as if in a room without walls"
    );
    let (mut dry, mut wet) = (Sound::default(), Sound::default());
    let (mut all, mut titles) = (Vec::new(), Vec::new());
    for (phrase, (room, least)) in phrase::all(RATE).into_iter().zip(ROOMS) {
        let title = format!("{} in {room:?}", phrase.name);
        let (heard, sound) = play(&title, &phrase.sound, (room, least), &folder)?;
        for (whole, part) in dry.iter_mut().zip(&phrase.sound) {
            whole.extend(part);
            whole.resize(wet[0].len() + sound[0].len(), 0.0);
        }
        for (whole, part) in wet.iter_mut().zip(&sound) {
            whole.extend(part);
        }
        all.push(heard);
        titles.push(title);
    }
    let (dry_file, wet_file) = (folder.join("dry.wav"), folder.join("wet.wav"));
    write(&dry_file, &dry)?;
    write(&wet_file, &wet)?;
    let picture_file = folder.join("picture.png");
    picture::draw(&picture_file, &titles.join(", "), &dry, &wet, RATE)?;

    println!("\nthe loudest sample of all is {:.1} dBFS", peak(&wet));
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
    Ok(all)
}

/// Plays one phrase in one room, twice, and tells about it.
fn play(
    title: &str,
    dry: &Sound,
    (room, least): (&str, f64),
    folder: &Path,
) -> Result<(Heard, Sound)> {
    // The room travels as a preset does: in the bytes that a host would have saved.
    let preset = folder.join("room.clapstate");
    let mix = format!("mix={MIX}");
    let words = ["preset", "--room", room, "--set", &mix, "-o"];
    run::must(Command::new(place::cli()).args(words).arg(&preset))?;
    let state = std::fs::read(&preset)?;

    let plug_in = place::clap();
    println!(
        "\nPlaying {title} through {} in a CLAP host",
        place::short(&plug_in)
    );
    let played = host::play(&plug_in, &state, dry, RATE, 3)?;
    let again = host::play(&plug_in, &state, dry, RATE, 7)?;
    let samples = || played.sound.iter().flatten();
    let ringing = ringing(dry, &played.sound);
    let below = below_20_hz(&played.sound, RATE);
    let heard = Heard {
        what: title.to_owned(),
        latency: played.latency,
        finite: samples().all(|sample| sample.is_finite()),
        rings: ringing > least,
        level: below < OFFSET_DB,
        repeated: again.sound == played.sound,
    };
    let seconds = |frames: usize| frames as f64 / f64::from(RATE);
    println!(
        "{} {} says: latency {} samples, tail {:.2} s",
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
        "the room still sounds {ringing:.1} s after the last note; what lies below 20 Hz is at {below:.0} dB"
    );
    println!(
        "played again in blocks of other sizes it is {}",
        if heard.repeated {
            "the same, bit for bit"
        } else {
            "NOT the same"
        }
    );
    Ok((heard, played.sound))
}

/// The energy below 20 Hz, an offset included, in dB of the whole.
pub(crate) fn below_20_hz(sound: &Sound, rate: u32) -> f64 {
    let size = sound[0].len().next_power_of_two();
    let fft = FftPlanner::new().plan_fft_forward(size);
    let edge = (20.0 * size as f64 / f64::from(rate)) as usize;
    let (mut low, mut all) = (0.0, 0.0);
    for channel in sound {
        let samples = channel
            .iter()
            .map(|&sample| Complex::new(f64::from(sample), 0.0));
        let mut bins: Vec<_> = samples.collect();
        bins.resize(size, Complex::new(0.0, 0.0));
        fft.process(&mut bins);
        let power = |bins: &[Complex<f64>]| bins.iter().map(Complex::norm_sqr).sum::<f64>();
        low += power(&bins[..edge]);
        all += power(&bins[..size / 2]);
    }
    10.0 * (low / all.max(1e-30)).max(1e-30).log10()
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
