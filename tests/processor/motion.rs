//! The tail that moves among three versions of itself, with engines that are made for it.

use super::{Bench, RATE, decay, noise, stereo, wet};
use anteroom::convolution::{
    Convolver, Engine, Kernel, Layout, MOVING_PARTS, Matrix, PrimedEngine,
};
use anteroom::exchange::Versioned;
use anteroom::processor::Settings;

/// Where the early part ends, samples.
const SPLIT: usize = 1_000;

/// An impulse and what it is taken apart into: the early part, and two other tails.
fn parts(samples: usize, seed: u32) -> Vec<Vec<f32>> {
    let rows = |first: u32| [decay(samples, first), decay(samples, first + 1)];
    let whole = rows(seed);
    let mut all = whole.to_vec();
    all.extend(whole.map(|row| row[..SPLIT].to_vec()));
    for version in [100, 200] {
        all.extend(rows(seed + version).map(|mut row| {
            row[..SPLIT].fill(0.0);
            row
        }));
    }
    all
}

impl Bench {
    /// Links an engine whose tail moves, one that knows the input up to a position if that is given.
    fn link_moving(&mut self, parts: &[Vec<f32>], known: Option<(&[Vec<f32>], usize)>) {
        let channels = parts.len() / MOVING_PARTS;
        let matrix = Matrix::for_layout(self.layout, channels).repeated(MOVING_PARTS, channels);
        let kernel =
            Kernel::prepare_sparse_with(parts, &matrix, &|| false).expect("a good impulse");
        let mut value = PrimedEngine::new(Engine::new(kernel));
        value.moves = true;
        assert_eq!(value.outputs(), self.layout.outputs());
        if let Some((input, to)) = known {
            let past: Vec<&[f32]> = input.iter().map(|channel| &channel[..to]).collect();
            value.engine.prime(&past, 0);
            value.primed_to = Some(to as u64);
        }
        self.generation += 1;
        let generation = self.generation;
        let engine = Versioned { generation, value };
        self.engines.link(Box::new(engine)).expect("a credit");
    }
}

fn moving(percent: f32, hz: f32) -> Settings {
    Settings {
        motion: percent,
        motion_rate: hz,
        ..wet()
    }
}

/// What each of the four parts answers alone, on the left.
fn answers(parts: &[Vec<f32>], input: &[Vec<f32>]) -> [Vec<f32>; MOVING_PARTS] {
    let of = |part: usize| {
        let channels = &parts[2 * part..2 * part + 2];
        let matrix = Matrix::for_layout(Layout::Stereo, 2);
        let mut engine = Engine::new(Kernel::prepare(channels, &matrix).expect("a good impulse"));
        let mut output = vec![vec![0.0; input[0].len()]; 2];
        let [left, right] = &mut output[..] else {
            unreachable!()
        };
        engine.process(&[&input[0], &input[1]], &mut [left, right]);
        output.swap_remove(0)
    };
    [of(0), of(1), of(2), of(3)]
}

/// The law in double precision, from the place and the strength.
fn law(answers: &[Vec<f32>; MOVING_PARTS], at: usize, strength: f64, turns: f64) -> f64 {
    let [whole, early, one, two] = answers.each_ref().map(|row| f64::from(row[at]));
    let (turning, still) = (strength * (1.0 / 3f64.sqrt()).acos()).sin_cos();
    let (sine, cosine) = (std::f64::consts::TAU * turns).sin_cos();
    still * whole + (1.0 - still) * early + turning * (cosine * one + sine * two)
}

#[test]
fn what_is_heard_is_the_law() {
    let (parts, input) = (parts(9_000, 10), stereo(30_000));
    let answers = answers(&parts, &input);
    for (percent, hz) in [(100.0, 0.3), (40.0, 2.0), (100.0, 0.05)] {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link_moving(&parts, None);
        let output = bench.run(&input, &[64], &moving(percent, hz));
        for (at, sample) in output[0].iter().enumerate() {
            let turns = f64::from(hz) * at as f64 / f64::from(RATE);
            let wanted = law(&answers, at, f64::from(percent) / 100.0, turns);
            assert!(
                (f64::from(*sample) - wanted).abs() < 2e-5,
                "{at}: {sample}, not {wanted}"
            );
        }
    }
}

#[test]
fn at_nought_nothing_moves_whatever_engine_plays() {
    let (parts, input) = (parts(9_000, 20), stereo(20_000));
    let mut plain = Bench::new(Layout::Stereo);
    plain.link(&parts[..2]);
    let still = plain.run(&input, &[64], &wet());
    // An engine that can not: not one bit, whatever the controls say.
    let mut without = Bench::new(Layout::Stereo);
    without.link(&parts[..2]);
    assert!(without.run(&input, &[64], &moving(100.0, 2.0)) == still);
    // One that could.
    let mut bench = Bench::new(Layout::Stereo);
    bench.link_moving(&parts, None);
    let output = bench.run(&input, &[64], &moving(0.0, 2.0));
    for (output, still) in output.iter().zip(&still) {
        let pairs = output.iter().zip(still);
        assert!(pairs.clone().all(|(a, b)| (a - b).abs() < 1e-6));
    }
    let moved = bench.run(&input, &[64], &moving(100.0, 2.0));
    assert!(
        moved[0]
            .iter()
            .zip(&still[0])
            .any(|(a, b)| (a - b).abs() > 0.01)
    );
}

