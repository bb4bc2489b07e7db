//! Layouts, tail, automation, bounce and states.

use super::rig::{Block, Rig, tail};
use anteroom::impulse::Origin;
use anteroom::state::Preset;

fn noise(at: usize) -> f32 {
    let mixed = (at % 9973).wrapping_mul(2_654_435_761) ^ (at << 7);
    ((mixed >> 8) & 0xffff) as f32 / 65_536.0 - 0.5
}

#[test]
fn three_layouts_are_offered_and_play_without_latency() {
    for (layout, (inputs, outputs)) in [(2, 2), (1, 2), (1, 1)].into_iter().enumerate() {
        let mut rig = Rig::new();
        rig.select(layout as u32);
        let stopped = rig.activate(48_000.0, 512);
        assert_eq!(rig.latency(), 0);
        let mut plugin = stopped.start_processing().expect("it starts");
        let mut block = Block::new(inputs, outputs, 512);
        for turn in 0..20 {
            block.feed(512, |_, index| noise(turn * 512 + index));
            block.process(&mut plugin, 512);
        }
        for channel in &block.output {
            assert!(channel.iter().all(|sample| sample.is_finite()));
            let heard = channel.iter().any(|sample| sample.abs() > 0.01);
            assert!(heard, "{inputs} to {outputs}");
        }
        rig.plugin.deactivate(plugin.stop_processing());
    }
}

#[test]
fn the_tail_is_the_predelay_and_the_impulse() {
    super::warm::warm(&Origin::default(), 48_000);
    let mut rig = Rig::new();
    let stopped = rig.activate(48_000.0, 512);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, 512);
    block.process(&mut plugin, 512);
    let before = tail(&mut plugin);
    assert!(before > 10_000, "{before}");
    block.automate(rig.id("predelay"), 0, 1.0);
    block.process(&mut plugin, 512);
    assert_eq!(tail(&mut plugin), before + 24_000);
    rig.plugin.deactivate(plugin.stop_processing());
}

/// What is bounced.
const SAMPLES: usize = 24_000;

/// Half a second of sound, offline, with all that shapes the impulse in motion, in blocks of one size.
fn bounce(size: usize, state: &[u8]) -> Vec<f32> {
    let mut rig = Rig::new();
    assert!(rig.load(state));
    rig.offline(true);
    let stopped = rig.activate(48_000.0, size);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, size);
    let mut sound = Vec::new();
    for start in (0..SAMPLES).step_by(size) {
        let here = size.min(SAMPLES - start);
        block.feed(here, |_, index| noise(start + index));
        for at in (start..start + here).filter(|at| at % 6_000 == 0) {
            let to = at as f64 / SAMPLES as f64;
            let steps = (at / 6_000 % 2) as f64;
            let moves = [
                ("mix", 1.0 - to / 2.0),
                ("start", steps * 0.1),
                ("length", 1.0 - to / 2.0),
                ("attack", to * 0.2),
                ("reverse", steps),
                ("normalize", 1.0 - steps),
                ("decay", to),
                ("size", 0.5 - to / 4.0),
                ("damping", 1.0 - to),
            ];
            for (id, to) in moves {
                block.automate(rig.id(id), at - start, to);
            }
        }
        block.process(&mut plugin, here);
        sound.extend_from_slice(&block.output[0][..here]);
    }
    rig.plugin.deactivate(plugin.stop_processing());
    sound
}

#[test]
fn a_bounce_is_the_same_every_time_and_for_every_block_size() {
    let mut preset = Preset::default();
    preset.project.origin = Origin::room("Studio").expect("a room");
    let state = preset.to_clapstate();
    let reference = bounce(512, &state);
    assert!(reference.iter().any(|sample| sample.abs() > 0.01));
    for size in [512, 1, 17, 64, 192, 480, 2_048] {
        let same = bounce(size, &state) == reference;
        assert!(same, "blocks of {size} samples give another sound");
    }
}

#[test]
fn a_state_comes_back_in_another_instance_with_its_impulse() {
    let room = Origin::room_names().last().expect("a room");
    let mut preset = Preset::default();
    preset.set("mix", 80.0);
    preset.set("reverse", 1.0);
    preset.project.origin = Origin::room(room).expect("a room");
    let mut first = Rig::new();
    assert!(first.load(&preset.to_clapstate()));
    let stopped = first.activate(44_100.0, 256);
    let saved = first.save();
    first.plugin.deactivate(stopped);
    let mut second = Rig::new();
    assert!(second.load(&saved));
    assert_eq!(second.save(), saved);
    assert!((second.position("mix") - 0.8).abs() < 1e-6);
    let read = Preset::from_clapstate(&saved).expect("the plug-in's own state");
    assert_eq!(read.project.origin.name(), room);
    assert_eq!(read.value("reverse"), Some(1.0));
}

#[test]
fn a_missing_file_is_remembered_and_a_damaged_state_is_not_fatal() {
    let mut preset = Preset::default();
    preset.project.origin =
        anteroom::loader::file_at(std::path::Path::new("/nowhere/gone for ever.wav"));
    let mut rig = Rig::new();
    assert!(rig.load(&preset.to_clapstate()));
    let stopped = rig.activate(48_000.0, 256);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, 256);
    block.automate(rig.id("mix"), 0, 0.0);
    block.feed(256, |_, index| noise(index));
    block.process(&mut plugin, 256);
    assert_eq!(block.output[0][0], noise(0), "dry passes");
    let saved = rig.save();
    let read = Preset::from_clapstate(&saved).expect("the plug-in's own state");
    assert_eq!(read.project.origin.name(), preset.project.origin.name());
    for place in (0..saved.len()).step_by(5) {
        let mut bytes = saved.clone();
        bytes[place] ^= 0x21;
        rig.load(&bytes);
        rig.load(&saved[..place]);
    }
    block.process(&mut plugin, 256);
    assert!(rig.load(&saved));
    rig.plugin.deactivate(plugin.stop_processing());
}
