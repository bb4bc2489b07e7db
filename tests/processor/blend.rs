//! Two impulses and the way between them.

use std::sync::Arc;

use anteroom::convolution::{Convolver, Engine, Kernel, Layout, Matrix, PrimedEngine, Profile};
use anteroom::exchange::Versioned;
use anteroom::processor::{Settings, Slot};

use super::{Bench, decay, largest_difference, largest_step, stereo, wet};

/// The samples that a move of the blend takes.
const FADE: usize = 960;

impl Bench {
    /// Links an engine to the second slot; no channels make it empty.
    pub(super) fn link_second(&mut self, channels: &[Vec<f32>]) {
        self.link_to_second(match channels {
            [] => PrimedEngine::nothing(self.layout.inputs(), self.layout.outputs()),
            _ => PrimedEngine::new(Engine::new(self.kernel(channels))),
        });
    }

    fn kernel(&self, channels: &[Vec<f32>]) -> Arc<Kernel> {
        let matrix = Matrix::for_layout(self.layout, channels.len());
        Kernel::prepare(channels, &matrix).expect("a good impulse")
    }

    fn link_to_second(&mut self, value: PrimedEngine) {
        self.generation += 1;
        let generation = self.generation;
        let linked = self.second.link(Box::new(Versioned { generation, value }));
        linked.expect("a credit");
    }
}

fn at(blend: f32) -> Settings {
    Settings { blend, ..wet() }
}

/// Where the blend is asked to go, and when: to both ends, and from them before and after a tail has rung out.
const MOVES: [(usize, f32); 9] = [
    (0, 0.0),
    (2_000, 60.0),
    (4_700, 100.0),
    (7_000, 30.0),
    (9_300, 0.0),
    (12_000, 50.0),
    (15_000, 100.0),
    (26_000, 20.0),
    (29_000, 0.0),
];

/// Plays the moves, each at its sample, in blocks of these lengths.
fn moved(bench: &mut Bench, input: &[Vec<f32>], blocks: &[usize]) -> Vec<Vec<f32>> {
    let ends = MOVES[1..].iter().map(|(at, _)| *at);
    let mut output = vec![Vec::new(); input.len()];
    for ((from, blend), to) in MOVES.iter().zip(ends.chain([input[0].len()])) {
        let part: Vec<Vec<f32>> = input.iter().map(|c| c[*from..to].to_vec()).collect();
        for (output, more) in output.iter_mut().zip(bench.run(&part, blocks, &at(*blend))) {
            output.extend(more);
        }
    }
    output
}

/// What the second counts at each sample, from 0 to 1.
fn places(samples: usize) -> Vec<f64> {
    let (mut from, mut to, mut since) = (0.0, 0.0, FADE);
    let mut moves = MOVES.iter().peekable();
    (0..samples)
        .map(|at| {
            let place = |since: usize| from + (to - from) * (since.min(FADE) as f64 / FADE as f64);
            if let Some((_, blend)) = moves.next_if(|(when, _)| *when == at) {
                (from, to, since) = (place(since), f64::from(*blend) / 100.0, 0);
            }
            since += 1;
            from + (to - from) * (since.min(FADE) as f64 / FADE as f64)
        })
        .collect()
}

fn convolved(input: &[f64], impulse: &[f32], output: &mut [f64]) {
    for (at, sample) in input.iter().enumerate().filter(|(_, x)| **x != 0.0) {
        for (output, tap) in output[at..].iter_mut().zip(impulse) {
            *output += sample * f64::from(*tap);
        }
    }
}

/// In double precision: each input sample goes to both, with the weights that there are when it comes in.
#[test]
fn the_output_is_the_sum_of_two_convolutions_by_the_law() {
    let samples = 36_000;
    let (first, second) = (decay(3_000, 5), decay(6_000, 6));
    let input = stereo(samples);
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(std::slice::from_ref(&first));
    bench.link_second(std::slice::from_ref(&second));
    let output = moved(&mut bench, &input, &[64]);
    // Nothing is known of how alike they are: that counts as nothing in common.
    let weights = places(samples).into_iter().map(|b| {
        let (a, norm) = (1.0 - b, ((1.0 - b) * (1.0 - b) + b * b).sqrt());
        [a / norm, b / norm]
    });
    let weights: Vec<[f64; 2]> = weights.collect();
    for (output, input) in output.iter().zip(&input) {
        let mut wanted = vec![0.0; samples];
        for (slot, impulse) in [first.as_slice(), &second].into_iter().enumerate() {
            let input = input.iter().zip(&weights);
            let share: Vec<f64> = input.map(|(x, w)| f64::from(*x) * w[slot]).collect();
            convolved(&share, impulse, &mut wanted);
        }
        let wanted: Vec<f32> = wanted.iter().map(|x| *x as f32).collect();
        let difference = largest_difference(output, &wanted);
        assert!(difference < 5e-6, "{difference}");
    }
}

