//! One project is the same sound on every machine, bit for bit: four tracks through the CLAP's own entry, offline, the
//! impulses a built-in room, a file, a file that travels inside the project, and two at once, with every parameter in
//! motion.
//!
//! `tests/golden/bounces.txt` has the hash of the whole and of each track. It holds for every system and every
//! instruction set, as long as the processor adds products without rounding them first (64-bit Arm, x86-64 since 2013).
//! A change that is meant to be heard writes it anew:
//!
//! ```text
//! ANTEROOM_WRITE_GOLDEN=1 cargo test --workspace --test project_bounce
//! ```

#[path = "support/noise.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod noise;
#[path = "clap_host/rig.rs"]
#[allow(
    dead_code,
    reason = "the tests that share this file use different parts of it"
)]
mod rig;
#[path = "support/runner.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod runner;

use std::io::Write as _;
use std::path::Path;

use anteroom::convolution::Isa;
use anteroom::impulse::origin::content_hash;
use anteroom::impulse::{FileRef, Origin, embed};
use anteroom::params::{Acts, Kind, PARAMS, ParamSpec};
use anteroom::state::Preset;

use noise::Noise;
use rig::{Block, Rig};

const RATE_HZ: u32 = 48_000;
/// Three quarters of a second.
const SAMPLES: usize = 36_000;
/// The host's block.
const BLOCK: usize = 480;
/// What acts on the sound moves so often, in samples; what acts on the impulse, for which it is shaped anew, more rarely.
const SOUND_STEP: usize = 1_200;
const IMPULSE_STEP: usize = 7_200;

/// Where a parameter is moved to at a sample, as a position from 0 to 1, if it is moved there.
fn moved(place: usize, param: &ParamSpec, at: usize) -> Option<f64> {
    let (every, steps) = match param.acts {
        Acts::Sound => (SOUND_STEP, 9),
        Acts::Impulse => (IMPULSE_STEP, 5),
    };
    if !at.is_multiple_of(every) {
        return None;
    }
    let step = at / every;
    Some(match (param.id, param.kind) {
        // What passes the dry input through would hide the rest.
        ("bypass", _) => f64::from(u8::from(step % 7 == 3)),
        (_, Kind::Switch) => f64::from(u8::from((step + place).is_multiple_of(2))),
        _ => ((step * [1, 2, 4, 7][place % 4] + place) % steps) as f64 / (steps - 1) as f64,
    })
}

#[test]
fn every_parameter_is_moved() {
    for (place, param) in PARAMS.iter().enumerate() {
        let mut positions: Vec<_> = (0..SAMPLES)
            .filter_map(|at| moved(place, param, at))
            .collect();
        positions.dedup();
        assert!(positions.len() > 3, "{}: {positions:?}", param.id);
        assert!(
            positions
                .iter()
                .all(|position| (0.0..=1.0).contains(position))
        );
    }
}

/// Hits of noise and rests.
fn phrase() -> Vec<f32> {
    let mut noise = Noise::new(11);
    let sample = |at| match at % 9_000 < 700 {
        true => 0.5 * noise.sample(),
        false => 0.0,
    };
    (0..SAMPLES).map(sample).collect()
}

/// A decay of noise in two channels, at another rate than the host's.
fn write_impulse(path: &Path, seed: u64) {
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a folder of our own");
    let mut noise = Noise::new(seed);
    let mut level = 30_000.0_f64;
    for _ in 0..22_050 {
        level *= 0.9997;
        for _ in 0..2 {
            let sample = level * f64::from(noise.sample());
            writer.write_sample(sample as i16).expect("it fits");
        }
    }
    writer.finalize().expect("room on the disk");
}

