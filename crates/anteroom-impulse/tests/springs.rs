//! Springs chirp, twice, and do nothing else: no thump, no click, no pedestal.

use anteroom_impulse::rooms::Character;
use anteroom_impulse::{NamedRoom, RoomRecipe, rooms};
use spectra::{band_db, band_pass, levels, spectrum};

#[path = "common/spectra.rs"]
#[allow(dead_code, reason = "this binary uses some of it")]
mod spectra;

const RATE: u32 = 48_000;
const MS: usize = 48;

fn springs() -> impl Iterator<Item = &'static NamedRoom> {
    rooms()
        .iter()
        .filter(|room| room.recipe.character == Character::Spring)
}

#[test]
fn there_are_tanks_with_few_and_many_springs_short_and_long() {
    let of = |value: fn(&RoomRecipe) -> f32| springs().map(move |room| value(&room.recipe));
    assert!(springs().count() >= 5);
    assert!(of(|recipe| recipe.springs as f32).any(|count| count == 2.0));
    assert!(of(|recipe| recipe.springs as f32).any(|count| count > 3.0));
    assert!(
        of(|recipe| recipe.rt60_s).any(|s| s < 1.3) && of(|recipe| recipe.rt60_s).any(|s| s > 3.5)
    );
    for spring in springs() {
        assert!(
            !spring.tags.is_empty() && !spring.use_for.is_empty(),
            "{spring:?}"
        );
    }
}

/// When the first wave arrives in a band, in milliseconds: where half of its energy in the first 110 ms is over.
fn arrival_ms(samples: &[f32], hz: f64) -> f64 {
    let band = band_pass(samples, RATE, (hz / 1.06, hz * 1.06));
    let level = levels(&band[..110 * MS], 2 * MS);
    let highest = level.iter().copied().fold(f64::MIN, f64::max);
    let first = level.iter().position(|&level| level > highest - 6.0);
    first.map_or(0.0, |at| at as f64 / MS as f64 + 1.0)
}

#[test]
fn chirps_rise_below_the_transition_and_fall_above_it() {
    for name in ["Spring", "Guitar Spring", "Long Spring"] {
        let room = RoomRecipe::by_name(name).expect("a spring");
        let made = &room.recipe.render(RATE, 1).channels[0];
        let [bass, low, high] = [400.0, 2000.0, 3700.0].map(|hz| arrival_ms(made, hz));
        assert!(
            bass + 1.0 < low && low + 5.0 < high,
            "{name}, first wave: {bass:.1} {low:.1} {high:.1}"
        );
        let [low, middle, high] = [6000.0, 8000.0, 13_000.0].map(|hz| arrival_ms(made, hz));
        assert!(
            low > middle + 3.0 && middle > high + 1.0,
            "{name}, second wave: {low:.1} {middle:.1} {high:.1}"
        );
        assert!(high < bass, "{name}: {high:.1} {bass:.1}");
    }
}

#[test]
fn nothing_comes_before_the_waves_or_long_after_them() {
    for spring in springs() {
        let made = &spring.recipe.render(RATE, 1).channels[0];
        let name = spring.name;
        let level = levels(made, 30 * MS);
        let loudest = level.iter().copied().fold(f64::MIN, f64::max);
        let peak_at = level.iter().position(|&level| level == loudest);
        let after = &level[peak_at.expect("there is one") + 150 * MS..];
        let mut least = f64::MAX;
        for (at, &level) in after
            .iter()
            .enumerate()
            .filter(|(_, l)| **l > loudest - 70.0)
        {
            least = least.min(level);
            assert!(level - least < 10.0, "{name}: a rise {} ms later", at / MS);
        }
        let short = levels(made, MS);
        let loudest = short.iter().copied().fold(f64::MIN, f64::max);
        assert!(
            short[..4 * MS].iter().all(|&level| level < loudest - 70.0),
            "{name}"
        );
        assert!(
            *short.last().expect("it is not empty") < loudest - 80.0,
            "{name}"
        );
    }
}

#[test]
fn there_is_nothing_at_zero_and_at_the_highest_frequencies() {
    for spring in springs() {
        let made = &spring.recipe.render(RATE, 1).channels[0];
        let spectrum = spectrum(made, RATE);
        let half = f64::from(RATE) / 2.0;
        let all = band_db(&spectrum, (0.0, half));
        for (band, below) in [((0.0, 5.0), 30.0), ((half - 500.0, half), 60.0)] {
            let db = band_db(&spectrum, band) - all;
            assert!(db < -below, "{}, {band:?} Hz: {db:.1} dB", spring.name);
        }
        // The pick-up's high-pass.
        let bass = band_db(&spectrum, (25.0, 40.0)) - band_db(&spectrum, (150.0, 600.0));
        assert!(bass < -8.0, "{}: {bass:.1} dB", spring.name);
    }
}

#[test]
fn a_tank_has_from_one_to_eight_springs() {
    let tank = |springs: u32| {
        let recipe = RoomRecipe {
            springs,
            rt60_s: 0.4,
            ..RoomRecipe::by_name("Spring")
                .expect("a spring")
                .recipe
                .clone()
        };
        recipe.render(RATE, 1).channels.remove(0)
    };
    let bits = |samples: &[f32]| samples.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&tank(0)), bits(&tank(1)));
    assert_eq!(bits(&tank(99)), bits(&tank(8)));
    assert_ne!(bits(&tank(2)), bits(&tank(3)));
}

#[test]
fn a_spring_that_nobody_wants_is_given_up() {
    let recipe = &RoomRecipe::by_name("Six Springs").expect("a spring").recipe;
    assert!(recipe.render_with(RATE, 4, &|| true).is_none());
}
