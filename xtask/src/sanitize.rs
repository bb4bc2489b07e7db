//! `cargo xtask sanitize`: the exchange layer under the checkers that a nightly compiler brings.
//!
//! | stage | what runs under it |
//! |---|---|
//! | `miri` | the exchange crate's unit tests and rows, interpreted, each with sixteen schedules |
//! | `thread` | the same, compiled with ThreadSanitizer, the standard library too |
//! | `realtime` | the rows of the exchange crate and of the plug-in, with the callback marked as never blocking |
//!
//! Each stage begins with a fault on purpose (`crates/anteroom-exchange/tests/sanitize.rs`) that must be caught.
//! What the nightly compiler lacks is installed; if that is not possible then the stage is skipped by name.

use crate::place;
use crate::report::Tally;
use crate::run::{self, tests};
use crate::stage::{self, Lane, Remarks, Stage, skip};
use anyhow::{Context, Result, bail};
use std::process::{Command, ExitCode};

const STAGES: &[Stage] = &[
    Stage {
        name: "miri",
        about: "Miri: the layer, with 16 schedules",
        lane: Lane::Ours,
        work: miri,
    },
    Stage {
        name: "thread",
        about: "ThreadSanitizer: the layer",
        lane: Lane::Ours,
        work: thread,
    },
    Stage {
        name: "realtime",
        about: "RTSan: the callback, in every row",
        lane: Lane::Ours,
        work: realtime,
    },
];

/// `sanitize [STAGE...]`, `sanitize --list`.
pub fn command(words: &[String]) -> Result<ExitCode> {
    stage::run(STAGES, words)
}

/// The fault that a stage must catch, and the word with which it does.
struct Fault {
    test: &'static str,
    word: &'static str,
}

const RACE: &str = "a_relaxed_flag_is_caught";

fn miri(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = components(&["miri", "rust-src"]) {
        return Ok(skip("Miri", &error, remarks));
    }
    let miri = |words: &[&str], flags: &str| {
        let mut command = nightly("miri", &["miri", "test"], words);
        // Isolated, so that its clock is its own and no sleep takes time.
        command.env("MIRIFLAGS", flags);
        command
    };
    let fault = Fault {
        test: RACE,
        word: "Undefined Behavior: Data race detected",
    };
    let mut tally = caught(miri(&CONTROL, ""), fault)?;
    let seeds = "-Zmiri-many-seeds=0..16";
    tally.add(&tests(&mut miri(&LAYER, seeds), remarks)?);
    Ok(tally)
}

fn thread(remarks: &mut Remarks) -> Result<Tally> {
    // Without its source the standard library would not be instrumented, and its own hand-overs (the
    // last drop of an `Arc`, a parked thread) would be taken for races.
    if let Err(error) = components(&["rust-src"]) {
        return Ok(skip("ThreadSanitizer", &error, remarks));
    }
    let thread = |words: &[&str]| {
        let first = ["test", "-Zbuild-std", "--target", TARGET];
        let mut command = nightly("thread", &first, words);
        command.env("RUSTFLAGS", "-Zsanitizer=thread --cfg tsan");
        command
    };
    let fault = Fault {
        test: RACE,
        word: "WARNING: ThreadSanitizer: data race",
    };
    let mut tally = caught(thread(&CONTROL), fault)?;
    tally.add(&tests(&mut thread(&LAYER), remarks)?);
    Ok(tally)
}

fn realtime(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = components(&[]) {
        return Ok(skip("RTSan", &error, remarks));
    }
    let realtime = |words: &[&str]| {
        let mut command = nightly("realtime", &["test", "--target", TARGET], words);
        command.env("RUSTFLAGS", "-Zsanitizer=realtime --cfg rtsan");
        command
    };
    let fault = Fault {
        test: "an_allocation_in_real_time_is_caught",
        word: "ERROR: RealtimeSanitizer: unsafe-library-call",
    };
    let mut tally = caught(realtime(&CONTROL), fault)?;
    for package in ["anteroom-exchange", "anteroom"] {
        let rows = [
            "--package",
            package,
            "--no-default-features",
            "--test",
            "rows",
        ];
        tally.add(&tests(&mut realtime(&rows), remarks)?);
    }
    Ok(tally)
}

/// Sanitizers want to be told what they build for, so that what runs while building is left alone.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The faults on purpose, and beside them the innocent that must be let through.
const CONTROL: [&str; 4] = ["--package", "anteroom-exchange", "--test", "sanitize"];

/// The layer's unit tests, and those of its rows that a checker gets through.
const LAYER: [&str; 5] = ["--package", "anteroom-exchange", "--lib", "--test", "rows"];

/// `cargo` with the nightly compiler and a target folder for this checker alone.
fn nightly(stage: &str, first: &[&str], words: &[&str]) -> Command {
    // Not `$CARGO`, which is the compiler that runs us.
    let mut command = Command::new("cargo");
    command.env_remove("RUSTUP_TOOLCHAIN").arg("+nightly");
    command.args(first).args(words);
    let folder = place::target().join("sanitize").join(stage);
    command.env("CARGO_TARGET_DIR", folder);
    command
}

/// Runs the control: what is innocent passes, and the fault is caught, by the word that is its own.
fn caught(mut command: Command, fault: Fault) -> Result<Tally> {
    let mut control = Command::new(command.get_program());
    control.args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => control.env(name, value),
            None => control.env_remove(name),
        };
    }
    let mut tally = run::check(&mut command)?;
    let (held, said) = run::listened(control.args(["--", "--ignored", "--nocapture", fault.test]))?;
    let caught = !held && said.contains(fault.word);
    let mark = if caught { "ok   " } else { "FAIL " };
    println!("{mark} {}: {:?}", fault.test, fault.word);
    tally.add(&Tally::one(caught));
    Ok(tally)
}

/// Sees that there is a nightly compiler with these parts, and gets what is missing.
fn components(wanted: &[&str]) -> Result<()> {
    let rustup = |words: &[&str]| run::must(Command::new("rustup").args(words));
    let list = || -> Result<String> {
        let words = ["component", "list", "--installed", "--toolchain", "nightly"];
        let answer = Command::new("rustup").args(words).output();
        let answer = answer.context("there is no rustup to get a nightly compiler with")?;
        if !answer.status.success() {
            bail!("there is no nightly compiler");
        }
        Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
    };
    if list().is_err() {
        let minimal = ["toolchain", "install", "nightly", "--profile", "minimal"];
        rustup(&minimal).context("the nightly compiler can not be had")?;
    }
    let installed = list()?;
    for part in wanted {
        let has = |line: &str| line == *part || line.starts_with(&format!("{part}-"));
        if !installed.lines().any(has) {
            rustup(&["component", "add", part, "--toolchain", "nightly"])
                .with_context(|| format!("the nightly compiler's {part} can not be had"))?;
        }
    }
    Ok(())
}
