//! `cargo xtask test arm`: the tests of the arithmetic, the layer and the sound, built for 64-bit Arm and run by qemu. Its
//! vector unit does the convolution, and the bits are those of x86-64.

use std::process::Command;

use anyhow::Result;

use crate::place;
use crate::programs::{self, Program};
use crate::report::Tally;
use crate::run::{cargo, tests};
use crate::setup::{self, Need};
use crate::stage::{Remarks, skip};

const TARGET: &str = "aarch64-unknown-linux-gnu";

/// What runs a program for Arm.
const RUNNER: [&str; 3] = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"];

/// A test program, by its package and its name.
struct Suite {
    package: &'static str,
    name: &'static str,
    /// The time that it may take, in seconds: what hangs is ended.
    limit_s: u32,
    /// Tests that can not hold here, and why.
    left_out: &'static [(&'static str, &'static str)],
}

const NO_FILTER: &str = "qemu passes no filter of system calls to the kernel";
const PAGES: &str = "qemu takes pages of its own while it translates";

const SUITES: &[Suite] = &[
    suite("anteroom-exchange", "anteroom_exchange", 120, &[]),
    suite(
        "anteroom-exchange",
        "rows",
        180,
        &[
            (
                "e1_push_and_pop_return_whatever_the_other_side_does",
                NO_FILTER,
            ),
            (
                "e2_several_clients_share_a_lock_that_the_server_never_sees",
                NO_FILTER,
            ),
            (
                "r4_the_callback_has_work_done_without_waking_anybody",
                NO_FILTER,
            ),
            ("r4_a_wake_up_from_the_callback_would_be_caught", NO_FILTER),
            ("r11_no_page_is_missing_on_the_first_lap_of_anything", PAGES),
        ],
    ),
    suite("anteroom-convolver", "anteroom_convolver", 120, &[]),
    suite("anteroom-convolver", "convolver", 180, &[]),
    suite(
        "anteroom-impulse",
        "shapes",
        300,
        &[(
            "the_bits_of_shapes_are_what_they_were",
            "minutes of arithmetic when imitated; the bounce of a project shapes too",
        )],
    ),
    suite("anteroom", "processor", 180, &[]),
    suite("anteroom", "instance", 180, &[]),
    suite("anteroom", "project_bounce", 180, &[]),
    suite("anteroom", "golden", 240, &[]),
    suite("anteroom", "leftovers", 180, &[]),
];

const fn suite(
    package: &'static str,
    name: &'static str,
    limit_s: u32,
    left_out: &'static [(&'static str, &'static str)],
) -> Suite {
    Suite {
        package,
        name,
        limit_s,
        left_out,
    }
}

pub fn arm(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = setup::packages(&[Need::Arm]).and_then(|()| setup::targets(&[TARGET])) {
        return Ok(skip("64-bit Arm", &error, remarks));
    }
    let programs = programs::build_by(build)?;
    let mut tally = Tally::default();
    for suite in SUITES {
        let found = programs.iter().find(|program| suite.is(program));
        let Some(program) = found else {
            println!("FAIL {}: {} was not built", suite.package, suite.name);
            tally.add(&Tally::one(false));
            continue;
        };
        println!("     Running {} of {}", suite.name, suite.package);
        tally.add(&tests(&mut suite.command(program), remarks)?);
    }
    Ok(tally)
}

/// Builds the programs. Dependencies are built as fast as can be: little is done in them.
fn build() -> Command {
    let mut command = cargo(&["test", "--no-run", "--target", TARGET, "--lib"]);
    command.args(["--config", "profile.dev.package.\"*\".opt-level=0"]);
    command.env("CARGO_PROFILE_DEV_DEBUG", "0");
    command.env(
        "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER",
        "aarch64-linux-gnu-gcc",
    );
    for package in [
        "anteroom",
        "anteroom-exchange",
        "anteroom-convolver",
        "anteroom-impulse",
    ] {
        command.args(["--package", package]);
    }
    for suite in SUITES.iter().filter(|suite| !suite.is_units()) {
        command.args(["--test", suite.name]);
    }
    command
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

    /// The command that runs it, not longer than it may take.
    fn command(&self, program: &Program) -> Command {
        let limit = self.limit_s.to_string();
        let mut command =
            program.command_by(&[&["timeout", "-k", "10", &limit], &RUNNER[..]].concat());
        command.env("ANTEROOM_RUNNER", RUNNER.join(" "));
        for (test, why) in self.left_out {
            println!("     left out: {test}: {why}");
            command.args(["--skip", test]);
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_there() {
        for suite in SUITES.iter().filter(|suite| !suite.left_out.is_empty()) {
            let (folder, name) = match suite.package {
                "anteroom" => (place::root().join("tests"), suite.name.to_owned()),
                package => (
                    place::root().join("crates").join(package).join("tests"),
                    suite.name.to_owned(),
                ),
            };
            let read = |end: &str| std::fs::read_to_string(folder.join(name.clone() + end));
            let text = read(".rs").or_else(|_| read("/main.rs")).unwrap();
            for (test, _) in suite.left_out {
                assert!(text.contains(&format!("fn {test}(")), "{test}");
            }
        }
    }
}
