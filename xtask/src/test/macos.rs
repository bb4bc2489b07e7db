//! `cargo xtask test macos`: the plug-in with its editor, and the program, compile for macOS. Nothing is linked or run.

use anyhow::Result;

use crate::report::Tally;
use crate::run::{cargo, check};
use crate::setup;
use crate::stage::{Remarks, skip};

const TARGETS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-apple-darwin"];

pub fn macos(remarks: &mut Remarks) -> Result<Tally> {
    if let Err(error) = setup::targets(&TARGETS) {
        return Ok(skip("macOS", &error, remarks));
    }
    let mut tally = Tally::default();
    for target in TARGETS {
        let mut command = cargo(&["check", "--lib", "--bins", "--target", target]);
        command.args(["--package", "anteroom"]);
        if !cfg!(target_os = "macos") {
            // The one library with C in it has the same in Rust. There is no C compiler for macOS here; on a Mac the C
            // is compiled, as it is faster.
            command.env("CARGO_FEATURE_PURE", "1");
        }
        tally.add(&check(&mut command)?);
    }
    Ok(tally)
}
