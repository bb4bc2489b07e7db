//! Another reverberation time for each octave of a sound that exists.
//!
//! Off the audio thread, and the same bits everywhere. Each octave's energy decay is stretched in
//! time: the gain at any moment is the difference between the curve as it is and the curve read at
//! another speed. That is an exponential where the decay is a straight line, and stays sensible
//! where it is bent; the reflections themselves stay where they are. The gains are drawn out between
//! the octaves, and the speeds found by measuring what they would do, octave filters and all, and
//! correcting. Where the sound sinks into its noise or ends, a tail of noise goes on in its place:
//! otherwise a longer decay would lift the hiss of the recording, or stop at the end of the file.

use super::MAX_SECONDS;
use super::analyze::{Decay, onset};
use super::dice::Dice;
use super::math::{db_of_power, exp2, power_of_db};
use super::spectral::{Grid, OVERLAP};

/// Rounds of measuring and correcting; they end earlier when all octaves are within 0.3 %.
const ROUNDS: usize = 8;
/// Times that the result is made at most: once, and again where a check on it fails.
const PASSES: usize = 3;
/// Frames over which a tail of noise takes the sound's place.
const FADE: usize = 6;
/// The noise tail ends when everything is this far below the strongest moment, in dB.
const SILENT_DB: f64 = -100.0;

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

/// The sound in short-time spectra.
struct Sound {
    re: Vec<f32>,
    im: Vec<f32>,
    /// Energy by frame, group after group within a frame.
    energy: Vec<f64>,
    frames: usize,
}

/// The two resolutions that a sound is heard at.
#[derive(Debug)]
pub(super) struct Ears {
    /// For all octaves, and for changing the sound.
    pub grid: Grid,
    /// For the higher octaves, where the direct sound is gone within milliseconds.
    short: Grid,
}

impl Ears {
    pub fn new(rate: u32) -> Self {
        Self {
            grid: Grid::new(rate),
            short: Grid::short(rate),
        }
    }

    /// The grid of short frames.
    pub fn short(&mut self) -> &mut Grid {
        &mut self.short
    }

    /// Whether every octave that can be measured has the time that is wanted, but for this part.
    pub fn agree(
        &mut self,
        samples: &[f32],
        wanted: &dyn Fn(usize, f64) -> f64,
        part: f64,
    ) -> bool {
        let heard = listen(samples, &mut self.grid, &|| false, false);
        let times = heard
            .map(|heard| self.times(&heard, samples))
            .unwrap_or_default();
        let off = |(i, time): (usize, f64)| (time / wanted(i, time) - 1.0).abs();
        let known = times
            .iter()
            .enumerate()
            .filter_map(|(i, time)| Some((i, (*time)?)));
        known.map(off).all(|off| off <= part)
    }

    /// The reverberation times of all octaves, in seconds, as far as they can be measured.
    fn times(&mut self, sound: &Sound, samples: &[f32]) -> Vec<Option<f64>> {
        let start = onset(samples, 20.0);
        let fine = listen(samples, &mut self.short, &|| false, false);
        let octaves = self.grid.centres.iter().enumerate();
        let one = |(i, &centre): (usize, &f64)| {
            let (grid, sound) = match &fine {
                Some(fine) if centre > 900.0 => (&self.short, fine),
                _ => (&self.grid, sound),
            };
            let first = grid.frame_at(start);
            let mut energy = in_octave(&sound.energy, grid.weights.get(i)?, first);
            energy.truncate(sound.frames.saturating_sub(OVERLAP + first).max(1));
            time(&Decay::of(&energy, grid.frame_rate()))
        };
        octaves.map(one).collect()
    }
}

