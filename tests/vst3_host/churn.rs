//! Many instances, one after the other, side by side, and from a file that comes and goes.

use super::HERE;
use super::library::Library;
use super::rig::{Block, Entry, Rig};
use anteroom::state::Preset;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};

/// Makes an instance, plays, automates, loads a state and destroys it.
fn round(entry: Entry, turn: usize) {
    let rig = Rig::new(entry);
    // Every other one is heard; loading comes before, between and after.
    let mut preset = Preset::default();
    preset.set("mix", (turn % 100) as f32);
    let state = preset.to_json();
    if turn.is_multiple_of(3) {
        assert!(rig.load(state.as_bytes()));
    }
    rig.activate(48_000.0, 128, false);
    let mut block = Block::new(2, 2, 128);
    for step in 0..4 {
        block.automate(rig.id("mix"), &[(0, f64::from(step) / 4.0), (64, 0.9)]);
        block.automate(rig.id("decay"), &[(3, f64::from(step) / 4.0)]);
        block.process(&rig.processor, 128);
    }
    if turn % 3 == 1 {
        assert!(rig.load(state.as_bytes()));
        block.process(&rig.processor, 128);
    }
    rig.deactivate();
    if turn % 3 == 2 {
        assert!(rig.load(state.as_bytes()));
    }
}

#[test]
fn a_thousand_rounds_of_two_alternating_instances() {
    std::thread::scope(|scope| {
        for side in 0..2 {
            scope.spawn(move || (0..500).for_each(|turn| round(HERE, 2 * turn + side)));
        }
    });
}

#[test]
fn a_host_moves_parameters_from_another_thread_and_removes_the_plug_in_at_once() {
    // Each of these is work for the framework's own thread, which must not meet it: the instance
    // is gone a moment later.
    for turn in 0..200 {
        let rig = Rig::new(HERE);
        let state = Preset::default().to_json();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for step in 0..20 {
                    rig.set("mix", f64::from(step) / 20.0);
                    rig.set("decay", f64::from(turn) / 200.0);
                    assert!(rig.load(state.as_bytes()));
                }
            });
        });
    }
}

#[test]
fn a_hundred_activations_change_nothing() {
    let rig = Rig::new(HERE);
    let mut block = Block::new(2, 2, 256);
    let mut first = None;
    for turn in 0..100 {
        rig.activate(if turn % 2 == 0 { 48_000.0 } else { 44_100.0 }, 256, true);
        block.feed(256, |_, index| if index == 0 { 1.0 } else { 0.0 });
        block.process(&rig.processor, 256);
        let sound = block.output[0].clone();
        if turn % 2 == 0 {
            let first = first.get_or_insert_with(|| sound.clone());
            assert_eq!(*first, sound, "activation {turn}");
        }
        rig.deactivate();
    }
}

#[test]
fn the_library_can_be_unloaded_and_loaded_again() {
    // Cargo puts the library next to the tests that are linked with it.
    let here = std::env::current_exe().expect("a test knows its own program");
    let file = here.with_file_name(format!("{DLL_PREFIX}anteroom{DLL_SUFFIX}"));
    for turn in 0..10 {
        let library = Library::load(&file);
        round(library.entry(), turn);
        round(library.entry(), turn + 1);
        library.unload();
    }
    // The thread that is parked for ever is code of the library: it must still be there. On Windows there is none.
    assert_eq!(Library::is_loaded(&file), cfg!(target_os = "linux"));
}
