//! The CLAP instance that a host meets: the framework's, with a host's faults kept outside.
//!
//! Works around nice-plug 0.4.2. Each line was reproduced by a test of `tests/clap_host/misuse` or `validation.rs`, and may
//! go when the framework answers that call as the shell does.
//!
//! | call | what the framework does | what the shell does |
//! |---|---|---|
//! | `activate` | takes any rate and any block | refuses rates that are none, promises blocks it can keep |
//! | `start_processing` | forgets all sound | forgets it once after `activate`; `reset` is there to forget it |
//! | `process` | writes where events and channels tell it to | [gives it what it expects](super::process) |
//! | `process` | panics if nothing is active | silence, and an error |
//! | `flush` | panics at an event that is not there | reads the events itself, and wakes a host that sleeps |
//! | `select` | changes the layout under the audio thread | refuses while active |
//! | `get_info` | panics at an index one too high | refuses |
//! | `tail` | has none before the first block | asks the instance |
//! | `load` | nothing of it is heard while the host sleeps | asks the host to process |
//! | the ports | knows no [sidechain](sidechain) | has one more input |
//! | the window | panics at null, at a host without windows, at a call within a call | [refuses](gui) |
//!
//! Extensions that the framework does not have are given to [`Shell::make`].
//! All the rest are the framework's own functions: they find its instance in `plugin_data`, which the shell
//! has the same.
//!
//! `calls` has the C functions of the instance that are ours, `gui` those of its window, `sidechain` those of its ports.

#![allow(unsafe_code)]

mod calls;
mod gui;
mod sidechain;

