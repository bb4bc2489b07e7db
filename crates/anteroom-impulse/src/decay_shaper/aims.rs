//! What times are aimed at, so that what is measured afterwards is what was wished for.

use super::Octave;
use super::band_analyzer::{BandAnalyzer, Spectra};
use crate::math::{db_of_power, exp2, log2};

/// An octave that is too long by this factor, next to a slower one, is masked by it.
const TOO_LONG: f64 = 1.04;
/// The slow one is then content with this part of its target.
const CONTENT: f64 = 0.97;

/// A time that is this close to its target is right: 1.4 %.
const RIGHT_DB: f64 = 0.06;
/// One that is further off than this can not be had, and does not decide between the others.
const OUT_OF_REACH_DB: f64 = 1.0;

/// What is wished for, octave by octave, and what there is.
pub(super) struct DecayTargets {
    /// Whether times are measured by whole octave bands.
    pub by_bands: bool,
    /// The times as far as they can be measured, in seconds.
    before: Vec<Option<f64>>,
    /// In seconds.
    pub target: Vec<f64>,
    /// The target to the time there is.
    pub ratio: Vec<f64>,
}

impl DecayTargets {
    /// Hears the sound as carefully as it needs. `None` if cancelled.
    pub fn measure(
        (samples, start): (&[f32], usize),
        (sound, octaves): (&Spectra, &[Octave]),
        analyzer: &mut BandAnalyzer,
        wanted: &dyn Fn(usize, f64) -> f64,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let of = |before: Vec<Option<f64>>, by_bands| {
            let known = before
                .iter()
                .zip(octaves)
                .map(|(time, o)| time.unwrap_or(o.time));
            let known: Vec<f64> = known.collect();
            let target = known.iter().enumerate().map(|(i, &time)| wanted(i, time));
            let target: Vec<f64> = target.collect();
            Self {
                by_bands,
                ratio: target
                    .iter()
                    .zip(&known)
                    .map(|(target, known)| target / known)
                    .collect(),
                before,
                target,
            }
        };
        let frames = of(analyzer.times_of(sound, samples, start, cancelled)?, false);
        if !analyzer.checks(samples.len()) {
            return Some(frames);
        }
        // Whole bands take their time: they are for sounds of which frames say something else, and for targets
        // that a slow octave spoils for a quick one beside it.
        let bands = of(analyzer.times_by_bands(samples, start, cancelled)?, true);
        let mut pairs = bands.target.windows(2);
        let steep = pairs.any(|pair| covers(pair[0], pair[1]) || covers(pair[1], pair[0]));
        Some(match steep || !alike(&bands.before, &frames.before) {
            true => bands,
            false => frames,
        })
    }
}

/// Whether two measurements say the same, as far as both say something: a correction has to be right within 5 %.
fn alike(one: &[Option<f64>], other: &[Option<f64>]) -> bool {
    let mut both = one
        .iter()
        .zip(other)
        .filter_map(|(a, b)| Some((*a)? / (*b)?));
    both.all(|ratio| (ratio - 1.0).abs() < 0.015)
}

/// Whether an octave decays so much more slowly than its neighbour that it is heard through the other's filter.
fn covers(slow: f64, quick: f64) -> bool {
    slow > 1.6 * quick
}

/// What is aimed at, by octave, so that what comes out is what is wished for.
pub(super) struct Aims {
    /// In seconds.
    pub target: Vec<f64>,
    /// What part of its target a slow octave is content with, so that a quick one beside it is heard.
    content: Vec<f64>,
    /// The stretch of an octave that came out right: it stays, as the way from aim to stretch is not the same
    /// twice where a decay is bent.
    right: Vec<Option<f64>>,
    /// The stretches of the first pass.
    first: Vec<f64>,
    /// The last aim and what it led to.
    tried: Vec<Option<(f64, f64)>>,
    /// Whether corrections learn from that. Rooms keep the bits that they have without.
    learns: bool,
}

impl Aims {
    /// Aims at what the planned curves have times the ratio, since what is planned on them is measured on them.
    pub fn at(targets: &DecayTargets, times: &[f64]) -> Self {
        let target = times.iter().zip(&targets.ratio);
        Self {
            target: target.map(|(time, ratio)| time * ratio).collect(),
            content: vec![1.0; times.len()],
            right: vec![None; times.len()],
            first: Vec::new(),
            tried: vec![None; times.len()],
            learns: targets.by_bands,
        }
    }

