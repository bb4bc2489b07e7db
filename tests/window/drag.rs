//! A file manager's side of dragging a file onto a window (XDND, version 5).

use std::path::Path;
use std::time::{Duration, Instant};

use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, PropMode, SelectionNotifyEvent,
    Window,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::display::Display;

fn atom(connection: &RustConnection, name: &str) -> Atom {
    let cookie = connection
        .intern_atom(false, name.as_bytes())
        .expect("a server");
    cookie.reply().expect("a name").atom
}

/// The innermost window below `window` that takes drops, and who gets its messages.
fn target(connection: &RustConnection, window: Window) -> Option<(Window, Window)> {
    let tree = connection.query_tree(window).ok()?.reply().ok()?;
    for child in tree.children {
        if let Some(found) = target(connection, child) {
            return Some(found);
        }
    }
    let proxy = atom(connection, "XdndProxy");
    let cookie = connection.get_property(false, window, proxy, AtomEnum::WINDOW, 0, 1);
    let value = cookie.ok()?.reply().ok()?.value32()?.next()?;
    Some((window, value))
}

/// Drags a file over the window `over` and lets it go; whether it was taken.
pub fn file(display: &Display, over: Window, path: &Path, mut meanwhile: impl FnMut()) -> bool {
    let connection = display.connection();
    let source = display.window([1, 1]);
    let (target, proxy_window) = target(connection, over).expect("a window that takes drops");
    let names = [
        "XdndSelection",
        "XdndEnter",
        "XdndPosition",
        "XdndDrop",
        "text/uri-list",
    ];
    let [selection, enter, position, drop, list] = names.map(|name| atom(connection, name));
    let (status, finished) = (
        atom(connection, "XdndStatus"),
        atom(connection, "XdndFinished"),
    );
    let copy = atom(connection, "XdndActionCopy");
    let tell = |kind: Atom, data: [u32; 5]| {
        let message = ClientMessageEvent::new(32, target, kind, data);
        connection
            .send_event(false, proxy_window, EventMask::NO_EVENT, message)
            .expect("a server");
        connection.flush().expect("a server");
    };
    connection
        .set_selection_owner(source, selection, x11rb::CURRENT_TIME)
        .expect("a server");
    tell(enter, [source, 5 << 24, list, 0, 0]);
    tell(position, [source, 0, (100 << 16) | 100, 0, copy]);
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(30) {
        meanwhile();
        std::thread::sleep(Duration::from_millis(5));
        match connection.poll_for_event().expect("a server") {
            Some(Event::ClientMessage(message)) if message.type_ == status => {
                assert_eq!(
                    message.data.as_data32()[1] & 1,
                    1,
                    "the window refuses the file"
                );
                tell(drop, [source, 0, 0, 0, 0]);
            }
            Some(Event::SelectionRequest(request)) => {
                let text = format!("file://{}\r\n", path.display());
                connection
                    .change_property8(
                        PropMode::REPLACE,
                        request.requestor,
                        request.property,
                        request.target,
                        text.as_bytes(),
                    )
                    .expect("a server");
                let answer = SelectionNotifyEvent {
                    response_type: x11rb::protocol::xproto::SELECTION_NOTIFY_EVENT,
                    sequence: 0,
                    time: request.time,
                    requestor: request.requestor,
                    selection: request.selection,
                    target: request.target,
                    property: request.property,
                };
                connection
                    .send_event(false, request.requestor, EventMask::NO_EVENT, answer)
                    .expect("a server");
                connection.flush().expect("a server");
            }
            Some(Event::ClientMessage(message)) if message.type_ == finished => {
                return message.data.as_data32()[1] & 1 == 1;
            }
            _ => {}
        }
    }
    false
}
