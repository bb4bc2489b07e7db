//! Rooms sound as rooms do: dense from the start, without a thump at 0 Hz, alike to both ears in the bass, and the
//! same whatever the number of channels.

use std::cell::Cell;

use anteroom_impulse::rooms::Character;
use anteroom_impulse::{Impulse, NamedRoom, RoomRecipe, rooms};

const RATE: u32 = 48_000;

fn boxes() -> impl Iterator<Item = &'static NamedRoom> {
    let is_room = |room: &&NamedRoom| room.recipe.character == Character::Room;
    rooms().iter().filter(is_room)
}

fn some(names: &[&str], channels: usize) -> Vec<(String, Impulse)> {
    let render = |name: &&str| {
        let room = RoomRecipe::by_name(name).expect("a room");
        (name.to_string(), room.recipe.render(RATE, channels))
    };
    names.iter().map(render).collect()
}

fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|&x| f64::from(x) * f64::from(x)).sum()
}

/// Echo density as Abel and Huang define it (AES 2006): the part of 20 ms around `ms` that is above the deviation, in relation
/// to noise.
fn density(samples: &[f32], ms: usize) -> f64 {
    let half = RATE as usize / 100;
    let middle = ms * RATE as usize / 1000;
    let window = &samples[middle - half..middle + half];
    let deviation = (energy(window) / window.len() as f64).sqrt();
    let above = window.iter().filter(|x| f64::from(x.abs()) > deviation);
    above.count() as f64 / window.len() as f64 / 0.3173
}

/// The samples below about `hz`: two passes of a one-pole filter.
fn low(samples: &[f32], hz: f64) -> Vec<f32> {
    let keep = (-std::f64::consts::TAU * hz / f64::from(RATE)).exp();
    let mut held = [0.0f64; 2];
    let pass = |&x: &f32| {
        held[0] = held[0] * keep + f64::from(x) * (1.0 - keep);
        held[1] = held[1] * keep + held[0] * (1.0 - keep);
        held[1] as f32
    };
    samples.iter().map(pass).collect()
}

fn correlation(a: &[f32], b: &[f32]) -> f64 {
    let both: f64 = a
        .iter()
        .zip(b)
        .map(|(a, b)| f64::from(*a) * f64::from(*b))
        .sum();
    both / (energy(a) * energy(b)).sqrt()
}

#[test]
fn a_room_is_dense_from_the_start_and_has_no_gap() {
    for (name, impulse) in some(&["Car", "Studio", "Hall", "Tunnel", "Warehouse"], 2) {
        for channel in &impulse.channels {
            for (ms, least) in [(20, 0.6), (50, 0.8), (100, 0.85)] {
                let got = density(channel, ms);
                assert!(got > least, "{name}: {got:.2} at {ms} ms");
            }
        }
        // The louder of the channels, in pieces of 3 ms from the first reflection to 80 ms.
        let power = |at: usize| {
            let square = |row: &Vec<f32>| row[at] * row[at];
            impulse.channels.iter().map(square).fold(0.0f32, f32::max)
        };
        let powers: Vec<f32> = (480..3840).map(power).collect();
        let mean =
            |part: &[f32]| part.iter().map(|&x| f64::from(x)).sum::<f64>() / part.len() as f64;
        let quietest = powers.windows(144).map(mean).fold(f64::INFINITY, f64::min);
        let db = 10.0 * (quietest / mean(&powers)).log10();
        assert!(db > -15.0, "{name}: {db:.1} dB");
    }
}

#[test]
fn nothing_comes_so_early_that_it_combs_the_dry_sound() {
    for room in boxes().step_by(5) {
        let impulse = room.recipe.render(RATE, 4);
        for channel in &impulse.channels {
            let db = 10.0 * (energy(&channel[..240]) / energy(channel)).log10();
            assert!(db < -20.0, "{}: {db:.1} dB in the first 5 ms", room.name);
        }
    }
}

#[test]
fn a_room_does_nothing_at_0_hz() {
    for (name, impulse) in some(&["Vocal Booth", "Small Room", "Concert Hall"], 2) {
        for channel in &impulse.channels {
            let sum: f64 = channel.iter().map(|&x| f64::from(x)).sum();
            let db = 10.0 * (sum * sum / energy(channel)).log10();
            assert!(db < -5.0, "{name}: {db:.1} dB");
        }
    }
}

#[test]
fn two_ears_hear_the_same_bass_and_different_treble() {
    for (name, impulse) in some(&["Hall", "Church"], 4) {
        for pair in impulse.channels.chunks(2) {
            let late = |row: &Vec<f32>| low(&row[4800..], 100.0);
            let bass = correlation(&late(&pair[0]), &late(&pair[1]));
            assert!(bass > 0.8, "{name}: {bass:.2} in the bass");
            let high = |row: &Vec<f32>| -> Vec<f32> {
                let low = low(row, 1500.0);
                row.iter().zip(low).map(|(x, low)| x - low).collect()
            };
            let treble = correlation(&high(&pair[0]), &high(&pair[1]));
            assert!(treble.abs() < 0.3, "{name}: {treble:.2} in the treble");
        }
        // Two sources are two sources.
        let other = correlation(&impulse.channels[0], &impulse.channels[2]);
        assert!(other.abs() < 0.3, "{name}: {other:.2} from left to right");
    }
}

#[test]
fn no_recipe_in_range_makes_anything_but_a_room() {
    let hall = RoomRecipe::default();
    let far = RoomRecipe {
        distance: 0.9,
        early_db: 12.0,
        scattering: 0.05,
        coupled_s: 2.0,
        coupled_db: -6.0,
        ..hall.clone()
    };
    let sizes = [[1.0; 3], [200.0, 1.0, 1.0], [1.0, 200.0, 1.0], [200.0; 3]];
    let times = [
        (0.05, 0.25, 0.1),
        (0.05, 4.0, 2.0),
        (1.0, 4.0, 0.1),
        (1.0, 0.25, 2.0),
    ];
    for size_m in sizes {
        for (rt60_s, bass, treble) in times {
            for recipe in [&hall, &far] {
                let recipe = RoomRecipe {
                    size_m,
                    rt60_s,
                    bass,
                    treble,
                    ..recipe.clone()
                };
                let impulse = recipe.render(RATE, 1);
                let samples = &impulse.channels[0];
                assert!(samples.iter().all(|x| x.is_finite()), "{recipe:?}");
                let all = energy(samples);
                assert!(all > 1e-3, "{recipe:?} is silent");
                let end = energy(&samples[samples.len() - 960..]);
                assert!(end < 1e-5 * all, "{recipe:?} does not end");
            }
        }
    }
}

#[test]
fn a_room_that_nobody_wants_is_given_up() {
    let cathedral = RoomRecipe::by_name("Cathedral").expect("a room");
    for allowed in [0, 3, 50] {
        let asked = Cell::new(0);
        let cancelled = || {
            asked.set(asked.get() + 1);
            asked.get() > allowed
        };
        let made = cathedral.recipe.render_with(RATE, 4, &cancelled);
        assert_eq!(made, None, "after {allowed}");
    }
}

#[test]
fn every_room_says_what_it_is_for() {
    assert!(boxes().count() >= 27);
    for room in boxes() {
        let named = [room.name, room.category, room.use_for];
        assert!(named.iter().all(|text| !text.is_empty()), "{}", room.name);
        assert!(room.tags.len() >= 3, "{}", room.name);
        let same = rooms().iter().filter(|other| other.use_for == room.use_for);
        assert_eq!(same.count(), 1, "{}", room.use_for);
    }
}
