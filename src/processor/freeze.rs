//! Holds the wet signal: a sound that goes on for ever, without a loop in it, into which nothing new comes.
//!
//! The spectra of the last moments are held. Frame upon frame is made of them, laid over each other by halves: what was a
//! steady sine goes on as that sine, and what was noise goes on as noise of the same colour that never repeats.
//!
//! ```text
//! freeze on                                                        freeze off
//! │  live  │ fade │    the past    │  fade, frames over it  │ frames │ fade │ live
//! 0     1 fade  2 fades         2 hops                  3 hops       + 1 fade
//! ```
//!
//! All of this takes work: spectra, peaks, and a frame for each hop. It is cut into small pieces and spread evenly over the
//! samples, so the first frame is there two hops after the switch. Until then the past is played on, from a place that was
//! like the present. While nothing is frozen the last moments are recorded, and nothing else.
//!
//! | file | idea |
//! |---|---|
//! | `sizes` | how long everything is |
//! | `recent` | the last moments of the wet signal |
//! | `lag` | where the past was like the present |
//! | `bridge` | the past, played on from there |
//! | `transform` | the Fourier transform in pieces |
//! | `spectrum` | what is held: partials and noise |
//! | `work` | the pieces of work, and when they are due |
//!
//! Memory at 44.1 and 48 kHz: 0.8 MB for each instance; it grows with the rate, to 3.2 MB at 192 kHz. Audio thread.

mod bridge;
mod lag;
mod recent;
mod sizes;
mod spectrum;
mod transform;
mod work;

use super::buffer::silence;
use super::ramp::Ramp;
use crate::impulse::math::sin_cos;
use bridge::{Bridge, fade_gains};
use lag::Lag;
use recent::Recent;
use sizes::Sizes;
use spectrum::Spectrum;
use transform::Transform;
use work::{Kind, Lists, Phase, Progress, SAMPLES};

/// How alike the frozen and the live sound are taken to be where one fades into the other.
const LIKENESS: f32 = 0.5;

/// What is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// The live sound.
    Off,
    /// The frozen sound, or what leads to it.
    Held,
    /// Silence: there was nothing to be frozen, or it was cleared.
    Silent,
}

/// The freeze of one instance.
#[derive(Debug)]
pub struct Freeze {
    sizes: Sizes,
    state: State,
    /// The share of what is held; the rest is live.
    presence: Ramp,
    /// Samples since the switch, up to the end of the first frame's fade; from then on that and the samples of the
    /// present hop.
    time: usize,
    recent: Recent,
    /// The past as it was at the switch, per channel.
    past: [Vec<f32>; 2],
    lag: Lag,
    bridge: Bridge,
    /// Half a sine wave.
    window: Vec<f32>,
    transform: Transform,
    spectrum: Spectrum,
    lists: Lists,
    progress: Progress,
    /// A hop of the frozen sound, the one after it, and what the present frame adds to a third, per channel.
    now: [Vec<f32>; 2],
    next: [Vec<f32>; 2],
    later: [Vec<f32>; 2],
}

impl Freeze {
    /// One that does nothing, for a rate in Hz. Not real-time: it allocates and makes tables.
    #[must_use]
    pub fn new(rate: f32) -> Self {
        let sizes = Sizes::at(rate);
        let pair = |samples: usize| [silence(samples), silence(samples)];
        let lag = Lag::new(sizes);
        let transform = Transform::new(sizes.frame);
        let half_sine = |n: usize| {
            let part = (n as f64 + 0.5) / sizes.frame as f64;
            sin_cos(std::f64::consts::PI * part).0 as f32
        };
        Self {
            sizes,
            state: State::Off,
            presence: Ramp::new(0.0, sizes.fade as u32),
            time: 0,
            // What is kept is read while more is recorded.
            recent: Recent::new(sizes.past + sizes.hop),
            past: pair(sizes.past),
            bridge: Bridge::NONE,
            window: (0..sizes.frame).map(half_sine).collect(),
            spectrum: Spectrum::new(sizes.hop),
            lists: Lists::new(sizes, lag.pieces(), transform.passes(), transform.pieces()),
            lag,
            transform,
            progress: Progress::default(),
            now: pair(sizes.hop),
            next: pair(sizes.hop),
            later: pair(sizes.hop),
        }
    }

