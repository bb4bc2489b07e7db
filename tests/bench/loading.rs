//! What a user waits for when an impulse is chosen or looked for: `cargo bench --bench loading`.
//!
//! Three scenes, each of which prints its times:
//!
//! * A true-stereo file of 30 s at 96 kHz is loaded into a running instance at 48 kHz, which is played in
//!   blocks of 64 frames, each at its time. It prints how long it took until the first block under the new
//!   impulse, and how many blocks took longer than their 1.33 ms meanwhile, by the thread's own clock.
//!   A callback that was called too late is the system's doing and is printed apart.
//! * A library of 10,000 files is searched by content: the first time, when the folders are read, and then
//!   warm, for a file that is there, for one that is not, and with all files as long as the one.
//! * A true-stereo impulse of 12.4 s is playing, with its decay as it is and with another one. Attack, length,
//!   reverse and normalize are moved, and then the decay itself. It prints how long each new engine took.
//!
//! Without `--bench` (as `cargo test --benches` runs it) all are small.

use std::env;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anteroom::convolution::Layout;
use anteroom::impulse::origin::content_hash;
use anteroom::impulse::{Library, Origin, Shape};
use anteroom::instance::instance;
use anteroom::loader::{Format, Parts, file_at, loader};
use anteroom::processor::Settings;
use hound::{SampleFormat, WavSpec, WavWriter};

const BLOCK: usize = 64;
const RATE: u32 = 48_000;
const PERIOD: Duration = Duration::from_nanos(1_000_000_000 * BLOCK as u64 / RATE as u64);

/// A decaying noise in four channels of 24 bits.
fn write(path: &Path, seconds: u32) {
    let spec = WavSpec {
        channels: 4,
        sample_rate: 96_000,
        bits_per_sample: 24,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(path, spec).expect("a folder of our own");
    let mut seed = 1u32;
    for frame in 0..seconds * 96_000 {
        let level = (-f64::from(frame) / 96_000.0 * 0.7).exp();
        for _ in 0..4 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let sample = f64::from(seed as i32 >> 9) * level;
            writer.write_sample(sample as i32).expect("it fits");
        }
    }
    writer.finalize().expect("room on the disk");
}

fn loads_while_it_plays(folder: &Path, seconds: u32) {
    let path = folder.join("long.wav");
    write(&path, seconds);
    let (mut audio, _desk, remote) = instance(|| {}).expect("a thread");
    let format = Format {
        rate: RATE,
        layout: Layout::Stereo,
    };
    let shape = Shape::default();
    let minute = Duration::from_secs(60);
    let settled = remote.configure(format, Origin::default(), shape, minute);
    let settled = settled.expect("an answer");
    audio.prepare(format, shape, settled.generation, false);
    let settings = Settings::default();
    let (mut left, mut right) = ([0.1f32; BLOCK], [0.1f32; BLOCK]);
    let (mut slow, mut late, mut longest) = (0, 0, Duration::ZERO);
    let (mut asked, mut found) = (None, None);
    let begin = Instant::now();
    let mut blocks = 0u32;
    let before = audio.slots().generation;
    while found.is_none_or(|found: Instant| found.elapsed() < Duration::from_millis(300)) {
        if blocks == 200 {
            asked = Some(Instant::now());
            remote.choose(file_at(&path)).expect("room for a request");
        }
        let due = begin + PERIOD * blocks;
        if let Some(early) = due.checked_duration_since(Instant::now()) {
            std::thread::sleep(early);
        }
        let start = Instant::now();
        late += u32::from(start > due + PERIOD);
        audio.process(&mut [&mut left, &mut right], &settings, &shape);
        let took = start.elapsed();
        slow += u32::from(took > PERIOD);
        longest = longest.max(took);
        if found.is_none() && audio.slots().generation != before {
            found = Some(Instant::now());
        }
        blocks += 1;
        assert!(begin.elapsed() < minute, "no new impulse within a minute");
    }
    let waited = asked.zip(found).map(|(asked, found)| found - asked);
    println!(
        "{seconds} s, 96 kHz, true stereo, into 48 kHz: {:.0} ms until the first block under it",
        waited.unwrap_or_default().as_secs_f64() * 1000.0
    );
    println!(
        "{blocks} blocks of {BLOCK} frames meanwhile: {slow} late by their own work, longest {:.3} ms of {:.3}, \
         {late} called late by the system",
        longest.as_secs_f64() * 1000.0,
        PERIOD.as_secs_f64() * 1000.0
    );
}

