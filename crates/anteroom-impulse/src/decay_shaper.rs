//! Another reverberation time for each octave of a sound that exists.
//!
//! Off the audio thread, and the same bits everywhere. Each octave's energy decay is stretched in
//! time: the gain at any moment is the difference between the curve as it is and the curve read at
//! another speed. That is an exponential where the decay is a straight line, and stays sensible
//! where it is bent; the reflections themselves stay where they are. The gains are drawn out between
//! the octaves, and the speeds found by measuring what they would do, octave filters and all, and
//! correcting. Where the sound sinks into its noise or ends, a tail of noise goes on in its place:
//! otherwise a longer decay would lift the hiss of the recording, or stop at the end of the file. The tails
//! of all channels have in common what the recording has ([`mix`]).
//!
//! The recording's own noise goes away by as much as the decay changes ([`removal`]), so that a control
//! that leaves its middle is no switch.
//!
//! A control may move all the time, so this is made to be quick: curves and speeds are worked out on
//! some hundred stretches of time instead of on frames, four frames are transformed at once, the
//! result is checked as far as a reverberation time reaches and the rest rendered afterwards.
//!
//! `band_analyzer` listens, with `bands` and their `filters`; `octaves` says what each octave is. `model` has the
//! energies without noise, `curves` the decay curves and the speeds, `aims` the times that are aimed at, `limits` what
//! must not rise. `render` goes back to samples.

use std::sync::Arc;

use super::MAX_SECONDS;
use super::analyze::onset_with;
use super::parallel::for_each_parallel;

mod aims;
mod band_analyzer;
mod bands;
mod curves;
mod filters;
mod limits;
mod mix;
mod model;
mod octaves;
mod render;

pub(super) use band_analyzer::BandAnalyzer;

use aims::{Aims, DecayTargets};
use band_analyzer::Spectra;
use curves::Curves;
use filters::FilterCache;
use mix::Mix;
use model::Model;
use octaves::octaves;
use render::{Plan, Render};

/// Times that the result is made at most: once, and again where a check on it fails.
const PASSES: usize = 3;
/// The same where the check is by whole octave bands.
const CAREFUL_PASSES: usize = 4;

/// A sound that gets longer is followed for so many reverberation times: 102 dB.
const ENDS: f64 = 1.7;

/// At this ratio of reverberation times, and below, nothing is left of the recording's noise.
const SHORT_RATIO: f64 = 0.8;
/// The same for longer ones.
const LONG_RATIO: f64 = 1.25;

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

/// What was heard in one channel.
struct Heard {
    /// The sample of the onset.
    start: usize,
    /// The frame of the onset.
    first: usize,
    sound: Spectra,
    octaves: Vec<Octave>,
}

impl Heard {
    /// Listens to a channel; to nothing where there is nothing to be heard. `None` if cancelled.
    fn of(
        samples: &[f32],
        analyzer: &mut BandAnalyzer,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Option<Self>> {
        let start = onset_with(samples, 20.0, cancelled)?;
        if samples.get(start).is_none_or(|&sample| sample == 0.0) {
            return Some(None);
        }
        let first = analyzer.grid.frame_at(start);
        let sound = analyzer.spectra(samples, cancelled)?;
        let octaves = octaves(&sound, &analyzer.grid, first, cancelled)?;
        let heard = Self {
            start,
            first,
            sound,
            octaves,
        };
        Some((!heard.octaves.is_empty()).then_some(heard))
    }
}

/// What is wished for one channel.
struct Wish<'a> {
    /// The time of an octave, from its number and the time it has, both in seconds.
    time: &'a dyn Fn(usize, f64) -> f64,
    /// How much of the noise is to go in an octave whose time has this ratio to that before, from 0 to 1.
    removal: fn(f64) -> f64,
    /// What the tail is made of.
    mix: Mix,
}

/// One channel on its way.
struct Channel<'a> {
    samples: &'a mut Vec<f32>,
    analyzer: BandAnalyzer,
    heard: Option<Heard>,
    mix: Mix,
}

