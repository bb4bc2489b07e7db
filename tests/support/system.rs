//! What only the kernel can say: system calls, page faults, processor time. Linux.
#![allow(unsafe_code, reason = "the kernel speaks C")]

use std::mem;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicUsize, Ordering};
use std::time::Duration;

/// Threads that can be stopped at once.
const MOST_THREADS: usize = 256;

/// Runs `act` in a forked child that the kernel kills at its first system call.
///
/// Whether it came through. The fork has this thread only, so `act` must need no other; and as it
/// must not allocate either, everything is prepared before. Afterwards every page of the parent's is
/// copied when it is next written to, in blocks that other tests time or count the faults of; beside
/// such tests, call this in a [`child`](super::child).
pub fn makes_no_system_call(act: impl FnOnce()) -> bool {
    // SAFETY: the child runs `act` and ends by `_exit`, so it shares no destructor, buffer or lock
    // with the parent.
    let child = unsafe { libc::fork() };
    if child == 0 {
        // SAFETY: a child that never ends is ended by the kernel.
        unsafe { libc::alarm(60) };
        forbid_system_calls();
        act();
        // SAFETY: ends the child, with nothing of the parent's being flushed or dropped.
        unsafe { libc::_exit(0) };
    }
    assert!(child > 0, "fork failed");
    let mut status = 0;
    // SAFETY: `status` outlives the call.
    let waited = unsafe { libc::waitpid(child, &mut status, 0) };
    assert_eq!(waited, child);
    let forever = libc::WIFSIGNALED(status) && libc::WTERMSIG(status) == libc::SIGALRM;
    assert!(!forever, "it made no system call, but it never ended");
    libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0
}

/// Runs `act` on a thread that may make no system call, beside whatever other threads there are.
///
/// If it makes one then the kernel kills the process; so call this in a [`child`](super::child).
pub fn beside_others_without_system_calls(act: impl FnOnce() + Send + 'static) {
    static DONE: AtomicBool = AtomicBool::new(false);
    std::thread::spawn(|| {
        forbid_system_calls();
        act();
        DONE.store(true, Ordering::Release);
        // To end a thread takes system calls. It is ended with the process.
        loop {
            std::hint::spin_loop();
        }
    });
    while !DONE.load(Ordering::Acquire) {
        std::thread::yield_now();
    }
}

/// The kernel ends this process after so long.
pub fn end_after(limit: Duration) {
    // SAFETY: an alarm that nobody handles ends the process.
    unsafe { libc::alarm(limit.as_secs() as u32) };
}

/// From here on this process gets no more address space than it has, and so many bytes.
pub fn limit_memory(bytes: usize) {
    let most = (pages(0) + bytes) as u64;
    let limit = libc::rlimit {
        rlim_cur: most,
        rlim_max: most,
    };
    // SAFETY: `limit` outlives the call.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_AS, &limit) }, 0);
}

/// The memory that this process has in use, in bytes.
pub fn resident() -> usize {
    pages(1)
}

/// A number of `/proc/self/statm`, in bytes.
fn pages(place: usize) -> usize {
    let numbers = std::fs::read_to_string("/proc/self/statm").expect("Linux counts its pages");
    let pages = numbers.split(' ').nth(place);
    pages.and_then(|pages| pages.parse().ok()).unwrap_or(0usize) * 4096
}

