//! Plates are as recorded ones: dense at once, with their level over frequency, and with modes.

use anteroom_impulse::rooms::Character;
use anteroom_impulse::{Impulse, NamedRoom, RoomRecipe, analyze, rooms};
use spectra::{band_db, band_pass, echo_density, levels, spectrum};
use std::cell::Cell;
use std::time::{Duration, Instant};

#[path = "common/spectra.rs"]
mod spectra;

const RATE: u32 = 48_000;
const MS: usize = 48;

/// From question to question: four times 20 ms, as other programs may be in the way.
const SOON: Duration = Duration::from_millis(80);

fn plates() -> impl Iterator<Item = &'static NamedRoom> {
    rooms()
        .iter()
        .filter(|room| room.recipe.character == Character::Plate)
}

fn plate(name: &str) -> Impulse {
    let found = plates().find(|room| room.name == name).expect("a plate");
    found.recipe.render(RATE, 1)
}

/// The level of a third of an octave, in dB re that at 1 kHz.
fn tone(samples: &[f32], hz: f64) -> f64 {
    let spectrum = spectrum(samples, RATE);
    let edge = 2f64.powf(1.0 / 6.0);
    let third = |hz: f64| band_db(&spectrum, (hz / edge, hz * edge));
    third(hz) - third(1000.0)
}

#[test]
fn there_are_plates_from_bright_to_dark_and_from_short_to_long() {
    let times: Vec<f32> = plates().map(|plate| plate.recipe.rt60_s).collect();
    assert!(times.len() >= 7, "{times:?}");
    assert!(times.iter().any(|&s| s <= 1.1) && times.iter().any(|&s| s >= 4.5));
    for plate in plates() {
        assert!(
            !plate.tags.is_empty() && !plate.use_for.is_empty(),
            "{plate:?}"
        );
    }
}

#[test]
fn the_level_over_frequency_is_that_of_recorded_plates() {
    // A damper in the middle, open, and closed.
    for (name, at_8_khz, at_16_khz) in [
        ("Plate", -25.0, -31.0),
        ("Bright Plate", -16.0, -22.0),
        ("Dark Plate", -35.0, -41.0),
    ] {
        let made = &plate(name).channels[0];
        for (hz, want) in [(63.0, -13.0), (8000.0, at_8_khz), (16_000.0, at_16_khz)] {
            let got = tone(made, hz);
            assert!(
                (got - want).abs() <= 6.0,
                "{name} at {hz} Hz: {got:.1} dB for {want}"
            );
        }
    }
}

#[test]
fn a_plate_is_dense_from_the_first_milliseconds_and_has_no_hole() {
    for plate in plates() {
        let made = plate.recipe.render(RATE, 2);
        let density = |channel: &Vec<f32>| {
            let at = (15..=25).map(|ms| echo_density(channel, ms * MS, 10 * MS));
            at.sum::<f64>() / 11.0
        };
        let dense = made.channels.iter().map(density).sum::<f64>() / 2.0;
        assert!(dense >= 0.85, "{}: {dense:.2}", plate.name);
        // Levels of 3 ms, with the decay taken out, re those at 45 ms.
        let fall = 60.0 / f64::from(plate.recipe.rt60_s) / (1000.0 * MS as f64);
        let bands: Vec<Vec<f64>> = made
            .channels
            .iter()
            .map(|channel| levels(&band_pass(channel, RATE, (177.0, 5657.0)), 3 * MS))
            .collect();
        let level = |at: usize| {
            let power: f64 = bands.iter().map(|band| 10f64.powf(band[at] / 10.0)).sum();
            10.0 * power.log10() + at as f64 * fall
        };
        let end = (40 * MS..50 * MS).map(level).sum::<f64>() / (10 * MS) as f64;
        for ms in 8..46 {
            let beside = level(ms * MS - MS * 3 / 2) - end;
            assert!(
                (-4.5..6.5).contains(&beside),
                "{} at {ms} ms: {beside:.1} dB",
                plate.name
            );
        }
    }
}

#[test]
fn modes_stand_out_of_the_spectrum() {
    // Of noise one bin in a thousand is 8.4 dB above the mean of those around; modes that do not overlap are higher.
    let made = &plate("Long Plate").channels[0];
    let (bins, step_hz) = spectrum(made, RATE);
    let power: Vec<f64> = bins.iter().map(|bin| f64::from(bin.norm_sqr())).collect();
    let around = (50.0 / step_hz) as usize;
    let mut ratios: Vec<f64> = ((200.0 / step_hz) as usize..(4000.0 / step_hz) as usize)
        .map(|i| {
            let mean: f64 = power[i - around..=i + around].iter().sum();
            power[i] / mean * (2 * around + 1) as f64
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    let high = 10.0 * ratios[ratios.len() * 999 / 1000].log10();
    assert!((10.5..12.5).contains(&high), "{high:.1} dB");
}

#[test]
fn treble_is_damped_as_in_recorded_plates() {
    for plate in plates() {
        let found = analyze(&plate.recipe.render(RATE, 1));
        let bands = &found.channels[0].bands;
        let t30 = |hz: f64| {
            let band = bands.iter().find(|band| band.centre_hz == Some(hz));
            band.and_then(|band| band.t30_s).expect("it is measured")
        };
        let ratio = t30(4000.0) / t30(1000.0);
        assert!((0.45..=0.77).contains(&ratio), "{}: {ratio:.2}", plate.name);
    }
}

#[test]
fn left_and_right_are_different_places_of_the_same_sheet() {
    let made = plates().next().expect("a plate").recipe.render(RATE, 4);
    for (a, b) in [(0, 1), (0, 2), (0, 3), (1, 2)] {
        let (a, b) = (&made.channels[a], &made.channels[b]);
        let product = |a: &[f32], b: &[f32]| -> f64 {
            let both = a.iter().zip(b);
            both.map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
        };
        let alike = product(a, b) / (product(a, a) * product(b, b)).sqrt();
        assert!(alike.abs() < 0.2, "{alike:.2}");
        let balance = 10.0 * (product(a, a) / product(b, b)).log10();
        assert!(balance.abs() < 2.0, "{balance:.1} dB");
    }
}

#[test]
fn a_plate_that_nobody_wants_is_given_up_at_once() {
    let recipe = &plates().next().expect("a plate").recipe;
    // The best of some.
    let longest = (0..8).map(|_| {
        let (last, longest) = (Cell::new(Instant::now()), Cell::new(Duration::ZERO));
        let made = recipe.render_with(RATE, 4, &|| {
            longest.set(longest.get().max(last.get().elapsed()));
            last.set(Instant::now());
            false
        });
        assert!(made.is_some());
        longest.get()
    });
    let longest = longest.min().expect("some");
    assert!(longest < SOON, "{longest:?}");
    assert!(recipe.render_with(RATE, 4, &|| true).is_none());
}

#[test]
fn any_recipe_makes_a_plate() {
    for (size, rt60_s, treble) in [(1.0, 0.05, 0.1), (200.0, 0.3, 2.0)] {
        let made = RoomRecipe {
            character: Character::Plate,
            size_m: [size, size, size],
            rt60_s,
            treble,
            ..RoomRecipe::default()
        }
        .render(RATE, 1);
        assert!(made.frames() > 1000);
        assert!(made.channels[0].iter().all(|sample| sample.is_finite()));
    }
}
