//! Rooms: air between walls, from small to large.

use crate::rooms::{Character, Model, NamedRoom, RoomRecipe};

/// The room of a new instance.
pub(in crate::rooms) const HALL: RoomRecipe = RoomRecipe {
    character: Character::Room,
    size_m: [18.0, 30.0, 12.0],
    rt60_s: 1.9,
    bass: 1.2,
    treble: 0.5,
    distance: 0.4,
    early_db: 0.0,
    seed: 1,
    springs: 3,
    model: Model::Plain,
    scattering: 0.8,
    coupled_s: 0.0,
    coupled_db: -20.0,
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

pub(super) const ALL: &[NamedRoom] = &[
    NamedRoom {
        name: "Vocal Booth",
        category: "Rooms",
        tags: &[],
        use_for: "dry and close, for a voice",
        recipe: room([1.8, 2.2, 2.3], 0.2, 1.3, 0.8, 11),
    },
    NamedRoom {
        name: "Small Room",
        category: "Rooms",
        tags: &[],
        use_for: "a furnished room",
        recipe: room([4.0, 5.5, 2.6], 0.45, 1.1, 0.7, 2),
    },
    NamedRoom {
        name: "Studio",
        category: "Rooms",
        tags: &[],
        use_for: "a live room of wood",
        recipe: room([7.0, 9.0, 3.8], 0.6, 1.0, 0.8, 12),
    },
    NamedRoom {
        name: "Drum Room",
        category: "Rooms",
        tags: &[],
        use_for: "bright, hard walls",
        recipe: room([6.0, 8.0, 4.5], 0.9, 0.9, 0.8, 13),
    },
    NamedRoom {
        name: "Stairwell",
        category: "Rooms",
        tags: &[],
        use_for: "tall, narrow, concrete",
        recipe: room([2.5, 5.0, 14.0], 2.1, 1.1, 0.45, 14),
    },
    NamedRoom {
        name: "Chamber",
        category: "Rooms",
        tags: &[],
        use_for: "a tiled echo chamber",
        recipe: room([4.5, 6.0, 3.5], 1.5, 1.1, 0.6, 15),
    },
    NamedRoom {
        name: "Club",
        category: "Rooms",
        tags: &[],
        use_for: "low ceiling, full of people",
        recipe: room([12.0, 20.0, 4.0], 0.8, 1.4, 0.6, 16),
    },
    NamedRoom {
        name: "Theatre",
        category: "Rooms",
        tags: &[],
        use_for: "plush seats, clear speech",
        recipe: room([20.0, 26.0, 11.0], 1.1, 1.2, 0.6, 17),
    },
    NamedRoom {
        name: "Hall",
        category: "Rooms",
        tags: &[],
        use_for: "a hall for chamber music",
        recipe: HALL,
    },
    NamedRoom {
        name: "Concert Hall",
        category: "Rooms",
        tags: &[],
        use_for: "a shoebox for an orchestra",
        recipe: room([24.0, 48.0, 18.0], 2.2, 1.2, 0.45, 18),
    },
    NamedRoom {
        name: "Opera House",
        category: "Rooms",
        tags: &[],
        use_for: "boxes and velvet",
        recipe: room([26.0, 34.0, 20.0], 1.5, 1.2, 0.5, 19),
    },
    NamedRoom {
        name: "Warehouse",
        category: "Rooms",
        tags: &[],
        use_for: "steel and concrete, empty",
        recipe: room([40.0, 60.0, 10.0], 3.2, 1.0, 0.4, 20),
    },
    NamedRoom {
        name: "Church",
        category: "Rooms",
        tags: &[],
        use_for: "stone walls, a wooden roof",
        recipe: room([14.0, 36.0, 14.0], 3.6, 1.1, 0.4, 21),
    },
    NamedRoom {
        name: "Cathedral",
        category: "Rooms",
        tags: &[],
        use_for: "a nave of stone",
        recipe: room([30.0, 90.0, 28.0], 7.5, 1.1, 0.3, 22),
    },
];
