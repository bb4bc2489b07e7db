//! Spring tanks: coils of steel wire in which each frequency travels at a speed of its own.
//!
//! Below a coil's transition frequency waves arrive as chirps that get slower towards it; above it a second, softer
//! wave runs faster, and its chirps fall. Both are reflected at the ends, and every round blurs them. Sources: V.
//! Välimäki, J. Parker and J. S. Abel, "Parametric spring reverberation effect", JAES 58 (2010); J. Parker,
//! "Efficient dispersion generation structures for spring reverb emulation", EURASIP (2011). All passes are delays and
//! all-passes, so that a pass takes exactly what the reverberation time asks for.
//!
//! `coil` is a wave that runs up and down one.

use std::f64::consts::LOG2_10;

use super::band_times::BandTimes;
use super::{BASS_HZ, MIDDLE_HZ, RENDER_HZ, RoomRecipe, TREBLE_HZ};
use crate::MAX_SECONDS;
use crate::fft::{Fft, TwiddleTable};
use crate::math::{exp2, log2};
use crate::parallel::for_each_parallel;
use crate::rng::Rng;
use coil::{BLURS, Blur, Spectrum, Wave};

mod coil;

/// The time that a wave of low frequency takes from one end to the other, for each metre of a recipe's length.
const PASS_S_PER_M: f64 = 0.0165;
/// From the shortest coil of a tank to the longest, in octaves.
const SPREAD: f64 = 0.48;
/// The transition frequency of a coil at a treble of 0.6, in Hz.
const TRANSITION_HZ: f64 = 4_400.0;
/// The all-passes of the two waves: their coefficients, and how many there are, as a power of two.
const CHIRP: (f64, u32) = (0.6, 7);
const SECOND_CHIRP: (f64, u32) = (-0.6, 8);
/// The band over which the second wave gets faster, where it gets softer, and where it ends, in Hz.
const SECOND_FASTER_HZ: f64 = 14_000.0;
const SECOND_SOFTER_HZ: f64 = 9_000.0;
const SECOND_END_HZ: f64 = 19_000.0;
/// How soft the second wave is at a treble of 0.6, in dB, how much that is less for each octave of the treble, and
/// how much sooner it arrives.
const SECOND_DB: f64 = -20.0;
const SECOND_TREBLE_DB: f64 = 12.0;
const SECOND_PASS: f64 = 0.5;
/// Nothing is heard of it below this level.
const SECOND_END_DB: f64 = 70.0;
/// The pick-up's high-pass, in Hz.
const BASS_CUT_HZ: f64 = 80.0;
/// What the coils carry less from octave to octave, in dB.
const TILT_DB: f64 = -0.7;
/// How much softer a channel's coils are heard in the other.
const ACROSS_DB: f64 = -3.0;
/// The end, in dB below the beginning.
const END_DB: f64 = 90.0;

