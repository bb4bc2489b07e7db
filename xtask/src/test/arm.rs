//! `cargo xtask test arm`: the tests of the arithmetic, the layer and the sound, built for 64-bit Arm and run by qemu. Its
//! vector unit does the convolution, and the bits are those of x86-64.

use anyhow::Result;

use crate::programs;
use crate::report::Tally;
use crate::setup::{self, Need};
use crate::stage::{Remarks, skip};

use super::suites::{self, Suite, suite};

const TARGET: &str = "aarch64-unknown-linux-gnu";

/// What runs a program for Arm.
const RUNNER: [&str; 3] = ["qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu"];

const NO_FILTER: &str = "qemu passes no filter of system calls to the kernel";
const MINUTES: &str = "takes minutes when imitated; the bounce of a project shapes too";
const PAGES: &str = "qemu takes pages of its own while it translates";

const SUITES: &[Suite] = &[
    suite("anteroom-exchange", "anteroom_exchange", 120),
    Suite {
        left_out: &[
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
        ..suite("anteroom-exchange", "rows", 300)
    },
    suite("anteroom-convolver", "anteroom_convolver", 120),
    suite("anteroom-convolver", "convolver", 300),
    Suite {
        left_out: &[("the_bits_of_shapes_are_what_they_were", MINUTES)],
        ..suite("anteroom-impulse", "shapes", 300)
    },
    suite("anteroom", "processor", 180),
    Suite {
        left_out: &[
            (
                "a_bounce_is_the_same_for_every_block_size_with_every_shaping_control_in_motion",
                MINUTES,
            ),
            (
                "a_minute_of_every_shaping_control_makes_no_step_and_no_hole",
                MINUTES,
            ),
        ],
        ..suite("anteroom", "instance", 180)
    },
    suite("anteroom", "project_bounce", 180),
    suite("anteroom", "golden", 240),
    suite("anteroom", "leftovers", 300),
];

pub fn arm(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = setup::packages(&[Need::Arm]).and_then(|()| setup::targets(&[TARGET])) {
        return Ok(skip("64-bit Arm", &error, remarks));
    }
    let programs = programs::build_by(|| {
        let mut command = suites::build(TARGET, SUITES);
        command.env(
            "CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER",
            "aarch64-linux-gnu-gcc",
        );
        command
    })?;
    let prepare = |command: &mut std::process::Command| {
        command.env("ANTEROOM_RUNNER", RUNNER.join(" "));
    };
    suites::run(SUITES, &programs, &RUNNER, prepare, remarks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place;

    #[test]
    fn what_is_left_out_is_there() {
        for suite in SUITES.iter().filter(|suite| !suite.left_out.is_empty()) {
            let folder = match suite.package {
                "anteroom" => place::root().join("tests"),
                package => place::root().join("crates").join(package).join("tests"),
            };
            let mut files = vec![folder.join(format!("{}.rs", suite.name))];
            let parts = std::fs::read_dir(folder.join(suite.name))
                .into_iter()
                .flatten();
            files.extend(parts.flatten().map(|part| part.path()));
            let read = |path: &std::path::PathBuf| std::fs::read_to_string(path).ok();
            let text: String = files.iter().filter_map(read).collect();
            for (test, _) in suite.left_out {
                assert!(text.contains(&format!("fn {test}(")), "{test}");
            }
        }
    }
}
