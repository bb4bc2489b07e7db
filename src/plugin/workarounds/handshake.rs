//! What an instance tells about itself to the code that has it made. The framework makes the
//! plug-in, keeps it to itself and shows a trait object at most; this is how the shell of a VST3
//! instance learns which parameters and which tail are those of the instance inside, and how a test
//! gets at the editor's ends. Main thread.
//!
//! Works around nice-plug 0.4.2. The framework makes the plug-in inside its wrapper and gives no way to get at it, so a shell
//! around the wrapper can not ask its own plug-in for parameters or tail. Seen by reading `Wrapper::new` of both formats. May
//! go when the wrapper hands out its plug-in or its parameters.

use crate::instance::UiHandle;
use crate::params::AnteroomParams;
use crate::plugin::wake::Wake;
use crate::plugin::workarounds::piece::Piece;
use crate::plugin::workarounds::sidechain::LentSidechain;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32};

/// What the shell needs to know.
#[derive(Clone, Debug, Default)]
pub struct InstanceInfo {
    /// The parameters.
    pub params: Arc<AnteroomParams>,
    /// The tail in samples, as of the last block.
    pub tail: Arc<AtomicU32>,
    /// How often the instance was prepared or reset: where a render begins.
    pub starts: Arc<AtomicU32>,
    /// How the host is got to call again when it sleeps.
    pub wake: Arc<Wake>,
    /// Whether the plug-in plays something of its own, as of the last block: then no channel is called silent or constant.
    pub sounding: Arc<AtomicBool>,
    /// What comes in by the sidechain while a block is processed.
    pub sidechain: Arc<LentSidechain>,
    /// Which piece of the host's block is processed.
    pub piece: Arc<Piece>,
}

thread_local! {
    /// Where the plug-in that is made on this thread tells about itself: nowhere, or to whoever attends.
    static MADE: RefCell<Option<Option<InstanceInfo>>> = const { RefCell::new(None) };

    /// Where the editor's ends go instead of into an editor: nowhere, or to whoever waits.
    static DESK: RefCell<Option<Option<UiHandle>>> = const { RefCell::new(None) };
}

/// Said by every plug-in while it is made. Kept only if somebody attends: a thread that lives on would keep the
/// instance, its loader and its threads alive.
pub fn announce(info: &InstanceInfo) {
    MADE.with_borrow_mut(|attending| {
        if let Some(place) = attending {
            *place = Some(info.clone());
        }
    });
}

/// Has a plug-in made on this thread, and learns about it.
pub fn attend<T>(make: impl FnOnce() -> T) -> (T, InstanceInfo) {
    MADE.set(Some(None));
    let made = make();
    (made, MADE.take().flatten().unwrap_or_default())
}

/// Has an instance made on this thread without an editor, and takes the editor's ends: for a test
/// that gives the commands itself.
pub fn without_editor<T>(make: impl FnOnce() -> T) -> (T, Option<UiHandle>) {
    DESK.set(Some(None));
    let made = make();
    (made, DESK.take().flatten())
}

/// Hands the editor's ends to whoever waits for them, or back.
pub fn offer(ui_handle: UiHandle) -> Option<UiHandle> {
    DESK.with_borrow_mut(|wanted| match wanted {
        Some(place) => {
            *place = Some(ui_handle);
            None
        }
        None => Some(ui_handle),
    })
}
