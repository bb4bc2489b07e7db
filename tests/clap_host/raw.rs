//! A CLAP host without manners: it calls the plug-in's own tables, with whatever it likes. The host library
//! that the other tests use would refuse most of that.

#![allow(unsafe_code)]

#[path = "raw/input.rs"]
mod input;
#[path = "raw/ports.rs"]
mod ports;
#[path = "raw/presets.rs"]
mod presets;
#[path = "raw/window.rs"]
mod window;

pub use input::{Events, block, port, transport};
pub use presets::{List, preset_factory};

use clap_sys::ext::audio_ports_config::{
    CLAP_EXT_AUDIO_PORTS_CONFIG, clap_plugin_audio_ports_config,
};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{clap_process, clap_process_status};
use clap_sys::stream::clap_istream;
use clap_sys::version::CLAP_VERSION;
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

pub use window::API;
use window::{call_window, gui_of, windows};

/// What the plug-in has asked for.
#[derive(Default)]
pub struct Asked {
    callbacks: AtomicUsize,
    processes: AtomicUsize,
    /// The instance, for a host that calls it from within its own functions.
    plugin: AtomicPtr<clap_plugin>,
    /// How often the host was told that the window is gone.
    closed: AtomicUsize,
    /// What it was told about presets.
    presets: presets::Told,
}

unsafe extern "C" fn no_extension(_: *const clap_host, _: *const c_char) -> *const c_void {
    std::ptr::null()
}
unsafe extern "C" fn nothing(_: *const clap_host) {}
unsafe extern "C" fn request_process(host: *const clap_host) {
    // SAFETY: the host's own data.
    let asked = unsafe { &*(*host).host_data.cast::<Asked>() };
    asked.processes.fetch_add(1, Ordering::AcqRel);
}
unsafe extern "C" fn request_callback(host: *const clap_host) {
    // SAFETY: as above.
    let asked = unsafe { &*(*host).host_data.cast::<Asked>() };
    asked.callbacks.fetch_add(1, Ordering::AcqRel);
}

/// One instance and its host. Every pointer that goes in is null or leads to what it says.
pub struct Raw {
    plugin: *const clap_plugin,
    // What the host's data leads to.
    asked: Box<Asked>,
    host: Box<clap_host>,
}

// SAFETY: the tests keep to no rule of which thread calls what but that of the two in question.
unsafe impl Send for Raw {}
// SAFETY: as above.
unsafe impl Sync for Raw {}

fn factory() -> &'static clap_plugin_factory {
    let entry = &anteroom::plugin::clap_entry;
    // SAFETY: the entry's own functions, and the table is of the type that belongs to the name.
    unsafe {
        assert!(entry.init.expect("an entry")(c"".as_ptr()));
        let get = entry.get_factory.expect("an entry");
        assert!(get(std::ptr::null()).is_null());
        assert!(get(c"something.else".as_ptr()).is_null());
        &*get(CLAP_PLUGIN_FACTORY_ID.as_ptr()).cast()
    }
}

/// Whether the factory makes an instance for a host that is null, or of a plug-in that is not in there.
pub fn makes_for_nobody() -> bool {
    let factory = factory();
    let create = factory.create_plugin.expect("a factory");
    let raw = Raw::new();
    // SAFETY: null is what is tested.
    unsafe {
        let mut dumb = *raw.host;
        dumb.get_extension = None;
        let id = c"org.anteroom.anteroom".as_ptr();
        let made = [
            create(factory, std::ptr::null(), id),
            create(factory, &raw const *raw.host, std::ptr::null()),
            create(factory, &raw const *raw.host, c"another".as_ptr()),
            create(factory, &raw const dumb, id),
        ];
        made.iter().any(|made| !made.is_null())
    }
}

impl Raw {
    pub fn new() -> Self {
        Self::with(no_extension)
    }

    /// An instance in a host that has windows.
    pub fn with_windows() -> Self {
        Self::with(windows)
    }

    fn with(
        extension: unsafe extern "C" fn(*const clap_host, *const c_char) -> *const c_void,
    ) -> Self {
        let asked = Box::<Asked>::default();
        let host = Box::new(clap_host {
            clap_version: CLAP_VERSION,
            host_data: (&raw const *asked).cast_mut().cast(),
            name: c"Raw".as_ptr(),
            vendor: c"Anteroom".as_ptr(),
            url: c"".as_ptr(),
            version: c"1".as_ptr(),
            get_extension: Some(extension),
            request_restart: Some(nothing),
            request_process: Some(request_process),
            request_callback: Some(request_callback),
        });
        let factory = factory();
        // SAFETY: the host outlives the instance.
        let plugin = unsafe {
            let create = factory.create_plugin.expect("a factory");
            let plugin = create(factory, &raw const *host, c"org.anteroom.anteroom".as_ptr());
            assert!((*plugin).init.expect("a table")(plugin));
            plugin
        };
        asked.plugin.store(plugin.cast_mut(), Ordering::Release);
        Self {
            plugin,
            asked,
            host,
        }
    }

    fn table(&self) -> &clap_plugin {
        // SAFETY: it lives as long as this.
        unsafe { &*self.plugin }
    }

    /// Opens a window without a parent, and says whether the plug-in agreed.
    pub fn create_window(&self, api: *const c_char) -> bool {
        // SAFETY: the instance's own functions; the text is null or one.
        unsafe { gui_of(self.plugin).create.expect("a table")(self.plugin, api, false) }
    }

