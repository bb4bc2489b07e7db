//! No frame is requested before the first one has been drawn. Any thread, not real-time.
//!
//! Works around baseview 0.4.2 on X11. Reproduced by the window tests of late hosts. May go when a frame that was requested
//! before the window is mapped comes.
//!
//! On X11 the toolkit (`baseview` 0.4.2, `PresentState`) asks the server for a message at the next refresh and then draws.
//! It asks for no other message while it awaits one, but it only receives them once its window is mapped. So a frame that
//! is requested earlier never comes, and the editor stays empty if the host takes more than a few hundredths of a second
//! to show the window. Its 64 Hz poll finds a frame wanted from the beginning, so the poll is turned off. Mapping the
//! window requests a frame by itself. Until that has been drawn, nothing here requests one. (One case is left: somebody
//! else resizes the window before it is mapped.)

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use nice_plug_egui::baseview::WindowWaker;

/// Whether windows are drawn this way. On other systems the toolkit requests its frames itself.
pub const X11: bool = cfg!(all(unix, not(target_os = "macos")));

/// The time between two of the toolkit's polls: longer than any window is open.
pub const NO_POLL: Duration = Duration::from_secs(1 << 30);

/// Requests frames of a window after its first one, and does nothing before. Wakes the window's thread.
#[derive(Clone, Default)]
pub struct FrameRequests(Arc<OnceLock<WindowWaker>>);

impl std::fmt::Debug for FrameRequests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameRequests")
            .field("enabled", &self.0.get().is_some())
            .finish()
    }
}

impl FrameRequests {
    /// Takes over the repaint requests of a context. To be called before the first frame.
    pub fn connect(&self, ctx: &egui::Context) {
        if X11 {
            let requests = self.clone();
            ctx.set_request_repaint_callback(move |wanted| requests.request(wanted.delay));
        }
    }

    /// To be called in each frame: from the first one on, frames are requested.
    pub fn enable(&self, waker: impl FnOnce() -> WindowWaker) {
        if X11 && self.0.get().is_none() {
            let _ = self.0.set(waker());
            // egui believes that its requests until now are being served.
            self.request(Duration::ZERO);
        }
    }

    /// Requests a frame after this time.
    pub fn request(&self, after: Duration) {
        if let Some(waker) = self.0.get() {
            waker.request_redraw_after(after);
        }
    }
}
