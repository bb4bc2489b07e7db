//! The stages of what is ours: lints, documentation, tests, models and examples.

use std::process::Command;

use anyhow::{Result, bail};

use crate::place;
use crate::programs::{self, Program};
use crate::report::Tally;
use crate::run::{cargo, check, must, tests};
use crate::setup::{self, Need, Screen};
use crate::stage::{Remarks, skip};

use super::LIBRARIES;

pub fn format(_: &mut Remarks) -> Result<Tally> {
    check(&mut cargo(&["fmt", "--all", "--check"]))
}

pub fn clippy(_: &mut Remarks) -> Result<Tally> {
    // RUSTFLAGS would build every dependency anew: the flag goes behind the dashes.
    let full = [
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ];
    // No stage runs the tests without the plug-in, so here it is seen that they compile.
    let leaves = [
        "clippy",
        "--no-default-features",
        "--lib",
        "--tests",
        "--",
        "-D",
        "warnings",
    ];
    let mut tally = check(&mut cargo(&full))?;
    tally.add(&check(&mut cargo(&leaves))?);
    Ok(tally)
}

pub fn docs(_: &mut Remarks) -> Result<Tally> {
    let mut command = cargo(&["doc", "--no-deps", "--lib"]);
    command.args(of_our_packages());
    check(command.env("RUSTDOCFLAGS", "-D warnings"))
}

/// What can break by an edit and is shown in seconds.
pub fn quick_tests(remarks: &mut Remarks) -> Result<Tally> {
    let mut command = cargo(&["test", "--workspace", "--no-fail-fast", "--lib", "--bins"]);
    let runs_here = |name: &&str| cfg!(target_os = "linux") || !OF_LINUX.contains(name);
    for name in QUICK.into_iter().filter(runs_here) {
        command.args(["--test", name]);
    }
    tests(command.env_remove("DISPLAY"), remarks)
}

/// The promises that are shown in seconds.
const QUICK: [&str; 8] = [
    "tidy",
    "golden",
    "processor",
    "instance",
    "states",
    "formats",
    "convolver",
    "nets",
];

/// Those of them that ask Linux's kernel.
const OF_LINUX: [&str; 1] = ["nets"];

/// The programs that wait most of their time: for a hand's pace, for what never answers, for nothing to happen.
const WAIT: [&str; 3] = ["window", "unresponsive", "idle"];

pub fn dev_tests(remarks: &mut Remarks) -> Result<Tally> {
    let mut left_out = Tally::default();
    for (what, need) in [
        ("a real sender of RTP", Need::Sender),
        ("what a screen reader gets", Need::Access),
        ("names in other scripts", Need::Fonts),
    ] {
        if let Err(error) = setup::packages(&[need]) {
            left_out.add(&skip(what, &error, remarks));
        }
    }
    // One screen for those that wait and one for the others, which open windows too: a screen has one keyboard. They must
    // outlive the tests.
    let screens = match (Screen::start(), Screen::start()) {
        (Ok(own), Ok(others)) => Some((own, others)),
        (Err(error), _) | (_, Err(error)) => {
            left_out.add(&skip("tests that open a window", &error, remarks));
            None
        }
    };
    let on = |mut command: Command, screen: Option<&Screen>| {
        match screen {
            Some(screen) => command.env("DISPLAY", &screen.display),
            None => command.env_remove("DISPLAY"),
        };
        command
    };
    let programs = programs::build()?;
    let on_own = |program: &Program| on(program.command(), screens.as_ref().map(|(own, _)| own));
    let mut waiting: Vec<_> = WAIT
        .iter()
        .filter_map(|name| programs.iter().find(|program| program.name == *name))
        .map(on_own)
        .collect();
    let screen = screens.as_ref().map(|(_, others)| others);
    let mut others: Vec<_> = programs
        .iter()
        .filter(|program| !WAIT.contains(&program.name.as_str()))
        .map(|program| on(program.command(), screen))
        .collect();
    others.push(on(cargo(&["test", "--workspace", "--doc"]), screen));
    let mut tally = programs::run(&mut others, &mut waiting, remarks)?;
    tally.add(&left_out);
    Ok(tally)
}

/// What crosses threads in packages that are not ours. Of crossbeam-utils only the padding is used there, and much else
/// stands on it, all of which would be compiled again.
const BELOW: [&str; 2] = ["rtrb", "triple_buffer"];

pub fn release_tests(remarks: &mut Remarks) -> Result<Tally> {
    // The suites whose promises an optimiser could break: what crosses threads, and the arithmetic. Only these packages
    // are compiled again, as a release has them. With the release's profile all others would be too, and once more for
    // the bundles afterwards.
    let mut command = cargo(&["test", "--no-fail-fast"]);
    for name in our_packages().chain(BELOW) {
        for option in [
            "opt-level=3",
            "debug-assertions=false",
            "overflow-checks=false",
        ] {
            let option = format!("profile.dev.package.{name}.{option}");
            command.args(["--config", &option]);
        }
    }
    let suites = ["--lib", "--test", "rows", "--test", "convolver"];
    tests(command.args(of_our_packages()).args(suites), remarks)
}

pub fn loom(remarks: &mut Remarks) -> Result<Tally> {
    // A build of its own, since the flag is everybody's: of the layer alone, so that it takes seconds.
    let folder = place::target().join("loom");
    let mut command = cargo(&["test", "--package", "anteroom-exchange", "--test", "models"]);
    command.env("RUSTFLAGS", "--cfg loom");
    tests(command.env("CARGO_TARGET_DIR", folder), remarks)
}

/// The libraries' programs.
const EXAMPLES: [&str; 5] = [
    "patterns",
    "disk_scheduler",
    "network_receiver",
    "flat_cost",
    "measure",
];

pub fn examples(_: &mut Remarks) -> Result<Tally> {
    // As the tests have built them: by package they would have other features, and be built anew.
    must(&mut cargo(&["build", "--workspace", "--examples"]))?;
    // All at once: they wait for clocks.
    let run = |name| {
        check(&mut Command::new(
            place::target().join("debug/examples").join(name),
        ))
    };
    let ended = std::thread::scope(|scope| {
        let started = EXAMPLES.map(|name| scope.spawn(move || run(name)));
        started.map(|example| example.join())
    });
    let mut tally = Tally::default();
    for (name, ended) in EXAMPLES.into_iter().zip(ended) {
        let Ok(counts) = ended else {
            bail!("the example {name} was lost");
        };
        tally.add(&counts?);
    }
    Ok(tally)
}

/// The plug-in and the libraries.
fn our_packages() -> impl Iterator<Item = &'static str> {
    ["anteroom"].into_iter().chain(LIBRARIES)
}

/// `--package` and its name, for each of them.
fn of_our_packages() -> impl Iterator<Item = &'static str> {
    our_packages().flat_map(|name| ["--package", name])
}
