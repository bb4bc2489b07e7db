//! An engine that knows the past takes over from one that sounds.

use anteroom::convolution::Layout;

use super::{Bench, decay, largest_difference, stereo, wet};

/// The old engine leaves out what it would not be heard with; nothing is missing before that, in whatever blocks
/// the new one catches up, and though nobody looks after it in the midst of a block.
#[test]
fn an_engine_that_knows_the_past_takes_over_and_nothing_is_missing() {
    let impulse = [decay(20_000, 8), decay(20_000, 9)];
    let input = stereo(70_000);
    let mut still = Bench::new(Layout::Stereo);
    still.link(&impulse);
    let reference = still.run(&input, &[64], &wet());
    for (blocks, behind) in [
        (&[64][..], 0),
        (&[1], 256),
        (&[16], 256),
        (&[64], 256),
        (&[333], 100),
        (&[512], 1_024),
        (&[64, 8192], 256),
        (&[8192], 8_192),
        (&[100], 3_000),
        (&[8192], 12_000),
    ] {
        for from in [20_000, 32_768] {
            let mut moved = Bench::new(Layout::Stereo);
            moved.link(&impulse);
            let cut = |from: usize, to: usize| -> Vec<Vec<f32>> {
                input.iter().map(|c| c[from..to].to_vec()).collect()
            };
            let mut output = moved.run(&cut(0, from), &[64], &wet());
            moved.link_heard(&impulse, &input, Some(from - behind.min(from)));
            let rest = moved.run(&cut(from, 70_000), blocks, &wet());
            for (channel, more) in output.iter_mut().zip(rest) {
                channel.extend(more);
            }
            for (a, b) in output.iter().zip(&reference) {
                let difference = largest_difference(a, b);
                assert!(difference < 1e-5, "{blocks:?}, {behind}: {difference}");
            }
            let slots = moved.processor.swap_report();
            let found = (slots.swaps, slots.running, slots.waiting);
            assert_eq!(found, (2, 1, false), "{blocks:?}, {behind}");
        }
    }
}

#[test]
fn never_more_than_two_engines_run_while_one_catches_up() {
    let input = stereo(120_000);
    let mut bench = Bench::new(Layout::Stereo);
    let mut at = 0;
    let mut seen = Vec::new();
    let mut play = |bench: &mut Bench, samples: usize| {
        for _ in 0..samples / 64 {
            let block: Vec<_> = input.iter().map(|c| c[at..at + 64].to_vec()).collect();
            bench.run(&block, &[64], &wet());
            at += 64;
            let slots = bench.processor.swap_report();
            assert!(slots.running <= 2, "{slots:?}");
            seen.push((slots.generation, slots.running, slots.waiting));
        }
        at
    };
    bench.link(&[decay(40_000, 1)]);
    play(&mut bench, 6_400);
    // Another impulse: the first one rings. Then a shape of it, which has to wait.
    bench.link(&[decay(40_000, 2)]);
    let now = play(&mut bench, 640);
    bench.link_heard(&[decay(40_000, 3)], &input, Some(now - 256));
    let now = play(&mut bench, 640);
    // A newer shape takes its place, as nothing is settled yet.
    bench.link_heard(&[decay(40_000, 4)], &input, Some(now - 256));
    // It catches up when the first one has gone; then it is settled, and a newer one waits until it sounds.
    while bench.processor.swap_report().running == 2 {
        let now = play(&mut bench, 64);
        assert!(now < 20_000, "the first one goes");
    }
    let now = play(&mut bench, 64);
    let slots = bench.processor.swap_report();
    assert_eq!(
        (slots.generation, slots.running, slots.waiting),
        (2, 2, true)
    );
    bench.link_heard(&[decay(40_000, 5)], &input, Some(now - 256));
    play(&mut bench, 81_920);
    let slots = bench.processor.swap_report();
    assert_eq!((slots.generation, slots.running), (5, 1));
    let generations: Vec<u64> = seen.iter().map(|seen| seen.0).collect();
    assert!(generations.is_sorted() && generations.contains(&4) && !generations.contains(&3));
    assert!(seen.contains(&(2, 2, true)));
}

/// An engine that was on its way with the old sound in it when all sound was forgotten begins in silence.
#[test]
fn what_was_forgotten_does_not_come_back_with_a_late_engine() {
    let impulse = [decay(20_000, 8), decay(20_000, 9)];
    let input = stereo(6_400);
    for behind in [0, 256] {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link(&impulse);
        bench.run(&input, &[64], &wet());
        bench.processor.reset();
        let silence = vec![vec![0.0; 6_400]; 2];
        let quiet: Vec<_> = silence.iter().map(|c| c[..64].to_vec()).collect();
        bench.run(&quiet, &[64], &wet());
        bench.link_heard(&impulse, &input, Some(6_400 - behind));
        let output = bench.run(&silence, &[64], &wet());
        assert_eq!(bench.processor.swap_report().generation, 2);
        assert!(
            output.iter().flatten().all(|sample| *sample == 0.0),
            "{behind}"
        );
        // The check can fail: without the reset it knows the past.
        let mut bench = Bench::new(Layout::Stereo);
        bench.link(&impulse);
        bench.run(&input, &[64], &wet());
        bench.link_heard(&impulse, &input, Some(6_400 - behind));
        let output = bench.run(&silence, &[64], &wet());
        assert!(output.iter().flatten().any(|sample| *sample != 0.0));
    }
}
