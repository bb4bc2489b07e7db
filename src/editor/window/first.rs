//! The first frame is the toolkit's to ask for.
//!
//! On X11 a frame is drawn when the server says that the screen is about to be refreshed. The toolkit asks for that
//! message for each frame that is wanted, but chooses to hear it only when its window is mapped, and asks for no other
//! while one is awaited (`baseview` 0.4.2, `PresentState`). One that is wanted before is awaited for ever if the host
//! takes more than a few hundredths of a second to show the window, and the editor stays empty. There is always one:
//! the toolkit's poll, 64 times a second, finds one wanted from the beginning. Mapping itself asks for a frame. So
//! until one has been drawn, nothing here does. (What is left: a window of the toolkit's that somebody else resizes
//! before it is mapped.)

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use nice_plug_egui::baseview::WindowWaker;

/// Whether windows are drawn this way. On other systems the toolkit's own asking is left as it is.
pub const X11: bool = cfg!(all(unix, not(target_os = "macos")));

/// Between two of the toolkit's polls: longer than any window is open.
pub const NO_POLL: Duration = Duration::from_secs(1 << 30);

/// Asks a window for frames once it has been drawn, and before does nothing. Any thread, not real-time: it wakes the
/// window's.
#[derive(Clone, Default)]
pub struct Frames(Arc<OnceLock<WindowWaker>>);

impl std::fmt::Debug for Frames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frames")
            .field("drawn", &self.0.get().is_some())
            .finish()
    }
}

impl Frames {
    /// What the screen wants is asked for here. To be called before the first frame.
    pub fn serve(&self, ctx: &egui::Context) {
        if X11 {
            let frames = self.clone();
            ctx.set_request_repaint_callback(move |wanted| frames.ask(wanted.delay));
        }
    }

    /// A frame is being drawn.
    pub fn drawn(&self, waker: impl FnOnce() -> WindowWaker) {
        if X11 && self.0.get().is_none() {
            let _ = self.0.set(waker());
            // What was wanted until now has been forgotten, while the screen believes that it comes.
            self.ask(Duration::ZERO);
        }
    }

    /// Asks for a frame so much later.
    pub fn ask(&self, after: Duration) {
        if let Some(waker) = self.0.get() {
            waker.request_redraw_after(after);
        }
    }
}
