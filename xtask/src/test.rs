//! `cargo xtask test`: every check there is, one stage after the other.
//!
//! The order is by the price of a fault: what takes seconds comes first. Most stages share three builds:
//! metadata only (clippy, rustdoc), the dev profile (most tests), and the release profile (the bundles).
//! loom and the optimised tests have builds of their own.

use crate::report::Tally;
use crate::run::{cargo, check, tests};
use crate::setup::{self, Need, Screen};
use crate::stage::{self, Remarks, Stage, skip};
use crate::{bundle, demo, place};
use anyhow::Result;
use std::process::{Command, ExitCode};

const STAGES: &[Stage] = &[
    Stage("format", "rustfmt agrees with every file", format),
    Stage("clippy", "no warning, with and without the plug-in", clippy),
    Stage("docs", "rustdoc has no warning", docs),
    Stage(
        "tests",
        "unit tests, integration tests and doctests",
        dev_tests,
    ),
    Stage(
        "loom",
        "the layer's types of atomics, in the orders that two or three preemptions make",
        loom,
    ),
    Stage(
        "targets",
        "the exchange layer compiles for other systems",
        targets,
    ),
    Stage("examples", "the exchange layer's programs run", examples),
    Stage(
        "release",
        "the layer's rows and the engines again, optimised",
        release_tests,
    ),
    Stage("bundle", "the CLAP and the VST3", bundles),
    Stage(
        "demo",
        "the CLAP from its file in a host of our own",
        demo_runs,
    ),
    Stage("readme", "its command lines and its table are true", readme),
    Stage(
        "acoustics",
        "reverberation times beside an independent program's",
        acoustics,
    ),
    Stage("pedalboard", "the VST3 in a JUCE host, offline", pedalboard),
    Stage(
        "keys",
        "the keyboard in a JUCE host's window, with a window manager and without",
        keys,
    ),
    Stage(
        "dawdreamer",
        "the VST3 in a JUCE host, automated",
        dawdreamer,
    ),
    Stage("ardour", "the VST3 in Ardour, saved and exported", ardour),
];

/// `test [STAGE...]`, `test --list`.
pub fn command(words: &[String]) -> Result<ExitCode> {
    stage::run(STAGES, words)
}

fn format(_: &mut Remarks) -> Result<Tally> {
    check(&mut cargo(&["fmt", "--all", "--check"]))
}

