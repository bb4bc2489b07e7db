//! Noise whose power in each band rises and falls as the room has it.
//!
//! It is as strong as statistical acoustics has it beside reflections of amplitude 1 / distance: 4 pi c / V
//! per second when the source stops. Each band is noise at a rate of its own, shaped in time and put
//! into its place in the spectrum, so that its envelope is exact to the sample. The field begins
//! with the first reflection and grows as t squared, as fast as these give way to it.
//!
//! The two ears that hear a source hear noise of the coherence of two points in a diffuse field, sin(kd) / kd.
//! Source: E. A. P. Habets, I. Cohen and S. Gannot, "Generating nonstationary multisensor signals under a
//! spatial coherence constraint", JASA 124 (2008).

use std::f64::consts::{LOG2_10, PI};
use std::sync::Arc;

use super::air::SOUND_M_S;
use super::bands::{Bands, Group};
use super::images::{EAR_M, Geometry, ORDERS, Reflections};
use super::{RENDER_HZ, RoomRecipe};
use crate::fft::{Fft, TwiddleTable};
use crate::math::{exp2, sin_cos};
use crate::rng::Rng;

/// The part of the diffuse power that is there from the first reflection on: what stands about near the ear.
const AT_ONCE: f64 = 0.06;
/// Air takes from the treble what it takes over this distance in metres at most: nobody mixes from further away.
const FARTHEST_M: f64 = 12.0;
/// Samples between two looks at whether they are still wanted.
const PIECE: usize = 1 << 15;

/// Steps from the middle of one band to the next.
const EDGE: usize = 4096;

/// What the paths share: the twiddles of every size that is needed, and the edge of a band.
#[derive(Debug)]
pub(super) struct Tables {
    twiddles: Vec<Arc<TwiddleTable>>,
    /// From 1 in the middle of a band to 0 in the next. The squares of both add up to 1. It is flat at both ends, so
    /// that a band's filter rings for a short time only (the window of Vorbis; with a quarter of a cosine the bass
    /// of a booth rang at -73 dB until the end).
    edge: Vec<f32>,
}

impl Tables {
    /// For sizes up to `largest`. `None` if cancelled.
    pub fn new(largest: usize, cancelled: &dyn Fn() -> bool) -> Option<Self> {
        let powers = 3..=largest.max(8).next_power_of_two().trailing_zeros();
        let tables = powers.map(|power| TwiddleTable::new_with(1 << power, cancelled));
        let edge = |at: usize| {
            let (_, cos) = sin_cos(PI / 2.0 * at as f64 / EDGE as f64);
            sin_cos(PI / 2.0 * cos * cos).0 as f32
        };
        Some(Self {
            twiddles: tables.collect::<Option<_>>()?,
            edge: (0..=EDGE).map(edge).collect(),
        })
    }

    /// A transform of at least `size` samples.
    pub fn fft(&self, size: usize) -> Fft<f32> {
        let power = size.max(8).next_power_of_two().trailing_zeros() as usize;
        Fft::on(&self.twiddles[(power - 3).min(self.twiddles.len() - 1)])
    }
}

/// A spectrum: real and imaginary parts.
pub(super) type Spectrum = (Vec<f32>, Vec<f32>);

/// How the power of each band of a path rises and falls.
#[derive(Debug)]
pub(super) struct Envelope {
    /// Power per sample of the diffuse field when the source stops.
    power: f64,
    /// From then to time zero, in seconds.
    before_s: f64,
    mixing_s: f64,
    first_s: f64,
    /// Energy of the reflections by the number of walls, summed up over time.
    sums: Vec<Vec<f64>>,
}

impl Envelope {
    pub fn new(
        recipe: &RoomRecipe,
        early: &Reflections,
        direct_m: f64,
        (diffuse, gain): (f64, f64),
    ) -> Self {
        let geometry = Geometry::new(recipe);
        let sum = |row: &Vec<f64>| {
            let mut sum = 0.0;
            let mut rows = vec![0.0];
            rows.extend(row.iter().map(|energy| {
                sum += energy * gain * gain;
                sum
            }));
            rows
        };
        Self {
            power: 4.0 * PI * SOUND_M_S / geometry.volume * diffuse / f64::from(RENDER_HZ),
            before_s: direct_m.min(FARTHEST_M) / SOUND_M_S,
            mixing_s: geometry.mixing_s.max(early.first_s + 0.002),
            first_s: early.first_s,
            sums: early.energy.iter().map(sum).collect(),
        }
    }

