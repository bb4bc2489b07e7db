//! Springs.

use super::rooms::HALL;
use crate::rooms::{Character, NamedRoom, RoomRecipe};

const fn spring(
    springs: u32,
    length_m: f32,
    [rt60_s, bass, treble]: [f32; 3],
    seed: u32,
) -> RoomRecipe {
    RoomRecipe {
        character: Character::Spring,
        size_m: [1.0, length_m, 1.0],
        rt60_s,
        bass,
        treble,
        springs,
        seed,
        ..HALL
    }
}

const CATEGORY: &str = "Springs";

pub(super) const ALL: &[NamedRoom] = &[
    NamedRoom {
        name: "Spring",
        category: CATEGORY,
        tags: &["guitar", "keys", "vocal", "studio", "medium"],
        use_for: "a studio tank of three springs: dub, organ, and anything that wants character",
        recipe: spring(3, 2.0, [2.4, 1.1, 0.6], 300),
    },
    NamedRoom {
        name: "Guitar Spring",
        category: CATEGORY,
        tags: &["guitar", "surf", "amp", "bright", "medium"],
        use_for: "the two springs in a guitar amplifier: surf, twang and drip",
        recipe: spring(2, 2.2, [2.0, 1.0, 0.75], 304),
    },
    NamedRoom {
        name: "Six Springs",
        category: CATEGORY,
        tags: &["vocal", "keys", "smooth", "studio", "long"],
        use_for: "a large studio tank of six springs, smooth enough for voices and strings",
        recipe: spring(6, 2.4, [3.0, 1.15, 0.65], 306),
    },
    NamedRoom {
        name: "Short Spring",
        category: CATEGORY,
        tags: &["drums", "snare", "guitar", "short"],
        use_for: "a small, short tank: a splash on snare, clap or rhythm guitar",
        recipe: spring(3, 1.4, [1.1, 1.0, 0.7], 301),
    },
    NamedRoom {
        name: "Long Spring",
        category: CATEGORY,
        tags: &["dub", "pad", "effect", "long"],
        use_for: "long coils that wash for seconds: dub throws, drones and pads",
        recipe: spring(4, 3.0, [3.8, 1.1, 0.55], 305),
    },
    NamedRoom {
        name: "Dark Spring",
        category: CATEGORY,
        tags: &["lo-fi", "dub", "keys", "dark", "medium"],
        use_for: "four tired springs without treble: lo-fi keys and dub sirens",
        recipe: spring(4, 2.4, [1.8, 1.3, 0.45], 525),
    },
];
