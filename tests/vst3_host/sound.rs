//! Layouts, tail, automation and bounce.

use super::rig::{Block, Rig};
use super::{HERE, syscalls};
use nice_plug::wrapper::vst3::vst3::Steinberg::kResultOk;

/// A sound that repeats after 9973 samples.
fn noise(at: usize) -> f32 {
    let mixed = (at % 9973).wrapping_mul(2_654_435_761) ^ (at << 7);
    ((mixed >> 8) & 0xffff) as f32 / 65_536.0 - 0.5
}

#[test]
fn three_layouts_are_offered_and_play() {
    for (inputs, outputs) in [(2, 2), (1, 2), (1, 1)] {
        let rig = Rig::new(HERE);
        assert!(rig.arrange(inputs, outputs), "{inputs} to {outputs}");
        rig.activate(48_000.0, 512, false);
        let mut block = Block::new(inputs as usize, outputs as usize, 512);
        for turn in 0..20 {
            block.feed(512, |_, index| noise(turn * 512 + index));
            assert_eq!(block.process(&rig.processor, 512), kResultOk);
        }
        for channel in &block.output {
            assert!(channel.iter().all(|sample| sample.is_finite()));
            assert!(
                channel.iter().any(|sample| sample.abs() > 0.01),
                "{inputs} to {outputs}"
            );
        }
        rig.deactivate();
    }
    let rig = Rig::new(HERE);
    for (inputs, outputs) in [(2, 1), (6, 6), (0, 2)] {
        assert!(!rig.arrange(inputs, outputs), "{inputs} to {outputs}");
    }
}

#[test]
fn the_tail_is_known_before_the_first_block_and_latency_is_none() {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 512, false);
    let tail = rig.tail();
    assert!(tail > 10_000, "{tail}");
    assert_eq!(rig.latency(), 0);
    let mut block = Block::new(2, 2, 512);
    block.automate(rig.id("predelay"), &[(0, 1.0)]);
    block.process(&rig.processor, 512);
    assert_eq!(rig.tail(), tail + 24_000);
    // What is frozen goes on for ever.
    block.automate(rig.id("freeze"), &[(0, 1.0)]);
    block.process(&rig.processor, 512);
    assert_eq!(rig.tail(), u32::MAX);
    block.automate(rig.id("freeze"), &[(0, 0.0)]);
    block.process(&rig.processor, 512);
    assert_eq!(rig.tail(), tail + 24_000);
    rig.deactivate();
}

#[test]
fn a_bounce_does_not_depend_on_the_blocks_even_when_the_shape_moves() {
    let bounce = |size: usize| {
        let rig = Rig::new(HERE);
        // Once only: the framework alone would know of the mode one call later.
        rig.activate(48_000.0, size, true);
        let mut block = Block::new(2, 2, size);
        let mut sound = Vec::new();
        let length = 48_000;
        for start in (0..length).step_by(size) {
            let here = size.min(length - start);
            block.feed(here, |_, index| noise(start + index));
            // Jumps: the old value, and the new one a sample later.
            let points: Vec<(i32, f64)> = (start..start + here)
                .filter(|at| at % 6_000 == 0 || at % 6_000 == 5_999)
                .map(|at| ((at - start) as i32, (at / 6_000) as f64 / 8.0))
                .collect();
            if !points.is_empty() {
                block.automate(rig.id("decay"), &points);
            }
            assert_eq!(block.process(&rig.processor, here), kResultOk);
            sound.extend_from_slice(&block.output[0][..here]);
        }
        rig.deactivate();
        sound
    };
    let reference = bounce(512);
    assert!(reference.iter().any(|sample| sample.abs() > 0.01));
    for size in [64, 333, 4_096] {
        let same = bounce(size) == reference;
        assert!(same, "blocks of {size} samples give another sound");
    }
}

#[test]
fn a_host_that_asks_wrongly_is_refused() {
    let rig = Rig::new(HERE);
    let mut block = Block::new(2, 2, 64);
    assert_ne!(
        block.process(&rig.processor, 64),
        kResultOk,
        "nothing is set up"
    );
    let count = rig.count();
    assert!(rig.info(count - 1).is_some());
    for index in [count, count + 1, -1, i32::MAX] {
        assert!(rig.info(index).is_none(), "{index}");
    }
    assert!(!rig.processes_nothing());
    rig.activate(48_000.0, 64, false);
    // A flush: no samples, only parameters.
    block.automate(rig.id("mix"), &[(0, 0.75)]);
    block.automate(12345, &[(0, 0.5)]);
    block.automate(rig.id("width"), &[(0, f64::NAN), (5, -7.0)]);
    assert_eq!(block.process(&rig.processor, 0), kResultOk);
    assert!((rig.position("mix") - 0.75).abs() < 1e-3);
    assert_eq!(rig.position("width"), 0.0);
    rig.deactivate();
}

#[test]
fn automation_makes_no_system_call() {
    syscalls::negative_control();
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 512, false);
    let counts = std::thread::scope(|scope| {
        let audio = scope.spawn(|| automated_blocks(&rig, 200));
        audio.join().expect("the audio thread ends well")
    });
    match counts {
        Some(counts) => {
            syscalls::report(&format!(
                "VST3, system calls in 200 automated blocks, editor closed: {}",
                syscalls::show(&counts)
            ));
            assert!(counts.is_empty(), "{}", syscalls::show(&counts));
        }
        None => syscalls::report("skipped: this system does not count a thread's system calls"),
    }
    rig.deactivate();
}

/// Processes blocks in which every sounding parameter moves, and counts the system calls.
pub fn automated_blocks(
    rig: &Rig,
    blocks: usize,
) -> Option<std::collections::BTreeMap<usize, u64>> {
    let mut block = Block::new(2, 2, 512);
    let controls = ["mix", "output", "predelay", "width", "low_cut", "high_cut"];
    // What the host itself needs, it has before.
    for _ in 0..3 {
        for control in controls {
            block.automate(rig.id(control), &[(0, 0.4), (300, 0.5)]);
        }
        block.process(&rig.processor, 512);
    }
    syscalls::count(|| {
        for turn in 0..blocks {
            for control in controls {
                let to = (turn % 7) as f64 / 7.0;
                block.automate(rig.id(control), &[(0, to), (300, 1.0 - to)]);
            }
            block.process(&rig.processor, 512);
        }
    })
}
