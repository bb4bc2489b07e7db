//! Places under the sky: echoes and scattering without a ceiling to keep the sound in.
//!
//! Echoes are images of the source in walls. What scatters (trunks, balconies, stones, seats) sends
//! the sound on to the listener or to another of its kind. Each arrival is a short burst, because
//! nothing out there is flat, and air takes the treble on the long ways (ISO 9613-1). There is
//! no dense field beyond what these ways make.
//!
//! `place` is what stands around.

use super::air::{SOUND_M_S, db_per_metre};
use super::pulses::{Colour, Pulse, render as render_pulses};
use super::{RENDER_HZ, RoomRecipe};
use crate::MAX_SECONDS;
use crate::math::{log2, sin_cos};
use crate::parallel::for_each_parallel;
use crate::rng::Rng;
use place::{EARS_M, Image, Place, Point, uniform};

mod place;

/// Nothing arrives sooner after the direct sound: it would comb it.
const FIRST_S: f64 = 0.005;
/// Half the distance of the two microphones, in metres.
const APART_M: f64 = 0.17;
/// Half the distance of the two sources, as a part of that to the listener.
const STAGE: f64 = 0.3;
/// What is nearer counts as this near, in metres: one trunk must not outshout the wood.
const NEAR_M: f64 = 3.0;
/// The part of the impulse at its end that is faded.
const FADED: f64 = 0.12;

