//! AT-SPI, by AccessKit's adapter. It has one thread for the whole process, which stays once it has begun: the library is
//! pinned before that. The window's thread.

use accesskit_unix::Adapter;
use egui::accesskit::{Rect, TreeUpdate};
use nice_plug_egui::baseview::WindowContext;

use super::Requests;
use super::probe::Probe;
use crate::plugin::workarounds::window::x11::{self, Screen};

/// One window.
pub struct Platform {
    requests: Requests,
    probe: Probe,
    /// Some from when AT-SPI was seen to be on.
    adapter: Option<Adapter>,
    is_focused: bool,
    window: Option<u32>,
    /// Where the window is on the screen can be asked here.
    screen: Option<Screen>,
    place: Option<[f64; 4]>,
}

impl Platform {
    pub fn of(window: &WindowContext, requests: &Requests) -> Option<Self> {
        Some(Self {
            requests: requests.clone(),
            probe: Probe::default(),
            adapter: None,
            is_focused: false,
            window: x11::id(window),
            screen: None,
            place: None,
        })
    }

    /// Before a frame.
    pub fn update(&mut self, is_focused: bool) {
        let Some(adapter) = &mut self.adapter else {
            let requests = self.requests.clone();
            if self.probe.is_on(move || requests.wake()) {
                crate::pin_library::pin_self();
                let requests = || self.requests.clone();
                let mut adapter = Adapter::new(requests(), requests(), requests());
                adapter.update_window_focus_state(is_focused);
                self.is_focused = is_focused;
                self.adapter = Some(adapter);
                self.screen = self.window.and_then(Screen::of);
            }
            return;
        };
        if is_focused != self.is_focused {
            self.is_focused = is_focused;
            adapter.update_window_focus_state(is_focused);
        }
    }

    /// After a frame.
    pub fn show(&mut self, update: TreeUpdate) {
        let Some(adapter) = &mut self.adapter else {
            return;
        };
        let place = self.screen.as_ref().and_then(Screen::place);
        if let Some([x, y, width, height]) = place.filter(|_| place != self.place) {
            let rect = Rect::new(x, y, x + width, y + height);
            adapter.set_root_window_bounds(rect, rect);
            self.place = place;
        }
        adapter.update_if_active(|| update);
    }
}
