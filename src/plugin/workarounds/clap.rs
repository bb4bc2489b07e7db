//! The CLAP instance that a host meets, around the framework's.

mod events;
mod ports;
mod process;
mod shell;

pub use self::shell::Shell;