fn uniform(rng: &mut Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// An amplitude for a level in dB.
fn amplitude(db: f64) -> f64 {
    exp2(db * (LOG2_10 / 20.0))
}

/// The impulse of each path at [`RENDER_HZ`]. `None` if cancelled.
pub(super) fn render(
    recipe: &RoomRecipe,
    paths: &[usize],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Vec<f32>>> {
    let transition = transition_hz(recipe);
    // Waves above the transition are softer; the octaves around it hear both.
    let second = second_db(recipe);
    let energy = |hz: f64| {
        let level = level(hz) * (low(hz, transition) + amplitude(second) * high(hz, transition));
        level * level * recipe.rt60_at(hz)
    };
    let times = BandTimes::new(|hz| recipe.rt60_at(hz), energy);
    let mut rows = vec![Vec::new(); paths.len()];
    for_each_parallel(&mut rows, cancelled, |number, row, cancelled| {
        *row = tank(recipe, paths[number], &times, cancelled)?;
        Some(())
    })?;
    Some(rows)
}

fn transition_hz(recipe: &RoomRecipe) -> f64 {
    TRANSITION_HZ * exp2(0.5 * log2(f64::from(recipe.treble) / 0.6))
}

/// How soft the second wave is.
fn second_db(recipe: &RoomRecipe) -> f64 {
    SECOND_DB + SECOND_TREBLE_DB * log2(f64::from(recipe.treble) / 0.6)
}

/// What a pick-up hears of any wave, as an amplitude.
fn level(hz: f64) -> f64 {
    let (square, cut) = (hz * hz, BASS_CUT_HZ * BASS_CUT_HZ);
    let cut = square / (square * square + cut * cut).sqrt();
    cut * amplitude(TILT_DB * log2(hz.max(20.0) / MIDDLE_HZ))
}

/// To the 24th power.
fn steep(x: f64) -> f64 {
    let cube = x * x * x;
    let twelfth = cube * cube * cube * cube;
    twelfth * twelfth
}

/// What is heard of the first wave.
fn low(hz: f64, transition: f64) -> f64 {
    1.0 / (1.0 + steep(hz / (0.9 * transition))).sqrt()
}

/// What is heard of the second, beside how soft it is.
fn high(hz: f64, transition: f64) -> f64 {
    let over = hz / SECOND_SOFTER_HZ;
    let square = over * over;
    let soft = 1.0 + square * square * square;
    let end = ((SECOND_END_HZ - hz) / 3000.0).clamp(0.0, 1.0);
    let ramp = end * end * (3.0 - 2.0 * end);
    ramp / ((1.0 + steep(1.08 * transition / hz)) * soft).sqrt()
}

/// The coils of one path. `None` if cancelled.
fn tank(
    recipe: &RoomRecipe,
    path: usize,
    times: &BandTimes,
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let rate = f64::from(RENDER_HZ);
    let longest = [BASS_HZ, MIDDLE_HZ, TREBLE_HZ]
        .map(|hz| recipe.rt60_at(hz))
        .into_iter()
        .fold(0.0, f64::max);
    let seconds = (longest * END_DB / 60.0 + 0.1).min(f64::from(MAX_SECONDS));
    let samples = (seconds * rate) as usize;
    let mut fft = Fft::on(&TwiddleTable::new_with(samples, cancelled)?);
    let mut spectrum = Spectrum {
        re: vec![0.0; fft.bins()],
        im: vec![0.0; fft.bins()],
        step_hz: rate / fft.size() as f64,
    };
    let mut rng = Rng::new(u64::from(recipe.seed), 0x5912 + path as u64);
    let coils = recipe.springs;
    let across = if path == 1 || path == 2 {
        amplitude(ACROSS_DB)
    } else {
        1.0
    };
    for coil in 0..coils {
        let place = (f64::from(coil) + 0.5) / f64::from(coils) - 0.5;
        let pass = f64::from(recipe.size_m[1]) * PASS_S_PER_M * exp2(SPREAD * place);
        let pass_s = pass * (0.98 + 0.04 * uniform(&mut rng));
        let transition = transition_hz(recipe) * (0.94 + 0.12 * uniform(&mut rng));
        let sign = if rng.next_u64() & 1 == 1 {
            across
        } else {
            -across
        };
        let first = Wave {
            band_hz: (10.0, 1.6 * transition),
            level: |hz| sign * level(hz) * low(hz, transition),
            delay_s: pass_s,
            chain_hz: (0.0, transition),
            chain: CHIRP.0,
            stages_log2: CHIRP.1,
            blurs: blurs(&mut rng, pass_s),
            rounds: rounds(&mut rng, seconds / (2.0 * pass_s)),
        };
        first.add_to(&mut spectrum, times, cancelled)?;
        let soft = sign * amplitude(second_db(recipe));
        let heard = (SECOND_END_DB + SECOND_DB) / 60.0 * times.at(transition);
        let second = Wave {
            band_hz: (0.6 * transition, SECOND_END_HZ),
            level: |hz| soft * level(hz) * high(hz, transition),
            delay_s: SECOND_PASS * pass_s,
            chain_hz: (transition, SECOND_FASTER_HZ),
            chain: SECOND_CHIRP.0,
            stages_log2: SECOND_CHIRP.1,
            blurs: blurs(&mut rng, pass_s),
            rounds: rounds(&mut rng, heard / (2.0 * SECOND_PASS * pass_s)),
        };
        second.add_to(&mut spectrum, times, cancelled)?;
    }
    fft.inverse_of(|bin| (spectrum.re[bin], spectrum.im[bin]), cancelled)?;
    let mut out: Vec<f32> = (0..samples).map(|at| fft.sample(at)).collect();
    let fade = out.len() / 20;
    for (i, sample) in out.iter_mut().rev().take(fade).enumerate() {
        *sample *= (i as f32 + 0.5) / fade as f32;
    }
    Some(out)
}

/// What blurs the rounds of a coil: up to a tenth of a pass each.
fn blurs(rng: &mut Rng, pass_s: f64) -> [Blur; BLURS] {
    std::array::from_fn(|_| Blur {
        gain: 0.3 + 0.3 * uniform(rng),
        delay_s: (0.015 + 0.085 * uniform(rng)) * pass_s,
    })
}

/// Which of the blurs a round has, for so many rounds.
fn rounds(rng: &mut Rng, count: f64) -> Vec<usize> {
    (0..count as usize + 1)
        .map(|_| (rng.next_u64() % BLURS as u64) as usize)
        .collect()
}