/// A silent impulse may be heard again with its next shape: until then its slot is silent, and not the other's in its place.
#[test]
fn an_impulse_that_is_silent_is_still_an_impulse() {
    let input = stereo(4_800);
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(3_000, 5)]);
    bench.link_second(&[vec![0.0; 100]]);
    for output in bench.run(&input, &[64], &at(100.0)) {
        assert!(output[960..].iter().all(|x| x.abs() < 1e-6), "the first");
    }
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(3_000, 5)]);
    bench.link_second(&[]);
    let alone = bench.run(&input, &[64], &at(100.0));
    assert!(alone[0][960..].iter().any(|x| x.abs() > 1e-2), "no impulse");
}

#[test]
fn a_moving_blend_is_the_same_however_the_blocks_are_cut() {
    let input = stereo(36_000);
    let run = |blocks: &[usize]| {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link(&[decay(3_000, 5), decay(3_000, 7)]);
        bench.link_second(&[decay(6_000, 6)]);
        moved(&mut bench, &input, blocks)
    };
    let reference = run(&[512]);
    for blocks in [
        &[1][..],
        &[17],
        &[64],
        &[192],
        &[480],
        &[2048],
        &[3, 700, 1, 129],
    ] {
        assert!(run(blocks) == reference, "blocks of {blocks:?}");
    }
}

#[test]
fn at_its_ends_one_impulse_sounds_to_the_bit_and_nothing_else_is_computed() {
    let input = stereo(20_000);
    let (first, second) = ([decay(3_000, 5)], [decay(6_000, 6)]);
    for (blend, impulse) in [(0.0, &first), (100.0, &second)] {
        let mut alone = Bench::new(Layout::Stereo);
        alone.link(impulse);
        let mut both = Bench::new(Layout::Stereo);
        both.link(&first);
        both.link_second(&second);
        assert!(both.run(&input, &[64], &at(blend)) == alone.run(&input, &[64], &wet()));
        assert_eq!(both.processor.swap_report().running, 1, "{blend}");
        assert_eq!(
            both.processor.tail_samples(),
            alone.processor.tail_samples()
        );
    }
}

#[test]
fn while_the_second_slot_is_empty_the_blend_does_nothing() {
    let input = stereo(9_000);
    let mut alone = Bench::new(Layout::Stereo);
    alone.link(&[decay(3_000, 5)]);
    let reference = alone.run(&input, &[64], &wet());
    for is_silent in [false, true] {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link(&[decay(3_000, 5)]);
        if is_silent {
            bench.link_second(&[]);
        }
        assert!(bench.run(&input, &[64], &at(70.0)) == reference);
        assert_eq!(bench.processor.swap_report().running, 1);
        assert!(bench.processor.is_empty(Slot::Second));
    }
}

#[test]
fn a_slot_without_input_rings_out_and_rests_and_begins_anew() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(3_000, 5)]);
    bench.link_second(&[decay(20_000, 6)]);
    let running = |bench: &Bench| bench.processor.swap_report().running;
    let play = |bench: &mut Bench, samples, blend| {
        bench.run(&stereo(samples), &[64], &at(blend))[0].clone()
    };
    play(&mut bench, 2_048, 50.0);
    assert_eq!(
        (running(&bench), bench.processor.tail_samples()),
        (2, 19_999)
    );
    // Its tail is not cut: after the input has ended it is still there.
    play(&mut bench, FADE, 0.0);
    let silence = vec![vec![0.0; 12_000]; 2];
    let tail = bench.run(&silence, &[64], &at(0.0));
    assert!(tail[0][11_000..].iter().any(|x| x.abs() > 1e-3));
    assert_eq!(running(&bench), 2);
    assert!(!bench.processor.is_at_rest());
    play(&mut bench, 12_000, 0.0);
    assert_eq!(
        (running(&bench), bench.processor.tail_samples()),
        (1, 2_999)
    );
    // What was heard while it rested is not in it when it comes back.
    let silence = vec![vec![0.0; 12_000]; 2];
    bench.run(&silence, &[64], &at(0.0));
    assert!(bench.processor.is_at_rest());
    let back = bench.run(&silence, &[64], &at(100.0));
    assert!(back[0].iter().all(|x| *x == 0.0));
}

