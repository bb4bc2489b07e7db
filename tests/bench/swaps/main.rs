//! What the blocks cost in which one engine takes over from another one, in a whole processor:
//! `cargo bench --bench swaps -- [options]`.
//!
//! ```text
//! --runs K          runs over the same input (default 40)
//! --json            one JSON document instead of lines
//! ```
//!
//! The impulse is 10 s of true stereo, in blocks of 64 frames at 48 kHz; times are taken as
//! `crates/anteroom-convolver/benches/engine/estimator.rs` tells.
//!
//! Without `--bench` (as `cargo test --benches` runs it) each plays one run to see that everything works.

#[path = "../../../crates/anteroom-convolver/benches/engine/estimator.rs"]
#[allow(dead_code, reason = "the bench of the engine wants more of it")]
mod estimator;
#[path = "../../../crates/anteroom-convolver/benches/engine/event.rs"]
#[allow(dead_code, reason = "the bench of the engine wants more of it")]
mod event;
#[path = "../../../crates/anteroom-convolver/benches/engine/options.rs"]
#[allow(dead_code, reason = "the bench of the engine wants more of it")]
mod options;
#[path = "../../../crates/anteroom-convolver/benches/engine/scenario.rs"]
#[allow(dead_code, reason = "the bench of the engine wants more of it")]
mod scenario;
#[path = "../../../crates/anteroom-convolver/benches/engine/target.rs"]
#[allow(dead_code, reason = "the bench of the engine wants more of it")]
mod target;

use std::{hint, process::ExitCode, sync::Arc, thread, time::Instant};

use anteroom::{
    convolution::{Engine, Kernel, Layout, PrimedEngine},
    exchange::{Source, Versioned, handoff, history, observe, queue},
    processor::{CaptureWires, Processor, Settings, SlotWires, Snapshot, Wires},
};
use estimator::{Shortest, Spread};
use event::Event;
use options::{Arguments, Options};
use scenario::{CENTRAL, RATE, stereo_noise};
use serde_json::json;

fn main() -> ExitCode {
    let arguments = Arguments::new();
    let options = match arguments.options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(2);
        }
    };
    let events = [
        swap(options, "swap to another impulse", false),
        swap(options, "swap to another shape", true),
    ];
    if arguments.has("--json") {
        let all = json!({
            "events": events.iter().map(Event::json).collect::<Vec<_>>(),
            "targets": events.iter().map(|event| event.target().json()).collect::<Vec<_>>(),
        });
        println!("{all:#}");
    } else {
        for event in &events {
            println!("{}", event.text());
        }
        events.iter().for_each(|event| event.target().print());
    }
    ExitCode::SUCCESS
}

/// Blocks that are looked at before the swap and after it. The swap is over in less.
const BEFORE: usize = 512;
const AFTER: usize = 512;

/// Samples that the worker leaves to the audio thread.
const UNHEARD: usize = 256;

/// Another engine takes the place of one that sounds, in a whole processor.
///
/// `knows` the past: it has heard it up to a few blocks ago and hears the rest on the audio thread, then the
/// outputs are faded. Otherwise the inputs are faded and the old one rings. As in the product, another thread makes
/// it just before: its spectra are in whatever caches the processors share.
pub fn swap(options: Options, name: &'static str, knows: bool) -> Event {
    let old = kernel(options, 1.0);
    let mut blocks = Shortest::new(BEFORE + AFTER);
    for _ in 0..options.runs {
        run_swap(&old, options, knows, &mut blocks);
    }
    let times = blocks.times();
    let (before, after) = times.split_at(BEFORE);
    // The fade takes a fiftieth of a second; before it the new engine catches up, which at a quarter more than what
    // comes in takes four times as long as what it has to hear.
    let during = &after[..AFTER / 4];
    Event {
        name,
        worst: Spread::of(after.to_vec()).worst,
        mean: Spread::of(before.to_vec()).mean,
        during: Spread::of(during.to_vec()).mean,
    }
}

fn kernel(options: Options, gain: f32) -> Arc<Kernel> {
    let mut impulse = CENTRAL.impulse();
    impulse.iter_mut().flatten().for_each(|tap| *tap *= gain);
    let kernel = Kernel::prepare_for(&impulse, &CENTRAL.matrix(), options.isa);
    kernel.expect("the impulse is sound")
}

/// What the worker makes: an engine that has heard the past up to `heard`, or nothing.
fn entrant(options: Options, input: &[Vec<f32>; 2], heard: Option<usize>) -> PrimedEngine {
    let mut entrant = PrimedEngine::new(Engine::new(kernel(options, 0.5)));
    if let Some(heard) = heard {
        let past = [&input[0][..heard], &input[1][..heard]];
        entrant.engine.prime(&past, 0);
        entrant.primed_to = Some(heard as u64);
    }
    entrant
}

fn run_swap(old: &Arc<Kernel>, options: Options, knows: bool, blocks: &mut Shortest) {
    let block = CENTRAL.block;
    let (mut processor, mut engines) = processor();
    let first = CENTRAL.taps().next_multiple_of(1 << 15);
    let frames = first + (BEFORE + AFTER) * block;
    let input = stereo_noise(frames);
    let settings = Settings::default();
    let link = |engines: &mut Source<Versioned<PrimedEngine>>, generation, value| {
        let engine = Box::new(Versioned { generation, value });
        assert!(engines.link(engine).is_ok(), "there is a credit");
    };
    link(&mut engines, 1, PrimedEngine::new(Engine::new(old.clone())));
    let heard = knows.then_some(first + BEFORE * block - UNHEARD);
    let mut made = None;
    let mut output = input.clone();
    let [left, right] = &mut output;
    for from in (0..frames).step_by(block) {
        let index = (from / block).checked_sub(first / block);
        // It comes a few blocks after it was made.
        if index == Some(BEFORE - UNHEARD / block) {
            made = thread::scope(|scope| {
                let worker = scope.spawn(|| entrant(options, &input, heard));
                // Awake, so that the worker gets another processor and this one keeps what it has at hand.
                while !worker.is_finished() {
                    hint::spin_loop();
                }
                worker.join().ok()
            });
        }
        if index == Some(BEFORE)
            && let Some(entrant) = made.take()
        {
            link(&mut engines, 2, entrant);
        }
        let to = from + block;
        let start = Instant::now();
        processor.advance();
        processor.process(&mut [&mut left[from..to], &mut right[from..to]], &settings);
        if let Some(index) = index {
            blocks.note(index, start.elapsed());
        }
    }
    assert_eq!(processor.swap_report().generation, 2, "the swap took place");
}

fn processor() -> (Processor, Source<Versioned<PrimedEngine>>) {
    let (engines, target) = handoff(4);
    let slot = |engines| SlotWires {
        engines,
        ready: handoff(4).1,
        history: history(2, 1 << 20).0,
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
