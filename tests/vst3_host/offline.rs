//! An offline render is the same every time, also when a state is loaded between two of its blocks.

use super::HERE;
use super::rig::{Block, Rig};
use anteroom::impulse::Origin;
use anteroom::state::Preset;
use std::time::Duration;

const SAMPLES: usize = 24_000;

/// Where a state is loaded: on no grid, and where blocks of 48 and of 480 samples end.
const TURN: usize = 9_120;

fn noise(at: usize) -> f32 {
    let mixed = (at % 9973).wrapping_mul(2_654_435_761) ^ (at << 7);
    ((mixed >> 8) & 0xffff) as f32 / 65_536.0 - 0.5
}

fn state(room: &str) -> Vec<u8> {
    let mut preset = Preset::default();
    preset.set("mix", 100.0);
    preset.project.origin = Origin::room(room).expect("a room");
    preset.to_json().into_bytes()
}

/// Renders offline; `between` is called before the block at [`TURN`].
fn render(first: &str, size: usize, between: impl FnOnce(&Rig)) -> Vec<f32> {
    render_at(TURN, first, size, between)
}

fn render_at(turn: usize, first: &str, size: usize, between: impl FnOnce(&Rig)) -> Vec<f32> {
    let rig = Rig::new(HERE);
    assert!(rig.load(&state(first)));
    rig.activate(48_000.0, size, true);
    let mut block = Block::new(2, 2, size);
    let mut sound = Vec::new();
    let mut between = Some(between);
    for start in (0..SAMPLES).step_by(size) {
        if start >= turn
            && let Some(between) = between.take()
        {
            between(&rig);
        }
        let here = size.min(SAMPLES - start);
        block.feed(here, |_, index| noise(start + index));
        block.process(&rig.processor, here);
        sound.extend_from_slice(&block.output[0][..here]);
    }
    rig.deactivate();
    sound
}

#[test]
fn a_state_that_is_loaded_between_two_blocks_is_heard_from_the_first_sample_of_the_next() {
    let load = |rig: &Rig| assert!(rig.load(&state("Plate")));
    let reference = render("Studio", 480, load);
    let without = render("Studio", 480, |_| ());
    assert!(reference[..TURN] == without[..TURN]);
    // As soon after a load between two points of every grid as after one on the grid.
    let parted = |turn: usize| {
        let changed = render_at(turn, "Studio", 48, load);
        let parted = (changed.iter().zip(&without)).position(|(a, b)| a != b);
        parted.expect("another impulse is heard") - turn
    };
    assert_eq!(parted(TURN), parted(18 * 512));
    for turn in 0..10 {
        let again = render("Studio", 480, |rig| {
            load(rig);
            // Whether the loader had its time before the next block or not.
            std::thread::sleep(Duration::from_millis(10 * (turn % 3)));
        });
        assert!(again == reference, "render {turn}");
    }
    for size in [48, 240, 1_520] {
        assert!(
            render("Studio", size, load) == reference,
            "blocks of {size}"
        );
    }
}

#[test]
fn many_states_between_two_blocks_are_as_good_as_the_last() {
    let rooms: Vec<&str> = Origin::room_names().collect();
    let reference = render("Studio", 480, |rig| assert!(rig.load(&state("Plate"))));
    for pause in [0, 30] {
        let many = render("Studio", 480, |rig| {
            for room in rooms.iter().cycle().take(30) {
                assert!(rig.load(&state(room)));
                // So that the loader makes an engine of each, which nobody takes.
                std::thread::sleep(Duration::from_millis(pause));
            }
            assert!(rig.load(&state("Plate")));
        });
        assert!(many == reference, "with a pause of {pause} ms");
    }
}

#[test]
fn a_state_that_comes_after_activate_is_there_at_the_first_sample() {
    let render = |first: &str, then: &str| {
        let rig = Rig::new(HERE);
        assert!(rig.load(&state(first)));
        rig.activate(48_000.0, 512, true);
        assert!(rig.load(&state(then)));
        let mut block = Block::new(2, 2, 512);
        block.feed(512, |_, index| noise(index));
        block.process(&rig.processor, 512);
        rig.deactivate();
        block.output[0].clone()
    };
    let reference = render("Plate", "Plate");
    for _ in 0..5 {
        assert!(render("Cathedral", "Plate") == reference);
    }
}
