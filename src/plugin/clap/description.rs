//! What a host is told of a preset: name, key, flags, who made it, what it is for, and words to find it by. Any thread,
//! not real-time.

#![allow(unsafe_code)]

use super::location::c_text;
use crate::files;
use crate::state::{CLAP_ID, FactoryPreset, Preset, VENDOR};
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
    clap_preset_discovery_metadata_receiver,
};
use clap_sys::universal_plugin_id::clap_universal_plugin_id;
use std::ffi::{CStr, CString};
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

/// What every preset is, in CLAP's own words.
const FEATURES: [&CStr; 2] = [c"audio-effect", c"reverb"];

/// One preset.
#[derive(Debug)]
pub struct Description {
    name: CString,
    /// By which it is found in the plug-in; a file needs none.
    key: Option<CString>,
    flags: u32,
    creator: Option<CString>,
    about: Option<CString>,
    tags: Vec<CString>,
    /// The group that it is listed in, and its room.
    extra: Vec<(&'static CStr, CString)>,
}

impl Description {
    /// Of a preset that comes with the plug-in. Its name is its key.
    pub fn of_factory(preset: &FactoryPreset) -> Self {
        Self {
            name: c_text(preset.name),
            key: Some(c_text(preset.name)),
            flags: CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT,
            creator: Some(c_text(VENDOR)),
            about: Some(c_text(preset.about)),
            tags: preset.tags.iter().map(|tag| c_text(tag)).collect(),
            extra: vec![
                (c"category", c_text(preset.category)),
                (c"room", c_text(preset.room)),
            ],
        }
    }

    /// Of a preset of the user's, whose file is named as it is. An impulse that it may carry is not read.
    ///
    /// # Errors
    /// When the file can not be read in time, or is no preset of this plug-in.
    pub fn of_file(path: &Path, patience: Duration) -> io::Result<Self> {
        let (begin, owned) = (Instant::now(), path.to_owned());
        let late = || begin.elapsed() > patience;
        let tags = files::run(files::folder_of(path), &late, move |_| {
            Preset::tags_of_own(&mut files::open_regular(&owned)?)
        })?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(Self {
            name: c_text(&name),
            key: None,
            flags: CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
            creator: None,
            about: None,
            tags: tags.iter().map(|tag| c_text(tag)).collect(),
            extra: Vec::new(),
        })
    }

    /// Tells a host. Says whether it wants to hear of more.
    ///
    /// # Safety
    /// The receiver is a host's, and its functions are for it.
    pub unsafe fn tell(&self, host: &clap_preset_discovery_metadata_receiver) -> bool {
        let id = c_text(CLAP_ID);
        let plugin = clap_universal_plugin_id {
            abi: c"clap".as_ptr(),
            id: id.as_ptr(),
        };
        let key = self.key.as_deref().map_or(std::ptr::null(), CStr::as_ptr);
        let tags = self.tags.iter().map(CString::as_c_str);
        // SAFETY: the caller's promise; all texts outlive the calls.
        unsafe {
            match host.begin_preset {
                Some(begin) if begin(host, self.name.as_ptr(), key) => {}
                _ => return false,
            }
            if let Some(add) = host.add_plugin_id {
                add(host, &raw const plugin);
            }
            if let Some(set) = host.set_flags {
                set(host, self.flags);
            }
            if let (Some(add), Some(creator)) = (host.add_creator, &self.creator) {
                add(host, creator.as_ptr());
            }
            if let (Some(set), Some(about)) = (host.set_description, &self.about) {
                set(host, about.as_ptr());
            }
            if let Some(add) = host.add_feature {
                FEATURES
                    .into_iter()
                    .chain(tags)
                    .for_each(|feature| add(host, feature.as_ptr()));
            }
            if let Some(add) = host.add_extra_info {
                for (key, value) in &self.extra {
                    add(host, key.as_ptr(), value.as_ptr());
                }
            }
        }
        true
    }
}
