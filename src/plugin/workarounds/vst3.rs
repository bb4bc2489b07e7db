//! The VST3 object that a host meets, around the framework's.
//!
//! | file | what it is |
//! |---|---|
//! | `shell` | the object: which methods are ours, and what they do; a block in pieces |
//! | `automation`, `line` | the parameter changes of a block, sorted and set; the line between two points |
//! | `buses` | the buses of a block, as the host gives them |
//! | `stream` | writes to the host's stream |
//! | `view`, `run_loop` | the editor's view, and the host's run loop for the framework |

mod automation;
mod buses;
mod line;
mod run_loop;
mod shell;
mod stream;
mod view;

pub use self::shell::Shell;
