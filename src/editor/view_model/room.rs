//! Rooms as they are listed, and how they die away as far as their recipes tell.

use super::ImpulseSource;
use crate::state::{Character, Model, RoomRecipe};

/// A built-in room, as it is listed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RoomInfo {
    /// Its name.
    pub name: String,
    /// The group it is listed in; one without a group has no heading.
    pub category: String,
    /// What it is for, with the words it is found by.
    pub about: String,
    /// These words.
    pub tags: Vec<String>,
    /// The recipe as a text, of a room that the user has made.
    pub recipe: Option<String>,
    /// How it dies away, if that is known.
    pub decay: Option<RoomDecay>,
}

/// A room that the user has made.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnRoom {
    /// Its name.
    pub name: String,
    /// How it is made.
    pub recipe: RoomRecipe,
}

impl RoomInfo {
    /// What it is chosen by.
    #[must_use]
    pub fn source(&self) -> ImpulseSource {
        match &self.recipe {
            Some(recipe) => ImpulseSource::Own(self.name.clone(), recipe.clone()),
            None => ImpulseSource::Room(self.name.clone()),
        }
    }

    /// Whether it is what a choice stands for.
    #[must_use]
    pub fn is(&self, source: &ImpulseSource) -> bool {
        match (source, &self.recipe) {
            (ImpulseSource::Room(name), None) => *name == self.name,
            (ImpulseSource::Own(name, text), Some(recipe)) => *name == self.name && text == recipe,
            _ => false,
        }
    }

    /// Whether a search finds it, by its name, its category or a word about it. `key` is in lower case.
    #[must_use]
    pub fn matches(&self, key: &str) -> bool {
        [&self.name, &self.category, &self.about]
            .iter()
            .any(|text| text.to_lowercase().contains(key))
    }
}

/// How a room dies away: what its recipe says, not what was measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoomDecay {
    /// The reverberation time at 1 kHz, seconds: how long its sound takes to fall by 60 dB. Of what is shut or rises, how
    /// long that takes.
    pub seconds: f32,
    /// The same at 8 kHz.
    pub treble_seconds: f32,
    /// Which way it goes.
    pub course: Course,
}

/// Which way the level of a room goes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Course {
    /// Down at one pace.
    Falls,
    /// Down, and then on at another pace: the sound of a space beside it.
    Bends {
        /// The reverberation time of that space, seconds.
        seconds: f32,
        /// Where its sound begins, dB; below 0.
        from_db: f32,
    },
    /// Level, and then silent.
    Shuts,
    /// Up, and then silent.
    Rises,
}

impl RoomDecay {
    /// What a recipe says of it. Any numbers may stand in that of a user.
    #[must_use]
    pub fn of(recipe: &RoomRecipe) -> Self {
        let at = |hz| recipe.rt60_at(hz) as f32;
        let course = match (recipe.character, recipe.model) {
            (Character::Effect, Model::Reverse) => Course::Rises,
            (Character::Effect, _) => Course::Shuts,
            (Character::Room, _) if recipe.coupled_s > 0.0 => Course::Bends {
                seconds: recipe.coupled_s.min(20.0),
                from_db: recipe.coupled_db.clamp(-60.0, -6.0),
            },
            _ => Course::Falls,
        };
        Self {
            seconds: at(1_000.0),
            treble_seconds: at(8_000.0),
            course,
        }
    }

    /// The level after a time, dB: 0 at its loudest, -60 or less where it has died away.
    #[must_use]
    pub fn level_db(&self, seconds: f32) -> f32 {
        let share = seconds / self.seconds;
        match self.course {
            Course::Falls => -60.0 * share,
            Course::Bends {
                seconds: beside,
                from_db,
            } => (-60.0 * share).max(from_db - 60.0 * seconds / beside),
            Course::Shuts | Course::Rises if share > 1.0 => -60.0,
            Course::Shuts => 0.0,
            Course::Rises => -60.0 * (1.0 - share),
        }
    }

    /// The same in words.
    #[must_use]
    pub fn in_words(&self) -> String {
        let seconds = self.seconds;
        match self.course {
            Course::Falls => format!(
                "Rings for {seconds:.1} s, its treble for {:.1} s",
                self.treble_seconds
            ),
            Course::Bends {
                seconds: beside, ..
            } => format!("Rings for {seconds:.1} s, the space beside it for {beside:.1} s"),
            Course::Shuts => format!("Is shut after {seconds:.1} s"),
            Course::Rises => format!("Rises for {seconds:.1} s"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::rooms;

    #[test]
    fn what_a_room_rings_for_is_where_its_level_has_fallen_by_60_db() {
        for room in rooms() {
            let decay = RoomDecay::of(&room.recipe);
            assert!(decay.seconds > 0.0, "{}", room.name);
            let end = decay.level_db(1.001 * decay.seconds);
            match decay.course {
                // The space beside it may go on.
                Course::Bends { .. } => assert!(end > -60.1, "{}: {end}", room.name),
                _ => assert!(end <= -60.0, "{}: {end}", room.name),
            }
        }
        let of = |name: &str| {
            let room = rooms().iter().find(|room| room.name == name);
            RoomDecay::of(&room.expect("a built-in room").recipe)
        };
        assert_eq!(of("Gated Long").course, Course::Shuts);
        assert_eq!(of("Reverse Long").course, Course::Rises);
        assert!(of("Cathedral").seconds > 3.0 * of("Studio").seconds);
        assert!(of("Dark Plate").treble_seconds < 0.5 * of("Dark Plate").seconds);
    }

    #[test]
    fn no_numbers_of_a_user_are_too_odd() {
        let odd = RoomRecipe {
            rt60_s: f32::NAN,
            coupled_s: f32::INFINITY,
            coupled_db: 1e9,
            ..RoomRecipe::default()
        };
        let decay = RoomDecay::of(&odd);
        assert!(decay.level_db(1.0).is_finite());
        assert!(decay.in_words().contains("Rings for 1.0 s"));
    }
}
