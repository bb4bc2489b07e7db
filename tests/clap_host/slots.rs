//! The second slot as a host sees it: it is saved and opened with the project, and a file that is missing in it is kept.

use super::rig::{Block, Rig};
use anteroom::impulse::{FileRef, Origin};
use anteroom::state::Preset;

const SIZE: usize = 256;

/// A preset that is blended to the half.
fn preset(second: Option<Origin>) -> Preset {
    let mut preset = Preset::default();
    preset.project.origin = Origin::room("Studio").expect("a room");
    preset.project.second = second;
    preset.set("mix", 100.0);
    preset.set("blend", 50.0);
    preset
}

/// What a click sounds like, offline, and the state that is saved afterwards.
fn played(state: &[u8]) -> (Vec<f32>, Preset) {
    let mut rig = Rig::new();
    assert!(rig.load(state));
    rig.offline(true);
    let stopped = rig.activate(48_000.0, SIZE);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, SIZE);
    let mut sound = Vec::new();
    for number in 0..60 {
        block.feed(SIZE, |_, index| f32::from(u8::from(number + index == 0)));
        block.process(&mut plugin, SIZE);
        sound.extend(&block.output[0][..SIZE]);
    }
    let saved = rig.save();
    rig.plugin.deactivate(plugin.stop_processing());
    let saved = Preset::from_clapstate(&saved).expect("a state of our own");
    (sound, saved)
}

#[test]
fn a_second_impulse_is_saved_and_opened_with_the_project() {
    let plate = Origin::room("Plate");
    let (both, saved) = played(&preset(plate.clone()).to_clapstate());
    assert_eq!(saved.project.second, plate);
    let (again, _) = played(&saved.to_clapstate());
    assert!(again == both, "opened again it is the same sound");
    let (alone, saved) = played(&preset(None).to_clapstate());
    assert!(both != alone && saved.project.second.is_none());
    // A project from before there were two opens with the slot empty, whatever was there before.
    let mut older = preset(None).to_json();
    older = older.replace(r#"\"version\":2"#, r#"\"version\":1"#);
    assert!(older.contains(r#"\"version\":1"#));
    let mut state = (older.len() as u64).to_le_bytes().to_vec();
    state.extend(older.as_bytes());
    let mut rig = Rig::new();
    assert!(rig.load(&preset(plate).to_clapstate()));
    assert!(rig.load(&state));
    let saved = Preset::from_clapstate(&rig.save()).expect("a state of our own");
    assert_eq!(saved.project.second, None);
    assert!(played(&state).0 == alone);
}

#[test]
fn a_second_file_that_is_missing_is_kept_and_the_first_impulse_sounds_alone() {
    let gone = Origin::File(FileRef {
        hash: "ab".repeat(32),
        bytes: 1_000,
        name: "gone.wav".into(),
        absolute: "/nowhere/gone.wav".into(),
        frames: 200,
        rate: 48_000,
        channels: 2,
        ..FileRef::default()
    });
    let (alone, _) = played(&preset(None).to_clapstate());
    let (sound, saved) = played(&preset(Some(gone.clone())).to_clapstate());
    assert!(sound == alone);
    assert_eq!(saved.project.second, Some(gone));
}

#[test]
fn a_project_that_is_loaded_while_it_plays_brings_both_impulses() {
    let mut rig = Rig::new();
    assert!(rig.load(&preset(Origin::room("Plate")).to_clapstate()));
    rig.offline(true);
    let stopped = rig.activate(48_000.0, SIZE);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, SIZE);
    let mut running = |rig: &mut Rig, second| {
        assert!(rig.load(&preset(second).to_clapstate()));
        block.feed(SIZE, |_, index| if index == 0 { 0.5 } else { 0.0 });
        // Until the old tails have rung out.
        for _ in 0..3_000 {
            block.process(&mut plugin, SIZE);
        }
        super::rig::tail(&mut plugin)
    };
    let long = running(&mut rig, Origin::room("Cathedral"));
    let short = running(&mut rig, None);
    let again = running(&mut rig, Origin::room("Cathedral"));
    assert!(
        long > 2 * short && again == long,
        "{long}, {short}, {again}"
    );
    rig.plugin.deactivate(plugin.stop_processing());
}
