//! Engines of the project's own choices: each waits ready, begins at the sample at which it is picked, and waits again when
//! it has rung out.

use super::{Bench, RATE, decay, largest_difference, largest_step, noise, stereo, wet};
use anteroom::convolution::{Engine, Kernel, Layout, Matrix, PrimedEngine};
use anteroom::exchange::Versioned;
use anteroom::processor::{FADE_SECONDS, Pick};

/// Swaps that wait begin at multiples of this.
const GRID: usize = 512;

impl Bench {
    /// Sends an engine that is to wait at a place, and gives its generation.
    fn make_ready(&mut self, place: usize, channels: &[Vec<f32>]) -> u64 {
        let matrix = Matrix::for_layout(self.layout, channels.len());
        let kernel = Kernel::prepare(channels, &matrix).expect("a good impulse");
        self.generation += 1;
        let mut value = PrimedEngine::new(Engine::new(kernel));
        value.place = Some(place);
        let generation = self.generation;
        let engine = Versioned { generation, value };
        self.ready.link(Box::new(engine)).expect("a credit");
        generation
    }

    fn pick(&mut self, place: usize) -> bool {
        self.generation += 1;
        let pick = Pick {
            place,
            at_least: 0,
            number: self.generation,
        };
        let taken = self.processor.pick(pick).is_some();
        self.processor.advance();
        taken
    }

    /// Plays stereo input in blocks of `block`, cut on the grid and where a pick comes, as the plug-in does.
    fn play(&mut self, input: &[Vec<f32>], block: usize, picks: &[(usize, usize)]) -> Vec<f32> {
        let (mut left, mut right) = (input[0].clone(), input[1].clone());
        let mut start = 0;
        while start < left.len() {
            if start.is_multiple_of(GRID) {
                self.processor.advance();
            }
            if let Some((_, place)) = picks.iter().find(|(at, _)| *at == start) {
                self.pick(*place);
            }
            let next = picks.iter().map(|(at, _)| *at).find(|at| *at > start);
            let end = (start + block - start % block)
                .min(start + GRID - start % GRID)
                .min(next.unwrap_or(usize::MAX))
                .min(left.len());
            let mut cut = [&mut left[start..end], &mut right[start..end]];
            self.processor.process(&mut cut, &wet());
            start = end;
        }
        left
    }
}

/// The convolution, in double precision.
fn convolved(input: &[f32], impulse: &[f32]) -> Vec<f64> {
    let mut output = vec![0.0; input.len()];
    for (at, tap) in impulse.iter().enumerate().filter(|(_, tap)| **tap != 0.0) {
        for (output, sample) in output[at..].iter_mut().zip(input) {
            *output += f64::from(*tap) * f64::from(*sample);
        }
    }
    output
}

/// Few taps, far apart, so that the convolution is quick.
fn echoes(samples: usize, seed: u32) -> Vec<f32> {
    let mut impulse = decay(samples, seed);
    for (at, tap) in impulse.iter_mut().enumerate() {
        if !at.is_multiple_of(37) && at + 1 != samples {
            *tap = 0.0;
        }
    }
    impulse
}