/// Nothing of a sine is further away from it than twice the rate and 1 Hz.
#[test]
fn a_sine_has_no_sidebands_but_those_of_the_rate() {
    const SAMPLES: usize = 1 << 19;
    let hz = (1_000.0 / RATE * SAMPLES as f32).round() / SAMPLES as f32 * RATE;
    let wave = |at: usize| {
        let turns = f64::from(hz) / f64::from(RATE) * at as f64;
        (std::f64::consts::TAU * turns.fract()).sin() as f32 * 0.5
    };
    for rate in [0.3_f32, 2.0] {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link_moving(&parts(20_000, 30), None);
        let settings = moving(100.0, rate);
        let input: Vec<f32> = (0..SAMPLES + 48_000).map(wave).collect();
        let output = bench.run(&vec![input; 2], &[512], &settings);
        // Blackman and Harris's window: what leaks is 92 dB down from the fourth bin on.
        let heard = &output[0][48_000..];
        let window = |at: usize| {
            let part = std::f64::consts::TAU * at as f64 / SAMPLES as f64;
            0.35875 - 0.48829 * part.cos() + 0.14128 * (2.0 * part).cos()
                - 0.01168 * (3.0 * part).cos()
        };
        let level = |off_hz: f64| {
            let step = std::f64::consts::TAU * (f64::from(hz) + off_hz) / f64::from(RATE);
            let (mut re, mut im) = (0.0, 0.0);
            for (at, sample) in heard.iter().enumerate() {
                let (sin, cos) = (step * at as f64).sin_cos();
                let sample = f64::from(*sample) * window(at);
                (re, im) = (re + sample * cos, im + sample * sin);
            }
            10.0 * (re * re + im * im).log10()
        };
        let carrier = level(0.0)
            .max(level(f64::from(rate)))
            .max(level(-f64::from(rate)));
        let beside = level(f64::from(rate)).max(level(-f64::from(rate)));
        assert!(beside - carrier > -40.0, "it moves: {}", beside - carrier);
        let near = 2.0 * f64::from(rate) + 1.0;
        for off in [
            0.0, 0.1, 0.3, 0.7, 1.0, 2.0, 3.3, 5.0, 17.0, 93.75, 700.0, 1_500.0, 3_000.0,
        ] {
            for off in [near + off, -near - off]
                .into_iter()
                .filter(|off| *off > -900.0)
            {
                let off_db = level(off) - carrier;
                assert!(off_db < -70.0, "{rate} Hz, {off} Hz away: {off_db} dB");
            }
        }
    }
}

#[test]
fn the_early_part_stands_still() {
    let parts = parts(9_000, 40);
    let mut click = vec![vec![0.0; 4_000]; 2];
    for turn in 0..12 {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link_moving(&parts, None);
        // The click comes at another place of the movement each time.
        bench.processor.set_position(Some(4_000 * turn));
        (click[0][0], click[1][0]) = (1.0, 1.0);
        let output = bench.run(&click, &[480], &moving(100.0, 1.0));
        for (output, whole) in output[0].iter().zip(&parts[0][..SPLIT]) {
            assert!((output - whole).abs() < 1e-6);
        }
        let tail = output[0][SPLIT..].iter().zip(&parts[0][SPLIT..]);
        assert!(tail.clone().any(|(a, b)| (a - b).abs() > 0.01));
    }
}

/// Everything moves: the strength, the rate, the place in the song, and the engine.
fn dance(blocks: &[usize]) -> (Vec<f32>, Vec<u32>) {
    let input = stereo(60_000);
    let mut bench = Bench::new(Layout::Stereo);
    bench.link_moving(&parts(9_000, 50), None);
    let mut heard = Vec::new();
    let mut tails = Vec::new();
    let moves = [
        (12_288, 100.0, 0.3, None),
        (1_024, 0.0, 0.3, Some(480_000)),
        (9_216, 60.0, 2.0, Some(481_024)),
        (10_240, 60.0, 1.3, Some(-70_000)),
        (13_824, 100.0, 0.05, Some(7)),
        (13_408, 20.0, 0.7, None),
    ];
    let mut start = 0;
    for (number, (samples, percent, hz, position)) in moves.into_iter().enumerate() {
        bench.processor.set_position(position);
        match number {
            2 => bench.link_moving(&parts(7_000, 60), Some((&input, start))),
            4 => bench.link(&parts(8_000, 70)[..2]),
            5 => bench.link_moving(&parts(6_000, 80), None),
            _ => {}
        }
        bench.processor.advance();
        let part: Vec<Vec<f32>> = input
            .iter()
            .map(|row| row[start..start + samples].to_vec())
            .collect();
        // Only the grid takes engines, and here all of them are there at its beginning.
        let mut output = part.clone();
        let (mut at, mut sizes) = (0, blocks.iter().cycle());
        while at < samples {
            let end = samples.min(at + sizes.next().copied().unwrap_or(64));
            let mut cut: Vec<&mut [f32]> = output.iter_mut().map(|row| &mut row[at..end]).collect();
            bench.processor.process(&mut cut, &moving(percent, hz));
            at = end;
        }
        heard.extend_from_slice(&output[0]);
        tails.push(bench.processor.tail_samples());
        start += samples;
    }
    (heard, tails)
}

