//! A minute of everything at once, without an allocation and without a system call.

use super::rig::{Block, Rig, tail};
use super::rng::Rng;
use super::stop::Stop;
use super::{screen, syscalls};
use anteroom::impulse::Origin;
use anteroom::instance::Command;
use anteroom::params::host_ids;
use anteroom::state::Preset;
use assert_no_alloc::assert_no_alloc;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const RATE: usize = 48_000;

#[test]
fn a_minute_of_every_parameter_and_every_swap_allocates_nothing() {
    // The commands come from the editor, so the test takes its place.
    let (mut rig, ui_handle) = anteroom::plugin::without_editor(Rig::new);
    let mut ui_handle = ui_handle.expect("the editor's ends");
    let mut pongs = 0;
    let stopped = rig.activate(RATE as f64, 2_048);
    // All but the one that counts changes, which no host moves.
    let mut ids = rig.ids.clone();
    assert_eq!(ids.len(), host_ids().count());
    ids.retain(|id| *id != rig.id("changes"));
    assert_eq!(ids.len(), host_ids().count() - 1);
    let stop = AtomicBool::new(false);
    let played = AtomicUsize::new(0);
    let swapped = AtomicUsize::new(0);
    let (stopped, tails) = std::thread::scope(|scope| {
        let audio = scope.spawn(|| {
            let _stop = Stop(&stop);
            let mut plugin = stopped.start_processing().expect("it starts");
            let mut block = Block::new(2, 2, 2_048);
            let mut rng = Rng(1);
            let mut tails = Vec::new();
            let mut turn = 0usize;
            // A slow machine plays on, up to six times as long, until enough impulses have come.
            while played.load(Ordering::Relaxed) < 60 * RATE
                || (swapped.load(Ordering::Relaxed) <= 5
                    && played.load(Ordering::Relaxed) < 360 * RATE)
            {
                let samples = 1 + rng.roll(if turn.is_multiple_of(10) { 2_048 } else { 512 });
                // Sounds, silence, and what no input should have.
                let kind = rng.roll(20);
                block.feed(samples, |channel, index| match kind {
                    0 => 0.0,
                    1 if index % 7 == channel => f32::NAN,
                    2 if index == 0 => f32::INFINITY,
                    3 => 1e-40,
                    4 => 1e9,
                    _ => ((turn * 31 + index * 17 + channel) % 199) as f32 / 199.0 - 0.5,
                });
                let mut time = 0;
                for _ in 0..rng.roll(6) {
                    time = (time + rng.roll(samples)).min(samples - 1);
                    block.automate(
                        ids[rng.roll(ids.len())],
                        time,
                        rng.share().round_some(&mut rng),
                    );
                }
                block.process_in(&mut plugin, samples, |process| assert_no_alloc(process));
                for channel in &block.output {
                    assert!(channel[..samples].iter().all(|sample| sample.is_finite()));
                }
                if turn.is_multiple_of(500) {
                    plugin.reset();
                }
                tails.push(tail(&mut plugin));
                played.fetch_add(samples, Ordering::Relaxed);
                turn += 1;
                // Slow enough for the loader to have its say, faster than any host.
                if turn.is_multiple_of(4) {
                    std::thread::sleep(std::time::Duration::from_millis(1));
                }
            }
            (plugin.stop_processing(), tails)
        });
        // Meanwhile the host's main thread loads projects with other impulses, and saves.
        let rooms: Vec<&str> = Origin::room_names().collect();
        let mut turn = 0;
        while !stop.load(Ordering::Relaxed) {
            let mut preset = Preset::default();
            preset.project.origin = Origin::room(rooms[turn % rooms.len()]).expect("a room");
            // Two of three have a second impulse.
            let second = rooms[(turn * 7 + 3) % rooms.len()];
            preset.project.second = Origin::room(second).filter(|_| turn % 3 > 0);
            // Three of four have choices, a few rooms in which `pick` is found.
            let listed = (0..turn % 4).map(|place| rooms[(turn / 8 + place) % rooms.len()]);
            preset.project.choices = listed.filter_map(Origin::room).collect();
            preset.set("mix", 100.0);
            assert!(rig.load(&preset.to_clapstate()));
            assert!(!rig.save().is_empty());
            rig.pump();
            for command in [
                Command::Ping(turn as u32),
                Command::ClearTail,
                Command::ResetMeters,
            ] {
                // A full queue is one more thing that may happen.
                let _ = ui_handle.commands.push(command);
            }
            while ui_handle.replies.pop().is_ok() {
                pongs += 1;
            }
            swapped.store(ui_handle.snapshots.read().swaps as usize, Ordering::Relaxed);
            turn += 1;
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
        println!("{turn} projects were loaded meanwhile, {pongs} commands answered");
        assert!(pongs > 10, "the audio thread read the commands");
        audio.join().expect("the audio thread ends well")
    });
    let mut kinds = tails.clone();
    kinds.sort_unstable();
    kinds.dedup();
    println!(
        "{} blocks, {} lengths of the tail",
        tails.len(),
        kinds.len()
    );
    let swaps = ui_handle.snapshots.read().swaps;
    assert!(swaps > 5, "{swaps} impulses were swapped");
    assert!(kinds.len() > 5, "tails are as long as the impulses");
    rig.plugin.deactivate(stopped);
}

trait RoundSome {
    fn round_some(self, rng: &mut Rng) -> f64;
}

impl RoundSome for f64 {
    /// Now and then exactly an end of the range.
    fn round_some(self, rng: &mut Rng) -> f64 {
        if rng.roll(4) == 0 { self.round() } else { self }
    }
}

#[test]
fn the_net_can_fail() {
    const NAME: &str = "session::the_net_can_fail";
    if screen::role().as_deref() == Some("allocate") {
        let mut rig = Rig::new();
        let stopped = rig.activate(RATE as f64, 64);
        let mut plugin = stopped.start_processing().expect("it starts");
        let mut block = Block::new(2, 2, 64);
        block.process_in(&mut plugin, 64, |process| {
            assert_no_alloc(|| {
                process();
                drop(std::hint::black_box(vec![0_u8; 64]));
            });
        });
        return;
    }
    let program = std::env::current_exe().expect("a test knows its own program");
    let output = std::process::Command::new(program)
        .args(["--exact", NAME, "--test-threads=1"])
        .env(screen::ROLE, "allocate")
        .output()
        .expect("a test can start its own program");
    assert!(
        !output.status.success(),
        "an allocation passed through the net"
    );
    // It was the net that ended it, not a failed test.
    assert_eq!(output.status.code(), None, "{}", output.status);
}

#[test]
fn automation_makes_no_system_call() {
    syscalls::negative_control();
    let mut rig = Rig::new();
    let stopped = rig.activate(RATE as f64, 512);
    let (stopped, counts) = std::thread::scope(|scope| {
        let ids = &rig.ids;
        let audio = scope.spawn(move || {
            let mut plugin = stopped.start_processing().expect("it starts");
            let counts = automated_blocks(ids, &mut plugin, 200);
            (plugin.stop_processing(), counts)
        });
        audio.join().expect("the audio thread ends well")
    });
    match counts {
        Some(counts) => {
            syscalls::report(&format!(
                "CLAP, system calls in 200 automated blocks, editor closed: {}",
                syscalls::show(&counts)
            ));
            assert!(counts.is_empty(), "{}", syscalls::show(&counts));
        }
        None => syscalls::report("skipped: this system does not count a thread's system calls"),
    }
    rig.plugin.deactivate(stopped);
}

/// Processes blocks in which every parameter moves, and counts the system calls.
pub fn automated_blocks(
    ids: &[clack_host::utils::ClapId],
    plugin: &mut clack_host::process::StartedPluginAudioProcessor<super::rig::Host>,
    blocks: usize,
) -> Option<std::collections::BTreeMap<usize, u64>> {
    let mut block = Block::new(2, 2, 512);
    let mut play = |turn: usize| {
        // All but the one that counts changes, which no host moves.
        let moved = ids.iter().zip(host_ids()).enumerate();
        for (place, (id, _)) in moved.filter(|(_, (_, name))| *name != "changes") {
            block.automate(*id, 30 * place, ((turn + place) % 7) as f64 / 7.0);
        }
        block.process(plugin, 512);
    };
    // What the host itself needs, it has before.
    (0..3).for_each(&mut play);
    syscalls::count(|| (0..blocks).for_each(&mut play))
}
