//! What the framework holds of an open editor: its own handle and the toolkit's window, with the two things that both
//! leave out. Host's main thread.
//!
//! | what | where |
//! |---|---|
//! | no frame is asked for before the first one | [`first`](super::first) |
//! | a window is closed when its thread has ended | [`end`](super::end) |

use std::time::Duration;

use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{EditorHandle, Modifiers, ParentWindowHandle, VirtualKeyCode};
use nice_plug_egui::{EguiEditorHandle, baseview};

use super::end::Ended;
use super::first::Frames;

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
pub struct Handle {
    pub inner: EguiEditorHandle,
    pub frames: Frames,
}

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
        self.inner.set_parent(parent, &held.window)
    }

    fn show(&self, held: &Held) -> Result<(), Self::Error> {
        self.inner.show(&held.window)?;
        // Where it is shown again. The toolkit's handle only leaves a note for its poll: see `first`.
        self.frames.ask(Duration::ZERO);
        Ok(())
    }

    fn hide(&self, held: &Held) -> Result<(), Self::Error> {
        self.inner.hide(&held.window)
    }

    fn set_size(&self, size: NativeSize<u32>, held: &Held) -> Result<(), Self::Error> {
        self.inner.set_size(size, &held.window)
    }

    fn host_main_thread_callback(&self, held: &Held) {
        self.inner.host_main_thread_callback(&held.window);
    }

    fn adjust_size(&self, size: NativeSize<u32>, held: &Held) -> Option<NativeSize<u32>> {
        self.inner.adjust_size(size, &held.window)
    }

    fn set_fallback_scale_factor(&self, factor: f64, held: &Held) -> Result<(), Self::Error> {
        self.inner.set_fallback_scale_factor(factor, &held.window)
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
