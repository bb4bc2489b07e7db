//! The factory of presets: what a host lists in its browser, without an instance.
//!
//! The presets that come with the plug-in are in the plug-in itself, by their names; those of the user are
//! files in a folder, each of which the host asks about. The factory may be called from any thread, a provider
//! from one at a time. Files are accessed on threads of their own, which end with the last provider or instance.

#![allow(unsafe_code)]

use super::description::Description;
use super::location::{Location, Refusal, path_text};
use crate::editor::{panic_guard, user_preset_folder};
use crate::files;
use crate::pin_library;
use crate::state::factory_presets;
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_FACTORY_ID, CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT,
    CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
    CLAP_PRESET_DISCOVERY_LOCATION_FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
    clap_preset_discovery_factory, clap_preset_discovery_filetype, clap_preset_discovery_indexer,
    clap_preset_discovery_location, clap_preset_discovery_location_kind,
    clap_preset_discovery_metadata_receiver, clap_preset_discovery_provider,
    clap_preset_discovery_provider_descriptor,
};
use clap_sys::version::CLAP_VERSION;
use std::cell::OnceCell;
use std::ffi::{CStr, CString, c_char, c_void};
use std::time::{Duration, Instant};

/// How long one file may keep the host waiting, also where it advances.
const PATIENCE: Duration = Duration::from_secs(2);

static FACTORY: clap_preset_discovery_factory = clap_preset_discovery_factory {
    count: Some(count),
    get_descriptor: Some(get_descriptor),
    create: Some(create),
};

static DESCRIPTOR: clap_preset_discovery_provider_descriptor =
    clap_preset_discovery_provider_descriptor {
        clap_version: CLAP_VERSION,
        id: c"org.anteroom.anteroom.presets".as_ptr(),
        name: c"Anteroom's presets".as_ptr(),
        vendor: c"The Anteroom developers".as_ptr(),
    };

/// The factory of this name, if it is this one.
pub fn factory(name: &CStr) -> Option<*const c_void> {
    let names = [
        CLAP_PRESET_DISCOVERY_FACTORY_ID,
        CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT,
    ];
    names.contains(&name).then_some((&raw const FACTORY).cast())
}

/// What lists the presets. The host's pointer leads to the first field, and so to all of them.
#[repr(C)]
struct Provider {
    /// What the host sees.
    table: clap_preset_discovery_provider,
    indexer: *const clap_preset_discovery_indexer,
    /// The user's folder, as the host is told it; none if there is none.
    folder: OnceCell<Option<CString>>,
    /// Ends the threads that have read files.
    _readers: files::Guard,
}

unsafe extern "C" fn count(_factory: *const clap_preset_discovery_factory) -> u32 {
    1
}

unsafe extern "C" fn get_descriptor(
    _factory: *const clap_preset_discovery_factory,
    index: u32,
) -> *const clap_preset_discovery_provider_descriptor {
    match index {
        0 => &raw const DESCRIPTOR,
        _ => std::ptr::null(),
    }
}

unsafe extern "C" fn create(
    _factory: *const clap_preset_discovery_factory,
    indexer: *const clap_preset_discovery_indexer,
    id: *const c_char,
) -> *const clap_preset_discovery_provider {
    if indexer.is_null() || id.is_null() {
        return std::ptr::null();
    }
    // SAFETY: neither is null, so the host gives a text; and the descriptor's is one.
    if unsafe { CStr::from_ptr(id) != CStr::from_ptr(DESCRIPTOR.id) } {
        return std::ptr::null();
    }
    panic_guard::catch_or("making a list of presets", std::ptr::null(), || {
        files::on_stuck(pin_library::pin_self);
        let provider = Box::new(Provider {
            table: clap_preset_discovery_provider {
                desc: &raw const DESCRIPTOR,
                provider_data: std::ptr::null_mut(),
                init: Some(init),
                destroy: Some(destroy),
                get_metadata: Some(get_metadata),
                get_extension: Some(get_extension),
            },
            indexer,
            folder: OnceCell::new(),
            _readers: files::Guard::new(),
        });
        Box::into_raw(provider).cast_const().cast()
    })
}

