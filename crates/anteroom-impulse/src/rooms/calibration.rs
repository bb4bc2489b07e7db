//! How long each octave rings in fact, and how much longer its bands have to ring so that it is what was asked for.
//!
//! A band of noise is an exponential on average only, and an octave holds bands of different times: both are
//! measured as they will be (ISO 3382-1), and the bands are made again. Low octaves are a small part of
//! the work; high ones have so many independent samples that it is enough to work out what they would be.

use super::bands::Bands;
use super::diffuse_field::{Envelope, Spectrum, Tables};
use super::{RENDER_HZ, RoomRecipe};
use crate::analyze::{CENTRES_HZ, Octave};
use crate::math::{db_of_power, exp2, log2};

/// How far the filter of an octave rings before its input, in periods of its centre.
const REACH_PERIODS: f64 = 8.0;
/// Points of a decay curve in a reverberation time.
const POINTS: f64 = 300.0;
/// An octave whose bandwidth times reverberation time is above this is what it would be on average to within 1 %.
const SURE: f64 = 3_000.0;

/// What part of an error, in logarithms, is corrected at once: of what was measured, and on average.
pub(super) const EAGER: f64 = 0.85;
const CAREFUL: f64 = 0.6;
/// How much the highest octave counts beside the others.
const HIGHEST: f64 = 0.15;
/// Rounds of working out what would be on average.
const AVERAGE_ROUNDS: usize = 16;

/// How much longer the bands around each octave ring than they were asked to.
#[derive(Clone, Debug)]
pub(super) struct Calibration {
    octaves: Vec<Octave>,
    /// What was asked for, in seconds.
    pub wanted: Vec<f64>,
    /// By octave.
    pub stretch: Vec<f64>,
}

impl Calibration {
    /// As it would be on average.
    pub fn new(recipe: &RoomRecipe, bands: &Bands, envelope: &Envelope) -> Self {
        let rate = f64::from(RENDER_HZ);
        let mut made = Self {
            octaves: CENTRES_HZ.map(|hz| Octave::new(hz, rate)).to_vec(),
            wanted: CENTRES_HZ.map(|hz| recipe.rt60_at(hz)).to_vec(),
            stretch: vec![1.0; CENTRES_HZ.len()],
        };
        // Where times fall steeply the lower neighbour rules an octave's end, and what helps one harms the other: the
        // best of the rounds.
        let mut best = (f64::INFINITY, made.stretch.clone());
        for _ in 0..AVERAGE_ROUNDS {
            let times: Vec<_> = (0..made.octaves.len())
                .map(|octave| made.on_average(octave, bands, envelope))
                .collect();
            let before = made.stretch.clone();
            let mut worst = 0.0;
            for (octave, time) in times.into_iter().enumerate() {
                let error = made.correct(octave, time, CAREFUL);
                // Of the highest octave little is heard.
                let off = log2(error) * log2(error);
                let highest = octave + 1 == made.octaves.len();
                worst += if highest { HIGHEST * off } else { off };
            }
            if worst < best.0 {
                best = (worst, before);
            }
        }
        made.stretch = best.1;
        made
    }

    /// Takes the measured time of an octave into account, `eager` being the part of its error that is corrected. Says how far off it was, as a ratio above 1.
    pub fn correct(&mut self, octave: usize, time: Option<f64>, eager: f64) -> f64 {
        let Some(time) = time else { return 1.0 };
        let ratio = self.wanted[octave] / time;
        self.stretch[octave] = (self.stretch[octave] * exp2(eager * log2(ratio))).clamp(0.35, 1.6);
        ratio.max(1.0 / ratio)
    }

    /// The octaves that have to be measured.
    pub fn unsure(&self) -> usize {
        let sure = |(hz, time): (&f64, &f64)| hz * std::f64::consts::FRAC_1_SQRT_2 * time > SURE;
        let mut octaves = CENTRES_HZ.iter().zip(&self.wanted);
        octaves.position(sure).unwrap_or(CENTRES_HZ.len())
    }

    /// The stretch of a band at `hz`.
    pub fn at(&self, hz: f64) -> f64 {
        let last = self.stretch.len() - 1;
        let at = log2(hz / CENTRES_HZ[0]).clamp(0.0, last as f64);
        let below = (at as usize).min(last - 1);
        let [low, high] = [0, 1].map(|i| log2(self.stretch[below + i]));
        exp2(low + (high - low) * (at - below as f64))
    }

