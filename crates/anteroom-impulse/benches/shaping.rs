//! What it takes to reshape an impulse: `cargo bench --bench shaping`.
//!
//! For each built-in room, in true stereo at 48 kHz, and for each of a few shapes from the mild to the
//! extreme: the shortest of a few runs, in ms, first of the shaping alone and then of what the worker does
//! until it has an engine. Options: `--only TEXT` for the rooms whose name contains the text, `--runs K`.
//!
//! With `--times FOLDER` the files of a folder are shaped instead, and it prints how many of the
//! reverberation times, by channel and octave from 125 Hz to 8 kHz, came out within 5 % of the wish, and
//! which did not; `--only TEXT` for some of the files, `--ends` for wishes at the ends of the ranges. Octaves whose decay has no T30 after ISO 3382 in the file are counted and left out.
//!
//! Without `--bench` (as `cargo test --benches` runs it) one room is shaped once.

use std::env;
use std::hint::black_box;
use std::time::Instant;

use anteroom_convolver::{Kernel, Layout, Matrix};
use anteroom_impulse::shape::decay_ratio;
use anteroom_impulse::{Impulse, Shape, analyze, decode, rooms, shape};

const RATE: u32 = 48_000;

/// What the table's columns are called, and what they ask for: decay, size, damping in percent.
const SHAPES: [(&str, [f32; 3]); 6] = [
    ("decay 50", [50.0, 100.0, 100.0]),
    ("decay 150", [150.0, 100.0, 100.0]),
    ("damping 40", [100.0, 100.0, 40.0]),
    ("size 130", [100.0, 130.0, 100.0]),
    ("400/200/25", [400.0, 200.0, 25.0]),
    ("25/50/25", [25.0, 50.0, 25.0]),
];

fn shortest(runs: usize, mut job: impl FnMut()) -> f64 {
    let time = |_| {
        let start = Instant::now();
        job();
        start.elapsed().as_secs_f64() * 1000.0
    };
    (0..runs).map(time).fold(f64::INFINITY, f64::min)
}

fn kernel(impulse: &Impulse) {
    let matrix = Matrix::for_layout(Layout::Stereo, impulse.channels.len());
    let kernel = Kernel::prepare(&impulse.channels, &matrix);
    black_box(kernel.expect("a room fits an engine"));
}

/// What is asked of files: decay and damping in percent.
const WISHES: [[f32; 2]; 6] = [
    [40.0, 100.0],
    [70.0, 100.0],
    [150.0, 100.0],
    [200.0, 100.0],
    [100.0, 35.0],
    [150.0, 60.0],
];

/// The same at the ends of the ranges.
const ENDS: [[f32; 2]; 6] = [
    [25.0, 100.0],
    [400.0, 100.0],
    [100.0, 25.0],
    [50.0, 50.0],
    [400.0, 25.0],
    [25.0, 25.0],
];

/// How well the files of a folder follow the wishes.
fn times(folder: &str, only: &str, wishes: &[[f32; 2]]) {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut paths: Vec<_> = paths.filter(|path| path.is_file()).collect();
    paths.retain(|path| path.to_string_lossy().contains(only));
    paths.sort();
    let (mut all, mut good, mut undefined) = (0, 0, 0);
    for path in paths {
        let Ok(decoded) = decode::open(&path) else {
            continue;
        };
        let before = analyze(&decoded.impulse);
        let (mut here, mut missed) = (0, Vec::new());
        for &[decay_percent, damping_percent] in wishes {
            let wish = Shape {
                decay_percent,
                damping_percent,
                normalize: false,
                ..Shape::default()
            };
            let after = analyze(&shape(&decoded.impulse, &wish));
            for (channel, (before, after)) in
                before.channels.iter().zip(&after.channels).enumerate()
            {
                for (before, after) in before.bands.iter().zip(&after.bands) {
                    let hz = before.centre_hz.unwrap_or(0.0);
                    let (true, Some(before_s)) = ((125.0..=8000.0).contains(&hz), before.t30_s)
                    else {
                        continue;
                    };
                    let wanted = before_s * decay_ratio(&wish, hz);
                    if !before.t30_is_reliable() {
                        undefined += 1;
                        continue;
                    }
                    here += 1;
                    let got = after.t30_s.unwrap_or(f64::NAN);
                    let off = got / wanted - 1.0;
                    // What is not measurable afterwards is missed, too.
                    if off.is_nan() || off.abs() > 0.05 {
                        missed.push(format!(
                            "    {decay_percent}/{damping_percent} channel {channel} {hz} Hz: \
                             {before_s:.3} s, wanted {wanted:.3}, got {got:.3} ({:+.1} %), \
                             EDT {:.2} range {:.0} dB",
                            off * 100.0,
                            before.edt_s.unwrap_or(f64::NAN),
                            before.range_db,
                        ));
                    }
                }
            }
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        println!("{name}: {} of {here} within 5 %", here - missed.len());
        missed.iter().for_each(|line| println!("{line}"));
        all += here;
        good += here - missed.len();
    }
    println!(
        "{good} of {all} within 5 %; {undefined} more have no T30 after ISO 3382 in their file"
    );
}

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let after = |name: &str| {
        let at = words.iter().position(|word| word == name)?;
        words.get(at + 1)
    };
    if let Some(folder) = after("--times") {
        let wishes = match words.iter().any(|word| word == "--ends") {
            true => &ENDS,
            false => &WISHES,
        };
        return times(folder, after("--only").map_or("", String::as_str), wishes);
    }
    let benches = words.iter().any(|word| word == "--bench");
    let runs = after("--runs").and_then(|runs| runs.parse().ok());
    let runs = runs.unwrap_or(if benches { 5 } else { 1 });
    let only = after("--only").map_or(if benches { "" } else { "Booth" }, String::as_str);

    print!("{:14} {:>6} {:>7}", "ms", "s", "render");
    for (name, _) in SHAPES {
        print!(" {name:>16}");
    }
    println!();
    for room in rooms().iter().filter(|room| room.name.contains(only)) {
        let impulse = room.recipe.render(RATE, 4);
        let render = shortest(runs.min(2), || drop(black_box(room.recipe.render(RATE, 4))));
        print!("{:14} {:6.2} {render:7.1}", room.name, impulse.seconds());
        for (_, [decay_percent, size_percent, damping_percent]) in SHAPES {
            let wish = Shape {
                decay_percent,
                size_percent,
                damping_percent,
                ..Shape::default()
            };
            let shaped = shape(&impulse, &wish);
            assert!(shaped.peak().is_finite() && shaped.peak() > 0.0);
            let alone = shortest(runs, || drop(black_box(shape(&impulse, &wish))));
            let all = alone + shortest(runs.min(3), || kernel(&shaped));
            print!(" {alone:8.1} {all:7.1}");
        }
        println!();
    }
}
