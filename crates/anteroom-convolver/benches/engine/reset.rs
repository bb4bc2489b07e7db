//! What the block costs in which an engine is reset.

use std::time::Instant;

use anteroom_convolver::Convolver;

use super::{
    estimator::{Shortest, run_period},
    event::Event,
    options::Options,
    scenario::{CENTRAL, PERIOD, stereo_noise},
};

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
