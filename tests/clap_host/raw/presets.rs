//! The part of the host without manners that lists presets and loads them.

#![allow(unsafe_code)]

use super::{Asked, Raw};
use clap_sys::ext::preset_load::{
    CLAP_EXT_PRESET_LOAD, CLAP_EXT_PRESET_LOAD_COMPAT, clap_host_preset_load,
    clap_plugin_preset_load,
};
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_FACTORY_ID, CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT,
    clap_preset_discovery_factory, clap_preset_discovery_filetype, clap_preset_discovery_indexer,
    clap_preset_discovery_location, clap_preset_discovery_metadata_receiver,
    clap_preset_discovery_provider,
};
use clap_sys::host::clap_host;
use clap_sys::version::CLAP_VERSION;
use std::ffi::{CStr, c_char, c_void};
use std::sync::Mutex;

/// What a host was told about loading: whether it was loaded, and the reason if not.
pub type Told = Mutex<Vec<Result<(), String>>>;

static PRESETS: clap_host_preset_load = clap_host_preset_load {
    on_error: Some(on_error),
    loaded: Some(loaded),
};

unsafe fn told<'a>(host: *const clap_host) -> &'a Told {
    // SAFETY: the host's own data.
    unsafe { &(*(*host).host_data.cast::<Asked>()).presets }
}
unsafe extern "C" fn on_error(
    host: *const clap_host,
    _: u32,
    _: *const c_char,
    _: *const c_char,
    _: i32,
    message: *const c_char,
) {
    // SAFETY: the host's own data, and a text of the plug-in's.
    let (told, message) = unsafe { (told(host), CStr::from_ptr(message)) };
    let message = message.to_str().expect("UTF-8").to_owned();
    told.lock().expect("no panic").push(Err(message));
}
unsafe extern "C" fn loaded(host: *const clap_host, _: u32, _: *const c_char, _: *const c_char) {
    // SAFETY: the host's own data.
    unsafe { told(host) }.lock().expect("no panic").push(Ok(()));
}

/// A host that knows the extension by its older name only.
pub unsafe extern "C" fn presets(_: *const clap_host, name: *const c_char) -> *const c_void {
    // SAFETY: the plug-in gives a text.
    match unsafe { CStr::from_ptr(name) } == CLAP_EXT_PRESET_LOAD_COMPAT {
        true => (&raw const PRESETS).cast(),
        false => std::ptr::null(),
    }
}

impl Raw {
    /// An instance in a host that loads presets.
    pub fn with_presets() -> Self {
        Self::with(presets)
    }

    /// Loads a preset; says what the plug-in answered, and what it told the host.
    pub fn load_preset(
        &self,
        kind: u32,
        location: *const c_char,
        key: *const c_char,
    ) -> (bool, Vec<Result<(), String>>) {
        let table: &clap_plugin_preset_load = self.extension(CLAP_EXT_PRESET_LOAD);
        let older: &clap_plugin_preset_load = self.extension(CLAP_EXT_PRESET_LOAD_COMPAT);
        assert!(std::ptr::eq(table, older));
        let load = table.from_location.expect("a table");
        // SAFETY: the plug-in's own function; each text is null or one.
        let answer = unsafe {
            assert!(!load(std::ptr::null(), kind, location, key));
            load(self.plugin, kind, location, key)
        };
        let told = std::mem::take(&mut *self.asked.presets.lock().expect("no panic"));
        (answer, told)
    }
}

/// The factory of presets.
pub fn preset_factory() -> &'static clap_preset_discovery_factory {
    let entry = &anteroom::plugin::clap_entry;
    // SAFETY: the entry's own functions, and the tables are of the type that belongs to the names.
    unsafe {
        let get = entry.get_factory.expect("an entry");
        let names = [
            CLAP_PRESET_DISCOVERY_FACTORY_ID,
            CLAP_PRESET_DISCOVERY_FACTORY_ID_COMPAT,
        ];
        let [newer, older] = names.map(|name| get(name.as_ptr()));
        assert_eq!(newer, older);
        &*newer.cast()
    }
}

/// A list of presets, with an indexer that has functions or none. It is destroyed with this.
pub struct List {
    pub table: *const clap_preset_discovery_provider,
    _indexer: Box<clap_preset_discovery_indexer>,
}