/// The impulse of each path at [`RENDER_HZ`]. `None` if cancelled.
pub(super) fn render(
    recipe: &RoomRecipe,
    paths: &[usize],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Vec<f32>>> {
    let place = Place::new(recipe);
    let times = [125.0, 1_000.0, 8_000.0].map(|hz| recipe.rt60_at(hz));
    let longest = times.into_iter().fold(0.0, f64::max);
    let seconds = (1.45 * longest).min(f64::from(MAX_SECONDS));
    let frames = (seconds * f64::from(RENDER_HZ)) as usize;
    let decade = 3.0 * std::f64::consts::LOG2_10;
    let colour = Colour::new(
        |hz| {
            let low = place.low_hz / hz.max(1.0);
            (-0.5 * log2(1.0 + low * low)).max(-10.0)
        },
        |hz| {
            let air_db = SOUND_M_S * db_per_metre(hz);
            -decade / recipe.rt60_at(hz) - air_db * std::f64::consts::LOG2_10 / 20.0
        },
    );
    let mono = paths.len() == 1;
    let mut rows = vec![Vec::new(); paths.len()];
    for_each_parallel(&mut rows, cancelled, |number, row, cancelled| {
        let listener = Listener::new(recipe, paths[number], mono);
        let pulses = listener.pulses(&place, recipe.seed, seconds, cancelled)?;
        *row = render_pulses(&pulses, frames, &colour, cancelled)?;
        Some(())
    })?;
    // What lies 100 dB below the loudest is not kept.
    let peak = rows
        .iter()
        .flatten()
        .fold(0.0f32, |peak, x| peak.max(x.abs()));
    let last = |row: &Vec<f32>| row.iter().rposition(|x| x.abs() > 1e-5 * peak);
    let frames = rows.iter().filter_map(last).max().unwrap_or(0) + 1;
    for row in &mut rows {
        row.truncate(frames);
        let faded = ((FADED * frames as f64) as usize).max(1);
        for (i, sample) in row.iter_mut().rev().take(faded).enumerate() {
            let (sin, _) = sin_cos(std::f64::consts::FRAC_PI_2 * i as f64 / faded as f64);
            *sample *= (sin * sin) as f32;
        }
    }
    balance(&mut rows);
    Some(rows)
}

/// A path: where its source and its microphone are.
#[derive(Debug)]
struct Listener {
    source: Point,
    ear: Point,
    /// To the right 1, to the left -1, ahead 0.
    side: f64,
    /// The way of the direct sound, the shortest of all paths.
    direct_m: f64,
}

impl Listener {
    fn new(recipe: &RoomRecipe, path: usize, mono: bool) -> Self {
        let ahead = f64::from(recipe.distance) * f64::from(recipe.size_m[1]);
        let sign = |right: bool| if right { 1.0 } else { -1.0 };
        let (source, ear) = match mono {
            true => (0.0, 0.0),
            false => (sign(path >= 2), sign(path % 2 == 1)),
        };
        let stage = STAGE * ahead;
        let nearest = if mono { 0.0 } else { stage - APART_M };
        Self {
            source: [source * stage, ahead, 0.0],
            ear: [ear * APART_M, 0.0, 0.0],
            side: ear,
            direct_m: (nearest * nearest + ahead * ahead).sqrt(),
        }
    }

    /// What a microphone that looks ahead and outwards makes of a direction: a cardioid.
    fn hears(&self, from: Point) -> f64 {
        let way = distance(from, self.ear).max(1e-9);
        if self.side == 0.0 {
            return 1.0;
        }
        let cosine =
            (0.8 * self.side * (from[0] - self.ear[0]) + 0.6 * (from[1] - self.ear[1])) / way;
        0.5 + 0.5 * cosine
    }

    /// All that arrives, in the order of time. `None` if cancelled.
    fn pulses(
        &self,
        place: &Place,
        seed: u32,
        seconds: f64,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Vec<Pulse>> {
        let mut out = Vec::new();
        // The same for all paths: what differs between them is where source and ear are.
        let mut rng = Rng::new(u64::from(seed), 0x5CA7);
        for image in &place.images {
            self.echo(image, &mut rng, &mut out);
        }
        let points = &place.points;
        let any = |rng: &mut Rng| points[(rng.next_u64() >> 16) as usize % points.len()];
        for way in 0..place.ways {
            if way % 256 == 0 && cancelled() {
                return None;
            }
            let (mut at, others) = (any(&mut rng), way % place.longest);
            let (mut length, mut gain) = (distance(self.source, at), 1.0);
            // What spreads from a source thins on the way to the first thing, and anew from the last.
            let mut thin = length.max(NEAR_M);
            for _ in 0..others {
                let next = any(&mut rng);
                length += distance(at, next);
                gain *= place.scattered;
                at = next;
            }
            length += distance(at, self.ear);
            thin *= distance(at, self.ear).max(NEAR_M).sqrt();
            let sign = if rng.next_u64() & 1 == 1 { 1.0 } else { -1.0 };
            let gain = sign * gain * self.hears(at) / thin;
            self.burst(length, gain, (place.spread_s, 5), &mut rng, &mut out);
        }
        let last = seconds * f64::from(RENDER_HZ);
        out.retain(|pulse| pulse.at < last);
        out.sort_by(|a, b| a.at.total_cmp(&b.at));
        Some(out)
    }

    fn echo(&self, image: &Image, rng: &mut Rng, out: &mut Vec<Pulse>) {
        let from: Point = std::array::from_fn(|i| image.flip[i] * self.source[i] + image.shift[i]);
        let length = distance(from, self.ear);
        let level = image.gain * self.hears(from) / length.max(1.0);
        // Off the ground as well: a little later, and the same burst.
        let ground = (length * length + 4.0 * EARS_M * EARS_M).sqrt();
        let spread = (image.spread_s, image.pulses);
        self.burst(length, 4.0 * level, spread, rng, out);
        self.burst(ground, 2.0 * level, spread, rng, out);
    }

    /// Pulses over a while, loudest at its beginning, with the energy of one of `gain`.
    fn burst(
        &self,
        length: f64,
        gain: f64,
        (spread_s, count): (f64, usize),
        rng: &mut Rng,
        out: &mut Vec<Pulse>,
    ) {
        let late = (length - self.direct_m) / SOUND_M_S;
        let each = gain / (count as f64).sqrt();
        for i in 0..count {
            let part = (i as f64 + uniform(rng)) / count as f64;
            let sign = if i > 0 && rng.next_u64() & 1 == 1 {
                -1.0
            } else {
                1.0
            };
            let seconds = late + spread_s * part * part;
            if seconds >= FIRST_S {
                out.push(Pulse {
                    at: seconds * f64::from(RENDER_HZ),
                    gain: sign * each * 1.5 * (1.0 - part),
                });
            }
        }
    }
}

fn distance(a: Point, b: Point) -> f64 {
    let square = |i: usize| (a[i] - b[i]) * (a[i] - b[i]);
    (square(0) + square(1) + square(2)).sqrt()
}

/// Gives what goes straight from side to side the same energy, and what crosses as well: a few strong
/// echoes would lean to one side.
fn balance(rows: &mut [Vec<f32>]) {
    let pairs: &[(usize, usize)] = match rows.len() {
        2 => &[(0, 1)],
        4 => &[(0, 3), (1, 2)],
        _ => &[],
    };
    for &(a, b) in pairs {
        let energy = |row: &Vec<f32>| {
            row.iter()
                .map(|&x| f64::from(x) * f64::from(x))
                .sum::<f64>()
        };
        let energies = [energy(&rows[a]), energy(&rows[b])];
        let mean = 0.5 * (energies[0] + energies[1]);
        for (row, energy) in [a, b].into_iter().zip(energies) {
            let scale = (mean / energy).sqrt();
            if scale.is_finite() {
                for sample in &mut rows[row] {
                    *sample = (f64::from(*sample) * scale) as f32;
                }
            }
        }
    }
}
