//! The built-in rooms. Names and recipes are part of projects: they stay as they are.

use super::{Character, NamedRoom, RoomRecipe};

/// The room of a new instance.
pub(super) const HALL: RoomRecipe = RoomRecipe {
    character: Character::Room,
    size_m: [18.0, 30.0, 12.0],
    rt60_s: 1.9,
    bass: 1.2,
    treble: 0.5,
    distance: 0.4,
    early_db: 0.0,
    seed: 1,
};

const fn room(size_m: [f32; 3], rt60_s: f32, bass: f32, treble: f32, seed: u32) -> RoomRecipe {
    RoomRecipe {
        size_m,
        rt60_s,
        bass,
        treble,
        seed,
        ..HALL
    }
}

const fn metal(character: Character, rt60_s: f32, bass: f32, treble: f32, seed: u32) -> RoomRecipe {
    RoomRecipe {
        character,
        size_m: [1.0, 2.0, 1.0],
        rt60_s,
        bass,
        treble,
        seed,
        ..HALL
    }
}

const fn named(name: &'static str, about: &'static str, recipe: RoomRecipe) -> NamedRoom {
    NamedRoom {
        name,
        about,
        recipe,
    }
}

static ROOMS: [NamedRoom; 17] = [
    named(
        "Vocal Booth",
        "dry and close, for a voice",
        room([1.8, 2.2, 2.3], 0.2, 1.3, 0.8, 11),
    ),
    named(
        "Small Room",
        "a furnished room",
        room([4.0, 5.5, 2.6], 0.45, 1.1, 0.7, 2),
    ),
    named(
        "Studio",
        "a live room of wood",
        room([7.0, 9.0, 3.8], 0.6, 1.0, 0.8, 12),
    ),
    named(
        "Drum Room",
        "bright, hard walls",
        room([6.0, 8.0, 4.5], 0.9, 0.9, 0.8, 13),
    ),
    named(
        "Stairwell",
        "tall, narrow, concrete",
        room([2.5, 5.0, 14.0], 2.1, 1.1, 0.45, 14),
    ),
    named(
        "Chamber",
        "a tiled echo chamber",
        room([4.5, 6.0, 3.5], 1.5, 1.1, 0.6, 15),
    ),
    named(
        "Club",
        "low ceiling, full of people",
        room([12.0, 20.0, 4.0], 0.8, 1.4, 0.6, 16),
    ),
    named(
        "Theatre",
        "plush seats, clear speech",
        room([20.0, 26.0, 11.0], 1.1, 1.2, 0.6, 17),
    ),
    named("Hall", "a hall for chamber music", HALL),
    named(
        "Concert Hall",
        "a shoebox for an orchestra",
        room([24.0, 48.0, 18.0], 2.2, 1.2, 0.45, 18),
    ),
    named(
        "Opera House",
        "boxes and velvet",
        room([26.0, 34.0, 20.0], 1.5, 1.2, 0.5, 19),
    ),
    named(
        "Warehouse",
        "steel and concrete, empty",
        room([40.0, 60.0, 10.0], 3.2, 1.0, 0.4, 20),
    ),
    named(
        "Church",
        "stone walls, a wooden roof",
        room([14.0, 36.0, 14.0], 3.6, 1.1, 0.4, 21),
    ),
    named(
        "Cathedral",
        "a nave of stone",
        room([30.0, 90.0, 28.0], 7.5, 1.1, 0.3, 22),
    ),
    named(
        "Plate",
        "a steel plate",
        metal(Character::Plate, 2.2, 1.3, 0.5, 3),
    ),
    named(
        "Dark Plate",
        "a plate with its damper half closed",
        metal(Character::Plate, 1.4, 1.5, 0.35, 23),
    ),
    named(
        "Spring",
        "three springs in a tank",
        metal(Character::Spring, 2.4, 1.1, 0.6, 24),
    ),
];

/// The built-in rooms, from small to large, then plates and the spring.
pub fn rooms() -> &'static [NamedRoom] {
    &ROOMS
}
