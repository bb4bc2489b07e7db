//! The pre-delay in notes: as long as the tempo says, moved at the tempo's sample, without a click.

use super::{Bench, Layout, RATE, Settings, largest_step, noise, wet};
use anteroom::params::Note;

fn note(name: &str) -> Settings {
    Settings {
        predelay_sync: Note::named(name).expect("a note"),
        predelay: 123.0,
        ..wet()
    }
}

/// A bench whose reverb is the input itself.
fn bench() -> Bench {
    let mut bench = Bench::new(Layout::Mono);
    bench.link(&[vec![1.0]]);
    bench.processor.advance();
    bench
}

/// Plays with the tempo stepping at these samples, in blocks of at most `block`.
fn play(
    input: &[f32],
    steps: &[(usize, f64)],
    block: usize,
    settings: &Settings,
) -> (Vec<f32>, u32) {
    let mut bench = bench();
    let mut output = input.to_vec();
    let mut start = 0;
    while start < output.len() {
        for (_, bpm) in steps.iter().filter(|(at, _)| *at == start) {
            bench.processor.set_tempo(*bpm);
        }
        let cuts = steps.iter().map(|(at, _)| *at).filter(|at| *at > start);
        let next_block = (start / block + 1) * block;
        let end = cuts.fold(next_block, usize::min).min(output.len());
        (bench.processor).process(&mut [&mut output[start..end]], settings);
        start = end;
    }
    (output, bench.processor.tail_samples())
}

/// How long a note is in samples, by what its name says.
fn samples(quarters: f64, bpm: f64) -> usize {
    (quarters * 60.0 / bpm * f64::from(RATE)).round() as usize
}

#[test]
fn a_note_delays_by_as_many_samples_as_it_is_long() {
    let input = noise(60_000, 3);
    for (name, quarters, bpm) in [
        ("1/8", 0.5, 120.0),
        ("1/8d", 0.75, 97.3),
        ("1/8t", 1.0 / 3.0, 97.3),
        ("1/64t", 1.0 / 24.0, 133.337),
        ("1/4", 1.0, 123.456),
        ("1/16d", 0.375, 60.0),
        ("1/1", 4.0, 999.0),
    ] {
        let wanted = samples(quarters, bpm);
        let (output, tail) = play(&input, &[(0, bpm)], 512, &note(name));
        assert!(
            output[..wanted].iter().all(|x| *x == 0.0),
            "{name} at {bpm}"
        );
        assert_eq!(
            output[wanted..],
            input[..input.len() - wanted],
            "{name} at {bpm}"
        );
        assert_eq!(tail as usize, wanted, "{name} at {bpm}");
    }
}

#[test]
fn without_a_word_it_is_120_and_the_last_word_stays() {
    let input = noise(30_000, 3);
    let (silent, _) = play(&input, &[], 512, &note("1/16"));
    assert_eq!(silent[6_000..], input[..24_000]);
    // What is no tempo is not heard.
    let nonsense = [
        (0, 150.0),
        (1, f64::NAN),
        (2, 0.0),
        (3, 1e9),
        (4, -60.0),
        (5, f64::INFINITY),
    ];
    let (output, _) = play(&input, &nonsense, 512, &note("1/16"));
    assert_eq!(output[4_800..], input[..25_200]);
    // A reset forgets the sound and keeps the tempo.
    let mut bench = bench();
    bench.processor.set_tempo(150.0);
    bench.processor.reset();
    bench
        .processor
        .process(&mut [&mut [0.0; 64]], &note("1/16"));
    assert_eq!(bench.processor.tail_samples(), 4_800);
}

#[test]
fn a_note_that_is_too_long_is_halved_until_it_fits() {
    let (_, tail) = play(&noise(64, 1), &[(0, 60.0)], 64, &note("1/4d"));
    assert_eq!(tail as usize, samples(0.375, 60.0));
}

/// Steps up and down, small and large, at odd samples.
const STEPS: [(usize, f64); 9] = [
    (0, 118.0),
    (5_003, 119.0),
    (11_117, 121.0),
    (11_119, 122.0),
    (20_001, 80.0),
    (30_030, 81.5),
    (30_600, 160.0),
    (40_961, 140.0),
    (47_000, 60.0),
];

#[test]
fn a_tempo_that_steps_does_not_know_the_blocks() {
    let input = noise(60_000, 9);
    let (whole, _) = play(&input, &STEPS, 60_000, &note("1/8t"));
    for block in [1, 17, 64, 192, 480, 512, 2_048] {
        let (output, _) = play(&input, &STEPS, block, &note("1/8t"));
        assert!(output == whole, "{block}");
    }
    // In the end it is exactly where it is meant to be, though each step came at its own sample.
    let at = samples(1.0 / 3.0, 60.0);
    assert_eq!(whole[58_000..], input[58_000 - at..60_000 - at]);
}

#[test]
fn a_tempo_that_steps_does_not_click() {
    let sine = |at: usize| {
        let turns = 220.0 * at as f64 / f64::from(RATE);
        (0.5 * (std::f64::consts::TAU * turns.fract()).sin()) as f32
    };
    let input: Vec<f32> = (0..60_000).map(sine).collect();
    let (output, _) = play(&input, &STEPS, 480, &note("1/8t"));
    // From where the sine has come in: a start is a step of its own.
    let heard = &output[16_000..];
    let (step, still) = (largest_step(heard), largest_step(&input));
    assert!(step < still * 1.413, "{step} of {still}: 3 dB");
    let loudest = heard.iter().fold(0.0_f32, |most, x| most.max(x.abs()));
    assert!(loudest < 0.51, "{loudest}");
}
