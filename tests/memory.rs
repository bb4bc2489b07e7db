//! What engines take of the machine's memory, and when. Linux: its kernel counts the pages.

#![cfg(target_os = "linux")]

use anteroom_test_support as support;
use std::sync::Arc;

use anteroom::convolution::{Engine, Kernel, Layout, Matrix, PrimedEngine};
use anteroom::exchange::{Source, Versioned, handoff, history, observe, queue};
use anteroom::processor::{CaptureWires, Processor, Settings, SlotWires, Snapshot, Wires};
use support::system::page_faults;

const RATE: usize = 48_000;

/// Ten seconds of true stereo, of unlike channels.
fn ten_seconds(gain: f32) -> Arc<Kernel> {
    let sample =
        |n: usize| ((n.wrapping_mul(2_654_435_761) >> 16) & 0xffff) as f32 / 65_536.0 - 0.5;
    let channel = |from: usize| (0..10 * RATE).map(|n| gain * sample(n + from)).collect();
    let channels: Vec<Vec<f32>> = (0..4).map(|channel_| channel(channel_ << 20)).collect();
    let matrix = Matrix::for_layout(Layout::Stereo, 4);
    Kernel::prepare(&channels, &matrix).expect("a good impulse")
}

fn processor() -> (Processor, Source<Versioned<PrimedEngine>>) {
    let (engines, target) = handoff(4);
    let slot = |engines| SlotWires {
        engines,
        ready: handoff(4).1,
        history: history(2, RATE).0,
    };
    let mut processor = Processor::new(Wires {
        commands: queue(8).1,
        replies: queue(8).0,
        snapshots: observe(Snapshot::default()).0,
        slots: [slot(target), slot(handoff(4).1)],
        capture: CaptureWires::new().0,
        wet: history(2, 0).0,
    });
    processor.prepare(RATE as f32, Layout::Stereo, 0);
    (processor, engines)
}

/// That the count can be other than 0 is shown among the nets.
#[test]
fn linking_a_ten_second_engine_touches_no_new_page() {
    const BLOCK: usize = 512;
    let (mut processor, mut engines) = processor();
    let settings = Settings::default();
    let mut sound = vec![vec![0.25_f32; BLOCK]; 2];
    let mut play = |engine: Engine, generation, blocks: usize| {
        let value = PrimedEngine::new(engine);
        let linked = engines.link(Box::new(Versioned { generation, value }));
        assert!(linked.is_ok(), "there is a credit");
        let ((), faults) = page_faults(|| {
            for _ in 0..blocks {
                processor.advance();
                let [left, right] = &mut sound[..] else {
                    return;
                };
                processor.process(&mut [left, right], &settings);
                left.fill(0.25);
                right.fill(-0.25);
            }
        });
        assert_eq!(processor.swap_report().generation, generation);
        faults
    };
    // The code and the stack arrive page by page once in the life of a process: with one engine, and with a
    // swap to the next, through every piece of work.
    let kernel = ten_seconds(0.01);
    for generation in 1..=2 {
        play(Engine::new(kernel.clone()), generation, 4 * 32_768 / BLOCK);
    }
    // Its tail and a second more: every page of its history and of its spectra is in use by then.
    let faults = play(Engine::new(ten_seconds(0.02)), 3, 11 * RATE / BLOCK);
    assert_eq!(faults, 0);
}

/// An instance adds its history alone. The spectra of ten seconds of the past for two inputs take half of what
/// those of the four responses take, so that sharing saves a good half.
#[test]
fn instances_of_one_impulse_add_their_histories_alone() {
    let kernel = ten_seconds(0.01);
    let engine = Engine::new(kernel.clone());
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    let (shared, own) = (megabytes(kernel.bytes()), megabytes(engine.bytes()));
    let instances = shared + 32.0 * own;
    let alone = shared + own;
    println!(
        "spectra {shared:.1} MB, history {own:.1} MB: 32 instances {instances:.0} MB, as {:.1} engines alone",
        instances / alone
    );
    assert!(alone < 28.0, "{alone} MB");
    assert!(instances < 13.5 * alone, "{instances} MB beside {alone} MB");
}
