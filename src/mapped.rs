//! Libraries that stay mapped until the process ends, whatever is unloaded. Any thread, not real-time.
//!
//! A thread that ends is cleaned up by functions which libraries have left with the C library. When another thread
//! unmaps such a library at that moment, the thread jumps to where it was, and the host is gone. Two are concerned:
//! this one, whose threads may be in their last instructions when the host closes it, and `libEGL`, which the
//! toolkit loads for each window and closes with it.

#![allow(unsafe_code)]

#[cfg(all(unix, not(target_os = "macos")))]
#[cfg(feature = "plugin")]
pub use linker::keep;
#[cfg(all(unix, not(target_os = "macos")))]
pub use linker::keep_this;

#[cfg(all(unix, not(target_os = "macos")))]
mod linker {
    use std::ffi::CStr;

    /// Keeps this library. In a program that contains the plug-in itself there is nothing to keep.
    pub fn keep_this() {
        // SAFETY: a `Dl_info` is plain data, for which zeroes are a value.
        let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
        // SAFETY: any address may be asked about; `info` is ours to be written to.
        let found =
            unsafe { libc::dladdr(keep_this as fn() as *const libc::c_void, &raw mut info) };
        if found != 0 && !info.dli_fname.is_null() {
            // SAFETY: the name is a string of the dynamic linker's, and this library is mapped while its code runs.
            keep(unsafe { CStr::from_ptr(info.dli_fname) });
        }
    }

    /// Keeps the library of that file name or path, if it is mapped now, and says whether it is.
    pub fn keep(name: &CStr) -> bool {
        // SAFETY: the name ends with a zero. Nothing is loaded and no initialiser runs: one flag is set for a library
        // that is there. It is counted once more as well, and that is never taken back.
        let handle = unsafe {
            libc::dlopen(
                name.as_ptr(),
                libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE,
            )
        };
        !handle.is_null()
    }
}

/// On other systems windows have no threads of their own.
#[cfg(not(all(unix, not(target_os = "macos"))))]
pub fn keep_this() {}

/// On other systems windows have no threads of their own.
#[cfg(not(all(unix, not(target_os = "macos"))))]
#[allow(dead_code, reason = "only the window keeps other libraries")]
pub fn keep(_: &std::ffi::CStr) -> bool {
    false
}

#[cfg(all(test, unix, not(target_os = "macos")))]
mod tests {
    use super::linker::{keep, keep_this};

    #[test]
    fn what_is_mapped_can_be_kept_and_what_is_not_is_not_loaded() {
        assert!(keep(c"libc.so.6"));
        assert!(!keep(c"libanteroom-is-not-there.so"));
        keep_this();
    }
}
