//! The CLAP instance that a host meets, around the framework's.
//!
//! | file | what it is |
//! |---|---|
//! | `shell` | the instance: which calls are ours, and what they do |
//! | `process` | one block: buffers of ours, in pieces |
//! | `events` | the events of a block, sorted and set |
//! | `ports` | the ports of a block, as the host gives them |

mod events;
mod ports;
mod process;
mod shell;

pub use self::shell::Shell;
