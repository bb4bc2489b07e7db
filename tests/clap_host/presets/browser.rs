//! A host's browser of presets: it lists them without an instance, and loads them into one.

use super::super::rig::Rig;
use anteroom::state::{CLAP_ID, Preset, VENDOR};
use clack_extensions::params::{
    HostParams, HostParamsImplMainThread, HostParamsImplShared, ParamClearFlags, ParamRescanFlags,
};
use clack_extensions::preset_discovery::HostPresetLoadImpl;
use clack_extensions::preset_discovery::prelude::*;
use clack_extensions::state::{HostState, HostStateImpl, PluginState};
use clack_host::prelude::*;
use clack_host::utils::ClapId;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};

/// What the list is made of.
#[derive(Default)]
pub struct Places {
    pub endings: Vec<String>,
    /// Name, flags, and folder if it is one.
    pub locations: Vec<(String, Flags, Option<PathBuf>)>,
}

impl IndexerImpl for Places {
    fn declare_filetype(&mut self, kind: FileType) -> Result<(), HostError> {
        assert!(!kind.name.is_empty());
        self.endings
            .push(text(kind.file_extension.expect("an ending")));
        Ok(())
    }

    fn declare_location(&mut self, place: LocationInfo) -> Result<(), HostError> {
        let folder = place.location.file_path().map(|path| text(path).into());
        self.locations.push((text(place.name), place.flags, folder));
        Ok(())
    }

    fn declare_soundpack(&mut self, _: Soundpack) -> Result<(), HostError> {
        panic!("there are none")
    }
}

/// What is said of one preset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listed {
    pub name: String,
    pub key: Option<String>,
    pub plugins: Vec<String>,
    pub flags: Option<Flags>,
    pub creators: Vec<String>,
    pub about: String,
    pub features: Vec<String>,
    pub extra: Vec<(String, String)>,
}

#[derive(Default)]
pub struct Catalog {
    pub presets: Vec<Listed>,
    pub errors: Vec<String>,
}

impl Catalog {
    fn last(&mut self) -> &mut Listed {
        self.presets.last_mut().expect("a preset has begun")
    }
}

impl MetadataReceiverImpl for Catalog {
    fn on_error(&mut self, _: i32, message: Option<&CStr>) {
        self.errors.push(text(message.expect("a reason")));
    }
    fn begin_preset(&mut self, name: Option<&CStr>, key: Option<&CStr>) -> Result<(), HostError> {
        self.presets.push(Listed {
            name: text(name.expect("a name")),
            key: key.map(text),
            ..Listed::default()
        });
        Ok(())
    }
    fn add_plugin_id(&mut self, plugin: UniversalPluginId) {
        let id = format!("{} {}", text(plugin.abi), text(plugin.id));
        self.last().plugins.push(id);
    }
    fn set_soundpack_id(&mut self, _: &CStr) {
        panic!("there are none")
    }
    fn set_flags(&mut self, flags: Flags) {
        self.last().flags = Some(flags);
    }
    fn add_creator(&mut self, creator: &CStr) {
        self.last().creators.push(text(creator));
    }
    fn set_description(&mut self, about: &CStr) {
        self.last().about = text(about);
    }
    fn set_timestamps(&mut self, _: Option<Timestamp>, _: Option<Timestamp>) {}
    fn add_feature(&mut self, feature: &CStr) {
        self.last().features.push(text(feature));
    }
    fn add_extra_info(&mut self, key: &CStr, value: &CStr) {
        self.last().extra.push((text(key), text(value)));
    }
}

pub fn text(text: &CStr) -> String {
    text.to_str().expect("UTF-8").to_owned()
}

pub fn info() -> HostInfo {
    HostInfo::new("Anteroom tests", "Anteroom", "", "1").expect("plain text")
}

