//! The plug-in in a VST3 host of our own: what a host may do to it, over COM, in one process.

#[path = "common/channels.rs"]
mod channels;
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
#[path = "common/wav.rs"]
mod wav;

#[path = "vst3_host/library.rs"]
mod library;
#[path = "vst3_host/rig.rs"]
mod rig;

#[path = "vst3_host/churn.rs"]
mod churn;
#[path = "vst3_host/editor.rs"]
mod editor;
#[path = "vst3_host/lines.rs"]
mod lines;
#[path = "vst3_host/misuse.rs"]
mod misuse;
#[path = "vst3_host/motion.rs"]
mod motion;
#[path = "vst3_host/offline.rs"]
mod offline;
#[path = "vst3_host/sidechain.rs"]
mod sidechain;
#[path = "vst3_host/sound.rs"]
mod sound;
#[path = "vst3_host/state.rs"]
mod state;
#[path = "vst3_host/transaction.rs"]
mod transaction;
#[path = "vst3_host/validation.rs"]
mod validation;

/// The plug-in that is linked into this program.
const HERE: rig::Entry = anteroom::plugin::GetPluginFactory;
