//! Plates.

use super::rooms::HALL;
use crate::rooms::{Character, NamedRoom, RoomRecipe};

const fn plate(rt60_s: f32, bass: f32, treble: f32, seed: u32) -> RoomRecipe {
    RoomRecipe {
        character: Character::Plate,
        size_m: [1.0, 2.0, 1.0],
        rt60_s,
        bass,
        treble,
        seed,
        ..HALL
    }
}

pub(super) const ALL: &[NamedRoom] = &[
    NamedRoom {
        name: "Plate",
        category: "Plates",
        tags: &[],
        use_for: "a steel plate",
        recipe: plate(2.2, 1.3, 0.5, 3),
    },
    NamedRoom {
        name: "Dark Plate",
        category: "Plates",
        tags: &[],
        use_for: "a plate with its damper half closed",
        recipe: plate(1.4, 1.5, 0.35, 23),
    },
];
