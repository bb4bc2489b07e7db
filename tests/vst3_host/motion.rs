//! The position in the song moves the tail in VST3: told with a block, it counts for each piece of it.

use super::HERE;
use super::rig::{Block, Rig};
use anteroom::impulse::Origin;
use anteroom::state::Preset;
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

const SAMPLES: usize = 24_000;

fn noise(at: usize) -> f32 {
    let mixed = (at % 9973).wrapping_mul(2_654_435_761) ^ (at << 7);
    ((mixed >> 8) & 0xffff) as f32 / 65_536.0 - 0.5
}

/// A render in blocks of `size`, from a position in the song if there is one. A switch that does nothing here moves at
/// samples that depend on the render alone, so that blocks are cut.
fn bounce(from: Option<i64>, size: usize) -> Vec<f32> {
    let mut preset = Preset::default();
    preset.set("mix", 100.0);
    preset.set("motion", 100.0);
    preset.set("motion_rate", 1.3);
    preset.project.origin = Origin::room("Studio").expect("a room");
    let rig = Rig::new(HERE);
    assert!(rig.load(preset.to_json().as_bytes()));
    rig.activate(48_000.0, size, true);
    let mut block = Block::new(2, 2, size);
    let mut sound = Vec::new();
    for start in (0..SAMPLES).step_by(size) {
        let here = size.min(SAMPLES - start);
        let cuts = (start..start + here).filter(|at| at % 777 == 0);
        // Without *Duck* nothing is heard of what it listens to.
        let points: Vec<(i32, f64)> = cuts
            .map(|at| ((at - start) as i32, (at / 777 % 2) as f64))
            .collect();
        if !points.is_empty() {
            block.automate(rig.id("duck_key"), &points);
        }
        block.feed(here, |channel, index| noise(start + index + 31 * channel));
        block.song = from.map(|from| from + start as i64);
        assert_eq!(block.process(&rig.processor, here), kResultOk);
        sound.extend_from_slice(&block.output[0][..here]);
    }
    rig.deactivate();
    sound
}

#[test]
fn the_place_in_the_song_is_the_same_bits_whatever_the_blocks() {
    let whole = bounce(Some(5_000_001), SAMPLES);
    for size in [17, 64, 192, 480, 512, 2_048] {
        assert!(bounce(Some(5_000_001), size) == whole, "blocks of {size}");
    }
    assert!(bounce(Some(5_010_001), 512) != whole);
    // Without a song it counts from the beginning.
    let counted = bounce(None, 512);
    assert!(bounce(Some(0), 512) == counted);
    assert!(counted != whole);
}
