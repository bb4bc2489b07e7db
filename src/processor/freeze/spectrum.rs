//! What is held of a sound: the spectra of its last two frames, cut into partials and the noise between them.
//!
//! The frames are half a frame apart. A bin that goes on as a steady sine would has turned by the same angle as its
//! neighbours. Each peak with the bins around it is judged by that: what is steady is a **partial**, and all of its bins
//! turn together by that angle from frame to frame. Nothing is measured but the angle, so the frequency is exact, between
//! bins too. All other bins are **noise**: they keep their size and get a new angle in each frame.
//!
//! A sound that dies away is held as loud as it was at its end. Both frames say how fast it dies, each partial for
//! itself, noise by octaves.

use super::super::buffer::silence;
use super::transform::Planes;
use crate::impulse::math::{db_of_power, power_of_db, sin_cos};

/// Bins of one piece of work.
pub(super) const PIECE: usize = 64;

/// How much of a peak may not be what a steady sine would be, as a share of its power.
const UNSTEADY: f64 = 0.1;
/// How much quieter or louder a partial may have become in half a frame.
const CHANGE: std::ops::Range<f64> = 0.05..1.5;
/// Power of a bin that is taken as silence.
const SILENT: f32 = 1e-28;
/// The first band of noise ends here; the others are octaves.
const FIRST_BAND: usize = 40;
/// How much the band above helps, in bins.
const HELP: f64 = 80.0;
/// By how much noise is made quieter or louder at most, in dB.
const FALL_DB: f64 = -30.0;
const RISE_DB: f64 = 6.0;
/// Noise that has become so much louder, in dB, has just begun.
const NEW_DB: f64 = 3.0;
/// Octaves up to the largest frame.
const BANDS: usize = 12;

/// The bins around a peak.
#[derive(Clone, Copy, Debug)]
struct Region {
    /// The first bin that is no longer in it.
    end: usize,
    /// Whether it is a partial.
    steady: bool,
    /// What its bins are multiplied with in the next frame.
    now: [f64; 2],
    /// The angle from frame to frame.
    turn: [f64; 2],
}

/// The energy of a band of noise in the last frame and in the one before.
#[derive(Clone, Copy, Debug, Default)]
struct Band {
    energy: [f64; 2],
    bins: usize,
    /// Gains for the last frame and the one before.
    gains: [f32; 2],
    /// Whether it has begun so late that only the last frame has heard it.
    is_new: bool,
}

/// The sound that is held.
#[derive(Debug)]
pub(super) struct Spectrum {
    hop: usize,
    /// The last frame and the one before, per channel.
    frames: [[Planes; 2]; 2],
    /// The power of each bin of the last frame.
    power: Vec<f32>,
    regions: Vec<Region>,
    bands: [Band; BANDS],
    /// While peaks are looked for: the last one, and the quietest bin since.
    peak: Option<usize>,
    valley: usize,
    /// The region at which the walk along the bins is.
    walk: usize,
    /// Of the noise.
    dice: u32,
    /// Angles of the noise.
    angles: Vec<[f32; 2]>,
}

fn times(a: [f64; 2], b: [f64; 2]) -> [f64; 2] {
    [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]]
}

impl Spectrum {
    /// For frames of twice `hop`. Not real-time.
    pub fn new(hop: usize) -> Self {
        let planes = || [Planes::new(hop), Planes::new(hop)];
        let empty = Region {
            end: 0,
            steady: false,
            now: [0.0; 2],
            turn: [0.0; 2],
        };
        // Written once, so that every page is there.
        let mut regions = vec![empty; hop / 2 + 2];
        regions.clear();
        let angle = |i: usize| {
            let (sin, cos) = sin_cos(std::f64::consts::TAU * (i as f64 + 0.5) / 256.0);
            [cos as f32, sin as f32]
        };
        Self {
            hop,
            frames: [planes(), planes()],
            power: silence(hop + 1),
            regions,
            bands: [Band::default(); BANDS],
            peak: None,
            valley: 0,
            walk: 0,
            dice: 1,
            angles: (0..256).map(angle).collect(),
        }
    }

    /// Pieces of each walk along the bins.
    pub fn pieces(&self) -> usize {
        self.hop / PIECE
    }

    fn bins(&self, piece: usize) -> std::ops::Range<usize> {
        (piece * PIECE).max(1)..(piece + 1) * PIECE
    }