/// Gives every octave of `samples` the reverberation time that `wanted` answers to the octave's
/// number and its present time, both in seconds. `None` if cancelled.
pub(super) fn redecay(
    samples: &mut Vec<f32>,
    ears: &mut Ears,
    wanted: &dyn Fn(usize, f64) -> f64,
    seed: u64,
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let start = onset(samples, 20.0);
    let first = ears.grid.frame_at(start);
    let sound = listen(samples, &mut ears.grid, cancelled, true)?;
    let octaves = octaves(&sound, &ears.grid, first);
    if octaves.is_empty() {
        return Some(());
    }
    let before = ears.times(&sound, samples);
    let known = before
        .iter()
        .zip(&octaves)
        .map(|(time, octave)| time.unwrap_or(octave.time));
    let wish: Vec<f64> = known.enumerate().map(|(i, time)| wanted(i, time)).collect();
    let ratio = wish.iter().zip(&before).zip(&octaves);
    let ratio: Vec<f64> = ratio
        .map(|((wish, before), octave)| wish / before.unwrap_or(octave.time))
        .collect();
    let longest = ratio.iter().copied().fold(1.0, f64::max);
    let most = (f64::from(MAX_SECONDS) * ears.grid.frame_rate()) as usize;
    let frames = first + ((sound.frames - first.min(sound.frames)) as f64 * longest) as usize;
    let frames = frames.clamp(sound.frames, most.max(sound.frames));
    let model = extrapolate(&sound, &octaves, &ears.grid, first, frames);
    let curves = Curves::of(&model, &octaves, &ears.grid, first);
    let mut target: Vec<f64> = octaves
        .iter()
        .zip(&ratio)
        .map(|(o, ratio)| o.time * ratio)
        .collect();
    let mut best: Option<(f64, Vec<f32>)> = None;
    for _ in 0..PASSES {
        let stretch = solve(
            &model, &curves, &octaves, &target, &ears.grid, first, cancelled,
        )?;
        let render = Render {
            sound: &sound,
            model: &model,
            octaves: &octaves,
            gains: gains(&curves, &stretch, &ears.grid, frames - first),
            grows: ratio.iter().any(|&ratio| ratio > 1.0),
            first,
            seed,
            cancelled,
        };
        let changed = render.run(samples.len(), &mut ears.grid)?;
        // What was planned on long frames is checked on the result, on short ones too, and planned
        // again where the direct sound or the noise spoilt it. The best of all is kept.
        let heard = listen(&changed, &mut ears.grid, cancelled, false)?;
        let after = ears.times(&heard, &changed);
        let mut worst = 0.0f64;
        for (i, target) in target.iter_mut().enumerate() {
            let (Some(after), Some(_)) = (after[i], before[i]) else {
                continue;
            };
            let wrong = (wish[i] / after).clamp(0.25, 4.0);
            worst = worst.max(db_of_power(wrong).abs());
            *target *= wrong.clamp(0.7, 1.4);
        }
        if best.as_ref().is_none_or(|(least, _)| worst < *least) {
            best = Some((worst, changed));
        }
        // A tenth of a decibel is 2.3 %.
        if worst < 0.1 {
            break;
        }
    }
    if let Some((_, changed)) = best {
        *samples = changed;
    }
    Some(())
}

/// Spectra and energies of all frames.
fn listen(
    samples: &[f32],
    grid: &mut Grid,
    cancelled: &dyn Fn() -> bool,
    keep: bool,
) -> Option<Sound> {
    let (frames, bins) = (grid.frames(samples.len()), grid.fft.bins());
    let groups = grid.group_hz.len();
    // Only what is going to be changed needs its spectra kept; the others share one frame.
    let kept = if keep { frames } else { 1 };
    let mut sound = Sound {
        re: vec![0.0; kept * bins],
        im: vec![0.0; kept * bins],
        energy: vec![0.0; frames * groups],
        frames,
    };
    for frame in 0..frames {
        if frame % 64 == 0 && cancelled() {
            return None;
        }
        let at = if keep { frame } else { 0 };
        let range = at * bins..(at + 1) * bins;
        let (re, im) = (&mut sound.re[range.clone()], &mut sound.im[range]);
        grid.analyse(samples, frame, re, im);
        let energy = &mut sound.energy[frame * groups..(frame + 1) * groups];
        for (energy, edges) in energy.iter_mut().zip(grid.groups.windows(2)) {
            let bins = edges[0]..edges[1];
            let squares = re[bins.clone()].iter().chain(&im[bins]).map(|x| x * x);
            *energy = f64::from(squares.sum::<f32>());
        }
    }
    Some(sound)
}

/// The energy of one octave from `first` on.
fn in_octave(energy: &[f64], weights: &[f64], first: usize) -> Vec<f64> {
    let frames = energy.chunks_exact(weights.len()).skip(first);
    let sum = |frame: &[f64]| frame.iter().zip(weights).map(|(e, w)| e * w).sum();
    frames.map(sum).collect()
}

/// The longest stretch of the decay that can be measured.
fn time(decay: &Decay) -> Option<f64> {
    let lines = [(-5.0, -35.0), (-5.0, -25.0), (-3.0, -15.0)];
    lines
        .into_iter()
        .find_map(|(from, to)| decay.time(from, to))
}