    /// Prepares for another rate in Hz. Not real-time, as [`Freeze::new`].
    pub fn prepare(&mut self, rate: f32) {
        if Sizes::at(rate) != self.sizes {
            *self = Self::new(rate);
        }
        self.reset(false);
    }

    /// Forgets all sound. If the switch is on then, silence is held. Real-time, wait-free.
    pub fn reset(&mut self, on: bool) {
        self.recent.clear();
        self.state = if on { State::Silent } else { State::Off };
        self.presence.snap(if on { 1.0 } else { 0.0 });
    }

    /// Forgets all sound, also what is held. Real-time, wait-free.
    pub fn clear(&mut self) {
        self.recent.clear();
        if self.state == State::Held {
            self.state = State::Silent;
        }
    }

    /// Takes the switch at the sample that comes next. Real-time, wait-free.
    pub fn set(&mut self, on: bool) {
        match (on, self.state) {
            (true, State::Off) => {
                self.state = State::Held;
                self.presence.snap(1.0);
                self.time = 0;
                self.progress = Progress::default();
                self.spectrum.restart();
            }
            // Within the fade out it comes back.
            (true, _) => self.presence.set(1.0),
            (false, State::Off) => {}
            (false, _) => self.presence.set(0.0),
        }
    }

    /// Whether the switch is on, so that the sound does not end. Real-time, wait-free.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.state != State::Off && self.presence.target() == 1.0
    }

    /// Whether the live sound passes untouched. Real-time, wait-free.
    #[must_use]
    pub fn is_off(&self) -> bool {
        self.state == State::Off
    }

    /// Puts what is held in the place of `wet`, up to two channels. Real-time, wait-free.
    pub fn process(&mut self, wet: &mut [&mut [f32]]) {
        if self.state == State::Off {
            self.recent.record(wet);
            return;
        }
        let samples = wet.first().map_or(0, |block| block.len());
        let mut start = 0;
        while start < samples {
            let count = self.until_turn().min(samples - start);
            let (presence, bridge) = (self.presence, self.bridge);
            for (channel, block) in wet.iter_mut().enumerate().take(2) {
                (self.presence, self.bridge) = (presence, bridge);
                self.play(channel, &mut block[start..start + count]);
            }
            match wet {
                [left, right] => self.recent.record(&[
                    &mut left[start..start + count],
                    &mut right[start..start + count],
                ]),
                [mono] => self.recent.record(&[&mut mono[start..start + count]]),
                _ => {}
            }
            start += count;
            if self.state == State::Held {
                self.go_on(count);
            }
        }
        if self.presence.rests_on(0.0) {
            self.state = State::Off;
        }
    }

    /// Samples until something else is played.
    fn until_turn(&self) -> usize {
        let Sizes {
            fade, hop, opening, ..
        } = self.sizes;
        let turns = [fade, 2 * fade, opening, opening + hop, opening + 2 * hop];
        let next = turns.into_iter().find(|turn| *turn > self.time);
        match self.state {
            State::Held => next.map_or(hop, |turn| turn - self.time),
            _ => hop,
        }
    }

    /// Plays a stretch of one channel in which the same is played.
    fn play(&mut self, channel: usize, block: &mut [f32]) {
        let Sizes {
            fade, hop, opening, ..
        } = self.sizes;
        if self.state == State::Held && self.time >= opening + hop && self.presence.rests_on(1.0) {
            let from = self.time - opening - hop;
            block.copy_from_slice(&self.now[channel][from..from + block.len()]);
            return;
        }
        let past = &self.past[channel];
        let likeness = self.bridge.likeness();
        for (i, sample) in block.iter_mut().enumerate() {
            let live = *sample;
            let time = self.time + i;
            let held = match self.state {
                State::Silent => 0.0,
                _ if time < fade => live,
                _ if time < 2 * fade => {
                    let share = (time - fade) as f32 / fade as f32;
                    let (old, new) = fade_gains(share, likeness);
                    live * old + self.bridge.next(past) * new
                }
                _ if time < opening => self.bridge.next(past),
                _ if time < opening + hop => {
                    // The window falls for noise as a cosine, for a sine as its square.
                    let fall = self.window[hop + time - opening];
                    let fall = likeness * fall * fall + (1.0 - likeness) * fall;
                    self.bridge.next(past) * fall + self.now[channel][time - opening]
                }
                _ => self.now[channel][time - opening - hop],
            };
            let presence = self.presence.next();
            *sample = if presence == 1.0 {
                held
            } else if presence == 0.0 {
                live
            } else {
                let (live_gain, held_gain) = fade_gains(presence, LIKENESS);
                live * live_gain + held * held_gain
            };
        }
    }

    /// Goes on by so many samples that have been played, and does what work is due by then.
    fn go_on(&mut self, count: usize) {
        let Sizes {
            fade, hop, opening, ..
        } = self.sizes;
        self.time += count;
        let (phase, part, whole) = if self.time <= fade {
            (Phase::Search, self.time, fade)
        } else if self.time <= opening {
            (Phase::Opening, self.time - fade, opening - fade)
        } else {
            let part = (self.time - opening - 1) % hop + 1;
            (Phase::Steady, part, hop)
        };
        while let Some((kind, piece)) = self.progress.next(self.lists.of(phase), part, whole) {
            self.work(kind, piece);
        }
        if part == whole {
            self.progress = Progress::default();
            if phase == Phase::Search {
                self.bridge = Bridge::new(&self.lag, fade, fade / 2);
            } else {
                std::mem::swap(&mut self.now, &mut self.next);
            }
        }
        if self.time == opening + 2 * hop {
            self.time = opening + hop;
        }
    }

    /// One piece of work.
    fn work(&mut self, kind: Kind, piece: usize) {
        let Sizes { hop, past, .. } = self.sizes;
        let samples = piece * SAMPLES..(piece + 1) * SAMPLES;
        match kind {
            Kind::Keep => {
                for (channel, to) in self.past.iter_mut().enumerate() {
                    let ago = past - samples.start + self.time;
                    self.recent.read(channel, ago, &mut to[samples.clone()]);
                }
            }
            Kind::BeginSearch => self.lag.begin(&self.past),
            Kind::Compare => self.lag.compare(piece),
            Kind::Refine => self.lag.refine(piece, &self.past),
            Kind::Window(ago) => {
                let shift = (1 - ago) * hop;
                let planes = self.transform.input();
                let [left, right] = &self.past;
                for (to, from) in [(&mut planes.re, left), (&mut planes.im, right)] {
                    let from = &from[shift + samples.start..shift + samples.end];
                    let window = &self.window[samples.clone()];
                    for ((to, from), window) in to[samples.clone()].iter_mut().zip(from).zip(window)
                    {
                        *to = from * window;
                    }
                }
            }
            Kind::Pass(pass) => self.transform.work(pass, piece),
            Kind::Unpack(ago) => self.spectrum.unpack(ago, piece, self.transform.output()),
            Kind::FindPeaks => self.spectrum.find_peaks(piece),
            Kind::WeighNoise => self.spectrum.weigh_noise(piece),
            Kind::LevelNoise => self.spectrum.level_noise(piece),
            Kind::Fill => self.spectrum.fill(piece, self.transform.input()),
            Kind::Overlap => self.overlap(samples),
        }
    }

    /// Lays the new frame over the one before it.
    fn overlap(&mut self, samples: std::ops::Range<usize>) {
        let hop = self.sizes.hop;
        let scale = 1.0 / self.sizes.frame as f32;
        // The first frame lies over nothing.
        let is_first = self.time <= self.sizes.opening;
        let planes = self.transform.output();
        // In the transform back, the parts have changed places.
        for (channel, frame) in [&planes.im, &planes.re].into_iter().enumerate() {
            let (next, later) = (&mut self.next[channel], &mut self.later[channel]);
            for n in samples.clone() {
                let before = if is_first { 0.0 } else { later[n] };
                next[n] = before + frame[n] * (self.window[n] * scale);
                later[n] = frame[hop + n] * (self.window[hop + n] * scale);
            }
        }
    }
}

#[cfg(test)]
mod tests;
