//! Pins libraries: they stay mapped until the process ends, whoever unloads them. Any thread, not real-time.
//!
//! When a thread ends, the C library calls clean-up functions that other libraries have registered. If another thread
//! unmaps such a library at that moment, the thread jumps to an address that is gone, and the host crashes. Two libraries
//! need this: our own, whose threads may be in their last instructions when the host unloads it, and `libEGL`, which the
//! toolkit loads for each window and unloads with it.

#![allow(unsafe_code)]

#[cfg(all(unix, not(target_os = "macos")))]
#[cfg(feature = "plugin")]
pub use linker::pin;
#[cfg(all(unix, not(target_os = "macos")))]
pub use linker::pin_self;

#[cfg(all(unix, not(target_os = "macos")))]
mod linker {
    use std::ffi::CStr;

    /// Pins this library. In a program that contains the plug-in itself there is nothing to pin.
    pub fn pin_self() {
        // SAFETY: a `Dl_info` is plain data, for which zeroes are a value.
        let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
        // SAFETY: any address may be asked about; `info` is ours to be written to.
        let found = unsafe { libc::dladdr(pin_self as fn() as *const libc::c_void, &raw mut info) };
        if found != 0 && !info.dli_fname.is_null() {
            // SAFETY: the name is a string of the dynamic linker's, and this library is mapped while its code runs.
            pin(unsafe { CStr::from_ptr(info.dli_fname) });
        }
    }

    /// Pins the library of that file name or path if it is mapped now; whether it is.
    pub fn pin(name: &CStr) -> bool {
        // SAFETY: the name ends with a zero. Nothing is loaded and no initialiser runs: a flag is set for a library that
        // is mapped already. Its reference count goes up too, and never down again.
        let handle = unsafe {
            libc::dlopen(
                name.as_ptr(),
                libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE,
            )
        };
        !handle.is_null()
    }
}

/// On Windows a thread that was waited for is done with the library, and windows have no threads of their own. What is
/// left is a reader in a system call that does not return.
#[cfg(windows)]
pub fn pin_self() {
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };
    let mut module = std::ptr::null_mut();
    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
    // SAFETY: the address is one in this library, which is mapped while its code runs; `module` is ours to be written to.
    // Where it fails, nothing is pinned.
    unsafe { GetModuleHandleExW(flags, pin_self as fn() as *const u16, &raw mut module) };
}

/// On macOS windows have no threads of their own.
#[cfg(not(any(windows, all(unix, not(target_os = "macos")))))]
pub fn pin_self() {}

/// On other systems windows load no library that needs it.
#[cfg(not(all(unix, not(target_os = "macos"))))]
#[allow(dead_code, reason = "only the window pins other libraries")]
pub fn pin(_: &std::ffi::CStr) -> bool {
    false
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::linker::{pin, pin_self};

    #[test]
    fn what_is_mapped_can_be_pinned_and_what_is_not_is_not_loaded() {
        assert!(pin(c"libc.so.6"));
        assert!(!pin(c"libanteroom-is-not-there.so"));
        pin_self();
    }
}
