//! The sound path's promises, shown on the processor with real engines: transparency, the same
//! samples however the blocks are cut, changes without a click, tails that ring out.

#[path = "processor/takeover.rs"]
mod takeover;

use std::sync::Arc;

use anteroom::convolution::{Engine, Kernel, Layout, Matrix, PrimedEngine};
use anteroom::exchange::{
    Consumer, Observer, Producer, Source, Versioned, handoff, history, observe, queue,
};
use anteroom::processor::{Command, Processor, Reply, Settings, Snapshot, Wires};

/// A processor and the other ends of its wires.
struct Bench {
    processor: Processor,
    commands: Producer<Command>,
    replies: Consumer<Reply>,
    snapshots: Observer<Snapshot>,
    engines: Source<Versioned<PrimedEngine>>,
    layout: Layout,
    generation: u64,
}

const RATE: f32 = 48_000.0;

impl Bench {
    fn new(layout: Layout) -> Self {
        let (commands, command_reader) = queue(8);
        let (reply_writer, replies) = queue(8);
        let (publisher, snapshots) = observe(Snapshot::default());
        let (engines, target) = handoff(6);
        let mut processor = Processor::new(Wires {
            commands: command_reader,
            replies: reply_writer,
            snapshots: publisher,
            engines: target,
            history: history(2, 1 << 17).0,
        });
        processor.prepare(RATE, layout, 0);
        Self {
            processor,
            commands,
            replies,
            snapshots,
            engines,
            layout,
            generation: 0,
        }
    }

    /// Links an engine with these impulse channels.
    fn link(&mut self, channels: &[Vec<f32>]) {
        self.link_heard(channels, &[], None);
    }

    /// Links an engine that has heard the input up to a position.
    fn link_heard(&mut self, channels: &[Vec<f32>], input: &[Vec<f32>], primed_to: Option<usize>) {
        let matrix = Matrix::for_layout(self.layout, channels.len());
        let kernel: Arc<Kernel> = Kernel::prepare(channels, &matrix).expect("a good impulse");
        self.generation += 1;
        let mut value = PrimedEngine::new(Engine::new(kernel));
        if let Some(primed_to) = primed_to {
            let past: Vec<&[f32]> = input.iter().map(|channel| &channel[..primed_to]).collect();
            value.engine.prime(&past, 0);
            value.primed_to = Some(primed_to as u64);
        }
        let engine = Versioned {
            generation: self.generation,
            value,
        };
        self.engines.link(Box::new(engine)).expect("a credit");
    }

    /// Runs input in blocks of these sizes, repeated, advancing before each block.
    fn run(&mut self, input: &[Vec<f32>], blocks: &[usize], settings: &Settings) -> Vec<Vec<f32>> {
        let mut output = input.to_vec();
        let samples = input[0].len();
        let (mut start, mut sizes) = (0, blocks.iter().cycle());
        while start < samples {
            let end = samples.min(start + sizes.next().copied().unwrap_or(64));
            self.processor.advance();
            let mut cut: Vec<&mut [f32]> = output
                .iter_mut()
                .map(|channel| &mut channel[start..end])
                .collect();
            self.processor.process(&mut cut, settings);
            start = end;
        }
        output
    }
}

fn wet() -> Settings {
    Settings {
        mix: 100.0,
        ..Settings::default()
    }
}

/// White noise of +-0.5 by a small generator, the same everywhere.
fn noise(samples: usize, mut seed: u32) -> Vec<f32> {
    (0..samples)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as f32 / 16_777_216.0 - 0.5
        })
        .collect()
}

fn stereo(samples: usize) -> Vec<Vec<f32>> {
    vec![noise(samples, 1), noise(samples, 2)]
}

fn decay(samples: usize, seed: u32) -> Vec<f32> {
    noise(samples, seed)
        .iter()
        .enumerate()
        .map(|(i, x)| 0.1 * x * (-5.0 * i as f32 / samples as f32).exp())
        .collect()
}

fn largest_step(samples: &[f32]) -> f32 {
    samples
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .fold(0.0, f32::max)
}

fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

#[test]
fn at_mix_0_the_input_passes_bit_for_bit() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(3000, 3), decay(3000, 4)]);
    let input = stereo(5000);
    let settings = Settings {
        mix: 0.0,
        ..Settings::default()
    };
    assert!(bench.run(&input, &[64], &settings) == input);
}

#[test]
fn wet_only_with_defaults_is_the_plain_convolution_without_latency() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[vec![0.0, 1.0, 0.5], vec![0.25, 0.0, 0.0]]);
    let input = stereo(300);
    let output = bench.run(&input, &[7, 64, 1], &wet());
    for i in 2..300 {
        let expected = input[0][i - 1] + 0.5 * input[0][i - 2];
        assert!((output[0][i] - expected).abs() < 1e-6, "left {i}");
        assert!(
            (output[1][i] - 0.25 * input[1][i]).abs() < 1e-6,
            "right {i}"
        );
    }
}

#[test]
fn with_no_engine_wet_is_silent_and_there_is_no_tail() {
    let mut bench = Bench::new(Layout::Stereo);
    let output = bench.run(&stereo(200), &[64], &wet());
    assert!(output.iter().flatten().all(|sample| *sample == 0.0));
    assert_eq!(bench.processor.tail_samples(), 0);
}

