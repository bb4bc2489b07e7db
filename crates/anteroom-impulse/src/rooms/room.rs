//! Air in a box: scattered images of the source, and a diffuse field that takes over from them.

use std::f64::consts::LOG2_10;

use super::air::SOUND_M_S;
use super::bands::{Bands, Group};
use super::calibration::{Calibration, EAGER};
use super::diffuse_field::{Envelope, Noise, Spectrum, Tables, sound};
use super::images::{Geometry, Place, Reflections, diffuse};
use super::{RENDER_HZ, RoomRecipe};
use crate::analyze::CENTRES_HZ;
use crate::math::{exp2, sin_cos};
use crate::parallel::for_each_parallel;

/// Rounds of measuring and making again; they end earlier when every octave is this close.
const ROUNDS: usize = 6;
const CLOSE: f64 = 1.01;
/// The end of a room that has no end is faded out over this part.
const FADE: usize = 40;
/// But over this many samples at least, in which the filters of the lowest bands ring out.
const FADE_LEAST: usize = 9_600;

/// The impulse of each path at [`RENDER_HZ`]. `None` if cancelled.
pub(super) fn render(
    recipe: &RoomRecipe,
    paths: &[usize],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Vec<f32>>> {
    let bands: Vec<_> = paths.iter().map(|&path| Bands::new(recipe, path)).collect();
    let largest = bands[0].groups.iter().map(|group| group.size).max()?;
    let tables = Tables::new(largest, cancelled)?;
    let (mono, gain) = (
        paths.len() == 1,
        exp2(f64::from(recipe.early_db) / 20.0 * LOG2_10),
    );
    let reflections = |path: usize, cancelled: &dyn Fn() -> bool| {
        let place = Place::new(recipe, path, mono);
        let early = Reflections::new(recipe, &place, f64::from(RENDER_HZ), cancelled)?;
        let levels = (diffuse(mono), gain);
        let envelope = Envelope::new(recipe, &early, place.direct_m, levels);
        Some((early, envelope))
    };
    // On average all paths ring as the first does.
    let (_, envelope) = reflections(paths[0], cancelled)?;
    let calibration = &Calibration::new(recipe, &bands[0], &envelope);
    let mut rows = vec![Vec::new(); paths.len()];
    for_each_parallel(&mut rows, cancelled, |number, row, cancelled| {
        let path = paths[number];
        // Two channels are the two ears of one source.
        let pair = if paths.len() == 4 { path / 2 } else { 0 };
        let (early, envelope) = reflections(path, cancelled)?;
        let noise = Noise {
            bands: &bands[number],
            envelope: &envelope,
            tables: &tables,
            seed: recipe.seed,
            pair,
            second: path % 2 == 1,
        };
        let bursts = first(recipe, &noise, (&early, gain), cancelled)?;
        let mut samples = whole(calibration.clone(), &noise, &bursts, cancelled)?;
        ends(&mut samples, early.first_s);
        *row = samples;
        Some(())
    })?;
    Some(rows)
}

/// The bursts and the noise of all bands, each octave of which rings as long as it was asked to.
fn whole(
    mut calibration: Calibration,
    noise: &Noise,
    bursts: &[f32],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let bands = noise.bands;
    // The bursts are short: they go with the shortest sound that they fit into.
    let fits = |group: &Group| group.frames >= bursts.len();
    let with_bursts = bands.groups.iter().rposition(fits).unwrap_or(0);
    let mut fft = noise.tables.fft(bands.groups[with_bursts].size);
    let mut early = (vec![0.0; fft.bins()], vec![0.0; fft.bins()]);
    fft.forward_with(bursts, (&mut early.0, &mut early.1), cancelled)?;
    drop(fft);
    let unsure = calibration.unsure();
    // What is heard of the bands around an octave reaches an octave further.
    let highest = unsure
        .checked_sub(1)
        .map_or(0.0, |octave| 2.0 * CENTRES_HZ[octave]);
    let measured = bands.all.partition_point(|band| band.hz < highest);
    let mut spectra: Vec<Spectrum> = Vec::new();
    for round in 1..=ROUNDS {
        spectra = bands
            .groups
            .iter()
            .enumerate()
            .map(|(number, group)| {
                let bins = group.size / 2 + 1;
                match number == with_bursts {
                    true => early.clone(),
                    false => (vec![0.0; bins], vec![0.0; bins]),
                }
            })
            .collect();
        add(noise, &calibration, 0..measured, &mut spectra, cancelled)?;
        let mut worst = 1.0f64;
        let times: Vec<_> = (0..unsure)
            .map(|octave| calibration.measured(octave, bands, &spectra, noise.tables))
            .collect();
        let before = calibration.stretch.clone();
        for (octave, time) in times.into_iter().enumerate() {
            worst = worst.max(calibration.correct(octave, time, EAGER));
        }
        if worst < CLOSE || round == ROUNDS {
            // It stays as it was made.
            calibration.stretch = before;
            break;
        }
    }
    let rest = measured..bands.all.len();
    add(noise, &calibration, rest, &mut spectra, cancelled)?;
    let mut samples = vec![0.0f32; bands.frames];
    for (group, (mut re, mut im)) in bands.groups.iter().zip(spectra) {
        let mut fft = noise.tables.fft(group.size);
        sound(bands, group, &mut fft, (&mut re, &mut im), cancelled)?;
        for (at, sample) in samples.iter_mut().enumerate().take(group.frames) {
            // What the bands ring before their beginning comes round to the end.
            let left = group.frames - at;
            let gain = if left < FADE_LEAST {
                fade(left, FADE_LEAST)
            } else {
                1.0
            };
            *sample += gain * fft.sample(at);
        }
    }
    Some(samples)
}

fn add(
    noise: &Noise,
    calibration: &Calibration,
    range: std::ops::Range<usize>,
    spectra: &mut [Spectrum],
    cancelled: &dyn Fn() -> bool,
) -> Option<()> {
    for (group, (re, im)) in noise.bands.groups.iter().zip(spectra) {
        for number in group.bands.clone().filter(|number| range.contains(number)) {
            if cancelled() {
                return None;
            }
            let stretch = calibration.at(noise.bands.all[number].hz);
            noise.add(group, number, stretch, (re, im), cancelled)?;
        }
    }
    Some(())
}

/// What reflections do not scatter.
fn first(
    recipe: &RoomRecipe,
    noise: &Noise,
    (early, gain): (&Reflections, f64),
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<f32>> {
    let bands = noise.bands;
    let longest = early.bursts.iter().map(Vec::len).max().unwrap_or(0);
    let mut fft = noise.tables.fft(2 * longest);
    let bins = fft.bins();
    let step = f64::from(RENDER_HZ) / fft.size() as f64;
    let free_path_s = Geometry::new(recipe).free_path / SOUND_M_S;
    let fall = |time: f64| exp2(-3.0 * LOG2_10 * free_path_s / time);
    let walls: Vec<f64> = bands
        .all
        .iter()
        .map(|band| (1.0 - band.scattering).sqrt() * fall(band.rt60_s))
        .collect();
    let tones: Vec<f64> = bands
        .all
        .iter()
        .map(|band| gain * band.tone.sqrt())
        .collect();
    let walls: Vec<f32> = (0..bins)
        .map(|bin| bands.between(&walls, bin as f64 * step) as f32)
        .collect();
    let (mut sum_re, mut sum_im) = (vec![0.0f32; bins], vec![0.0f32; bins]);
    let (mut re, mut im) = (vec![0.0f32; bins], vec![0.0f32; bins]);
    // Horner's scheme: what is left of higher orders meets the wall once more.
    for order in early.bursts.iter().rev() {
        if cancelled() {
            return None;
        }
        fft.forward(order, &mut re, &mut im);
        for bin in 0..bins {
            sum_re[bin] = (sum_re[bin] + re[bin]) * walls[bin];
            sum_im[bin] = (sum_im[bin] + im[bin]) * walls[bin];
        }
    }
    for bin in 0..bins {
        let hz = bin as f64 * step;
        let tone = bands.between(&tones, hz) as f32;
        sum_re[bin] *= tone;
        sum_im[bin] *= tone;
    }
    let mut sound = vec![0.0f32; fft.size()];
    fft.inverse(&sum_re, &sum_im, &mut sound);
    sound.truncate(longest);
    Some(sound)
}

/// Fades in up to the first reflection, what the low bands ring before it, and out at the end.
fn ends(samples: &mut [f32], first_s: f64) {
    let count = samples.len();
    let up = ((first_s * f64::from(RENDER_HZ)) as usize).clamp(1, count.max(1));
    for (at, sample) in samples.iter_mut().enumerate().take(up) {
        *sample *= fade(at, up);
    }
    let down = (count / FADE).max(FADE_LEAST).min(count / 3).max(1);
    for (at, sample) in samples.iter_mut().rev().enumerate().take(down) {
        *sample *= fade(at, down);
    }
}

/// From 0 to 1 without a corner.
fn fade(at: usize, of: usize) -> f32 {
    let (sin, _) = sin_cos(std::f64::consts::FRAC_PI_2 * at as f64 / of as f64);
    (sin * sin) as f32
}
