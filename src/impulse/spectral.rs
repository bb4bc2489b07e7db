//! Short-time spectra: how an impulse's bands rise and fall, and the way back to samples.
//!
//! Off the audio thread, and the same bits everywhere. Frames overlap by three quarters under a
//! square-root Hann window, going in and coming out, so that an untouched spectrum gives the
//! samples back. Bins are gathered into groups of at most a sixth of an octave; octave bands are
//! weighted sums of groups, with the weights of the filters that [`analyze`](super::analyze)
//! measures with.

use super::analyze::{CENTRES_HZ, Octave};
use super::fft::Fft;
use super::math::{log2, sin_cos};

/// Frames are this long, in seconds, up to the next power of two.
const FRAME_S: f64 = 0.03;
/// Hops in a frame.
pub(super) const OVERLAP: usize = 4;

/// The frame grid and the bands for one sample rate.
#[derive(Debug)]
pub(super) struct Grid {
    pub rate: f64,
    pub fft: Fft,
    /// Samples from frame to frame.
    pub hop: usize,
    /// The square root of a Hann window.
    window: Vec<f32>,
    work: Vec<f32>,
    /// First bin of each group, and the end of the last.
    pub groups: Vec<usize>,
    /// The middle of each group in Hz.
    pub group_hz: Vec<f64>,
    /// The octaves that fit under the Nyquist frequency.
    pub centres: Vec<f64>,
    /// Where each group lies between the octaves.
    between: Vec<(usize, f64)>,
    /// How much of each group an octave's filter lets through, by octave and group.
    pub weights: Vec<Vec<f64>>,
}

impl Grid {
    /// A grid whose frames suit all octaves.
    pub fn new(rate: u32) -> Self {
        Self::with_frames(rate, FRAME_S)
    }

    /// A grid of short frames, for the octaves from 1 kHz on.
    pub fn short(rate: u32) -> Self {
        Self::with_frames(rate, FRAME_S / 4.0)
    }

    fn with_frames(rate: u32, seconds: f64) -> Self {
        let rate = f64::from(rate);
        let size = ((seconds * rate) as usize).next_power_of_two().max(64);
        let fft = Fft::new(size);
        let step = rate / size as f64;
        // The mean of the window's square is 1/2, and four frames overlap: together 2, which the
        // way back divides by.
        let hann = |i: usize| 0.5 - 0.5 * sin_cos(std::f64::consts::TAU * i as f64 / size as f64).1;
        let window = (0..size).map(|i| hann(i).max(0.0).sqrt() as f32).collect();
        let mut groups = vec![0, 1];
        while let Some(&last) = groups.last().filter(|&&last| last < fft.bins()) {
            let next = (last as f64 * 1.122).floor() as usize;
            groups.push(next.max(last + 1).min(fft.bins()));
        }
        let middle = |pair: &[usize]| (pair[0] + pair[1] - 1) as f64 / 2.0 * step;
        let group_hz: Vec<f64> = groups.windows(2).map(middle).collect();
        let fits = |centre: &f64| centre * std::f64::consts::SQRT_2 < rate / 2.0;
        let centres: Vec<f64> = CENTRES_HZ.into_iter().filter(fits).collect();
        let weigh = |&centre: &f64| {
            let octave = Octave::new(centre, rate);
            group_hz.iter().map(|&hz| octave.power(hz)).collect()
        };
        let weights = centres.iter().map(weigh).collect();
        let between = group_hz.iter().map(|&hz| between(&centres, hz)).collect();
        Self {
            rate,
            between,
            hop: size / OVERLAP,
            fft,
            window,
            work: vec![0.0; size],
            groups,
            group_hz,
            centres,
            weights,
        }
    }

    /// The frames that touch `samples` samples.
    pub fn frames(&self, samples: usize) -> usize {
        samples.div_ceil(self.hop) + OVERLAP - 1
    }

    /// The frame whose middle is nearest to a sample.
    pub fn frame_at(&self, sample: usize) -> usize {
        let before = (OVERLAP - 1) * self.hop;
        (sample + before + self.hop / 2).saturating_sub(self.fft.size() / 2) / self.hop
    }

    /// Frames in a second.
    pub fn frame_rate(&self) -> f64 {
        self.rate / self.hop as f64
    }

    /// The spectrum of one frame.
    pub fn analyse(&mut self, samples: &[f32], frame: usize, re: &mut [f32], im: &mut [f32]) {
        let before = (OVERLAP - 1) * self.hop;
        let start = frame * self.hop;
        for (i, (out, &window)) in self.work.iter_mut().zip(&self.window).enumerate() {
            let at = (start + i).checked_sub(before);
            *out = at
                .and_then(|at| samples.get(at))
                .map_or(0.0, |sample| sample * window);
        }
        self.fft.forward(&self.work, re, im);
    }

    /// Adds the sound of one frame's spectrum.
    pub fn add(&mut self, re: &[f32], im: &[f32], frame: usize, samples: &mut [f32]) {
        self.fft.inverse(re, im, &mut self.work);
        let before = (OVERLAP - 1) * self.hop;
        let start = frame * self.hop;
        for (i, (&sound, &window)) in self.work.iter().zip(&self.window).enumerate() {
            let at = (start + i).checked_sub(before);
            if let Some(sample) = at.and_then(|at| samples.get_mut(at)) {
                *sample += sound * window * 0.5;
            }
        }
    }

    /// Values at the octave centres, drawn out to a group: straight lines over the octaves, level
    /// beyond the ends.
    pub fn interpolate(&self, values: &[f64], group: usize) -> f64 {
        let (below, part) = self.between.get(group).copied().unwrap_or((0, 0.0));
        let low = values.get(below).copied().unwrap_or(0.0);
        let high = values.get(below + 1).copied().unwrap_or(low);
        low + (high - low) * part
    }

    /// The octave that a group belongs to.
    pub fn octave_of(&self, group: usize) -> usize {
        let (below, part) = self.between.get(group).copied().unwrap_or((0, 0.0));
        let last = self.centres.len().saturating_sub(1);
        (below + usize::from(part >= 0.5)).min(last)
    }
}

/// Between which octaves, from which on, and how far, a frequency lies.
fn between(centres: &[f64], hz: f64) -> (usize, f64) {
    let lowest = centres.first().copied().unwrap_or(1.0);
    let last = centres.len().saturating_sub(1) as f64;
    let position = log2(hz.max(1.0) / lowest).clamp(0.0, last);
    (position as usize, position - position.floor())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untouched_spectrum_gives_the_samples_back() {
        for rate in [8_000, 48_000] {
            let mut grid = Grid::new(rate);
            let samples: Vec<f32> = (0..5000)
                .map(|i| ((i * i) % 101) as f32 / 50.0 - 1.0)
                .collect();
            let mut back = vec![0.0; samples.len()];
            let (mut re, mut im) = (vec![0.0; grid.fft.bins()], vec![0.0; grid.fft.bins()]);
            for frame in 0..grid.frames(samples.len()) {
                grid.analyse(&samples, frame, &mut re, &mut im);
                grid.add(&re, &im, frame, &mut back);
            }
            let worst = samples
                .iter()
                .zip(&back)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f32::max);
            assert!(worst < 1e-5, "off by {worst}");
        }
    }
}