    /// Puts the stretches that were right in the place of new ones, and keeps those of octaves that hardly change
    /// near what they were at first: measuring is no better than a few percent, and a control that leaves its
    /// middle must not jump. `changes` says how much each octave changes, from 0 to 1.
    pub fn keep(&mut self, stretch: &mut [f64], changes: &[f64]) {
        if self.first.is_empty() {
            self.first = stretch.to_vec();
        }
        let near = self.first.iter().zip(changes).zip(&self.right);
        for (stretch, ((first, change), right)) in stretch.iter_mut().zip(near) {
            let far = exp2(change * change);
            *stretch = right.unwrap_or(*stretch).clamp(first / far, first * far);
        }
    }

    /// Aims anew after these stretches led to some times, and says how far off the worst of them is, in dB, and
    /// how far all are together. What could not be measured before is left alone.
    pub fn correct(
        &mut self,
        targets: &DecayTargets,
        after: &[Option<f64>],
        stretch: &[f64],
    ) -> (f64, f64) {
        let (mut worst, mut score) = (0.0f64, 0.0);
        if self.learns {
            self.give_way(targets, after);
        }
        for (i, target) in self.target.iter_mut().enumerate() {
            let (Some(after), Some(_)) = (after[i], targets.before[i]) else {
                continue;
            };
            let wrong = (targets.target[i] / after).clamp(0.25, 4.0);
            let off = db_of_power(wrong).abs();
            worst = worst.max(off);
            score += off.min(OUT_OF_REACH_DB);
            let wrong = wrong * self.content[i];
            let right = self.learns && db_of_power(wrong).abs() < RIGHT_DB;
            self.right[i] = right.then_some(stretch[i]);
            let last = self.tried[i].replace((*target, after));
            let factor = match last.filter(|_| self.learns) {
                Some(last) => exp2(log2(wrong) * power(last, (*target, after))),
                None => wrong,
            };
            *target *= factor.clamp(0.7, 1.4);
        }
        (worst, if self.learns { score } else { worst })
    }

    /// Where an octave is far too long because a slower one beside it leaks through its filter, which no shorter
    /// decay of its own mends, the slower one gives a little.
    fn give_way(&mut self, targets: &DecayTargets, after: &[Option<f64>]) {
        let target = &targets.target;
        let too_long = |i: usize| after[i].is_some_and(|after| after > target[i] * TOO_LONG);
        for right in 1..target.len() {
            for (slow, quick) in [(right - 1, right), (right, right - 1)] {
                if covers(target[slow], target[quick]) && too_long(quick) {
                    self.content[slow] = CONTENT;
                }
            }
        }
    }
}

/// What power of its error a target has to be corrected by, from two of them and what they led to: 1
/// where results follow their targets, less where they move more, and more where they move less.
fn power(last: (f64, f64), now: (f64, f64)) -> f64 {
    let (moved, followed) = (log2(now.0 / last.0), log2(now.1 / last.1));
    match moved.abs() > 1e-3 {
        true if followed / moved > 0.0 => (moved / followed).clamp(0.3, 2.0),
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_octave_gives_a_little_to_a_quick_one_that_it_covers() {
        let targets = DecayTargets {
            by_bands: true,
            before: vec![Some(3.0); 3],
            target: vec![3.0, 2.5, 1.0],
            ratio: vec![1.0; 3],
        };
        let mut aims = Aims {
            target: targets.target.clone(),
            content: vec![1.0; 3],
            right: vec![None; 3],
            first: Vec::new(),
            tried: vec![None; 3],
            learns: true,
        };
        let stretch = [1.0, 1.0, 0.5];
        let times = [Some(3.0), Some(2.5), Some(1.02)];
        let (worst, _) = aims.correct(&targets, &times, &stretch);
        assert!((worst - db_of_power(1.02)).abs() < 1e-9);
        assert_eq!(aims.content, [1.0; 3]);
        assert_eq!(aims.right, [Some(1.0), Some(1.0), None]);
        aims.correct(&targets, &[Some(3.0), Some(2.5), Some(1.06)], &stretch);
        assert_eq!(aims.content, [1.0, CONTENT, 1.0]);
        assert!((aims.target[1] / (2.5 * CONTENT) - 1.0).abs() < 1e-9);
    }
}