/// Changes the reverberation times of all channels of a recording by a ratio for each frequency in Hz. `None` if
/// cancelled.
pub(super) fn redecay(
    channels: &mut [Vec<f32>],
    rate: u32,
    ratio: &(dyn Fn(f64) -> f64 + Sync),
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let filters = Arc::new(FilterCache::default());
    let channel = |samples| Channel {
        samples,
        analyzer: BandAnalyzer::careful(rate, &filters),
        heard: None,
        mix: Mix::new(),
    };
    let mut channels: Vec<Channel> = channels.iter_mut().map(channel).collect();
    for_each_parallel(&mut channels, cancelled, |_, channel, cancelled| {
        channel.heard = Heard::of(channel.samples, &mut channel.analyzer, cancelled)?;
        Some(())
    })?;
    let heard: Vec<_> = channels.iter_mut().map(|c| c.heard.take()).collect();
    let Some(grid) = channels.first().map(|channel| &channel.analyzer.grid) else {
        return Some(());
    };
    let ratios: Vec<f64> = grid.centres.iter().map(|&hz| ratio(hz)).collect();
    // Only a longer decay has a tail.
    let mixes = match ratios.iter().any(|&ratio| ratio > 1.0) {
        true => mix::together(&heard, grid, cancelled)?,
        false => vec![Mix::new(); heard.len()],
    };
    for ((channel, heard), mix) in channels.iter_mut().zip(heard).zip(mixes) {
        (channel.heard, channel.mix) = (heard, mix);
    }
    let wanted = |octave: usize, time: f64| time * ratios.get(octave).copied().unwrap_or(1.0);
    for_each_parallel(&mut channels, cancelled, |_, channel, cancelled| {
        let Some(heard) = channel.heard.take() else {
            return Some(());
        };
        let wish = Wish {
            time: &wanted,
            removal,
            mix: std::mem::take(&mut channel.mix),
        };
        let Channel {
            samples, analyzer, ..
        } = channel;
        remake(samples, &heard, analyzer, wish, cancelled)?;
        analyzer.forget();
        Some(())
    })
}

/// How much of the noise goes at a ratio of reverberation times: nothing at 1, all at 0.8 and 1.25, and steadily
/// between, as an amplitude.
fn removal(ratio: f64) -> f64 {
    let far = match ratio < 1.0 {
        true => (1.0 - ratio) / (1.0 - SHORT_RATIO),
        false => (ratio - 1.0) / (LONG_RATIO - 1.0),
    };
    far.clamp(0.0, 1.0)
}

/// Makes what is wished for of one channel. `None` if cancelled.
fn remake(
    samples: &mut Vec<f32>,
    heard: &Heard,
    analyzer: &mut BandAnalyzer,
    wish: Wish,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let Heard {
        start,
        first,
        ref sound,
        ref octaves,
    } = *heard;
    let heard = (sound, &octaves[..]);
    let targets = DecayTargets::measure((samples, start), heard, analyzer, wish.time, cancelled)?;
    let DecayTargets { target, ratio, .. } = &targets;
    analyzer
        .grid
        .lean(ratio, targets.by_bands.then_some(&target[..]));
    // The result may be up to four times as long, but is checked only as far as its decay reaches.
    let longest = ratio.iter().copied().fold(1.0, f64::max);
    let most = (f64::from(MAX_SECONDS) * analyzer.grid.frame_rate()) as usize;
    let stretched = (sound.frames - first.min(sound.frames)) as f64 * longest;
    // A file may end long before the sound does.
    let rings = target.iter().copied().fold(0.0, f64::max) * ENDS * analyzer.grid.frame_rate();
    let frames = first
        + if longest > 1.0 {
            stretched.max(rings)
        } else {
            stretched
        } as usize;
    let frames = frames.clamp(sound.frames, most.max(sound.frames));
    let model = Model::of(sound, octaves, &analyzer.grid, (first, frames), cancelled)?;
    let curves = Curves::of(&model, octaves, &analyzer.grid);
    let removal: Vec<f64> = ratio.iter().map(|&ratio| (wish.removal)(ratio)).collect();
    let source: &[f32] = samples;
    let plan = |changes: Vec<Vec<f64>>, grid: &_| Plan {
        sound,
        model: &model,
        source,
        limits: limits::of(&model, &changes, octaves, grid),
        changes,
        removal: &removal,
        mix: (ratio.iter().any(|&ratio| ratio > 1.0)).then_some(&wish.mix),
    };
    // A reverberation time reaches 40 dB down, and its noise must be seen to be none.
    let reach = target.iter().copied().fold(0.0, f64::max) * 0.9 + 0.2;
    let reach = start + (reach * analyzer.grid.rate) as usize;
    let mut aims = Aims::at(&targets, &curves.times);
    let mut best: Option<(f64, Render)> = None;
    let passes = if targets.by_bands {
        CAREFUL_PASSES
    } else {
        PASSES
    };
    for pass in 0..passes {
        let mut stretch = curves.solve(&model, octaves, &aims.target, &analyzer.grid, cancelled)?;
        aims.keep(&mut stretch, &removal);
        let plan = plan(curves.changes(&stretch), &analyzer.grid);
        let mut render = Render::new(plan, &analyzer.grid);
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

#[cfg(test)]
mod tests;
