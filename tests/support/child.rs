//! Negative controls that kill their process: run in a child, which is this test binary once more.

use std::env;
use std::process::Output;
use std::time::{Duration, Instant};

const ACT: &str = "ANTEROOM_NEGATIVE_CONTROL";

/// What a child exits with in which the act has returned: no number that anything else uses.
const RETURNED: i32 = 77;

/// No child takes so long; one that does waits for something that never comes.
const LIMIT: Duration = Duration::from_secs(300);

/// Whether `act` ends the process by a signal, as a net that catches it does.
pub fn kills(test: &str, act: impl FnOnce()) -> bool {
    run(test, act).status.code().is_none()
}

/// Whether `act`, in a process of its own, returns. It must have begun: a child that finds no test of
/// this name ends with success as well, and has shown nothing. What it said is passed on if it did not.
pub fn ends_well(test: &str, act: impl FnOnce()) -> bool {
    let child = run(test, act);
    let well = child.status.code() == Some(RETURNED);
    if !well {
        eprintln!("{}", String::from_utf8_lossy(&child.stderr));
    }
    well
}

/// Runs `act` in a process of its own.
///
/// `test` is the full name of the test that calls this: the child runs that test alone, gets here,
/// and acts. An `act` that returns makes the child exit with [`RETURNED`].
fn run(test: &str, act: impl FnOnce()) -> Output {
    if env::var(ACT).as_deref() == Ok(test) {
        #[cfg(target_os = "linux")]
        super::system::end_after(LIMIT);
        act();
        std::process::exit(RETURNED);
    }
    let this = env::current_exe().expect("the test binary has a path");
    let start = Instant::now();
    let child = super::runner::command(this)
        .args([test, "--exact", "--include-ignored", "--nocapture"])
        .env(ACT, test)
        .output()
        .expect("the test binary starts");
    assert!(start.elapsed() < LIMIT, "{test}: the child never ended");
    child
}
