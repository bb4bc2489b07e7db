//! The first reflections: images of the source behind the walls, each of them scattered.
//!
//! A wall is not a mirror. Of each reflection a part goes on as a short, dense burst that both ears hear from one
//! side; the rest, more of it in the treble and with every further wall, is smeared into noise. The images
//! stand a little beside their places, since no room is a perfect box.
//!
//! Sources: J. B. Allen and D. A. Berkley, "Image method for efficiently simulating small-room acoustics",
//! JASA 65 (1979); E. De Sena, N. Antonello, M. Moonen and T. van Waterschoot, "On the modeling of rectangular
//! geometries in room acoustic simulations", IEEE/ACM TASLP 23 (2015), for the jitter; A. Lindau,
//! L. Kosanke and S. Weinzierl, "Perceptual evaluation of model- and signal-based predictors of the mixing
//! time in binaural room impulse responses", JAES 60 (2012).

use super::RoomRecipe;
use super::air::SOUND_M_S;
use crate::math::sin_cos;
use crate::rng::Rng;

/// Nothing arrives before this, in seconds: an echo closer to the dry sound would comb it.
pub(super) const FIRST_S: f64 = 0.0065;
/// Reflections off more walls than this count as off this many.
pub(super) const ORDERS: usize = 6;
/// Reflections off up to this many walls have a burst of their own.
const BURSTS: usize = 4;
/// So many bursts are tried, and how loud each is at these frequencies.
const BURST_TRIES: usize = 48;
const BASS_HZ: [f64; 4] = [0.0, 150.0, 300.0, 500.0];
/// An ear's distance from the middle of the head, in metres.
pub(super) const EAR_M: f64 = 0.09;
/// Half the length of the interpolating kernel that places a pulse between samples.
const REACH: i64 = 8;

/// A point in the room, in metres.
type Point = [f64; 3];

/// What the shape of a room says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    size: Point,
    /// In cubic metres.
    pub volume: f64,
    /// From wall to wall on average, in metres.
    pub free_path: f64,
    /// When the field is diffuse, in seconds after the direct sound: 20 V / S + 12 ms (Lindau).
    pub mixing_s: f64,
}

impl Geometry {
    pub fn new(recipe: &RoomRecipe) -> Self {
        let size = recipe.size_m.map(f64::from);
        let [w, l, h] = size;
        let (volume, surface) = (w * l * h, 2.0 * (w * l + w * h + l * h));
        Self {
            size,
            volume,
            free_path: 4.0 * volume / surface,
            mixing_s: (0.02 * volume / surface + 0.012).min(0.3),
        }
    }

    /// How long the burst of a reflection off one wall rings, in seconds: rough surfaces of large rooms are larger.
    pub fn smear_s(&self) -> f64 {
        0.003 + 0.1 * self.free_path / SOUND_M_S
    }
}

/// Where source and ear of a path are, and how the paths of a room differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    source: Point,
    ear: Point,
    /// -1 for a left ear, 1 for a right one, 0 for a single one.
    side: f64,
    /// The path of the direct sound in metres; the same for all paths of a room.
    pub direct_m: f64,
}

/// How much power of the diffuse field an ear takes up.
pub(super) fn diffuse(mono: bool) -> f64 {
    if mono { 1.0 } else { 1.0 / 3.0 }
}

impl Place {
    /// Of path L>L, L>R, R>L or R>R, 0 to 3. A single path runs down the middle.
    pub fn new(recipe: &RoomRecipe, path: usize, mono: bool) -> Self {
        let size = recipe.size_m.map(f64::from);
        // A few percent off the middle: symmetry would let reflections fall on each other.
        let mut rng = Rng::new(u64::from(recipe.seed), 0xEA21);
        let mut off = |metres: f64| metres * (0.47 + 0.06 * uniform(&mut rng));
        let (x, z) = (off(size[0]), off(size[2]).min(1.7));
        let near = off(size[1]) * 0.3;
        let far = (near + f64::from(recipe.distance) * size[1]).min(size[1] * 0.95);
        let side = |right: bool| match (mono, right) {
            (true, _) => 0.0,
            (_, true) => 1.0,
            _ => -1.0,
        };
        let (from, to) = (side(path >= 2), side(path % 2 == 1));
        let apart = (0.12 * size[0]).min(2.0);
        let height = match f64::from(recipe.source_m) {
            0.0 => z,
            metres => metres.min(0.95 * size[2]),
        };
        Self {
            source: [x + from * apart, near, height],
            ear: [x + to * EAR_M.min(size[0] * 0.1), far, z * 0.97],
            side: to,
            direct_m: (far - near).max(0.1),
        }
    }

