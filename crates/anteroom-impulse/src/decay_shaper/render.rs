//! Back to samples: the sound's own spectra under the planned changes, and noise for its tail.

use super::band_analyzer::{ROWS, Spectra};
use super::curves::changed;
use super::limits::Limits;
use super::mix::Mix;
use super::model::{Model, Tail};
use crate::MAX_SECONDS;
use crate::f32x4::{F32x4, LANES};
use crate::math::power_of_db;
use crate::rng::Rng;
use crate::stft::{Grid, OVERLAP};

/// Frames over which a tail of noise takes the sound's place.
const FADE: usize = 6;
/// The noise tail ends when everything is this far below the strongest moment, in dB.
const SILENT_DB: f64 = -100.0;

/// F32x4 signs for each four bits.
static SIGNS: [F32x4; 16] = {
    let (mut signs, mut coins) = ([F32x4::all(1.0); 16], 0);
    while coins < 16 {
        let mut lane = 0;
        while lane < LANES {
            if coins >> lane & 1 == 0 {
                signs[coins].0[lane] = -1.0;
            }
            lane += 1;
        }
        coins += 1;
    }
    signs
};

/// Each frame of noise is a quarter turn from the one before, one way or the other. What overlaps most then has no
/// cosine in common: the level fluctuates less than that of frames of any phase, while none can be told from the
/// others. From frame to frame a bin turns by as many quarters as its number says, which does the same for odd ones.
const TURN: F32x4 = F32x4([1.0, -1.0, 1.0, -1.0]);

/// What is to be made of a sound.
pub(super) struct Plan<'a> {
    pub sound: &'a Spectra,
    /// Its samples.
    pub source: &'a [f32],
    pub model: &'a Model,
    /// In dB, by octave, at the edges of the model's stretches. Before the onset nothing changes.
    pub changes: Vec<Vec<f64>>,
    /// The most that some groups are changed by.
    pub limits: Limits,
    /// How much of the noise goes, by octave, from 0 to 1.
    pub removal: &'a [f64],
    /// What the tail is made of, if any octave gets longer, and so needs one.
    pub mix: Option<&'a Mix>,
}

/// A sound that is being made, as far as it has come.
pub(super) struct Render<'a> {
    plan: Plan<'a>,
    out: Vec<f32>,
    /// How many frames there will be, and how many there are.
    frames: usize,
    done: usize,
    /// The model's stretch in which the next frame lies.
    stretch: usize,
    re: Vec<F32x4>,
    im: Vec<F32x4>,
    /// The changes at the octaves, and as factors at the groups.
    octaves: Vec<F32x4>,
    decibels: Vec<F32x4>,
    levels: Vec<F32x4>,
    /// By group: how much of the noise goes, and its energy in a frame, in dB.
    removal: Vec<F32x4>,
    noise_db: Vec<f64>,
}

impl<'a> Render<'a> {
    pub fn new(plan: Plan<'a>, grid: &Grid) -> Self {
        let four = |count| vec![F32x4::default(); count];
        let (bins, groups) = (grid.fft.bins(), grid.group_hz.len());
        let mut new = Self {
            out: Vec::new(),
            frames: 0,
            done: 0,
            stretch: 0,
            re: four(bins),
            im: four(bins),
            octaves: four(plan.changes.len()),
            decibels: four(groups),
            levels: four(groups),
            removal: four(groups),
            noise_db: plan.model.tails.iter().map(Tail::noise_db).collect(),
            plan,
        };
        let removal = new.plan.removal.iter();
        let removal: Vec<F32x4> = removal.map(|&part| F32x4::all(part as f32)).collect();
        grid.draw_out(&removal, &mut new.removal);
        new.frames = new.audible(grid);
        let samples = new.plan.source.len();
        let length = match new.plan.mix.is_some() {
            true => samples.max(new.frames.saturating_sub(OVERLAP - 1) * grid.hop),
            false => samples,
        };
        let most = (grid.rate * f64::from(MAX_SECONDS)) as usize;
        new.out = vec![0.0; length.min(most.max(samples))];
        new
    }

    /// The number of frames until nothing is left to hear.
    fn audible(&self, grid: &Grid) -> usize {
        let Plan {
            model,
            changes,
            sound,
            ..
        } = &self.plan;
        let energy = changed(model, changes, grid);
        let rows = energy.chunks_exact(self.levels.len());
        let rows = rows.zip(model.edges.windows(2));
        let loudness = |(row, edges): (&[f64], &[usize])| {
            row.iter().sum::<f64>() / (edges[1] - edges[0]) as f64
        };
        let by_row: Vec<f64> = rows.map(loudness).collect();
        let most = by_row.iter().copied().fold(0.0, f64::max) * power_of_db(SILENT_DB);
        let last = by_row.iter().rposition(|&loudness| loudness > most);
        let end = last.and_then(|last| model.edges.get(last + 1));
        (model.first + end.copied().unwrap_or(0) + OVERLAP).max(sound.frames)
    }

