//! Plates.

use super::rooms::HALL;
use crate::rooms::{Character, NamedRoom, RoomRecipe};

const fn plate(
    size_m: [f32; 2],
    distance: f32,
    [rt60_s, bass, treble]: [f32; 3],
    seed: u32,
) -> RoomRecipe {
    RoomRecipe {
        character: Character::Plate,
        size_m: [size_m[0], size_m[1], 1.0],
        rt60_s,
        bass,
        treble,
        distance,
        seed,
        ..HALL
    }
}

const CATEGORY: &str = "Plates";

pub(super) const ALL: &[NamedRoom] = &[
    NamedRoom {
        name: "Plate",
        category: CATEGORY,
        tags: &["vocal", "snare", "classic", "medium"],
        use_for: "the classic studio plate with its damper in the middle: first choice for lead vocals",
        recipe: plate([1.0, 2.0], 0.4, [2.2, 1.3, 0.5], 102),
    },
    NamedRoom {
        name: "Dark Plate",
        category: CATEGORY,
        tags: &["vocal", "keys", "warm", "dark", "short"],
        use_for: "a plate with its damper closed: warmth behind a voice or a piano that stays out of the way",
        recipe: plate([1.05, 2.1], 0.3, [1.4, 1.5, 0.35], 85),
    },
    NamedRoom {
        name: "Bright Plate",
        category: CATEGORY,
        tags: &["vocal", "pop", "bright", "medium"],
        use_for: "air and shimmer for a pop vocal or an acoustic guitar",
        recipe: plate([1.0, 2.05], 0.4, [2.6, 1.1, 0.66], 117),
    },
    NamedRoom {
        name: "Short Plate",
        category: CATEGORY,
        tags: &["snare", "drums", "percussion", "bright", "short"],
        use_for: "a tight, bright second for snare and percussion",
        recipe: plate([1.0, 1.9], 0.4, [1.0, 1.2, 0.66], 81),
    },
    NamedRoom {
        name: "Long Plate",
        category: CATEGORY,
        tags: &["vocal", "strings", "ballad", "long"],
        use_for: "the damper wide open: ballads, strings and pads that float",
        recipe: plate([1.1, 2.2], 0.3, [4.6, 1.35, 0.42], 105),
    },
    NamedRoom {
        name: "Vocal Plate",
        category: CATEGORY,
        tags: &["vocal", "backing vocals", "smooth", "medium"],
        use_for: "smooth and lean below the voice: leads, doubles and choirs",
        recipe: plate([1.2, 2.3], 0.3, [1.8, 1.0, 0.56], 64),
    },
    NamedRoom {
        name: "Gold Foil",
        category: CATEGORY,
        tags: &["vocal", "keys", "drums", "dense", "warm"],
        use_for: "a small foil of gold: denser and warmer than steel, for voices and keys",
        recipe: plate([2.18, 2.34], 0.4, [2.0, 1.15, 0.45], 109),
    },
    NamedRoom {
        name: "Dark Long Plate",
        category: CATEGORY,
        tags: &["pad", "strings", "post", "dark", "long"],
        use_for: "a deep, dark wash for pads, strings and scenes",
        recipe: plate([1.0, 2.1], 0.3, [3.4, 1.5, 0.39], 113),
    },
];
