//! Counts the system calls of one thread, by number, while it does something.
//!
//! Linux's *syscall user dispatch* turns every system call of the thread into a signal; the handler
//! counts it and makes it in the thread's place, so the thread notices nothing but the delay.
//! Calls that the kernel answers in user space (the clock, through the vDSO) are none.

#![allow(unsafe_code)]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// `PR_SET_SYSCALL_USER_DISPATCH` of linux/prctl.h.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
const DISPATCH: libc::c_int = 59;

/// What the selector means to the kernel: let pass.
const ALLOW: u8 = 0;
/// What the selector means to the kernel: send the signal.
const BLOCK: u8 = 1;

/// More than the highest number of a system call.
const NUMBERS: usize = 1024;

static COUNTS: [AtomicU64; NUMBERS] = [const { AtomicU64::new(0) }; NUMBERS];

/// One count at a time: the counters are the process's.
static TURN: Mutex<()> = Mutex::new(());

thread_local! {
    static SELECTOR: Cell<u8> = const { Cell::new(ALLOW) };
}

/// Does something on this thread and returns its system calls: how often which number.
/// `None` where the system can not count; in CI that is a fault of a Linux.
pub fn count(work: impl FnOnce()) -> Option<BTreeMap<usize, u64>> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    if !arm() {
        let can = cfg!(all(target_os = "linux", target_arch = "x86_64"));
        let ci = can && std::env::var_os("CI").is_some();
        assert!(!ci, "this system does not count a thread's system calls");
        return None;
    }
    SELECTOR.set(BLOCK);
    work();
    SELECTOR.set(ALLOW);
    disarm();
    let counts = COUNTS.iter().enumerate();
    Some(
        counts
            .map(|(number, count)| (number, count.swap(0, Ordering::Relaxed)))
            .filter(|(_, count)| *count > 0)
            .collect(),
    )
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn arm() -> bool {
    /// What the kernel's own `rt_sigaction` fills in.
    #[repr(C)]
    #[derive(Default)]
    struct Action {
        handler: usize,
        flags: u64,
        restorer: usize,
        mask: u64,
    }
    let mut action = Action::default();
    // SAFETY: a handler that only uses atomics, a thread-local cell and system calls; the kernel
    // writes the structure that it is given. The place to which a handler returns makes a system
    // call itself, and is the one that is always let through.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = on_call as *const () as usize;
        new.sa_flags = libc::SA_SIGINFO;
        if libc::sigaction(libc::SIGSYS, &new, std::ptr::null_mut()) != 0 {
            return false;
        }
        libc::syscall(libc::SYS_rt_sigaction, libc::SIGSYS, 0, &mut action, 8);
        SELECTOR
            .with(|selector| libc::prctl(DISPATCH, 1, action.restorer, 32, selector.as_ptr()) == 0)
    }
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
fn disarm() {
    // SAFETY: takes back what `arm` asked for.
    unsafe { libc::prctl(DISPATCH, 0, 0, 0, 0) };
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn arm() -> bool {
    false
}

#[cfg(not(all(target_os = "linux", target_arch = "x86_64")))]
fn disarm() {}

/// Counts the call that was stopped and makes it.
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
extern "C" fn on_call(_: libc::c_int, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    SELECTOR.set(ALLOW);
    // SAFETY: the kernel gives a handler of this kind its context, with the registers as they were
    // at the call; the same call is made with the same arguments, and its answer is put where the
    // kernel would have put it.
    unsafe {
        let registers = &mut (*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
        let register = |index: libc::c_int| registers[index as usize];
        let number = register(libc::REG_RAX);
        if let Some(count) = COUNTS.get(number as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        let answer: i64;
        std::arch::asm!(
            "syscall",
            inlateout("rax") number => answer,
            in("rdi") register(libc::REG_RDI),
            in("rsi") register(libc::REG_RSI),
            in("rdx") register(libc::REG_RDX),
            in("r10") register(libc::REG_R10),
            in("r8") register(libc::REG_R8),
            in("r9") register(libc::REG_R9),
            lateout("rcx") _,
            lateout("r11") _,
        );
        registers[libc::REG_RAX as usize] = answer;
    }
    SELECTOR.set(BLOCK);
}

/// Says something that is to be read even when every test passes.
pub fn report(text: &str) {
    use std::io::Write;
    // Written past the capture that the macros go through; a lost line is no failure.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The counts in words, for a report.
pub fn show(counts: &BTreeMap<usize, u64>) -> String {
    let total: u64 = counts.values().sum();
    let each: Vec<String> = (counts.iter())
        .map(|(number, count)| format!("{} {count}", name(*number)))
        .collect();
    format!("{total} ({})", each.join(", "))
}

#[cfg(target_os = "linux")]
fn name(number: usize) -> String {
    let known = match i64::try_from(number) {
        Ok(libc::SYS_futex) => "futex",
        Ok(libc::SYS_write) => "write",
        Ok(libc::SYS_sendto) => "sendto",
        Ok(libc::SYS_getpid) => "getpid",
        Ok(libc::SYS_clock_gettime) => "clock_gettime",
        _ => return format!("number {number}"),
    };
    known.to_owned()
}

#[cfg(not(target_os = "linux"))]
fn name(number: usize) -> String {
    format!("number {number}")
}

/// Where nothing is counted there is nothing to show.
#[cfg(not(target_os = "linux"))]
pub fn negative_control() {}

/// That the count can be other than 0: three calls are three.
#[cfg(target_os = "linux")]
pub fn negative_control() {
    let counts = count(|| {
        for _ in 0..3 {
            // SAFETY: asks for a number.
            unsafe { libc::syscall(libc::SYS_getpid) };
        }
    });
    if let Some(counts) = counts {
        assert_eq!(counts.get(&(libc::SYS_getpid as usize)), Some(&3));
        assert_eq!(counts.values().sum::<u64>(), 3, "{}", show(&counts));
    }
}