/// The impulses of the tracks, by their names.
fn tracks(folder: &Path) -> [(&'static str, Origin, Option<Origin>); 4] {
    let opened = |name: &str, seed| {
        let path = folder.join(name);
        write_impulse(&path, seed);
        let opened = FileRef::default().open_at(&path, (&|| false, &|_| ()));
        (path, opened.expect("it is read"))
    };
    let (_, (file, _)) = opened("file.wav", 3);
    let (gone, (mut embedded, decoded)) = opened("embedded.wav", 5);
    embedded.embedded = Some(embed::pack(&decoded.impulse, decoded.bits).expect("it packs"));
    std::fs::remove_file(gone).expect("it was there");
    let room = |name| Origin::room(name).expect("a room");
    [
        ("a room", room("Studio"), None),
        ("a file", Origin::File(file.clone()), None),
        ("an embedded file", Origin::File(embedded), None),
        ("a room and a file", room("Plate"), Some(Origin::File(file))),
    ]
}

/// A track as its host bounces it: the bytes of the samples, left and right in turn.
fn bounce(origin: Origin, second: Option<Origin>, dry: &[f32]) -> Vec<u8> {
    let mut preset = Preset::default();
    preset.project.embed = matches!(&origin, Origin::File(file) if file.embedded.is_some());
    preset.project.origin = origin;
    preset.project.second = second;
    let mut rig = Rig::new();
    assert!(rig.load(&preset.to_clapstate()));
    rig.offline(true);
    let stopped = rig.activate(f64::from(RATE_HZ), BLOCK);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, BLOCK);
    let mut bytes = Vec::new();
    let mut loudest = 0.0_f32;
    for start in (0..SAMPLES).step_by(BLOCK) {
        let here = BLOCK.min(SAMPLES - start);
        // The right channel hears the same a little later.
        block.feed(here, |channel, index| {
            let at = (start + index).checked_sub(31 * channel);
            at.map_or(0.0, |at| dry[at])
        });
        for at in start..start + here {
            for (place, param) in PARAMS.iter().enumerate() {
                if let Some(position) = moved(place, param, at) {
                    // A choice is counted in steps.
                    let steps = match param.kind {
                        Kind::Choice(choices) => choices.len() as f64 - 1.0,
                        _ => 1.0,
                    };
                    block.automate(rig.id(param.id), at - start, position * steps);
                }
            }
        }
        block.process(&mut plugin, here);
        for (left, right) in block.output[0].iter().zip(&block.output[1]).take(here) {
            for sample in [left, right] {
                loudest = loudest.max(sample.abs());
                bytes.extend(sample.to_le_bytes());
            }
        }
    }
    rig.plugin.deactivate(plugin.stop_processing());
    assert!(loudest > 0.01 && loudest < 100.0, "{loudest}");
    bytes
}

/// A hash of the whole, and one of each track, as the table has them.
fn hashes() -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let dry = phrase();
    let short = |bytes: &[u8]| content_hash(bytes)[..32].to_owned();
    let (mut whole, mut lines) = (Vec::new(), String::new());
    for (name, origin, second) in tracks(folder.path()) {
        let bytes = bounce(origin, second, &dry);
        lines += &format!("{} {name}\n", short(&bytes));
        whole.extend(bytes);
    }
    format!("{} the project\n{lines}", short(&whole))
}

#[test]
fn a_project_is_the_same_sound_on_every_machine() {
    let today = hashes();
    // Not as a test prints, which is seen of one that fails alone.
    let _ = writeln!(
        std::io::stdout(),
        "\nbounced on {} by {}:\n{today}",
        std::env::consts::ARCH,
        Isa::best().name()
    );
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/bounces.txt");
    if std::env::var_os("ANTEROOM_WRITE_GOLDEN").is_some() && Isa::fuses() {
        std::fs::write(place, today).expect("the table can be written");
        return;
    }
    let held = std::fs::read_to_string(place).expect("there is a table");
    if Isa::fuses() {
        // Where git writes texts anew, lines end in two characters.
        assert_eq!(today, held.replace('\r', ""));
    } else {
        println!("this processor rounds products: not compared");
    }
}

#[test]
fn every_instruction_set_gives_the_same_project() {
    let name = "a_project_is_the_same_sound_on_every_machine";
    if std::env::var_os("ANTEROOM_WRITE_GOLDEN").is_some() {
        return;
    }
    for isa in Isa::available() {
        let program = std::env::current_exe().expect("a test knows its own program");
        let output = runner::command(program)
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env("ANTEROOM_ISA", isa.name())
            .output()
            .expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout);
        // Its hashes, and not how many tests it ran.
        let lines = said.lines().skip_while(|line| !line.starts_with("bounced"));
        let lines: Vec<&str> = lines.take(6).collect();
        let _ = writeln!(std::io::stdout(), "\n{}", lines.join("\n"));
        assert!(output.status.success(), "{}: {said}", isa.name());
        // It was that set, and no other.
        let by = format!(" by {}:", isa.name());
        assert!(
            lines.first().is_some_and(|line| line.ends_with(&by)),
            "{said}"
        );
    }
}
