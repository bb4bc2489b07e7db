//! Reverberation times by the very filters that an analysis has, on a part of the sound at once.
//!
//! Short frames are quick, but they blur what they hear: the direct sound of a dry recording into its
//! tail, and the lowest octaves into each other. So a change is checked by whole octave bands. A band
//! that is narrow is made at a lower rate, and four bands go side by side.

use std::sync::Arc;

use super::ears::time;
use super::filters::{Filters, Shelf};
use crate::impulse::analyze::Decay;
use crate::impulse::fft::Fft;
use crate::impulse::four::Four;

/// The longest sound that is transformed at once, in samples: the work takes 70 MB.
const MOST: usize = 1 << 20;
/// Silence after the sound, for what the filters ring, in seconds.
const RINGS_S: f64 = 0.25;
/// Energies are gathered until about so many are left of a second.
const PER_SECOND: f64 = 4000.0;

/// The octave bands of sounds of about one length.
#[derive(Debug)]
pub(super) struct Bands {
    filters: Arc<Filters>,
    /// The sound's own transform, and what makes each set of octaves.
    whole: Fft<f32>,
    each: Vec<Fft<Four>>,
    sound: Vec<f32>,
    re: Vec<f32>,
    im: Vec<f32>,
    wave: Vec<Four>,
    part: (Vec<Four>, Vec<Four>),
}

impl Bands {
    /// Whether a sound of so many samples is short enough.
    pub fn fit(samples: usize, rate: f64) -> bool {
        samples + (RINGS_S * rate) as usize <= MOST
    }

    /// For sounds of up to so many samples; other channels' bands may have left filters on the shelf.
    pub fn new(samples: usize, rate: f64, centres: &[f64], shelf: &Shelf) -> Self {
        let filters = shelf.filters(Self::size(samples, rate), rate, centres);
        let size = filters.size;
        let bins = size / 2 + 1;
        Self {
            whole: Fft::on(&filters.circle),
            each: filters
                .sets
                .iter()
                .map(|set| Fft::on(&set.circle))
                .collect(),
            sound: vec![0.0; size],
            re: vec![0.0; bins],
            im: vec![0.0; bins],
            wave: vec![Four::default(); size],
            part: (vec![Four::default(); bins], vec![Four::default(); bins]),
            filters,
        }
    }

    fn size(samples: usize, rate: f64) -> usize {
        (samples + (RINGS_S * rate) as usize).next_power_of_two()
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
        let Filters { rate, size, .. } = *self.filters;
        let mut times = vec![None; self.filters.octaves];
        let count = samples.len().min(size);
        self.sound[..count].copy_from_slice(&samples[..count]);
        self.sound[count..].fill(0.0);
        self.whole.forward(&self.sound, &mut self.re, &mut self.im);
        for (set, fft) in self.filters.sets.iter().zip(&mut self.each) {
            if cancelled() {
                return None;
            }
            let bins = fft.bins();
            let (re, im) = (&mut self.part.0[..bins], &mut self.part.1[..bins]);
            let spectrum = self.re.iter().zip(&self.im).zip(&set.gains);
            for ((re, im), ((&from_re, &from_im), &gain)) in
                re.iter_mut().zip(im.iter_mut()).zip(spectrum)
            {
                *re = gain * from_re;
                *im = gain * from_im;
            }
            (re[bins - 1], im[bins - 1]) = (Four::default(), Four::default());
            let (size, slower) = (fft.size(), size / fft.size());
            fft.inverse(re, im, &mut self.wave[..size]);
            let rate = rate / slower as f64;
            let gather = ((rate / PER_SECOND) as usize).max(1);
            let heard = &self.wave[(start / slower).min(size)..(samples.len() / slower).min(size)];
            for (lane, &octave) in set.octaves.iter().enumerate() {
                let power = |wave: &Four| f64::from(wave.0[lane]) * f64::from(wave.0[lane]);
                let energy: Vec<f64> = (heard.chunks_exact(gather))
                    .map(|waves| waves.iter().map(power).sum())
                    .collect();
                times[octave] = time(&Decay::of(&energy, rate / gather as f64));
            }
        }
        Some(times)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::impulse::dice::Dice;
    use crate::impulse::math::exp2;
    use crate::impulse::{Impulse, analyze};

    #[test]
    fn they_say_what_an_analysis_says_of_a_recording_with_a_loud_direct_sound() {
        let rate = 44_100;
        let mut dice = Dice::new(1, 2);
        let seconds = |i: usize| i as f64 / f64::from(rate);
        let mut samples: Vec<f32> = (0..2 * rate as usize)
            .map(|i| (dice.normal() * exp2(-12.5 * seconds(i)) * 0.02) as f32)
            .collect();
        samples[500] = 1.0;
        let (grid_centres, rate_hz) = (&crate::impulse::analyze::CENTRES_HZ[..8], f64::from(rate));
        let mut bands = Bands::new(samples.len(), rate_hz, grid_centres, &Shelf::default());
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
