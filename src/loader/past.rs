//! Lets a new engine hear the past before it is linked, so that it takes over with its whole tail, as far as the
//! history buffer goes back.

use crate::convolution::{Convolver, PrimedEngine};
use crate::exchange::HistoryReader;

use super::source::Trouble;

/// Samples that are heard between two looks at whether the job is still wanted.
const STRIDE: usize = 4096;

/// An engine this close to the present is linked: the audio thread plays it the rest.
const CLOSE: u64 = 256;

/// The most times that the present is chased. It moves much slower than an engine hears, so a few
/// are enough; on a machine where they are not, the audio thread finds the engine too far behind.
const CHASES: usize = 64;

/// Plays the history buffer to an engine, from as far back as its impulse and the history buffer reach. If the history buffer is run over
/// meanwhile, the engine begins in silence. Not real-time.
///
/// # Errors
/// [`Trouble::Cancelled`].
pub fn hear(
    entrant: &mut PrimedEngine,
    past: &HistoryReader,
    cancelled: &dyn Fn() -> bool,
) -> Result<(), Trouble> {
    let reach = entrant.engine.tail() as u64;
    let from = past.head().saturating_sub(reach).max(past.begin());
    entrant.primed_from = from;
    chase(entrant, past, from, cancelled)
}

/// Plays what has come since to an engine that has heard the past, if it has. Not real-time.
pub fn hear_on(entrant: &mut PrimedEngine, past: &HistoryReader) {
    if let Some(heard) = entrant.primed_to.take() {
        // Nobody cancels it.
        let _ = chase(entrant, past, heard, &|| false);
    }
}

/// Plays the history buffer from a position until the engine is close to the present.
fn chase(
    entrant: &mut PrimedEngine,
    past: &HistoryReader,
    mut at: u64,
    cancelled: &dyn Fn() -> bool,
) -> Result<(), Trouble> {
    let mut heard = vec![vec![0.0; STRIDE]; entrant.engine.inputs()];
    for _ in 0..CHASES {
        let head = past.head();
        while at < head {
            if cancelled() {
                return Err(Trouble::Cancelled);
            }
            let count = STRIDE.min((head - at) as usize);
            let mut blocks: Vec<&mut [f32]> =
                heard.iter_mut().map(|block| &mut block[..count]).collect();
            if past.read(at, &mut blocks).is_err() {
                entrant.engine.reset();
                return Ok(());
            }
            let input: Vec<&[f32]> = heard.iter().map(|block| &block[..count]).collect();
            at += count as u64;
            entrant.engine.prime(&input, (head - at) as usize);
        }
        // In an offline render the present stands still, and the engine is there exactly.
        if past.head().saturating_sub(at) <= CLOSE {
            break;
        }
    }
    entrant.primed_to = Some(at);
    Ok(())
}