impl List {
    pub fn new(takes: bool) -> Self {
        unsafe extern "C" fn kind(
            _: *const clap_preset_discovery_indexer,
            _: *const clap_preset_discovery_filetype,
        ) -> bool {
            true
        }
        unsafe extern "C" fn place(
            _: *const clap_preset_discovery_indexer,
            _: *const clap_preset_discovery_location,
        ) -> bool {
            true
        }
        let indexer = Box::new(clap_preset_discovery_indexer {
            clap_version: CLAP_VERSION,
            name: c"Raw".as_ptr(),
            vendor: std::ptr::null(),
            url: std::ptr::null(),
            version: std::ptr::null(),
            indexer_data: std::ptr::null_mut(),
            declare_filetype: takes.then_some(kind as _),
            declare_location: takes.then_some(place as _),
            declare_soundpack: None,
            get_extension: None,
        });
        let factory = preset_factory();
        // SAFETY: the factory's own functions; null is what is tested, and the indexer outlives the list.
        unsafe {
            let describe = factory.get_descriptor.expect("a factory");
            assert_eq!(factory.count.expect("a factory")(factory), 1);
            assert!(describe(factory, 1).is_null() && describe(factory, u32::MAX).is_null());
            let id = (*describe(factory, 0)).id;
            let create = factory.create.expect("a factory");
            assert!(create(factory, std::ptr::null(), id).is_null());
            assert!(create(factory, &raw const *indexer, std::ptr::null()).is_null());
            assert!(create(factory, &raw const *indexer, c"another".as_ptr()).is_null());
            let table = create(factory, &raw const *indexer, id);
            assert!(!table.is_null());
            let (init, destroy) = ((*table).init, (*table).destroy);
            assert!(!init.expect("a table")(std::ptr::null()));
            destroy.expect("a table")(std::ptr::null());
            let extension = (*table).get_extension.expect("a table");
            assert!(extension(table, std::ptr::null()).is_null());
            assert!(extension(table, c"lost".as_ptr()).is_null());
            Self {
                table,
                _indexer: indexer,
            }
        }
    }

    pub fn init(&self) -> bool {
        // SAFETY: the list's own function.
        unsafe { (*self.table).init.expect("a table")(self.table) }
    }

    /// Asks about a location with a receiver that takes so many presets, and says what was answered, how many began, and
    /// how many errors there were.
    pub fn ask(&self, kind: u32, location: *const c_char, most: usize) -> (bool, usize, usize) {
        unsafe extern "C" fn begin(
            receiver: *const clap_preset_discovery_metadata_receiver,
            _: *const c_char,
            _: *const c_char,
        ) -> bool {
            // SAFETY: the counts below.
            let counts = unsafe { &mut *(*receiver).receiver_data.cast::<[usize; 3]>() };
            counts[0] += 1;
            counts[0] < counts[2]
        }
        unsafe extern "C" fn on_error(
            receiver: *const clap_preset_discovery_metadata_receiver,
            _: i32,
            message: *const c_char,
        ) {
            // SAFETY: the counts below, and a text of the plug-in's.
            unsafe {
                assert!(!CStr::from_ptr(message).is_empty());
                (&mut *(*receiver).receiver_data.cast::<[usize; 3]>())[1] += 1;
            }
        }
        let mut counts = [0, 0, most];
        let mut receiver = clap_preset_discovery_metadata_receiver {
            receiver_data: (&raw mut counts).cast(),
            on_error: None,
            begin_preset: None,
            add_plugin_id: None,
            set_soundpack_id: None,
            set_flags: None,
            add_creator: None,
            set_description: None,
            set_timestamps: None,
            add_feature: None,
            add_extra_info: None,
        };
        // SAFETY: the list's own function; null is what is tested, and the receiver outlives the calls.
        let answer = unsafe {
            let ask = (*self.table).get_metadata.expect("a table");
            assert!(!ask(std::ptr::null(), kind, location, &raw const receiver));
            assert!(!ask(self.table, kind, location, std::ptr::null()));
            // A receiver without any function is told nothing.
            let nothing = ask(self.table, kind, location, &raw const receiver);
            receiver.begin_preset = Some(begin);
            receiver.on_error = Some(on_error);
            let answer = ask(self.table, kind, location, &raw const receiver);
            assert_eq!(answer, nothing);
            answer
        };
        (answer, counts[0], counts[1])
    }
}

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: the list's own function, the last that is called.
        unsafe { (*self.table).destroy.expect("a table")(self.table) };
    }
}
