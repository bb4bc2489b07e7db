//! Reverberation times by the very filters that an analysis has, on a part of the sound at once.
//!
//! Short frames are quick, but they blur what they hear: the direct sound of a dry recording into its
//! tail, and the lowest octaves into each other. So a change is checked by whole octave bands. A band
//! that is narrow is made at a lower rate, and four bands go side by side.

use std::ops::Range;
use std::sync::Arc;

use super::filters::{FilterCache, Filters, Set};
use crate::analyze::Decay;
use crate::f32x4::F32x4;
use crate::fft::Fft;

/// The longest sound whose bands are looked at, in samples. As it becomes it may be four times as long.
const MOST: usize = 1 << 20;
/// Silence after the sound, for what the filters ring, in seconds.
const RINGS_S: f64 = 0.25;
/// Energies are gathered until about so many are left of a second.
const PER_SECOND: f64 = 4000.0;
/// Transforms up to this size make four bands at once, which is quicker, and takes four times the memory.
const FOUR_AT_ONCE: usize = 1 << 17;
/// From this size on bands take their memory for themselves, and give it back.
const LARGE: usize = 1 << 21;
/// Energies that are gathered between two looks at whether they are still wanted.
const ASK: usize = 1 << 11;

/// The octave bands of sounds of about one length.
#[derive(Debug)]
pub(super) struct Bands {
    filters: Arc<Filters>,
    /// The sound's own transform, and its result.
    whole: Fft<f32>,
    re: Vec<f32>,
    im: Vec<f32>,
    /// What makes the sets of octaves that are made four at once.
    each: Vec<Option<Fft<F32x4>>>,
}

impl Bands {
    /// Whether a sound of so many samples is short enough.
    pub fn fit(samples: usize, rate: f64) -> bool {
        samples + (RINGS_S * rate) as usize <= MOST
    }

    /// For sounds of up to so many samples; other channels' bands may have left filters on the filters. `None` if
    /// cancelled.
    pub fn new(
        samples: usize,
        rate: f64,
        centres: &[f64],
        filters: &FilterCache,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let filters = filters.filters(Self::size(samples, rate), rate, centres, cancelled)?;
        let bins = filters.size / 2 + 1;
        let at_once = |set: &Set| set.twiddles.size() <= FOUR_AT_ONCE;
        let each = filters.sets.iter();
        let each = each.map(|set| at_once(set).then(|| Fft::on(&set.twiddles)));
        Some(Self {
            whole: Fft::on(&filters.twiddles),
            each: each.collect(),
            re: vec![0.0; bins],
            im: vec![0.0; bins],
            filters,
        })
    }

    fn size(samples: usize, rate: f64) -> usize {
        (samples + (RINGS_S * rate) as usize).next_power_of_two()
    }

    /// Whether bands of so many samples take much memory.
    pub fn are_large(samples: usize, rate: f64) -> bool {
        Self::size(samples, rate) >= LARGE
    }

    /// Whether sounds of so many samples are what this is for.
    pub fn suit(&self, samples: usize) -> bool {
        Self::size(samples, self.filters.rate) == self.filters.size
    }

    /// The reverberation times of all octaves in seconds from sample `start` on, as far as they can
    /// be measured. `None` if cancelled.
    pub fn times(
        &mut self,
        samples: &[f32],
        start: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Option<f64>>> {
        if cancelled() {
            return None;
        }
        let (filters, size) = (&self.filters, self.filters.size);
        let mut times = vec![None; filters.octaves];
        let samples = &samples[..samples.len().min(size)];
        let spectrum = (&mut self.re[..], &mut self.im[..]);
        self.whole.forward_with(samples, spectrum, cancelled)?;
        let (re, im) = (&self.re, &self.im);
        for (set, each) in filters.sets.iter().zip(&mut self.each) {
            let slower = size / set.twiddles.size();
            let rate = filters.rate / slower as f64;
            let part = Part {
                range: start / slower..samples.len() / slower,
                gather: ((rate / PER_SECOND) as usize).max(1),
                rate,
            };
            if let Some(fft) = each {
                let bin = |k: usize| {
                    let gain = set.gain(k);
                    (gain * re[k], gain * im[k])
                };
                fft.inverse_of(bin, cancelled)?;
                for (lane, &octave) in set.octaves.iter().enumerate() {
                    times[octave] = part.time(|at| fft.sample(at).0[lane], cancelled)?;
                }
                continue;
            }
            // One band after the other, in the memory that the sound was transformed in, if it is of that size.
            let mut own = None;
            let fft = match slower {
                1 => &mut self.whole,
                _ => own.insert(Fft::on(&set.twiddles)),
            };
            for (lane, &octave) in set.octaves.iter().enumerate() {
                let bin = |k: usize| {
                    let gain = set.gain_of(lane, k);
                    (gain * re[k], gain * im[k])
                };
                fft.inverse_of(bin, cancelled)?;
                times[octave] = part.time(|at| fft.sample(at), cancelled)?;
            }
        }
        Some(times)
    }
}

/// The part of a band that is listened to.
struct Part {
    range: Range<usize>,
    /// Samples whose energies are gathered.
    gather: usize,
    /// In Hz.
    rate: f64,
}

impl Part {
    /// The reverberation time in seconds, if it can be measured. `None` if cancelled.
    fn time(
        &self,
        wave: impl Fn(usize) -> f32,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Option<f64>> {
        let power = |at: usize| {
            let sample = f64::from(wave(at));
            sample * sample
        };
        let count = self.range.len() / self.gather;
        let mut energy = Vec::with_capacity(count);
        for number in 0..count {
            if number % ASK == 0 && cancelled() {
                return None;
            }
            let from = self.range.start + number * self.gather;
            energy.push((from..from + self.gather).map(power).sum());
        }
        Some(Decay::of(&energy, self.rate / self.gather as f64).longest_time())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::exp2;
    use crate::rng::Rng;
    use crate::{Impulse, analyze};

    #[test]
    fn they_say_what_an_analysis_says_of_a_recording_with_a_loud_direct_sound() {
        let rate = 44_100;
        let mut rng = Rng::new(1, 2);
        let seconds = |i: usize| i as f64 / f64::from(rate);
        let mut samples: Vec<f32> = (0..2 * rate as usize)
            .map(|i| (rng.normal() * exp2(-12.5 * seconds(i)) * 0.02) as f32)
            .collect();
        samples[500] = 1.0;
        let (grid_centres, rate_hz) = (&crate::analyze::CENTRES_HZ[..8], f64::from(rate));
        let filters = FilterCache::default();
        let bands = Bands::new(samples.len(), rate_hz, grid_centres, &filters, &|| false);
        let mut bands = bands.expect("not cancelled");
        assert!(bands.suit(samples.len()) && !bands.suit(samples.len() * 2));
        let times = bands
            .times(&samples, 500, &|| false)
            .expect("not cancelled");
        let channels = vec![samples];
        let analysis = analyze(&Impulse { channels, rate });
        let mut compared = 0;
        for (time, band) in times.iter().zip(&analysis.channels[0].bands) {
            let (Some(time), Some(t30)) = (time, band.t30_s) else {
                continue;
            };
            assert!((time / t30 - 1.0).abs() < 0.01, "{time} is not {t30}");
            compared += 1;
        }
        assert!(compared >= 7, "{compared} octaves");
        assert_eq!(bands.times(&[0.5], 0, &|| true), None);
    }
}
