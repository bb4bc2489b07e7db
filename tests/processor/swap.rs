//! An engine comes in for another while sound passes.

use super::{Bench, RATE, decay, largest_difference, largest_step, stereo, wet};
use anteroom::convolution::Layout;

#[test]
fn a_swap_makes_no_step_and_the_old_tail_rings_out() {
    let samples = 72_000;
    let sine: Vec<f32> = (0..samples)
        .map(|i| 0.5 * (std::f32::consts::TAU * 110.0 * i as f32 / RATE).sin())
        .collect();
    let mut long = vec![0.0; 20_000];
    long[0] = 1.0;
    long[19_999] = 0.5;
    let mut short = vec![0.0; 20_000];
    short[0] = -0.6;

    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[long]);
    let first = vec![sine[..30_000].to_vec(); 2];
    let second = vec![sine[30_000..].to_vec(); 2];
    let mut output = bench.run(&first, &[64], &wet())[0].clone();
    bench.link(&[short]);
    output.extend(&bench.run(&second, &[64], &wet())[0]);

    // The old echo begins with a small step of its own, at 19,999; look at what follows.
    let bound = 1.6 * largest_step(&sine) + 0.8 / (0.02 * RATE);
    assert!(largest_step(&output[20_100..]) < bound);
    // Long after the swap the old echo of sound from before it is still there.
    let at = 30_000 + 10_000;
    let expected = -0.6 * sine[at] + 0.5 * sine[at - 19_999];
    assert!((output[at] - expected).abs() < 1e-4);
    // And it ends with the old tail: from there on only the new engine is heard.
    let at = 30_000 + 22_000;
    assert!((output[at] + 0.6 * sine[at]).abs() < 1e-4);
    assert_eq!(bench.processor.swap_report().running, 1);
}

#[test]
fn the_fade_between_equal_impulses_is_not_heard_at_all() {
    let impulse = [decay(4000, 8)];
    let input = stereo(30_000);
    let mut still = Bench::new(Layout::Stereo);
    still.link(&impulse);
    let reference = still.run(&input, &[64], &wet());
    let mut moved = Bench::new(Layout::Stereo);
    moved.link(&impulse);
    let cut: Vec<Vec<f32>> = input.iter().map(|c| c[..9600].to_vec()).collect();
    let rest: Vec<Vec<f32>> = input.iter().map(|c| c[9600..].to_vec()).collect();
    let mut output = moved.run(&cut, &[64], &wet());
    moved.link(&impulse);
    for (channel, more) in output.iter_mut().zip(moved.run(&rest, &[64], &wet())) {
        channel.extend(more);
    }
    assert_eq!(moved.processor.swap_report().swaps, 2);
    for (a, b) in output.iter().zip(&reference) {
        let difference = largest_difference(a, b);
        assert!(difference < 1e-5, "{difference}");
    }
}

#[test]
fn at_most_two_engines_run_and_of_those_that_wait_the_newest_wins() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(40_000, 9)]);
    let input = stereo(64);
    bench.run(&input, &[64], &wet());
    for seed in 10..13 {
        bench.link(&[decay(40_000, seed)]);
        bench.run(&input, &[64], &wet());
    }
    // The second is fading in; the third was overtaken by the fourth, and is already home.
    let slots = bench.processor.swap_report();
    assert_eq!(
        (slots.running, slots.waiting, slots.generation),
        (2, true, 2)
    );
    let home = bench.engines.reclaim().map(|engine| engine.generation);
    assert_eq!(home, Some(3));
    // The old tail is faded early to make room, long before its 40,000 samples are over.
    bench.run(&stereo(12_000), &[64], &wet());
    let slots = bench.processor.swap_report();
    assert_eq!(
        (slots.running, slots.waiting, slots.generation),
        (2, false, 4)
    );
    bench.run(&stereo(45_000), &[64], &wet());
    assert_eq!(bench.processor.swap_report().running, 1);
    while bench.engines.reclaim().is_some() {}
    assert_eq!(bench.engines.in_flight(), 1);
}
