//! Primes a new engine with the recent input before it is linked, so that it takes over with its whole tail, as far
//! as the history buffer goes back. Worker thread.

use crate::convolution::{Convolver, PrimedEngine};
use crate::exchange::HistoryReader;

use super::weak_cache::Cancelled;

/// Samples that are played between two looks at whether the engine is still wanted.
const STRIDE: usize = 4096;

/// An engine this close to the present is linked: the audio thread plays it the rest.
const CLOSE: u64 = 256;

/// How often it goes on to a present that has moved meanwhile. The present moves much slower than an engine is primed,
/// so a few times are enough; on a machine where they are not, the audio thread finds the engine too far behind.
const ROUNDS: usize = 64;

/// Plays the history buffer to an engine, from as far back as its impulse and the history buffer reach. If the history buffer overwrites that
/// part meanwhile, the engine begins in silence. Not real-time.
///
/// # Errors
/// [`Cancelled`].
pub(super) fn prime(
    incoming: &mut PrimedEngine,
    history: &HistoryReader,
    cancelled: &dyn Fn() -> bool,
) -> Result<(), Cancelled> {
    let reach = incoming.engine.tail() as u64;
    let from = history.head().saturating_sub(reach).max(history.begin());
    incoming.primed_from = from;
    play(incoming, history, from, cancelled)
}

/// Plays what has come since to an engine that has heard the history buffer, if it has. Not real-time.
pub(super) fn prime_on(incoming: &mut PrimedEngine, history: &HistoryReader) {
    if let Some(heard) = incoming.primed_to.take() {
        // Nobody cancels it.
        let _ = play(incoming, history, heard, &|| false);
    }
}

/// Plays the history buffer from a position until the engine is close to the present.
fn play(
    incoming: &mut PrimedEngine,
    history: &HistoryReader,
    mut at: u64,
    cancelled: &dyn Fn() -> bool,
) -> Result<(), Cancelled> {
    let mut heard = vec![vec![0.0; STRIDE]; incoming.engine.inputs()];
    for _ in 0..ROUNDS {
        let head = history.head();
        while at < head {
            if cancelled() {
                return Err(Cancelled);
            }
            let count = STRIDE.min((head - at) as usize);
            let mut blocks: Vec<&mut [f32]> =
                heard.iter_mut().map(|block| &mut block[..count]).collect();
            if history.read(at, &mut blocks).is_err() {
                incoming.engine.reset();
                return Ok(());
            }
            let input: Vec<&[f32]> = heard.iter().map(|block| &block[..count]).collect();
            at += count as u64;
            incoming.engine.prime(&input, (head - at) as usize);
        }
        // In an offline render the present stands still, and the engine is there exactly.
        if history.head().saturating_sub(at) <= CLOSE {
            break;
        }
    }
    incoming.primed_to = Some(at);
    Ok(())
}
