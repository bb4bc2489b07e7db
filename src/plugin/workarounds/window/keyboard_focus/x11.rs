//! The input focus of an X server. The window's thread and the host's main thread.

use nice_plug_egui::baseview::WindowContext;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt, InputFocus, Window};
use x11rb::rust_connection::RustConnection;

use crate::plugin::workarounds::window::x11;

/// The deepest nesting of windows that is followed.
const MAX_DEPTH: usize = 64;

/// The focus of one window, on a connection of its own.
pub struct X11Focus {
    connection: RustConnection,
    window: Window,
}

impl X11Focus {
    /// The focus of a window, if its X server can be reached.
    pub fn of(window: &WindowContext) -> Option<Self> {
        let window = x11::id(window)?;
        let (connection, _) = x11rb::connect(None).ok()?;
        Some(Self { connection, window })
    }

    /// Gives the focus to a window; whether the server has done so. It refuses a window that is gone or not shown. When the
    /// window goes away, the focus goes to its parent.
    fn set(&self, to: Window) -> bool {
        let time = x11rb::CURRENT_TIME;
        let asked = self
            .connection
            .set_input_focus(InputFocus::PARENT, to, time);
        asked.is_ok_and(|cookie| cookie.check().is_ok())
    }

    /// The parent of a window; `None` if that is the root.
    fn parent(&self, window: Window) -> Option<Window> {
        let tree = self.connection.query_tree(window).ok()?.reply().ok()?;
        (tree.parent != tree.root && tree.parent != x11rb::NONE).then_some(tree.parent)
    }

    /// The top-level window that ours is in: the nearest one that a window manager manages, or else the outermost.
    fn host(&self) -> Option<Window> {
        let state = self.connection.intern_atom(false, b"WM_STATE").ok()?;
        let state = state.reply().ok()?.atom;
        let mut window = self.window;
        for _ in 0..MAX_DEPTH {
            let Some(parent) = self.parent(window) else {
                break;
            };
            window = parent;
            let known = self
                .connection
                .get_property(false, window, state, AtomEnum::ANY, 0, 0);
            if known.ok()?.reply().ok()?.type_ != x11rb::NONE {
                break;
            }
        }
        (window != self.window).then_some(window)
    }
}

impl super::FocusSystem for X11Focus {
    fn owner(&self) -> Option<u32> {
        let focus = self.connection.get_input_focus().ok()?;
        Some(focus.reply().ok()?.focus)
    }

    fn is_ours(&self, owner: u32) -> bool {
        owner == self.window
    }

    fn is_hosts(&self, owner: u32) -> bool {
        let Some(host) = self.host() else {
            return false;
        };
        // 0 (none) and 1 (the window under the pointer) are no windows and have no parents.
        let within = std::iter::successors(Some(owner), |window| self.parent(*window));
        within.take(MAX_DEPTH).any(|window| window == host)
    }

    fn take(&self) {
        // If it is refused, the next frame tries again.
        self.set(self.window);
    }

    fn give(&self, to: Option<u32>) {
        let given = to.is_some_and(|owner| self.set(owner));
        if !given && let Some(window) = self.host() {
            self.set(window);
        }
    }
}
