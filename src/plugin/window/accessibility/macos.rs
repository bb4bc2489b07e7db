//! The accessibility protocol of macOS's views, by AccessKit's adapter. The window's thread, which is the main one.

#![allow(unsafe_code)]

use accesskit_macos::SubclassingAdapter;
use egui::accesskit::TreeUpdate;
use nice_plug_egui::baseview::WindowContext;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};
use std::cell::RefCell;
use std::collections::HashMap;

use super::Requests;

thread_local! {
    /// The adapters of this thread's views, by their addresses. They must not leave their thread.
    static ADAPTERS: RefCell<HashMap<usize, SubclassingAdapter>> = RefCell::default();
}

/// One view.
pub struct Platform {
    view: usize,
    is_focused: bool,
}

impl Platform {
    pub fn of(window: &WindowContext, requests: &Requests) -> Option<Self> {
        let RawWindowHandle::AppKit(handle) = window.window_handle().ok()?.as_raw() else {
            return None;
        };
        let view = handle.ns_view.as_ptr();
        // SAFETY: the view is the toolkit's, which lives while its window is being built, and the adapter retains it.
        let adapter = unsafe { SubclassingAdapter::new(view, requests.clone(), requests.clone()) };
        let view = view as usize;
        ADAPTERS.with_borrow_mut(|adapters| adapters.insert(view, adapter));
        Some(Self {
            view,
            is_focused: false,
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut SubclassingAdapter) -> Option<T>) -> Option<T> {
        ADAPTERS.with_borrow_mut(|adapters| work(adapters.get_mut(&self.view)?))
    }

    /// Before a frame.
    pub fn update(&mut self, is_focused: bool) {
        if std::mem::replace(&mut self.is_focused, is_focused) != is_focused
            && let Some(events) = self.with(|adapter| adapter.update_view_focus_state(is_focused))
        {
            events.raise();
        }
    }

    /// After a frame.
    pub fn show(&mut self, update: TreeUpdate) {
        if let Some(events) = self.with(|adapter| adapter.update_if_active(|| update)) {
            events.raise();
        }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // On another thread, or when this one ends, there is none.
        let adapter = ADAPTERS.try_with(|adapters| {
            let mut adapters = adapters.try_borrow_mut().ok()?;
            adapters.remove(&self.view)
        });
        drop(adapter);
    }
}