    /// Goes on until this many samples are complete, or all. `None` if cancelled.
    pub fn run_to(
        &mut self,
        samples: usize,
        grid: &mut Grid,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<()> {
        let frames = (samples / grid.hop)
            .saturating_add(OVERLAP)
            .min(self.frames);
        while self.done < frames {
            if self.done.is_multiple_of(ROWS * LANES) && cancelled() {
                return None;
            }
            self.four(grid);
            grid.add(&self.re, &self.im, self.done, &mut self.out);
            self.done += LANES;
        }
        Some(())
    }

    /// What is complete, at least up to this many samples, or all.
    pub fn heard(&self, samples: usize) -> &[f32] {
        self.out.get(..samples).unwrap_or(&self.out)
    }

    pub fn into_samples(self) -> Vec<f32> {
        self.out
    }

    /// Makes the spectra of the next four frames.
    fn four(&mut self, grid: &mut Grid) {
        let bins = self.re.len();
        let range = self.done / LANES * bins..(self.done / LANES + 1) * bins;
        let sound = self.plan.sound;
        match (sound.re.get(range.clone()), sound.im.get(range)) {
            (Some(re), Some(im)) => {
                self.re.copy_from_slice(re);
                self.im.copy_from_slice(im);
            }
            _ if self.done < sound.frames => {
                let frames = (self.done, 1);
                grid.analyse(self.plan.source, frames, &mut self.re, &mut self.im);
            }
            _ => {
                self.re.fill(F32x4::default());
                self.im.fill(F32x4::default());
            }
        }
        if self.done + LANES <= self.plan.model.first {
            return;
        }
        let mut stretches = [(0, 0.0); LANES];
        for (lane, stretch) in stretches.iter_mut().enumerate() {
            *stretch = self.look_up(lane);
        }
        grid.draw_out(&self.octaves, &mut self.decibels);
        for (change, limit) in self.decibels.iter_mut().zip(&self.plan.limits) {
            if let Some(limit) = limit {
                let most = F32x4::of(|lane| {
                    let (stretch, part) = stretches[lane];
                    let (low, high) = (limit[stretch], limit[stretch + 1]);
                    low + (high - low) * part
                });
                *change = change.min(most);
            }
        }
        for group in 0..self.levels.len() {
            self.level(group);
        }
        grid.scale(&mut self.re, &mut self.im, &self.levels);
        if let Some(mix) = self.plan.mix {
            for group in 0..self.levels.len() {
                self.add_tail(group, mix, grid);
            }
        }
    }

    /// The changes of all octaves for the frame in this lane; says in which stretch it lies, and how far.
    fn look_up(&mut self, lane: usize) -> (usize, f32) {
        let Plan { model, changes, .. } = &self.plan;
        let Some(frame) = (self.done + lane).checked_sub(model.first) else {
            for octave in &mut self.octaves {
                octave.0[lane] = 0.0;
            }
            return (0, 0.0);
        };
        let last = model.edges.len() - 2;
        while self.stretch < last && model.edges[self.stretch + 1] <= frame {
            self.stretch += 1;
        }
        let (from, to) = (model.edges[self.stretch], model.edges[self.stretch + 1]);
        let part = ((frame - from) as f64 / (to - from) as f64).min(1.0);
        for (octave, change) in self.octaves.iter_mut().zip(changes) {
            let (low, high) = (change[self.stretch], change[self.stretch + 1]);
            octave.0[lane] = (low + (high - low) * part) as f32;
        }
        (self.stretch, part as f32)
    }

    /// How much of a group's sound is replaced by the tail, as a part of its power: all of it after its knee, by as
    /// much as its noise goes.
    fn replaced(&self, group: usize) -> F32x4 {
        if self.plan.mix.is_none() {
            return F32x4::default();
        }
        let (first, knee) = (self.done, self.plan.model.tails[group].knee);
        let part =
            F32x4::of(|lane| (first + lane + FADE).saturating_sub(knee) as f32 / FADE as f32);
        part.clamp(0.0, 1.0) * self.removal[group]
    }

    /// The energy of a group's sound without its noise in dB, on its way down.
    fn sound_db(&self, group: usize) -> F32x4 {
        let tail = &self.plan.model.tails[group];
        F32x4::of(|lane| tail.at(self.done + lane) as f32)
    }

    /// The factor for what was recorded in a group. Sound and noise can not be told apart, so the energies of both
    /// after their changes are divided by those before.
    fn level(&mut self, group: usize) {
        let change = self.decibels[group].amplitude();
        let kept = F32x4::all(1.0) - self.replaced(group);
        let sound = change * change * kept;
        if self.plan.model.tails[group].noise <= 0.0 {
            self.levels[group] = sound.sqrt();
            return;
        }
        let ratio = F32x4::all(self.noise_db[group] as f32) - self.sound_db(group);
        let ratio = ratio.clamp(-300.0, 300.0).amplitude();
        let noise = ratio * ratio;
        let left = F32x4::all(1.0) - self.removal[group];
        let all = (sound + noise * left * left) / (F32x4::all(1.0) + noise);
        self.levels[group] = all.sqrt();
    }

    /// Adds noise in the place of what is no longer good in a group.
    fn add_tail(&mut self, group: usize, mix: &Mix, grid: &Grid) {
        let bins = grid.groups[group]..grid.groups[group + 1];
        let part = self.replaced(group);
        if part == F32x4::default() {
            return;
        }
        // Frames of noise do not know of each other: where they overlap their powers add and not
        // their amplitudes, which costs 6 dB.
        let noise = (self.sound_db(group) + self.decibels[group]).amplitude()
            * part.sqrt()
            * (2.0 / bins.len() as f32).sqrt();
        let place = (self.done / LANES * self.levels.len() + group) as u64;
        for share in &mix[group] {
            let mut rng = Rng::new(place, share.stream + 0x7A11);
            let (a, b) = (noise * share.re, noise * share.im);
            let mut coins = 0u64;
            let bins = self.re[bins.clone()].iter_mut();
            let bins = bins.zip(&mut self.im[grid.groups[group]..grid.groups[group + 1]]);
            for (i, (re, im)) in bins.enumerate() {
                if i % 16 == 0 {
                    coins = rng.next_u64();
                }
                let y = SIGNS[(coins & 15) as usize];
                let turned = (grid.groups[group] + i).is_multiple_of(2);
                let x = if turned { y * TURN } else { y };
                *re += a * x - b * y;
                *im += a * y + b * x;
                coins >>= 4;
            }
        }
    }
}