/// The provider behind a host's pointer; null gives none.
///
/// # Safety
/// The pointer is null or one that [`create`] gave out, not yet destroyed.
unsafe fn provider<'a>(table: *const clap_preset_discovery_provider) -> Option<&'a Provider> {
    // SAFETY: the caller's promise; the table is the first field of the provider.
    unsafe { table.cast::<Provider>().as_ref() }
}

unsafe extern "C" fn init(table: *const clap_preset_discovery_provider) -> bool {
    // SAFETY: the host's pointer, and its indexer, which outlives the provider.
    let (provider, indexer) = unsafe {
        let Some(provider) = provider(table) else {
            return false;
        };
        (provider, &*provider.indexer)
    };
    panic_guard::catch_or("listing the places of presets", false, || {
        let kind = clap_preset_discovery_filetype {
            name: c"Anteroom preset".as_ptr(),
            description: c"A whole sound of Anteroom, as VST3 hosts keep it too".as_ptr(),
            file_extension: c"vstpreset".as_ptr(),
        };
        let inside = clap_preset_discovery_location {
            flags: CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT,
            name: c"Anteroom".as_ptr(),
            kind: CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
            location: std::ptr::null(),
        };
        let (Some(declare_type), Some(declare)) =
            (indexer.declare_filetype, indexer.declare_location)
        else {
            return false;
        };
        let folder = provider.folder.get_or_init(user_folder);
        // SAFETY: the host's functions for its own table; what they are given outlives the call, and all texts the
        // provider.
        unsafe {
            let mut all = declare_type(provider.indexer, &raw const kind);
            all &= declare(provider.indexer, &raw const inside);
            if let Some(folder) = folder {
                let user = clap_preset_discovery_location {
                    flags: CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
                    name: c"My Anteroom presets".as_ptr(),
                    kind: CLAP_PRESET_DISCOVERY_LOCATION_FILE,
                    location: folder.as_ptr(),
                };
                all &= declare(provider.indexer, &raw const user);
            }
            all
        }
    })
}

/// The folder of the user's presets. It is made if it is not there, as hosts look at such a list once and then watch
/// what is on it. None if it can not be had.
fn user_folder() -> Option<CString> {
    let folder = user_preset_folder().filter(|folder| folder.is_absolute())?;
    let begin = Instant::now();
    let owned = folder.clone();
    let late = || begin.elapsed() > PATIENCE;
    let made = files::run(&folder, &late, move |_| std::fs::create_dir_all(owned));
    made.ok().and_then(|()| path_text(&folder))
}

unsafe extern "C" fn destroy(table: *const clap_preset_discovery_provider) {
    if table.is_null() {
        return;
    }
    panic_guard::catch_or("ending a list of presets", (), || {
        // SAFETY: the host's pointer, which it gives up.
        drop(unsafe { Box::from_raw(table.cast_mut().cast::<Provider>()) });
    });
}

unsafe extern "C" fn get_extension(
    _table: *const clap_preset_discovery_provider,
    _name: *const c_char,
) -> *const c_void {
    std::ptr::null()
}

unsafe extern "C" fn get_metadata(
    table: *const clap_preset_discovery_provider,
    kind: clap_preset_discovery_location_kind,
    location: *const c_char,
    receiver: *const clap_preset_discovery_metadata_receiver,
) -> bool {
    // SAFETY: the host's pointers, null or valid.
    let Some(receiver) = (unsafe { provider(table).and(receiver.as_ref()) }) else {
        return false;
    };
    let internal = Err(Refusal::internal());
    let found = panic_guard::catch_or("reading about presets", internal, || {
        // SAFETY: the host's text, null or valid.
        match unsafe { Location::new(kind, location) }? {
            Location::Plugin => {
                let all = factory_presets().iter();
                Ok(all.map(Description::of_factory).collect())
            }
            Location::File(path) => match Description::of_file(&path, PATIENCE) {
                Ok(preset) => Ok(vec![preset]),
                Err(error) => Err(Refusal::of_file(&path, &error)),
            },
        }
    });
    match found {
        Ok(presets) => {
            for preset in &presets {
                // SAFETY: the host's receiver.
                if !unsafe { preset.tell(receiver) } {
                    break;
                }
            }
            true
        }
        Err(Refusal { os_error, message }) => {
            if let Some(tell) = receiver.on_error {
                // SAFETY: the host's function for its own table; the message outlives the call.
                unsafe { tell(receiver, os_error, message.as_ptr()) };
            }
            false
        }
    }
}
