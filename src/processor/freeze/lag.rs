//! Where the past was like the present: from there it is played on until the frozen sound is ready.
//!
//! The last samples are the template. It is compared with what lies further back: every few samples in steps of a few
//! samples first, then around the best place sample by sample. A steady sine therefore goes on in its own phase.
//!
//! There are two stretches in which it is looked for. In the farther one the past is long enough to last until the frozen
//! sound is there. Where that is much quieter than the present, because the sound has just begun, the nearer one is used,
//! and gone through more than once.

use super::super::buffer::silence;
use super::sizes::Sizes;

/// Places that are compared in one piece of work.
const PIECE: usize = 4;
/// A past whose energy is less than this share of the present's is too quiet.
const QUIET: f64 = 0.25;

/// The search, and what it has found.
#[derive(Debug)]
pub(super) struct Lag {
    sizes: Sizes,
    /// The template, one channel of every few samples, and its energy.
    template: Vec<f32>,
    energy: f64,
    /// The farther stretch and the nearer one.
    stretches: [Stretch; 2],
    best: Found,
    /// The best place of the first step, around which the second one looks, and how little the lag may be.
    rough: usize,
    least: usize,
}

/// A stretch of the past in which is looked.
#[derive(Debug)]
struct Stretch {
    /// The least lag that is looked at.
    least: usize,
    /// The past as the template is.
    past: Vec<f32>,
    /// Its energy at the place that is compared next.
    energy: f64,
    best: Found,
}

/// A place in the past.
#[derive(Clone, Copy, Debug)]
struct Found {
    lag: usize,
    /// The square of the correlation there, times an energy; the larger the better.
    score: f64,
    /// Correlation there, 0..=1.
    likeness: f32,
    /// What the past has to be multiplied with there, at most 1.
    gain: f64,
    /// The energy of the past there.
    energy: f64,
}

impl Lag {
    /// Not real-time.
    pub fn new(sizes: Sizes) -> Self {
        let stretch = |least| Stretch {
            least,
            past: silence((sizes.template + sizes.range) / sizes.thin),
            energy: 0.0,
            best: Found::none(least),
        };
        Self {
            sizes,
            template: silence(sizes.template / sizes.thin),
            energy: 0.0,
            stretches: [stretch(sizes.frame), stretch(sizes.frame / 4)],
            best: Found::none(sizes.frame),
            rough: sizes.frame,
            least: sizes.frame,
        }
    }

    /// Places of a stretch.
    fn places(&self) -> usize {
        self.sizes.range / self.sizes.thin
    }

    /// Pieces of the two steps.
    pub fn pieces(&self) -> [usize; 2] {
        [2 * self.places() / PIECE, 2 * self.sizes.thin]
    }

    /// Begins: `past` are the last samples, per channel. Real-time, a piece of work.
    pub fn begin(&mut self, past: &[Vec<f32>; 2]) {
        let Sizes {
            range,
            template,
            thin,
            past: known,
            ..
        } = self.sizes;
        // Where both channels cancel each other there is still something left.
        let at = |place: usize| past[0][place] + 0.7 * past[1][place];
        for (i, sample) in self.template.iter_mut().enumerate() {
            *sample = at(known - template + i * thin);
        }
        self.energy = f64::from(dot(&self.template, &self.template));
        for stretch in &mut self.stretches {
            let from = known - template - stretch.least - range;
            for (i, sample) in stretch.past.iter_mut().enumerate() {
                *sample = at(from + i * thin);
            }
            let first = &stretch.past[..self.template.len()];
            stretch.energy = f64::from(dot(first, first));
            stretch.best = Found::none(stretch.least);
        }
    }

    /// One piece of the first step. Real-time.
    pub fn compare(&mut self, piece: usize) {
        let Sizes { range, thin, .. } = self.sizes;
        let (length, places) = (self.template.len(), self.places());
        let first = piece * PIECE;
        let stretch = &mut self.stretches[first / places];
        for place in first % places..first % places + PIECE {
            let past = &stretch.past[place..place + length];
            let product = f64::from(dot(&self.template, past));
            stretch.best.consider(
                stretch.least + range - place * thin,
                product,
                [self.energy, stretch.energy.max(0.0)],
            );
            let (gone, come) = (stretch.past[place], stretch.past[place + length]);
            stretch.energy += f64::from(come) * f64::from(come) - f64::from(gone) * f64::from(gone);
        }
    }

    /// One piece of the second step. Real-time.
    pub fn refine(&mut self, piece: usize, past: &[Vec<f32>; 2]) {
        let Sizes {
            thin,
            template,
            past: known,
            ..
        } = self.sizes;
        if piece == 0 {
            let [far, near] = &self.stretches;
            let chosen = match far.best.energy < QUIET * self.energy {
                true => near,
                false => far,
            };
            (self.best, self.rough, self.least) = (chosen.best, chosen.best.lag, chosen.least);
            self.best.score = 0.0;
        }
        let lag = (self.rough + piece).saturating_sub(thin).max(self.least);
        let length = template / 4;
        let [mut product, mut energy, mut past_energy] = [0.0_f64; 3];
        for channel in past {
            let now = &channel[known - length..];
            let then = &channel[known - length - lag..known - lag];
            product += f64::from(dot(now, then));
            energy += f64::from(dot(now, now));
            past_energy += f64::from(dot(then, then));
        }
        let gain = self.best.gain;
        self.best.consider(lag, product, [energy, past_energy]);
        // The level was compared over a longer stretch before.
        self.best.gain = gain;
    }

    /// The lag, in samples.
    pub fn samples(&self) -> usize {
        self.best.lag
    }

    /// How alike past and present are, 0..=1.
    pub fn likeness(&self) -> f32 {
        self.best.likeness
    }

    /// What the past is multiplied with there, at most 1: a sound that dies away was louder.
    pub fn gain(&self) -> f64 {
        self.best.gain
    }
}

impl Found {
    const fn none(lag: usize) -> Self {
        Self {
            lag,
            score: 0.0,
            likeness: 0.0,
            gain: 1.0,
            energy: 0.0,
        }
    }

    /// Takes a place if it is better; the energies are those of the present and of the past.
    fn consider(&mut self, lag: usize, product: f64, [energy, past]: [f64; 2]) {
        if product <= 0.0 || past <= 0.0 || product * product <= self.score * past {
            return;
        }
        *self = Self {
            lag,
            score: product * product / past,
            likeness: (product / (energy * past).sqrt()).min(1.0) as f32,
            gain: (energy / past).sqrt().clamp(0.01, 1.0),
            energy: past,
        };
    }
}

/// The sum of products, in an order that is the same for vectors of any width.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 16];
    for (a, b) in a.chunks_exact(16).zip(b.chunks_exact(16)) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}
