//! Many instances, one after the other, side by side, and from a file that comes and goes.

use super::rig::{Block, Rig};
use anteroom::state::Preset;
use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};

/// Makes an instance, plays, automates, loads a state and destroys it.
fn round(mut rig: Rig, turn: usize) {
    let mut preset = Preset::default();
    preset.set("mix", (turn % 100) as f32);
    let state = preset.to_clapstate();
    if turn.is_multiple_of(3) {
        assert!(rig.load(&state));
    }
    let stopped = rig.activate(48_000.0, 128);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, 128);
    for step in 0..4 {
        block.automate(rig.id("mix"), 0, f64::from(step) / 4.0);
        block.automate(rig.id("decay"), 3, f64::from(step) / 4.0);
        block.process(&mut plugin, 128);
    }
    if turn % 3 == 1 {
        assert!(rig.load(&state));
        block.process(&mut plugin, 128);
    }
    rig.plugin.deactivate(plugin.stop_processing());
    if turn % 3 == 2 {
        assert!(rig.load(&state));
    }
}

#[test]
fn a_thousand_rounds_of_two_alternating_instances() {
    std::thread::scope(|scope| {
        for side in 0..2 {
            scope.spawn(move || (0..500).for_each(|turn| round(Rig::new(), 2 * turn + side)));
        }
    });
}

#[test]
fn a_hundred_activations_change_nothing() {
    let mut rig = Rig::new();
    rig.offline(true);
    let mut block = Block::new(2, 2, 256);
    let mut first = None;
    for turn in 0..100 {
        let rate = if turn % 2 == 0 { 48_000.0 } else { 44_100.0 };
        let stopped = rig.activate(rate, 256);
        let mut plugin = stopped.start_processing().expect("it starts");
        block.feed(256, |_, index| if index == 0 { 1.0 } else { 0.0 });
        block.process(&mut plugin, 256);
        if turn % 2 == 0 {
            let first = first.get_or_insert_with(|| block.output.clone());
            assert_eq!(*first, block.output, "activation {turn}");
        }
        rig.plugin.deactivate(plugin.stop_processing());
    }
}

#[test]
fn the_library_can_be_unloaded_and_loaded_again() {
    // Cargo puts the library next to the tests that are linked with it.
    let here = std::env::current_exe().expect("a test knows its own program");
    let file = here.with_file_name(format!("{DLL_PREFIX}anteroom{DLL_SUFFIX}"));
    for turn in 0..10 {
        let entry = Rig::load_file(&file);
        round(Rig::from_entry(&entry), turn);
        round(Rig::from_entry(&entry), turn + 1);
    }
}
