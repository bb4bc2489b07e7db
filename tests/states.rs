//! States that no host should hand over: a thousand mutations of good ones, and more than a hundred crafted by hand.
//! Each is loaded, played, saved and now and then shown, in a process of its own whose memory is limited. No crash, no
//! hang, and what is saved afterwards can be loaded again.
//!
//! `ANTEROOM_STATES=10000 cargo test --test states` runs more mutations.

#![cfg(target_os = "linux")]

#[path = "clap_host/rig.rs"]
#[allow(
    dead_code,
    reason = "the tests that share this file use different parts of it"
)]
mod rig;
#[path = "common/screen.rs"]
#[allow(
    dead_code,
    reason = "the tests that share this file use different parts of it"
)]
mod screen;
#[path = "common/server.rs"]
mod server;
#[path = "common/syscalls.rs"]
#[allow(
    dead_code,
    reason = "the tests that share this file use different parts of it"
)]
mod syscalls;

#[path = "states/crafted.rs"]
mod crafted;
#[path = "states/mutate.rs"]
mod mutate;

use anteroom_test_support as support;
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiApiType, GuiConfiguration, PluginGui};
use rig::{Block, Rig};
use support::system::{end_after, limit_data, most_memory};

/// How many mutations are tried if nothing else is said.
const MUTATIONS: usize = 1_000;
/// The most memory that the process may have for its data, bytes.
const MEMORY: u64 = 1_500_000_000;
/// No state takes longer.
const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn a_thousand_mutated_states_do_no_harm() {
    let name = "a_thousand_mutated_states_do_no_harm";
    if screen::role().is_none() {
        return screen::in_processes(name, "mutated", 1);
    }
    let count = std::env::var("ANTEROOM_STATES").ok();
    let count = count
        .and_then(|count| count.parse().ok())
        .unwrap_or(MUTATIONS);
    let mut mutator = mutate::Mutator::new();
    harmless((0..count).map(|number| (format!("mutation {number}"), mutator.next())));
}

#[test]
fn a_hundred_crafted_states_do_no_harm() {
    let name = "a_hundred_crafted_states_do_no_harm";
    if screen::role().is_none() {
        return screen::in_processes(name, "crafted", 1);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let states = crafted::states(folder.path());
    assert!(states.len() >= 100, "{}", states.len());
    harmless(states.into_iter());
}

/// That the limits bite: a process that takes more memory ends, and so does one that hangs.
#[test]
fn the_limits_can_be_exceeded() {
    assert!(support::child::kills("the_limits_can_be_exceeded", || {
        limit_data(MEMORY);
        let mut held = Vec::new();
        for _ in 0..40 {
            held.push(vec![1_u8; 50_000_000]);
        }
        std::process::exit(held.len() as i32);
    }));
}

/// CpuMeter each state into a plug-in, and does with it what hosts do.
fn harmless(states: impl Iterator<Item = (String, Vec<u8>)>) {
    limit_data(MEMORY);
    let mut rig = Rig::new();
    let parent = screen::Parent::open();
    let (mut slowest, mut count) = ((Duration::ZERO, String::new()), 0);
    for (number, (name, state)) in states.enumerate() {
        end_after(LIMIT);
        let begin = Instant::now();
        if number % 16 == 0 {
            rig = Rig::new();
        }
        // A host may be told that it is no good; it must not matter to the plug-in.
        let _ = rig.load(&state);
        if number % 8 == 0 || name.starts_with("played") {
            play(&mut rig);
        }
        if number % 20 == 0 || name.starts_with("view") {
            show(&mut rig, &parent);
        }
        let saved = rig.save();
        assert!(rig.load(&saved), "{name}: what was saved is loaded");
        if begin.elapsed() > slowest.0 {
            slowest = (begin.elapsed(), name);
        }
        count = number + 1;
    }
    drop(rig);
    let most = most_memory();
    println!(
        "{}{count} states, the slowest {:?} ({}), {:.0} MB at most",
        screen::SAID,
        slowest.0,
        slowest.1,
        most as f64 / 1e6
    );
    assert!(most < MEMORY, "{most} bytes");
}

fn play(rig: &mut Rig) {
    let stopped = rig.activate(48_000.0, 256);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, 256);
    for _ in 0..4 {
        block.feed(256, |_, index| if index == 0 { 1.0 } else { 0.0 });
        block.process(&mut plugin, 256);
        let finite = |channel: &Vec<f32>| channel.iter().all(|sample| sample.is_finite());
        assert!(block.output.iter().all(finite));
    }
    rig.plugin.deactivate(plugin.stop_processing());
}

/// Opens the editor, draws for a while, and closes it.
fn show(rig: &mut Rig, parent: &screen::Parent) {
    let handle = rig.plugin.plugin_handle();
    let gui: PluginGui = handle.get_extension().expect("an editor");
    let configuration = GuiConfiguration {
        api_type: GuiApiType::X11,
        is_floating: false,
    };
    if gui.create(&handle, configuration).is_err() {
        return;
    }
    rig.set_parent(gui, parent.id);
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(150) {
        rig.pump();
        std::thread::sleep(Duration::from_millis(5));
    }
    gui.destroy(&rig.plugin.plugin_handle());
}
