//! One pass of the engines that run, and the fade from one to the other. Audio thread, real-time, wait-free.
//!
//! Which engines run, and since when, is decided by the [parent](super).

use super::{EngineSwap, Takeover};
use crate::convolution::Convolver;
use crate::processor::ramp::Ramp;

impl EngineSwap {
    /// Runs the engines over one pass of at most [`PASS_SAMPLES`](super::PASS_SAMPLES): `input` to `output`,
    /// overwriting it. With no engine the output is silent.
    pub fn process(&mut self, input: &[&[f32]], output: &mut [&mut [f32]]) {
        let samples = input.first().map_or(0, |block| block.len());
        let fade = self.fade_in.length() as usize;
        if self.leaving.is_some_and(|left| left < samples + fade) {
            // Nobody looked in time whether the next one is there. It is: see `CatchUp::left`.
            self.begin();
        }
        self.history.write(input);
        if let (Some(_), Some(next)) = (self.leaving, &mut self.next) {
            self.catch_up.step(&mut next.value, &self.history, samples);
            self.limit_outgoing();
        }
        self.render_outgoing(input, samples);
        let fade = self.fade_in;
        let by_input = self.takeover == Takeover::Input && !fade.at_rest();
        match &mut self.current {
            None => output.iter_mut().for_each(|block| block.fill(0.0)),
            Some(engine) if by_input => {
                let feed = faded(&mut self.feed, input, fade, |share| share);
                engine.value.engine.process(&feed[..input.len()], output);
            }
            Some(engine) => engine.value.engine.process(input, output),
        }
        self.mix_outgoing(output, samples);
        self.fade_in.advance(samples as u32);
        self.since_swap = self.since_swap.saturating_add(samples);
        self.leaving = self.leaving.map(|left| left.saturating_sub(samples));
    }

    /// Renders the outgoing engine.
    fn render_outgoing(&mut self, input: &[&[f32]], samples: usize) {
        let Some(engine) = &mut self.outgoing else {
            return;
        };
        let fade = self.fade_in;
        let engine = &mut engine.value.engine;
        let [left, right] = &mut self.old;
        let mut old = [&mut left[..samples], &mut right[..samples]];
        let old = &mut old[..engine.outputs().min(2)];
        if self.takeover == Takeover::Output {
            return engine.process(input, old);
        }
        if fade.at_rest() {
            engine.drain_tail();
        }
        let feed = faded(&mut self.feed, input, fade, |share| 1.0 - share);
        engine.process(&feed[..input.len()], old);
    }

    /// Mixes its output into the current one's.
    fn mix_outgoing(&mut self, output: &mut [&mut [f32]], samples: usize) {
        if self.outgoing.is_none() {
            return;
        }
        // It ends at its very sample, not with the pass: no bit may depend on where a pass ends.
        let last = samples.min(self.ring_left);
        for (block, old) in output.iter_mut().zip(&self.old) {
            let mut gain = self.fade_out;
            let mut share = self.fade_in;
            for (sample, old) in block[..last].iter_mut().zip(old) {
                match self.takeover {
                    Takeover::Input => *sample += old * gain.next(),
                    Takeover::Output => *sample = old + (*sample - old) * share.next(),
                }
            }
        }
        if self.takeover == Takeover::Input {
            self.fade_out.advance(samples as u32);
        }
        self.ring_left -= last;
        if self.ring_left == 0 || self.fade_out.rests_on(0.0) {
            self.dismiss_outgoing();
        }
    }
}

/// The input times `gain` of the fade, in `feed`.
fn faded<'a>(
    feed: &'a mut [Vec<f32>; 2],
    input: &[&[f32]],
    fade: Ramp,
    gain: impl Fn(f32) -> f32,
) -> [&'a [f32]; 2] {
    let samples = input.first().map_or(0, |block| block.len());
    for (to, from) in feed.iter_mut().zip(input) {
        let mut fade = fade;
        for (to, from) in to.iter_mut().zip(from.iter()) {
            *to = from * gain(fade.next());
        }
    }
    let [left, right] = feed;
    [&left[..samples], &right[..samples]]
}
