//! A window is closed when its thread has ended. Host's main thread; on X11 the window has a thread of its own.
//!
//! The toolkit joins that thread, but not when it happens to stop while the closing side still asks it something: then
//! the wait is given up (`baseview` 0.4.2, `WindowThreadHandle::run_until_closed`), and the thread goes on by itself,
//! taking its graphics down, while the host unmaps the library that it runs in. So the end is waited for here:
//!
//! ```text
//! host's main thread                          the window's thread
//! pair() ── Alive ──▶ first frame: hold() ──▶ keeps it in a variable of the thread
//!    └───── Ended                             ...
//! drop of Held: the toolkit closes it         ends: everything is dropped, that variable last
//!               Ended waits ◀──────────────── its channel has no sender any more
//! ```

use std::cell::Cell;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::{self, ThreadId};
use std::time::Duration;

use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, Modifiers, ParentWindowHandle, VirtualKeyCode};
use nice_plug_egui::{EguiEditorHandle, baseview};

/// How long a thread may take to end. It draws one frame at most; a host must not be held up for longer.
const PATIENCE: Duration = Duration::from_secs(2);

thread_local! {
    static ALIVE: Cell<Option<SyncSender<()>>> = const { Cell::new(None) };
}

/// What a window's thread holds for as long as it runs.
#[derive(Debug)]
pub struct Alive {
    sender: SyncSender<()>,
    opener: ThreadId,
}

/// What waits for it, at the latest when it is dropped.
#[derive(Debug)]
pub struct Ended(Receiver<()>);

/// Both ends, made on the thread that opens the window.
pub fn pair() -> (Alive, Ended) {
    let (sender, receiver) = sync_channel(1);
    let opener = thread::current().id();
    (Alive { sender, opener }, Ended(receiver))
}

impl Alive {
    /// The window's thread has begun: everything that it drops before it ends counts as part of it. Where the window
    /// is drawn by the thread that opened it there is no end to be waited for.
    pub fn hold(self) {
        if thread::current().id() != self.opener {
            ALIVE.set(Some(self.sender));
        }
    }
}

impl Ended {
    /// Waits until the thread has ended, but not for ever; says whether it has.
    fn wait(&self) -> bool {
        // Nothing is ever sent: the channel ends with its sender.
        self.0.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Disconnected)
    }
}

impl Drop for Ended {
    fn drop(&mut self) {
        if !self.wait() {
            nice_plug::nice_warn!("the editor's thread has not ended after {PATIENCE:?}");
        }
    }
}

/// The toolkit's window; the end of its thread is waited for.
#[expect(
    missing_debug_implementations,
    reason = "the toolkit's window has none"
)]
pub struct Held {
    // The order counts: the window is closed first.
    pub window: baseview::Window,
    pub ended: Ended,
}

/// The framework's handle, for such a window.
#[expect(
    missing_debug_implementations,
    reason = "the framework's handle has none"
)]
pub struct Handle(pub EguiEditorHandle);

impl EditorHandle for Handle {
    type Window = Held;
    type Error = baseview::Error;

    fn run_until_closed(held: Held) -> Result<(), Self::Error> {
        let Held { window, ended } = held;
        let result = EguiEditorHandle::run_until_closed(window);
        drop(ended);
        result
    }

    fn set_parent(&self, parent: ParentWindowHandle, held: &Held) -> Result<(), Self::Error> {
        self.0.set_parent(parent, &held.window)
    }

    fn show(&self, held: &Held) -> Result<(), Self::Error> {
        self.0.show(&held.window)
    }

    fn hide(&self, held: &Held) -> Result<(), Self::Error> {
        self.0.hide(&held.window)
    }

    fn set_size(&self, size: NativeSize<u32>, held: &Held) -> Result<(), Self::Error> {
        self.0.set_size(size, &held.window)
    }

    fn host_main_thread_callback(&self, held: &Held) {
        self.0.host_main_thread_callback(&held.window);
    }

    fn adjust_size(&self, size: NativeSize<u32>, held: &Held) -> Option<NativeSize<u32>> {
        self.0.adjust_size(size, &held.window)
    }

    fn set_fallback_scale_factor(&self, factor: f64, held: &Held) -> Result<(), Self::Error> {
        self.0.set_fallback_scale_factor(factor, &held.window)
    }

    fn on_virtual_key_from_host(&self, key: VirtualKeyCode, down: bool, with: Modifiers) -> bool {
        self.0.on_virtual_key_from_host(key, down, with)
    }

    fn state_changed(&self) {
        self.0.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized: f32) {
        self.0.param_value_changed(id, normalized);
    }

    fn param_modulation_changed(&self, id: &str, offset: f32) {
        self.0.param_modulation_changed(id, offset);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    /// Sets its flag a while after it has begun to be dropped.
    struct Slow(Arc<AtomicBool>);

    impl Drop for Slow {
        fn drop(&mut self) {
            thread::sleep(Duration::from_millis(50));
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn the_end_is_waited_for_with_everything_that_the_thread_drops() {
        let gone = Arc::new(AtomicBool::new(false));
        let (alive, ended) = pair();
        let slow = Slow(Arc::clone(&gone));
        // Not joined: that is what the toolkit may leave out.
        thread::spawn(move || {
            let _slow = slow;
            alive.hold();
        });
        assert!(ended.wait());
        assert!(gone.load(Ordering::Relaxed));
    }

    #[test]
    fn a_thread_that_goes_on_is_not_waited_for_for_ever() {
        let (alive, ended) = pair();
        let (go_on, asked) = sync_channel::<()>(1);
        let thread = thread::spawn(move || {
            alive.hold();
            // Until the test drops its end.
            let _ = asked.recv();
        });
        assert!(!ended.wait());
        drop(go_on);
        assert!(thread.join().is_ok());
    }

    #[test]
    fn nothing_is_waited_for_where_the_window_has_no_thread() {
        let (alive, ended) = pair();
        alive.hold();
        assert!(ended.wait());
    }

    #[test]
    fn nothing_is_waited_for_when_no_window_came_to_be() {
        let (alive, ended) = pair();
        drop(alive);
        assert!(ended.wait());
    }
}
