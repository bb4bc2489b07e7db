//! One pass of the engines that run, and the fade from one to the other. Audio thread, real-time, wait-free.
//!
//! Which engines run, and since when, is decided by the [parent](super).

use super::{APART, EngineSwap, Places, Takeover};
use crate::convolution::{Convolver, PrimedEngine};
use crate::processor::motion::shares;
use crate::processor::ramp::Ramp;

impl EngineSwap {
    /// Runs the engines over one pass of at most [`PASS_SAMPLES`](super::PASS_SAMPLES): `input` to `output`,
    /// overwriting it. With no engine the output is silent. `places` is where the movement is, if an engine
    /// [moves](Self::moves).
    pub fn process(
        &mut self,
        input: &[&[f32]],
        output: &mut [&mut [f32]],
        places: Option<Places<'_>>,
    ) {
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
        let movement = places.map(|places| (self.strength, places));
        self.render_outgoing(input, samples, movement);
        let fade = self.fade_in;
        let by_input = self.takeover == Takeover::Input && !fade.at_rest();
        match &mut self.current {
            None => output.iter_mut().for_each(|block| block.fill(0.0)),
            Some(engine) if by_input => {
                let feed = faded(&mut self.feed, input, fade, |share| share);
                let feed = &feed[..input.len()];
                play(&mut engine.value, feed, output, &mut self.apart, movement);
            }
            Some(engine) => play(&mut engine.value, input, output, &mut self.apart, movement),
        }
        self.mix_outgoing(output, samples);
        self.fade_in.advance(samples as u32);
        self.strength.advance(samples as u32);
        self.since_swap = self.since_swap.saturating_add(samples);
        self.leaving = self.leaving.map(|left| left.saturating_sub(samples));
    }

    /// Renders the outgoing engine.
    fn render_outgoing(
        &mut self,
        input: &[&[f32]],
        samples: usize,
        movement: Option<Movement<'_>>,
    ) {
        let Some(engine) = &mut self.outgoing else {
            return;
        };
        let fade = self.fade_in;
        let engine = &mut engine.value;
        let [left, right] = &mut self.old;
        let mut old = [&mut left[..samples], &mut right[..samples]];
        let old = &mut old[..engine.outputs().min(2)];
        if self.takeover == Takeover::Output {
            return play(engine, input, old, &mut self.apart, movement);
        }
        if fade.at_rest() {
            engine.engine.drain_tail();
        }
        let feed = faded(&mut self.feed, input, fade, |share| 1.0 - share);
        let feed = &feed[..input.len()];
        play(engine, feed, old, &mut self.apart, movement);
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

/// How strongly the tail moves at the beginning of a pass, and where it is in it.
type Movement<'a> = (Ramp, Places<'a>);

/// Runs an engine over one pass; where its tail moves, with all it has, of which the output is mixed.
fn play(
    engine: &mut PrimedEngine,
    input: &[&[f32]],
    output: &mut [&mut [f32]],
    apart: &mut [Vec<f32>; APART],
    movement: Option<Movement<'_>>,
) {
    let Some((strength, places)) = movement.filter(|_| engine.moves) else {
        return engine.engine.process(input, output);
    };
    let samples = input.first().map_or(0, |block| block.len());
    let mut parts = apart.each_mut().map(|part| &mut part[..samples]);
    let engine = &mut engine.engine;
    match (&mut *output, &mut parts) {
        ([left, right], [a, b, c, d, e, f]) => engine.process(
            input,
            &mut [
                &mut **left,
                &mut **right,
                &mut **a,
                &mut **b,
                &mut **c,
                &mut **d,
                &mut **e,
                &mut **f,
            ],
        ),
        ([mono], [a, b, c, ..]) => {
            engine.process(input, &mut [&mut **mono, &mut **a, &mut **b, &mut **c]);
        }
        _ => return,
    }
    if strength.rests_on(0.0) {
        return;
    }
    let still = shares(strength.target());
    let count = output.len();
    for (place, whole) in output.iter_mut().enumerate() {
        let [early, one, two] = [0, 1, 2].map(|part| &*parts[part * count + place]);
        let (mut strength, moves) = (strength, !strength.at_rest());
        for (sample, whole) in whole.iter_mut().enumerate() {
            let [of_whole, of_versions] = match moves {
                true => shares(strength.next()),
                false => still,
            };
            let versions = places[0][sample] * one[sample] + places[1][sample] * two[sample];
            *whole = of_whole * *whole + (1.0 - of_whole) * early[sample] + of_versions * versions;
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