#[test]
fn the_movement_is_the_same_however_the_blocks_are_cut() {
    let whole = dance(&[512]);
    assert!(whole.0.iter().all(|sample| sample.is_finite()));
    for size in [1, 17, 64, 192, 480, 2_048] {
        assert!(dance(&[size]) == whole, "blocks of {size}");
    }
    assert!(dance(&[1, 511, 37, 64, 300]) == whole);
}

#[test]
fn the_same_place_in_the_song_is_the_same_bits() {
    let (parts, input) = (parts(9_000, 90), stereo(20_000));
    let at = |position: i64, before: usize| {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link_moving(&parts, None);
        bench.processor.set_position(Some(3));
        bench.run(&stereo(before), &[64], &moving(100.0, 0.7));
        bench.processor.reset();
        bench.processor.set_position(Some(position));
        bench.run(&input, &[64], &moving(100.0, 0.7))
    };
    let once = at(1_000_000, 100);
    assert!(at(1_000_000, 9_999) == once);
    assert!(at(1_010_000, 100) != once);
    // Without a song it counts from the reset.
    let mut bench = Bench::new(Layout::Stereo);
    bench.link_moving(&parts, None);
    bench.run(&stereo(777), &[64], &moving(100.0, 0.7));
    bench.processor.reset();
    let counted = bench.run(&input, &[64], &moving(100.0, 0.7));
    assert!(at(0, 1) == counted);
    // A reset while the song goes on is at its place, too.
    assert!(counted != once);
}

/// The largest step of a chord's reverb.
fn step(output: &[f32]) -> f32 {
    let steps = output.windows(2).map(|pair| (pair[1] - pair[0]).abs());
    steps.fold(0.0, f32::max)
}

#[test]
fn neither_a_jump_nor_a_switch_clicks() {
    let chord: Vec<f32> = (0..96_000)
        .map(|at| {
            let tone = |hz: f32| (std::f32::consts::TAU * (hz * at as f32 / RATE).fract()).sin();
            0.1 * (tone(110.0) + tone(164.8) + tone(277.2))
        })
        .collect();
    let input = vec![chord; 2];
    let parts = parts(20_000, 110);
    let play = |jumps: bool, percent: &dyn Fn(usize) -> f32| {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link_moving(&parts, None);
        let mut heard = Vec::new();
        for (number, start) in (0..96_000).step_by(480).enumerate() {
            if jumps && number % 7 == 3 {
                bench
                    .processor
                    .set_position(Some(number as i64 * 7_919 * 480));
            }
            let part: Vec<Vec<f32>> = input
                .iter()
                .map(|row| row[start..start + 480].to_vec())
                .collect();
            let output = bench.run(&part, &[480], &moving(percent(number), 0.3));
            heard.extend_from_slice(&output[0]);
        }
        heard.split_off(24_000)
    };
    let still = step(&play(false, &|_| 100.0)).max(step(&play(false, &|_| 0.0)));
    // Within 3 dB of what stands still.
    let most = 1.41 * still;
    let jumping = step(&play(true, &|_| 100.0));
    assert!(jumping < most, "{jumping} beside {still}");
    let switched = step(&play(false, &|number| {
        if number / 5 % 2 == 0 { 100.0 } else { 0.0 }
    }));
    assert!(switched < most, "{switched} beside {still}");
}

#[test]
fn mono_moves_as_well() {
    let whole = decay(9_000, 120);
    let mut tails = [121, 122].map(|seed| decay(9_000, seed));
    for tail in &mut tails {
        tail[..SPLIT].fill(0.0);
    }
    let [one, two] = tails;
    let parts = [whole.clone(), whole[..SPLIT].to_vec(), one, two];
    let input = vec![noise(20_000, 7)];
    for layout in [Layout::Mono, Layout::MonoToStereo] {
        let mut input = input.clone();
        input.resize(layout.outputs(), vec![0.0; 20_000]);
        let mut bench = Bench::new(layout);
        bench.link_moving(&parts, None);
        let moved = bench.run(&input, &[64], &moving(100.0, 2.0));
        let mut plain = Bench::new(layout);
        plain.link(&parts[..1]);
        let still = plain.run(&input, &[64], &wet());
        for (moved, still) in moved.iter().zip(&still) {
            let pairs = moved.iter().zip(still);
            assert!(pairs.clone().take(SPLIT).all(|(a, b)| (a - b).abs() < 1e-6));
            assert!(pairs.clone().any(|(a, b)| (a - b).abs() > 0.01));
        }
    }
}
