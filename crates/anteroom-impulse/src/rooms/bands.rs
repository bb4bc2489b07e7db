//! The bands of a room's sound: how loud each is, how long it rings, how rough walls are to it.
//!
//! Third-octaves, as the standards measure rooms (ISO 354): narrow enough that walls and air are the same to
//! all of a band.

use std::ops::Range;

use super::air::SOUND_M_S;
use super::images::Geometry;
use super::{MIDDLE_HZ, RENDER_HZ, RoomRecipe};
use crate::MAX_SECONDS;
use crate::math::{db_of_power, exp2, log2, power_of_db};
use crate::rng::Rng;

/// The middle of the lowest band in Hz, and how many there are: up to 20 kHz.
const LOWEST_HZ: f64 = 24.803_141_437;
const BANDS: usize = 30;
/// Sound ends this far below its beginning, in dB.
const END_DB: f64 = 92.0;
/// And so much later, in seconds: the lowest bands ring on in their filters.
const MORE_S: f64 = 0.25;
/// Bands go on for at least so many samples: the lowest need them to be told apart.
const LEAST: usize = 1 << 15;
/// How far the level of a band lies off its neighbours', in dB: modes and the seats, edges and beams of a real room.
const UNEVEN_DB: f64 = 1.05;
/// The same between the paths of a room.
const APART_DB: f64 = 0.4;
/// How the level falls towards the treble, in dB per octave above 1 kHz: sources and walls, besides the air.
const FALL_DB: f64 = -1.5;
/// This part of what the treble loses by ringing for less time is made up for.
const EVEN: f64 = 0.25;
/// Below this nothing is heard of a room, in Hz.
const LOW_CUT_HZ: f64 = 28.0;

/// A third-octave.
#[derive(Clone, Debug)]
pub(super) struct Band {
    /// Its middle in Hz.
    pub hz: f64,
    /// Its own reverberation time in seconds.
    pub rt60_s: f64,
    /// Its power in relation to a level spectrum.
    pub tone: f64,
    /// The part of the energy that a wall scatters.
    pub scattering: f64,
}

/// Bands that ring for about as long, and are made with one transform.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The size of the transform, in samples.
    pub size: usize,
    /// So many of them are heard. What a band rings before its beginning comes out at the end.
    pub frames: usize,
    pub bands: Range<usize>,
}

impl Group {
    /// From bin to bin in Hz.
    pub fn step_hz(&self) -> f64 {
        f64::from(RENDER_HZ) / self.size as f64
    }
}

/// All bands.
#[derive(Clone, Debug)]
pub(super) struct Bands {
    pub all: Vec<Band>,
    /// From the longest ringing on, which are the lowest.
    pub groups: Vec<Group>,
    /// How many samples ring until the end.
    pub frames: usize,
    /// What rings at `coupled_s` is this part of the power in the beginning.
    pub coupled: f64,
    /// The time of that in relation to the band's own.
    pub coupled_ratio: f64,
    low_cut_hz: f64,
}

impl Bands {
    pub fn new(recipe: &RoomRecipe, path: usize) -> Self {
        let mut uneven = Uneven::new(recipe.seed, 0xBA2D);
        let mut apart = Uneven::new(recipe.seed, 0xBA2E + path as u64);
        let band = |number: usize| {
            let hz = LOWEST_HZ * exp2(number as f64 / 3.0);
            let uneven = UNEVEN_DB * uneven.next(hz) + APART_DB * apart.next(hz);
            let shorter = db_of_power(recipe.rt60_of(hz) / recipe.rt60_of(MIDDLE_HZ));
            let treble = FALL_DB * log2(hz / MIDDLE_HZ) - EVEN * shorter;
            let treble = if hz > MIDDLE_HZ { treble } else { 0.0 };
            let octaves = log2(hz / 500.0);
            let scattering = f64::from(recipe.scattering) * (0.76 + 0.08 * octaves);
            Band {
                hz,
                rt60_s: recipe.rt60_of(hz),
                tone: power_of_db(uneven + treble),
                scattering: scattering.clamp(0.02, 0.95),
            }
        };
        let all: Vec<Band> = (0..BANDS).map(band).collect();
        let coupled_ratio = f64::from(recipe.coupled_s / recipe.rt60_s);
        let coupled = match recipe.coupled_s > 0.0 {
            true => power_of_db(f64::from(recipe.coupled_db)),
            false => 0.0,
        };
        let longest_m = recipe.size_m.into_iter().fold(1.0, f32::max);
        let mut bands = Self {
            frames: 0,
            groups: Vec::new(),
            coupled,
            coupled_ratio,
            low_cut_hz: LOW_CUT_HZ.max(0.35 * SOUND_M_S / f64::from(longest_m)),
            all,
        };
        bands.group(Geometry::new(recipe).mixing_s);
        bands
    }

