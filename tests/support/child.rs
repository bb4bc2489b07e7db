//! Negative controls that kill their process: run in a child, which is this test binary once more.

use std::env;
use std::process::{Command, ExitStatus};

const ACT: &str = "ANTEROOM_NEGATIVE_CONTROL";

/// Whether `act` ends the process by a signal, as a net that catches it does.
pub fn kills(test: &str, act: impl FnOnce()) -> bool {
    run(test, act).code().is_none()
}

/// Runs `act` in a process of its own.
///
/// `test` is the full name of the test that calls this: the child runs that test alone, gets here,
/// and acts. An `act` that returns makes the child exit with success.
pub fn run(test: &str, act: impl FnOnce()) -> ExitStatus {
    if env::var(ACT).as_deref() == Ok(test) {
        act();
        std::process::exit(0);
    }
    let this = env::current_exe().expect("the test binary has a path");
    let child = Command::new(this)
        .args([test, "--exact", "--include-ignored", "--nocapture"])
        .env(ACT, test)
        .output()
        .expect("the test binary starts");
    child.status
}
