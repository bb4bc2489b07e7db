//! A stream in memory, as a COM object of the host.

#![allow(unsafe_code)]

use nice_plug::wrapper::vst3::vst3::Class;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;
use std::ffi::c_void;
use std::sync::Mutex;

/// A stream in memory: its bytes and the place in them.
#[derive(Default)]
pub struct Stream {
    pub bytes: Mutex<(Vec<u8>, usize)>,
}

impl Class for Stream {
    type Interfaces = (IBStream,);
}

impl IBStreamTrait for Stream {
    unsafe fn read(&self, buffer: *mut c_void, count: int32, done: *mut int32) -> tresult {
        let mut held = self.bytes.lock().expect("no panic");
        let (bytes, at) = &mut *held;
        let count = (count.max(0) as usize).min(bytes.len() - *at);
        // SAFETY: the plug-in gives room for as many bytes as it asks for.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes[*at..].as_ptr(), buffer.cast(), count);
            if !done.is_null() {
                *done = count as int32;
            }
        }
        *at += count;
        kResultOk
    }

    unsafe fn write(&self, buffer: *mut c_void, count: int32, done: *mut int32) -> tresult {
        // SAFETY: the plug-in gives as many bytes as it says.
        unsafe {
            let new = std::slice::from_raw_parts(buffer.cast::<u8>(), count.max(0) as usize);
            self.bytes
                .lock()
                .expect("no panic")
                .0
                .extend_from_slice(new);
            if !done.is_null() {
                *done = count;
            }
        }
        kResultOk
    }

    unsafe fn seek(&self, place: int64, mode: int32, result: *mut int64) -> tresult {
        let mut held = self.bytes.lock().expect("no panic");
        let (bytes, at) = &mut *held;
        let from = match mode {
            0 => 0,
            1 => *at as int64,
            _ => bytes.len() as int64,
        };
        *at = (from + place).clamp(0, bytes.len() as int64) as usize;
        if !result.is_null() {
            // SAFETY: a place to write to.
            unsafe { *result = *at as int64 };
        }
        kResultOk
    }

    unsafe fn tell(&self, place: *mut int64) -> tresult {
        let held = self.bytes.lock().expect("no panic");
        // SAFETY: a place to write to.
        unsafe { *place = held.1 as int64 };
        kResultOk
    }
}
