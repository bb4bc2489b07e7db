//! The last stretch of the past: an engine that was made on the worker hears from the tape what
//! was recorded while it was on its way. Audio thread, real-time.

use crate::convolution::{Convolver, Entrant};
use crate::exchange::TapeWriter;

use super::buffer::silence;
use super::slots::PASS_SAMPLES;

/// An engine further behind than this gives up and begins in silence, samples.
const FARTHEST: u64 = 32_768;

/// What an engine hears in one pass: the pass itself and a quarter more, so that it comes closer. As
/// it gives no answers, that costs about as much as an engine that sounds.
const fn share_of(samples: usize) -> usize {
    samples + samples / 4 + 1
}

/// Brings an engine up to the present, a little faster than the present moves.
#[derive(Debug)]
pub struct CatchUp {
    past: [Vec<f32>; 2],
}

impl CatchUp {
    /// Not real-time: allocates.
    #[must_use]
    pub fn new() -> Self {
        Self {
            past: [(); 2].map(|()| silence(share_of(PASS_SAMPLES))),
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
    /// Real-time, wait-free: about the work of an engine that sounds.
    pub fn step(&mut self, entrant: &mut Entrant, tape: &TapeWriter, samples: usize) {
        let Some(heard) = entrant.heard_to else {
            return;
        };
        let behind = tape.head().saturating_sub(heard);
        let count = share_of(samples.min(PASS_SAMPLES)).min(behind.min(FARTHEST) as usize);
        let inputs = entrant.engine.inputs();
        let [left, right] = &mut self.past;
        let mut past = [&mut left[..count], &mut right[..count]];
        if inputs > 2 || behind > FARTHEST {
            entrant.forget();
            return;
        }
        if tape.read(heard, &mut past[..inputs]).is_err() {
            entrant.forget();
            return;
        }
        let [left, right] = &past;
        let past = [&**left, &**right];
        entrant.engine.hear(&past[..inputs]);
        entrant.heard_to = Some(heard + count as u64);
    }
}
