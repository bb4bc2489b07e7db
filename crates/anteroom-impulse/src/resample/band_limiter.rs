//! Takes away what one of two sample rates can not hold, and leaves enough samples for a short kernel.
//!
//! A filter without phase, applied in blocks that overlap. Since the blocks are spectra there, they go back to
//! time with twice, or a half or a quarter, as many samples at no cost.

use super::kaiser;
use crate::f32x4::{F32x4, LANES};
use crate::fft::{Fft, TwiddleTable};

/// How much softer is what is taken away, in dB.
const ATTENUATION_DB: f64 = 140.0;
/// The share of half the lower rate over which the filter falls.
const TRANSITION: f64 = 0.02;
/// No transform is longer than this, whatever the rates.
const LONGEST: usize = 1 << 16;

/// Four blocks of a signal at a time.
pub(super) struct BandLimiter<'a> {
    samples: &'a [f32],
    /// Samples of the filter to each side.
    reach: usize,
    /// The samples that each block adds.
    hop: usize,
    /// How many there are for each one that came, as a power of two.
    octaves: i32,
    block: usize,
    response: Vec<f32>,
    forward: Fft<F32x4>,
    inverse: Fft<F32x4>,
    time: Vec<F32x4>,
    re: Vec<F32x4>,
    im: Vec<F32x4>,
    made: Vec<f32>,
}

impl<'a> BandLimiter<'a> {
    /// Of `samples` at one rate for another, each multiplied by `gain`, the first left out. `None` if cancelled.
    pub fn new(
        samples: &'a [f32],
        (from, to): (u32, u32),
        gain: f64,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        // Twice the lower rate at least: half of the band is then empty.
        let enough = 2 * u64::from(from.min(to));
        let mut octaves = 1;
        while octaves > -8 && u64::from(from) >= enough << (1 - octaves) {
            octaves -= 1;
        }
        let ratio = f64::from(to) / f64::from(from);
        // Half the lower rate, as a share of half the rate of the samples.
        let top = ratio.min(1.0);
        let length = (ATTENUATION_DB - 8.0) / (2.285 * std::f64::consts::PI * TRANSITION * top);
        // Blocks begin where there is a sample of each rate.
        let step = 1 << (-octaves).max(0);
        let reach = ((length / 2.0) as usize + 1).next_multiple_of(step);
        let reach = reach.min(LONGEST / 4);
        let size = (8 * reach).next_power_of_two().min(LONGEST);
        let twiddles = TwiddleTable::new_with(size, cancelled)?;
        let other = match octaves {
            0 => twiddles.clone(),
            1.. => TwiddleTable::new_with(size << octaves, cancelled)?,
            _ => TwiddleTable::new_with(size >> -octaves, cancelled)?,
        };
        let response = response(
            &twiddles,
            reach,
            top,
            gain * other.size() as f64 / size as f64,
        );
        let longer = size.max(other.size());
        let forward = Fft::on(&twiddles);
        let inverse = Fft::on(&other);
        Some(Self {
            samples,
            reach,
            hop: size - 2 * reach,
            octaves,
            block: 0,
            response,
            forward,
            inverse,
            time: vec![F32x4::default(); longer],
            re: vec![F32x4::default(); longer / 2 + 1],
            im: vec![F32x4::default(); longer / 2 + 1],
            made: Vec::new(),
        })
    }

    /// What comes out begins so many samples before the first that comes in.
    pub fn lead(&self) -> usize {
        self.reach
    }

    /// Twice as many samples come out if 1, as many if 0, half as many if -1, and so on.
    pub fn octaves(&self) -> i32 {
        self.octaves
    }

    /// What the last blocks have made.
    pub fn made(&self) -> &[f32] {
        &self.made
    }

    /// So many samples at the new number for each.
    pub fn scaled(&self, samples: usize) -> usize {
        match self.octaves {
            1.. => samples << self.octaves,
            _ => samples >> -self.octaves,
        }
    }

    /// Makes the next four blocks, after the end of the samples out of silence. `None` if cancelled.
    pub fn next(&mut self, cancelled: &dyn Fn() -> bool) -> Option<()> {
        let size = self.forward.size();
        let time = &mut self.time[..size];
        time.fill(F32x4::default());
        for lane in 0..LANES {
            // The output begins before the samples, and the block before its output.
            let start = (self.block + lane) * self.hop;
            let before = 2 * self.reach;
            // The first sample is not among them.
            let (skipped, from) = (
                (before + 1).saturating_sub(start),
                start.saturating_sub(before).max(1),
            );
            let samples = self.samples.get(from..).unwrap_or_default();
            for (slot, &sample) in time.iter_mut().skip(skipped).zip(samples) {
                slot.0[lane] = sample;
            }
        }
        self.block += LANES;
        let bins = (&mut self.re[..], &mut self.im[..]);
        self.forward.forward_with(time, bins, cancelled)?;
        let held = self.response.len().min(self.re.len());
        for (of, &gain) in self.re.iter_mut().zip(&self.response) {
            *of = *of * gain;
        }
        for (of, &gain) in self.im.iter_mut().zip(&self.response) {
            *of = *of * gain;
        }
        self.re[held..].fill(F32x4::default());
        self.im[held..].fill(F32x4::default());
        let count = self.inverse.size();
        self.inverse
            .inverse(&self.re, &self.im, &mut self.time[..count]);
        let (first, count) = (self.scaled(self.reach), self.scaled(self.hop));
        self.made.clear();
        for lane in 0..LANES {
            let made = self.time[first..first + count].iter();
            self.made.extend(made.map(|sample| sample.0[lane]));
        }
        Some(())
    }
}

/// The filter's gain in each bin up to half the lower rate, times `gain`; it is 0 beyond. `top` is half the lower rate
/// as a share of half the rate.
fn response(
    twiddles: &std::sync::Arc<TwiddleTable>,
    reach: usize,
    top: f64,
    gain: f64,
) -> Vec<f32> {
    let mut fft: Fft<f32> = Fft::on(twiddles);
    let size = fft.size();
    let cut = top * (1.0 - TRANSITION / 2.0);
    let beta = kaiser::beta(ATTENUATION_DB);
    let mut taps = vec![0.0; size];
    for i in 0..reach {
        let at = i as f64;
        let tap = cut * kaiser::sinc(cut * at) * kaiser::window(at / reach as f64, beta);
        taps[i] = (tap * gain) as f32;
        taps[(size - i) % size] = taps[i];
    }
    let mut re = vec![0.0; fft.bins()];
    let mut im = vec![0.0; fft.bins()];
    fft.forward(&taps, &mut re, &mut im);
    re.truncate((top * (size / 2) as f64) as usize);
    re
}
