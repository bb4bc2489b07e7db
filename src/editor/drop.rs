//! Files that are dragged onto the window. The toolkit underneath tells a screen nothing of them, so
//! on X11 the window names a deputy, as the protocol allows (XDND, "XdndProxy"): a window of our own
//! that gets the messages instead. Elsewhere nothing arrives. The thread that draws the window.

#[cfg(target_os = "linux")]
mod x11;

use std::path::PathBuf;

use nice_plug_egui::baseview::WindowContext;

#[cfg_attr(not(target_os = "linux"), allow(unused_imports))]
use crate::state::path_text;

/// What was dragged here.
#[derive(Debug, Default)]
pub struct Drops {
    #[cfg(target_os = "linux")]
    deputy: Option<x11::Deputy>,
    /// Whether files are held over the window.
    pub hovering: bool,
}

impl Drops {
    /// Begins to listen for a window. Without a server that can be asked, nothing will arrive.
    #[must_use]
    pub fn onto(window: &WindowContext) -> Self {
        #[cfg(target_os = "linux")]
        {
            Self {
                deputy: x11::Deputy::of(window),
                hovering: false,
            }
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = window;
            Self::default()
        }
    }

    /// The files that were let go since the last time. Does not wait.
    pub fn take(&mut self) -> Vec<PathBuf> {
        #[cfg(target_os = "linux")]
        if let Some(deputy) = &mut self.deputy {
            let dropped = deputy.look();
            self.hovering = deputy.hovering();
            return dropped;
        }
        Vec::new()
    }
}

/// The files of a list as it is dragged: one address a line, with `%` before two digits for bytes.
/// Not every program encodes all that it should.
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn files(list: &[u8]) -> Vec<PathBuf> {
    let lines = list.split(|byte| matches!(byte, b'\r' | b'\n'));
    lines
        .filter_map(|line| {
            let rest = line.trim_ascii().strip_prefix(b"file://")?;
            // What stands before the path is the name of a machine: this one, or none.
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