/// A list of presets, without an instance.
pub fn provider() -> Provider<Places> {
    let entry = Rig::entry();
    let factory: PresetDiscoveryFactory = entry.get_factory().expect("a factory of presets");
    assert_eq!(factory.provider_count(), 1);
    let descriptor = factory.get_provider_descriptor(0).expect("a descriptor");
    let id = descriptor.id().expect("an id");
    assert_eq!(descriptor.vendor().map(text).as_deref(), Some(VENDOR));
    let made = Provider::instantiate(Places::default(), &entry, id, &info());
    made.expect("a list of presets")
}

/// What is said of the preset, or the presets, at a location.
pub fn told(provider: &mut Provider<Places>, location: Location) -> Catalog {
    let mut catalog = Catalog::default();
    provider.get_metadata(location, &mut catalog);
    catalog
}

/// What the plug-in has told its host.
#[derive(Default)]
pub struct Told {
    pub loaded: RefCell<Vec<(Option<CString>, Option<CString>)>>,
    pub errors: RefCell<Vec<String>>,
    pub rescans: Cell<usize>,
    pub dirty: Cell<usize>,
}

impl MainThreadHandler<'_> for Told {}

impl HostPresetLoadImpl for Told {
    fn on_error(&self, _: Location, _: Option<&CStr>, _: i32, message: Option<&CStr>) {
        let message = message.expect("a reason").to_string_lossy();
        self.errors.borrow_mut().push(message.into_owned());
    }
    fn loaded(&self, location: Location, key: Option<&CStr>) {
        let path = location.file_path().map(CStr::to_owned);
        self.loaded
            .borrow_mut()
            .push((path, key.map(CStr::to_owned)));
    }
}

impl HostParamsImplMainThread for Told {
    fn rescan(&self, flags: ParamRescanFlags) {
        assert!(flags.contains(ParamRescanFlags::VALUES));
        self.rescans.set(self.rescans.get() + 1);
    }
    fn clear(&self, _: ClapId, _: ParamClearFlags) {}
}

impl HostStateImpl for Told {
    fn mark_dirty(&self) {
        self.dirty.set(self.dirty.get() + 1);
    }
}

#[derive(Default)]
pub struct Shared;

impl<'a> SharedHandler<'a> for Shared {
    fn request_restart(&self) {}
    fn request_process(&self) {}
    fn request_callback(&self) {}
}

impl HostParamsImplShared for Shared {
    fn request_flush(&self) {}
}

pub struct Browser;

impl HostHandlers for Browser {
    type Shared<'a> = Shared;
    type MainThread<'a> = Told;
    type AudioProcessor<'a> = ();

    fn declare_extensions(builder: &mut HostExtensions<Self>, _: &Self::Shared<'_>) {
        builder
            .register::<HostPresetLoad>()
            .register::<HostParams>()
            .register::<HostState>();
    }
}

pub fn instance() -> PluginInstance<Browser> {
    let id = CString::new(CLAP_ID).expect("plain text");
    let (entry, info) = (Rig::entry(), info());
    let made = PluginInstance::<Browser>::new(|()| Shared, |_| Told::default(), &entry, &id, &info);
    made.expect("an instance")
}

pub fn load(plugin: &mut PluginInstance<Browser>, location: Location, key: Option<&CStr>) -> bool {
    let handle = plugin.plugin_handle();
    let presets: PluginPresetLoad = handle.get_extension().expect("the extension");
    presets.load_from_location(&handle, location, key).is_ok()
}

pub fn saved(plugin: &mut PluginInstance<Browser>) -> Preset {
    let handle = plugin.plugin_handle();
    let states: PluginState = handle.get_extension().expect("state");
    let mut bytes = Vec::new();
    states.save(&handle, &mut bytes).expect("it is saved");
    Preset::from_clapstate(&bytes).expect("a state")
}

#[cfg(unix)]
pub fn path_text(path: &Path) -> CString {
    use std::os::unix::ffi::OsStrExt;
    CString::new(path.as_os_str().as_bytes()).expect("no zero")
}

#[cfg(not(unix))]
pub fn path_text(path: &Path) -> CString {
    CString::new(path.to_str().expect("UTF-8")).expect("no zero")
}