#[test]
fn an_impulse_that_comes_or_goes_while_it_is_blended_to_makes_no_step_and_cuts_no_tail() {
    let samples = 48_000;
    let sine: Vec<f32> = (0..samples)
        .map(|i| 0.5 * (std::f32::consts::TAU * 110.0 * i as f32 / super::RATE).sin())
        .collect();
    let input = vec![sine.clone(); 2];
    let echo = |gain: f32| {
        let mut impulse = vec![0.0; 9_000];
        (impulse[0], impulse[8_999]) = (gain, 0.5);
        impulse
    };
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[vec![1.0]]);
    let cut = |from: usize, to: usize| -> Vec<Vec<f32>> {
        input.iter().map(|c| c[from..to].to_vec()).collect()
    };
    let mut output = bench.run(&cut(0, 4_800), &[64], &at(100.0))[0].clone();
    assert_eq!(bench.processor.swap_report().running, 1);
    bench.link_second(&[echo(-1.0)]);
    output.extend(&bench.run(&cut(4_800, 19_200), &[64], &at(100.0))[0]);
    assert_eq!(bench.processor.swap_report().running, 1);
    let there = 19_000;
    let wanted = -sine[there] + 0.5 * sine[there - 8_999];
    assert!((output[there] - wanted).abs() < 1e-4);
    bench.link_second(&[]);
    output.extend(&bench.run(&cut(19_200, samples), &[64], &at(100.0))[0]);
    // The echo of what was heard before it went.
    let there = 19_200 + 4_000;
    let wanted = sine[there] + 0.5 * sine[there - 8_999];
    assert!((output[there] - wanted).abs() < 1e-4);
    assert_eq!(output[40_000..], sine[40_000..]);
    // Two fades of unlike sounds at once, and the echo's own beginning.
    let bound = 2.0 * largest_step(&sine) + 1.5 / FADE as f32;
    let before_the_echo = largest_step(&output[..13_000]);
    assert!(before_the_echo < bound, "{before_the_echo}, {bound}");
    let after = largest_step(&output[15_000..]);
    assert!(after < bound, "{after}, {bound}");
}

#[test]
fn a_new_shape_for_a_slot_that_rings_out_catches_up_and_it_rests_all_the_same() {
    let impulse = [decay(20_000, 6)];
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(3_000, 5)]);
    bench.link_second(&impulse);
    bench.run(&stereo(2_048), &[64], &at(50.0));
    bench.run(&stereo(2_048), &[64], &at(0.0));
    let mut engine = PrimedEngine::new(Engine::new(bench.kernel(&impulse)));
    engine.primed_to = Some(2_000);
    bench.link_to_second(engine);
    bench.run(&stereo(64), &[64], &at(0.0));
    assert_eq!(bench.processor.report_of(Slot::Second).running, 2);
    let tail = bench.processor.tail_samples();
    assert!((17_000..20_000).contains(&tail), "{tail}");
    assert!(!bench.processor.is_at_rest());
    bench.run(&stereo(24_000), &[64], &at(0.0));
    assert_eq!(bench.processor.swap_report().running, 1);
    assert_eq!(bench.processor.tail_samples(), 2_999);
    assert_eq!(bench.processor.report_of(Slot::Second).swaps, 2);
}

/// What a slot hears is its share of the input; an engine that knows that takes over, and nothing changes.
#[test]
fn a_new_shape_in_a_slot_goes_on_from_its_own_past() {
    let impulse = [decay(9_000, 6)];
    let profile = Arc::new(Profile::new(vec![1.0, 2.0, 3.0, 4.0], 1.0));
    let profiled = |kernel: Arc<Kernel>| {
        let mut engine = PrimedEngine::new(Engine::new(kernel));
        engine.profile = Some(Arc::clone(&profile));
        engine
    };
    let input = stereo(40_000);
    let begin = || {
        let mut bench = Bench::new(Layout::Stereo);
        let (kernel, generation) = (bench.kernel(&[decay(5_000, 5)]), 1);
        let value = profiled(kernel);
        let linked = bench
            .engines
            .link(Box::new(Versioned { generation, value }));
        linked.expect("a credit");
        bench.link_to_second(profiled(bench.kernel(&impulse)));
        bench
    };
    let mut still = begin();
    let reference = still.run(&input, &[64], &at(50.0));
    let mut bench = begin();
    let cut = |from: usize, to: usize| -> Vec<Vec<f32>> {
        input.iter().map(|c| c[from..to].to_vec()).collect()
    };
    let mut output = bench.run(&cut(0, 20_032), &[64], &at(50.0));
    // They are alike, so half of the input is for each.
    let mut engine = profiled(bench.kernel(&impulse));
    let half: Vec<Vec<f32>> = (input.iter())
        .map(|c| c[..20_000].iter().map(|x| 0.5 * x).collect())
        .collect();
    engine.engine.prime(&[&half[0], &half[1]], 0);
    engine.primed_to = Some(20_000);
    bench.link_to_second(engine);
    for (output, more) in output
        .iter_mut()
        .zip(bench.run(&cut(20_032, 40_000), &[64], &at(50.0)))
    {
        output.extend(more);
    }
    assert_eq!(bench.processor.report_of(Slot::Second).swaps, 2);
    for (a, b) in output.iter().zip(&reference) {
        let difference = largest_difference(a, b);
        assert!(difference < 1e-5, "{difference}");
    }
    assert_eq!(Engine::silent(2, 2).tail(), 0);
}
