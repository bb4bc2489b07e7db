//! Short-time spectra: how an impulse's bands rise and fall, and the way back to samples.
//!
//! Off the audio thread, and the same bits everywhere. Frames overlap by three quarters under a
//! square-root Hann window, going in and coming out, so that an untouched spectrum gives the
//! samples back. F32x4 frames are transformed at a time, one in each lane. Bins are gathered into groups of at most a sixth of an octave; octave bands are
//! weighted sums of groups, with the weights of the filters that [`analyze`](super::analyze)
//! measures with.

use super::analyze::{CENTRES_HZ, Octave};
use super::f32x4::{F32x4, LANES};
use super::fft::Fft;
use super::math::{exp2, log2, sin_cos};

/// Frames are this long, in seconds, up to the next power of two.
const FRAME_S: f64 = 0.03;
/// Hops in a frame.
pub(super) const OVERLAP: usize = 4;

/// From this difference of two octaves' ratios on, in powers of two, the line between them leans in full.
const FULL_LEAN: f64 = 0.3;
/// Neighbouring octaves whose times are further apart than this, in powers of two, lean further than in
/// full, and at twice that by so much of an exponent.
const FAR_APART: f64 = 0.5;
const FURTHEST: f64 = 20.0;
/// A ratio that is larger than another by this factor is clearly so: much more than rounding.
const STANDS_OUT: f64 = 1.03;

/// The frame grid and the bands for one sample rate.
#[derive(Debug)]
pub(super) struct Grid {
    pub rate: f64,
    pub fft: Fft<F32x4>,
    /// Samples from frame to frame.
    pub hop: usize,
    /// The square root of a Hann window.
    window: Vec<f32>,
    work: Vec<F32x4>,
    /// Frames that reach beyond the sound, filled up with silence.
    edges: Vec<f32>,
    /// First bin of each group, and the end of the last.
    pub groups: Vec<usize>,
    /// The middle of each group in Hz.
    pub group_hz: Vec<f64>,
    /// The octaves that fit under the Nyquist frequency.
    pub centres: Vec<f64>,
    /// Where each group lies between the octaves.
    between: Vec<(usize, f64)>,
    /// Between the middles of which groups, from which on, and how far, each bin lies.
    bins: Vec<(usize, f32)>,
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

    /// A grid of frames in between, for what follows the sound more closely than octaves below 125 Hz allow.
    pub fn medium(rate: u32) -> Self {
        Self::with_frames(rate, FRAME_S / 2.0)
    }