#[test]
fn the_output_is_the_same_however_the_blocks_are_cut() {
    let settings = Settings {
        mix: 60.0,
        output: -3.0,
        predelay: 11.0,
        width: 140.0,
        low_cut: 120.0,
        high_cut: 6000.0,
        ..Settings::default()
    };
    let impulse = [decay(9000, 5), decay(9000, 6)];
    let run = |blocks: &[usize]| {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link(&impulse);
        bench.run(&stereo(20_000), blocks, &settings)
    };
    let reference = run(&[512]);
    for blocks in [
        &[1][..],
        &[17],
        &[64],
        &[480],
        &[8192],
        &[3, 700, 1, 64, 129],
    ] {
        assert!(run(blocks) == reference, "blocks of {blocks:?}");
    }
}

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

#[test]
fn bad_input_is_repaired_counted_and_leaves_no_trace() {
    let impulse = [decay(2000, 20), decay(2000, 21)];
    let mut clean = stereo(8000);
    for channel in &mut clean {
        channel[100..110].fill(0.0);
        channel[500] = 0.0;
    }
    let mut bad = clean.clone();
    bad[0][100..110].fill(f32::NAN);
    bad[1][500] = f32::NEG_INFINITY;
    bad[0][500] = 1e30;
    let run = |input: &[Vec<f32>]| {
        let mut bench = Bench::new(Layout::Stereo);
        bench.link(&impulse);
        let output = bench.run(input, &[128], &Settings::default());
        (output, bench.snapshots.read().repaired)
    };
    let (expected, none) = run(&clean);
    let (output, repaired) = run(&bad);
    assert_eq!((none, repaired), (0, 12));
    assert!(output == expected);
}

#[test]
fn the_tail_is_pre_delay_plus_impulse_and_what_follows_is_silent() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[vec![0.5; 1000]]);
    let settings = Settings {
        predelay: 10.0,
        ..wet()
    };
    let mut input = vec![vec![0.0; 4000]; 2];
    input[0][0] = 1.0;
    let output = bench.run(&input, &[64], &settings);
    // The first input sounds last 479 + 1000 samples later, so that many follow the last input.
    let tail = bench.processor.tail_samples() as usize;
    assert_eq!(tail, 480 + 999);
    assert!(output[0][tail] > 0.1);
    assert!(output[0][tail + 1..].iter().all(|x| x.abs() < 1e-6));
}

#[test]
fn a_mono_input_sounds_on_both_sides() {
    let mut bench = Bench::new(Layout::MonoToStereo);
    bench.link(&[vec![0.5, 0.0], vec![0.0, 0.25]]);
    let input = vec![noise(100, 3), vec![7.0; 100]];
    let dry_only = Settings { mix: 0.0, ..wet() };
    let output = bench.run(&input, &[13], &dry_only);
    assert!(output[0] == input[0] && output[1] == input[0]);
    bench.processor.reset();
    let output = bench.run(&input, &[13], &wet());
    assert!((output[0][5] - 0.5 * input[0][5]).abs() < 1e-6);
    assert!((output[1][5] - 0.25 * input[0][4]).abs() < 1e-6);
}

#[test]
fn a_reset_instance_sounds_like_a_new_one() {
    let impulse = [decay(5000, 30), decay(5000, 31)];
    let settings = Settings {
        predelay: 30.0,
        low_cut: 200.0,
        high_cut: 4000.0,
        ..Settings::default()
    };
    let mut fresh = Bench::new(Layout::Stereo);
    fresh.link(&impulse);
    let reference = fresh.run(&stereo(6000), &[100], &settings);
    let mut used = Bench::new(Layout::Stereo);
    used.link(&impulse);
    let other = [noise(9999, 40), noise(9999, 41)];
    used.run(&other, &[64], &Settings::default());
    used.processor.reset();
    assert!(used.run(&stereo(6000), &[100], &settings) == reference);
}

#[test]
fn commands_are_obeyed_in_the_block_that_follows_them() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[decay(48_000, 50)]);
    bench.run(&stereo(4800), &[64], &wet());
    bench.commands.push(Command::Ping(7)).expect("room");
    bench.commands.push(Command::ClearTail).expect("room");
    let silence = vec![vec![0.0; 4800]; 2];
    let output = bench.run(&silence, &[64], &wet());
    assert_eq!(bench.replies.pop(), Ok(Reply::Pong(7)));
    let early = output[0][..500].iter().fold(0.0f32, |a, x| a.max(x.abs()));
    assert!(early > 1e-3, "the tail fades, it is not cut");
    assert!(output[0][2000..].iter().all(|x| x.abs() < 1e-7));
}

#[test]
fn moving_every_control_at_once_makes_no_step() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[vec![1.0]]);
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

#[test]
fn one_tap_and_a_predelay_have_a_tail() {
    let mut bench = Bench::new(Layout::Stereo);
    bench.link(&[vec![1.0], vec![1.0]]);
    let settings = Settings {
        predelay: 10.0,
        ..Settings::default()
    };
    bench.run(&[vec![0.0; 64], vec![0.0; 64]], &[64], &settings);
    assert_eq!(bench.processor.tail_samples(), 480);
}
