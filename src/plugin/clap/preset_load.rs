//! Loads a preset that a host has found in the [list](super::discovery): CLAP's extension for it. Host's main thread.
//!
//! What is loaded is what a state of the preset would load, by the same way, so that it counts as one change. How the
//! window looks, and whether the impulse is embedded, stays as the project has it.

#![allow(unsafe_code)]

use super::location::{Location, Refusal, text};
use crate::editor::panic_guard;
use crate::files;
use crate::plugin::workarounds::clap::Shell;
use crate::state::{Preset, Project, factory_presets};
use clap_sys::ext::preset_load::{
    CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT, clap_host_preset_load,
    clap_plugin_preset_load,
};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_host_state};
use clap_sys::factory::preset_discovery::clap_preset_discovery_location_kind;
use clap_sys::plugin::clap_plugin;
use nice_plug::params::persist::PersistentField;
use std::ffi::{CStr, c_char, c_void};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// The largest file, bytes: the framework takes no larger state.
const MOST_BYTES: u64 = 256 << 20;

/// How long reading a file may take, also where it advances: the host's main thread waits.
const PATIENCE: Duration = Duration::from_secs(10);

static PRESET_LOAD: clap_plugin_preset_load = clap_plugin_preset_load {
    from_location: Some(from_location),
};

/// The extension of this name, if it is this one.
pub fn extension(name: &CStr) -> Option<*const c_void> {
    let names = [CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT];
    names
        .contains(&name)
        .then_some((&raw const PRESET_LOAD).cast())
}

unsafe extern "C" fn from_location(
    plugin: *const clap_plugin,
    kind: clap_preset_discovery_location_kind,
    location: *const c_char,
    load_key: *const c_char,
) -> bool {
    // SAFETY: the host's pointer.
    let Some(shell) = (unsafe { Shell::of(plugin) }) else {
        return false;
    };
    let internal = Err(Refusal::internal());
    let loaded = panic_guard::catch_or("loading a preset", internal, || {
        // SAFETY: the host's texts, each null or valid.
        let (location, key) = unsafe { (Location::new(kind, location)?, text(load_key)) };
        apply(shell, preset(&location, key)?)?;
        Ok(location)
    });
    // SAFETY: the tables that a host gives for these names are of these types; the texts are its own, and the message
    // outlives the call.
    unsafe {
        let names = [CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT];
        let host = shell.host_extension::<clap_host_preset_load>(&names);
        match &loaded {
            Ok(place) => {
                let state = shell.host_extension::<clap_host_state>(&[CLAP_EXT_STATE]);
                // The host knows the values; the impulse is no parameter.
                if let Some(mark_dirty) = state.and_then(|state| state.mark_dirty) {
                    mark_dirty(shell.host());
                }
                // A file is no container, so there is no key.
                let key = match place {
                    Location::Plugin => load_key,
                    Location::File(_) => std::ptr::null(),
                };
                if let Some(tell) = host.and_then(|host| host.loaded) {
                    tell(shell.host(), kind, location, key);
                }
            }
            Err(Refusal { os_error, message }) => {
                if let Some(tell) = host.and_then(|host| host.on_error) {
                    let message = message.as_ptr();
                    tell(shell.host(), kind, location, load_key, *os_error, message);
                }
            }
        }
    }
    loaded.is_ok()
}

/// The preset at a location.
fn preset(location: &Location, key: Option<&CStr>) -> Result<Preset, Refusal> {
    match location {
        Location::Plugin => {
            let key = key.ok_or_else(|| Refusal::of("a preset", &"none is named"))?;
            let name = key.to_string_lossy();
            let mut all = factory_presets().iter();
            let factory = all.find(|preset| preset.name == name);
            let factory = factory
                .ok_or_else(|| Refusal::of(&name, &"there is no such preset in the plug-in"))?;
            Ok(factory.preset())
        }
        Location::File(path) => read(path).map_err(|error| Refusal::of_file(path, &error)),
    }
}

/// The preset in a file of either format: its first bytes tell which.
fn read(path: &Path) -> io::Result<Preset> {
    let begin = Instant::now();
    let bytes = files::read(path, MOST_BYTES, &|| begin.elapsed() > PATIENCE)?;
    let preset = match bytes.starts_with(b"VST3") {
        true => Preset::from_vstpreset(&bytes),
        false => Preset::from_clapstate(&bytes),
    };
    preset.map_err(io::Error::other)
}

/// Loads the preset into an instance.
fn apply(shell: &Shell, mut preset: Preset) -> Result<(), Refusal> {
    let read = |saved: &serde_json::Value| serde_json::from_value::<Project>(saved.clone());
    if let Ok(now) = shell.params().project.map(read) {
        preset.project.view = now.view;
        preset.project.embed |= now.embed;
        // Without a list of its own it leaves the project's, and what counts in it.
        if preset.project.choices.is_empty() {
            preset.project.choices = now.choices;
            if let Some(pick) = shell.params().plain_values().get("pick") {
                preset.set("pick", pick);
            }
        }
    }
    match shell.load_state(&preset.to_clapstate()) {
        true => Ok(()),
        false => Err(Refusal::internal()),
    }
}