/// Measures every octave; what can not be measured takes after its neighbours.
fn octaves(sound: &Sound, grid: &Grid, first: usize) -> Vec<Octave> {
    let last = sound.frames.saturating_sub(OVERLAP).max(first + 1);
    let measured: Vec<Option<Octave>> = (grid.weights.iter())
        .map(|weights| {
            let mut energy = in_octave(&sound.energy, weights, first);
            energy.truncate(last.saturating_sub(first).max(1));
            let decay = Decay::of(&energy, grid.frame_rate());
            let time = time(&decay)?;
            let floor = decay.floor();
            let slope = match decay.slope() {
                slope if slope < 0.0 => slope,
                _ => -60.0 / time / grid.frame_rate(),
            };
            // Where sound and noise are equally loud the sound is already spoilt: it is left 10 dB
            // earlier.
            let knee = floor.map_or(last, |(knee, _)| first + knee);
            let early = if floor.is_some() {
                (-10.0 / slope) as usize
            } else {
                0
            };
            Some(Octave {
                time,
                knee: knee.saturating_sub(early).clamp(first + 1, last),
                floor: knee.min(last),
                slope,
            })
        })
        .collect();
    // A sound that is too short for any line decays over its own length, for want of better.
    let seconds = (last.saturating_sub(first).max(1)) as f64 / grid.frame_rate();
    let unknown = Octave {
        time: seconds,
        knee: last,
        floor: last,
        slope: -60.0 / seconds / grid.frame_rate(),
    };
    let nearest = |i: usize| {
        let known = measured
            .iter()
            .enumerate()
            .filter_map(|(j, m)| Some((j, (*m)?)));
        known
            .min_by_key(|(j, _)| j.abs_diff(i))
            .map_or(unknown, |(_, octave)| octave)
    };
    measured
        .iter()
        .enumerate()
        .map(|(i, m)| m.unwrap_or_else(|| nearest(i)))
        .collect()
}

/// The energies without noise, and beyond the end: from each octave's knee on, a straight line.
fn extrapolate(
    sound: &Sound,
    octaves: &[Octave],
    grid: &Grid,
    first: usize,
    frames: usize,
) -> Vec<f64> {
    let groups = grid.group_hz.len();
    let mut model = sound.energy.clone();
    model.resize(frames * groups, 0.0);
    for group in 0..groups {
        let Some(octave) = octaves.get(grid.octave_of(group)) else {
            continue;
        };
        let at = |frame: usize| {
            sound
                .energy
                .get(frame * groups + group)
                .copied()
                .unwrap_or(0.0)
        };
        let knee = octave.knee.max(first + 1);
        let noise = match octave.floor > octave.knee && octave.floor < sound.frames {
            true => {
                let frames = octave.floor..sound.frames;
                frames.clone().map(at).sum::<f64>() / frames.len() as f64
            }
            false => 0.0,
        };
        // The level at the knee is what the last frames before it say, each brought there by the
        // slope. Half of them would do for steep ones.
        let look = ((20.0 / -octave.slope) as usize)
            .clamp(4, 24)
            .min(knee - first);
        let level = (knee - look..knee).map(|frame| {
            (at(frame) - noise).max(0.0) * power_of_db(octave.slope * (knee - frame) as f64)
        });
        let mut level = level.sum::<f64>() / look as f64;
        let step = power_of_db(octave.slope);
        for (frame, energy) in model.iter_mut().skip(group).step_by(groups).enumerate() {
            if frame >= knee {
                *energy = level;
                level *= step;
            } else if frame >= first {
                *energy = (*energy - noise).max(*energy * 1e-3);
            }
        }
    }
    model
}

/// Energy decay curves by octave, in dB, one value a frame from the first frame on.
struct Curves {
    db: Vec<Vec<f64>>,
    /// How each goes on after its end, in dB per frame.
    slopes: Vec<f64>,
}

impl Curves {
    fn of(model: &[f64], octaves: &[Octave], grid: &Grid, first: usize) -> Self {
        let curve = |(weights, octave): (&Vec<f64>, &Octave)| {
            let energy = in_octave(model, weights, first);
            Decay::clean(&energy, grid.frame_rate(), octave.slope).decibels()
        };
        Self {
            db: grid.weights.iter().zip(octaves).map(curve).collect(),
            slopes: octaves.iter().map(|octave| octave.slope).collect(),
        }
    }

    /// The curve of an octave at a fraction of a frame.
    fn at(&self, octave: usize, frame: f64) -> f64 {
        let (Some(db), Some(slope)) = (self.db.get(octave), self.slopes.get(octave)) else {
            return 0.0;
        };
        let (below, part) = (frame as usize, frame - frame.floor());
        match (db.get(below), db.get(below + 1)) {
            (Some(low), Some(high)) => low + (high - low) * part,
            _ => {
                let end = db.len().saturating_sub(1);
                db.last().copied().unwrap_or(0.0) + slope * (frame - end as f64)
            }
        }
    }

