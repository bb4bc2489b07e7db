//! Early reflections by the image-source method.
//!
//! Every reflection is a copy of the source behind the walls. Source: J. B. Allen and D. A.
//! Berkley, "Image method for efficiently simulating small-room acoustics", JASA 65 (1979).

use super::RoomRecipe;
use crate::fft::Fft;
use crate::math::{exp2, sin_cos};
use crate::rng::Rng;

/// The speed of sound in metres per second.
pub(super) const SOUND_M_S: f64 = 343.0;
/// Half the length of the interpolating kernel that places a reflection between samples.
const REACH: i64 = 16;
/// More reflections off walls than this are not followed.
const MAX_ORDER: usize = 24;

/// When reflections have become a diffuse field, in seconds after the direct sound: the square
/// root of the volume in milliseconds (Polack), doubled to be on the safe side.
pub(super) fn mixing_s(recipe: &RoomRecipe) -> f64 {
    (2e-3 * volume(recipe).sqrt()).clamp(0.008, 0.25)
}

/// In cubic metres.
pub(super) fn volume(recipe: &RoomRecipe) -> f64 {
    recipe
        .size_m
        .iter()
        .map(|&metres| f64::from(metres))
        .product()
}

/// Fades `samples` in or out over the second half of the mixing time; both together keep the
/// power.
pub(super) fn fade(samples: &mut [f32], rate: u32, mixing_s: f64, into: bool) {
    let mixing = mixing_s * f64::from(rate);
    for (i, sample) in samples.iter_mut().enumerate() {
        let part = ((i as f64 / mixing - 0.5) * 2.0).clamp(0.0, 1.0);
        if into && part == 1.0 {
            break;
        }
        let (sin, cos) = sin_cos(part * std::f64::consts::FRAC_PI_2);
        *sample *= (if into { sin } else { cos }) as f32;
    }
}

/// A point in the room, in metres.
type Point = [f64; 3];

/// Where source and ear of a path are. A single path runs down the middle.
fn places(recipe: &RoomRecipe, path: usize, mono: bool) -> (Point, Point) {
    let size = recipe.size_m.map(f64::from);
    let side = |right: bool, metres: f64| match (mono, right) {
        (true, _) => 0.0,
        (_, true) => metres,
        _ => -metres,
    };
    // A few percent off the middle: symmetry would let reflections fall on each other.
    let mut rng = Rng::new(u64::from(recipe.seed), 0xEA21);
    let mut off =
        |metres: f64| metres * (0.47 + 0.06 * (rng.next_u64() >> 40) as f64 / (1 << 24) as f64);
    let (x, z) = (off(size[0]), off(size[2]).min(1.7));
    let near = off(size[1]) * 0.3;
    let source = [x + side(path >= 2, 0.12 * size[0]), near, z];
    let far = (near + f64::from(recipe.distance) * size[1]).min(size[1] * 0.95);
    let ear = [
        x + side(path % 2 == 1, 0.1_f64.min(size[0] * 0.1)),
        far,
        z * 0.97,
    ];
    (source, ear)
}

fn distance(a: Point, b: Point) -> f64 {
    let square = |i: usize| (a[i] - b[i]) * (a[i] - b[i]);
    (square(0) + square(1) + square(2)).sqrt()
}

/// What an ear that looks towards the source, and a little outwards, makes of a direction: a
/// cardioid.
fn towards(image: Point, ear: Point, path: usize, mono: bool) -> f64 {
    if mono {
        return 1.0;
    }
    let outwards = if path % 2 == 1 { 0.707 } else { -0.707 };
    let away = distance(image, ear).max(1e-9);
    let cosine = ((image[0] - ear[0]) * outwards + (ear[1] - image[1]) * 0.707) / away;
    0.5 + 0.5 * cosine
}

/// How much power of the diffuse field an ear takes up.
pub(super) fn diffuse(mono: bool) -> f64 {
    if mono { 1.0 } else { 1.0 / 3.0 }
}

