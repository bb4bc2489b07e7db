//! What the engine costs, beside others, in one run: `cargo bench --bench engine -- [options]`.
//!
//! ```text
//! --only TEXT       scenarios whose name contains the text, for instance `10 s true stereo, 64`; the table alone
//! --table           the table alone
//! --ours            only our engine in the table
//! --signals         our engine on silence, denormal numbers, full scale: the cost must be the same
//! --reset           the block with a reset in it
//! --blocks          the same samples in blocks of 512 and of 64, in turns
//! --callgrind       instructions per block, mean and worst, counted by valgrind (with AVX2), 10 s, 64 frames
//! --all             all of these
//! --json            one JSON document instead of lines
//! --runs K          runs over the same input (default 40; rivals that take long get fewer)
//! --cold            4 MB are written between the callbacks, so that caches are cold
//! --paced           one callback each block period, as a host does
//! --isa NAME        portable, avx2, avx512 or neon instead of the best
//! ```
//!
//! Without a part (`--table`, `--signals`, `--reset`, `--blocks`, `--callgrind`) it is all of them but `--callgrind`; that takes
//! about a quarter of an hour, most of it for rivals. At the end each target is printed with its figure. How times
//! are taken is told in `estimator.rs`; before it is timed, every engine's output is compared with the definition
//! in double precision. Where zita-convolver's header is installed, a separate program with it takes part.
//!
//! What it costs when one engine takes over from another one: `cargo bench --bench swaps`, in the plug-in's package.
//!
//! Without `--bench` (as `cargo test --benches` runs it) one small scenario is run to see that everything works.

mod callgrind;
mod estimator;
mod event;
mod measure;
mod options;
mod oracle;
#[path = "../../tests/oracles/mod.rs"]
#[allow(dead_code, reason = "the tests want more of it")]
mod oracles;
mod report;
mod reset;
mod rivals;
mod scenario;
mod signals;
mod table;
mod target;
mod targets;
mod turns;
mod zita;

use std::process::ExitCode;

use options::{Arguments, Options};
use report::Report;
use scenario::Scenario;
use zita::Zita;

fn main() -> ExitCode {
    let arguments = Arguments::new();
    if arguments.has("--under-callgrind") {
        callgrind::under_callgrind(&arguments.numbers());
        return ExitCode::SUCCESS;
    }
    match arguments
        .options()
        .and_then(|options| run(&arguments, options))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments, options: Options) -> Result<(), String> {
    let mut report = Report::new(arguments.has("--json"), options);
    let named = [
        "--table",
        "--signals",
        "--reset",
        "--blocks",
        "--callgrind",
        "--only",
        "--ours",
    ];
    let none_named = !named.iter().any(|part| arguments.has(part));
    let all = arguments.has("--all");
    let wants = |part: &str| all || arguments.has(part);
    let by_default = none_named && arguments.is_bench();
    if by_default || wants("--table") || wants("--only") || wants("--ours") {
        table(arguments, options, &mut report);
    }
    if by_default || wants("--signals") {
        report.signals(signals::signals(options));
    }
    if by_default || wants("--reset") {
        report.event(reset::reset(options));
    }
    if by_default || wants("--blocks") {
        report.turns(&turns::turns(options));
    }
    if wants("--callgrind") {
        for channels in [2, 4] {
            report.counted(callgrind::callgrind(channels)?);
        }
    }
    if none_named && !all && !by_default {
        let small = Scenario {
            seconds: 1,
            channels: 4,
            block: 64,
        };
        let few = Options { runs: 1, ..options };
        table::compare(small, few, None, false, |found| report.found(found));
    }
    report.end();
    Ok(())
}

fn table(arguments: &Arguments, options: Options, report: &mut Report) {
    let only = arguments.value("--only").unwrap_or_default();
    let ours = arguments.has("--ours");
    let zita = match ours {
        true => None,
        false => Zita::build()
            .map_err(|why| eprintln!("zita-convolver: {why}"))
            .ok(),
    };
    for scenario in Scenario::all().filter(|scenario| scenario.name().contains(only)) {
        table::compare(scenario, options, zita.as_ref(), ours, |found| {
            report.found(found);
        });
    }
}
