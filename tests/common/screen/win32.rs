//! Windows of Windows. The system has a display of its own.

#![allow(unsafe_code)]

use std::process::Command;
use std::ptr::{null, null_mut};

use windows_sys::Win32::Foundation::HWND;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DestroyWindow, DispatchMessageW, GW_CHILD, GW_HWNDNEXT, GetWindow, MSG,
    PM_REMOVE, PeekMessageW, TranslateMessage, WS_CLIPCHILDREN, WS_OVERLAPPEDWINDOW, WS_VISIBLE,
};
use windows_sys::w;

/// The windows of this system, as CLAP calls them.
#[allow(dead_code, reason = "VST3 has another name for them")]
pub const API: &std::ffi::CStr = c"win32";

/// Nothing is to be started.
pub struct Server;

impl Server {
    pub fn start() -> Option<Self> {
        Some(Self)
    }

    /// Has a program open its windows there.
    pub fn show_on_it(&self, _: &mut Command) {}
}

/// A window for an editor to sit in, on the thread that made it.
pub struct Parent {
    pub id: usize,
}

impl Parent {
    pub fn open() -> Self {
        // SAFETY: a class that every process has; the texts end with a zero.
        let window = unsafe {
            CreateWindowExW(
                0,
                w!("STATIC"),
                w!("Anteroom tests"),
                WS_OVERLAPPEDWINDOW | WS_VISIBLE | WS_CLIPCHILDREN,
                0,
                0,
                1000,
                700,
                null_mut(),
                null_mut(),
                null_mut(),
                null(),
            )
        };
        assert!(!window.is_null(), "the system gives a window");
        let parent = Self {
            id: window as usize,
        };
        parent.pump();
        parent
    }

    /// How many windows sit in it.
    pub fn children(&self) -> usize {
        // SAFETY: asks about windows; one that is gone has no next.
        let next = |window: HWND, which| unsafe { GetWindow(window, which) };
        let mut child = next(self.id as HWND, GW_CHILD);
        let mut count = 0;
        while !child.is_null() {
            count += 1;
            child = next(child, GW_HWNDNEXT);
        }
        count
    }

    /// What a host's main loop does beside its calls: hands out the messages for windows, also for those in them.
    pub fn pump(&self) {
        // SAFETY: zeroes are a value of plain data; the messages are for windows of this thread.
        unsafe {
            let mut message: MSG = std::mem::zeroed();
            // A window that is drawn without an end must not keep the host from its other work.
            for _ in 0..200 {
                if PeekMessageW(&raw mut message, null_mut(), 0, 0, PM_REMOVE) == 0 {
                    break;
                }
                TranslateMessage(&raw const message);
                DispatchMessageW(&raw const message);
            }
        }
    }
}

impl Drop for Parent {
    fn drop(&mut self) {
        // SAFETY: made by this value, on this thread.
        unsafe { DestroyWindow(self.id as HWND) };
    }
}
