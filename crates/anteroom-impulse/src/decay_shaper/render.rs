//! Back to samples: the sound's own spectra under the planned changes, and noise for its tail.

use super::band_analyzer::{ROWS, Spectra};
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

/// What is to be made of a sound.
pub(super) struct Plan<'a> {
    pub sound: &'a Spectra,
    /// Its samples.
    pub source: &'a [f32],
    pub model: &'a Model,
    /// In dB, by octave, at the edges of the model's stretches. Before the onset nothing changes.
    pub changes: Vec<Vec<f64>>,
    /// Whether any octave gets longer, and so needs a tail.
    pub grows: bool,
    /// Where the tail's randomness comes from.
    pub seed: u64,
}

/// A sound that is being made, as far as it has come.
pub(super) struct Render<'a> {
    plan: Plan<'a>,
    rng: Rng,
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
}

impl<'a> Render<'a> {
    pub fn new(plan: Plan<'a>, grid: &Grid) -> Self {
        let four = |count| vec![F32x4::default(); count];
        let (bins, groups) = (grid.fft.bins(), grid.group_hz.len());
        let mut new = Self {
            rng: Rng::new(plan.seed, 0x7A11),
            out: Vec::new(),
            frames: 0,
            done: 0,
            stretch: 0,
            re: four(bins),
            im: four(bins),
            octaves: four(plan.changes.len()),
            decibels: four(groups),
            levels: four(groups),
            plan,
        };
        new.frames = new.audible();
        let samples = new.plan.source.len();
        let length = match new.plan.grows {
            true => samples.max(new.frames.saturating_sub(OVERLAP - 1) * grid.hop),
            false => samples,
        };
        let most = (grid.rate * f64::from(MAX_SECONDS)) as usize;
        new.out = vec![0.0; length.min(most.max(samples))];
        new
    }

    /// The number of frames until nothing is left to hear.
    fn audible(&self) -> usize {
        let Plan {
            model,
            changes,
            sound,
            ..
        } = &self.plan;
        let loudness = |(i, (edges, energy)): (usize, (&[usize], &[f64]))| {
            let loudest = changes
                .iter()
                .map(|change| change[i])
                .fold(f64::MIN, f64::max);
            energy.iter().sum::<f64>() * power_of_db(loudest) / (edges[1] - edges[0]) as f64
        };
        let by_row: Vec<f64> = model.rows().enumerate().map(loudness).collect();
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
        for lane in 0..LANES {
            self.look_up(lane);
        }
        grid.draw_out(&self.octaves, &mut self.decibels);
        for (level, db) in self.levels.iter_mut().zip(&self.decibels) {
            *level = db.amplitude();
        }
        grid.scale(&mut self.re, &mut self.im, &self.levels);
        if self.plan.grows {
            for group in 0..self.levels.len() {
                self.hand_over(group, grid);
            }
        }
    }

    /// The changes of all octaves for the frame in this lane.
    fn look_up(&mut self, lane: usize) {
        let Plan { model, changes, .. } = &self.plan;
        let Some(frame) = (self.done + lane).checked_sub(model.first) else {
            for octave in &mut self.octaves {
                octave.0[lane] = 0.0;
            }
            return;
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
    }

    /// Puts noise in the place of what is no longer good in a group.
    fn hand_over(&mut self, group: usize, grid: &Grid) {
        let Tail { knee, level, slope } = self.plan.model.tails[group];
        let bins = grid.groups[group]..grid.groups[group + 1];
        let first = self.done;
        let part =
            F32x4::of(|lane| (first + lane + FADE).saturating_sub(knee) as f32 / FADE as f32);
        let part = part.clamp(0.0, 1.0);
        if part == F32x4::default() {
            return;
        }
        let energy =
            F32x4::of(|lane| (level + slope * ((first + lane) as f64 - knee as f64)) as f32);
        let keep = (F32x4::all(1.0) - part).sqrt();
        // Frames of noise do not know of each other: where they overlap their powers add and not
        // their amplitudes, which costs 6 dB.
        let noise = (energy + self.decibels[group]).amplitude()
            * part.sqrt()
            * (2.0 / bins.len() as f32).sqrt();
        let mut coins = 0u64;
        let bins = self.re[bins.clone()].iter_mut().zip(&mut self.im[bins]);
        for (i, (re, im)) in bins.enumerate() {
            if i % 8 == 0 {
                coins = self.rng.next_u64();
            }
            *re = *re * keep + noise * SIGNS[(coins & 15) as usize];
            *im = *im * keep + noise * SIGNS[(coins >> 4 & 15) as usize];
            coins >>= 8;
        }
    }
}