use super::events::Events;
use super::process::Audio;
use crate::params::AnteroomParams;
use crate::plugin::Anteroom;
use crate::plugin::wake::Wake;
use crate::plugin::workarounds::handshake;
use clap_sys::ext::audio_ports::{
    CLAP_EXT_AUDIO_PORTS, clap_audio_port_info, clap_plugin_audio_ports,
};
use clap_sys::ext::audio_ports_config::{
    CLAP_EXT_AUDIO_PORTS_CONFIG, clap_plugin_audio_ports_config,
};
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_plugin_gui};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::host::clap_host;
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;
use nice_plug::params::Params;
use nice_plug::wrapper::clap::Wrapper;
use std::cell::UnsafeCell;
use std::ffi::{CStr, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long the main thread waits for a block to end.
const BLOCK_PATIENCE: Duration = Duration::from_secs(1);

/// One CLAP instance. The host's pointer leads to the first field, and so to all of them.
#[repr(C)]
pub struct Shell {
    /// What the host sees.
    plugin: clap_plugin,
    /// The framework's functions.
    inner: clap_plugin,
    extensions: Extensions,
    host: *const clap_host,
    /// Extensions that the framework does not have.
    own: OwnExtensions,
    /// What the instance tells about itself. Keeps the parameters alive.
    told: handshake::InstanceInfo,
    /// For whoever has changed `busy` from false to true.
    audio: UnsafeCell<Audio>,
    /// Whether a thread owns `audio`.
    busy: AtomicBool,
    active: AtomicBool,
    /// Whether the framework was told since `activate` that processing starts.
    started: AtomicBool,
    /// Whether the host has the sidechain's port active.
    has_sidechain: AtomicBool,
    window: gui::Window,
}

/// The table of an extension that is none of the framework's, by its name.
pub type OwnExtensions = fn(&CStr) -> Option<*const c_void>;

/// Extensions of the framework with some functions of ours; `None` where it has none.
#[derive(Default)]
struct Extensions {
    params: Option<[clap_plugin_params; 2]>,
    ports: Option<[clap_plugin_audio_ports; 2]>,
    layouts: Option<[clap_plugin_audio_ports_config; 2]>,
    state: Option<[clap_plugin_state; 2]>,
    gui: Option<[clap_plugin_gui; 2]>,
}

/// Which of the two of [`Extensions`]: the framework's, and the host's.
const INNER: usize = 0;
const OUTER: usize = 1;

/// Asks a host for a callback on its main thread, from any thread.
struct AskHost(*const clap_host);

// SAFETY: the function that is called through it may be called by every thread.
unsafe impl Send for AskHost {}

impl AskHost {
    fn ask(&self) {
        // SAFETY: the host outlives the instance, which takes this back before it goes.
        unsafe {
            if let Some(request) = (*self.0).request_callback {
                request(self.0);
            }
        }
    }
}

/// The shell behind a host's pointer; null gives none.
///
/// # Safety
/// The pointer is null or one that [`Shell::make`] gave out, not yet destroyed.
unsafe fn shell<'a>(plugin: *const clap_plugin) -> Option<&'a Shell> {
    // SAFETY: the caller's promise; the plug-in is the first field of the shell.
    unsafe { plugin.cast::<Shell>().as_ref() }
}

impl Shell {
    /// A new instance for a host, with extensions of its own; null if the host lacks what every host has. Main thread.
    ///
    /// # Safety
    /// `host` is a host, which outlives the instance.
    pub unsafe fn make(host: *const clap_host, own: OwnExtensions) -> *const clap_plugin {
        // SAFETY: the caller's promise.
        let complete = unsafe {
            let host = &*host;
            host.get_extension.is_some() && host.request_callback.is_some()
        };
        if !complete {
            return std::ptr::null();
        }
        // SAFETY: as above. The count that is given away comes back in `destroy`.
        let (wrapper, told) =
            handshake::attend(|| unsafe { Arc::into_raw(Wrapper::<Anteroom>::new(host)) });
        // SAFETY: the wrapper is there, and nobody else knows of it yet.
        let inner: clap_plugin = unsafe { *(*wrapper).clap_plugin.as_ptr() };
        let asker = AskHost(host);
        told.wake.set_host(Some(Box::new(move || asker.ask())));
        let mut shell = Box::new(Self {
            plugin: clap_plugin {
                init: Some(calls::init),
                destroy: Some(calls::destroy),
                activate: Some(calls::activate),
                deactivate: Some(calls::deactivate),
                start_processing: Some(calls::start_processing),
                stop_processing: Some(calls::stop_processing),
                reset: Some(calls::reset),
                process: Some(calls::process),
                get_extension: Some(calls::get_extension),
                on_main_thread: Some(calls::on_main_thread),
                ..inner
            },
            inner,
            extensions: Extensions::default(),
            host,
            own,
            told,
            audio: UnsafeCell::new(Audio::new(Events::new(Vec::new()))),
            busy: AtomicBool::new(false),
            active: AtomicBool::new(false),
            started: AtomicBool::new(false),
            // Ports are active until a host says otherwise.
            has_sidechain: AtomicBool::new(true),
            window: gui::Window::default(),
        });
        // SAFETY: the tables that the framework gives for these names are of these types.
        unsafe {
            shell.extensions = Extensions {
                params: shell.framework(CLAP_EXT_PARAMS).map(|params| {
                    let ours = clap_plugin_params {
                        get_info: Some(calls::param_info),
                        flush: Some(calls::flush),
                        ..params
                    };
                    [params, ours]
                }),
                ports: shell
                    .framework(CLAP_EXT_AUDIO_PORTS)
                    .map(|ports| [ports, sidechain::PORTS]),
                layouts: shell.framework(CLAP_EXT_AUDIO_PORTS_CONFIG).map(|layouts| {
                    let ours = clap_plugin_audio_ports_config {
                        get: Some(sidechain::layout),
                        select: Some(calls::select),
                        ..layouts
                    };
                    [layouts, ours]
                }),
                state: shell.framework(CLAP_EXT_STATE).map(|state| {
                    let ours = clap_plugin_state {
                        load: Some(calls::load),
                        ..state
                    };
                    [state, ours]
                }),
                gui: shell
                    .framework(CLAP_EXT_GUI)
                    .map(|gui| [gui, gui::guarded(gui)]),
            };
        }
        let events = Events::new(shell.table());
        shell.audio = UnsafeCell::new(Audio::new(events));
        Box::into_raw(shell).cast_const().cast()
    }

    /// The shell behind a host's pointer; null gives none.
    ///
    /// # Safety
    /// The pointer is null or one that [`Shell::make`] gave out, not yet destroyed.
    pub unsafe fn of<'a>(plugin: *const clap_plugin) -> Option<&'a Self> {
        // SAFETY: the caller's promise.
        unsafe { shell(plugin) }
    }

    /// The host.
    pub fn host(&self) -> *const clap_host {
        self.host
    }

    /// The parameters of the instance.
    pub fn params(&self) -> &AnteroomParams {
        &self.told.params
    }

    /// The host's table of an extension, by the first of its names that the host knows. Main thread, after `init`.
    ///
    /// # Safety
    /// `T` is the type of the extension.
    pub unsafe fn host_extension<T>(&self, names: &[&CStr]) -> Option<&T> {
        // SAFETY: the host outlives the instance; it has this function, and what that gives is null or of that type.
        unsafe {
            let get = (*self.host).get_extension?;
            let mut tables = names.iter().map(|name| get(self.host, name.as_ptr()));
            tables
                .find(|table| !table.is_null())
                .and_then(|table| table.cast::<T>().as_ref())
        }
    }

    /// Loads the bytes of a state, as a host does. Main thread.
    pub fn load_state(&self, bytes: &[u8]) -> bool {
        calls::load_bytes(self, bytes)
    }

    /// An extension as the framework has it.
    ///
    /// # Safety
    /// `T` is the type of the extension.
    unsafe fn framework<T: Copy>(&self, name: &CStr) -> Option<T> {
        let get = self.inner.get_extension?;
        // SAFETY: the framework's function, and what it gives is null or of that type.
        unsafe {
            get(&raw const self.plugin, name.as_ptr())
                .cast::<T>()
                .as_ref()
                .copied()
        }
    }

    /// The ids that hosts know parameters by. The framework lists the parameters in the order of the map.
    fn table(&self) -> Vec<(clap_id, nice_plug::prelude::ParamPtr)> {
        let params = (0..).zip(self.told.params.param_map());
        params
            .filter_map(|(index, (_, param, _))| Some((self.param_info(index)?.id, param)))
            .collect()
    }

    fn param_info(&self, index: u32) -> Option<clap_param_info> {
        let [params, _] = self.extensions.params?;
        let plugin = &raw const self.plugin;
        // SAFETY: the framework's functions; the index is below the count, and the place is ours, zeroes
        // being a value of plain data.
        unsafe {
            if index >= params.count?(plugin) {
                return None;
            }
            let mut info: clap_param_info = std::mem::zeroed();
            params.get_info?(plugin, index, &raw mut info).then_some(info)
        }
    }

    /// The channels of the main port in one direction.
    fn channels(&self, is_input: bool) -> usize {
        // SAFETY: the table that the framework gives for this name is of this type.
        let ports = unsafe { self.framework::<clap_plugin_audio_ports>(CLAP_EXT_AUDIO_PORTS) };
        let Some(get) = ports.and_then(|ports| ports.get) else {
            return 0;
        };
        // SAFETY: the place is ours, zeroes being a value of plain data.
        unsafe {
            let mut info: clap_audio_port_info = std::mem::zeroed();
            match get(&raw const self.plugin, 0, is_input, &raw mut info) {
                true => info.channel_count as usize,
                false => 0,
            }
        }
    }

    /// Uses what the audio thread owns, unless another thread does. Real-time.
    fn try_with_audio<R>(&self, use_it: impl FnOnce(&mut Audio) -> R) -> Option<R> {
        if self.busy.swap(true, Ordering::Acquire) {
            return None;
        }
        // SAFETY: this thread has set `busy`, so nobody else uses it until that is cleared.
        let result = use_it(unsafe { &mut *self.audio.get() });
        self.busy.store(false, Ordering::Release);
        Some(result)
    }

    /// The same on the main thread, which waits for the end of a block.
    fn with_audio<R>(&self, mut use_it: impl FnMut(&mut Audio) -> R) -> Option<R> {
        let begin = Instant::now();
        loop {
            if let Some(result) = self.try_with_audio(&mut use_it) {
                return Some(result);
            }
            if begin.elapsed() > BLOCK_PATIENCE {
                return None;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn wake(&self) -> &Wake {
        &self.told.wake
    }

    /// Asks the host to call `process`. Main thread.
    fn request_process(&self) {
        // SAFETY: the host outlives the instance.
        unsafe {
            if let Some(request) = (*self.host).request_process {
                request(self.host);
            }
        }
    }
}
