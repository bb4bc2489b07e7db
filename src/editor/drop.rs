//! Files that are dragged onto the window. The toolkit underneath tells a screen nothing of them, so
//! on X11 the window names a deputy, as the protocol allows (XDND, "XdndProxy"): a window of our own
//! that gets the messages instead. Elsewhere nothing arrives. The thread that draws the window.

#[cfg(target_os = "linux")]
mod x11;

use std::path::PathBuf;

use nice_plug_egui::baseview::WindowContext;

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
#[cfg_attr(not(target_os = "linux"), allow(dead_code))]
fn files(list: &[u8]) -> Vec<PathBuf> {
    let text = String::from_utf8_lossy(list);
    let addresses = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("file://"));
    addresses
        .filter_map(|rest| {
            // What stands before the path is the name of a machine: this one, or none.
            let path = rest.get(rest.find('/')?..)?;
            String::from_utf8(decoded(path)).ok().map(PathBuf::from)
        })
        .collect()
}

fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let digits = text.get(at + 1..at + 3);
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) if *byte == b'%' => {
                out.push(value);
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
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
        assert_eq!(files(b"file:///%ff"), [] as [PathBuf; 0]);
    }
}