    /// A grid of long frames, for what is summed up over the whole sound.
    pub fn long(rate: u32) -> Self {
        Self::with_frames(rate, 4.0 * FRAME_S)
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
            bins: among(&groups),
            edges: vec![0.0; size * LANES],
            hop: size / OVERLAP,
            fft,
            window,
            work: vec![F32x4::default(); size],
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

    /// The spectra of four frames: `first`, and on from there by `every`.
    pub fn analyse(
        &mut self,
        samples: &[f32],
        (first, every): (usize, usize),
        re: &mut [F32x4],
        im: &mut [F32x4],
    ) {
        let (size, before) = (self.fft.size(), (OVERLAP - 1) * self.hop);
        let mut rows: [&[f32]; LANES] = [&[]; LANES];
        let edges = self.edges.chunks_exact_mut(size);
        for (lane, (row, edge)) in rows.iter_mut().zip(edges).enumerate() {
            let start = (first + lane * every) * self.hop;
            let inside = start.checked_sub(before);
            *row = match inside.and_then(|at| samples.get(at..at + size)) {
                Some(inside) => inside,
                None => {
                    edge.fill(0.0);
                    let skipped = before.saturating_sub(start);
                    let rest = samples.get((start + skipped).saturating_sub(before)..);
                    let slots = edge.iter_mut().skip(skipped);
                    for (slot, &sample) in slots.zip(rest.unwrap_or_default()) {
                        *slot = sample;
                    }
                    edge
                }
            };
        }
        let [a, b, c, d] = rows.map(|row| &row[..size]);
        let window = &self.window[..size];
        for (i, slot) in self.work[..size].iter_mut().enumerate() {
            *slot = F32x4([a[i], b[i], c[i], d[i]]) * window[i];
        }
        self.fft.forward(&self.work, re, im);
    }

    /// Adds the sound of four frames in a row.
    pub fn add(&mut self, re: &[F32x4], im: &[F32x4], first: usize, samples: &mut [f32]) {
        self.fft.inverse(re, im, &mut self.work);
        let before = (OVERLAP - 1) * self.hop;
        for lane in 0..LANES {
            let start = (first + lane) * self.hop;
            let skipped = before.saturating_sub(start);
            let rest = samples.get_mut((start + skipped).saturating_sub(before)..);
            let sound = self.work.iter().zip(&self.window).skip(skipped);
            for (sample, (sound, window)) in rest.unwrap_or_default().iter_mut().zip(sound) {
                *sample += sound.0[lane] * window * 0.5;
            }
        }
    }

    /// Levels in dB at the octave centres, drawn out to the groups: lines over the octaves, straight
    /// until they are told to [`lean`](Self::lean), and level beyond the ends.
    pub fn draw_out(&self, octaves: &[F32x4], groups: &mut [F32x4]) {
        let last = octaves.len().saturating_sub(1);
        for (group, &(below, part)) in groups.iter_mut().zip(&self.between) {
            let (low, high) = (octaves[below.min(last)], octaves[(below + 1).min(last)]);
            *group = low + (high - low) * part as f32;
        }
    }

    /// Lets the lines of [`draw_out`](Self::draw_out) lean to the octaves with the smaller ratio of
    /// reverberation times: where one octave is to decay faster than the next, what follows the slower
    /// one within its edges is soon all that is heard of it, and it can not be as fast as was asked.
    /// The further apart the `times` to come, if they are given, the sooner: then it leans further.
    /// An octave that is to decay more slowly than both beside it keeps its straight lines: between two that lean, too
    /// little of it would be left.
    pub fn lean(&mut self, ratios: &[f64], times: Option<&[f64]>) {
        for (place, &hz) in self.between.iter_mut().zip(&self.group_hz) {
            let (below, part) = between(&self.centres, hz);
            let (Some(low), Some(high)) = (ratios.get(below), ratios.get(below + 1)) else {
                continue;
            };
            let step = log2(high / low) / FULL_LEAN;
            if stands_out(ratios, below + usize::from(step > 0.0)) {
                continue;
            }
            // How far the octave that is leaned to will be the faster one, in powers of two.
            let times = times.and_then(|times| Some((times.get(below)?, times.get(below + 1)?)));
            let apart = times.map_or(0.0, |(low, high)| log2(high / low) * step.signum());
            let further = ((apart - FAR_APART) / FAR_APART).clamp(0.0, 1.0);
            let leaning = |part: f64| match further > 0.0 {
                true => exp2(log2(part) * (3.0 + FURTHEST * further)),
                false => part * part * part,
            };
            let leaning = match step < 0.0 {
                true => 1.0 - leaning(1.0 - part),
                false => leaning(part),
            };
            *place = (below, part + (leaning - part) * step.abs().min(1.0));
        }
    }

    /// Scales every bin, with straight lines from the middle of one group to that of the next:
    /// steps in frequency would ring in time.
    pub fn scale(&self, re: &mut [F32x4], im: &mut [F32x4], levels: &[F32x4]) {
        let last = levels.len().saturating_sub(1);
        for ((re, im), &(below, part)) in re.iter_mut().zip(im).zip(&self.bins) {
            let (low, high) = (levels[below.min(last)], levels[(below + 1).min(last)]);
            let level = low + (high - low) * part;
            *re = *re * level;
            *im = *im * level;
        }
    }

    /// The octave that a group belongs to.
    pub fn octave_of(&self, group: usize) -> usize {
        let hz = self.group_hz.get(group).copied().unwrap_or(0.0);
        let (below, part) = between(&self.centres, hz);
        let last = self.centres.len().saturating_sub(1);
        (below + usize::from(part >= 0.5)).min(last)
    }
}

/// Whether the ratio of an octave is clearly larger than those of both octaves beside it.
fn stands_out(ratios: &[f64], octave: usize) -> bool {
    let larger = |other: Option<usize>| {
        let pair = other.and_then(|other| Some((*ratios.get(octave)?, *ratios.get(other)?)));
        pair.is_some_and(|(ratio, other)| ratio > other * STANDS_OUT)
    };
    larger(octave.checked_sub(1)) && larger(Some(octave + 1))
}

/// Between the middles of which groups each bin lies, and how far.
fn among(groups: &[usize]) -> Vec<(usize, f32)> {
    let count = groups.len().saturating_sub(1);
    let middle = |group: usize| (groups[group] + groups[group + 1] - 1) as f32 / 2.0;
    let mut below = 0;
    let place = |bin| {
        let at = bin as f32;
        while below + 2 < count && at > middle(below + 1) {
            below += 1;
        }
        let (from, to) = (middle(below), middle((below + 1).min(count - 1)));
        let part = if to > from {
            (at - from) / (to - from)
        } else {
            0.0
        };
        (below, part.clamp(0.0, 1.0))
    };
    (0..groups.last().copied().unwrap_or(0))
        .map(place)
        .collect()
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
            let mut re = vec![F32x4::default(); grid.fft.bins()];
            let mut im = re.clone();
            for frame in (0..grid.frames(samples.len())).step_by(LANES) {
                grid.analyse(&samples, (frame, 1), &mut re, &mut im);
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
