//! Faults of the window toolkit, baseview 0.4.2 with egui-baseview 0.9.0. These are the newest releases.
//!
//! `first_frame`: none is asked for too early. `thread_join`: closing waits for the window's thread. `keyboard_focus`:
//! it is the host's, but while a text field is open. `file_drop`: files that are dragged onto the window. `x11` is the
//! id of a window there.

pub mod file_drop;
pub mod first_frame;
pub mod keyboard_focus;
pub mod thread_join;
#[cfg(target_os = "linux")]
pub mod x11;
