//! Faults of the window toolkit, baseview 0.4.2 with egui-baseview 0.9.0. These are the newest releases.

pub mod file_drop;
pub mod first_frame;
pub mod keyboard_focus;
pub mod thread_join;
#[cfg(target_os = "linux")]
mod x11;