    /// Every call about the window, right and wrong.
    pub fn call_window(&self) {
        // SAFETY: an instance.
        unsafe { call_window(self.plugin) };
    }

    pub fn destroy_window(&self) {
        // SAFETY: the instance's own functions.
        unsafe { gui_of(self.plugin).destroy.expect("a table")(self.plugin) };
    }

    pub fn activate(&self, rate: f64, least: u32, most: u32) -> bool {
        // SAFETY: the plug-in's own function.
        unsafe { self.table().activate.expect("a table")(self.plugin, rate, least, most) }
    }

    pub fn deactivate(&self) {
        // SAFETY: as above.
        unsafe { self.table().deactivate.expect("a table")(self.plugin) };
    }

    pub fn start(&self) -> bool {
        // SAFETY: as above.
        unsafe { self.table().start_processing.expect("a table")(self.plugin) }
    }

    pub fn stop(&self) {
        // SAFETY: as above.
        unsafe { self.table().stop_processing.expect("a table")(self.plugin) };
    }

    pub fn reset(&self) {
        // SAFETY: as above.
        unsafe { self.table().reset.expect("a table")(self.plugin) };
    }

    pub fn process(&self, block: *const clap_process) -> clap_process_status {
        // SAFETY: as above; the block is null or leads to what it says.
        unsafe { self.table().process.expect("a table")(self.plugin, block) }
    }

    /// What a host's main loop does, if it was asked to. Says whether it was.
    pub fn pump(&self) -> bool {
        let asked = self.asked.callbacks.swap(0, Ordering::AcqRel) > 0;
        if asked {
            // SAFETY: as above.
            unsafe { self.table().on_main_thread.expect("a table")(self.plugin) };
        }
        asked
    }

    /// How often it was asked to process since the last look.
    pub fn processes(&self) -> usize {
        self.asked.processes.swap(0, Ordering::AcqRel)
    }

    fn extension<T>(&self, name: &CStr) -> &T {
        // SAFETY: the callers name the type that belongs to the name.
        unsafe {
            let get = self.table().get_extension.expect("a table");
            &*get(self.plugin, name.as_ptr()).cast()
        }
    }

    pub fn tail(&self) -> u32 {
        let tail: &clap_plugin_tail = self.extension(CLAP_EXT_TAIL);
        // SAFETY: the plug-in's own function.
        unsafe { tail.get.expect("a table")(self.plugin) }
    }

    pub fn select(&self, layout: u32) -> bool {
        let layouts: &clap_plugin_audio_ports_config = self.extension(CLAP_EXT_AUDIO_PORTS_CONFIG);
        // SAFETY: the plug-in's own function.
        unsafe { layouts.select.expect("a table")(self.plugin, layout) }
    }

    fn params(&self) -> &clap_plugin_params {
        self.extension(CLAP_EXT_PARAMS)
    }

    pub fn count(&self) -> u32 {
        // SAFETY: the plug-in's own function.
        unsafe { self.params().count.expect("a table")(self.plugin) }
    }

    /// The id of the parameter at an index, if the plug-in describes one.
    pub fn id_at(&self, index: u32) -> Option<u32> {
        // SAFETY: the plug-in's own function, and a place of ours.
        unsafe {
            let get = self.params().get_info.expect("a table");
            assert!(!get(self.plugin, index, std::ptr::null_mut()));
            let mut info: clap_param_info = std::mem::zeroed();
            get(self.plugin, index, &raw mut info).then_some(info.id)
        }
    }

    /// The number of the parameter with this id.
    pub fn id(&self, id: &str) -> u32 {
        let place = anteroom::params::host_ids().position(|known| known == id);
        self.id_at(place.expect("a parameter") as u32)
            .expect("a parameter")
    }

    pub fn position(&self, control: &str) -> f64 {
        let mut value = 0.0;
        // SAFETY: the plug-in's own function, and a place of ours.
        unsafe {
            let get = self.params().get_value.expect("a table");
            assert!(get(self.plugin, self.id(control), &raw mut value));
        }
        value
    }

    pub fn flush(&self, events: &Events) {
        let list = events.list();
        // SAFETY: the plug-in's own function; the list outlives the call.
        unsafe {
            self.params().flush.expect("a table")(self.plugin, &raw const list, std::ptr::null());
        }
    }

    pub fn load(&self, bytes: &[u8]) -> bool {
        unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, room: u64) -> i64 {
            // SAFETY: the stream below, and room for so many bytes.
            unsafe {
                let left = &mut *(*stream).ctx.cast::<&[u8]>();
                let count = left.len().min(room as usize);
                std::ptr::copy_nonoverlapping(left.as_ptr(), to.cast(), count);
                *left = &left[count..];
                count as i64
            }
        }
        let mut left = bytes;
        let stream = clap_istream {
            ctx: (&raw mut left).cast(),
            read: Some(read),
        };
        let state: &clap_plugin_state = self.extension(CLAP_EXT_STATE);
        // SAFETY: the plug-in's own function; the stream outlives the call.
        unsafe {
            let load = state.load.expect("a table");
            assert!(!load(self.plugin, std::ptr::null()));
            load(self.plugin, &raw const stream)
        }
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: the plug-in's own function, the last that is called.
        unsafe { self.table().destroy.expect("a table")(self.plugin) };
    }
}
