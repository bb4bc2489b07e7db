//! The CLAP entry point and the factories. Host's main thread; that of presets, any thread.
//!
//! The framework has a macro for these, but its instances would be the framework's own; ours are
//! [`Shell`]s around them. The framework's CLAP side sends nothing from the audio thread to a thread
//! of its own, so it needs no [guard](super::workarounds::background_thread).
//!
//! | file | idea |
//! |---|---|
//! | `discovery` | the factory by which hosts list presets |
//! | `description` | what a host is told of one |
//! | `preset_load` | the extension by which an instance loads one |
//! | `location` | where one is, in the words of CLAP |

#![allow(unsafe_code)]

mod description;
mod discovery;
mod location;
mod preset_load;

use super::Anteroom;
use super::workarounds::clap::Shell;
use clap_sys::entry::clap_plugin_entry;
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use clap_sys::version::CLAP_VERSION;
use nice_plug::wrapper::clap::PluginDescriptor;
use std::ffi::{CStr, c_char, c_void};
use std::sync::OnceLock;

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(get_plugin_count),
    get_plugin_descriptor: Some(get_plugin_descriptor),
    create_plugin: Some(create_plugin),
};

/// What the one plug-in in here says of itself.
fn descriptor() -> &'static PluginDescriptor {
    static DESCRIPTOR: OnceLock<PluginDescriptor> = OnceLock::new();
    DESCRIPTOR.get_or_init(PluginDescriptor::for_plugin::<Anteroom>)
}

unsafe extern "C" fn get_plugin_count(_factory: *const clap_plugin_factory) -> u32 {
    1
}

unsafe extern "C" fn get_plugin_descriptor(
    _factory: *const clap_plugin_factory,
    index: u32,
) -> *const clap_plugin_descriptor {
    match index {
        0 => descriptor().clap_plugin_descriptor(),
        _ => std::ptr::null(),
    }
}

unsafe extern "C" fn create_plugin(
    _factory: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    if host.is_null() || id.is_null() {
        return std::ptr::null();
    }
    // SAFETY: neither is null, so the host gives a text and itself.
    unsafe {
        if CStr::from_ptr(id) != descriptor().clap_id() {
            return std::ptr::null();
        }
        Shell::make(host, preset_load::extension)
    }
}

unsafe extern "C" fn init(_path: *const c_char) -> bool {
    nice_plug::wrapper::setup_logger::<Anteroom>();
    true
}

unsafe extern "C" fn deinit() {}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    // SAFETY: null or a text.
    let Some(name) = (unsafe { location::text(id) }) else {
        return std::ptr::null();
    };
    match name == CLAP_PLUGIN_FACTORY_ID {
        true => (&raw const FACTORY).cast(),
        false => discovery::factory(name).unwrap_or(std::ptr::null()),
    }
}

/// The CLAP entry point.
#[unsafe(no_mangle)]
#[used]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};
