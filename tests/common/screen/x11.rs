//! A virtual screen of X11, and windows on it.

use super::super::server;
use std::process::{Child, Command};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ConnectionExt, CreateWindowAux, WindowClass};
use x11rb::rust_connection::RustConnection;

/// The windows of this system, as CLAP calls them.
#[allow(dead_code, reason = "VST3 has another name for them")]
pub const API: &std::ffi::CStr = c"x11";

/// A virtual screen of its own, gone with the value.
pub struct Server {
    child: Child,
    display: String,
}

impl Server {
    pub fn start() -> Option<Self> {
        let started = server::start([1400, 900], |mut command| command.spawn().ok());
        started.map(|(child, display)| Self { child, display })
    }

    /// Has a program open its windows there.
    pub fn show_on_it(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env("LIBGL_ALWAYS_SOFTWARE", "1");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A window for an editor to sit in.
pub struct Parent {
    connection: RustConnection,
    pub id: usize,
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
        let id = id as usize;
        Self { connection, id }
    }

    /// What a host's main loop does beside its calls: here the window has a thread of its own.
    pub fn pump(&self) {}

    /// How many windows sit in it.
    pub fn children(&self) -> usize {
        let tree = self
            .connection
            .query_tree(self.id as u32)
            .expect("a request");
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
