//! Springs.

use super::rooms::HALL;
use crate::rooms::{Character, NamedRoom, RoomRecipe};

const fn spring(rt60_s: f32, bass: f32, treble: f32, seed: u32) -> RoomRecipe {
    RoomRecipe {
        character: Character::Spring,
        size_m: [1.0, 2.0, 1.0],
        rt60_s,
        bass,
        treble,
        seed,
        ..HALL
    }
}

pub(super) const ALL: &[NamedRoom] = &[NamedRoom {
    name: "Spring",
    category: "Springs",
    tags: &[],
    use_for: "three springs in a tank",
    recipe: spring(2.4, 1.1, 0.6, 24),
}];
