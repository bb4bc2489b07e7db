//! A VST3 library, loaded from its file and unloaded again.

#![allow(unsafe_code)]

use super::rig::Entry;
use std::ffi::{CStr, CString, c_void};
use std::path::Path;

/// A loaded library that was entered as VST3 wants it.
pub struct Library(*mut c_void);

impl Library {
    pub fn load(file: &Path) -> Self {
        // SAFETY: loads what cargo has built from this source.
        let library = unsafe { libc::dlopen(name(file).as_ptr(), libc::RTLD_NOW) };
        assert!(!library.is_null(), "{} can be loaded", file.display());
        let library = Self(library);
        // SAFETY: the type is that of the entry point of this name.
        let enter: extern "C" fn(*mut c_void) -> bool =
            unsafe { std::mem::transmute(library.symbol(c"ModuleEntry")) };
        assert!(enter(library.0));
        library
    }

    pub fn entry(&self) -> Entry {
        // SAFETY: the type is that of the entry point of this name.
        unsafe { std::mem::transmute(self.symbol(c"GetPluginFactory")) }
    }

    pub fn unload(self) {
        // SAFETY: the type is that of the entry point of this name, and nothing that was got from
        // the library is used after it is closed.
        unsafe {
            let leave: extern "C" fn() -> bool = std::mem::transmute(self.symbol(c"ModuleExit"));
            assert!(leave());
            libc::dlclose(self.0);
        }
    }

    /// Whether the library is mapped.
    pub fn is_loaded(file: &Path) -> bool {
        // SAFETY: asks only.
        let found =
            unsafe { libc::dlopen(name(file).as_ptr(), libc::RTLD_NOW | libc::RTLD_NOLOAD) };
        !found.is_null()
    }

    fn symbol(&self, name: &CStr) -> *mut c_void {
        // SAFETY: the library is loaded.
        let found = unsafe { libc::dlsym(self.0, name.as_ptr()) };
        assert!(!found.is_null(), "{name:?} is exported");
        found
    }
}

fn name(file: &Path) -> CString {
    CString::new(file.to_string_lossy().as_bytes()).expect("a path")
}
