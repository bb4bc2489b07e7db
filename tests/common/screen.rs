//! A window system for tests that open an editor, and processes of their own to open it in: the editor finds its display
//! in the environment, and an abort is to be seen from outside. On Windows the display is the system's.
//!
//! `x11` and `win32` are the window systems.

use super::syscalls::report;
use std::process::Command;

#[cfg(windows)]
#[path = "screen/win32.rs"]
mod system;
#[cfg(not(windows))]
#[path = "screen/x11.rs"]
mod system;

#[allow(
    unused_imports,
    reason = "the tests that share this file use different parts of it"
)]
pub use system::{API, Parent};

/// Begins what a child has to say.
pub const SAID: &str = ":: ";

/// Tells a test that it is the child.
pub const ROLE: &str = "ANTEROOM_TEST_ROLE";

/// Runs the test `name` of this program again, `times` times, each in a process of its own with a
/// screen, and requires that each ends well. Without a screen to be had it says so and passes,
/// except in CI, where that is a fault.
pub fn in_processes(name: &str, role: &str, times: usize) {
    let Some(server) = system::Server::start() else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{name}: no X display can be had; install xvfb"
        );
        report(&format!(
            "skipped: {name}: no X display can be had; install xvfb"
        ));
        return;
    };
    let program = std::env::current_exe().expect("a test knows its own program");
    for time in 1..=times {
        let mut command = Command::new(&program);
        server.show_on_it(&mut command);
        let output = command
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            // What the user keeps is not to be touched by tests.
            .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"))
            .env("APPDATA", env!("CARGO_TARGET_TMPDIR"))
            .env(ROLE, role)
            .output()
            .expect("a test can start its own program");
        let text = String::from_utf8_lossy(&output.stdout);
        let said = text.lines().filter_map(|line| line.split_once(SAID));
        said.for_each(|(_, line)| report(&format!("{role}, process {time}: {line}")));
        assert!(
            output.status.success() && text.contains("running 1 test\n"),
            "{name}, process {time} of {times}: {}\n{text}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    report(&format!("{name}: {times} processes of {times} ended well"));
}

/// What this process was started for, if it was started by [`in_processes`].
pub fn role() -> Option<String> {
    std::env::var(ROLE).ok()
}
