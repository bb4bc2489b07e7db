//! The C functions of an instance that are ours. Each is called by the host, on the thread that CLAP names,
//! with the pointer that [`Shell::make`](super::Shell::make) gave out, or null.
//!
//! A part of the [shell](super), and goes with it.

#![allow(unsafe_code)]

use super::{INNER, OUTER, Shell, shell, sidechain};
use crate::plugin::workarounds::clap::ports;
use crate::plugin::workarounds::clap::process::{Audio, out_events};
use crate::plugin::workarounds::host_buffers::{MOST_FRAMES, is_rate};
use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::audio_ports::CLAP_EXT_AUDIO_PORTS;
use clap_sys::ext::audio_ports_config::CLAP_EXT_AUDIO_PORTS_CONFIG;
use clap_sys::ext::gui::CLAP_EXT_GUI;
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info};
use clap_sys::ext::state::CLAP_EXT_STATE;
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{
    CLAP_PROCESS_CONTINUE, CLAP_PROCESS_ERROR, clap_process, clap_process_status,
};
use clap_sys::stream::clap_istream;
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::Ordering;

static TAIL: clap_plugin_tail = clap_plugin_tail { get: Some(tail) };

pub unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    // SAFETY: the host's pointer, its own table, and the framework's function.
    unsafe {
        let Some(shell) = shell(plugin) else {
            return false;
        };
        shell.window.look(shell.host);
        shell.inner.init.is_some_and(|init| init(plugin))
    }
}

pub unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer, which it gives up.
    let Some(shell) = (unsafe { shell(plugin) }) else {
        return;
    };
    // Whoever is asking the host ends first.
    shell.wake().set_host(None);
    // SAFETY: the framework's function, which takes its own count back; then nothing leads to the shell.
    unsafe {
        if let Some(destroy) = shell.inner.destroy {
            destroy(plugin);
        }
        drop(Box::from_raw(plugin.cast_mut().cast::<Shell>()));
    }
}

pub unsafe extern "C" fn activate(
    plugin: *const clap_plugin,
    rate: f64,
    least: u32,
    most: u32,
) -> bool {
    // SAFETY: the host's pointer.
    let Some(shell) = (unsafe { shell(plugin) }) else {
        return false;
    };
    if !is_rate(rate) {
        return false;
    }
    let most = most.clamp(1, MOST_FRAMES);
    let least = least.clamp(1, most);
    let (inputs, outputs) = (shell.channels(true), shell.channels(false));
    let activated = shell.with_audio(|audio| {
        // SAFETY: the framework's function.
        let activated = shell
            .inner
            .activate
            .is_some_and(|activate| unsafe { activate(plugin, rate, least, most) });
        if activated {
            audio.stage.prepare(inputs, outputs, most);
            shell.started.store(false, Ordering::Relaxed);
            shell.wake().rise();
        }
        shell.active.store(activated, Ordering::Release);
        activated
    });
    activated == Some(true)
}

pub unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer.
    let Some(shell) = (unsafe { shell(plugin) }) else {
        return;
    };
    shell.active.store(false, Ordering::Release);
    shell.wake().rise();
    let end = || {
        // SAFETY: the framework's functions.
        unsafe {
            if shell.started.swap(false, Ordering::Relaxed)
                && let Some(stop) = shell.inner.stop_processing
            {
                stop(plugin);
            }
            if let Some(deactivate) = shell.inner.deactivate {
                deactivate(plugin);
            }
        }
    };
    // A block that does not end is the host's fault; the framework has a lock of its own.
    if shell.with_audio(|_| end()).is_none() {
        end();
    }
}

pub unsafe extern "C" fn start_processing(plugin: *const clap_plugin) -> bool {
    // SAFETY: the host's pointer.
    let Some(shell) = (unsafe { shell(plugin) }) else {
        return false;
    };
    if !shell.active.load(Ordering::Acquire) {
        return false;
    }
    if shell.started.swap(true, Ordering::Relaxed) {
        // The tail goes on.
        return true;
    }
    let start = shell.inner.start_processing;
    // SAFETY: the framework's function.
    start.is_some_and(|start| unsafe { start(plugin) })
}

