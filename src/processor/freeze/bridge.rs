//! The past, played on from where it was like the present: what is heard until the frozen sound is ready.
//!
//! Where it ends it begins again, one lag earlier, with a short fade. What dies away was louder, the farther back the
//! more; it is held at the level that it had at the end.

use super::lag::Lag;
use crate::impulse::math::{exp2, log2};

/// How the past is played. Cheap to copy: each channel is played from the same state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bridge {
    /// How far back it begins, and the samples since then.
    lag: usize,
    at: usize,
    /// The fade to where it begins again.
    fade: usize,
    likeness: f32,
    /// The gain at the beginning, at present, and its growth from sample to sample.
    first: f64,
    gain: f64,
    growth: f64,
}

/// Gains of old and new where `share` is that of the new one: the power stays, for sounds that are `likeness` alike.
pub(super) fn fade_gains(share: f32, likeness: f32) -> (f32, f32) {
    let rest = 1.0 - share;
    let power = share * share + rest * rest + 2.0 * likeness * share * rest;
    let scale = 1.0 / power.sqrt();
    (rest * scale, share * scale)
}

impl Bridge {
    /// One that has nothing to play.
    pub const NONE: Self = Self {
        lag: 1,
        at: 0,
        fade: 0,
        likeness: 0.0,
        first: 1.0,
        gain: 1.0,
        growth: 1.0,
    };

    /// From what was found, `at` samples after its beginning; fades take `fade` samples or less. Real-time.
    pub fn new(found: &Lag, at: usize, fade: usize) -> Self {
        let (level, lag) = (log2(found.gain()), found.samples());
        Self {
            lag,
            at,
            fade: fade.min(lag / 4),
            likeness: found.likeness(),
            first: found.gain(),
            gain: exp2(level * (1.0 - at as f64 / lag as f64)),
            growth: exp2(-level / lag as f64),
        }
    }

    /// How alike past and present are, 0..=1.
    pub fn likeness(&self) -> f32 {
        self.likeness
    }

    /// The next sample of a channel whose last samples are `past`. Real-time.
    pub fn next(&mut self, past: &[f32]) -> f32 {
        let ago = self.lag - self.at;
        let read = |ago: usize| past.len().checked_sub(ago).and_then(|at| past.get(at));
        let sample = |ago: usize| read(ago).copied().unwrap_or(0.0);
        let mut heard = sample(ago);
        if ago <= self.fade {
            let share = (self.fade - ago) as f32 / self.fade as f32;
            let (old, new) = fade_gains(share, self.likeness);
            heard = heard * old + sample(ago + self.lag) * new * self.first as f32;
        }
        heard *= self.gain as f32;
        self.gain *= self.growth;
        self.at += 1;
        if self.at == self.lag {
            (self.at, self.gain) = (0, self.first);
        }
        heard
    }
}
