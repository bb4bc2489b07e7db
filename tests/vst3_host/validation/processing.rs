//! Processing: states in every order, every rate, blocks of every size.

#![allow(unsafe_code)]

use super::super::HERE;
use super::super::rig::{Block, Rig};
use super::told;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::*;
use nice_plug::wrapper::vst3::vst3::Steinberg::*;

/// Plays noise, and returns the loudest sample.
fn play(rig: &Rig, sizes: impl IntoIterator<Item = usize>) -> f32 {
    let mut block = Block::new(2, 2, 1024);
    let mut loudest = 0_f32;
    for size in sizes {
        block.feed(size, |channel, index| {
            ((index * 7919 + channel * 31) % 101) as f32 / 101.0 - 0.5
        });
        assert_eq!(block.process(&rig.processor, size), kResultOk);
        for sample in block.output.iter().flat_map(|channel| &channel[..size]) {
            assert!(sample.is_finite());
            loudest = loudest.max(sample.abs());
        }
    }
    loudest
}

#[test]
fn states_follow_each_other_in_every_order() {
    let rig = Rig::new(HERE);
    for _ in 0..3 {
        rig.activate(48_000.0, 512, false);
        assert!(play(&rig, [512; 8]) > 0.01);
        rig.deactivate();
    }
    // SAFETY: the calls are those of a host, if in orders that few have.
    unsafe {
        for _ in 0..3 {
            // A host that never says that it processes, and one that says nothing twice.
            rig.component.setActive(1);
            rig.component.setActive(1);
            assert!(play(&rig, [512; 8]) > 0.01);
            rig.component.setActive(0);
            rig.component.setActive(0);
            rig.processor.setProcessing(1);
            rig.processor.setProcessing(0);
        }
        let null = std::ptr::null_mut();
        assert_eq!(rig.component.terminate(), kResultOk);
        assert_eq!(rig.component.initialize(null), kResultOk);
        rig.component.initialize(null);
        assert_ne!(
            rig.processor.setupProcessing(std::ptr::null_mut()),
            kResultOk
        );
    }
    rig.activate(44_100.0, 512, false);
    assert!(play(&rig, [512; 8]) > 0.01);
    rig.deactivate();
}

#[test]
fn every_rate_of_the_validators_plays() {
    let rig = Rig::new(HERE);
    for rate in [
        22_050.0,
        32_000.0,
        44_100.0,
        48_000.0,
        88_200.0,
        96_000.0,
        192_000.0,
        384_000.0,
        1_234.567_8,
        12_345.678,
        123_456.78,
        1_234_567.8,
    ] {
        rig.activate(rate, 1024, true);
        assert!(play(&rig, [1024; 4]) > 0.01, "{rate} Hz");
        rig.deactivate();
    }
    // SAFETY: a host's questions.
    unsafe {
        let sizes = [SymbolicSampleSizes_::kSample32 as i32, 7, -1];
        let can = sizes.map(|size| rig.processor.canProcessSampleSize(size) == kResultOk);
        assert_eq!(can, [true, false, false]);
    }
}

#[test]
fn blocks_of_every_size_play() {
    let rig = Rig::new(HERE);
    rig.activate(48_000.0, 512, false);
    let loudest = std::thread::scope(|scope| {
        let audio = scope.spawn(|| play(&rig, 0..=512));
        // The main thread looks at everything meanwhile.
        while !audio.is_finished() {
            told(&rig);
            rig.latency();
            rig.tail();
            rig.save();
        }
        audio.join().expect("the audio thread ends well")
    });
    assert!(loudest > 0.01);
    assert_eq!(rig.latency(), 0);
    rig.deactivate();
}
