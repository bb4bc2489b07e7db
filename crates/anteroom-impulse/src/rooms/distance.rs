//! A room heard from nearer or from further away.
//!
//! The control goes from a quarter of the recipe's distance to four times, or as far as the room lets it. Air between
//! walls is made again for the place: images of the source elsewhere, other gaps before them, a field that stays. On top
//! of that the early reflections get softer by half as many dB as the direct sound would: what scatters near the source, the
//! floor and what stands on it, is no part of the box. Everything else that rings has no place in a room: a plate, a
//! spring, an effect and a place outdoors are shaped as recordings are, and a device stays as it is.

use super::{Character, RoomRecipe};
use crate::math::{exp2, log2};
use crate::shape::Shape;

/// The distance at the ends of the control's way is the recipe's times this, or divided by it.
const MOST: f32 = 4.0;
/// The nearest source, in metres, and as a part of the room's length.
const NEAREST_M: f32 = 0.2;
const NEAREST: f32 = 0.05;
/// The farthest, as a part of the room's length: beyond it the listener stands at the wall.
const FARTHEST: f32 = 0.8;
/// How much softer the early reflections are at the far end, in dB: half of what the direct sound loses.
const EARLY_DB: f32 = 6.0;

impl RoomRecipe {
    /// The recipe of the room as it is heard in a shape, and what is left of the shape to be done to its impulse.
    ///
    /// Whole percents of the distance are told apart, so that a control in motion asks for at most 201 rooms. At 0 the
    /// recipe is this one.
    #[must_use]
    pub fn placed(&self, shape: &Shape) -> (Self, Shape) {
        let still = Shape {
            distance_percent: 0.0,
            ..*shape
        };
        match self.character {
            Character::Room => (self.moved(shape.clamped().distance_percent.round()), still),
            Character::Device => (self.clone(), still),
            _ => (self.clone(), *shape),
        }
    }

    /// Heard from nearer, -100 to 0, or from further away, 0 to 100 %.
    fn moved(&self, percent: f32) -> Self {
        if percent == 0.0 {
            return self.clone();
        }
        let fixed = self.fixed();
        let own = fixed.distance;
        let end = match percent < 0.0 {
            true => (own / MOST)
                .max(NEAREST)
                .max(NEAREST_M / fixed.size_m[1])
                .min(own),
            false => (own * MOST).min(FARTHEST).max(own),
        };
        let part = f64::from(percent.abs() / 100.0);
        let ratio = exp2(part * log2(f64::from(end) / f64::from(own)));
        Self {
            distance: (f64::from(own) * ratio) as f32,
            early_db: fixed.early_db - EARLY_DB * percent / 100.0,
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rooms::rooms;

    fn at(percent: f32) -> Shape {
        Shape {
            distance_percent: percent,
            size_percent: 120.0,
            ..Shape::default()
        }
    }

    #[test]
    fn a_room_moves_within_its_walls_and_stays_as_it_is_at_the_middle() {
        let boxes = rooms().iter().map(|room| &room.recipe);
        for recipe in boxes.filter(|recipe| recipe.character == Character::Room) {
            let (same, rest) = recipe.placed(&at(0.0));
            assert_eq!((&same, rest), (recipe, at(0.0)));
            let mut before = 0.0;
            for percent in (-100..=100).step_by(10) {
                let (moved, rest) = recipe.placed(&at(percent as f32));
                assert_eq!(rest, at(0.0));
                let metres = moved.distance * recipe.size_m[1];
                // Of one that is heard from the wall already only the early reflections get softer.
                let moves = moved.distance > before || recipe.distance >= 0.8 && percent > 0;
                assert!(moves && metres > 0.199, "{recipe:?}");
                assert!(moved.distance <= 0.8_f32.max(recipe.distance));
                let ratio = moved.distance / recipe.distance;
                assert!((0.249..4.001).contains(&ratio), "{ratio}");
                before = moved.distance;
                let others = RoomRecipe {
                    distance: recipe.distance,
                    early_db: recipe.early_db,
                    ..moved
                };
                assert_eq!(&others, recipe);
            }
        }
    }

    #[test]
    fn a_control_in_motion_asks_for_whole_percents() {
        let hall = RoomRecipe::default();
        assert_eq!(hall.placed(&at(20.3)).0, hall.placed(&at(19.6)).0);
        assert_eq!(hall.placed(&at(0.4)).0, hall);
        assert_eq!(hall.placed(&at(f32::NAN)), (hall.clone(), at(0.0)));
        assert_eq!(hall.placed(&at(1e9)).0, hall.placed(&at(100.0)).0);
        let wild = RoomRecipe {
            distance: f32::NAN,
            early_db: f32::INFINITY,
            size_m: [0.0; 3],
            ..hall
        };
        let (moved, _) = wild.placed(&at(-100.0));
        assert!(moved.distance.is_finite() && moved.early_db.is_finite());
    }

    #[test]
    fn what_is_no_room_is_left_to_the_shape_and_a_device_alone() {
        for room in rooms() {
            let (recipe, rest) = room.recipe.placed(&at(50.0));
            let left = match room.recipe.character {
                Character::Room => continue,
                Character::Device => 0.0,
                _ => 50.0,
            };
            assert_eq!(recipe, room.recipe, "{}", room.name);
            assert_eq!(rest.distance_percent, left, "{}", room.name);
        }
    }
}