    /// The change in level of an octave, in dB, when its curve is stretched by `speed`.
    fn change(&self, octave: usize, frame: usize, stretch: f64) -> f64 {
        let frame = frame as f64;
        let level = self.at(octave, frame / stretch) - self.at(octave, frame);
        // The curve is the sum of what is still to come. Where it is bent, sum and sound do not
        // fall at the same rate, which the ratio of its slopes makes good.
        let bend =
            db_of_power(self.steepness(octave, frame / stretch) / self.steepness(octave, frame));
        (level + bend.clamp(-6.0, 6.0)).clamp(-300.0, 200.0)
    }

    /// How steep the curve of an octave is around a frame, in dB per frame.
    fn steepness(&self, octave: usize, frame: f64) -> f64 {
        let reach = 8.0 + frame * 0.1;
        let from = (frame - reach).max(0.0);
        let fall = self.at(octave, from) - self.at(octave, frame + reach);
        (fall / (frame + reach - from)).max(1e-6)
    }
}

/// The gains of all groups in dB, frame after frame from the first on.
fn gains(curves: &Curves, stretch: &[f64], grid: &Grid, frames: usize) -> Vec<f32> {
    let mut gains = Vec::with_capacity(frames * grid.group_hz.len());
    let groups = grid.group_hz.len();
    let mut octaves = vec![0.0; stretch.len()];
    for frame in 0..frames {
        for (octave, gain) in octaves.iter_mut().enumerate() {
            *gain = curves.change(octave, frame, stretch[octave]);
        }
        gains.extend((0..groups).map(|group| grid.interpolate(&octaves, group) as f32));
    }
    gains
}

/// How far each octave's curve has to be stretched to reach its target.
fn solve(
    model: &[f64],
    curves: &Curves,
    octaves: &[Octave],
    target: &[f64],
    grid: &Grid,
    first: usize,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f64>> {
    let begin: Vec<f64> = octaves
        .iter()
        .zip(target)
        .map(|(o, target)| target / o.time)
        .collect();
    let mut stretch = begin.clone();
    let model = model.get(first * grid.group_hz.len()..).unwrap_or(&[]);
    let frames = model.len() / grid.group_hz.len();
    for round in 0..ROUNDS {
        if cancelled() {
            return None;
        }
        let gains = gains(curves, &stretch, grid, frames);
        let changed = model
            .iter()
            .zip(&gains)
            .map(|(e, &db)| e * power_of_db(f64::from(db)));
        let changed: Vec<f64> = changed.collect();
        let mut worst = 0.0f64;
        for (i, weights) in grid.weights.iter().enumerate() {
            let energy = in_octave(&changed, weights, 0);
            let slope = octaves[i].slope / stretch[i];
            let decay = Decay::clean(&energy, grid.frame_rate(), slope);
            let Some(reached) = time(&decay) else {
                continue;
            };
            let wrong = target[i] / reached;
            worst = worst.max((wrong - 1.0).abs());
            // Neighbours reach into each other: past the first rounds smaller steps settle sooner.
            let wrong = if round < 3 { wrong } else { wrong.sqrt() };
            stretch[i] = (stretch[i] * wrong).clamp(begin[i] * 0.4, begin[i] * 2.5);
        }
        if worst < 0.003 {
            break;
        }
    }
    Some(stretch)
}

/// What rendering needs to know.
struct Render<'a> {
    sound: &'a Sound,
    model: &'a [f64],
    octaves: &'a [Octave],
    /// In dB, by frame and group, from `first` on. Before it nothing changes.
    gains: Vec<f32>,
    /// Whether any octave gets longer, and so needs a tail.
    grows: bool,
    first: usize,
    seed: u64,
    cancelled: &'a dyn Fn() -> bool,
}