/// A host that stops need not have done with the sound: the framework is told when it deactivates.
pub unsafe extern "C" fn stop_processing(_plugin: *const clap_plugin) {}

pub unsafe extern "C" fn reset(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer, and the framework's function.
    unsafe {
        let Some(shell) = shell(plugin) else { return };
        if let (true, Some(reset)) = (shell.active.load(Ordering::Acquire), shell.inner.reset) {
            shell.wake().rise();
            reset(plugin);
        }
    }
}

pub unsafe extern "C" fn process(
    plugin: *const clap_plugin,
    block: *const clap_process,
) -> clap_process_status {
    // SAFETY: the host's pointers, null or valid.
    let (Some(shell), Some(block)) = (unsafe { (shell(plugin), block.as_ref()) }) else {
        return CLAP_PROCESS_ERROR;
    };
    let status = shell.try_with_audio(|audio| {
        let Some(inner) = shell.inner.process else {
            return CLAP_PROCESS_ERROR;
        };
        // SAFETY: the block is the host's.
        unsafe {
            if !shell.active.load(Ordering::Acquire) {
                ports::silence(block);
                return CLAP_PROCESS_ERROR;
            }
            if block.frames_count == 0 {
                take_events(shell, audio, block.in_events, block.out_events);
                return CLAP_PROCESS_CONTINUE;
            }
            audio.has_sidechain = shell.has_sidechain.load(Ordering::Relaxed);
            audio.block(plugin, inner, block, &shell.told)
        }
    });
    // Two threads in `process` at once are a fault of the host's; the second is sent away.
    status.unwrap_or(CLAP_PROCESS_ERROR)
}

/// Applies a host's events outside of a block, and gives it the framework's.
///
/// # Safety
/// Both lists are null or valid.
unsafe fn take_events(
    shell: &Shell,
    audio: &mut Audio,
    ins: *const clap_input_events,
    outs: *const clap_output_events,
) {
    let params = &shell.told.params;
    let heard = || {
        let pressed = [params.next.value(), params.previous.value()];
        (params.plain_values(), pressed)
    };
    let before = heard();
    // SAFETY: the caller's promise, and the framework's function.
    unsafe {
        audio.events.read(ins, 0);
        audio.events.apply(0);
        if let Some([inner, _]) = &shell.extensions.params
            && let Some(flush) = inner.flush
        {
            // What was moved in the editor is set with the event that says so.
            flush(&raw const shell.plugin, std::ptr::null(), out_events(outs));
        }
    }
    if heard() != before {
        shell.wake().arrived_in_a_callback();
    }
}

pub unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    ins: *const clap_input_events,
    outs: *const clap_output_events,
) {
    // SAFETY: the host's pointers. A host that flushes while a block is processed breaks its word; what it
    // wanted to say is lost.
    unsafe {
        if let Some(shell) = shell(plugin) {
            shell.try_with_audio(|audio| take_events(shell, audio, ins, outs));
        }
    }
}

pub unsafe extern "C" fn param_info(
    plugin: *const clap_plugin,
    index: u32,
    place: *mut clap_param_info,
) -> bool {
    // SAFETY: the host's pointers; the place is null or may be written to.
    unsafe {
        let info = shell(plugin).and_then(|shell| shell.param_info(index));
        match info {
            Some(info) if !place.is_null() => {
                place.write(info);
                true
            }
            _ => false,
        }
    }
}

pub unsafe extern "C" fn select(plugin: *const clap_plugin, config: clap_id) -> bool {
    // SAFETY: the host's pointer, and the framework's function.
    unsafe {
        let Some(shell) = shell(plugin) else {
            return false;
        };
        let layouts = shell.extensions.layouts.as_ref();
        let inner = layouts.and_then(|layouts| layouts[INNER].select);
        !shell.active.load(Ordering::Acquire) && inner.is_some_and(|select| select(plugin, config))
    }
}

