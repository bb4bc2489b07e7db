//! What the framework holds of an open editor: its own handle and the toolkit's window, with what both leave out.
//! Host's main thread.
//!
//! | what | where |
//! |---|---|
//! | no frame is asked for before the first one | [`first`](super::first) |
//! | a window is closed when its thread has ended | [`end`](super::end) |
//! | a window has a size that can be drawn and seen | [`size`](super::size) |
//! | the keyboard goes back to the host | [`keys`](super::keys) |
//! | a panic goes no further, that of the window's thread neither | [`border`] |

use std::fmt;
use std::time::Duration;

use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, Modifiers, ParentWindowHandle, VirtualKeyCode};
use nice_plug_egui::{EguiEditorHandle, baseview};

use super::end::Ended;
use super::first::Frames;
use super::keys::Keyboard;
use super::size::{Limits, sound};
use crate::editor::border;

/// The toolkit's window; the end of its thread is waited for.
#[expect(
    missing_debug_implementations,
    reason = "the toolkit's window has none"
)]
pub struct Held {
    /// Some until it is closed.
    window: Option<baseview::Window>,
    keyboard: Keyboard,
    /// Dropped last: it waits.
    _ended: Ended,
}

impl Held {
    /// A window that has just been made.
    pub fn new(window: baseview::Window, ended: Ended, keyboard: Keyboard) -> Self {
        Self {
            window: Some(window),
            keyboard,
            _ended: ended,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.keyboard.give_back();
        // If the window's thread has panicked, the toolkit panics as well when it joins it.
        border::hold("closing the window", (), || drop(self.window.take()));
    }
}

/// Why something could not be done with a window.
#[derive(Debug)]
pub enum Fault {
    /// The toolkit says why.
    Toolkit(baseview::Error),
    /// It panicked, which has been logged.
    Panicked,
    /// The window is closed.
    Closed,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Toolkit(error) => error.fmt(f),
            Self::Panicked => f.write_str("a fault of the plug-in"),
            Self::Closed => f.write_str("the window is closed"),
        }
    }
}

impl std::error::Error for Fault {}

/// The framework's handle, for such a window.
#[expect(
    missing_debug_implementations,
    reason = "the framework's handle has none"
)]
pub struct Handle {
    pub inner: EguiEditorHandle,
    pub frames: Frames,
    pub keyboard: Keyboard,
    pub limits: Limits,
}

impl Handle {
    /// Does something with the window; a panic of the toolkit's becomes an error.
    fn with<T>(
        &self,
        held: &Held,
        what: &str,
        work: impl FnOnce(&baseview::Window) -> Result<T, baseview::Error>,
    ) -> Result<T, Fault> {
        let window = held.window.as_ref().ok_or(Fault::Closed)?;
        match border::attempt(what, || work(window)) {
            Some(done) => done.map_err(Fault::Toolkit),
            None => Err(Fault::Panicked),
        }
    }

    /// Brings the window to a size that it can have. Asks its thread in any case.
    pub fn settle_size(&self, held: &Held) {
        let settled = self.with(held, "fitting the window", |window| {
            let now = window.size();
            let mut size = now.physical;
            let fitting = NativeSize::new(size.width, size.height);
            let fitting = self.limits.fit(fitting, now.scale_factor);
            (size.width, size.height) = (fitting.width, fitting.height);
            window.resize(size)
        });
        if let Err(fault) = settled {
            nice_plug::nice_warn!("the editor's window keeps its size: {fault}");
        }
    }
}

impl EditorHandle for Handle {
    type Window = Held;
    type Error = Fault;

    fn run_until_closed(mut held: Held) -> Result<(), Self::Error> {
        let window = held.window.take().ok_or(Fault::Closed)?;
        let run = || EguiEditorHandle::run_until_closed(window);
        match border::attempt("running the editor", run) {
            Some(done) => done.map_err(Fault::Toolkit),
            None => Err(Fault::Panicked),
        }
    }

    fn set_parent(&self, parent: ParentWindowHandle, held: &Held) -> Result<(), Self::Error> {
        self.with(held, "embedding the window", |window| {
            self.inner.set_parent(parent, window)
        })
    }

    fn show(&self, held: &Held) -> Result<(), Self::Error> {
        self.with(held, "showing the window", |window| self.inner.show(window))?;
        self.keyboard.come_back();
        // Where it is shown again. The toolkit's handle only leaves a note for its poll: see `first`.
        self.frames.ask(Duration::ZERO);
        Ok(())
    }

    fn hide(&self, held: &Held) -> Result<(), Self::Error> {
        self.keyboard.give_back();
        self.with(held, "hiding the window", |window| self.inner.hide(window))
    }

    fn set_size(&self, size: NativeSize<u32>, held: &Held) -> Result<(), Self::Error> {
        self.with(held, "resizing the window", |window| {
            let size = self.limits.fit(size, window.size().scale_factor);
            self.inner.set_size(size, window)
        })
    }

    fn host_main_thread_callback(&self, held: &Held) {
        // Its faults have been logged, and nobody can be told.
        let _ = self.with(held, "answering the window", |window| {
            self.inner.host_main_thread_callback(window);
            Ok(())
        });
    }

    fn adjust_size(&self, size: NativeSize<u32>, held: &Held) -> Option<NativeSize<u32>> {
        self.with(held, "adjusting a size", |window| {
            Ok(self.limits.fit(size, window.size().scale_factor))
        })
        .ok()
    }

    fn set_fallback_scale_factor(&self, factor: f64, held: &Held) -> Result<(), Self::Error> {
        let Some(factor) = sound(factor) else {
            nice_plug::nice_warn!("the host suggests a scale of {factor}, which is none");
            return Ok(());
        };
        self.with(held, "scaling the window", |window| {
            self.inner.set_fallback_scale_factor(factor, window)
        })?;
        self.settle_size(held);
        Ok(())
    }

    fn on_virtual_key_from_host(&self, key: VirtualKeyCode, down: bool, with: Modifiers) -> bool {
        self.inner.on_virtual_key_from_host(key, down, with)
    }

    fn state_changed(&self) {
        self.inner.state_changed();
        self.frames.ask(Duration::ZERO);
    }

    fn param_value_changed(&self, id: &str, normalized: f32) {
        self.inner.param_value_changed(id, normalized);
        self.frames.ask(Duration::ZERO);
    }

    fn param_modulation_changed(&self, id: &str, offset: f32) {
        self.inner.param_modulation_changed(id, offset);
        self.frames.ask(Duration::ZERO);
    }
}
