//! The plug-in in a CLAP host of our own, in one process and under a net: an allocation within
//! `process()` ends the program.

use assert_no_alloc::AllocDisabler;

#[path = "common/channels.rs"]
mod channels;
#[cfg(target_os = "linux")]
#[path = "common/hang.rs"]
mod hang;
#[path = "common/published.rs"]
mod published;
#[path = "common/screen.rs"]
mod screen;
#[cfg(target_os = "linux")]
#[path = "common/server.rs"]
mod server;
#[path = "common/stop.rs"]
mod stop;
#[path = "common/syscalls.rs"]
mod syscalls;
#[path = "common/typed.rs"]
mod typed;
#[path = "common/warm.rs"]
mod warm;

#[path = "clap_host/blocks.rs"]
mod blocks;
#[path = "clap_host/raw.rs"]
mod raw;
#[path = "clap_host/rig.rs"]
mod rig;

#[path = "clap_host/capture.rs"]
mod capture;
#[path = "clap_host/churn.rs"]
mod churn;
#[path = "clap_host/editor.rs"]
mod editor;
#[path = "clap_host/misuse.rs"]
mod misuse;
#[path = "clap_host/motion.rs"]
mod motion;
#[path = "clap_host/picks.rs"]
mod picks;
#[path = "clap_host/player.rs"]
mod player;
#[path = "clap_host/presets.rs"]
mod presets;
#[path = "clap_host/rng.rs"]
mod rng;
#[path = "clap_host/round_trip.rs"]
mod round_trip;
#[path = "clap_host/session.rs"]
mod session;
#[path = "clap_host/shaping.rs"]
mod shaping;
#[path = "clap_host/sidechain.rs"]
mod sidechain;
#[path = "clap_host/sleep.rs"]
mod sleep;
#[path = "clap_host/slots.rs"]
mod slots;
#[path = "clap_host/sound.rs"]
mod sound;
#[path = "clap_host/tempo.rs"]
mod tempo;
#[path = "clap_host/transaction.rs"]
mod transaction;
#[cfg(target_os = "linux")]
#[path = "clap_host/unresponsive.rs"]
mod unresponsive;
#[path = "clap_host/validation.rs"]
mod validation;

// The framework has a net of its own, but it brings its allocator, works in debug builds only and
// has holes where the framework itself may allocate. This one has none.
#[global_allocator]
static NET: AllocDisabler = AllocDisabler;
