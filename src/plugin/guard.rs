//! Keeps the framework's VST3 background thread from ending the host. Host's main thread, once per
//! process, before the first VST3 instance is made.
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
//! keeper (never dropped) ──▶ holds the thread's handle: it is never joined
//!        └─ editor() ──▶ 1 task that parks the thread: no work of an instance ever runs there
//!                    └─▶ 4096 more behind it: sending fails at once, wakes nobody, keeps no memory
//! ```
//!
//! What is lost are the framework's messages from other threads to an open editor. The editor does
//! not need them: it looks at the parameters by itself, several times a second.
//!
//! The thread is code of this library, so the library must stay mapped: it pins itself.

use crate::mapped;
use nice_plug::context::gui::AsyncExecutor;
use nice_plug::prelude::{Plugin, TaskExecutor, Vst3Plugin};
use nice_plug::wrapper::vst3::Wrapper;
use std::cell::Cell;
use std::sync::Once;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

/// The only work that the framework's background thread is ever given: nothing, for ever.
#[derive(Clone, Copy, Debug)]
pub struct Park;

/// Tasks that the framework's queue takes. With another number here the guard still holds; sending
/// would wake nobody either, but keep the memory of a few dead instances.
const QUEUE: usize = 4096;

/// How long the thread may take to begin its work before the queue is filled regardless.
const PATIENCE: Duration = Duration::from_secs(2);

static HELD: Once = Once::new();

thread_local! {
    /// Whether the plug-in that is being made on this thread is the keeper.
    static MAKING_KEEPER: Cell<bool> = const { Cell::new(false) };
}

/// Whether the plug-in that is being made on this thread is the keeper, which plays no sound: it
/// needs no engine, no worker and no editor.
#[must_use]
pub fn making_keeper() -> bool {
    MAKING_KEEPER.get()
}

/// Makes the process safe for VST3 instances of `P`, the one type of plug-in in this library. To be
/// called before each of them is made; all calls but the first do nothing.
pub fn hold<P: Vst3Plugin>() {
    HELD.call_once(|| {
        if cfg!(all(unix, not(target_os = "macos"))) {
            mapped::keep_this();
            MAKING_KEEPER.set(true);
            let keeper = Wrapper::<P>::new();
            MAKING_KEEPER.set(false);
            std::mem::forget(keeper);
        }
    });
}

/// What the keeper does when it is asked for its editor: occupies the thread, then fills its queue.
pub fn occupy<P: Plugin<BackgroundTask = Park>>(executor: &AsyncExecutor<P>, parked: &Parked) {
    executor.execute_background(Park);
    // If it does not come, the queue is one longer than it need be.
    let _ = parked.0.recv_timeout(PATIENCE);
    for _ in 0..QUEUE {
        executor.execute_background(Park);
    }
}

/// Tells that the thread has begun to park.
#[derive(Debug)]
pub struct Parked(Receiver<()>);

/// The framework's executor for [`Park`], and what it says when it begins.
pub fn executor<P: Plugin<BackgroundTask = Park>>() -> (TaskExecutor<P>, Parked) {
    let (begun, parked) = sync_channel(1);
    (Box::new(move |Park| park_for_ever(&begun)), Parked(parked))
}

fn park_for_ever(begun: &SyncSender<()>) {
    // Nobody need be listening.
    let _ = begun.try_send(());
    loop {
        std::thread::park();
    }
}
