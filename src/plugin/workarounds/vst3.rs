//! The VST3 object that a host meets, around the framework's.

mod automation;
mod buses;
mod line;
mod run_loop;
mod shell;
mod stream;
mod view;

pub use self::shell::Shell;