    /// The part of the field that is diffuse.
    fn grown(&self, at_s: f64) -> f64 {
        let part = (at_s - self.first_s) / (self.mixing_s - self.first_s);
        match part {
            part if part < 0.0 => 0.0,
            part => AT_ONCE + (1.0 - AT_ONCE) * (part * part).min(1.0),
        }
    }

    /// The mean power per sample between two times of what reflections scatter, `parts` of each number of walls.
    fn scattered(&self, parts: &[f64; ORDERS], from_s: f64, to_s: f64) -> f64 {
        let until = |row: &[f64], at_s: f64| {
            let at = (at_s / Reflections::STEP_S).clamp(0.0, (row.len() - 1) as f64);
            let below = (at as usize).min(row.len() - 2);
            row[below] + (row[below + 1] - row[below]) * (at - below as f64)
        };
        let rows = self.sums.iter().zip(parts);
        let energy: f64 = rows
            .map(|(row, part)| part * (until(row, to_s) - until(row, from_s)))
            .sum();
        energy / ((to_s - from_s) * f64::from(RENDER_HZ))
    }

    /// The power per sample of a band from `from_s` on, at each of `count` steps of `step_s` around their middles.
    pub fn of(
        &self,
        bands: &Bands,
        number: usize,
        stretch: f64,
        (step_s, count): (f64, usize),
        mut each: impl FnMut(usize, f64),
    ) {
        let band = &bands.all[number];
        let parts: [f64; ORDERS] = std::array::from_fn(|order| match order {
            0..4 => 1.0 - power_of(1.0 - band.scattering, order + 1),
            _ => 1.0,
        });
        let fall = -6.0 * LOG2_10 / (band.rt60_s * stretch);
        let slow = fall / bands.coupled_ratio.max(1e-3);
        let mut own = band.tone * exp2(fall * self.before_s);
        let mut other = band.tone * bands.coupled * exp2(slow * self.before_s);
        let (own_step, other_step) = (exp2(fall * step_s), exp2(slow * step_s));
        let early_s = Reflections::STEP_S * self.sums[0].len() as f64;
        let quiet = self.power * band.tone * 1e-13;
        for i in 0..count {
            let at_s = i as f64 * step_s;
            let late = own + other;
            let mut power = self.power * late;
            if at_s < early_s.max(self.mixing_s) + step_s {
                let (from, to) = ((at_s - step_s / 2.0).max(0.0), at_s + step_s / 2.0);
                power *= self.grown(at_s);
                power += late * self.scattered(&parts, from, to);
            } else if power < quiet {
                break;
            }
            each(i, power);
            own *= own_step;
            other *= other_step;
        }
    }
}

fn power_of(base: f64, times: usize) -> f64 {
    (0..times).fold(1.0, |product, _| product * base)
}

/// The noise of one path.
pub(super) struct Noise<'a> {
    pub bands: &'a Bands,
    pub envelope: &'a Envelope,
    pub tables: &'a Tables,
    pub seed: u32,
    /// Which source is heard, 0 or 1.
    pub pair: usize,
    /// Whether this is the second of the two ears.
    pub second: bool,
}

