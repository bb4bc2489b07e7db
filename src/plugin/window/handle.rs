//! What the framework holds of an open editor: its own handle and the toolkit's window, with what both leave out.
//! Host's main thread.
//!
//! | what | where |
//! |---|---|
//! | no frame is requested before the first one | `workarounds::window::first_frame` |
//! | closing a window waits until its thread has ended | `workarounds::window::thread_join` |
//! | a window has a size that can be drawn and seen | [`size`](super::size) |
//! | the keyboard focus goes back to the host | `workarounds::window::keyboard_focus` |
//! | no panic reaches the host, also none of the window's thread | [`panic_guard`] |

use std::fmt;
use std::time::Duration;

use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, Modifiers, ParentWindowHandle, VirtualKeyCode};
use nice_plug_egui::{EguiEditorHandle, baseview};

use super::size::{Limits, valid_scale};
use crate::editor::panic_guard;
use crate::plugin::workarounds::window::first_frame::FrameRequests;
use crate::plugin::workarounds::window::keyboard_focus::KeyboardFocus;
use crate::plugin::workarounds::window::thread_join::ThreadJoin;

/// The toolkit's window. Dropping it closes the window and waits for its thread.
#[expect(
    missing_debug_implementations,
    reason = "the toolkit's window has none"
)]
pub struct OpenWindow {
    /// Some until it is closed.
    window: Option<baseview::Window>,
    keyboard_focus: KeyboardFocus,
    /// Dropped last, because it waits.
    _join: ThreadJoin,
}

impl OpenWindow {
    /// A window that has just been made.
    pub fn new(window: baseview::Window, join: ThreadJoin, keyboard_focus: KeyboardFocus) -> Self {
        Self {
            window: Some(window),
            keyboard_focus,
            _join: join,
        }
    }
}

impl Drop for OpenWindow {
    fn drop(&mut self) {
        self.keyboard_focus.give_back();
        // If the window's thread has panicked, the toolkit panics too when it joins the thread.
        panic_guard::catch_or("closing the window", (), || drop(self.window.take()));
    }
}

/// Why something could not be done with a window.
#[derive(Debug)]
pub enum WindowError {
    /// The toolkit says why.
    Toolkit(baseview::Error),
    /// It panicked, which has been logged.
    Panicked,
    /// The window is closed.
    Closed,
}

impl fmt::Display for WindowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toolkit(error) => error.fmt(f),
            Self::Panicked => f.write_str("a fault of the plug-in"),
            Self::Closed => f.write_str("the window is closed"),
        }
    }
}

impl std::error::Error for WindowError {}

/// The framework's handle of the editor, with what its window needs.
#[expect(
    missing_debug_implementations,
    reason = "the framework's handle has none"
)]
pub struct WindowHandle {
    pub inner: EguiEditorHandle,
    pub frame_requests: FrameRequests,
    pub keyboard_focus: KeyboardFocus,
    pub limits: Limits,
}

impl WindowHandle {
    /// Does something with the window. A panic of the toolkit becomes an error.
    fn with<T>(
        &self,
        open: &OpenWindow,
        what: &str,
        work: impl FnOnce(&baseview::Window) -> Result<T, baseview::Error>,
    ) -> Result<T, WindowError> {
        let window = open.window.as_ref().ok_or(WindowError::Closed)?;
        match panic_guard::catch(what, || work(window)) {
            Some(done) => done.map_err(WindowError::Toolkit),
            None => Err(WindowError::Panicked),
        }
    }

    /// Brings the window to a size that it can have. Waits for an answer of its thread in any case.
    pub fn fit_size(&self, open: &OpenWindow) {
        let fitted = self.with(open, "fitting the window", |window| {
            let now = window.size();
            let mut size = now.physical;
            let fitting = NativeSize::new(size.width, size.height);
            let fitting = self.limits.fit(fitting, now.scale_factor);
            (size.width, size.height) = (fitting.width, fitting.height);
            window.resize(size)
        });
        if let Err(fault) = fitted {
            nice_plug::nice_warn!("the editor's window keeps its size: {fault}");
        }
    }
}

impl EditorHandle for WindowHandle {
    type Window = OpenWindow;
    type Error = WindowError;

    fn run_until_closed(mut open: OpenWindow) -> Result<(), Self::Error> {
        let window = open.window.take().ok_or(WindowError::Closed)?;
        let run = || EguiEditorHandle::run_until_closed(window);
        match panic_guard::catch("running the editor", run) {
            Some(done) => done.map_err(WindowError::Toolkit),
            None => Err(WindowError::Panicked),
        }
    }

    fn set_parent(&self, parent: ParentWindowHandle, open: &OpenWindow) -> Result<(), Self::Error> {
        self.with(open, "embedding the window", |window| {
            self.inner.set_parent(parent, window)
        })
    }

    fn show(&self, open: &OpenWindow) -> Result<(), Self::Error> {
        self.with(open, "showing the window", |window| self.inner.show(window))?;
        self.keyboard_focus.window_shown();
        // For a window that is shown again. The toolkit's handle leaves the request to its poll, which is off.
        self.frame_requests.request(Duration::ZERO);
        Ok(())
    }

    fn hide(&self, open: &OpenWindow) -> Result<(), Self::Error> {
        self.keyboard_focus.give_back();
        self.with(open, "hiding the window", |window| self.inner.hide(window))
    }

    fn set_size(&self, size: NativeSize<u32>, open: &OpenWindow) -> Result<(), Self::Error> {
        self.with(open, "resizing the window", |window| {
            let size = self.limits.fit(size, window.size().scale_factor);
            self.inner.set_size(size, window)
        })
    }

    fn host_main_thread_callback(&self, open: &OpenWindow) {
        // An error has been logged, and there is nobody to return it to.
        let _ = self.with(open, "answering the window", |window| {
            self.inner.host_main_thread_callback(window);
            Ok(())
        });
    }

    fn adjust_size(&self, size: NativeSize<u32>, open: &OpenWindow) -> Option<NativeSize<u32>> {
        self.with(open, "adjusting a size", |window| {
            Ok(self.limits.fit(size, window.size().scale_factor))
        })
        .ok()
    }

    fn set_fallback_scale_factor(&self, factor: f64, open: &OpenWindow) -> Result<(), Self::Error> {
        let Some(factor) = valid_scale(factor) else {
            nice_plug::nice_warn!("the host suggests a scale of {factor}, which is none");
            return Ok(());
        };
        self.with(open, "scaling the window", |window| {
            self.inner.set_fallback_scale_factor(factor, window)
        })?;
        self.fit_size(open);
        Ok(())
    }

    fn on_virtual_key_from_host(&self, key: VirtualKeyCode, down: bool, with: Modifiers) -> bool {
        self.inner.on_virtual_key_from_host(key, down, with)
    }

    fn state_changed(&self) {
        self.inner.state_changed();
        self.frame_requests.request(Duration::ZERO);
    }

    fn param_value_changed(&self, id: &str, normalized: f32) {
        self.inner.param_value_changed(id, normalized);
        self.frame_requests.request(Duration::ZERO);
    }

    fn param_modulation_changed(&self, id: &str, offset: f32) {
        self.inner.param_modulation_changed(id, offset);
        self.frame_requests.request(Duration::ZERO);
    }
}
