//! What is left with the C library for the end of a thread, kept in a way that lets this library be unloaded. Any
//! thread; Linux with glibc.
//!
//! A thread-local value with a destructor is entered with glibc on the thread that first touches it, and glibc keeps
//! the library mapped until that thread ends. The host's main thread touches some as soon as a plug-in starts a thread
//! (the standard library's spawn hooks), and it ends with the host: the library could never be unloaded. So the entry
//! is made here instead, in a thread-specific value of POSIX. Its destructor runs when a thread ends, as before.
//!
//! Such values, ours and those that the standard library makes itself, have destructors in this library. When it is
//! unloaded all their keys are deleted: no thread of the host jumps to where the library was. What host threads that
//! live on have not dropped is leaked then: a few hundred bytes.
//!
//! The linker finds the two functions here before those of the C library (`build.rs`).

#![allow(unsafe_code)]

use std::ffi::{c_int, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// One destructor that is to run, and those that were entered before it.
struct Entry {
    run: Destructor,
    value: *mut c_void,
    before: *mut Entry,
}

static KEY: OnceLock<Option<libc::pthread_key_t>> = OnceLock::new();

/// The keys that were made in this library, each plus one; 0 is a free place. The standard library makes a few.
static KEYS: [AtomicU64; 64] = [const { AtomicU64::new(0) }; 64];

type Destructor = unsafe extern "C" fn(*mut c_void);

unsafe extern "C" {
    /// The same function of glibc under its other name.
    fn __pthread_key_create(key: *mut libc::pthread_key_t, end: Option<Destructor>) -> c_int;
}

/// Makes a key for thread-specific values, and remembers it. What `pthread_key_create` of the C library does.
///
/// # Safety
/// That function's.
// It has the type and does the work of the function that POSIX describes under this name.
#[unsafe(no_mangle)]
unsafe extern "C" fn pthread_key_create(
    key: *mut libc::pthread_key_t,
    end: Option<Destructor>,
) -> c_int {
    // SAFETY: the caller's promises are those of the same function.
    let failed = unsafe { __pthread_key_create(key, end) };
    if failed == 0 {
        // SAFETY: it has just been written.
        let made = u64::from(unsafe { *key }) + 1;
        // ORDERING: Relaxed, read when the library goes. If there is no place it is not deleted then.
        let free = |place: &AtomicU64| {
            place
                .compare_exchange(0, made, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
        };
        let _ = KEYS.iter().any(free);
    }
    failed
}

/// Enters a destructor to be run when this thread ends. What `__cxa_thread_atexit_impl` of glibc does, but that it
/// binds no library. Allocates with the C library, as that does.
///
/// # Safety
/// `run` must be callable with `value` on this thread until it ends.
// It has the type and does the work of the function that the C++ ABI describes under this name.
#[unsafe(no_mangle)]
unsafe extern "C" fn __cxa_thread_atexit_impl(
    run: unsafe extern "C" fn(*mut c_void),
    value: *mut c_void,
    _library: *mut c_void,
) -> c_int {
    let key = KEY.get_or_init(|| {
        let mut key = 0;
        // SAFETY: the key is ours to be written to, the destructor has the type that is asked for.
        let made = unsafe { libc::pthread_key_create(&raw mut key, Some(run_all)) };
        (made == 0).then_some(key)
    });
    // Without a key, or memory, the value is leaked.
    let Some(key) = *key else {
        return 0;
    };
    // SAFETY: memory of that size, which is written before it is read; the key's value is null or an entry of ours.
    unsafe {
        let entry = libc::malloc(size_of::<Entry>()).cast::<Entry>();
        if entry.is_null() {
            return 0;
        }
        let before = libc::pthread_getspecific(key).cast();
        entry.write(Entry { run, value, before });
        libc::pthread_setspecific(key, entry.cast());
    }
    0
}

/// Runs what was entered on a thread that ends, the newest first.
extern "C" fn run_all(newest: *mut c_void) {
    let mut next: *mut Entry = newest.cast();
    while !next.is_null() {
        // SAFETY: an entry of ours, which nobody else has any more: it is taken out and its memory freed.
        unsafe {
            let Entry { run, value, before } = next.read();
            libc::free(next.cast());
            run(value);
            next = before;
        }
    }
}

/// Runs when the library is unloaded: no thread may call into it when it ends later. A program that contains the
/// plug-in itself is not unloaded, and its threads end as they always do.
extern "C" fn forget() {
    if is_the_program() {
        return;
    }
    for place in &KEYS {
        // ORDERING: Relaxed, nobody else is here any more.
        if let Some(key) = place.swap(0, Ordering::Relaxed).checked_sub(1) {
            // SAFETY: a key that was made here, and is deleted once.
            unsafe { libc::pthread_key_delete(key as libc::pthread_key_t) };
        }
    }
}

/// Whether this code is in the program itself, and not in a library.
fn is_the_program() -> bool {
    let base = |address: *const c_void| {
        // SAFETY: a `Dl_info` is plain data, for which zeroes are a value; any address may be asked about.
        unsafe {
            let mut info: libc::Dl_info = std::mem::zeroed();
            (libc::dladdr(address, &raw mut info) != 0).then_some(info.dli_fbase)
        }
    };
    // SAFETY: asks for a number.
    let program = unsafe { libc::getauxval(libc::AT_PHDR) } as *const c_void;
    base(program).is_some()
        && base(program) == base(is_the_program as fn() -> bool as *const c_void)
}

// The linker runs the functions of this section when the library goes; they take nothing that matters here.
#[used]
#[unsafe(link_section = ".fini_array")]
static FORGET: extern "C" fn() = forget;

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::sync::Arc;

    /// Its own destructor touches another value, which is dropped as well.
    struct Outer(Arc<()>);

    thread_local! {
        static INNER: RefCell<Option<Arc<()>>> = const { RefCell::new(None) };
        static OUTER: RefCell<Option<Outer>> = const { RefCell::new(None) };
    }

    impl Drop for Outer {
        fn drop(&mut self) {
            let _ = INNER.try_with(|inner| *inner.borrow_mut() = Some(Arc::clone(&self.0)));
        }
    }

    #[test]
    fn what_a_thread_holds_is_dropped_when_it_ends() {
        let value = Arc::new(());
        let held = Arc::clone(&value);
        let thread = std::thread::spawn(move || OUTER.set(Some(Outer(held))));
        assert!(thread.join().is_ok());
        assert_eq!(Arc::strong_count(&value), 1);
    }
}
