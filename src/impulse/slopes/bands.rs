//! Reverberation times by the very filters that an analysis has, on a part of the sound at once.
//!
//! Short frames are quick, but they blur what they hear: the direct sound of a dry recording into its
//! tail, and the lowest octaves into each other. So a change is checked by whole octave bands. A band
//! that is narrow is made at a lower rate, and four bands go side by side.

use super::ears::time;
use crate::impulse::analyze::{Decay, Octave, bend};
use crate::impulse::fft::Fft;
use crate::impulse::four::{Four, LANES};

/// The longest sound that is transformed at once, in samples: the work takes 70 MB.
const MOST: usize = 1 << 20;
/// Silence after the sound, for what the filters ring, in seconds.
const RINGS_S: f64 = 0.25;
/// A band is heard up to this many times its centre: what lies above is 58 dB down.
const REACHES: f64 = 4.0;
/// Energies are gathered until about so many are left of a second.
const PER_SECOND: f64 = 4000.0;

/// Bins from one worked-out gain to the next.
const EVERY: usize = 8;

/// The octave bands of sounds of about one length.
#[derive(Debug)]
pub(super) struct Bands {
    rate: f64,
    size: usize,
    sets: Vec<Set>,
    octaves: usize,
    re: Vec<Four>,
    im: Vec<Four>,
    wave: Vec<Four>,
    part: (Vec<Four>, Vec<Four>),
}

/// Octaves that are made together.
#[derive(Debug)]
struct Set {
    /// Their numbers.
    octaves: Vec<usize>,
    /// What makes them: as long as the highest needs.
    fft: Fft<Four>,
    /// What their filters let through, bin by bin.
    gains: Vec<Four>,
}

impl Set {
    /// Of a sound whose bins are `step_hz` apart.
    fn new(octaves: Vec<usize>, size: usize, filters: &[Octave], rate: f64, step_hz: f64) -> Self {
        let gain = |bin: usize| {
            let bent = bend(bin as f64 * step_hz, rate);
            Four::of(|lane| match octaves.get(lane) {
                Some(&octave) => filters[octave].power_at(bent).sqrt() as f32,
                None => 0.0,
            })
        };
        // The filters are smooth: a line joins every eighth bin. The very last is left out: it stands for two
        // frequencies.
        let mut gains = Vec::with_capacity(size / 2);
        let mut from = gain(0);
        for bin in (0..size / 2).step_by(EVERY) {
            let to = gain(bin + EVERY);
            let part = |k: usize| k as f32 / EVERY as f32;
            gains.extend((0..EVERY).map(|k| from * (1.0 - part(k)) + to * part(k)));
            from = to;
        }
        Self {
            fft: Fft::new(size),
            gains,
            octaves,
        }
    }
}

impl Bands {
    /// Whether a sound of so many samples is short enough.
    pub fn fit(samples: usize, rate: f64) -> bool {
        samples + (RINGS_S * rate) as usize <= MOST
    }

    fn size(samples: usize, rate: f64) -> usize {
        (samples + (RINGS_S * rate) as usize).next_power_of_two()
    }

    /// For sounds of up to so many samples.
    pub fn new(samples: usize, rate: f64, centres: &[f64]) -> Self {
        let size = Self::size(samples, rate);
        let filters: Vec<Octave> = centres.iter().map(|&hz| Octave::new(hz, rate)).collect();
        let numbers: Vec<usize> = (0..centres.len()).rev().collect();
        // The highest are made first, so that each set is as small as its highest allows. The highest
        // of all lies less than two octaves below half the rate, so its set has the whole size.
        let sets = numbers.chunks(LANES).map(|octaves| {
            let highest = octaves.first().map_or(rate, |&octave| centres[octave]);
            let mut own = size;
            while own > 64 && rate / size as f64 * own as f64 / 4.0 >= highest * REACHES {
                own /= 2;
            }
            Set::new(octaves.to_vec(), own, &filters, rate, rate / size as f64)
        });
        let bins = vec![Four::default(); size / 2 + 1];
        Self {
            rate,
            size,
            sets: sets.collect(),
            octaves: centres.len(),
            re: bins.clone(),
            im: bins.clone(),
            wave: vec![Four::default(); size],
            part: (bins.clone(), bins),
        }
    }

    /// Whether sounds of so many samples are what this is for.
    pub fn suit(&self, samples: usize) -> bool {
        Self::size(samples, self.rate) == self.size
    }

    /// The reverberation times of all octaves in seconds from sample `start` on, as far as they can
    /// be measured. `None` if cancelled.
    pub fn times(
        &mut self,
        samples: &[f32],
        start: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Option<f64>>> {
        let mut times = vec![None; self.octaves];
        let padded = samples.iter().copied().chain(std::iter::repeat(0.0));
        for (slot, sample) in self.wave.iter_mut().zip(padded) {
            *slot = Four::all(sample);
        }
        if let Some(Set { fft: whole, .. }) = self.sets.first_mut() {
            whole.forward(&self.wave, &mut self.re, &mut self.im);
        }
        for Set {
            octaves,
            fft,
            gains,
        } in &mut self.sets
        {
            if cancelled() {
                return None;
            }
            let bins = fft.bins();
            let (re, im) = (&mut self.part.0[..bins], &mut self.part.1[..bins]);
            let spectrum = self.re.iter().zip(&self.im).zip(gains.iter());
            for ((re, im), ((&from_re, &from_im), &gain)) in
                re.iter_mut().zip(im.iter_mut()).zip(spectrum)
            {
                *re = from_re * gain;
                *im = from_im * gain;
            }
            (re[bins - 1], im[bins - 1]) = (Four::default(), Four::default());
            let (size, slower) = (fft.size(), self.size / fft.size());
            fft.inverse(re, im, &mut self.wave[..size]);
            let rate = self.rate / slower as f64;
            let gather = ((rate / PER_SECOND) as usize).max(1);
            let heard = &self.wave[(start / slower).min(size)..(samples.len() / slower).min(size)];
            for (lane, &octave) in octaves.iter().enumerate() {
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
        let mut bands = Bands::new(samples.len(), rate_hz, grid_centres);
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