    /// Takes in the transform of a frame, of two channels as real and imaginary part; `ago` is 0 for the last frame.
    /// Real-time, a piece of work, as all that follow.
    pub fn unpack(&mut self, ago: usize, piece: usize, from: &Planes) {
        let size = from.re.len();
        for k in self.bins(piece) {
            let (a, b) = (
                [from.re[k], from.im[k]],
                [from.re[size - k], from.im[size - k]],
            );
            let left = [0.5 * (a[0] + b[0]), 0.5 * (a[1] - b[1])];
            let right = [0.5 * (a[1] + b[1]), 0.5 * (b[0] - a[0])];
            let mut power =
                left[0] * left[0] + left[1] * left[1] + right[0] * right[0] + right[1] * right[1];
            let mut pair = [left, right];
            if power < SILENT {
                (power, pair) = (0.0, [[0.0; 2]; 2]);
            }
            for (plane, [re, im]) in self.frames[ago].iter_mut().zip(pair) {
                (plane.re[k], plane.im[k]) = (re, im);
            }
            if ago == 0 {
                self.power[k] = power;
            }
        }
    }

    /// Looks for peaks and judges them.
    pub fn find_peaks(&mut self, piece: usize) {
        if piece == 0 {
            self.regions.clear();
            (self.peak, self.valley) = (None, 1);
            self.bands = [Band::default(); BANDS];
        }
        for k in self.bins(piece) {
            if self.power[k] < self.power[self.valley] {
                self.valley = k;
            }
            if self.power[k] >= self.power[k - 1] && self.power[k] > self.power[k + 1] {
                if let Some(peak) = self.peak {
                    self.judge(peak, self.valley);
                }
                (self.peak, self.valley) = (Some(k), k);
            }
        }
        if piece + 1 == self.pieces() {
            let peak = self.peak.unwrap_or(1);
            self.judge(peak, self.hop);
        }
    }

    /// Enters the region of a peak.
    fn judge(&mut self, peak: usize, end: usize) {
        let [mut now, mut before] = [0.0_f64; 2];
        let (mut at_peak, mut around) = ([0.0_f64; 2], [0.0_f64; 2]);
        for k in peak.max(2) - 1..(peak + 2).min(self.hop) {
            let mut cross = [0.0; 2];
            for (last, first) in self.frames[0].iter().zip(&self.frames[1]) {
                let a = [f64::from(last.re[k]), f64::from(last.im[k])];
                let b = [f64::from(first.re[k]), f64::from(first.im[k])];
                now += a[0] * a[0] + a[1] * a[1];
                before += b[0] * b[0] + b[1] * b[1];
                let turned = times(a, [b[0], -b[1]]);
                cross = [cross[0] + turned[0], cross[1] + turned[1]];
            }
            around = [around[0] + cross[0], around[1] + cross[1]];
            if k == peak {
                at_peak = cross;
            }
        }
        let size = (at_peak[0] * at_peak[0] + at_peak[1] * at_peak[1]).sqrt();
        let mut region = Region {
            end,
            steady: false,
            now: [0.0; 2],
            turn: [0.0; 2],
        };
        if size > 0.0 && now > 0.0 && before > 0.0 {
            let turn = [at_peak[0] / size, at_peak[1] / size];
            let along = around[0] * turn[0] + around[1] * turn[1];
            let change = (now / before).sqrt();
            region.steady =
                2.0 * (1.0 - along / (now * before).sqrt()) < UNSTEADY && CHANGE.contains(&change);
            region.turn = turn;
            // The first frame that is played begins two frames after the last one that was heard.
            let twice = times(turn, turn);
            let start = times(twice, twice);
            let gain = change.min(1.0);
            region.now = [start[0] * gain, start[1] * gain];
        }
        if self.regions.len() < self.regions.capacity() {
            self.regions.push(region);
        }
    }

    /// The region that a bin is in; bins are asked for in rising order.
    fn region_of(&mut self, k: usize) -> Option<usize> {
        while self
            .regions
            .get(self.walk)
            .is_some_and(|region| region.end <= k)
        {
            self.walk += 1;
        }
        (self.walk < self.regions.len()).then_some(self.walk)
    }

    fn is_steady(&mut self, k: usize) -> bool {
        self.region_of(k)
            .is_some_and(|region| self.regions[region].steady)
    }

    /// The band of noise that a bin is in.
    fn band_of(k: usize) -> usize {
        let octave = (k / FIRST_BAND).checked_ilog2();
        octave
            .map_or(0, |octave| octave as usize + 1)
            .min(BANDS - 1)
    }

