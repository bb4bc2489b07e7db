//! Test programs that are built for another system and run by a program that imitates it: what `arm` and `windows` share.

use std::process::Command;

use anyhow::Result;

use crate::place;
use crate::programs::Program;
use crate::report::Tally;
use crate::run::{cargo, tests};
use crate::stage::Remarks;

/// A test program, by its package and its name.
pub struct Suite {
    pub package: &'static str,
    pub name: &'static str,
    /// The time that it may take, in seconds: what hangs is ended.
    pub limit_s: u32,
    /// Tests that do not hold there, and why.
    pub left_out: &'static [(&'static str, &'static str)],
}

/// A suite of which all tests run.
pub const fn suite(package: &'static str, name: &'static str, limit_s: u32) -> Suite {
    Suite {
        package,
        name,
        limit_s,
        left_out: &[],
    }
}

/// The command that builds the programs. Dependencies are built as fast as can be: little is done in them.
pub fn build(target: &str, suites: &[Suite]) -> Command {
    let mut command = cargo(&["test", "--no-run", "--target", target, "--lib"]);
    command.args(["--config", "profile.dev.package.\"*\".opt-level=0"]);
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    for package in [
        "anteroom",
        "anteroom-exchange",
        "anteroom-convolver",
        "anteroom-impulse",
    ] {
        command.args(["--package", package]);
    }
    for suite in suites.iter().filter(|suite| !suite.is_units()) {
        command.args(["--test", suite.name]);
    }
    command
}

/// Runs the programs one after the other by `runner`, a program and its options; `prepare` is done to each command.
pub fn run(
    suites: &[Suite],
    programs: &[Program],
    runner: &[&str],
    prepare: impl Fn(&mut Command),
    remarks: &mut Remarks,
) -> Result<Tally> {
    let mut tally = Tally::default();
    for suite in suites {
        let found = programs.iter().find(|program| suite.is(program));
        let Some(program) = found else {
            println!("FAIL {}: {} was not built", suite.package, suite.name);
            tally.add(&Tally::one(false));
            continue;
        };
        println!("     Running {} of {}", suite.name, suite.package);
        let limit = suite.limit_s.to_string();
        let mut command = program.command_by(&[&["timeout", "-k", "10", &limit], runner].concat());
        prepare(&mut command);
        for (test, why) in suite.left_out {
            println!("     left out: {test}: {why}");
            command.args(["--skip", test]);
        }
        tally.add(&tests(&mut command, remarks)?);
    }
    Ok(tally)
}

impl Suite {
    /// Whether it is the unit tests of its package.
    fn is_units(&self) -> bool {
        self.package.replace('-', "_") == self.name
    }

    fn is(&self, program: &Program) -> bool {
        let folder = match self.package {
            "anteroom" => place::root().to_owned(),
            name => place::root().join("crates").join(name),
        };
        program.name == self.name && program.folder() == folder
    }
}