    fn step_s(&self, octave: usize) -> f64 {
        self.wanted[octave] / POINTS
    }

    /// T30 of an octave if its bands were exponentials.
    fn on_average(&self, octave: usize, bands: &Bands, envelope: &Envelope) -> Option<f64> {
        let step_s = self.step_s(octave);
        let mut curve = vec![0.0; (1.5 * POINTS) as usize];
        for (number, band) in bands.all.iter().enumerate() {
            let share = |third: i32| {
                let off = f64::from(third) / 15.0;
                let hz = band.hz * exp2(off);
                let (_, cos) = crate::math::sin_cos(std::f64::consts::FRAC_PI_2 * off * 3.0);
                self.octaves[octave].power(hz) * cos * cos * hz
            };
            let weight: f64 = (-5..=5).map(share).sum();
            if weight < 1e-7 * band.hz {
                continue;
            }
            let count = curve.len();
            let stretch = self.at(band.hz);
            envelope.of(bands, number, stretch, (step_s, count), |i, power| {
                curve[i] += weight * power;
            });
        }
        t30(&curve).map(|steps| steps * step_s)
    }

    /// T30 of an octave of what has been made.
    pub fn measured(
        &self,
        octave: usize,
        bands: &Bands,
        spectra: &[Spectrum],
        tables: &Tables,
    ) -> Option<f64> {
        let step_s = self.step_s(octave);
        let mut curve = vec![0.0; (2.5 * POINTS) as usize];
        for (group, (re, im)) in bands.groups.iter().zip(spectra) {
            let step = group.step_hz();
            let centre = CENTRES_HZ[octave];
            let from = (centre / 2.5 / step) as usize;
            let to = ((centre * 2.5 / step) as usize + 1).min(re.len());
            if from >= to || re[from..to].iter().all(|&value| value == 0.0) {
                continue;
            }
            let mut fft = tables.fft(2 * (to - from));
            let (mut low_re, mut low_im) = (vec![0.0; fft.bins()], vec![0.0; fft.bins()]);
            for bin in from..to {
                let gain = self.octaves[octave].power(bin as f64 * step).sqrt() as f32;
                low_re[bin - from] = re[bin] * gain;
                low_im[bin - from] = im[bin] * gain;
            }
            let mut samples = vec![0.0f32; fft.size()];
            fft.inverse(&low_re, &low_im, &mut samples);
            let per_sample = group.size as f64 / samples.len() as f64;
            let scale = 1.0 / per_sample;
            let seconds = per_sample / f64::from(RENDER_HZ);
            let end = (group.frames.min(bands.frames) as f64 / per_sample) as usize;
            // What the octave's filter rings before the beginning comes round to the end: it is no late sound.
            let reach = (REACH_PERIODS / centre / seconds) as usize;
            let before = samples.len() - reach.min(samples.len() / 2);
            for (i, &sample) in samples.iter().enumerate() {
                let slot = match i {
                    i if i >= before => 0,
                    i if i < end => (i as f64 * seconds / step_s) as usize,
                    _ => continue,
                };
                if let Some(slot) = curve.get_mut(slot) {
                    *slot += f64::from(sample) * f64::from(sample) * scale;
                }
            }
        }
        t30(&curve).map(|steps| steps * step_s)
    }
}

/// T30 in steps of a curve of energies: the line through the backward integral from -5 to -35 dB.
fn t30(curve: &[f64]) -> Option<f64> {
    let mut left = 0.0;
    let mut db: Vec<f64> = curve
        .iter()
        .rev()
        .map(|energy| {
            left += energy;
            left
        })
        .collect();
    db.reverse();
    let total = db[0];
    if total <= 0.0 {
        return None;
    }
    db.iter_mut()
        .for_each(|left| *left = db_of_power((*left / total).max(1e-12)));
    let from = db.iter().position(|&db| db <= -5.0)?;
    let to = db.iter().position(|&db| db <= -35.0)?;
    let count = (to - from + 1) as f64;
    let middle = (count - 1.0) / 2.0;
    let (mut slope, mut norm) = (0.0, 0.0);
    for (i, db) in db[from..=to].iter().enumerate() {
        let x = i as f64 - middle;
        slope += x * db;
        norm += x * x;
    }
    (slope < 0.0).then(|| -60.0 * norm / slope)
}
