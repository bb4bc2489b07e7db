//! Memory that a job took goes back to the system. Not real-time.
#![allow(unsafe_code, reason = "the C library is asked for it")]

/// Gives back what is free of the process's memory. The C library keeps it otherwise, for each thread that took some:
/// hundreds of megabytes after a long impulse was shaped.
///
/// Takes a millisecond or so for each hundred megabytes that go back. On other systems than Linux with the GNU C
/// library, which give it back by themselves, it does nothing.
pub(super) fn release_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: takes a number, and may be called at any time and by any thread; nothing that is in use moves.
    unsafe {
        libc::malloc_trim(0);
    }
}
