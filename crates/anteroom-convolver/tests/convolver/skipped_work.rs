//! What nobody hears may be left out, and nothing else: an engine that only hears, one that leaves, one that rings.

use std::slice::SliceIndex;

use anteroom_convolver::{Convolver, Engine, Kernel};

use super::suite::{self, Case};

/// A stretch of all channels.
fn part(
    channels: &[Vec<f32>],
    range: impl SliceIndex<[f32], Output = [f32]> + Clone,
) -> Vec<Vec<f32>> {
    let part = |channel: &Vec<f32>| channel[range.clone()].to_vec();
    channels.iter().map(part).collect()
}

/// What was heard without an answer sounds on as if it had been answered.
#[test]
fn an_engine_that_only_heard_knows_the_past() {
    for taps in [40, 1_000, 20_000] {
        let case = Case {
            taps,
            frames: 30_000,
            channels: 4,
            ..Case::default()
        };
        let kernel = Kernel::prepare(&case.impulse(), &case.matrix()).unwrap();
        let input = case.input();
        let whole = suite::run(&mut Engine::new(kernel.clone()), &input, &[30_000]);
        for heard in [1, 64, 100, 29_000] {
            let mut engine = Engine::new(kernel.clone());
            let (past, rest): (Vec<_>, Vec<_>) = input
                .iter()
                .map(|channel| (&channel[..heard], channel[heard..].to_vec()))
                .unzip();
            engine.prime(&past, 0);
            let output = suite::run(&mut engine, &rest, &[77]);
            for (output, whole) in output.iter().zip(&whole) {
                assert!(output[..] == whole[heard..], "{taps} taps, {heard} heard");
            }
        }
    }
}

/// Answers that nobody waits for are left out, those after them are the same.
#[test]
fn an_engine_that_hears_knows_how_much_is_unheard() {
    let case = Case {
        taps: 20_000,
        frames: 40_000,
        channels: 4,
        ..Case::default()
    };
    let kernel = Kernel::prepare(&case.impulse(), &case.matrix()).unwrap();
    let whole = suite::run(&mut Engine::new(kernel.clone()), &case.input(), &[40_000]);
    for (first, unheard) in [
        (1, 63),
        (3_000, 5),
        (9_000, 64),
        (17_000, 700),
        (30_001, 9_000),
    ] {
        let mut engine = Engine::new(kernel.clone());
        let input = case.input();
        let cut = |from: usize, to: usize| input.iter().map(move |channel| &channel[from..to]);
        engine.prime(&cut(0, first).collect::<Vec<_>>(), unheard);
        let heard = first + unheard;
        engine.prime(&cut(first, heard).collect::<Vec<_>>(), 0);
        let rest: Vec<_> = cut(heard, 40_000).map(<[f32]>::to_vec).collect();
        let output = suite::run(&mut engine, &rest, &[77]);
        for (output, whole) in output.iter().zip(&whole) {
            assert!(output[..] == whole[heard..], "{first} and {unheard} heard");
        }
        // The check can fail: who listens too early hears something else.
        let mut early = Engine::new(kernel.clone());
        early.prime(&cut(0, first).collect::<Vec<_>>(), 20_000);
        let rest: Vec<_> = cut(first, 40_000).map(<[f32]>::to_vec).collect();
        let output = suite::run(&mut early, &rest, &[77]);
        assert!(output[0][..] != whole[0][first..], "{first} heard");
    }
}

/// One that is heard for so long and no longer leaves out what comes later, and nothing before.
#[test]
fn an_engine_that_leaves_is_whole_until_then() {
    let case = Case {
        taps: 20_000,
        frames: 60_000,
        channels: 4,
        ..Case::default()
    };
    let kernel = Kernel::prepare(&case.impulse(), &case.matrix()).unwrap();
    let input = case.input();
    let whole = suite::run(&mut Engine::new(kernel.clone()), &input, &[60_000]);
    let play = |blocks: &[usize], from: usize, ends: &[usize]| {
        let mut engine = Engine::new(kernel.clone());
        let past = part(&input, ..from);
        let mut output = suite::run(&mut engine, &past, blocks);
        let mut at = from;
        // The end is told again and again, and comes nearer.
        for &end in ends {
            engine.retire_after(end - at);
            let to = if Some(&end) == ends.last() {
                60_000
            } else {
                at + 333
            };
            let more = part(&input, at..to);
            for (output, more) in output
                .iter_mut()
                .zip(suite::run(&mut engine, &more, blocks))
            {
                output.extend(more);
            }
            at = to;
        }
        output
    };
    let mut left_out = 0;
    for from in [0, 64, 1_000, 8_191, 8_192, 20_011, 32_768, 40_007] {
        for span in [1, 64, 960, 5_000] {
            for (blocks, ends) in [
                (&[7][..], vec![from + span]),
                (&[64], vec![from + span]),
                (&[512], vec![from + 9_000, from + 7_000, from + 999 + span]),
            ] {
                let output = play(blocks, from, &ends);
                let end = *ends.last().unwrap();
                for (output, whole) in output.iter().zip(&whole) {
                    assert!(output[..end] == whole[..end], "from {from} to {ends:?}");
                    assert!(output.iter().all(|sample| sample.is_finite()));
                    left_out += usize::from(output[end..] != whole[end..]);
                }
            }
        }
    }
    assert!(left_out > 180, "of 192 only {left_out} left something out");
}

/// One that only rings sounds as if it heard silence, whatever it is given.
#[test]
fn an_engine_that_rings_hears_silence() {
    for taps in [40, 1_000, 20_000] {
        let case = Case {
            taps,
            frames: 70_000,
            channels: 4,
            ..Case::default()
        };
        let kernel = Kernel::prepare(&case.impulse(), &case.matrix()).unwrap();
        for from in [0, 1, 64, 1_000, 8_192, 30_011] {
            let mut input = case.input();
            let past = part(&input, ..from);
            let rest = part(&input, from..);
            let mut engine = Engine::new(kernel.clone());
            suite::run(&mut engine, &past, &[64]);
            engine.drain_tail();
            let output = suite::run(&mut engine, &rest, &[100]);
            for channel in &mut input {
                channel[from..].fill(0.0);
            }
            let whole = suite::run(&mut Engine::new(kernel.clone()), &input, &[64]);
            for (output, whole) in output.iter().zip(&whole) {
                assert!(output[..] == whole[from..], "{taps} taps, from {from}");
            }
            // Until it is reset.
            engine.reset();
            let again = suite::run(&mut engine, &rest, &[100]);
            let fresh = suite::run(&mut Engine::new(kernel.clone()), &rest, &[100]);
            assert!(again == fresh, "{taps} taps, from {from}");
        }
    }
}
