//! What Windows tells of a process.

#![allow(unsafe_code)]

use std::ffi::c_void;

use windows_sys::Win32::Foundation::{CloseHandle, INVALID_HANDLE_VALUE, LocalFree};
use windows_sys::Win32::System::Diagnostics::ToolHelp::{
    CreateToolhelp32Snapshot, TH32CS_SNAPTHREAD, THREADENTRY32, Thread32First, Thread32Next,
};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::ProcessStatus::{K32GetProcessMemoryInfo, PROCESS_MEMORY_COUNTERS};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetCurrentProcessId, GetProcessHandleCount, GetThreadDescription,
    OpenThread, THREAD_QUERY_LIMITED_INFORMATION,
};

/// The names of the process's threads that are ours.
pub fn threads() -> Vec<String> {
    let names = ids().into_iter().filter_map(name);
    names.filter(|name| name.starts_with("anteroom")).collect()
}

/// The numbers of the process's threads.
fn ids() -> Vec<u32> {
    let mut ids = Vec::new();
    // SAFETY: the entry says how large it is and outlives the calls; the list of threads is closed.
    unsafe {
        let this = GetCurrentProcessId();
        let list = CreateToolhelp32Snapshot(TH32CS_SNAPTHREAD, 0);
        assert_ne!(list, INVALID_HANDLE_VALUE, "threads");
        let mut entry: THREADENTRY32 = std::mem::zeroed();
        entry.dwSize = size_of::<THREADENTRY32>() as u32;
        let mut more = Thread32First(list, &raw mut entry);
        while more != 0 {
            if entry.th32OwnerProcessID == this {
                ids.push(entry.th32ThreadID);
            }
            more = Thread32Next(list, &raw mut entry);
        }
        CloseHandle(list);
    }
    ids
}

/// A thread's name; none if it has gone.
fn name(id: u32) -> Option<String> {
    // SAFETY: the text ends with a zero and is given back, as the thread is.
    unsafe {
        let thread = OpenThread(THREAD_QUERY_LIMITED_INFORMATION, 0, id);
        if thread.is_null() {
            return None;
        }
        let mut text: *mut u16 = std::ptr::null_mut();
        let told = GetThreadDescription(thread, &raw mut text);
        CloseHandle(thread);
        if told < 0 || text.is_null() {
            return None;
        }
        let length = (0..).take_while(|at| *text.add(*at) != 0).count();
        let name = String::from_utf16_lossy(std::slice::from_raw_parts(text, length));
        LocalFree(text.cast::<c_void>());
        Some(name)
    }
}

/// How many handles are open.
pub fn handles() -> usize {
    let mut count = 0;
    // SAFETY: a place for the answer.
    unsafe { GetProcessHandleCount(GetCurrentProcess(), &raw mut count) };
    count as usize
}

/// The memory that the process has in use, in MB.
pub fn resident_mb() -> f64 {
    // SAFETY: a place for the answer, which says how large it is.
    unsafe {
        let mut counters: PROCESS_MEMORY_COUNTERS = std::mem::zeroed();
        let size = size_of::<PROCESS_MEMORY_COUNTERS>() as u32;
        K32GetProcessMemoryInfo(GetCurrentProcess(), &raw mut counters, size);
        counters.WorkingSetSize as f64 / 1e6
    }
}

/// Whether the library is mapped.
pub fn is_mapped() -> bool {
    // SAFETY: asks only; the name ends with a zero.
    let found = unsafe { GetModuleHandleW(windows_sys::w!("anteroom.dll")) };
    !found.is_null()
}