impl Render<'_> {
    /// Back to samples.
    fn run(&self, samples: usize, grid: &mut Grid) -> Option<Vec<f32>> {
        let (groups, bins) = (grid.group_hz.len(), grid.fft.bins());
        let frames = self.audible(groups);
        let length = match self.grows {
            true => samples.max(frames.saturating_sub(OVERLAP - 1) * grid.hop),
            false => samples,
        };
        let most = (grid.rate * f64::from(MAX_SECONDS)) as usize;
        let mut out = vec![0.0f32; length.min(most.max(samples))];
        let mut dice = Dice::new(self.seed, 0x7A11);
        let knee = |group| {
            self.octaves
                .get(grid.octave_of(group))
                .map_or(usize::MAX, |o| o.knee)
        };
        let knees: Vec<usize> = (0..groups).map(knee).collect();
        let (mut re, mut im) = (vec![0.0f32; bins], vec![0.0f32; bins]);
        let mut levels = vec![1.0f32; groups];
        for frame in 0..frames {
            if frame % 64 == 0 && (self.cancelled)() {
                return None;
            }
            let range = frame * bins..(frame + 1) * bins;
            match (self.sound.re.get(range.clone()), self.sound.im.get(range)) {
                (Some(from_re), Some(from_im)) => {
                    re.copy_from_slice(from_re);
                    im.copy_from_slice(from_im);
                }
                _ => {
                    re.fill(0.0);
                    im.fill(0.0);
                }
            }
            if let Some(after) = frame.checked_sub(self.first) {
                let gains = self
                    .gains
                    .get(after * groups..(after + 1) * groups)
                    .unwrap_or(&[]);
                for (level, &db) in levels.iter_mut().zip(gains) {
                    *level = amplitude(db);
                }
                scale(&mut re, &mut im, &levels, &grid.groups);
                if self.grows {
                    for (group, edges) in grid.groups.windows(2).enumerate() {
                        let part = (frame + FADE).saturating_sub(knees[group]) as f32 / FADE as f32;
                        if part > 0.0 {
                            let energy = self.model.get(frame * groups + group).copied();
                            let energy =
                                energy.unwrap_or(0.0) as f32 * levels[group] * levels[group];
                            let bins = edges[0]..edges[1];
                            let (re, im) = (&mut re[bins.clone()], &mut im[bins]);
                            hand_over(re, im, part.min(1.0), energy, &mut dice);
                        }
                    }
                }
            }
            grid.add(&re, &im, frame, &mut out);
        }
        Some(out)
    }

    /// The number of frames until nothing is left to hear.
    fn audible(&self, groups: usize) -> usize {
        let energy = self.model.get(self.first * groups..).unwrap_or(&[]);
        let frames = energy
            .chunks_exact(groups)
            .zip(self.gains.chunks_exact(groups));
        let sum = |(energy, gains): (&[f64], &[f32])| {
            let one = |(e, &db): (&f64, &f32)| e * power_of_db(f64::from(db));
            energy.iter().zip(gains).map(one).sum::<f64>()
        };
        let sums: Vec<f64> = frames.map(sum).collect();
        let loudest = sums.iter().copied().fold(0.0, f64::max);
        let last = sums
            .iter()
            .rposition(|&sum| sum > loudest * power_of_db(SILENT_DB));
        (self.first + last.map_or(0, |last| last + 1) + OVERLAP).max(self.sound.frames)
    }
}

fn amplitude(db: f32) -> f32 {
    exp2(f64::from(db) / (20.0 * std::f64::consts::LOG10_2)) as f32
}

/// Scales every bin, with straight lines from the middle of one group to that of the next: steps
/// in frequency would ring in time.
fn scale(re: &mut [f32], im: &mut [f32], levels: &[f32], groups: &[usize]) {
    let middle = |group: usize| (groups[group] + groups[group + 1] - 1) as f32 / 2.0;
    let mut group = 0;
    for (bin, (re, im)) in re.iter_mut().zip(im).enumerate() {
        let at = bin as f32;
        while group + 2 < levels.len() && at > middle(group + 1) {
            group += 1;
        }
        let (low, high) = (levels[group], levels[(group + 1).min(levels.len() - 1)]);
        let (from, to) = (middle(group), middle((group + 1).min(levels.len() - 1)));
        let part = if to > from {
            ((at - from) / (to - from)).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let level = low + (high - low) * part;
        *re *= level;
        *im *= level;
    }
}

/// Puts noise of this energy in the place of `part` of the sound.
fn hand_over(re: &mut [f32], im: &mut [f32], part: f32, energy: f32, dice: &mut Dice) {
    let keep = (1.0 - part).sqrt();
    // Frames of noise do not know of each other: where they overlap their powers add and not their
    // amplitudes, which costs 6 dB.
    let noise = 2.0 * (part * energy / (2 * re.len()) as f32).sqrt();
    let mut coins = 0u64;
    for (i, (re, im)) in re.iter_mut().zip(im).enumerate() {
        if i % 32 == 0 {
            coins = dice.next_u64();
        }
        let side = |bit: u64| if bit & 1 == 1 { noise } else { -noise };
        *re = *re * keep + side(coins);
        *im = *im * keep + side(coins >> 1);
        coins >>= 2;
    }
}
