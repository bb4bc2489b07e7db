//! The part of the host without manners that has windows: it calls back from within each call.

#![allow(unsafe_code)]

use super::{Asked, nothing};
use clap_sys::ext::gui::{
    CLAP_EXT_GUI, CLAP_WINDOW_API_WIN32, CLAP_WINDOW_API_X11, clap_host_gui, clap_plugin_gui,
    clap_window, clap_window_handle,
};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::Ordering;

/// This system's windows.
pub const API: &CStr = match cfg!(windows) {
    true => CLAP_WINDOW_API_WIN32,
    false => CLAP_WINDOW_API_X11,
};

/// A host that has windows, and calls back from each call.
static WINDOWS: clap_host_gui = clap_host_gui {
    resize_hints_changed: Some(nothing),
    request_resize: Some(resize_and_destroy),
    request_show: Some(no),
    request_hide: Some(no),
    closed: Some(closed),
};

unsafe extern "C" fn no(_: *const clap_host) -> bool {
    false
}
unsafe extern "C" fn resize_and_destroy(host: *const clap_host, width: u32, height: u32) -> bool {
    // SAFETY: the host's own data, and the instance's own functions.
    unsafe {
        let plugin = (*(*host).host_data.cast::<Asked>())
            .plugin
            .load(Ordering::Acquire);
        let gui = gui_of(plugin);
        gui.set_size.expect("a table")(plugin, width, height);
        gui.destroy.expect("a table")(plugin);
    }
    true
}
unsafe extern "C" fn closed(host: *const clap_host, _: bool) {
    // SAFETY: as above.
    unsafe {
        let asked = &*(*host).host_data.cast::<Asked>();
        asked.closed.fetch_add(1, Ordering::AcqRel);
        let plugin = asked.plugin.load(Ordering::Acquire);
        call_window(plugin);
        gui_of(plugin).destroy.expect("a table")(plugin);
    }
}

pub unsafe fn gui_of<'a>(plugin: *const clap_plugin) -> &'a clap_plugin_gui {
    // SAFETY: the caller gives an instance, whose table is of the type that belongs to the name.
    unsafe {
        let get = (*plugin).get_extension.expect("a table");
        &*get(plugin, CLAP_EXT_GUI.as_ptr()).cast()
    }
}

/// Each call about the window that is not `create` or `destroy`, once with nothing and once with something.
pub unsafe fn call_window(plugin: *const clap_plugin) {
    // SAFETY: the caller gives an instance; the places are null or ours.
    unsafe {
        let gui = gui_of(plugin);
        let null = std::ptr::null_mut();
        assert!(!gui.is_api_supported.expect("a table")(plugin, null, false));
        assert!(!gui.get_size.expect("a table")(
            plugin,
            null.cast(),
            null.cast()
        ));
        assert!(!gui.adjust_size.expect("a table")(
            plugin,
            null.cast(),
            null.cast()
        ));
        assert!(!gui.get_resize_hints.expect("a table")(plugin, null.cast()));
        assert!(!gui.set_parent.expect("a table")(plugin, null.cast()));
        for api in [std::ptr::null(), c"lost".as_ptr(), API.as_ptr()] {
            let window = clap_window {
                api,
                specific: clap_window_handle { ptr: null.cast() },
            };
            assert!(!gui.set_parent.expect("a table")(plugin, &raw const window));
        }
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert!(!gui.set_scale.expect("a table")(plugin, scale));
        }
        let (mut width, mut height) = (u32::MAX, 0);
        gui.adjust_size.expect("a table")(plugin, &raw mut width, &raw mut height);
        gui.get_size.expect("a table")(plugin, &raw mut width, &raw mut height);
        gui.can_resize.expect("a table")(plugin);
        gui.set_size.expect("a table")(plugin, 0, u32::MAX);
        gui.show.expect("a table")(plugin);
        gui.hide.expect("a table")(plugin);
    }
}

pub unsafe extern "C" fn windows(_: *const clap_host, name: *const c_char) -> *const c_void {
    // SAFETY: the plug-in gives a text.
    match unsafe { CStr::from_ptr(name) } == CLAP_EXT_GUI {
        true => (&raw const WINDOWS).cast(),
        false => std::ptr::null(),
    }
}
