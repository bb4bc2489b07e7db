//! The proxy of a window in XDND, version 5 (<https://www.freedesktop.org/wiki/Specifications/XDND>).

use std::path::PathBuf;

use nice_plug_egui::baseview::WindowContext;
use x11rb::connection::Connection;
use x11rb::errors::ReplyOrIdError;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt, CreateWindowAux, EventMask, PropMode,
    SelectionNotifyEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::plugin::workarounds::window::x11;

/// The version of the protocol that is spoken.
const VERSION: u32 = 5;
/// The longest list of files that is read, in units of four bytes.
const MAX_LIST: u32 = 1 << 16;

x11rb::atom_manager! {
    /// The atoms that the protocol uses.
    Atoms: AtomsCookie {
        XdndAware,
        XdndProxy,
        XdndPosition,
        XdndStatus,
        XdndLeave,
        XdndDrop,
        XdndFinished,
        XdndSelection,
        XdndActionCopy,
        ANTEROOM_DROP,
        URI_LIST: b"text/uri-list",
    }
}

/// The window that gets the messages, on a connection of its own.
pub struct XdndProxy {
    connection: RustConnection,
    atoms: Atoms,
    window: Window,
    /// The drag in progress: the window of who drags, and the one that it is over.
    drag: Option<(Window, Window)>,
}

impl std::fmt::Debug for XdndProxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XdndProxy").finish_non_exhaustive()
    }
}

impl XdndProxy {
    /// The proxy of a window, if that is a window of an X server that can be reached.
    pub fn of(window: &WindowContext) -> Option<Self> {
        Self::make(x11::id(window)?).ok()
    }

    fn make(target: Window) -> Result<Self, Box<dyn std::error::Error>> {
        let (connection, screen) = x11rb::connect(None)?;
        let atoms = Atoms::new(&connection)?.reply()?;
        let root = connection
            .setup()
            .roots
            .get(screen)
            .ok_or("no screen")?
            .root;
        let window = Self::window(&connection, root)?;
        for holder in [window, target] {
            let replace = PropMode::REPLACE;
            let proxy = [window];
            connection.change_property32(
                replace,
                holder,
                atoms.XdndProxy,
                AtomEnum::WINDOW,
                &proxy,
            )?;
        }
        let version = [VERSION];
        connection.change_property32(
            PropMode::REPLACE,
            window,
            atoms.XdndAware,
            AtomEnum::ATOM,
            &version,
        )?;
        connection.sync()?;
        Ok(Self {
            connection,
            atoms,
            window,
            drag: None,
        })
    }

    fn window(connection: &RustConnection, root: Window) -> Result<Window, ReplyOrIdError> {
        let window = connection.generate_id()?;
        let class = WindowClass::INPUT_ONLY;
        let nothing = CreateWindowAux::new();
        connection.create_window(0, window, root, -1, -1, 1, 1, 0, class, 0, &nothing)?;
        Ok(window)
    }

    /// Whether files are dragged over the window.
    pub fn dragging(&self) -> bool {
        self.drag.is_some()
    }

    /// Answers the messages that have arrived, and returns the files that were dropped. Does not wait.
    pub fn poll(&mut self) -> Vec<PathBuf> {
        let mut dropped = Vec::new();
        while let Ok(Some(event)) = self.connection.poll_for_event() {
            match event {
                Event::ClientMessage(message) => self.on_message(&message),
                Event::SelectionNotify(answer) => dropped.extend(self.on_selection(&answer)),
                _ => {}
            }
        }
        // If the server is gone, so is the window.
        let _ = self.connection.flush();
        dropped
    }

    fn on_message(&mut self, message: &ClientMessageEvent) {
        let [source, _, third, ..] = message.data.as_data32();
        if message.type_ == self.atoms.XdndPosition {
            self.drag = Some((source, message.window));
            let copy = self.atoms.XdndActionCopy;
            self.send(
                source,
                self.atoms.XdndStatus,
                [message.window, 1, 0, 0, copy],
            );
        } else if message.type_ == self.atoms.XdndLeave {
            self.drag = None;
        } else if message.type_ == self.atoms.XdndDrop {
            self.drag = Some((source, message.window));
            let atoms = &self.atoms;
            // If this fails, nothing is received: whoever drags gives up after a while.
            let _ = self.connection.convert_selection(
                self.window,
                atoms.XdndSelection,
                atoms.URI_LIST,
                atoms.ANTEROOM_DROP,
                third,
            );
        }
    }

    fn on_selection(&mut self, answer: &SelectionNotifyEvent) -> Vec<PathBuf> {
        let Some((source, target)) = self.drag.take() else {
            return Vec::new();
        };
        let list = self.list(answer.property);
        let good = u32::from(list.is_some());
        let action = if good == 1 {
            self.atoms.XdndActionCopy
        } else {
            0
        };
        self.send(
            source,
            self.atoms.XdndFinished,
            [target, good, action, 0, 0],
        );
        list.map(|list| super::files(&list)).unwrap_or_default()
    }

    fn list(&self, property: Atom) -> Option<Vec<u8>> {
        if property == x11rb::NONE {
            return None;
        }
        let cookie =
            self.connection
                .get_property(true, self.window, property, AtomEnum::ANY, 0, MAX_LIST);
        Some(cookie.ok()?.reply().ok()?.value)
    }

    fn send(&self, to: Window, kind: Atom, data: [u32; 5]) {
        let message = ClientMessageEvent::new(32, to, kind, data);
        let _ = self
            .connection
            .send_event(false, to, EventMask::NO_EVENT, message);
    }
}
