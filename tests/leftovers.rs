//! What stays behind when instances go and libraries are unloaded: nothing, and at once. Each check has a process of
//! its own, as it looks at all threads, handles and mappings of the process.

#![cfg(any(target_os = "linux", windows))]

#[path = "clap_host/rig.rs"]
#[allow(
    dead_code,
    reason = "the tests that share this file use different parts of it"
)]
mod clap;
#[path = "vst3_host/library.rs"]
#[allow(
    dead_code,
    reason = "the tests that share this file use different parts of it"
)]
mod library;
#[path = "vst3_host/rig.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "the tests that share this file use different parts of it"
)]
mod rig;
#[path = "support/runner.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod runner;

#[cfg(target_os = "linux")]
#[path = "leftovers/linux.rs"]
mod system;
#[cfg(windows)]
#[path = "leftovers/windows.rs"]
mod system;

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anteroom::impulse::Origin;
use anteroom::state::Preset;
use clack_extensions::preset_discovery::prelude::*;
use clack_host::prelude::{HostError, HostInfo};
use system::{handles, is_mapped, resident_mb, threads};

/// Tells this program that it is the child.
const ROLE: &str = "ANTEROOM_TEST_LEFTOVERS";

/// Destroying takes under 200 ms: four times that.
const DESTROY: Duration = Duration::from_millis(800);

/// The library, which cargo puts next to the tests that are linked with it.
fn file() -> PathBuf {
    let here = std::env::current_exe().expect("a test knows its own program");
    here.with_file_name(format!("{DLL_PREFIX}anteroom{DLL_SUFFIX}"))
}

/// Runs `inside` in a process of its own, in which nothing else happens.
fn alone(test: &str, inside: impl FnOnce()) {
    if std::env::var(ROLE).as_deref() == Ok(test) {
        return inside();
    }
    let program = std::env::current_exe().expect("a test knows its own program");
    let output = runner::command(program)
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ROLE, test)
        // What the user keeps is not to be touched by tests.
        .env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"))
        .output()
        .expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    print!("{text}");
    assert!(
        output.status.success() && text.contains("running 1 test"),
        "{test}: {}\n{text}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}

fn play(rig: &mut clap::Rig) {
    let stopped = rig.activate(48_000.0, 128);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = clap::Block::new(2, 2, 128);
    for step in 0..4 {
        block.automate(rig.id("decay"), 3, f64::from(step) / 4.0);
        block.process(&mut plugin, 128);
    }
    rig.plugin.deactivate(plugin.stop_processing());
}

/// The threads of ours that are still there. One that was joined is not; but what imitates a processor ends its own
/// thread a little after the imitated one.
fn threads_left() -> Vec<String> {
    let begin = Instant::now();
    while runner::is_imitated() && !threads().is_empty() && begin.elapsed() < DESTROY {
        std::thread::sleep(Duration::from_millis(1));
    }
    threads()
}

fn destroy<T>(instance: T) -> Duration {
    let begin = Instant::now();
    drop(instance);
    begin.elapsed()
}

#[test]
fn a_clap_without_an_editor_leaves_the_process() {
    alone("a_clap_without_an_editor_leaves_the_process", || {
        for _ in 0..3 {
            let entry = clap::Rig::load_file(&file());
            assert!(is_mapped());
            let (mut one, mut two) = (clap::Rig::from_entry(&entry), clap::Rig::from_entry(&entry));
            play(&mut one);
            play(&mut two);
            assert!(!threads().is_empty(), "the check sees threads of ours");
            drop(one);
            assert!(!threads().is_empty(), "the other goes on");
            drop(two);
            assert_eq!(
                threads_left(),
                Vec::<String>::new(),
                "after the last instance"
            );
            drop(entry);
            assert!(!is_mapped(), "the library is gone");
        }
    });
}

/// A host that lists presets and keeps nothing of it.
struct Indexer;

impl IndexerImpl for Indexer {
    fn declare_filetype(&mut self, _: FileType) -> Result<(), HostError> {
        Ok(())
    }
    fn declare_location(&mut self, _: LocationInfo) -> Result<(), HostError> {
        Ok(())
    }
    fn declare_soundpack(&mut self, _: Soundpack) -> Result<(), HostError> {
        Ok(())
    }
}

#[test]
fn a_list_of_presets_leaves_the_process_without_an_instance() {
    alone(
        "a_list_of_presets_leaves_the_process_without_an_instance",
        || {
            for _ in 0..3 {
                let entry = clap::Rig::load_file(&file());
                let info = HostInfo::new("Anteroom tests", "Anteroom", "", "1").expect("text");
                let id = c"org.anteroom.anteroom.presets";
                let list = Provider::instantiate(Indexer, &entry, id, &info);
                let list = list.expect("a list of presets");
                assert!(!threads().is_empty(), "a folder was made");
                drop(list);
                assert_eq!(threads_left(), Vec::<String>::new());
                drop(entry);
                assert!(!is_mapped(), "the library is gone");
            }
        },
    );
}

#[test]
fn sixty_four_instances_share_a_few_threads() {
    alone("sixty_four_instances_share_a_few_threads", || {
        let mut rigs: Vec<clap::Rig> = (0..64).map(|_| clap::Rig::new()).collect();
        for rig in &mut rigs {
            play(rig);
        }
        let names = threads();
        println!("64 instances: {} threads", names.len());
        assert!(names.len() <= 10, "{names:?}");
        drop(rigs);
        assert_eq!(threads_left(), Vec::<String>::new());
    });
}

#[test]
fn an_instance_goes_at_once_whatever_its_worker_does() {
    alone("an_instance_goes_at_once_whatever_its_worker_does", || {
        let mut longest = Duration::ZERO;
        let rooms: Vec<&str> = Origin::room_names().collect();
        for turn in 0..40 {
            let mut preset = Preset::default();
            preset.project.origin = Origin::room(rooms[turn % rooms.len()]).expect("a room");
            for (id, value) in [("decay", 400.0), ("size", 200.0), ("damping", 25.0)] {
                preset.set(id, value);
            }
            let mut rig = clap::Rig::new();
            assert!(rig.load(&preset.to_clapstate()));
            let stopped = rig.activate(192_000.0, 512);
            std::thread::sleep(Duration::from_millis(17 * (turn as u64 % 20)));
            rig.plugin.deactivate(stopped);
            let took = destroy(rig);
            longest = longest.max(took);
            assert!(took < DESTROY, "{took:?} in turn {turn}");
        }
        println!("40 busy instances: destroyed in {longest:?} at most");
    });
}

#[test]
fn a_vst3_that_comes_and_goes_takes_no_more_of_anything() {
    alone(
        "a_vst3_that_comes_and_goes_takes_no_more_of_anything",
        || {
            let mut before = None;
            for round in 1..=50 {
                let library = library::Library::load(&file());
                for _ in 0..2 {
                    let instance = rig::Rig::new(library.entry());
                    instance.activate(48_000.0, 128, true);
                    let mut block = rig::Block::new(2, 2, 128);
                    block.automate(instance.id("mix"), &[(0, 0.5)]);
                    block.process(&instance.processor, 128);
                    instance.deactivate();
                }
                library.unload();
                let now = (threads().len(), handles(), resident_mb());
                if round == 5 {
                    before = Some(now);
                }
                if round == 50 {
                    let (threads, handles, memory) = before.expect("a fifth round");
                    println!("round 5: {before:?}, round 50: {now:?}");
                    assert_eq!((now.0, now.1), (threads, handles));
                    assert!(now.2 < memory + 16.0, "{} MB after {memory} MB", now.2);
                }
            }
        },
    );
}
