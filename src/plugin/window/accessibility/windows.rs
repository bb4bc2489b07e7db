//! UI Automation, by AccessKit's adapter: it answers a message of the window. The window's thread.

use accesskit_windows::{HWND, SubclassingAdapter};
use egui::accesskit::TreeUpdate;
use nice_plug_egui::baseview::WindowContext;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use std::cell::RefCell;
use std::collections::HashMap;

use super::Requests;

thread_local! {
    /// The adapters of this thread's windows, by the numbers that the windows have. They must not leave their thread.
    static ADAPTERS: RefCell<HashMap<isize, SubclassingAdapter>> = RefCell::default();
}

/// One window.
pub struct Platform(isize);

impl Platform {
    pub fn of(window: &WindowContext, requests: &Requests) -> Option<Self> {
        let RawWindowHandle::Win32(handle) = window.window_handle().ok()?.as_raw() else {
            return None;
        };
        let number = handle.hwnd.get();
        let window = HWND(number as *mut _);
        // It is not shown yet, as the adapter wants it.
        let adapter = SubclassingAdapter::new(window, requests.clone(), requests.clone());
        ADAPTERS.with_borrow_mut(|adapters| adapters.insert(number, adapter));
        Some(Self(number))
    }

    /// Before a frame. The adapter sees by itself who has the keyboard.
    pub fn update(&mut self, _: bool) {}

    /// After a frame.
    pub fn show(&mut self, update: TreeUpdate) {
        let events = ADAPTERS.with_borrow_mut(|adapters| {
            let adapter = adapters.get_mut(&self.0)?;
            adapter.update_if_active(|| update)
        });
        if let Some(events) = events {
            events.raise();
        }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // On another thread, or when this one ends, there is none.
        let adapter = ADAPTERS.try_with(|adapters| {
            let mut adapters = adapters.try_borrow_mut().ok()?;
            adapters.remove(&self.0)
        });
        drop(adapter);
    }
}
