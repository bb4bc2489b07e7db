//! States: there and back, damaged, older, newer, and while it plays.

use super::HERE;
use super::rig::{Block, Rig};
use super::wav::write_wav;
use anteroom::impulse::Origin;
use anteroom::params::{PARAMS, host_ids};
use anteroom::state::Preset;

#[test]
fn a_state_comes_back_in_another_instance_with_its_impulse() {
    let rooms: Vec<&str> = Origin::room_names().collect();
    let mut preset = Preset::default();
    preset.set("mix", 80.0);
    preset.set("bypass", 1.0);
    preset.project.origin = Origin::room(rooms[1]).expect("a room");
    let first = Rig::new(HERE);
    assert!(first.load(preset.to_json().as_bytes()));
    let before = first.save();
    first.activate(44_100.0, 256, false);
    let saved = first.save();
    assert_eq!(before, saved, "activation changes nothing");
    first.deactivate();
    drop(first);

    let second = Rig::new(HERE);
    assert!(second.load(&saved));
    assert_eq!(second.save(), saved);
    let read = Preset::from_json(&saved).expect("the plug-in's own state");
    assert_eq!(read.value("mix"), Some(80.0));
    assert_eq!(read.value("bypass"), Some(1.0));
    assert_eq!(read.project.origin.name(), rooms[1]);
}

#[test]
fn a_state_that_is_loaded_while_it_plays_takes_effect_without_a_wait() {
    let rooms: Vec<&str> = Origin::room_names().collect();
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 256, false);
    let tail = rig.tail();
    let mut block = Block::new(2, 2, 256);
    let mut preset = Preset::default();
    preset.project.origin = (rooms.iter().rev())
        .find_map(|room| Origin::room(room))
        .expect("a room");
    assert!(rig.load(preset.to_json().as_bytes()));
    let mut turns = 0;
    while rig.tail() == tail && turns < 20_000 {
        block.feed(256, |_, _| 0.0);
        block.process(&rig.processor, 256);
        std::thread::sleep(std::time::Duration::from_millis(1));
        turns += 1;
    }
    assert_ne!(rig.tail(), tail, "the other room has come");
    let saved = Preset::from_json(&rig.save()).expect("the plug-in's own state");
    assert_eq!(saved.project.origin.name(), preset.project.origin.name());
    rig.deactivate();
}

/// What the loader finds out about the impulse of before is no choice of the user's.
#[test]
fn a_state_that_is_loaded_between_two_activations_counts_whatever_is_embedded() {
    let folder = tempfile::tempdir().expect("a folder");
    let rooms: Vec<&str> = Origin::room_names().collect();
    let path = folder.path().join("hall.wav");
    let samples: Vec<f32> = (1..=100).map(|n| 1.0 / n as f32).collect();
    write_wav(&path, 48_000, &samples);
    let mut file = Preset::default();
    file.project.origin = anteroom::loader::file_at(&path);
    file.project.embed = true;
    let mut room = Preset::default();
    room.project.origin = Origin::room(rooms[2]).expect("a room");
    room.project.embed = false;
    let rig = Rig::new(HERE);
    assert!(rig.load(file.to_json().as_bytes()));
    let name = || {
        let saved = Preset::from_json(&rig.save()).expect("the plug-in's own state");
        saved.project.origin.name().to_owned()
    };
    rig.activate(48_000.0, 256, false);
    assert_eq!(name(), "hall.wav");
    rig.deactivate();
    assert!(rig.load(room.to_json().as_bytes()));
    // Long enough for the loader to throw the copy away.
    for _ in 0..20 {
        assert_eq!(name(), rooms[2]);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    rig.activate(48_000.0, 256, false);
    assert_eq!(name(), rooms[2]);
    rig.deactivate();
}

#[test]
fn damaged_states_are_refused_or_repaired_and_never_fatal() {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 64, false);
    let whole = rig.save();
    // Cut off at every place, and with every byte spoilt in turn.
    for end in (0..whole.len()).step_by(7) {
        rig.load(&whole[..end]);
    }
    for place in (0..whole.len()).step_by(3) {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x15;
        rig.load(&bytes);
    }
    for text in [
        "",
        "null",
        "[]",
        "{}",
        "{\"params\":{},\"fields\":{\"project\":\"7\"}}",
    ] {
        rig.load(text.as_bytes());
    }
    // Whatever is left can play, be saved and be read.
    let mut block = Block::new(2, 2, 64);
    block.process(&rig.processor, 64);
    assert!(Preset::from_json(&rig.save()).is_ok());
    assert!(rig.load(&whole));
    let again = rig.save();
    let params = |bytes: &[u8]| Preset::from_json(bytes).map(|preset| preset.values);
    assert_eq!(params(&again), params(&whole));
    rig.deactivate();
}

#[test]
fn what_an_older_state_lacks_is_the_default_and_what_a_newer_one_adds_is_passed_over() {
    let rig = Rig::new(HERE);
    let mut preset = Preset::default();
    for param in &PARAMS {
        let elsewhere = if param.default == param.max {
            param.min
        } else {
            param.max
        };
        preset.set(param.id, elsewhere);
    }
    assert!(rig.load(preset.to_json().as_bytes()));
    let older = br#"{"version":"0.0.1","params":{"mix":{"f32":70.0}},"fields":{}}"#;
    assert!(rig.load(older));
    assert!((rig.position("mix") - 0.7).abs() < 1e-6);
    // Every other one is at rest, also those that came later.
    for param in PARAMS.iter().filter(|param| param.id != "mix") {
        let (position, default) = (rig.position(param.id), param.normalized(param.default));
        let off = (position - f64::from(default)).abs();
        assert!(off < 1e-5, "{}: {position}", param.id);
    }
    let newer = br#"{"version":"9.0.0","params":{"mix":{"f32":1e9},"shimmer":{"f32":1.0},
        "bypass":{"f32":1.0}},"fields":{"project":"{\"version\":99,\"origin\":{\"comet\":1}}","x":"1"}}"#;
    assert!(rig.load(newer));
    assert_eq!(rig.position("mix"), 1.0);
    assert_eq!(rig.position("bypass"), 1.0);
    rig.activate(48_000.0, 64, false);
    rig.deactivate();
    // Nothing was added.
    assert_eq!(rig.count(), host_ids().count() as i32);
}