    /// What an ear that looks towards the source, and outwards, makes of a direction: a cardioid.
    fn towards(&self, image: Point, away: f64) -> f64 {
        if self.side == 0.0 {
            return 1.0;
        }
        const HALF: f64 = std::f64::consts::FRAC_1_SQRT_2;
        let [dx, dy] = [0, 1].map(|i| image[i] - self.ear[i]);
        0.5 + 0.5 * HALF * (self.side * dx - dy) / away.max(1e-9)
    }
}

/// The reflections of one path.
#[derive(Debug)]
pub(super) struct Reflections {
    /// Energy of the reflections off 1, 2, ... walls for each of [`STEP_S`](Self::STEP_S), smeared.
    pub energy: Vec<Vec<f64>>,
    /// What is not smeared, as samples, by the number of walls.
    pub bursts: Vec<Vec<f32>>,
    /// When the first arrives, in seconds.
    pub first_s: f64,
}

impl Reflections {
    /// The step of `energy` in seconds.
    pub const STEP_S: f64 = 0.000_5;

    /// Those of `place` until the mixing time, in which they give way to the diffuse field. `None` if cancelled.
    pub fn new(
        recipe: &RoomRecipe,
        place: &Place,
        rate: f64,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Self> {
        let geometry = Geometry::new(recipe);
        let mixing = geometry.mixing_s;
        let smear = geometry.smear_s();
        let steps = ((mixing + 6.0 * smear * ORDERS as f64) / Self::STEP_S) as usize + 8;
        let frames = ((mixing + 0.02) * rate) as usize;
        let mut made = Self {
            energy: vec![vec![0.0; steps]; ORDERS],
            bursts: vec![vec![0.0; frames]; BURSTS],
            first_s: mixing.max(FIRST_S),
        };
        let shapes: Vec<_> = (1..=BURSTS)
            .map(|order| burst(recipe.seed, order))
            .collect();
        let farthest = place.direct_m + mixing * SOUND_M_S;
        let around = geometry
            .size
            .map(|metres| (farthest / (2.0 * metres)) as i64 + 1);
        for nx in -around[0]..=around[0] {
            for ny in -around[1]..=around[1] {
                if cancelled() {
                    return None;
                }
                for nz in -around[2]..=around[2] {
                    for mirror in 0..8i64 {
                        let cell = [nx, ny, nz];
                        made.add(recipe.seed, place, &geometry, (cell, mirror), rate, &shapes);
                    }
                }
            }
        }
        made.smear(smear);
        Some(made)
    }

    /// Adds the image in one cell, the source mirrored by the bits of `mirror`.
    fn add(
        &mut self,
        seed: u32,
        place: &Place,
        geometry: &Geometry,
        (cell, mirror): ([i64; 3], i64),
        rate: f64,
        shapes: &[Vec<(f64, f64)>],
    ) {
        let odd = [0, 1, 2].map(|i| mirror >> i & 1);
        let order: i64 = (0..3).map(|i| (2 * cell[i] - odd[i]).abs()).sum();
        if order == 0 {
            return;
        }
        let order = (order as usize).min(ORDERS);
        // The same image for both ears.
        let key = cell.iter().fold(mirror, |key, n| key * 1024 + n + 512);
        let mut rng = Rng::new(u64::from(seed) << 40 ^ key as u64, 0x1A6E);
        let jitter = 0.03 * geometry.free_path.min(20.0) * (order as f64).sqrt();
        let image: Point = std::array::from_fn(|i| {
            let mirrored = place.source[i] * (1 - 2 * odd[i]) as f64;
            let beside = jitter * (2.0 * uniform(&mut rng) - 1.0);
            mirrored + 2.0 * cell[i] as f64 * geometry.size[i] + beside
        });
        let square = |i: usize| (image[i] - place.ear[i]) * (image[i] - place.ear[i]);
        let away = (square(0) + square(1) + square(2)).sqrt();
        let late = ((away - place.direct_m) / SOUND_M_S).max(0.0);
        if late >= geometry.mixing_s {
            return;
        }
        // What would fall on the dry sound is set back, the rest hardly.
        let at = (late * late + FIRST_S * FIRST_S).sqrt();
        let part = late / geometry.mixing_s;
        let power = (1.0 - part * part) / (away * away).max(0.1);
        let gain = power.sqrt() * place.towards(image, away);
        self.first_s = self.first_s.min(at);
        let step = at / Self::STEP_S;
        let (whole, rest) = (step as usize, step - step.floor());
        for (slot, share) in [(whole, 1.0 - rest), (whole + 1, rest)] {
            if let Some(slot) = self.energy[order - 1].get_mut(slot) {
                *slot += gain * gain * share;
            }
        }
        if let (Some(row), Some(shape)) = (self.bursts.get_mut(order - 1), shapes.get(order - 1)) {
            let sign = if rng.next_u64() & 1 == 1 { 1.0 } else { -1.0 };
            for &(after, height) in shape {
                pulse(row, (at + after) * rate, sign * gain * height);
            }
        }
    }

    /// Draws the energies out, the longer the more walls they met.
    fn smear(&mut self, seconds: f64) {
        for (number, row) in self.energy.iter_mut().enumerate() {
            let steps = seconds * (number + 1) as f64 / Self::STEP_S;
            let keep = steps / (steps + 1.0);
            let mut held = 0.0;
            for slot in row {
                held = held * keep + *slot * (1.0 - keep);
                *slot = held;
            }
        }
    }
}

/// Between 0 and 1.
fn uniform(rng: &mut Rng) -> f64 {
    (rng.next_u64() >> 40) as f64 / (1 << 24) as f64
}

/// What a reflection off so many walls becomes: sparse pulses of either sign that fall off, by time in seconds and
/// height, with an energy of 1. Of many by chance the one that is flattest in the bass, where all reflections
/// of a room share its colour.
fn burst(seed: u32, order: usize) -> Vec<(f64, f64)> {
    let mut rng = Rng::new(u64::from(seed), 0xB425 + order as u64);
    let tries = (0..BURST_TRIES).map(|_| any_burst(&mut rng, order));
    let mut best = (f64::INFINITY, Vec::new());
    for burst in tries {
        let off: f64 = BASS_HZ
            .iter()
            .map(|&hz| (power(&burst, hz) - 1.0).abs())
            .sum();
        if off < best.0 {
            best = (off, burst);
        }
    }
    best.1
}

fn any_burst(rng: &mut Rng, order: usize) -> Vec<(f64, f64)> {
    let (count, gap_s) = (6 * order + 4, 0.000_25);
    let mut pulses = Vec::new();
    let mut height = 1.0;
    for number in 0..count {
        let after = gap_s * (number as f64 + uniform(rng));
        let sign = if rng.next_u64() & 1 == 1 { 1.0 } else { -1.0 };
        pulses.push((after, sign * height));
        height *= 1.0 - 2.0 / count as f64;
    }
    let energy: f64 = pulses.iter().map(|(_, height)| height * height).sum();
    pulses
        .iter_mut()
        .for_each(|(_, height)| *height /= energy.sqrt());
    pulses
}

/// The power of pulses at `hz`.
fn power(pulses: &[(f64, f64)], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for &(after, height) in pulses {
        let (sin, cos) = sin_cos(std::f64::consts::TAU * hz * after);
        re += height * cos;
        im += height * sin;
    }
    re * re + im * im
}

/// Adds a pulse between samples: a windowed sinc.
fn pulse(samples: &mut [f32], at: f64, gain: f64) {
    use std::f64::consts::PI;
    let whole = at.floor();
    let part = at - whole;
    let (sin, _) = sin_cos(PI * part);
    // The window turns by the same angle from one sample to the next.
    let (step_sin, step_cos) = sin_cos(PI / REACH as f64);
    let (mut window_sin, mut window_cos) = sin_cos(PI * (1.0 - REACH as f64 - part) / REACH as f64);
    for k in 1 - REACH..=REACH {
        let x = k as f64 - part;
        // sin(pi (k - part)) = -(-1)^k sin(pi part).
        let sign = if k % 2 == 0 { -1.0 } else { 1.0 };
        let sinc = if x.abs() < 1e-9 {
            1.0
        } else {
            sign * sin / (PI * x)
        };
        let index = usize::try_from(whole as i64 + k).ok();
        if let Some(sample) = index.and_then(|index| samples.get_mut(index)) {
            *sample += (gain * sinc * (0.5 + 0.5 * window_cos)) as f32;
        }
        (window_sin, window_cos) = (
            window_sin * step_cos + window_cos * step_sin,
            window_cos * step_cos - window_sin * step_sin,
        );
    }
}