fn clippy(_: &mut Remarks) -> Result<Tally> {
    // RUSTFLAGS would build every dependency anew: the flag goes behind the dashes.
    let full = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    let leaves = [
        "clippy",
        "--no-default-features",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    let mut tally = check(&mut cargo(&full))?;
    tally.add(&check(&mut cargo(&leaves))?);
    Ok(tally)
}

fn docs(_: &mut Remarks) -> Result<Tally> {
    let words = [
        "doc",
        "--no-deps",
        "--lib",
        "--package",
        "anteroom",
        "--package",
        "anteroom-exchange",
        "--package",
        "anteroom-convolver",
        "--package",
        "anteroom-impulse",
    ];
    check(cargo(&words).env("RUSTDOCFLAGS", "-D warnings"))
}

fn dev_tests(remarks: &mut Remarks) -> Result<Tally> {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast"]);
    let mut left_out = Tally::default();
    if let Err(error) = setup::packages(&[Need::Sender]) {
        left_out.add(&skip("a real sender of RTP", &error, remarks));
    }
    match Screen::start() {
        // The screen must outlive the tests.
        Ok(screen) => {
            let mut tally = tests(command.env("DISPLAY", &screen.display), remarks)?;
            tally.add(&left_out);
            return Ok(tally);
        }
        Err(error) => left_out.add(&skip("tests that open a window", &error, remarks)),
    }
    let mut tally = tests(command.env_remove("DISPLAY"), remarks)?;
    tally.add(&left_out);
    Ok(tally)
}

fn release_tests(remarks: &mut Remarks) -> Result<Tally> {
    // The suites whose promises an optimiser could break: what crosses threads, and the arithmetic.
    let words = [
        "test",
        "--package",
        "anteroom",
        "--package",
        "anteroom-exchange",
        "--package",
        "anteroom-convolver",
        "--package",
        "anteroom-impulse",
        "--release",
        "--no-default-features",
        "--no-fail-fast",
    ];
    let suites = ["--lib", "--test", "rows", "--test", "convolver"];
    tests(cargo(&words).args(suites), remarks)
}

fn loom(remarks: &mut Remarks) -> Result<Tally> {
    // A build of its own, since the flag is everybody's: of the layer alone, so that it takes seconds.
    let folder = place::target().join("loom");
    let mut command = cargo(&["test", "--package", "anteroom-exchange", "--test", "models"]);
    command.env("RUSTFLAGS", "--cfg loom");
    tests(command.env("CARGO_TARGET_DIR", folder), remarks)
}

/// The systems that the exchange layer is for, beside this one.
const TARGETS: [&str; 4] = [
    "wasm32-unknown-unknown",
    "x86_64-pc-windows-gnu",
    "aarch64-unknown-linux-gnu",
    "aarch64-apple-darwin",
];

fn targets(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = setup::targets(&TARGETS) {
        return Ok(skip("other systems", &error, remarks));
    }
    let mut tally = Tally::default();
    for target in TARGETS {
        let words = [
            "check",
            "--package",
            "anteroom-exchange",
            "--target",
            target,
        ];
        tally.add(&check(&mut cargo(&words))?);
    }
    Ok(tally)
}

fn examples(_: &mut Remarks) -> Result<Tally> {
    let mut tally = Tally::default();
    for name in ["patterns", "disk_scheduler", "network_receiver"] {
        let words = [
            "run",
            "--quiet",
            "--package",
            "anteroom-exchange",
            "--example",
            name,
        ];
        tally.add(&check(&mut cargo(&words))?);
    }
    Ok(tally)
}

fn bundles(_: &mut Remarks) -> Result<Tally> {
    bundle::release()?;
    let mut tally = Tally::default();
    for made in [place::clap(), place::vst3()] {
        println!(
            "{} {}",
            if made.exists() { "ok   " } else { "FAIL " },
            place::short(&made)
        );
        tally.add(&Tally::one(made.exists()));
    }
    Ok(tally)
}

fn demo_runs(_: &mut Remarks) -> Result<Tally> {
    let heard = demo::make()?;
    let mut tally = Tally::default();
    for (held, what) in [
        (heard.latency == 0, "no latency"),
        (heard.finite, "every sample is finite"),
        (heard.ringing > 0.5, "the room rings after the last note"),
        (heard.repeated, "played again it is the same, bit for bit"),
    ] {
        println!("{} {what}", if held { "ok   " } else { "FAIL " });
        tally.add(&Tally::one(held));
    }
    Ok(tally)
}

fn readme(remarks: &mut Remarks) -> Result<Tally> {
    host("readme.py", remarks)
}

fn acoustics(remarks: &mut Remarks) -> Result<Tally> {
    host("acoustics.py", remarks)
}

fn pedalboard(remarks: &mut Remarks) -> Result<Tally> {
    host("pedalboard_vst3.py", remarks)
}

fn keys(remarks: &mut Remarks) -> Result<Tally> {
    let script = "keys_vst3.py";
    if let Err(error) = setup::packages(&[Need::Screen, Need::Manager]) {
        return Ok(skip(script, &error, remarks));
    }
    match Screen::start() {
        // The screen must outlive the script.
        Ok(screen) => host_on(&screen.display, script, remarks),
        Err(error) => Ok(skip(script, &error, remarks)),
    }
}

fn dawdreamer(remarks: &mut Remarks) -> Result<Tally> {
    host("dawdreamer_vst3.py", remarks)
}

fn ardour(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = setup::packages(&[Need::Ardour]) {
        return Ok(skip("Ardour", &error, remarks));
    }
    host("ardour_vst3.py", remarks)
}

/// A screen that nobody has.
const NO_SCREEN: &str = ":65535";

/// One of the scripts in `tests/hosts` that open no window. Without a word they would look for a screen, and be
/// disturbed by whatever runs there.
fn host(script: &str, remarks: &mut Remarks) -> Result<Tally> {
    host_on(NO_SCREEN, script, remarks)
}

/// One of the scripts in `tests/hosts`, on what the bundle stage made.
fn host_on(display: &str, script: &str, remarks: &mut Remarks) -> Result<Tally> {
    let python = match setup::python() {
        Ok(python) => python,
        Err(error) => return Ok(skip(script, &error, remarks)),
    };
    let mut command = Command::new(python);
    command.arg(format!("tests/hosts/{script}"));
    command.arg("--cli").arg(place::cli());
    command.arg("--vst3").arg(place::vst3());
    command.env("DISPLAY", display);
    tests(&mut command, remarks)
}