/// The reflections of one path until the mixing time, without the direct sound. `None` if cancelled.
pub(super) fn reflections(
    recipe: &RoomRecipe,
    path: usize,
    (mono, rate): (bool, u32),
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let rate = f64::from(rate);
    let size = recipe.size_m.map(f64::from);
    let (source, ear) = places(recipe, path, mono);
    // All paths count from the arrival of the nearest direct sound.
    let direct = match mono {
        true => distance(source, ear),
        false => (0..4)
            .map(|path| places(recipe, path, mono))
            .fold(f64::INFINITY, |least, (s, e)| least.min(distance(s, e))),
    };
    let frames = (mixing_s(recipe) * rate) as usize + 2 * REACH as usize;
    let farthest = direct + mixing_s(recipe) * SOUND_M_S;
    let around: [i64; 3] = std::array::from_fn(|i| (farthest / (2.0 * size[i])) as i64 + 1);
    let mut orders: Vec<Vec<f32>> = Vec::new();
    for nx in -around[0]..=around[0] {
        for ny in -around[1]..=around[1] {
            if cancelled() {
                return None;
            }
            for nz in -around[2]..=around[2] {
                for mirror in 0..8 {
                    let image: Point = std::array::from_fn(|i| {
                        let n = [nx, ny, nz][i] as f64;
                        let place = if mirror >> i & 1 == 1 {
                            -source[i]
                        } else {
                            source[i]
                        };
                        place + 2.0 * n * size[i]
                    });
                    let order: i64 = (0..3)
                        .map(|i| {
                            let n = [nx, ny, nz][i];
                            (2 * n - i64::from(mirror >> i & 1 == 1)).abs()
                        })
                        .sum();
                    let away = distance(image, ear);
                    let (order, late) = (order as usize, away - direct);
                    if order == 0 || order > MAX_ORDER || away > farthest || late <= 0.0 {
                        continue;
                    }
                    if orders.len() < order {
                        orders.resize(order, vec![0.0; frames]);
                    }
                    let gain = towards(image, ear, path, mono) / away.max(0.3);
                    place(&mut orders[order - 1], late / SOUND_M_S * rate, gain);
                }
            }
        }
    }
    colour(recipe, &orders, (frames, rate), cancelled)
}

/// Adds a pulse between samples: a windowed sinc.
fn place(samples: &mut [f32], at: f64, gain: f64) {
    let whole = at.floor();
    let part = at - whole;
    let (sin, _) = sin_cos(std::f64::consts::PI * part);
    for k in -REACH + 1..=REACH {
        let x = k as f64 - part;
        let (_, window) = sin_cos(std::f64::consts::PI * x / REACH as f64);
        // sin(pi (k - part)) = -(-1)^k sin(pi part).
        let sign = if k % 2 == 0 { -1.0 } else { 1.0 };
        let sinc = if x.abs() < 1e-9 {
            1.0
        } else {
            sign * sin / (std::f64::consts::PI * x)
        };
        let index = whole as i64 + k;
        if let Some(sample) = usize::try_from(index).ok().and_then(|i| samples.get_mut(i)) {
            *sample += (gain * sinc * (0.5 + 0.5 * window)) as f32;
        }
    }
}

/// Each reflection takes what the walls take to reach the reverberation time: the energy of one
/// mean free path. `None` if cancelled.
fn colour(
    recipe: &RoomRecipe,
    orders: &[Vec<f32>],
    (frames, rate): (usize, f64),
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let [w, l, h] = recipe.size_m.map(f64::from);
    let free_path = 4.0 * volume(recipe) / (2.0 * (w * l + w * h + l * h));
    let mut fft = Fft::new(frames * 2);
    let bins = fft.bins();
    let hz = rate / fft.size() as f64;
    // 60 dB of energy in rt60 is 30 dB of amplitude in powers of ten: 10^(-3 t / rt60).
    let wall: Vec<f32> = (0..bins)
        .map(|bin| {
            let rt60 = recipe.rt60_at(bin as f64 * hz);
            exp2(-3.0 * std::f64::consts::LOG2_10 * free_path / SOUND_M_S / rt60) as f32
        })
        .collect();
    let (mut sum_re, mut sum_im) = (vec![0.0f32; bins], vec![0.0f32; bins]);
    let (mut re, mut im) = (vec![0.0f32; bins], vec![0.0f32; bins]);
    let mut padded = vec![0.0f32; fft.size()];
    // Horner's scheme: what is left of higher orders passes the wall once more.
    for order in orders.iter().rev() {
        if cancelled() {
            return None;
        }
        padded[..frames].copy_from_slice(order);
        fft.forward(&padded, &mut re, &mut im);
        for bin in 0..bins {
            sum_re[bin] = (sum_re[bin] + re[bin]) * wall[bin];
            sum_im[bin] = (sum_im[bin] + im[bin]) * wall[bin];
        }
    }
    fft.inverse(&sum_re, &sum_im, &mut padded);
    padded.truncate(frames);
    Some(padded)
}
