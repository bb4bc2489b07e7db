//! Wrong calls about the window, and calls from within its own.

use super::super::raw::{API, Raw};
use super::super::screen;

#[test]
fn a_host_without_windows_gets_none_and_wrong_calls_are_refused() {
    let raw = Raw::new();
    for api in [std::ptr::null(), c"lost".as_ptr(), API.as_ptr()] {
        assert!(!raw.create_window(api));
        raw.call_window();
        raw.destroy_window();
    }
}

#[test]
fn a_window_may_be_destroyed_from_within_its_own_calls() {
    if screen::role().is_none() {
        let name = "misuse::window::a_window_may_be_destroyed_from_within_its_own_calls";
        return screen::in_processes(name, "within", 1);
    }
    let raw = Raw::with_windows();
    for _ in 0..3 {
        assert!(raw.create_window(API.as_ptr()));
        assert!(!raw.create_window(API.as_ptr()), "there is one already");
        raw.call_window();
        raw.destroy_window();
        raw.destroy_window();
        raw.call_window();
    }
}