pub unsafe extern "C" fn tail(plugin: *const clap_plugin) -> u32 {
    // SAFETY: the host's pointer.
    let shell = unsafe { shell(plugin) };
    shell.map_or(0, |shell| shell.told.tail.load(Ordering::Relaxed))
}

pub unsafe extern "C" fn load(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    // SAFETY: the host's pointers, and the framework's function.
    unsafe {
        let Some(shell) = shell(plugin) else {
            return false;
        };
        let state = shell.extensions.state.as_ref();
        let inner = state.and_then(|state| state[INNER].load);
        let readable = stream.as_ref().is_some_and(|stream| stream.read.is_some());
        let loaded = readable && inner.is_some_and(|load| load(plugin, stream));
        if loaded && shell.wake().arrived_on_main() {
            shell.request_process();
        }
        loaded
    }
}

/// Loads the bytes of a state by the way of [`load`].
pub fn load_bytes(shell: &Shell, bytes: &[u8]) -> bool {
    unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, room: u64) -> i64 {
        // SAFETY: the stream below, and room for so many bytes.
        unsafe {
            let left = &mut *(*stream).ctx.cast::<&[u8]>();
            let count = left.len().min(usize::try_from(room).unwrap_or(usize::MAX));
            let (now, later) = left.split_at(count);
            std::ptr::copy_nonoverlapping(now.as_ptr(), to.cast(), count);
            *left = later;
            count as i64
        }
    }
    let mut left = bytes;
    let stream = clap_istream {
        ctx: (&raw mut left).cast(),
        read: Some(read),
    };
    // The host's pointer again: it leads to all of the shell.
    let plugin = std::ptr::from_ref(shell).cast();
    // SAFETY: an instance, and a stream that outlives the call.
    unsafe { load(plugin, &raw const stream) }
}

/// The host's table of an extension that the framework has.
fn outer<T>(tables: &Option<[T; 2]>) -> Option<*const c_void> {
    (tables.as_ref()).map(|tables| (&raw const tables[OUTER]).cast())
}

pub unsafe extern "C" fn get_extension(
    plugin: *const clap_plugin,
    id: *const c_char,
) -> *const c_void {
    // SAFETY: the host's pointers.
    let Some(shell) = (unsafe { shell(plugin) }) else {
        return std::ptr::null();
    };
    if id.is_null() {
        return std::ptr::null();
    }
    let extensions = &shell.extensions;
    // SAFETY: not null, so a text.
    let name = unsafe { CStr::from_ptr(id) };
    let ours = if name == CLAP_EXT_PARAMS {
        outer(&extensions.params)
    } else if name == CLAP_EXT_AUDIO_PORTS_CONFIG {
        outer(&extensions.layouts)
    } else if name == CLAP_EXT_AUDIO_PORTS {
        outer(&extensions.ports)
    } else if name == CLAP_EXT_STATE {
        outer(&extensions.state)
    } else if name == CLAP_EXT_GUI {
        outer(&extensions.gui)
    } else if name == CLAP_EXT_TAIL {
        Some((&raw const TAIL).cast())
    } else {
        sidechain::activation(name).or_else(|| (shell.own)(name))
    };
    ours.unwrap_or_else(|| match shell.inner.get_extension {
        // SAFETY: the framework's function.
        Some(get) => unsafe { get(plugin, id) },
        None => std::ptr::null(),
    })
}

pub unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer, and the framework's function.
    unsafe {
        let Some(shell) = shell(plugin) else { return };
        if let Some(inner) = shell.inner.on_main_thread {
            inner(plugin);
        }
        if shell.wake().take_wanted() {
            shell.request_process();
        }
    }
}