#[test]
fn a_pick_is_heard_from_its_very_sample_and_the_old_tail_rings_out() {
    let (old, new) = (echoes(6_000, 3), echoes(4_000, 4));
    let input = stereo(24_000);
    let at = 7_777;
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(std::slice::from_ref(&old));
    bench.make_ready(3, std::slice::from_ref(&new));
    let output = bench.play(&input, 480, &[(at, 3)]);
    assert_eq!(bench.processor.swap_report().swaps, 2);
    // The input is faded from the one to the other.
    let fade = (FADE_SECONDS * RATE) as usize;
    let share = |index: usize| match index.checked_sub(at) {
        None => 0.0,
        Some(since) => ((since + 1) as f32 / fade as f32).min(1.0),
    };
    let fed = |gain: &dyn Fn(f32) -> f32| -> Vec<f32> {
        let samples = input[0].iter().enumerate();
        samples.map(|(index, x)| x * gain(share(index))).collect()
    };
    let first = convolved(&fed(&|share| 1.0 - share), &old);
    let second = convolved(&fed(&|share| share), &new);
    for (index, sample) in output.iter().enumerate() {
        let wanted = first[index] + second[index];
        let wrong = (f64::from(*sample) - wanted).abs();
        assert!(wrong < 2e-5, "sample {index}: {sample} is not {wanted}");
    }
    // One sample later it is another sound, from that sample on and not before.
    let mut later = Bench::new(Layout::Stereo);
    later.link(&[old]);
    later.make_ready(3, &[new]);
    let later = later.play(&input, 480, &[(at + 1, 3)]);
    let differs = output.iter().zip(&later).position(|(a, b)| a != b);
    assert_eq!(differs, Some(at));
}

/// Picks in quick succession, also while tails ring and of one that still rings.
const PICKS: [(usize, usize); 9] = [
    (1_000, 0),
    (1_300, 1),
    (1_301, 2),
    (9_999, 0),
    (12_345, 1),
    (12_900, 1),
    (20_000, 2),
    (30_001, 0),
    (40_961, 1),
];

#[test]
fn what_is_picked_is_the_same_whatever_the_blocks() {
    let input = stereo(48_000);
    let run = |block| {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link(&[decay(3_000, 5)]);
        for place in 0..3 {
            bench.make_ready(place, &[decay(5_000 + 900 * place, 6 + place as u32)]);
        }
        bench.play(&input, block, &PICKS)
    };
    let reference = run(480);
    for block in [1, 17, 64, 192, 512, 2_048] {
        assert!(run(block) == reference, "block {block}");
    }
}

#[test]
fn an_engine_that_has_played_waits_again_and_knows_nothing_of_before() {
    let impulses = [decay(2_000, 7), decay(2_000, 8)];
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(100, 9)]);
    for (place, impulse) in impulses.iter().enumerate() {
        bench.make_ready(place, std::slice::from_ref(impulse));
    }
    let input = stereo(8_192);
    let mut of_place = |place: usize| {
        let output = bench.play(&input, 512, &[(0, place)]);
        // Silence, until nothing rings any more.
        bench.play(&vec![vec![0.0; 8_192]; 2], 512, &[]);
        output
    };
    // The first of all begins where silence precedes, without a fade.
    of_place(1);
    let (first, second) = (of_place(0), of_place(1));
    for _ in 0..3 {
        assert!(of_place(0) == first);
        assert!(of_place(1) == second);
    }
    assert_eq!(bench.processor.swap_report().swaps, 10);
    // None went back, none is lost: one of the loader's came home long ago.
    assert!(bench.ready.reclaim().is_none());
    assert_eq!(bench.ready.in_flight(), 2);
    assert!(bench.engines.reclaim().is_some());
}

#[test]
fn one_that_rings_is_not_there_and_one_that_waits_makes_way_for_the_newest() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(40_000, 1)]);
    for place in 0..3 {
        bench.make_ready(place, &[decay(40_000, 2 + place as u32)]);
    }
    let input = stereo(512);
    bench.play(&input, 512, &[]);
    assert!(bench.pick(0));
    bench.play(&input, 512, &[]);
    // The first one rings: a third waits, and the newest wins.
    assert!(bench.pick(1) && bench.pick(2));
    let report = bench.processor.swap_report();
    assert_eq!((report.running, report.waiting, report.swaps), (2, true, 2));
    // What was put back can be picked again.
    assert!(bench.pick(1));
    // The tail in the way is faded early, and then it begins.
    bench.play(&stereo(16 * 512), 512, &[]);
    let report = bench.processor.swap_report();
    assert_eq!(
        (report.running, report.waiting, report.swaps),
        (2, false, 3)
    );
    // Place 0 rings now, and is not there; what sounds already needs no other engine.
    assert!(!bench.pick(0));
    assert!(bench.pick(1));
    assert_eq!(bench.processor.swap_report().swaps, 3);
    // When it has rung out it is there again.
    bench.play(&stereo(100 * 512), 512, &[]);
    assert_eq!(bench.processor.swap_report().running, 1);
    assert!(bench.pick(0));
    assert_eq!(bench.ready.in_flight(), 3);
}

