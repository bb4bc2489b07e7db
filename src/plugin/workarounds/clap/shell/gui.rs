//! The window's C functions. Host's main thread.
//!
//! Works around nice-plug 0.4.2 (`wrapper/clap/wrapper.rs`, `ext_gui_*`). Reproduced by `tests/clap_host/raw/window.rs`. May go
//! when those functions refuse instead of panicking.
//!
//! The framework's functions panic where a host breaks the contract, and a panic in a C function ends the process. Its
//! own are called only where they can not:
//!
//! | a host's fault | what becomes of it |
//! |---|---|
//! | null for a text, a size or a window | refused |
//! | a window is wanted, but the host says that it has none | refused |
//! | a scale that is none | refused |
//! | `destroy` within another call of the window's, as from `request_resize` | done when that call has ended |
//! | any call within `destroy`, as from `closed` | refused |

use super::{INNER, shell};
use clap_sys::ext::gui::{
    CLAP_EXT_GUI, CLAP_WINDOW_API_COCOA, CLAP_WINDOW_API_WIN32, CLAP_WINDOW_API_X11,
    clap_gui_resize_hints, clap_plugin_gui, clap_window,
};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use std::cell::Cell;
use std::ffi::{CStr, c_char};

/// Scales that a window can have.
const SCALES: std::ops::RangeInclusive<f64> = 0.25..=16.0;

/// What is known of the calls about the window. Main thread.
#[derive(Debug, Default)]
pub struct Window {
    /// Whether the host had a window for plug-ins when it initialised this one.
    possible: Cell<bool>,
    /// Calls that have not returned.
    calls: Cell<u32>,
    /// Whether one of them is `destroy`.
    destroying: Cell<bool>,
    /// Whether `destroy` is due when they have returned.
    destroy_later: Cell<bool>,
}

impl Window {
    /// Looks whether the host can have windows. The framework looks at the same time, and believes it for good.
    ///
    /// # Safety
    /// The host is valid.
    pub unsafe fn look(&self, host: *const clap_host) {
        // SAFETY: the caller's promise.
        let gui = unsafe {
            let get = (*host).get_extension;
            get.map_or(std::ptr::null(), |get| get(host, CLAP_EXT_GUI.as_ptr()))
        };
        self.possible.set(!gui.is_null());
    }
}

/// The framework's table with functions that refuse what would end the process.
pub fn guarded(gui: clap_plugin_gui) -> clap_plugin_gui {
    clap_plugin_gui {
        is_api_supported: Some(is_api_supported),
        create: Some(create),
        destroy: Some(destroy),
        set_scale: Some(set_scale),
        get_size: Some(get_size),
        can_resize: Some(can_resize),
        get_resize_hints: Some(get_resize_hints),
        adjust_size: Some(adjust_size),
        set_size: Some(set_size),
        set_parent: Some(set_parent),
        show: Some(show),
        hide: Some(hide),
        ..gui
    }
}

/// Runs a call of the framework's, unless the window is being destroyed.
///
/// # Safety
/// As [`shell`]; `call` is given the framework's functions, which are for this pointer.
unsafe fn within(
    plugin: *const clap_plugin,
    call: impl FnOnce(&clap_plugin_gui) -> Option<bool>,
) -> bool {
    // SAFETY: the caller's promise.
    let Some(shell) = (unsafe { shell(plugin) }) else {
        return false;
    };
    let Some(gui) = &shell.extensions.gui else {
        return false;
    };
    let window = &shell.window;
    if window.destroying.get() {
        return false;
    }
    window.calls.set(window.calls.get() + 1);
    let answer = call(&gui[INNER]);
    window.calls.set(window.calls.get() - 1);
    if window.calls.get() == 0 && window.destroy_later.take() {
        // SAFETY: the caller's promise.
        unsafe { destroy(plugin) };
    }
    answer == Some(true)
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer, and the framework's function for it.
    unsafe {
        let Some(shell) = shell(plugin) else { return };
        let window = &shell.window;
        if window.destroying.get() {
            return;
        }
        if window.calls.get() > 0 {
            window.destroy_later.set(true);
            return;
        }
        window.destroying.set(true);
        if let Some(gui) = &shell.extensions.gui
            && let Some(destroy) = gui[INNER].destroy
        {
            destroy(plugin);
        }
        window.destroying.set(false);
    }
}

/// Functions that pass a call on to the framework's, if what the host gives is what it should be.
macro_rules! pass_on {
    ($($name:ident($($arg:ident: $type:ty),*) if $sound:expr;)*) => {$(
        unsafe extern "C" fn $name(plugin: *const clap_plugin, $($arg: $type),*) -> bool {
            // SAFETY: the host's pointers, and the framework's function for them.
            unsafe { $sound && within(plugin, |gui| Some(gui.$name?(plugin, $($arg),*))) }
        }
    )*};
}

pass_on! {
    is_api_supported(api: *const c_char, is_floating: bool) if !api.is_null();
    set_scale(scale: f64) if SCALES.contains(&scale);
    get_size(width: *mut u32, height: *mut u32) if !width.is_null() && !height.is_null();
    can_resize() if true;
    get_resize_hints(hints: *mut clap_gui_resize_hints) if !hints.is_null();
    adjust_size(width: *mut u32, height: *mut u32) if !width.is_null() && !height.is_null();
    set_size(width: u32, height: u32) if true;
    show() if true;
    hide() if true;
}

unsafe extern "C" fn create(
    plugin: *const clap_plugin,
    api: *const c_char,
    is_floating: bool,
) -> bool {
    // SAFETY: the host's pointers, and the framework's function for them.
    unsafe {
        !api.is_null()
            && shell(plugin).is_some_and(|shell| shell.window.possible.get())
            && within(plugin, |gui| Some(gui.create?(plugin, api, is_floating)))
    }
}

unsafe extern "C" fn set_parent(plugin: *const clap_plugin, parent: *const clap_window) -> bool {
    // SAFETY: the host's pointers: a window that is not null says of which kind it is, by a text.
    unsafe {
        let Some(window) = parent.as_ref() else {
            return false;
        };
        if window.api.is_null() {
            return false;
        }
        let api = CStr::from_ptr(window.api);
        let is_there = if api == CLAP_WINDOW_API_X11 {
            cfg!(all(unix, not(target_os = "macos"))) && window.specific.x11 != 0
        } else if api == CLAP_WINDOW_API_COCOA {
            cfg!(target_os = "macos") && !window.specific.cocoa.is_null()
        } else if api == CLAP_WINDOW_API_WIN32 {
            cfg!(windows) && !window.specific.win32.is_null()
        } else {
            false
        };
        is_there && within(plugin, |gui| Some(gui.set_parent?(plugin, parent)))
    }
}