/// Stops every other thread of this process wherever it happens to be, as if it had the lowest of
/// priorities on a busy machine, runs `act`, and lets them go on.
///
/// If `act` needs anything that one of them holds then it never ends, and after ten seconds the
/// kernel kills the process; so call this in a [`child`](super::child).
pub fn while_all_others_are_stopped(act: impl FnOnce()) {
    static GO_ON: AtomicUsize = AtomicUsize::new(0);
    /// Who has stopped, in the order of stopping; never taken out before all go on.
    static STOPPED: [AtomicI32; MOST_THREADS] = [const { AtomicI32::new(0) }; MOST_THREADS];
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    static LEFT: AtomicUsize = AtomicUsize::new(0);
    extern "C" fn stop(_signal: libc::c_int) {
        let before = GO_ON.load(Ordering::Acquire);
        // SAFETY: asks for the thread's own number.
        let this = unsafe { libc::gettid() };
        let place = COUNT.fetch_add(1, Ordering::AcqRel);
        STOPPED[place % MOST_THREADS].store(this, Ordering::Release);
        while GO_ON.load(Ordering::Acquire) == before {
            let pause = libc::timespec {
                tv_sec: 0,
                tv_nsec: 100_000,
            };
            // SAFETY: sleeping is allowed in a signal handler, and `pause` outlives the call.
            unsafe { libc::nanosleep(&pause, std::ptr::null_mut()) };
        }
        LEFT.fetch_add(1, Ordering::AcqRel);
    }

    // SAFETY: the handler does nothing but what a handler may do.
    let (process, this, limit) = unsafe {
        let handler: extern "C" fn(libc::c_int) = stop;
        libc::signal(libc::SIGUSR1, handler as libc::sighandler_t);
        let limit = libc::alarm(10);
        (libc::getpid(), libc::gettid(), limit)
    };
    // Threads end, and make others, until they are stopped: so the list is read until all who are on
    // it have stopped.
    let mut asked = std::collections::HashSet::new();
    loop {
        let tasks = std::fs::read_dir("/proc/self/task").expect("Linux lists its threads");
        let others: Vec<libc::pid_t> = tasks
            .filter_map(|task| task.ok()?.file_name().to_str()?.parse().ok())
            .filter(|task| *task != this)
            .collect();
        for task in &others {
            if asked.insert(*task) {
                // SAFETY: a thread that has ended meanwhile is not found, and nothing is sent.
                unsafe { libc::syscall(libc::SYS_tgkill, process, *task, libc::SIGUSR1) };
            }
        }
        let count = COUNT.load(Ordering::Acquire).min(MOST_THREADS);
        let stopped = |task: &libc::pid_t| {
            let mut places = STOPPED[..count].iter();
            places.any(|place| place.load(Ordering::Acquire) == *task)
        };
        if others.iter().all(stopped) {
            break;
        }
        std::thread::yield_now();
    }
    act();
    let count = COUNT.load(Ordering::Acquire);
    GO_ON.fetch_add(1, Ordering::AcqRel);
    while LEFT.load(Ordering::Acquire) < count {
        std::thread::yield_now();
    }
    for place in &STOPPED {
        place.store(0, Ordering::Release);
    }
    COUNT.store(0, Ordering::Release);
    LEFT.store(0, Ordering::Release);
    // SAFETY: takes the alarm back, for the one that there was.
    unsafe { libc::alarm(limit) };
}

/// From here on every system call of this thread, but the one that ends the process, kills it.
fn forbid_system_calls() {
    let step = |code: u32, k: u32, yes: u8, no: u8| libc::sock_filter {
        code: code as u16,
        jt: yes,
        jf: no,
        k,
    };
    let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    let equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let give = libc::BPF_RET | libc::BPF_K;
    // The number of the call is the first word of what the filter is shown.
    let mut filter = [
        step(load, 0, 0, 0),
        step(equal, libc::SYS_exit_group as u32, 0, 1),
        step(give, libc::SECCOMP_RET_ALLOW, 0, 0),
        step(give, libc::SECCOMP_RET_KILL_PROCESS, 0, 0),
    ];
    let program = libc::sock_fprog {
        len: filter.len() as u16,
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: `program` and `filter` outlive the calls, which copy them. No core is dumped of a
    // child that is killed.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_DUMPABLE, 0, 0, 0, 0), 0);
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let mode = libc::SECCOMP_MODE_FILTER;
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, mode, &program, 0, 0), 0);
    }
}

/// Runs something and says how many pages this thread had to be given meanwhile.
pub fn page_faults<R>(run: impl FnOnce() -> R) -> (R, i64) {
    let before = usage(libc::RUSAGE_THREAD).ru_minflt;
    let result = run();
    (result, usage(libc::RUSAGE_THREAD).ru_minflt - before)
}

/// The processor time of this whole process so far.
pub fn process_time() -> Duration {
    let usage = usage(libc::RUSAGE_SELF);
    let duration = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64)
    };
    duration(usage.ru_utime) + duration(usage.ru_stime)
}

/// The processor time of this thread so far.
pub fn thread_time() -> Duration {
    // SAFETY: zeros are a valid timespec, and it outlives the call.
    let time = unsafe {
        let mut time: libc::timespec = mem::zeroed();
        libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time);
        time
    };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn usage(who: libc::c_int) -> libc::rusage {
    // SAFETY: zeros are a valid rusage, and it outlives the call.
    unsafe {
        let mut usage: libc::rusage = mem::zeroed();
        assert_eq!(libc::getrusage(who, &mut usage), 0);
        usage
    }
}

/// The most memory that this process has had in use so far, bytes.
pub fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.expect("a number") * 1024
}

/// From now on this process can not have more than so many bytes of private, writable memory. Not taken back; so call
/// it in a process of its own.
pub fn limit_data(bytes: u64) {
    let limit = libc::rlimit {
        rlim_cur: bytes,
        rlim_max: bytes,
    };
    // SAFETY: reads a plain structure.
    let set = unsafe { libc::setrlimit(libc::RLIMIT_DATA, &raw const limit) };
    assert_eq!(set, 0, "the kernel takes the limit");
}
