//! The last stretch of the past: an engine that was made on the worker hears from the tape what
//! was recorded while it was on its way. Audio thread, real-time.

use crate::convolution::{Convolver, Entrant};
use crate::exchange::TapeWriter;

use super::buffer::silence;
use super::slots::PASS_SAMPLES;

/// An engine further behind than this gives up and begins in silence, samples.
const FARTHEST: u64 = 32_768;

/// What an engine hears in one pass: the pass itself and a quarter more, so that it comes closer
/// without ever costing much more than an engine that sounds.
const fn share_of(samples: usize) -> usize {
    samples + samples / 4 + 1
}

/// Brings an engine up to the present, a little faster than the present moves.
#[derive(Debug)]
pub struct CatchUp {
    past: [Vec<f32>; 2],
    unheard: [Vec<f32>; 2],
}

impl CatchUp {
    /// Not real-time: allocates.
    #[must_use]
    pub fn new() -> Self {
        let buffers = || {
            [
                silence(share_of(PASS_SAMPLES)),
                silence(share_of(PASS_SAMPLES)),
            ]
        };
        Self {
            past: buffers(),
            unheard: buffers(),
        }
    }

    /// Whether the engine can take over now: it has heard everything, or it is to begin in
    /// silence anyhow. One that is too far behind forgets what it heard. Real-time, wait-free.
    pub fn is_done(&self, entrant: &mut Entrant, tape: &TapeWriter) -> bool {
        match entrant.heard_to {
            None => true,
            Some(heard) if tape.head().saturating_sub(heard) > FARTHEST => {
                entrant.forget();
                true
            }
            Some(heard) => heard == tape.head(),
        }
    }

    /// Lets the engine hear a little more than the `samples` that have just been recorded.
    /// Real-time, wait-free: at most one and a quarter times the work of an engine that sounds.
    pub fn step(
        &mut self,
        entrant: &mut Entrant,
        tape: &TapeWriter,
        samples: usize,
        outputs: usize,
    ) {
        let Some(heard) = entrant.heard_to else {
            return;
        };
        let behind = tape.head().saturating_sub(heard);
        let count = share_of(samples.min(PASS_SAMPLES)).min(behind.min(FARTHEST) as usize);
        let inputs = entrant.engine.inputs();
        let [left, right] = &mut self.past;
        let mut past = [&mut left[..count], &mut right[..count]];
        let [left, right] = &mut self.unheard;
        let mut unheard = [&mut left[..count], &mut right[..count]];
        let engine = &mut entrant.engine;
        if inputs > 2 || outputs > 2 || outputs != engine.outputs() || behind > FARTHEST {
            entrant.forget();
            return;
        }
        if tape.read(heard, &mut past[..inputs]).is_err() {
            entrant.forget();
            return;
        }
        let [left, right] = &past;
        engine.process(&[&**left, &**right][..inputs], &mut unheard[..outputs]);
        entrant.heard_to = Some(heard + count as u64);
    }
}
