//! A virtual screen (Xvfb) for tests that open an editor.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Starts a server with a screen of this size, pixels, as `start` starts a command. The server and the
/// name of its display; none if there is no server to start.
pub fn start(
    [width, height]: [u16; 2],
    start: impl FnOnce(Command) -> Option<Child>,
) -> Option<(Child, String)> {
    let mut command = Command::new("Xvfb");
    command
        // Without it the server begins anew when its last client leaves, and refuses who comes meanwhile.
        .arg("-noreset")
        .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"])
        .arg(format!("{width}x{height}x24"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut server = start(command)?;
    let mut number = String::new();
    BufReader::new(server.stdout.take()?)
        .read_line(&mut number)
        .ok()?;
    Some((server, format!(":{}", number.trim())))
}
