//! By which laws an impulse is made: a project says which it was saved under.

use serde::{Deserialize, Serialize};

use crate::impulse::{LOUDNESS_LAW, RECIPE_LAW, SHAPING_LAW};

/// The versions of the laws that turn a small recipe into sound. What is not saved is of the newest laws: the laws
/// before them were never released.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Laws {
    /// How a room is made of its recipe.
    pub recipe: u32,
    /// What the shaping controls do.
    pub shaping: u32,
    /// How loud `normalize` and the rooms are.
    pub loudness: u32,
}

impl Laws {
    /// Those of this build.
    pub const NOW: Self = Self {
        recipe: RECIPE_LAW,
        shaping: SHAPING_LAW,
        loudness: LOUDNESS_LAW,
    };

    /// Of each the newer one. A project that a newer version has saved says so after it was saved here, too.
    #[must_use]
    pub fn newest(self, other: Self) -> Self {
        Self {
            recipe: self.recipe.max(other.recipe),
            shaping: self.shaping.max(other.shaping),
            loudness: self.loudness.max(other.loudness),
        }
    }

    /// What the user should know: which laws are newer than this build.
    #[must_use]
    pub fn note(self) -> Option<String> {
        let named = [
            ("rooms", self.recipe, Self::NOW.recipe),
            ("shaping", self.shaping, Self::NOW.shaping),
            ("loudness", self.loudness, Self::NOW.loudness),
        ];
        let newer: Vec<&str> = named
            .into_iter()
            .filter(|(_, law, now)| law > now)
            .map(|(name, ..)| name)
            .collect();
        (!newer.is_empty()).then(|| {
            format!(
                "the project was saved by a newer version, which has other laws of {}: it may sound different here",
                newer.join(" and ")
            )
        })
    }
}

impl Default for Laws {
    fn default() -> Self {
        Self::NOW
    }
}