#[test]
fn what_is_outdated_is_not_picked_and_goes_home() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(1_000, 1)]);
    let old = bench.make_ready(0, &[decay(1_000, 2)]);
    let pick = |at_least| Pick {
        place: 0,
        at_least,
        number: 100,
    };
    assert_eq!(bench.processor.pick(pick(old + 1)), None);
    let new = bench.make_ready(0, &[decay(1_000, 3)]);
    assert_eq!(bench.processor.pick(pick(old + 1)), Some(new));
    // The old one made way.
    assert_eq!(bench.ready.reclaim().map(|it| it.generation), Some(old));
    // What the loader sent before the pick is for what was there before.
    bench.generation = 50;
    bench.link(&[decay(1_000, 4)]);
    bench.processor.advance();
    bench.play(&stereo(4 * 512), 512, &[]);
    assert_eq!(bench.processor.swap_report().generation, new);
    let home = std::iter::from_fn(|| bench.engines.reclaim());
    let mut home: Vec<u64> = home.map(|engine| engine.generation).collect();
    home.sort_unstable();
    assert_eq!(home, [1, 51]);
    // A shorter list keeps fewer.
    bench.make_ready(5, &[decay(1_000, 6)]);
    bench.processor.advance();
    bench.processor.keep_choices(5);
    assert_eq!(
        bench.ready.reclaim().map(|it| it.value.place),
        Some(Some(5))
    );
    // Another format ends all of them.
    bench.make_ready(1, &[decay(1_000, 7)]);
    bench.processor.prepare(RATE, Layout::Stereo, 1_000);
    while bench.ready.reclaim().is_some() {}
    assert_eq!(bench.ready.in_flight(), 0);
}

#[test]
fn a_pick_makes_no_step_and_after_a_reset_it_is_there_at_once() {
    let samples = 96_000;
    let sine: Vec<f32> = (0..samples)
        .map(|i| 0.5 * (std::f32::consts::TAU * 110.0 * i as f32 / RATE).sin())
        .collect();
    let mut bench = Bench::new(Layout::Stereo);
    let echo = |gain: f32| {
        let mut impulse = vec![0.0; 9_000];
        (impulse[0], impulse[8_999]) = (gain, 0.3 * gain);
        impulse
    };
    bench.link(&[echo(1.0)]);
    for place in 0..4 {
        bench.make_ready(place, &[echo([-0.8, 0.5, -1.0, 0.2][place])]);
    }
    let picks: Vec<(usize, usize)> = (1..40).map(|turn| (turn * 2_111, turn % 4)).collect();
    let output = bench.play(&[sine.clone(), sine.clone()], 480, &picks);
    assert!(bench.processor.swap_report().swaps > 10);
    // Two fades of engines at a time, and a tail that makes room.
    let bound = 1.6 * 1.3 * largest_step(&sine) + 4.0 / (0.02 * RATE);
    let step = largest_step(&output);
    assert!(step < bound, "{step} of {bound}");
    // Where silence precedes there is no fade.
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[vec![1.0]]);
    bench.make_ready(0, &[vec![-0.5]]);
    let input = vec![noise(512, 3), noise(512, 4)];
    bench.processor.reset();
    let output = bench.play(&input, 64, &[(0, 0)]);
    let halved: Vec<f32> = input[0].iter().map(|sample| -0.5 * sample).collect();
    assert!(largest_difference(&output, &halved) < 1e-6);
}
