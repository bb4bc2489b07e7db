//! Another reverberation time for each octave of a sound that exists.
//!
//! Off the audio thread, and the same bits everywhere. Each octave's energy decay is stretched in
//! time: the gain at any moment is the difference between the curve as it is and the curve read at
//! another speed. That is an exponential where the decay is a straight line, and stays sensible
//! where it is bent; the reflections themselves stay where they are. The gains are drawn out between
//! the octaves, and the speeds found by measuring what they would do, octave filters and all, and
//! correcting. Where the sound sinks into its noise or ends, a tail of noise goes on in its place:
//! otherwise a longer decay would lift the hiss of the recording, or stop at the end of the file.
//!
//! A control may move all the time, so this is made to be quick: curves and speeds are worked out on
//! some hundred stretches of time instead of on frames, four frames are transformed at once, the
//! result is checked as far as a reverberation time reaches and the rest rendered afterwards.

use super::MAX_SECONDS;
use super::analyze::onset_with;
use super::math::{db_of_power, exp2, log2};

mod band_analyzer;
mod bands;
mod curves;
mod filters;
mod model;
mod render;

pub(super) use band_analyzer::BandAnalyzer;
pub(super) use filters::FilterCache;

use band_analyzer::{Spectra, octaves};
use curves::Curves;
use model::Model;
use render::{Plan, Render};

/// Times that the result is made at most: once, and again where a check on it fails.
const PASSES: usize = 3;
/// The same where the check is by whole octave bands.
const CAREFUL_PASSES: usize = 4;

/// An octave that is too long by this factor, next to a slower one, is masked by it.
const TOO_LONG: f64 = 1.04;
/// The slow one is then content with this part of its target.
const CONTENT: f64 = 0.97;

/// A time that is this close to its target is right: 1.4 %.
const RIGHT_DB: f64 = 0.06;
/// One that is further off than this can not be had, and does not decide between the others.
const OUT_OF_REACH_DB: f64 = 1.0;

/// What is known of one octave of the sound.
#[derive(Clone, Copy, Debug)]
struct Octave {
    /// Seconds for 60 dB.
    time: f64,
    /// The frame up to which the sound is good: well above its noise, or its end.
    knee: usize,
    /// The frame from which on there is only noise, or nothing.
    floor: usize,
    /// The slope before the knee, in dB per frame, below 0.
    slope: f64,
}

