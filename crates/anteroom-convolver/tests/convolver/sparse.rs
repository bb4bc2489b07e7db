//! Several impulses at once, some of which begin late or end early: the same answers, for less.

use std::sync::Arc;

use anteroom_convolver::{Convolver, Engine, Kernel, Layout, Matrix};

use super::suite::{self, Case};

/// A whole impulse, its beginning alone, and two that are its length and begin where that ends.
fn parts(taps: usize, split: usize, channels: usize) -> Vec<Vec<f32>> {
    let whole = |seed| {
        Case {
            taps,
            channels,
            seed,
            ..Case::default()
        }
        .impulse()
    };
    let mut all = whole(1);
    for channel in whole(1) {
        all.push(channel[..split].to_vec());
    }
    for seed in [2, 3] {
        for mut channel in whole(seed) {
            channel[..split].fill(0.0);
            all.push(channel);
        }
    }
    all
}

fn sparse(impulse: &[Vec<f32>], matrix: &Matrix) -> Arc<Kernel> {
    Kernel::prepare_sparse_with(impulse, matrix, &|| false).unwrap()
}

#[test]
fn parts_that_begin_late_and_end_early_answer_as_they_are_defined() {
    for (layout, channels) in [(Layout::Mono, 1), (Layout::Stereo, 2), (Layout::Stereo, 4)] {
        for (taps, split) in [
            (1, 1),
            (100, 30),
            (2_000, 700),
            (30_000, 3_840),
            (30_000, 29_999),
        ] {
            let case = Case {
                taps,
                channels,
                layout,
                frames: 20_000,
                ..Case::default()
            };
            let impulse = parts(taps, split, channels);
            let matrix = Matrix::for_layout(layout, channels).repeated(4, channels);
            let mut engine = Engine::new(sparse(&impulse, &matrix));
            let input = case.input();
            let output = suite::run(&mut engine, &input, &[64, 17, 480]);
            let wanted = suite::reference(&impulse, &matrix, &input);
            suite::compare("sparse", &case, &impulse, &output, &wanted);
            // The cut is in no bit, and a reset forgets everything.
            engine.reset();
            assert!(suite::run(&mut engine, &input, &[1009]) == output, "{taps}");
        }
    }
}

#[test]
fn a_part_costs_nothing_where_it_has_no_taps() {
    let impulse = parts(60_000, 3_840, 2);
    let matrix = Matrix::for_layout(Layout::Stereo, 2).repeated(4, 2);
    let all = Kernel::prepare(&impulse, &matrix).unwrap();
    let some = sparse(&impulse, &matrix);
    // Three of four parts are long.
    assert!(
        some.bytes() * 10 < all.bytes() * 9,
        "{} of {}",
        some.bytes(),
        all.bytes()
    );
    assert_eq!(some.tail(), all.tail());
    let memory = |kernel: &Arc<Kernel>| Engine::new(kernel.clone()).bytes();
    assert!(memory(&some) < memory(&all));
}

/// Nothing of it is another sound where all parts are whole.
#[test]
fn what_is_whole_is_the_same_to_the_bit() {
    let case = Case {
        taps: 30_000,
        frames: 40_000,
        channels: 4,
        ..Case::default()
    };
    let (impulse, matrix, input) = (case.impulse(), case.matrix(), case.input());
    let mut plain = Engine::new(Kernel::prepare(&impulse, &matrix).unwrap());
    let mut spare = Engine::new(sparse(&impulse, &matrix));
    let output = suite::run(&mut plain, &input, &[64]);
    assert!(suite::run(&mut spare, &input, &[64]) == output);
}
