//! A window system for tests that open an editor, and processes of their own to open it in: the
//! editor finds its display in the environment, and an abort is to be seen from outside.

use super::server;
use super::syscalls::report;
use std::process::{Child, Command};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, WindowClass};
use x11rb::rust_connection::RustConnection;

/// Begins what a child has to say.
pub const SAID: &str = ":: ";

/// Tells a test that it is the child.
pub const ROLE: &str = "ANTEROOM_TEST_ROLE";

/// A virtual screen of its own, gone with the value.
struct Server {
    child: Child,
    display: String,
}

impl Server {
    fn start() -> Option<Self> {
        let started = server::start([1400, 900], |mut command| command.spawn().ok());
        started.map(|(child, display)| Self { child, display })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the test `name` of this program again, `times` times, each in a process of its own with a
/// screen, and requires that each ends well. Without a screen to be had it says so and passes,
/// except in CI, where that is a fault.
pub fn in_processes(name: &str, role: &str, times: usize) {
    let Some(server) = Server::start() else {
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
        let output = Command::new(&program)
            .args(["--exact", name, "--nocapture", "--test-threads=1"])
            .env("DISPLAY", &server.display)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            // What the user keeps is not to be touched by tests.
            .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"))
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

/// A window for an editor to sit in.
pub struct Parent {
    connection: RustConnection,
    pub id: u32,
}

impl Parent {
    pub fn open() -> Self {
        let (connection, screen) = x11rb::connect(None).expect("there is a display");
        let id = connection.generate_id().expect("an id for a window");
        let root = &connection.setup().roots[screen];
        let look = CreateWindowAux::new().background_pixel(root.black_pixel);
        connection
            .create_window(
                root.root_depth,
                id,
                root.root,
                0,
                0,
                960,
                600,
                0,
                WindowClass::INPUT_OUTPUT,
                root.root_visual,
                &look,
            )
            .expect("a request for a window");
        connection.map_window(id).expect("a request to show it");
        connection.sync();
        Self { connection, id }
    }

    /// How many windows sit in it.
    pub fn children(&self) -> usize {
        let tree = self.connection.query_tree(self.id).expect("a request");
        tree.reply().map_or(0, |tree| tree.children.len())
    }
}

trait Sync_ {
    fn sync(&self);
}

impl Sync_ for RustConnection {
    /// Waits until the server has done everything.
    fn sync(&self) {
        let focus = self.get_input_focus().expect("a request");
        focus.reply().expect("an answer");
    }
}