/// Gives every octave of `samples` the reverberation time that `wanted` answers to the octave's
/// number and its present time, both in seconds. `None` if cancelled.
pub(super) fn redecay(
    samples: &mut Vec<f32>,
    analyzer: &mut BandAnalyzer,
    wanted: &dyn Fn(usize, f64) -> f64,
    seed: u64,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let start = onset_with(samples, 20.0, cancelled)?;
    let first = analyzer.grid.frame_at(start);
    let sound = analyzer.spectra(samples, cancelled)?;
    let octaves = octaves(&sound, &analyzer.grid, first, cancelled)?;
    if octaves.is_empty() {
        return Some(());
    }
    let targets = DecayTargets::measure(
        (samples, start),
        (&sound, &octaves),
        analyzer,
        wanted,
        cancelled,
    )?;
    let DecayTargets { target, ratio, .. } = &targets;
    analyzer
        .grid
        .lean(ratio, targets.by_bands.then_some(&target[..]));
    // The result may be up to four times as long, but is checked only as far as its decay reaches.
    let longest = ratio.iter().copied().fold(1.0, f64::max);
    let most = (f64::from(MAX_SECONDS) * analyzer.grid.frame_rate()) as usize;
    let frames = first + ((sound.frames - first.min(sound.frames)) as f64 * longest) as usize;
    let frames = frames.clamp(sound.frames, most.max(sound.frames));
    let model = Model::of(&sound, &octaves, &analyzer.grid, (first, frames), cancelled)?;
    let curves = Curves::of(&model, &octaves, &analyzer.grid);
    let source: &[f32] = samples;
    let plan = |stretch: &[f64]| Plan {
        sound: &sound,
        model: &model,
        source,
        changes: curves.changes(stretch),
        grows: ratio.iter().any(|&ratio| ratio > 1.0),
        seed,
    };
    // A reverberation time reaches 40 dB down, and its noise must be seen to be none.
    let reach = target.iter().copied().fold(0.0, f64::max) * 0.9 + 0.2;
    let reach = start + (reach * analyzer.grid.rate) as usize;
    let mut aims = Aims::at(&targets, &octaves);
    let mut best: Option<(f64, Render)> = None;
    let passes = if targets.by_bands {
        CAREFUL_PASSES
    } else {
        PASSES
    };
    for pass in 0..passes {
        let mut stretch =
            curves.solve(&model, &octaves, &aims.target, &analyzer.grid, cancelled)?;
        aims.keep(&mut stretch);
        let mut render = Render::new(plan(&stretch), &analyzer.grid);
        render.run_to(reach, &mut analyzer.grid, cancelled)?;
        // What was planned on long frames is checked on the result, on short ones too, and planned
        // again where the direct sound or the noise spoilt it. The best of all is kept.
        let heard = render.heard(reach);
        let after = match targets.by_bands {
            true => analyzer.times_by_bands(heard, start, cancelled)?,
            false => analyzer.times(heard, start, target, cancelled)?,
        };
        let (worst, score) = aims.correct(&targets, &after, &stretch);
        if best.as_ref().is_none_or(|(least, _)| score < *least) {
            best = Some((score, render));
        }
        // A tenth of a decibel is 2.3 %.
        if worst < 0.1 || pass + 1 == passes {
            break;
        }
    }
    let made = match best {
        Some((_, mut render)) => {
            render.run_to(usize::MAX, &mut analyzer.grid, cancelled)?;
            Some(render.into_samples())
        }
        None => None,
    };
    if let Some(made) = made {
        *samples = made;
    }
    Some(())
}

/// What is wished for, octave by octave, and what there is.
struct DecayTargets {
    /// Whether times are measured by whole octave bands.
    by_bands: bool,
    /// The times as far as they can be measured, in seconds.
    before: Vec<Option<f64>>,
    /// In seconds.
    target: Vec<f64>,
    /// The target to the time there is.
    ratio: Vec<f64>,
}

impl DecayTargets {
    /// Hears the sound as carefully as it needs. `None` if cancelled.
    fn measure(
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
struct Aims {
    /// In seconds.
    target: Vec<f64>,
    /// What part of its target a slow octave is content with, so that a quick one beside it is heard.
    content: Vec<f64>,
    /// The stretch of an octave that came out right: it stays, as the way from aim to stretch is not the same
    /// twice where a decay is bent.
    right: Vec<Option<f64>>,
    /// The last aim and what it led to.
    tried: Vec<Option<(f64, f64)>>,
    /// Whether corrections learn from that. Rooms keep the bits that they have without.
    learns: bool,
}

impl Aims {
    fn at(targets: &DecayTargets, octaves: &[Octave]) -> Self {
        let target = octaves.iter().zip(&targets.ratio);
        Self {
            target: target.map(|(octave, ratio)| octave.time * ratio).collect(),
            content: vec![1.0; octaves.len()],
            right: vec![None; octaves.len()],
            tried: vec![None; octaves.len()],
            learns: targets.by_bands,
        }
    }

    /// Puts the stretches that were right in the place of new ones.
    fn keep(&self, stretch: &mut [f64]) {
        for (stretch, right) in stretch.iter_mut().zip(&self.right) {
            *stretch = right.unwrap_or(*stretch);
        }
    }

    /// Aims anew after these stretches led to some times, and says how far off the worst of them is, in dB, and
    /// how far all are together. What could not be measured before is left alone.
    fn correct(
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
