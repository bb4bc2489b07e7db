//! What is here only because of faults in the framework, nice-plug 0.4.2 with nice-plug-egui 0.6.0. These are the newest
//! releases; when there is another, each file's head says what to look for and which test shows it.
//!
//! | file | the fault |
//! |---|---|
//! | `handshake` | a wrapper does not give out the plug-in that it made |
//! | `background_thread` | a VST3's background thread dies with an instance, and the host with it |
//! | `piece` | a piece of a block is not told where it begins, so the transport stands still |
//! | `sidechain` | auxiliary buses: a mono main bus beside a stereo one is refused, and every bus is active |
//! | `host_buffers` | a host's pointers and lengths are taken at their word |
//! | `clap`, `vst3` | shells around the framework's objects: calls that panic, block or forget |
//! | `window` | baseview 0.4.2 and egui-baseview 0.9.0: focus, first frame, end of the thread, dropped files |

pub mod background_thread;
pub mod clap;
pub mod handshake;
pub mod host_buffers;
pub mod piece;
pub mod sidechain;
pub mod vst3;
pub mod window;
