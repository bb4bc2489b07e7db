//! A room that is heard from nearer or from further away: what is measured in it moves one way, and how long it rings
//! and how loud it is stays.

use anteroom_impulse::rooms::Character;
use anteroom_impulse::{Impulse, RoomRecipe, Shape, analyze, rooms, shape};

const RATE: u32 = 48_000;

fn at(distance_percent: f32) -> Shape {
    Shape {
        distance_percent,
        ..Shape::default()
    }
}

/// As `anteroom room` and the loader do it.
fn heard(recipe: &RoomRecipe, percent: f32, channels: usize) -> Impulse {
    let (placed, rest) = recipe.placed(&at(percent));
    shape(&placed.render(RATE, channels), &rest)
}

/// The energy of the first milliseconds after the dry sound to that of the rest, in dB.
fn clarity(samples: &[f32], ms: usize) -> f64 {
    let energy = |part: &[f32]| -> f64 { part.iter().map(|&x| f64::from(x).powi(2)).sum() };
    let (early, late) = samples.split_at((ms * RATE as usize / 1000).min(samples.len()));
    10.0 * (energy(early) / energy(late)).log10()
}

#[test]
fn from_near_to_far_a_room_gets_less_clear_and_rings_as_long() {
    for name in ["Hall", "Small Room", "Car", "Church"] {
        let recipe = &RoomRecipe::by_name(name).expect("a room").recipe;
        let own = analyze(&heard(recipe, 0.0, 1));
        let mut before = [f64::INFINITY; 2];
        for percent in [-100.0, -50.0, 0.0, 50.0, 100.0] {
            let made = heard(recipe, percent, 1);
            let now = [50, 80].map(|ms| clarity(&made.channels[0], ms));
            for (now, before) in now.iter().zip(before) {
                assert!(*now < before - 0.2, "{name} at {percent} %: {now:.2} dB");
            }
            before = now;
            let found = analyze(&made);
            let bands = found.channels[0].bands.iter();
            // At 16 kHz the air leaves so little that the first reflections are half of the decay.
            for (band, own) in bands.zip(&own.channels[0].bands).take(8) {
                let (Some(found), Some(own)) = (band.t30_s, own.t30_s) else {
                    continue;
                };
                let near = (found / own - 1.0).abs() < 0.05;
                let hz = band.centre_hz;
                assert!(near, "{name} at {percent} %: {found} and {own} at {hz:?}");
            }
        }
    }
}

#[test]
fn both_ears_of_both_sources_move_alike() {
    let hall = RoomRecipe::default();
    let [near, own, far] = [-100.0, 0.0, 100.0].map(|percent| heard(&hall, percent, 4));
    for path in 0..4 {
        let [near, own, far] = [&near, &own, &far].map(|made| clarity(&made.channels[path], 80));
        assert!(near > own + 3.0 && own > far + 2.0, "{near} {own} {far}");
    }
}

#[test]
fn a_room_is_as_loud_from_everywhere() {
    let hall = RoomRecipe::default();
    for percent in [-100.0, 30.0, 100.0] {
        let made = heard(&hall, percent, 2);
        // Pink noise comes out as loud as it goes in: there is nothing left to do.
        let again = shape(&made, &Shape::default());
        let pairs = made.channels[0].iter().zip(&again.channels[0]);
        let worst = pairs.fold(0.0_f32, |worst, (a, b)| worst.max((a - b).abs()));
        assert!(worst < 1e-3 * made.peak(), "{percent}: {worst}");
    }
}

/// Each room, and not only those that are listened to above, is a room wherever it is heard from.
#[test]
fn the_ends_of_the_way_are_rooms_too() {
    let boxes = rooms()
        .iter()
        .filter(|room| room.recipe.character == Character::Room);
    for room in boxes.step_by(5) {
        let mut before = f64::INFINITY;
        for percent in [-100.0, 0.0, 100.0] {
            let made = heard(&room.recipe, percent, 1);
            let samples = &made.channels[0];
            assert!(samples.iter().all(|x| x.is_finite()), "{}", room.name);
            let now = clarity(samples, 80);
            assert!(now < before, "{} at {percent} %: {now}", room.name);
            before = now;
        }
    }
}

/// What has no place in a room is shaped as a recording is: its beginning and its early part beside the tail.
#[test]
fn a_plate_moves_as_a_recording_does_and_a_device_does_not() {
    let plate = &RoomRecipe::by_name("Plate").expect("a plate").recipe;
    let [near, own, far] = [-100.0, 0.0, 100.0].map(|percent| heard(plate, percent, 1));
    let [near, own, far] = [&near, &own, &far].map(|made| clarity(&made.channels[0], 20));
    assert!(near > own && own > far, "{near} {own} {far}");
    let device = rooms()
        .iter()
        .find(|room| room.recipe.character == Character::Device)
        .expect("a device");
    assert_eq!(
        heard(&device.recipe, 100.0, 2),
        heard(&device.recipe, 0.0, 2)
    );
}