impl Noise<'_> {
    /// Adds a band to the spectrum of its group. `None` if cancelled.
    pub fn add(
        &self,
        group: &Group,
        number: usize,
        stretch: f64,
        (re, im): (&mut [f32], &mut [f32]),
        cancelled: &dyn Fn() -> bool,
    ) -> Option<()> {
        let bins = self.bands.bins(number, group);
        let mut fft = self.tables.fft(2 * bins.len());
        let count = fft.size();
        let step_s = group.size as f64 / count as f64 / f64::from(RENDER_HZ);
        let hz = self.bands.all[number].hz;
        let kd = 2.0 * PI * hz * 2.0 * EAR_M / SOUND_M_S;
        let shared = sin_cos(kd).0 / kd;
        let (shared, own) = match self.second {
            true => (shared, (1.0 - shared * shared).max(0.0).sqrt()),
            false => (1.0, 0.0),
        };
        let stream = |which: usize| {
            let stream = (self.pair * 64 + number) * 2 + which;
            Coins::new(u64::from(self.seed), 0x1_0000 + stream as u64)
        };
        let (mut first, mut other) = (stream(0), stream(1));
        // As much in each bin as noise of this power at the full rate has.
        let scale = group.size as f64 / count as f64;
        let mut noise = vec![0.0f32; count];
        self.envelope
            .of(self.bands, number, stretch, (step_s, count), |i, power| {
                let value = shared * first.toss() + own * other.toss();
                noise[i] = (value * (power * scale).sqrt()) as f32;
            });
        let (mut band_re, mut band_im) = (vec![0.0; fft.bins()], vec![0.0; fft.bins()]);
        fft.forward_with(&noise, (&mut band_re, &mut band_im), cancelled)?;
        let step = group.step_hz();
        let all = &self.bands.all;
        let edges = &self.tables.edge;
        let edge =
            |from: usize, to: usize, low: f64, high: f64, each: &mut dyn FnMut(usize, f32)| {
                let scale = EDGE as f64 / (high - low);
                for bin in from..to {
                    let at = ((bin as f64 * step - low) * scale).clamp(0.0, EDGE as f64);
                    let below = (at as usize).min(EDGE - 1);
                    let part = (at - below as f64) as f32;
                    each(bin, edges[below] + part * (edges[below + 1] - edges[below]));
                }
            };
        let mut parts = vec![1.0f32; bins.len()];
        let middle = ((hz / step) as usize + 1).clamp(bins.start, bins.end);
        if let Some(below) = number.checked_sub(1) {
            let low = all[below].hz;
            edge(bins.start, middle, hz, low, &mut |bin, part| {
                parts[bin - bins.start] = part;
            });
        }
        if let Some(above) = all.get(number + 1) {
            edge(middle, bins.end, hz, above.hz, &mut |bin, part| {
                parts[bin - bins.start] = part;
            });
        }
        // By chance a band of few samples is louder or softer than it should be.
        let (mut got, mut passed) = (0.0, 0.0);
        for ((part, re), im) in parts.iter().zip(&band_re).zip(&band_im) {
            let part = f64::from(part * part);
            passed += part;
            got += part * (f64::from(*re) * f64::from(*re) + f64::from(*im) * f64::from(*im));
        }
        let energy: f64 = noise.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let gain = match got > 0.0 {
            true => (energy * passed / got).sqrt() as f32,
            false => 0.0,
        };
        let values = parts.iter().zip(band_re.iter().zip(&band_im));
        let places = re[bins.clone()].iter_mut().zip(&mut im[bins]);
        for ((re, im), (part, (band_re, band_im))) in places.zip(values) {
            *re += gain * part * band_re;
            *im += gain * part * band_im;
        }
        Some(())
    }
}

/// Plus or minus one, by chance.
struct Coins {
    rng: Rng,
    bits: u64,
    left: u32,
}

impl Coins {
    fn new(seed: u64, stream: u64) -> Self {
        Self {
            rng: Rng::new(seed, stream),
            bits: 0,
            left: 0,
        }
    }

    fn toss(&mut self) -> f64 {
        if self.left == 0 {
            (self.bits, self.left) = (self.rng.next_u64(), 64);
        }
        self.left -= 1;
        let bit = self.bits >> self.left & 1;
        if bit == 1 { 1.0 } else { -1.0 }
    }
}

/// A group's spectrum back in time, its low cut done. `None` if cancelled.
pub(super) fn sound(
    bands: &Bands,
    group: &Group,
    fft: &mut Fft<f32>,
    (re, im): (&mut [f32], &mut [f32]),
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    let step = group.step_hz();
    let last = re.len().min((4_000.0 / step) as usize);
    for start in (0..last).step_by(PIECE) {
        if cancelled() {
            return None;
        }
        for bin in start..last.min(start + PIECE) {
            let (cut_re, cut_im) = bands.low_cut(bin as f64 * step);
            let (x, y) = (f64::from(re[bin]), f64::from(im[bin]));
            re[bin] = (x * cut_re - y * cut_im) as f32;
            im[bin] = (x * cut_im + y * cut_re) as f32;
        }
    }
    fft.inverse_of(|bin| (re[bin], im[bin]), cancelled)
}
