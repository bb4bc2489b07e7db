//! The id of a window on its X server, and where it is.

use nice_plug_egui::baseview::WindowContext;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use x11rb::protocol::xproto::ConnectionExt;
use x11rb::rust_connection::RustConnection;

/// The window's id, if it is a window of an X server.
pub fn id(window: &WindowContext) -> Option<u32> {
    match window.window_handle().ok()?.as_raw() {
        RawWindowHandle::Xcb(handle) => Some(handle.window.get()),
        RawWindowHandle::Xlib(handle) => u32::try_from(handle.window).ok(),
        _ => None,
    }
}

/// Where a window is on its screen, asked on a connection of its own.
pub struct Screen {
    connection: RustConnection,
    window: u32,
}

impl Screen {
    /// The screen of the window with this id, if its server can be reached.
    pub fn of(window: u32) -> Option<Self> {
        let (connection, _) = x11rb::connect(None).ok()?;
        Some(Self { connection, window })
    }

    /// Where it is: from the left, from the top, width and height, pixels.
    pub fn place(&self) -> Option<[f64; 4]> {
        let geometry = self.connection.get_geometry(self.window).ok()?;
        let geometry = geometry.reply().ok()?;
        let corner = self
            .connection
            .translate_coordinates(self.window, geometry.root, 0, 0);
        let corner = corner.ok()?.reply().ok()?;
        let [x, y] = [corner.dst_x, corner.dst_y].map(f64::from);
        let [width, height] = [geometry.width, geometry.height].map(f64::from);
        Some([x, y, width, height])
    }
}
