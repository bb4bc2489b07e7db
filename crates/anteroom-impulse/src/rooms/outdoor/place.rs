//! What stands around under the sky, and where: reflecting walls, and things that scatter.

use crate::math::sin_cos;
use crate::rng::Rng;
use crate::rooms::{Model, RoomRecipe};

/// A point in metres: to the right, ahead, up. The listener is at the origin and looks ahead.
pub(super) type Point = [f64; 3];

/// How high ears and sources are above the ground, in metres.
pub(super) const EARS_M: f64 = 1.7;

/// An image of the source in walls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Image {
    /// For a source at a point, where its image is: that point times the first, plus the second.
    pub flip: Point,
    /// See `flip`.
    pub shift: Point,
    /// What the walls have left of it, as an amplitude.
    pub gain: f64,
    /// How long a burst it has become, in seconds.
    pub spread_s: f64,
    /// Of how many pulses.
    pub pulses: usize,
}

/// A place.
#[derive(Debug)]
pub(super) struct Place {
    /// Echoes.
    pub images: Vec<Image>,
    /// What scatters.
    pub points: Vec<Point>,
    /// How many ways there are over these points.
    pub ways: usize,
    /// How many points the longest goes over; there are as many ways over one, two, three and so on.
    pub longest: usize,
    /// What is left after each, as an amplitude.
    pub scattered: f64,
    /// How long a burst each has become, in seconds.
    pub spread_s: f64,
    /// What is scattered less than the rest: below this, in Hz.
    pub low_hz: f64,
}

