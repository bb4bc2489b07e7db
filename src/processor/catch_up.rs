//! The last stretch of the past: an engine that was made on the worker hears from the history buffer what
//! was recorded while it was on its way. Audio thread, real-time.

use crate::convolution::{Convolver, PrimedEngine};
use crate::exchange::HistoryWriter;

use super::buffer::{PASS_SAMPLES, silence};

/// An engine further behind than this gives up and begins in silence, samples.
const FARTHEST: u64 = 32_768;

/// One further behind than this hurries, samples: it had to wait.
const FAR: usize = 1024;

/// What an engine hears in one pass: the pass itself and a quarter more, so that it comes closer, or a half. As
/// it gives no answers, that costs about as much as an engine that sounds, or a third more.
const fn share_of(samples: usize, behind: usize) -> usize {
    samples + samples / if behind > FAR { 2 } else { 4 } + 1
}

/// How long an engine that has just come hears less than the pass, samples. Nothing of it is in the caches yet,
/// and memory that is far away costs as much again as the work itself.
const WARM_UP: usize = 256;

/// Brings an engine up to the present, a little faster than the present moves.
#[derive(Debug)]
pub struct CatchUp {
    past: [Vec<f32>; 2],
    /// Samples since it began to catch up, up to [`WARM_UP`].
    since: usize,
}

impl CatchUp {
    /// Not real-time: allocates.
    #[must_use]
    pub fn new() -> Self {
        Self {
            past: [(); 2].map(|()| silence(share_of(PASS_SAMPLES, usize::MAX))),
            since: 0,
        }
    }

    /// Another engine begins. Real-time, wait-free.
    pub fn begin(&mut self) {
        self.since = 0;
    }

    /// What is heard in one pass: from a quarter of it, when the engine has just come, to the full share.
    fn portion(&mut self, samples: usize, behind: usize) -> usize {
        let (from, to) = (self.since, WARM_UP.min(self.since + samples));
        self.since = to;
        // The share of a sample grows in a straight line from 1/4 to 5/4; this is the sum of it.
        let warm = (to - from) * (WARM_UP / 2 + from + to) / (2 * WARM_UP);
        warm + share_of(samples - (to - from), behind)
    }

    /// How many samples from now it will have heard everything, at most, in passes of any length but for
    /// the end of the last one. Real-time, wait-free.
    pub fn left(&self, incoming: &PrimedEngine, history: &HistoryWriter) -> usize {
        let behind = incoming
            .primed_to
            .map_or(0, |heard| history.head().saturating_sub(heard));
        // While it warms up it falls back by less than 3/8 of that time; then it gains half of the time, or a quarter.
        let warm_up = WARM_UP - self.since;
        let behind = behind.min(FARTHEST) as usize + warm_up * 3 / 8;
        warm_up + 2 * behind.saturating_sub(FAR) + 4 * behind.min(FAR)
    }

    /// Whether the engine can take over now: it has heard everything, or it is to begin in
    /// silence anyhow. One that is too far behind forgets what it heard. Real-time, wait-free.
    pub fn is_done(&self, incoming: &mut PrimedEngine, history: &HistoryWriter) -> bool {
        match incoming.primed_to {
            None => true,
            Some(heard) if history.head().saturating_sub(heard) > FARTHEST => {
                incoming.reset();
                true
            }
            Some(heard) => heard == history.head(),
        }
    }

    /// Lets the engine hear a little more than the `samples` that have just been recorded.
    /// Real-time, wait-free: about the work of an engine that sounds.
    pub fn step(&mut self, incoming: &mut PrimedEngine, history: &HistoryWriter, samples: usize) {
        let Some(heard) = incoming.primed_to else {
            return;
        };
        let behind = history.head().saturating_sub(heard);
        let behind = behind.min(FARTHEST + 1) as usize;
        let count = self.portion(samples.min(PASS_SAMPLES), behind).min(behind);
        let inputs = incoming.engine.inputs();
        let [left, right] = &mut self.past;
        let mut past = [&mut left[..count], &mut right[..count]];
        if inputs > 2 || behind > FARTHEST as usize {
            incoming.reset();
            return;
        }
        if history.read(heard, &mut past[..inputs]).is_err() {
            incoming.reset();
            return;
        }
        let [left, right] = &past;
        let past = [&**left, &**right];
        incoming.engine.prime(&past[..inputs], behind - count);
        incoming.primed_to = Some(heard + count as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convolution::Engine;
    use crate::exchange::history;

    /// What an engine that is 256 samples behind hears in each pass until it has arrived.
    fn portions(block: usize) -> Vec<u64> {
        let (mut history, _reader) = history(2, 1 << 16);
        let silence = vec![0.0; 512];
        history.write(&[&silence[..256], &silence[..256]]);
        let mut incoming = PrimedEngine::new(Engine::silent(2, 2));
        incoming.primed_to = Some(0);
        let mut catch_up = CatchUp::new();
        catch_up.begin();
        let mut portions = Vec::new();
        while !catch_up.is_done(&mut incoming, &history) {
            let before = incoming.primed_to.expect("it has not given up");
            history.write(&[&silence[..block], &silence[..block]]);
            catch_up.step(&mut incoming, &history, block);
            portions.push(incoming.primed_to.expect("it has not given up") - before);
        }
        portions
    }

    /// The old engine relies on it.
    #[test]
    fn it_never_takes_longer_than_it_says() {
        for behind in [1, 100, 1_024, 1_500, 9_000, 30_000] {
            // The last one stands for blocks of many lengths in turn.
            for block in [1, 3, 64, 511, 512, 0] {
                let (mut history, _reader) = history(2, 1 << 18);
                let silence = vec![0.0; behind.max(512)];
                history.write(&[&silence[..behind], &silence[..behind]]);
                let mut incoming = PrimedEngine::new(Engine::silent(2, 2));
                incoming.primed_to = Some(0);
                let mut catch_up = CatchUp::new();
                catch_up.begin();
                let (mut earliest, mut passed) = (catch_up.left(&incoming, &history), 0);
                let mut lengths = [1, 512, 37, 64, 300].into_iter().cycle();
                let mut last = 0;
                while !catch_up.is_done(&mut incoming, &history) {
                    last = lengths.next().filter(|_| block == 0).unwrap_or(block);
                    history.write(&[&silence[..last], &silence[..last]]);
                    catch_up.step(&mut incoming, &history, last);
                    passed += last;
                    earliest = earliest.min(passed + catch_up.left(&incoming, &history));
                }
                // The end of the last pass does not count.
                assert!(
                    passed < earliest + last.max(1),
                    "{behind}, {block}: {passed} of {earliest}"
                );
                assert_eq!(
                    incoming.primed_to,
                    Some(history.head()),
                    "it did not give up"
                );
            }
        }
    }

    #[test]
    fn an_engine_begins_with_a_quarter_and_then_gains_a_quarter() {
        assert_eq!(portions(64)[..6], [25, 41, 57, 73, 81, 81]);
    }

    #[test]
    fn an_engine_arrives_whatever_the_block() {
        for block in [1, 16, 64, 480, 512] {
            let samples = block * portions(block).len();
            assert!(samples < 4096, "{samples} samples in blocks of {block}");
        }
    }
}