    /// Sorts the bands by how long they ring.
    fn group(&mut self, mixing_s: f64) {
        let most = f64::from(MAX_SECONDS);
        let slow = if self.coupled > 0.0 {
            self.coupled_ratio.max(1.0)
        } else {
            1.0
        };
        let mut longest = 0usize;
        for number in (0..self.all.len()).rev() {
            let band = &self.all[number];
            let seconds = (band.rt60_s * slow * END_DB / 60.0 + mixing_s + MORE_S).min(most);
            let frames = (seconds * f64::from(RENDER_HZ)) as usize;
            longest = longest.max(frames);
            // A band's filter rings for some of its periods.
            let beyond = (8.0 / band.hz * f64::from(RENDER_HZ)) as usize;
            let size = (longest + beyond).next_power_of_two().max(LEAST);
            match self.groups.last_mut() {
                Some(group) if group.size >= size => {
                    group.bands.start = number;
                    group.frames = (longest + beyond / 2).min(size - beyond / 2);
                }
                _ => self.groups.push(Group {
                    size,
                    frames: longest + beyond / 2,
                    bands: number..number + 1,
                }),
            }
        }
        self.groups.reverse();
        self.frames = longest;
    }

    /// The part of an amplitude at `hz` that belongs to a band: neighbours overlap, and keep the power.
    /// As the bins that it is not 0 in.
    pub fn bins(&self, number: usize, group: &Group) -> Range<usize> {
        let step = group.step_hz();
        let from = match number.checked_sub(1) {
            Some(below) => (self.all[below].hz / step) as usize + 1,
            None => 1,
        };
        let to = match self.all.get(number + 1) {
            Some(above) => (above.hz / step) as usize + 1,
            None => group.size / 2,
        };
        from..to.max(from)
    }

    /// The low cut at `hz` as a complex number: a Butterworth filter of the fourth order, with its phase, so that
    /// nothing rings before it sounds.
    pub fn low_cut(&self, hz: f64) -> (f64, f64) {
        let x = hz / self.low_cut_hz;
        // The sections' 1 / Q: 2 cos(pi / 8) and 2 cos(3 pi / 8).
        let section = |damping: f64| {
            let (re, im) = (1.0 - x * x, x * damping);
            let by = -x * x / (re * re + im * im);
            (re * by, -im * by)
        };
        let (a, b) = (section(1.847_759_065), section(0.765_366_865));
        (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
    }

    /// What `value` is at `hz` if it is straight lines from band to band.
    pub fn between(&self, values: &[f64], hz: f64) -> f64 {
        let last = values.len() - 1;
        let at = (log2(hz.max(1.0) / LOWEST_HZ) * 3.0).clamp(0.0, last as f64);
        let below = (at as usize).min(last.saturating_sub(1));
        let part = at - below as f64;
        values[below] + (values[(below + 1).min(last)] - values[below]) * part
    }
}

/// Random levels of one band after the other, with a variance of 1. Each lies as much above as the one before lay
/// below, so that an octave is as loud as it should be.
struct Uneven {
    rng: Rng,
    last: f64,
}

impl Uneven {
    fn new(seed: u32, stream: u64) -> Self {
        let mut new = Self {
            rng: Rng::new(u64::from(seed), stream),
            last: 0.0,
        };
        new.next(0.0);
        new
    }

    fn next(&mut self, hz: f64) -> f64 {
        let part = (self.rng.next_u64() >> 40) as f64 / (1 << 24) as f64;
        let before = std::mem::replace(&mut self.last, (2.0 * part - 1.0) * 1.732);
        // A single mode of the low bass would be half of a drum.
        let less = if hz < 100.0 { 0.3 } else { 1.0 };
        less * (self.last - before) * std::f64::consts::FRAC_1_SQRT_2
    }
}