/// Between 0 and 1.
pub(super) fn uniform(rng: &mut Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// Between two values.
fn between(rng: &mut Rng, from: f64, to: f64) -> f64 {
    from + (to - from) * uniform(rng)
}

impl Place {
    /// The place of a recipe.
    pub fn new(recipe: &RoomRecipe) -> Self {
        let mut rng = Rng::new(u64::from(recipe.seed), 0x0D0);
        let size = recipe.size_m.map(f64::from);
        match recipe.model {
            Model::Street => street(size, &mut rng),
            Model::Courtyard => courtyard(size, &mut rng),
            Model::Canyon => canyon(size, &mut rng),
            Model::Stadium => stadium(size, &mut rng),
            _ => forest(size, &mut rng),
        }
    }
}

/// Trunks at random, the nearest a few metres away. Width and length are those of the wood.
fn forest([width, length, height]: [f64; 3], rng: &mut Rng) -> Place {
    let points = (0..900)
        .map(|_| {
            let (sin, cos) = sin_cos(between(rng, 0.0, std::f64::consts::TAU));
            // As many to a square metre far away as nearby.
            let away = (0.005 + uniform(rng)).sqrt();
            let up = between(rng, -EARS_M, (height - EARS_M).max(0.0));
            [
                0.5 * width * away * sin,
                0.5 * length * away * cos,
                0.4 * up,
            ]
        })
        .collect();
    Place {
        images: Vec::new(),
        points,
        ways: 7_200,
        longest: 9,
        scattered: 0.9,
        spread_s: 0.006,
        // A trunk is thin for long waves.
        low_hz: 280.0,
    }
}

/// Between two rows of houses: echoes go to and fro, and window sills and balconies scatter.
fn street([width, length, height]: [f64; 3], rng: &mut Rng) -> Place {
    // Not in the middle: the echoes of both sides come in pairs otherwise.
    let (left, right) = (-0.42 * width, 0.58 * width);
    let images = (-14i64..=14)
        .filter(|&n| n != 0)
        .map(|n| {
            image(
                [walls(n, left, right), (1.0, 0.0)],
                n.unsigned_abs(),
                (0.78, 0.003, 14),
            )
        })
        .collect();
    let points = (0..1_200)
        .map(|i| {
            let x = if i % 2 == 0 { left } else { right };
            let y = between(rng, -0.5, 0.5) * length;
            [x, y, between(rng, -EARS_M, (height - EARS_M).max(0.0))]
        })
        .collect();
    Place {
        images,
        points,
        ways: 8_000,
        longest: 12,
        scattered: 0.9,
        spread_s: 0.004,
        low_hz: 140.0,
    }
}

/// Four walls under the sky.
fn courtyard([width, length, height]: [f64; 3], rng: &mut Rng) -> Place {
    let (left, right) = (-0.45 * width, 0.55 * width);
    let (back, front) = (-0.35 * length, 0.65 * length);
    let mut images = Vec::new();
    for m in -7i64..=7 {
        for n in -7i64..=7 {
            let order = m.unsigned_abs() + n.unsigned_abs();
            if (1..=9).contains(&order) {
                let mirrors = [walls(m, left, right), walls(n, back, front)];
                images.push(image(mirrors, order, (0.8, 0.0025, 10)));
            }
        }
    }
    let points = (0..1_200)
        .map(|i| {
            let up = between(rng, -EARS_M, (height - EARS_M).max(0.0));
            let along = uniform(rng);
            let (x, y) = (left + along * width, back + along * length);
            match i % 4 {
                0 => [left, y, up],
                1 => [right, y, up],
                2 => [x, back, up],
                _ => [x, front, up],
            }
        })
        .collect();
    Place {
        images,
        points,
        ways: 9_000,
        longest: 24,
        scattered: 0.95,
        spread_s: 0.004,
        low_hz: 120.0,
    }
}

/// Two rough faces of rock far apart: slaps that come back, wider each time, and stones between.
fn canyon([width, length, height]: [f64; 3], rng: &mut Rng) -> Place {
    let (left, right) = (-0.37 * width, 0.63 * width);
    let mut images: Vec<Image> = (-9i64..=9)
        .filter(|&n| n != 0)
        .map(|n| {
            image(
                [walls(n, left, right), (1.0, 0.0)],
                n.unsigned_abs(),
                (0.74, 0.022, 60),
            )
        })
        .collect();
    // The bend of the valley ahead.
    images.push(image(
        [(1.0, 0.0), (-1.0, 1.1 * length)],
        2,
        (0.7, 0.04, 90),
    ));
    let points = (0..1_200)
        .map(|i| {
            let x = if i % 2 == 0 { left } else { right };
            let rough = between(rng, -0.06, 0.06) * width;
            let y = between(rng, -0.5, 0.5) * length;
            [x + rough, y, between(rng, -0.1, 0.9) * height]
        })
        .collect();
    Place {
        images,
        points,
        ways: 4_800,
        longest: 10,
        scattered: 0.7,
        spread_s: 0.02,
        low_hz: 60.0,
    }
}

/// Stands all around: each row of seats scatters, and the far side answers late.
fn stadium([width, length, height]: [f64; 3], rng: &mut Rng) -> Place {
    let points = (0..1_600)
        .map(|_| {
            let (sin, cos) = sin_cos(between(rng, 0.0, std::f64::consts::TAU));
            // The higher a row, the further back.
            let row = uniform(rng);
            let (away, up) = (0.41 + 0.09 * row, row * height);
            // Nearer to one long side.
            [width * (away * sin + 0.12), length * away * cos, up]
        })
        .collect();
    Place {
        images: Vec::new(),
        points,
        ways: 9_600,
        longest: 12,
        scattered: 0.95,
        spread_s: 0.012,
        low_hz: 70.0,
    }
}

/// What happens to a coordinate that is mirrored `n` times in turn in two parallel walls, at
/// first in the right one if `n` is positive: a factor and a shift.
fn walls(n: i64, left: f64, right: f64) -> (f64, f64) {
    let mut at = (1.0, 0.0);
    for i in 0..n.unsigned_abs() {
        let wall = if (i % 2 == 0) == (n > 0) { right } else { left };
        at = (-at.0, 2.0 * wall - at.1);
    }
    at
}

/// An image after so many walls, each of which keeps a share, spreads it and breaks it up.
fn image(
    [(fx, sx), (fy, sy)]: [(f64, f64); 2],
    order: u64,
    (keeps, spread_s, pulses): (f64, f64, usize),
) -> Image {
    let gain = (0..order).fold(1.0, |gain, _| gain * keeps);
    Image {
        flip: [fx, fy, 1.0],
        shift: [sx, sy, 0.0],
        gain,
        spread_s: spread_s * order as f64,
        pulses: pulses * order as usize,
    }
}