    /// Sums the energies of the noise.
    pub fn weigh_noise(&mut self, piece: usize) {
        if piece == 0 {
            self.walk = 0;
        }
        for k in self.bins(piece) {
            if self.is_steady(k) {
                continue;
            }
            let band = &mut self.bands[Self::band_of(k)];
            band.bins += 1;
            for (energy, frame) in band.energy.iter_mut().zip(&self.frames) {
                for plane in frame {
                    let (re, im) = (f64::from(plane.re[k]), f64::from(plane.im[k]));
                    *energy += re * re + im * im;
                }
            }
        }
        if piece + 1 == self.pieces() {
            // From above: a band of few bins knows little, and the one above it helps.
            let mut above = 0.0;
            for band in self.bands.iter_mut().rev() {
                above = band.settle(above);
            }
        }
    }

    /// Gives the noise the level that it has at the end.
    pub fn level_noise(&mut self, piece: usize) {
        if piece == 0 {
            self.walk = 0;
        }
        for k in self.bins(piece) {
            if self.is_steady(k) {
                continue;
            }
            let band = self.bands[Self::band_of(k)];
            let [last, before] = &mut self.frames;
            for (last, before) in last.iter_mut().zip(before) {
                if band.is_new {
                    (before.re[k], before.im[k]) = (last.re[k], last.im[k]);
                }
                for (plane, gain) in [last, before].into_iter().zip(band.gains) {
                    plane.re[k] *= gain;
                    plane.im[k] *= gain;
                }
            }
        }
    }

    /// Writes the spectrum of the next frame, ready for a transform back: real and imaginary parts change places there.
    pub fn fill(&mut self, piece: usize, to: &mut Planes) {
        let size = to.re.len();
        if piece == 0 {
            self.walk = 0;
            for k in [0, self.hop] {
                (to.re[k], to.im[k]) = (0.0, 0.0);
            }
        }
        for k in self.bins(piece) {
            let region = self.region_of(k);
            let steady = region
                .map(|region| &mut self.regions[region])
                .filter(|region| region.steady);
            let (frame, angle) = match steady {
                Some(region) => {
                    let angle = [region.now[0] as f32, region.now[1] as f32];
                    if k + 1 == region.end {
                        region.now = times(region.now, region.turn);
                    }
                    (0, angle)
                }
                None => {
                    // Marsaglia's xorshift.
                    self.dice ^= self.dice << 13;
                    self.dice ^= self.dice >> 17;
                    self.dice ^= self.dice << 5;
                    let thrown = self.dice >> 23;
                    ((thrown & 1) as usize, self.angles[(thrown >> 1) as usize])
                }
            };
            // Both channels turn alike, so a source stays where it is.
            let turned = |plane: &Planes| {
                let (re, im) = (plane.re[k], plane.im[k]);
                [re * angle[0] - im * angle[1], re * angle[1] + im * angle[0]]
            };
            let [left, right] = &self.frames[frame];
            let (left, right) = (turned(left), turned(right));
            to.im[k] = left[0] - right[1];
            to.re[k] = left[1] + right[0];
            to.im[size - k] = left[0] + right[1];
            to.re[size - k] = right[0] - left[1];
        }
    }

    /// Before the first frame of a sound: the noise is the same each time. Real-time.
    pub fn restart(&mut self) {
        self.dice = 0x2545_f491;
    }
}

impl Band {
    /// Finds the gains, and returns what has been heard: by how many dB the band changes in half a frame. `above` is
    /// that of the band above.
    fn settle(&mut self, above: f64) -> f64 {
        let [now, before] = self.energy;
        let bins = self.bins as f64;
        let heard = match now > 0.0 && before > 0.0 {
            true => (bins * db_of_power(now / before) + HELP * above) / (bins + HELP),
            false => above,
        };
        // Noise that is as loud as before seldom differs by more than this.
        let chance = 18.0 / (bins + HELP).sqrt();
        // A frame has half of its power behind its window.
        let full = std::f64::consts::SQRT_2;
        let gain = match heard.abs() > chance {
            true => full * power_of_db(0.5 * heard.clamp(FALL_DB, RISE_DB)),
            false => full,
        };
        // The one before was as much louder as it has become quieter since.
        self.is_new = heard > chance && heard > NEW_DB;
        let since = if self.is_new { 1.0 } else { gain / full };
        self.gains = [gain as f32, (gain * since) as f32];
        heard
    }
}
