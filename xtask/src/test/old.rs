//! `cargo xtask test bundle old`: the released program on an x86-64 processor from before 2011, imitated by qemu, which has
//! neither wide vectors nor fused products. Rooms are the same bits; renders differ by what products are rounded.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::place;
use crate::report::Tally;
use crate::run::must;
use crate::setup::{self, Need};
use crate::stage::{Remarks, skip};

/// What runs a program as on such a processor.
const RUNNER: [&str; 3] = ["qemu-x86_64-static", "-cpu", "Nehalem"];

/// One of each kind.
const ROOMS: [&str; 5] = ["Studio", "Plate", "Spring", "Canyon", "Telephone"];

/// -120 dBFS.
const MOST: f32 = 1e-6;

pub fn old(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = setup::packages(&[Need::OldProcessor]) {
        return Ok(skip("old processors", &error, remarks));
    }
    let program = place::cli();
    ensure!(
        program.exists(),
        "build it first: cargo xtask test bundle old"
    );
    let folder = place::target().join("old");
    std::fs::create_dir_all(&folder)?;
    let mut tally = Tally::default();
    let mut note = |held: bool, what: &str| {
        println!("{} {what}", if held { "ok   " } else { "FAIL " });
        tally.add(&Tally::one(held));
    };
    let both = |name: &str, words: &[&str]| -> Result<(PathBuf, PathBuf)> {
        let [here, there] = ["here", "there"].map(|side| folder.join(format!("{side}-{name}.wav")));
        must(Command::new(&program).args(words).arg("-o").arg(&here))?;
        let mut imitated = Command::new(RUNNER[0]);
        imitated.args(&RUNNER[1..]).arg(&program);
        must(imitated.args(words).arg("-o").arg(&there))?;
        Ok((here, there))
    };
    for room in ROOMS {
        let (here, there) = both(room, &["room", room])?;
        let same = std::fs::read(here)? == std::fs::read(there)?;
        note(same, &format!("{room} is the same, bit for bit"));
    }
    let dry = folder.join("dry.wav");
    phrase(&dry)?;
    let dry = dry.to_str().context("the folder's name is no text")?;
    let words = ["render", dry, "--room", "Studio", "--bits", "float"];
    let shaped = [
        "--set",
        "mix=100",
        "--set",
        "decay=150",
        "--set",
        "low_cut=150",
    ];
    let (here, there) = both("render", &[&words[..], &shaped].concat())?;
    let (here, there) = (samples(&here)?, samples(&there)?);
    let pairs = here.iter().zip(&there);
    let off = pairs.fold(0.0_f32, |most, (here, there)| {
        most.max((here - there).abs())
    });
    let within = here.len() == there.len() && off < MOST;
    let level = 20.0 * off.max(f32::MIN_POSITIVE).log10();
    note(
        within,
        &format!("a render differs by {level:.0} dBFS at most"),
    );
    let heard = here.iter().any(|sample| sample.abs() > 0.01);
    note(heard, "and is heard");
    Ok(tally)
}

/// Clicks and rests.
fn phrase(place: &Path) -> Result<()> {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 48_000,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(place, spec)?;
    for at in 0..24_000 {
        let click = if at % 6_000 < 40 { 0.5 } else { 0.0 };
        writer.write_sample(click)?;
        writer.write_sample(-click)?;
    }
    Ok(writer.finalize()?)
}

fn samples(place: &Path) -> Result<Vec<f32>> {
    let reader = hound::WavReader::open(place)?;
    Ok(reader.into_samples().collect::<Result<_, _>>()?)
}
