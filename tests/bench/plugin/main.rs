//! What the whole plug-in costs, from outside, beside its bare engine: `cargo bench --bench plugin -- [options]`.
//!
//! ```text
//! --runs K          runs over the same input (default 40)
//! --json            one JSON document instead of lines
//! ```
//!
//! A CLAP host in this process plays the plug-in as it comes, but for the impulse: 10 s of true stereo, blocks of 64
//! frames at 48 kHz, meters running and read sixty times a second, as an editor does. The bare engine plays the
//! same input with the same impulse in turns with it, and each is timed as `crates/anteroom-convolver/benches/engine/estimator.rs` tells.
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

/// The most that the plug-in may cost: its mean in means of the bare engine, its worst block in its own means.
const MOST: [f64; 2] = [1.25, 1.6];

fn main() -> ExitCode {
    let arguments = Arguments::new();
    let options = match arguments.options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let [engine, plugin] = measure(options);
    report(&arguments, engine, plugin);
    ExitCode::SUCCESS
}

/// The bare engine and the plug-in, run by run in turns.
fn measure(options: Options) -> [Spread; 2] {
    let block = CENTRAL.block;
    let impulse = CENTRAL.impulse();
    let mut engine = CENTRAL.engine(&impulse, options.isa);
    let input = stereo_noise(PERIOD);
    let mut output = vec![vec![0.0; PERIOD]; 2];
    let mut shortest = [(); 2].map(|()| Shortest::new(PERIOD / block));
    // Histories fill in the first runs, which do not count.
    let first = 1 + CENTRAL.taps().div_ceil(PERIOD);
    host::with_plugin(&impulse, |plugin| {
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

fn report(arguments: &Arguments, engine: Spread, plugin: Spread) {
    let figures = [plugin.mean / engine.mean, plugin.worst / plugin.mean];
    let names = [
        "mean of the plug-in, in means of the bare engine",
        "worst block of the plug-in, in its own means",
    ];
    let targets = || figures.iter().zip(MOST).zip(names);
    if arguments.has("--json") {
        let spread = |spread: Spread| {
            json!({
                "mean_us": spread.mean / 1e3,
                "p99_us": spread.p99 / 1e3,
                "worst_us": spread.worst / 1e3,
                "mean_percent": 100.0 * spread.mean / CENTRAL.period(),
            })
        };
        let targets = targets().map(|((figure, bound), name)| {
            json!({ "target": name, "figure": figure, "bound": bound, "met": *figure <= bound })
        });
        let all = json!({
            "scenario": CENTRAL.name(),
            "engine": spread(engine),
            "plugin": spread(plugin),
            "targets": targets.collect::<Vec<_>>(),
        });
        println!("{}", serde_json::to_string_pretty(&all).unwrap_or_default());
        return;
    }
    for (name, spread) in [("bare engine", engine), ("plug-in", plugin)] {
        println!(
            "{}  {name:12} mean {:7.3} us = {:6.3} %  p99 {:7.3} us  worst {:7.3} us",
            CENTRAL.name(),
            spread.mean / 1e3,
            100.0 * spread.mean / CENTRAL.period(),
            spread.p99 / 1e3,
            spread.worst / 1e3,
        );
    }
    for ((figure, bound), name) in targets() {
        let word = if *figure <= bound { "met" } else { "MISSED" };
        println!("{name:50} {figure:6.2} of {bound:5.2}  {word}");
    }
}
