//! The ports as hosts see them: those of the framework, and the sidechain after the main input. Host's main thread, but for
//! the activation, which may come on the audio thread.
//!
//! A part of what works around the framework in [`sidechain`](crate::plugin::workarounds::sidechain), and goes with it.
//!
//! CLAP has no word for a port that is inactive at first. A host that knows the extension for it switches the port off while
//! nothing is connected; one that does not gives silence, or no buffer.

#![allow(unsafe_code)]

use super::{INNER, Shell, shell};
use crate::plugin::workarounds::sidechain::{CHANNELS, NAME};
use clap_sys::ext::audio_ports::{CLAP_PORT_STEREO, clap_audio_port_info, clap_plugin_audio_ports};
use clap_sys::ext::audio_ports_activation::{
    CLAP_EXT_AUDIO_PORTS_ACTIVATION, CLAP_EXT_AUDIO_PORTS_ACTIVATION_COMPAT,
    clap_plugin_audio_ports_activation,
};
use clap_sys::ext::audio_ports_config::clap_audio_ports_config;
use clap_sys::id::{CLAP_INVALID_ID, clap_id};
use clap_sys::plugin::clap_plugin;
use std::ffi::{CStr, c_char, c_void};
use std::sync::atomic::Ordering;

/// The number of the port. The framework's have 0 and 1.
const ID: clap_id = 2;

/// Its place among the inputs.
const INDEX: u32 = 1;

/// The ports as hosts see them.
pub const PORTS: clap_plugin_audio_ports = clap_plugin_audio_ports {
    count: Some(count),
    get: Some(get),
};

static ACTIVATION: clap_plugin_audio_ports_activation = clap_plugin_audio_ports_activation {
    can_activate_while_processing: Some(can_activate_while_processing),
    set_active: Some(set_active),
};

/// The extension of this name, if it is the one by which hosts switch ports.
pub fn activation(name: &CStr) -> Option<*const c_void> {
    let names = [
        CLAP_EXT_AUDIO_PORTS_ACTIVATION,
        CLAP_EXT_AUDIO_PORTS_ACTIVATION_COMPAT,
    ];
    (names.contains(&name)).then_some((&raw const ACTIVATION).cast())
}

impl Shell {
    fn inner_ports(&self) -> Option<&clap_plugin_audio_ports> {
        self.extensions.ports.as_ref().map(|ports| &ports[INNER])
    }
}

unsafe extern "C" fn count(plugin: *const clap_plugin, is_input: bool) -> u32 {
    // SAFETY: the host's pointer, and the framework's function.
    unsafe {
        let inner = shell(plugin).and_then(Shell::inner_ports);
        let own = inner.and_then(|ports| ports.count);
        own.map_or(0, |count| count(plugin, is_input) + u32::from(is_input))
    }
}

unsafe extern "C" fn get(
    plugin: *const clap_plugin,
    index: u32,
    is_input: bool,
    place: *mut clap_audio_port_info,
) -> bool {
    // SAFETY: the host's pointers; the place is null or may be written to.
    unsafe {
        let Some(inner) = shell(plugin).and_then(Shell::inner_ports) else {
            return false;
        };
        if place.is_null() {
            return false;
        }
        if is_input && index == INDEX {
            place.write(clap_audio_port_info {
                id: ID,
                name: name(),
                flags: 0,
                channel_count: CHANNELS,
                port_type: CLAP_PORT_STEREO.as_ptr(),
                in_place_pair: CLAP_INVALID_ID,
            });
            return true;
        }
        match (inner.count, inner.get) {
            (Some(count), Some(get)) if index < count(plugin, is_input) => {
                get(plugin, index, is_input, place)
            }
            _ => false,
        }
    }
}

/// The name with the zeroes that follow it.
fn name<const ROOM: usize>() -> [c_char; ROOM] {
    let mut letters = [0; ROOM];
    for (to, from) in letters.iter_mut().zip(NAME.bytes()) {
        *to = from as c_char;
    }
    letters
}

/// A layout has one more input than the framework says.
pub unsafe extern "C" fn layout(
    plugin: *const clap_plugin,
    index: u32,
    place: *mut clap_audio_ports_config,
) -> bool {
    // SAFETY: the host's pointers, and the framework's functions.
    unsafe {
        let layouts = shell(plugin).and_then(|shell| shell.extensions.layouts.as_ref());
        let Some([inner, _]) = layouts else {
            return false;
        };
        let (Some(count), Some(get)) = (inner.count, inner.get) else {
            return false;
        };
        if place.is_null() || index >= count(plugin) || !get(plugin, index, place) {
            return false;
        }
        (*place).input_port_count += 1;
        true
    }
}

unsafe extern "C" fn can_activate_while_processing(_plugin: *const clap_plugin) -> bool {
    true
}

unsafe extern "C" fn set_active(
    plugin: *const clap_plugin,
    is_input: bool,
    index: u32,
    is_active: bool,
    _sample_size: u32,
) -> bool {
    // SAFETY: the host's pointer.
    let Some(shell) = (unsafe { shell(plugin) }) else {
        return false;
    };
    match (is_input, index) {
        (true, INDEX) => {
            // ORDERING: Relaxed, a switch that nothing else depends on.
            shell.has_sidechain.store(is_active, Ordering::Relaxed);
            true
        }
        // Without its main ports there is nothing to do: what is not connected is silent, or goes nowhere.
        (_, 0) => true,
        _ => false,
    }
}
