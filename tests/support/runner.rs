//! Programs of ours that a test starts, also where another processor is imitated.
//!
//! The variable `ANTEROOM_RUNNER` names what runs them, for instance `qemu-aarch64-static -L /usr/aarch64-linux-gnu`:
//! the system starts a program for another processor only if it was set up for that.

use std::ffi::OsStr;
use std::process::Command;

/// The words that stand before a program, if something runs it.
fn words() -> Vec<String> {
    let runner = std::env::var("ANTEROOM_RUNNER").unwrap_or_default();
    runner.split_whitespace().map(str::to_owned).collect()
}

/// Whether another processor is imitated, which takes ten to twenty times as long.
pub fn is_imitated() -> bool {
    !words().is_empty()
}

/// The command that starts a program of ours.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    match &words()[..] {
        [] => Command::new(program),
        [runner, options @ ..] => {
            let mut command = Command::new(runner);
            command.args(options).arg(program);
            command
        }
    }
}
