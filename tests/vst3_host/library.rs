//! A VST3 library, loaded from its file and unloaded again.

#![allow(unsafe_code)]

use super::rig::Entry;
use std::ffi::{CStr, c_void};
use std::path::Path;

/// A loaded library that was entered as VST3 wants it.
pub struct Library(*mut c_void);

/// The names of the functions that a host calls first and last.
#[cfg(unix)]
const ENTER: &CStr = c"ModuleEntry";
#[cfg(unix)]
const LEAVE: &CStr = c"ModuleExit";
#[cfg(windows)]
const ENTER: &CStr = c"InitDll";
#[cfg(windows)]
const LEAVE: &CStr = c"ExitDll";

impl Library {
    pub fn load(file: &Path) -> Self {
        let library = system::load(file);
        assert!(!library.is_null(), "{} can be loaded", file.display());
        let library = Self(library);
        // SAFETY: the type is that of the entry point of this name; where it takes nothing, what it is given is not read.
        let enter: extern "system" fn(*mut c_void) -> bool =
            unsafe { std::mem::transmute(library.symbol(ENTER)) };
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
            let leave: extern "system" fn() -> bool = std::mem::transmute(self.symbol(LEAVE));
            assert!(leave());
            system::unload(self.0);
        }
    }

    /// Whether the library is mapped.
    pub fn is_loaded(file: &Path) -> bool {
        system::is_loaded(file)
    }

    fn symbol(&self, name: &CStr) -> *mut c_void {
        let found = system::symbol(self.0, name);
        assert!(!found.is_null(), "{name:?} is exported");
        found
    }
}

#[cfg(unix)]
mod system {
    use std::ffi::{CStr, CString, c_void};
    use std::path::Path;

    pub fn load(file: &Path) -> *mut c_void {
        // SAFETY: loads what cargo has built from this source.
        unsafe { libc::dlopen(name(file).as_ptr(), libc::RTLD_NOW) }
    }

    pub unsafe fn unload(library: *mut c_void) {
        // SAFETY: the caller's promise.
        unsafe { libc::dlclose(library) };
    }

    pub fn is_loaded(file: &Path) -> bool {
        // SAFETY: asks only.
        let found =
            unsafe { libc::dlopen(name(file).as_ptr(), libc::RTLD_NOW | libc::RTLD_NOLOAD) };
        !found.is_null()
    }

    pub fn symbol(library: *mut c_void, name: &CStr) -> *mut c_void {
        // SAFETY: the library is loaded.
        unsafe { libc::dlsym(library, name.as_ptr()) }
    }

    fn name(file: &Path) -> CString {
        CString::new(file.to_string_lossy().as_bytes()).expect("a path")
    }
}

#[cfg(windows)]
mod system {
    use std::ffi::{CStr, c_void};
    use std::os::windows::ffi::OsStrExt;
    use std::path::Path;

    use windows_sys::Win32::Foundation::FreeLibrary;
    use windows_sys::Win32::System::LibraryLoader::{
        GetModuleHandleW, GetProcAddress, LoadLibraryW,
    };

    pub fn load(file: &Path) -> *mut c_void {
        // SAFETY: loads what cargo has built from this source.
        unsafe { LoadLibraryW(name(file).as_ptr()) }
    }

    pub unsafe fn unload(library: *mut c_void) {
        // SAFETY: the caller's promise.
        unsafe { FreeLibrary(library) };
    }

    pub fn is_loaded(file: &Path) -> bool {
        // SAFETY: asks only.
        let found = unsafe { GetModuleHandleW(name(file).as_ptr()) };
        !found.is_null()
    }

    pub fn symbol(library: *mut c_void, name: &CStr) -> *mut c_void {
        // SAFETY: the library is loaded.
        let found = unsafe { GetProcAddress(library, name.as_ptr().cast()) };
        found.map_or(std::ptr::null_mut(), |found| found as *mut c_void)
    }

    fn name(file: &Path) -> Vec<u16> {
        file.as_os_str().encode_wide().chain([0]).collect()
    }
}
