//! Controls that move while sound passes.

use super::{Bench, largest_step};
use anteroom::convolution::Layout;
use anteroom::params::{DuckKey, Note};
use anteroom::processor::Settings;

#[test]
fn moving_every_control_at_once_makes_no_step() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[vec![1.0]]);
    bench.link_second(&[vec![0.8]]);
    let samples = 24_000;
    let sine: Vec<f32> = (0..samples)
        .map(|i| 0.25 * (i as f32 * 0.01).sin())
        .collect();
    let input = vec![sine; 2];
    let a = Settings::default();
    let b = Settings {
        mix: 80.0,
        output: 6.0,
        bypass: false,
        predelay: 5.0,
        width: 150.0,
        low_cut: 80.0,
        high_cut: 3000.0,
        eq1_freq: 90.0,
        eq1_gain: 4.0,
        eq1_q: 1.5,
        eq2_freq: 400.0,
        eq2_gain: -6.0,
        eq2_q: 3.0,
        eq3_freq: 2000.0,
        eq3_gain: 5.0,
        eq3_q: 0.5,
        eq4_freq: 6000.0,
        eq4_gain: -9.0,
        eq4_q: 2.0,
        low_slope: 1,
        high_slope: 1,
        duck: 12.0,
        duck_threshold: -40.0,
        duck_attack: 1.0,
        duck_hold: 5.0,
        duck_release: 20.0,
        clear: false,
        duck_key: DuckKey::Sidechain,
        predelay_sync: Note::named("1/64").expect("a note"),
        blend: 60.0,
        freeze: false,
        motion: 70.0,
        motion_rate: 1.3,
        pick: 3,
    };
    let mut output = Vec::new();
    for (i, start) in (0..samples).step_by(1200).enumerate() {
        let cut: Vec<Vec<f32>> = input
            .iter()
            .map(|channel| channel[start..start + 1200].to_vec())
            .collect();
        let settings = if i % 2 == 0 { a } else { b };
        output.extend(bench.run(&cut, &[100], &settings)[0].iter().copied());
    }
    assert!(largest_step(&output) < 0.02, "{}", largest_step(&output));
}

/// Where a ramp ends within a block, the rest of the block is as it would be in a block of its own.
#[test]
fn moving_controls_are_the_same_however_the_blocks_are_cut() {
    let impulse = vec![vec![0.7, 0.2, -0.1], vec![0.6, -0.3, 0.05]];
    let moves = [
        (33.0, -3.3, 70.0, false),
        (100.0, 1.7, 100.0, false),
        (61.0, 0.0, 130.0, true),
        (47.0, -0.9, 100.0, false),
        (0.0, 2.1, 0.0, false),
    ];
    const HOLD: usize = 2400;
    let run = |blocks: &[usize]| {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link(&impulse);
        let mut said = Vec::new();
        for (turn, (mix, output, width, bypass)) in moves.into_iter().enumerate() {
            let settings = Settings {
                mix,
                output,
                width,
                bypass,
                ..Settings::default()
            };
            let input: Vec<Vec<f32>> = (0..2)
                .map(|channel| {
                    let at = |n: usize| ((n * 7919 + turn * 31 + channel * 17) % 1009) as f32;
                    (0..HOLD).map(|n| at(n) / 1009.0 - 0.5).collect()
                })
                .collect();
            said.push(bench.run(&input, blocks, &settings));
        }
        said
    };
    let whole = run(&[HOLD]);
    for blocks in [&[512][..], &[64], &[1], &[479, 2, 37]] {
        assert!(run(blocks) == whole, "blocks of {blocks:?}");
    }
}
