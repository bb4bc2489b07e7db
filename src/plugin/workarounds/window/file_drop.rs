//! Files that are dragged onto the window. The toolkit (`baseview`) passes none on to the screen. So on X11 the window names
//! a proxy, as the protocol allows (XDND, property `XdndProxy`): a window of our own that gets the messages instead. On
//! Windows a drop target of our own is registered in place of the toolkit's. On macOS no files arrive. The window's thread.
//!
//! Works around baseview 0.4.2 on X11 and egui-baseview 0.9.0 on Windows. Reproduced by the window tests that drop files. May
//! go when dropped files reach the screen.
//!
//! `x11` is that proxy, `ole` that drop target.

#[cfg(windows)]
mod ole;
#[cfg(target_os = "linux")]
mod x11;

use std::path::PathBuf;

use nice_plug_egui::baseview::WindowContext;

#[cfg_attr(not(target_os = "linux"), allow(unused_imports))]
use crate::state::path_text;

/// Receives files for one window.
#[derive(Debug, Default)]
pub struct FileDrop {
    #[cfg(target_os = "linux")]
    proxy: Option<x11::XdndProxy>,
    #[cfg(windows)]
    target: Option<ole::DropTarget>,
    /// Whether files are dragged over the window.
    pub dragging: bool,
}

impl FileDrop {
    /// Begins to receive for a window. If its server can not be reached, nothing will arrive.
    #[must_use]
    pub fn new(window: &WindowContext) -> Self {
        #[cfg(target_os = "linux")]
        {
            Self {
                proxy: x11::XdndProxy::of(window),
                dragging: false,
            }
        }
        #[cfg(windows)]
        {
            Self {
                target: ole::DropTarget::of(window),
                dragging: false,
            }
        }
        #[cfg(not(any(target_os = "linux", windows)))]
        {
            let _ = window;
            Self::default()
        }
    }

    /// The files that were dropped since the last call. Does not wait.
    pub fn take(&mut self) -> Vec<PathBuf> {
        #[cfg(target_os = "linux")]
        if let Some(proxy) = &mut self.proxy {
            let dropped = proxy.poll();
            self.dragging = proxy.dragging();
            return dropped;
        }
        #[cfg(windows)]
        if let Some(target) = &self.target {
            self.dragging = target.dragging();
            return target.take();
        }
        Vec::new()
    }
}

/// The files of a `text/uri-list`: one URI a line, in which `%` and two digits stand for a byte. Programs may leave bytes
/// unencoded that should not be.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn files(list: &[u8]) -> Vec<PathBuf> {
    let lines = list.split(|byte| matches!(byte, b'\r' | b'\n'));
    lines
        .filter_map(|line| {
            let rest = line.trim_ascii().strip_prefix(b"file://")?;
            // Before the path stands a host name, that of this machine, or nothing.
            let path = rest.iter().position(|byte| *byte == b'/')?;
            path_text::decoded(rest.get(path..)?)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_paths() {
        let list =
            b"# a remark\r\nfile:///tmp/a%20b.wav\r\nhttp://x/y\r\nfile://host/c%c3%a4.wav\r\n";
        let expected = ["/tmp/a b.wav", "/c\u{e4}.wav"].map(PathBuf::from);
        assert_eq!(files(list), expected);
    }

    #[test]
    fn damaged_addresses_do_no_harm() {
        assert_eq!(files(b"file://"), [] as [PathBuf; 0]);
        assert_eq!(files(b"file:///a%2"), ["/a%2"].map(PathBuf::from));
        assert_eq!(files(b"file:///a%zz%"), ["/a%zz%"].map(PathBuf::from));
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_unicode_become_paths() {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        let expected = PathBuf::from(OsStr::from_bytes(b"/gro\xdf \xe4.wav"));
        assert_eq!(
            files(b"file:///gro%DF%20\xe4.wav\nfile:///gro\xdf%20%e4.wav"),
            [expected.clone(), expected]
        );
    }
}
