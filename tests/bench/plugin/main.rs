//! What the whole plug-in costs, from outside, beside its bare engine: `cargo bench --bench plugin -- [options]`.
//!
//! ```text
//! --runs K          runs over the same input (default 40)
//! --json            one JSON document instead of lines
//! ```
//!
//! A CLAP host in this process plays the plug-in as it comes, but for the impulse: 10 s of true stereo, blocks of 64
//! frames at 48 kHz, meters running and read sixty times a second, as an editor does. More rows have one part of it at
//! work each. The bare engine plays the same input with the same impulse in turns with each, and all are timed as
//! `crates/anteroom-convolver/benches/engine/estimator.rs` tells.
//!
//! Without `--bench` (as `cargo test --benches` runs it) each plays two runs to see that everything works.

#[path = "../../clap_host/rig.rs"]
#[allow(dead_code, reason = "the tests of the CLAP host want more of it")]
mod rig;

#[path = "../../../crates/anteroom-convolver/benches/engine/estimator.rs"]
#[allow(dead_code, reason = "the bench of the engine wants more of it")]
mod estimator;
#[path = "../../../crates/anteroom-convolver/benches/engine/options.rs"]
#[allow(dead_code, reason = "the bench of the engine wants more of it")]
mod options;
#[path = "../../../crates/anteroom-convolver/benches/engine/scenario.rs"]
#[allow(dead_code, reason = "the bench of the engine wants more of it")]
mod scenario;

mod host;

use std::process::ExitCode;

use serde_json::json;

use anteroom::convolution::Engine;
use estimator::{Shortest, Spread, run_period};
use options::{Arguments, Options};
use scenario::{CENTRAL, PERIOD, stereo_noise};

/// The most that a worst block may cost, in means of its own row.
const WORST: f64 = 1.6;

/// The plug-in with some of its parts at work.
struct Row {
    name: &'static str,
    /// Parameters that are not at their defaults.
    set: &'static [(&'static str, f32)],
    /// Whether the impulse is in both slots.
    two_impulses: bool,
    /// A switch that goes on while it plays.
    later: Option<&'static str>,
    /// The most that its mean may be, in means of the bare engine.
    most: f64,
}

const PLAIN: Row = Row {
    name: "plug-in",
    set: &[],
    two_impulses: false,
    later: None,
    most: 1.25,
};

const ROWS: [Row; 6] = [
    PLAIN,
    Row {
        name: "equalizer",
        set: &[
            ("eq1_gain", 3.0),
            ("eq2_gain", -4.0),
            ("eq3_gain", 5.0),
            ("eq4_gain", -6.0),
        ],
        most: f64::INFINITY,
        ..PLAIN
    },
    Row {
        name: "ducker",
        set: &[("duck", 12.0), ("duck_threshold", -40.0)],
        most: f64::INFINITY,
        ..PLAIN
    },
    Row {
        name: "blend",
        set: &[("blend", 50.0)],
        two_impulses: true,
        // Two engines, and a tenth.
        most: 2.2,
        ..PLAIN
    },
    Row {
        name: "motion",
        set: &[("motion", 100.0)],
        // Three tails, that share what is made of the input.
        most: 2.5,
        ..PLAIN
    },
    Row {
        name: "frozen",
        later: Some("freeze"),
        most: f64::INFINITY,
        ..PLAIN
    },
];

fn main() -> ExitCode {
    let arguments = Arguments::new();
    let options = match arguments.options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let rows = ROWS.map(|row| {
        let spreads = measure(options, &row);
        (row, spreads)
    });
    report(&arguments, &rows);
    ExitCode::SUCCESS
}

/// The bare engine and the plug-in as a row has it, run by run in turns.
fn measure(options: Options, row: &Row) -> [Spread; 2] {
    let block = CENTRAL.block;
    let impulse = CENTRAL.impulse();
    let mut engine = CENTRAL.engine(&impulse, options.isa);
    let input = stereo_noise(PERIOD);
    let mut output = vec![vec![0.0; PERIOD]; 2];
    let mut shortest = [(); 2].map(|()| Shortest::new(PERIOD / block));
    // Histories fill in the first runs, which do not count.
    let first = 1 + CENTRAL.taps().div_ceil(PERIOD);
    host::with_plugin(&impulse, row, |plugin| {
        for run in 0..first + options.runs.max(2) {
            let [of_engine, of_plugin] = &mut shortest;
            let bare: &mut Engine = &mut engine;
            // Whoever begins its turn finds the other one's data in the caches: its first period does not count.
            for counts in [false, run >= first] {
                run_period(bare, &input, &mut output, block, options, |index, time| {
                    if counts {
                        of_engine.note(index, time);
                    }
                });
            }
            for counts in [false, run >= first] {
                plugin.run_period(&input, |index, time| {
                    if counts {
                        of_plugin.note(index, time);
                    }
                });
            }
        }
    });
    shortest.map(|shortest| shortest.spread())
}

fn report(arguments: &Arguments, rows: &[(Row, [Spread; 2])]) {
    let figures = |(row, [engine, plugin]): &(Row, [Spread; 2])| {
        [
            (
                "mean, in means of the bare engine",
                plugin.mean / engine.mean,
                row.most,
            ),
            (
                "worst block, in its own means",
                plugin.worst / plugin.mean,
                WORST,
            ),
        ]
    };
    if arguments.has("--json") {
        let spread = |spread: &Spread| {
            json!({
                "mean_us": spread.mean / 1e3,
                "p99_us": spread.p99 / 1e3,
                "worst_us": spread.worst / 1e3,
                "mean_percent": 100.0 * spread.mean / CENTRAL.period(),
            })
        };
        let rows = rows.iter().map(|all| {
            let targets = figures(all).map(|(name, figure, bound)| {
                // No bound is null in JSON.
                json!({ "target": name, "figure": figure, "bound": bound, "met": figure <= bound })
            });
            let (row, [engine, plugin]) = all;
            json!({
                "name": row.name,
                "engine": spread(engine),
                "plugin": spread(plugin),
                "targets": targets,
            })
        });
        let all = json!({ "scenario": CENTRAL.name(), "rows": rows.collect::<Vec<_>>() });
        println!("{}", serde_json::to_string_pretty(&all).unwrap_or_default());
        return;
    }
    for all in rows {
        let (row, [engine, plugin]) = all;
        for (name, spread) in [("bare engine", engine), (row.name, plugin)] {
            println!(
                "{}  {name:12} mean {:7.3} us = {:6.3} %  p99 {:7.3} us  worst {:7.3} us",
                CENTRAL.name(),
                spread.mean / 1e3,
                100.0 * spread.mean / CENTRAL.period(),
                spread.p99 / 1e3,
                spread.worst / 1e3,
            );
        }
        for (name, figure, bound) in figures(all) {
            let word = match figure <= bound {
                _ if bound.is_infinite() => String::new(),
                true => format!("of {bound:5.2}  met"),
                false => format!("of {bound:5.2}  MISSED"),
            };
            println!("{:12} {name:36} {figure:6.2} {word}", row.name);
        }
    }
}
