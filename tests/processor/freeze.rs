//! The frozen sound in its place in the sound path.

use super::{Bench, decay, stereo, wet};
use anteroom::convolution::Layout;
use anteroom::processor::Settings;

const SECOND: usize = 48_000;

fn frozen() -> Settings {
    Settings {
        freeze: true,
        ..wet()
    }
}

fn silence(samples: usize) -> Vec<Vec<f32>> {
    vec![vec![0.0; samples]; 2]
}

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32
}

/// One that has played noise for a second.
fn playing() -> (Bench, f32) {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(9000, 60), decay(9000, 61)]);
    let before = bench.run(&stereo(SECOND), &[64], &wet());
    let level = power(&before[0][SECOND / 2..]);
    (bench, level)
}

#[test]
fn a_frozen_sound_does_not_end_and_the_host_is_told_so() {
    let (mut bench, level) = playing();
    assert!(bench.processor.tail_samples() < 10_000);
    for _ in 0..10 {
        let output = bench.run(&silence(SECOND), &[64], &frozen());
        let change = 10.0 * (power(&output[0][SECOND / 2..]) / level).log10();
        assert!(change.abs() < 1.0, "{change} dB");
        assert_eq!(bench.processor.tail_samples(), u32::MAX);
        assert!(!bench.processor.is_at_rest());
    }
    let output = bench.run(&silence(SECOND), &[64], &wet());
    assert!(bench.processor.tail_samples() < 10_000);
    assert!(bench.processor.is_at_rest());
    // Nothing came in, so nothing rings: the fade is all that is heard.
    assert!(output[0][1024..].iter().all(|sample| sample.abs() < 1e-6));
}

#[test]
fn what_acts_on_the_reverb_acts_on_the_frozen_sound() {
    let (mut bench, _) = playing();
    let plain = bench.run(&silence(SECOND), &[64], &frozen());
    assert!(plain[0] != plain[1]);
    let narrow = Settings {
        width: 0.0,
        high_cut: 1000.0,
        ..frozen()
    };
    let output = bench.run(&silence(SECOND), &[64], &narrow);
    assert!(output[0][2000..] == output[1][2000..]);
    let change = power(&output[0][2000..]) / power(&plain[0][SECOND / 2..]);
    assert!(change < 0.2, "white noise below 1 kHz: {change}");
    let dry = Settings {
        mix: 0.0,
        ..frozen()
    };
    let output = bench.run(&silence(SECOND), &[64], &dry);
    assert!(output[0][2000..].iter().all(|sample| *sample == 0.0));
}

#[test]
fn a_cleared_freeze_is_silent_and_the_live_sound_comes_back_behind_it() {
    let (mut bench, _) = playing();
    bench.run(&silence(SECOND), &[64], &frozen());
    let cleared = Settings {
        clear: true,
        ..frozen()
    };
    let output = bench.run(&stereo(SECOND), &[64], &cleared);
    assert!(output[0][..500].iter().any(|sample| sample.abs() > 1e-3));
    assert!(output[0][2000..].iter().all(|sample| *sample == 0.0));
    let output = bench.run(&stereo(SECOND), &[64], &wet());
    assert!(power(&output[0][SECOND / 2..]) > 1e-5);
}

#[test]
fn a_reset_ends_the_frozen_sound() {
    let (mut bench, _) = playing();
    bench.run(&silence(SECOND), &[64], &frozen());
    bench.processor.reset();
    let output = bench.run(&silence(SECOND), &[64], &frozen());
    assert!(output[0].iter().all(|sample| *sample == 0.0));
    assert!(!bench.processor.is_at_rest(), "the switch is on");
}

/// Freezing and clearing act at their samples, wherever blocks end.
#[test]
fn freezing_is_the_same_however_the_blocks_are_cut() {
    let moves = [
        (20_000, false, false),
        (9_001, true, false),
        (300, false, false),
        (5_000, false, true),
        (12_345, true, true),
        (700, true, false),
        (2_000, true, true),
        (5_000, false, true),
        (7_000, true, false),
    ];
    let run = |blocks: &[usize]| {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link(&[decay(9000, 70), decay(9000, 71)]);
        let mut said = Vec::new();
        for (samples, freeze, clear) in moves {
            let settings = Settings {
                freeze,
                clear,
                ..wet()
            };
            said.push(bench.run(&stereo(samples), blocks, &settings));
        }
        said
    };
    let whole = run(&[20_000]);
    for blocks in [&[512][..], &[64], &[1], &[479, 2, 37]] {
        assert!(run(blocks) == whole, "blocks of {blocks:?}");
    }
}
