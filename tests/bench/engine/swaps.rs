//! What the blocks cost in which an engine is reset, or another one takes its place.

use std::{hint, sync::Arc, thread, time::Instant};

use anteroom::{
    convolution::{Convolver, Engine, Entrant, Kernel, Layout},
    exchange::{Source, Stamped, exchange, observe, queue, tape},
    processor::{Processor, Settings, Snapshot, Wires},
};
use serde_json::{Value, json};

use super::{
    estimator::{Shortest, Spread, run_period},
    measure::write_times,
    options::Options,
    scenario::{CENTRAL, PERIOD, RATE, stereo_noise},
};

/// What happens, and the dearest block in which it does, beside the mean of all others.
pub struct Event {
    pub name: &'static str,
    /// Nanoseconds.
    pub worst: f64,
    pub mean: f64,
    /// The mean cost of the blocks in which it happens.
    pub during: f64,
}

impl Event {
    pub fn json(&self) -> Value {
        json!({
            "event": self.name,
            "worst_us": self.worst / 1e3,
            "during_us": self.during / 1e3,
            "mean_us": self.mean / 1e3,
        })
    }
}

/// The block with a reset in it, and the one after it.
pub fn reset(options: Options) -> Event {
    let block = CENTRAL.block;
    let mut engine = CENTRAL.engine(&CENTRAL.impulse(), options.isa);
    let input = stereo_noise(PERIOD);
    let mut output = vec![vec![0.0; PERIOD]; 2];
    let mut blocks = Shortest::new(PERIOD / block);
    let mut after = Shortest::new(2);
    for _ in 0..options.runs {
        let note = |index, time| blocks.note(index, time);
        run_period(&mut engine, &input, &mut output, block, options, note);
        for index in 0..2 {
            let [left, right] = &mut output[..] else {
                break;
            };
            let heard = [&input[0][..block], &input[1][..block]];
            let start = Instant::now();
            if index == 0 {
                engine.reset();
            }
            engine.process(&heard, &mut [&mut left[..block], &mut right[..block]]);
            after.note(index, start.elapsed());
        }
    }
    let after = after.spread();
    Event {
        name: "reset",
        worst: after.worst,
        mean: blocks.spread().mean,
        during: after.mean,
    }
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
    write_times(name, &blocks);
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
fn entrant(options: Options, input: &[Vec<f32>; 2], heard: Option<usize>) -> Entrant {
    let mut entrant = Entrant::new(Engine::new(kernel(options, 0.5)));
    if let Some(heard) = heard {
        let past = [&input[0][..heard], &input[1][..heard]];
        entrant.engine.hear(&past, 0);
        entrant.heard_to = Some(heard as u64);
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
    let link = |engines: &mut Source<Stamped<Entrant>>, generation, value| {
        let engine = Box::new(Stamped { generation, value });
        assert!(engines.link(engine).is_ok(), "there is a credit");
    };
    link(&mut engines, 1, Entrant::new(Engine::new(old.clone())));
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
    assert_eq!(processor.slots().generation, 2, "the swap took place");
}

fn processor() -> (Processor, Source<Stamped<Entrant>>) {
    let (engines, target) = exchange(4);
    let mut processor = Processor::new(Wires {
        commands: queue(8).1,
        replies: queue(8).0,
        snapshots: observe(Snapshot::default()).0,
        engines: target,
        tape: tape(2, 1 << 20).0,
    });
    processor.prepare(RATE as f32, Layout::Stereo, 0);
    (processor, engines)
}
