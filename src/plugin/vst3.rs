//! The VST3 entry points and the factory. Host's main thread.
//!
//! The framework has a macro for these, but its objects would be the framework's own; ours are
//! [`Shell`]s around them, and the [guard](super::workarounds::background_thread) is put up before the first is made.

#![allow(unsafe_code)]

use super::Anteroom;
use super::workarounds::background_thread;
use super::workarounds::vst3::Shell;
use nice_plug::wrapper::vst3::PluginInfo;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use nice_plug::wrapper::vst3::vst3::{Class, ComWrapper};
use std::ffi::c_void;

/// Makes instances and says what they are.
struct Factory {
    info: PluginInfo,
}

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2, IPluginFactory3);
}

impl Factory {
    /// Writes an answer about our one class.
    ///
    /// # Safety
    /// `place` is null or may be written to.
    unsafe fn answer<T>(&self, index: int32, place: *mut T, make: fn(&PluginInfo) -> T) -> tresult {
        if index != 0 || place.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: not null, so the caller says that it may be written to.
        unsafe { place.write(make(&self.info)) };
        kResultOk
    }
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: the caller's promise.
        unsafe { self.answer(0, info, PluginInfo::create_factory_info) }
    }

    unsafe fn countClasses(&self) -> int32 {
        1
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        // SAFETY: the caller's promise.
        unsafe { self.answer(index, info, PluginInfo::create_class_info) }
    }

    unsafe fn createInstance(
        &self,
        cid: FIDString,
        iid: FIDString,
        obj: *mut *mut c_void,
    ) -> tresult {
        if cid.is_null() || iid.is_null() || obj.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: a class id has 16 bytes.
        if unsafe { cid.cast::<[u8; 16]>().read_unaligned() } != *self.info.cid {
            return kInvalidArgument;
        }
        background_thread::hold::<Anteroom>();
        let shell = ComWrapper::new(Shell::new());
        let Some(unknown) = shell.as_com_ref::<FUnknown>() else {
            return kNoInterface;
        };
        let unknown = unknown.as_ptr();
        // SAFETY: the object lives at least as long as `shell`, and the query counts a reference
        // for the host; an interface id has 16 bytes.
        unsafe { ((*(*unknown).vtbl).queryInterface)(unknown, iid.cast(), obj) }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        // SAFETY: the caller's promise.
        unsafe { self.answer(index, info, PluginInfo::create_class_info_2) }
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: int32, info: *mut PClassInfoW) -> tresult {
        // SAFETY: the caller's promise.
        unsafe { self.answer(index, info, PluginInfo::create_class_info_unicode) }
    }

    unsafe fn setHostContext(&self, _context: *mut FUnknown) -> tresult {
        kResultOk
    }
}

/// The VST3 entry point: a new reference to the factory.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    let factory = ComWrapper::new(Factory {
        info: PluginInfo::for_plugin::<Anteroom>(),
    });
    match factory.to_com_ptr::<IPluginFactory>() {
        Some(factory) => factory.into_raw().cast(),
        None => std::ptr::null_mut(),
    }
}

/// Called by a host on Linux before anything else.
#[cfg(all(unix, not(target_os = "macos")))]
#[unsafe(no_mangle)]
pub extern "C" fn ModuleEntry(_library: *mut c_void) -> bool {
    nice_plug::wrapper::setup_logger::<Anteroom>();
    true
}

/// Called by a host on Linux after everything else.
#[cfg(all(unix, not(target_os = "macos")))]
#[unsafe(no_mangle)]
pub extern "C" fn ModuleExit() -> bool {
    true
}

/// Called by a host on macOS before anything else.
#[cfg(target_os = "macos")]
#[unsafe(no_mangle)]
pub extern "C" fn bundleEntry(_library: *mut c_void) -> bool {
    nice_plug::wrapper::setup_logger::<Anteroom>();
    true
}

/// Called by a host on macOS after everything else.
#[cfg(target_os = "macos")]
#[unsafe(no_mangle)]
pub extern "C" fn bundleExit() -> bool {
    true
}

/// Called by a host on Windows before anything else.
#[cfg(windows)]
#[unsafe(no_mangle)]
pub extern "system" fn InitDll() -> bool {
    nice_plug::wrapper::setup_logger::<Anteroom>();
    true
}

/// Called by a host on Windows after everything else.
#[cfg(windows)]
#[unsafe(no_mangle)]
pub extern "system" fn ExitDll() -> bool {
    true
}
