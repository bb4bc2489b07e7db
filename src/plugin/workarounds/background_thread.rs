//! Keeps the framework's VST3 background thread from ending the host. Host's main thread, once per
//! process, before the first VST3 instance is made.
//!
//! Works around nice-plug 0.4.2 (`event_loop/background_thread.rs`). Reproduced by `tests/vst3_host/editor.rs` and `churn.rs`, in the
//! tests that open the editor during automation: without this the host aborts. May go when the thread survives work of an
//! instance that is gone, and the audio thread gives it none.
//!
//! On Linux the framework sends work for the editor to one thread per process and plug-in type.
//! That thread ends when it meets work of an instance that is gone, or when a piece of work panics
//! (which it does when it runs into the window while that is being opened); the handle that the
//! last instance drops then finds it dead and panics across the C boundary, which aborts the host.
//! A sleeping thread that is given work is also woken, by a system call of whoever gave it: the
//! audio thread, at every automated parameter.
//!
//! So the thread is given something to do for ever, and its queue is filled:
//!
//! ```text
//! leaked instance (never dropped) ──▶ holds the thread's handle: it is never joined
//!        └─ editor() ──▶ 1 task that parks the thread: no work of an instance ever runs there
//!                    └─▶ 4096 more behind it: sending fails at once, wakes nobody, keeps no memory
//! ```
//!
//! What is lost are the framework's messages from other threads to an open editor. The editor does
//! not need them: it looks at the parameters by itself, several times a second.
//!
//! The thread is code of this library, so the library must stay mapped: it pins itself.
//!
//! On Windows and macOS the framework hands such work to the host's main thread, where an instance takes back what is left
//! when it goes. Nothing is held there, and the library can be unloaded.

use crate::pin_library;
use nice_plug::context::gui::AsyncExecutor;
use nice_plug::prelude::{Plugin, TaskExecutor, Vst3Plugin};
use nice_plug::wrapper::vst3::Wrapper;
use std::cell::Cell;
use std::sync::Once;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// The only work that the framework's background thread is ever given: nothing, for ever.
#[derive(Clone, Copy, Debug)]
pub struct BlockTask;

/// Tasks that the framework's queue takes. With another number here the guard still holds; sending
/// would wake nobody either, but keep the memory of a few dead instances.
const QUEUE: usize = 4096;

/// How long the thread may take to begin its work before the queue is filled regardless.
const PATIENCE: Duration = Duration::from_secs(2);

static HELD: Once = Once::new();

thread_local! {
    /// Whether the plug-in that is being made on this thread is the leaked instance.
    static MAKING_LEAKED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the plug-in that is being made on this thread is the leaked instance, which plays no sound: it
/// needs no engine, no worker and no editor.
#[must_use]
pub fn making_leaked_instance() -> bool {
    MAKING_LEAKED.get()
}

/// Makes the process safe for VST3 instances of `P`, the one type of plug-in in this library. To be
/// called before each of them is made; all calls but the first do nothing.
pub fn hold<P: Vst3Plugin>() {
    HELD.call_once(|| {
        if cfg!(all(unix, not(target_os = "macos"))) {
            pin_library::pin_self();
            MAKING_LEAKED.set(true);
            let leaked = Wrapper::<P>::new();
            MAKING_LEAKED.set(false);
            std::mem::forget(leaked);
        }
    });
}

/// What the leaked instance does when it is asked for its editor: occupies the thread, then fills its queue.
pub fn occupy<P: Plugin<BackgroundTask = BlockTask>>(
    executor: &AsyncExecutor<P>,
    parked: &BlockedSignal,
) {
    executor.execute_background(BlockTask);
    // If it does not come, the queue is one longer than it need be.
    let _ = parked.0.recv_timeout(PATIENCE);
    for _ in 0..QUEUE {
        executor.execute_background(BlockTask);
    }
}

/// Tells that the thread has begun to park.
#[derive(Debug)]
pub struct BlockedSignal(Receiver<()>);

/// The framework's executor for [`BlockTask`], and what it says when it begins.
pub fn executor<P: Plugin<BackgroundTask = BlockTask>>() -> (TaskExecutor<P>, BlockedSignal) {
    let (begun, parked) = sync_channel(1);
    (
        Box::new(move |BlockTask| block_for_ever(&begun)),
        BlockedSignal(parked),
    )
}

fn block_for_ever(begun: &SyncSender<()>) {
    // Nobody need be listening.
    let _ = begun.try_send(());
    loop {
        std::thread::park();
    }
}