fn finds_in_a_library(folder: &Path, files: usize, same_length: bool) {
    for number in 0..files {
        let shelf = folder.join(format!("{}", number / 100));
        if number % 100 == 0 {
            fs::create_dir_all(&shelf).expect("a folder of our own");
        }
        let mut bytes = vec![number as u8; if same_length { 400 } else { 400 + number }];
        bytes[..8].copy_from_slice(&(number as u64).to_le_bytes());
        fs::write(shelf.join(format!("{number}.wav")), bytes).expect("room on the disk");
    }
    let number = files / 2;
    let path = folder.join(format!("{}/{number}.wav", number / 100));
    let bytes = fs::read(&path).expect("it was written");
    let hash = content_hash(&bytes);
    let library = Library::new(vec![folder.to_owned()]);
    let time = |what: &str, find: &dyn Fn()| {
        let start = Instant::now();
        find();
        println!(
            "    {what}: {:.1} ms",
            start.elapsed().as_secs_f64() * 1000.0
        );
    };
    println!(
        "a library of {files} files, {}",
        match same_length {
            true => "all of the same length",
            false => "of different lengths",
        }
    );
    let length = bytes.len() as u64;
    let there = || assert_eq!(library.find(&hash, length).as_deref(), Some(&*path));
    time("the first search", &there);
    time("warm", &there);
    let nowhere = content_hash(b"nowhere");
    let gone = || assert_eq!(library.find(&nowhere, length), None);
    time("a file that is not there", &gone);
    time("the same again", &gone);
    time("by content alone", &|| {
        assert_eq!(library.find(&hash, 0).as_deref(), Some(&*path));
    });
}

/// A move of a control, one way or the other.
type Move = (&'static str, fn(&mut Shape, bool));

fn moves_controls(folder: &Path, seconds: f32, turns: usize) {
    const MOVES: [Move; 5] = [
        ("attack", |shape, on| {
            shape.attack_ms = if on { 40.0 } else { 20.0 }
        }),
        ("length", |shape, on| {
            shape.length_percent = if on { 99.0 } else { 98.0 }
        }),
        ("reverse", |shape, on| shape.reverse = on),
        ("normalize", |shape, on| shape.normalize = on),
        ("decay", |shape, on| {
            shape.decay_percent += if on { 1.0 } else { 2.0 }
        }),
    ];
    let path = folder.join("moved.wav");
    let spec = WavSpec {
        channels: 4,
        sample_rate: RATE,
        bits_per_sample: 24,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(&path, spec).expect("a folder of our own");
    let mut seed = 1u32;
    let mut level = 0.99;
    for _ in 0..(seconds * RATE as f32) as usize / 2 {
        let mut row = [0; 4];
        for sample in &mut row {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = (f64::from(seed as i32 >> 8) * level) as i32;
        }
        level *= 0.99998;
        // In pairs, so that there is no constant offset to be repaired.
        for sample in row.into_iter().chain(row.map(|sample| -sample)) {
            writer.write_sample(sample).expect("it fits");
        }
    }
    writer.finalize().expect("room on the disk");
    let format = Format {
        rate: RATE,
        layout: Layout::Stereo,
    };
    println!("{seconds} s, true stereo: ms until the next engine is there");
    let mut before = [0.0; 4];
    for decay_percent in [100.0, 150.0] {
        let Parts {
            mut loader,
            remote,
            audio,
            ..
        } = loader(Default::default(), || {});
        let (mut handle, mut engines, mut tape) = audio.split();
        let shape = Shape {
            decay_percent,
            ..Shape::default()
        };
        // Nobody waits for it: it is there after the next steps.
        let _ = remote.configure(format, file_at(&path), shape, Duration::ZERO);
        while loader.step() {}
        let mut held = None;
        assert!(engines.swap(&mut held));
        // It has been playing for longer than a new engine is primed with.
        for _ in 0..12 {
            tape.write(&[&[0.1; RATE as usize / 2], &[0.1; RATE as usize / 2]]);
        }
        print!("    decay {decay_percent}:");
        for (index, (name, change)) in MOVES.into_iter().enumerate() {
            let times = (0..turns).map(|turn| {
                let mut wanted = shape;
                change(&mut wanted, turn % 2 == 0);
                let number = handle.request_shape(wanted);
                let start = Instant::now();
                while handle.settled() < number {
                    loader.step();
                }
                let took = start.elapsed().as_secs_f64() * 1000.0;
                engines.swap(&mut held);
                while loader.step() {}
                took
            });
            // The shortest: other programs may be in the way.
            let took = times.fold(f64::INFINITY, f64::min);
            print!(" {name} {took:.0}");
            if let Some(before) = before.get_mut(index) {
                if *before > 0.0 {
                    print!(" ({:.2} times)", took / *before);
                }
                *before = took;
            }
        }
        println!();
        if let Some(held) = held {
            engines.unlink(held);
        }
    }
}

fn main() {
    let benches = env::args().any(|word| word == "--bench");
    let (seconds, files) = if benches { (30, 10_000) } else { (1, 100) };
    let folder = tempfile::tempdir().expect("a temporary folder");
    finds_in_a_library(&folder.path().join("other"), files, false);
    finds_in_a_library(&folder.path().join("same"), files, true);
    loads_while_it_plays(folder.path(), seconds);
    match benches {
        true => moves_controls(folder.path(), 12.4, 9),
        false => moves_controls(folder.path(), 0.5, 1),
    }
}
