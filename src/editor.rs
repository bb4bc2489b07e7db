//! The editor: one screen that shows the room. Everything is drawn from plain data
//! ([`model::Model`]) and answers with plain data ([`action::Action`]), so the whole of it runs
//! without a host; the adapter at the end of this file ties it to the plug-in. Editor thread.

pub mod action;
pub mod ahead;
pub mod border;
pub mod browser;
mod channels;
mod desk;
mod drop;
pub mod entry;
pub mod header;
pub mod history;
pub mod icons;
pub mod knob;
pub mod meter;
pub mod model;
pub mod notice;
pub mod picture;
pub mod presets;
pub mod report;
pub mod screen;
mod still;
pub mod strip;
pub mod switch;
pub mod theme;
pub mod view;
mod window;
#[cfg(target_os = "linux")]
mod x11;

pub use action::Action;
pub use model::Model;
pub use screen::screen;
pub use view::View;
pub use window::Window;
