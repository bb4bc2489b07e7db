//! The sound path's promises, shown on the processor with real engines: transparency, the same
//! samples however the blocks are cut, changes without a click, tails that ring out.

#[path = "processor/blend.rs"]
mod blend;
#[path = "processor/controls.rs"]
mod controls;
#[path = "processor/freeze.rs"]
mod freeze;
#[path = "processor/motion.rs"]
mod motion;
#[path = "processor/pick.rs"]
mod pick;
#[path = "processor/sidechain.rs"]
mod sidechain;
#[path = "processor/swap.rs"]
mod swap;
#[path = "processor/takeover.rs"]
mod takeover;
#[path = "processor/tempo.rs"]
mod tempo;

use std::sync::Arc;

use anteroom::convolution::{Engine, Kernel, Layout, Matrix, PrimedEngine};
use anteroom::exchange::{
    Consumer, Observer, Producer, Source, Versioned, handoff, history, observe, queue,
};
use anteroom::processor::{
    CaptureWires, Command, Processor, Reply, Settings, SlotWires, Snapshot, Wires,
};

/// A processor and the other ends of its wires.
struct Bench {
    processor: Processor,
    commands: Producer<Command>,
    replies: Consumer<Reply>,
    snapshots: Observer<Snapshot>,
    engines: Source<Versioned<PrimedEngine>>,
    /// Those of the first slot that wait ready.
    ready: Source<Versioned<PrimedEngine>>,
    /// Those of the second slot.
    second: Source<Versioned<PrimedEngine>>,
    layout: Layout,
    generation: u64,
}

const RATE: f32 = 48_000.0;

impl Bench {
    fn new(layout: Layout) -> Self {
        let (commands, command_reader) = queue(8);
        let (reply_writer, replies) = queue(8);
        let (publisher, snapshots) = observe(Snapshot::default());
        let slot = || {
            let (source, engines) = handoff(6);
            let (ready_source, ready) = handoff(36);
            let history = history(2, 1 << 17).0;
            let wires = SlotWires {
                engines,
                ready,
                history,
            };
            (source, ready_source, wires)
        };
        let ((engines, ready, first), (second, _, other)) = (slot(), slot());
        let mut processor = Processor::new(Wires {
            commands: command_reader,
            replies: reply_writer,
            snapshots: publisher,
            slots: [first, other],
            capture: CaptureWires::new().0,
            wet: history(2, 0).0,
        });
        processor.prepare(RATE, layout, 0);
        Self {
            processor,
            commands,
            replies,
            snapshots,
            engines,
            ready,
            second,
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
