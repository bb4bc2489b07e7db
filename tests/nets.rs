//! The nets under the other tests catch what they are there for, and let the rest through. Linux: they are nets of its kernel.

#![cfg(target_os = "linux")]

use anteroom::exchange::{handoff, queue, touch};
use anteroom_test_support as support;
use std::hint::black_box;
use std::io::Write;
use support::{allocations, child, drops, system};

#[test]
fn an_allocation_where_it_is_forbidden_is_fatal() {
    let act = || allocations::forbidden(|| drop(black_box(Box::new(1))));
    assert!(child::kills(
        "an_allocation_where_it_is_forbidden_is_fatal",
        act
    ));
}

#[test]
fn a_free_where_it_is_forbidden_is_fatal() {
    let act = || {
        let object = black_box(Box::new(1));
        allocations::forbidden(|| drop(object));
    };
    assert!(child::kills("a_free_where_it_is_forbidden_is_fatal", act));
}

#[test]
fn work_without_the_heap_is_let_through() {
    let act = || allocations::forbidden(|| black_box(1) + 1);
    let name = "work_without_the_heap_is_let_through";
    assert!(!child::kills(name, || {
        act();
    }));
}

/// The classic: whichever half of a ring goes last frees the ring.
#[test]
fn a_target_that_is_dropped_last_in_real_time_is_caught() {
    let act = || {
        let (source, target) = handoff::<u8>(1);
        drop(source);
        allocations::forbidden(|| drop(target));
    };
    let name = "a_target_that_is_dropped_last_in_real_time_is_caught";
    assert!(child::kills(name, act));
}

#[test]
fn the_counter_counts_allocations_and_frees() {
    let (object, calls) = allocations::counted(|| black_box(vec![1_u8; 100]));
    assert_eq!((calls.made, calls.freed), (1, 0));
    let ((), calls) = allocations::counted(|| drop(object));
    assert_eq!((calls.made, calls.freed), (0, 1));
}

#[test]
fn a_system_call_is_fatal_where_there_must_be_none() {
    assert!(!system::makes_no_system_call(|| {
        std::thread::sleep(std::time::Duration::from_micros(1));
    }));
    assert!(!system::makes_no_system_call(|| {
        let _ = std::fs::metadata("/");
    }));
    // Not `println!`, which the test harness captures.
    assert!(!system::makes_no_system_call(|| {
        let _ = std::io::stdout().write_all(b"said\n");
    }));
    // Large enough to be asked of the kernel.
    assert!(!system::makes_no_system_call(|| {
        black_box(vec![1_u8; 64 << 20]);
    }));
}

#[test]
fn waking_a_sleeping_thread_is_a_system_call() {
    let sleeper = std::thread::spawn(std::thread::park);
    let thread = sleeper.thread().clone();
    // Until it sleeps, an unpark is a store. In a fork it leaves the sleeper here as it is.
    let caught = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(10));
        !system::makes_no_system_call(|| thread.unpark())
    });
    assert!(caught);
    sleeper.thread().unpark();
    sleeper.join().unwrap();
}

#[test]
fn work_without_the_kernel_is_let_through() {
    let (mut tx, mut rx) = queue(8);
    assert!(system::makes_no_system_call(|| {
        for i in 0..1000 {
            let _ = tx.push(i);
            black_box(rx.pop().ok());
        }
    }));
}

#[test]
fn untouched_memory_faults_and_touched_memory_does_not() {
    const LEN: usize = 4 << 20;
    let walk = |buffer: &mut [u8]| {
        for byte in buffer.iter_mut().step_by(4096) {
            *byte = black_box(1);
        }
    };
    let mut fresh = vec![0_u8; LEN];
    let ((), faults) = system::page_faults(|| walk(&mut fresh));
    assert!(faults > 0, "nothing to catch: the memory was there");

    // In a process of its own: where another test forks, every page is copied when it is next written to.
    let name = "untouched_memory_faults_and_touched_memory_does_not";
    assert!(child::ends_well(name, || {
        let mut touched = vec![0_u8; LEN];
        touch(&mut touched);
        let ((), faults) = system::page_faults(|| walk(&mut touched));
        assert_eq!(faults, 0);
    }));
}

#[test]
fn the_recorder_tells_threads_apart() {
    let recorder = drops::Recorder::default();
    drop(recorder.mortal());
    recorder.assert_all_died_here(1);
    let elsewhere = recorder.mortal();
    std::thread::spawn(move || drop(elsewhere)).join().unwrap();
    let here = std::thread::current().id();
    assert_eq!(
        recorder.deaths().iter().filter(|id| **id == here).count(),
        1
    );
    assert_eq!(recorder.deaths().len(), 2);
}

#[test]
fn a_lock_that_a_stopped_thread_may_hold_is_caught() {
    let act = || {
        let lock = std::sync::Arc::new(std::sync::Mutex::new(()));
        let held = lock.clone();
        let (tell, told) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            let _held = held.lock();
            let _ = tell.send(());
            loop {
                std::thread::park();
            }
        });
        told.recv().unwrap();
        system::while_all_others_are_stopped(|| drop(lock.lock()));
    };
    let name = "a_lock_that_a_stopped_thread_may_hold_is_caught";
    assert!(child::kills(name, act));
}

#[test]
fn other_threads_are_stopped_and_go_on() {
    let act = || {
        let count = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
        let relaxed = std::sync::atomic::Ordering::Relaxed;
        let other = count.clone();
        std::thread::spawn(move || {
            loop {
                other.fetch_add(1, relaxed);
            }
        });
        for _ in 0..3 {
            let before = count.load(relaxed);
            while count.load(relaxed) == before {}
            system::while_all_others_are_stopped(|| {
                let before = count.load(relaxed);
                std::thread::sleep(std::time::Duration::from_millis(5));
                assert_eq!(count.load(relaxed), before);
            });
        }
    };
    let name = "other_threads_are_stopped_and_go_on";
    assert!(child::ends_well(name, act));
}

/// How often clippy refuses a file, by the rules that hold where the audio thread goes; `None` if
/// clippy is not installed.
fn refusals(file: &str) -> Option<usize> {
    let root = env!("CARGO_MANIFEST_DIR");
    let lints = ["types", "methods", "macros"].map(|what| format!("-Dclippy::disallowed_{what}"));
    // A folder of its own, not the null device: a compiler that runs as root puts a file in its place.
    let folder = tempfile::tempdir().expect("a folder for what the compiler writes");
    let clippy = std::process::Command::new("clippy-driver")
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata"])
        .arg("--out-dir")
        .arg(folder.path())
        .args(lints)
        .arg(format!("{root}/tests/lint/{file}"))
        .env("CLIPPY_CONF_DIR", root)
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&clippy.stderr);
    let refused = said.matches("error: use of a disallowed").count();
    assert_eq!(clippy.status.success(), refused == 0, "{said}");
    Some(refused)
}

#[test]
fn the_lint_refuses_what_waits_wakes_or_prints() {
    match (refusals("forbidden.rs"), refusals("allowed.rs")) {
        (Some(forbidden), Some(allowed)) => assert_eq!((forbidden, allowed), (4, 0)),
        _ => {
            let missing = "clippy is not installed (rustup component add clippy)";
            assert!(std::env::var_os("CI").is_none(), "{missing}");
            println!("skipped: {missing}");
        }
    }
}
