//! The editor: one window that shows the impulse and holds all controls. Editor thread.
//!
//! The screen is drawn from plain data ([`ViewModel`]) and answers with plain data ([`Action`]), so all of it runs without
//! a host. The controller fills the one from the instance and performs the other. The window that ties both to the host
//! is the plug-in's (`plugin/window.rs`).
//! Each module may use those above it, and no module one below it:
//!
//! | module | what it holds |
//! |---|---|
//! | [`view_model`] | what the screen shows |
//! | [`action`] | what the user asks for |
//! | [`history`] | undo, redo, A/B comparison |
//! | [`widgets`] | knob, switch, text field, icons, colours |
//! | [`display`] | the impulse, and the meters |
//! | [`panels`] | header, browser, the room by its numbers, parameters, status bar, presets, report |
//! | [`screen`] | where the panels lie, and what they ask of each other |
//! | `user_data` | presets, bookmarks and own rooms, as files |
//! | `controller` | between the screen and the instance |
//! | [`panic_guard`] | keeps a panic of ours out of the host |

pub mod action;
mod controller;
pub mod display;
pub mod history;
pub mod panels;
pub mod panic_guard;
pub mod screen;
mod user_data;
pub mod view_model;
pub mod widgets;

pub use action::Action;
pub(crate) use controller::Controller;
#[doc(hidden)]
pub use controller::RoundTrip;
pub use screen::Screen;
pub use user_data::user_preset_folder;
pub use view_model::ViewModel;
