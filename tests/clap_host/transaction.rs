//! A state is one transaction, and an offline render is the same every time although states are loaded meanwhile.

use super::rig::{Block, Rig, tail};
use super::stop::Stop;
use anteroom::impulse::Origin;
use anteroom::state::Preset;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// How often a state is loaded.
const LOADS: usize = 1_000;

/// Longer than every move of the settings, 20 ms, so that a block ends where its settings are.
const BLOCK: usize = 1_024;

/// What goes in, all the time.
const LEVEL: f32 = 0.25;

/// In one state the input passes, whatever the gain is; in the other there is nearly nothing. With the bypass of one and
/// the gain of the other it is four times as loud.
fn loud_and_soft() -> [(Vec<u8>, f32); 2] {
    [(1.0, 12.0, LEVEL), (0.0, -60.0, 0.001 * LEVEL)].map(|(bypass, output, heard)| {
        let mut preset = Preset::default();
        preset.set("mix", 0.0);
        preset.set("bypass", bypass);
        preset.set("output", output);
        (preset.to_clapstate(), heard)
    })
}

/// A long impulse of which little is kept, and a short one that is kept whole.
fn long_and_short() -> [Vec<u8>; 2] {
    [("Cathedral", 10.0), ("Studio", 100.0)].map(|(room, length)| {
        let mut preset = Preset::default();
        preset.set("length", length);
        preset.project.origin = Origin::room(room).expect("a room");
        preset.to_clapstate()
    })
}

/// CpuMeter two states in turns while another thread plays, and looks at the end of each block and at the tail after it.
fn load_in_turns(states: [&[u8]; 2], size: usize, pause: Duration, look: impl Fn(f32, u32) + Sync) {
    let mut rig = Rig::new();
    assert!(rig.load(states[0]));
    let stopped = rig.activate(48_000.0, size);
    let (stop, blocks) = (AtomicBool::new(false), AtomicUsize::new(0));
    let stopped = std::thread::scope(|scope| {
        let audio = scope.spawn(|| {
            let mut plugin = stopped.start_processing().expect("it starts");
            let mut block = Block::new(2, 2, size);
            while !stop.load(Ordering::Relaxed) {
                block.feed(size, |_, _| LEVEL);
                block.process(&mut plugin, size);
                look(block.output[0][size - 1], tail(&mut plugin));
                blocks.fetch_add(1, Ordering::Relaxed);
            }
            plugin.stop_processing()
        });
        let stopping = Stop(&stop);
        let mut turn = 0;
        while turn < LOADS || (blocks.load(Ordering::Relaxed) < 200 && !audio.is_finished()) {
            assert!(rig.load(states[turn % 2]));
            // It is under way, and is what a save has.
            let [saved, loaded] = [&rig.save()[..], states[turn % 2]]
                .map(|bytes| Preset::from_clapstate(bytes).expect("a state"));
            assert_eq!(saved.values, loaded.values);
            assert_eq!(saved.project.origin.name(), loaded.project.origin.name());
            rig.pump();
            turn += 1;
            if turn.is_multiple_of(10) {
                std::thread::sleep(pause);
            }
        }
        drop(stopping);
        audio.join().expect("the audio thread ends well")
    });
    rig.plugin.deactivate(stopped);
}

#[test]
fn a_block_has_the_settings_of_one_state() {
    let [(loud, high), (soft, low)] = loud_and_soft();
    let mixed = AtomicUsize::new(0);
    load_in_turns([&loud, &soft], BLOCK, Duration::ZERO, |end, _| {
        let is_one = (end - high).abs() < 1e-4 || (end - low).abs() < 1e-4;
        mixed.fetch_add(usize::from(!is_one), Ordering::Relaxed);
    });
    assert_eq!(
        mixed.into_inner(),
        0,
        "blocks with something of both states"
    );
}

#[test]
fn an_impulse_never_has_the_shape_of_another_state() {
    let [long, short] = long_and_short();
    let most = [&long, &short].map(|state| {
        let mut rig = Rig::new();
        assert!(rig.load(state));
        rig.offline(true);
        let stopped = rig.activate(48_000.0, 64);
        let mut plugin = stopped.start_processing().expect("it starts");
        Block::new(2, 2, 64).process(&mut plugin, 64);
        let tail = tail(&mut plugin);
        rig.plugin.deactivate(plugin.stop_processing());
        tail as usize
    });
    let most = most[0].max(most[1]);
    let longest = AtomicUsize::new(0);
    let pause = Duration::from_millis(10);
    load_in_turns([&long, &short], 64, pause, |_, tail| {
        longest.fetch_max(tail as usize, Ordering::Relaxed);
    });
    // The old one rings for its own length and the fade.
    let longest = longest.into_inner();
    assert!(longest <= most + 960, "{longest} beside {most}");
}

const SAMPLES: usize = 24_000;

/// Where a state is loaded: on no grid, and where blocks of 48 and of 480 samples end.
const TURN: usize = 9_120;

fn noise(at: usize) -> f32 {
    let mixed = (at % 9973).wrapping_mul(2_654_435_761) ^ (at << 7);
    ((mixed >> 8) & 0xffff) as f32 / 65_536.0 - 0.5
}

/// Renders offline; another impulse is loaded before the block at [`TURN`], unless `pause` is `None`.
fn render(size: usize, pause: Option<Duration>) -> Vec<f32> {
    let [first, then] = ["Studio", "Plate"].map(|room| {
        let mut preset = Preset::default();
        preset.set("mix", 100.0);
        preset.project.origin = Origin::room(room).expect("a room");
        preset.to_clapstate()
    });
    let mut rig = Rig::new();
    assert!(rig.load(&first));
    rig.offline(true);
    let stopped = rig.activate(48_000.0, size);
    let mut plugin = stopped.start_processing().expect("it starts");
    let mut block = Block::new(2, 2, size);
    let mut sound = Vec::new();
    for start in (0..SAMPLES).step_by(size) {
        if start == TURN
            && let Some(pause) = pause
        {
            assert!(rig.load(&then));
            std::thread::sleep(pause);
        }
        let here = size.min(SAMPLES - start);
        block.feed(here, |_, index| noise(start + index));
        block.process(&mut plugin, here);
        sound.extend_from_slice(&block.output[0][..here]);
    }
    rig.plugin.deactivate(plugin.stop_processing());
    sound
}

#[test]
fn offline_a_state_that_is_loaded_between_two_blocks_is_heard_from_the_first_sample_of_the_next() {
    let reference = render(480, Some(Duration::ZERO));
    let without = render(480, None);
    let parted = (reference.iter().zip(&without)).position(|(a, b)| a != b);
    let parted = parted.expect("another impulse is heard");
    assert!((TURN..TURN + 480).contains(&parted), "{parted}");
    for turn in 0..10 {
        let again = render(480, Some(Duration::from_millis(10 * (turn % 3))));
        assert!(again == reference, "render {turn}");
    }
    for size in [48, 240, 1_520] {
        let same = render(size, Some(Duration::ZERO)) == reference;
        assert!(same, "blocks of {size}");
    }
}
