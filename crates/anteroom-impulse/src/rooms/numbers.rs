//! The numbers of a room that a user can set, each with its name, unit and bounds, and how they are shown and read.

use super::RoomRecipe;

/// One number of a recipe.
#[derive(Clone, Copy, Debug)]
pub struct RecipeNumber {
    /// The name that people read.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub help: &'static str,
    /// What stands behind the number, with a space before it where there is one.
    pub unit: &'static str,
    /// The smallest value, in the unit.
    pub min: f32,
    /// The largest value, in the unit.
    pub max: f32,
    /// Whether equal steps are equal ratios.
    pub is_ratio: bool,
    /// The number that does nothing, if there is one, and the word for it.
    pub rest: Option<(f32, &'static str)>,
    /// Whether it ends below the room's height.
    is_below_ceiling: bool,
    /// The field of the recipe, and how many times as large the number is.
    pub(super) field: (fn(&mut RoomRecipe) -> &mut f32, f32),
}

impl RecipeNumber {
    /// The number in a recipe, in its unit.
    #[must_use]
    pub fn of(&self, recipe: &RoomRecipe) -> f32 {
        let (field, scale) = self.field;
        *field(&mut recipe.clone()) * scale
    }

    /// Sets it, within its bounds.
    pub fn set(&self, recipe: &mut RoomRecipe, value: f32) {
        if value.is_finite() {
            let (field, scale) = self.field;
            *field(recipe) = value.clamp(self.min, self.max) / scale;
        }
    }

    /// The largest value in this room: a source stands below the ceiling.
    #[must_use]
    pub fn most(&self, recipe: &RoomRecipe) -> f32 {
        match self.is_below_ceiling {
            true => (0.95 * recipe.size_m[2]).clamp(self.min, self.max),
            false => self.max,
        }
    }

    /// A value as people read it, with its unit. [`read`](Self::read) reads it back.
    #[must_use]
    pub fn show(&self, value: f32) -> String {
        match self.rest {
            Some((rest, word)) if value == rest => word.to_owned(),
            _ if value.abs() < 9.95 => format!("{value:.2}{}", self.unit),
            _ => format!("{value:.1}{}", self.unit),
        }
    }

    /// Reads a value as people type it, with or without its unit, in any case, with a point or a comma.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<f32> {
        let text = text.trim().to_lowercase().replace(',', ".");
        if let Some((rest, _)) = self.rest.filter(|(_, word)| *word == text) {
            return Some(rest);
        }
        let unit = self.unit.trim().to_lowercase();
        let bare = text.strip_suffix(&unit).unwrap_or(&text).trim();
        bare.parse().ok().filter(|value: &f32| value.is_finite())
    }

    /// Whether the number of a recipe is one that a room can have.
    pub(super) fn fits(&self, recipe: &RoomRecipe) -> bool {
        // A percentage is divided by a hundred and comes back a little beside.
        let near = 1e-4 * (self.max - self.min);
        let value = self.of(recipe);
        (self.min - near..=self.max + near).contains(&value)
            || self.rest.is_some_and(|(rest, _)| value == rest)
    }
}

const fn number(
    name: &'static str,
    unit: &'static str,
    [min, max]: [f32; 2],
    field: fn(&mut RoomRecipe) -> &mut f32,
    help: &'static str,
) -> RecipeNumber {
    RecipeNumber {
        name,
        help,
        unit,
        min,
        max,
        is_ratio: false,
        rest: None,
        is_below_ceiling: false,
        field: (field, 1.0),
    }
}

impl RecipeNumber {
    const fn ratio(mut self) -> Self {
        self.is_ratio = true;
        self
    }

    /// Of a part of one, shown in percent.
    const fn percent(mut self) -> Self {
        self.field.1 = 100.0;
        self
    }

    const fn below_ceiling(mut self) -> Self {
        self.is_below_ceiling = true;
        self
    }

    const fn rests(mut self, at: f32, word: &'static str) -> Self {
        self.rest = Some((at, word));
        self
    }
}

/// The numbers of a room, in the order in which they are shown.
pub const ROOM_NUMBERS: [RecipeNumber; 12] = [
    number(
        "Width",
        " m",
        [1.0, 200.0],
        |recipe| &mut recipe.size_m[0],
        "From the left wall to the right one.",
    )
    .ratio(),
    number(
        "Length",
        " m",
        [1.0, 200.0],
        |recipe| &mut recipe.size_m[1],
        "From the wall behind the source to the wall behind the listener.",
    )
    .ratio(),
    number(
        "Height",
        " m",
        [1.0, 200.0],
        |recipe| &mut recipe.size_m[2],
        "From floor to ceiling.",
    )
    .ratio(),
    number(
        "Reverberation",
        " s",
        [0.05, 20.0],
        |recipe| &mut recipe.rt60_s,
        "The reverberation time at 1 kHz: what the walls are made of.",
    )
    .ratio(),
    number(
        "Bass",
        " times",
        [0.25, 4.0],
        |recipe| &mut recipe.bass,
        "The reverberation time at 125 Hz beside that at 1 kHz: more for stone, less for thin wood.",
    )
    .ratio(),
    number(
        "Treble",
        " times",
        [0.1, 2.0],
        |recipe| &mut recipe.treble,
        "The reverberation time at 8 kHz beside that at 1 kHz: less for curtains and people.",
    )
    .ratio(),
    number(
        "Scattering",
        " %",
        [5.0, 100.0],
        |recipe| &mut recipe.scattering,
        "How much of the sound a wall scatters: little for bare walls, much for shelves and ornaments.",
    )
    .percent(),
    number(
        "Listener",
        " %",
        [5.0, 90.0],
        |recipe| &mut recipe.distance,
        "How far the listener is from the source, in percent of the room's length.",
    )
    .percent(),
    number(
        "Source height",
        " m",
        [0.0, 190.0],
        |recipe| &mut recipe.source_m,
        "How high the source stands above the floor.",
    )
    .below_ceiling()
    .rests(0.0, "as a person"),
    number(
        "Early",
        " dB",
        [-24.0, 12.0],
        |recipe| &mut recipe.early_db,
        "The level of the early reflections beside what the room would give.",
    ),
    number(
        "Next room",
        " s",
        [0.0, 20.0],
        |recipe| &mut recipe.coupled_s,
        "The reverberation time of a space that this one is open to.",
    )
    .rests(0.0, "none"),
    number(
        "Next room's level",
        " dB",
        [-60.0, -6.0],
        |recipe| &mut recipe.coupled_db,
        "How far below the room's own sound that of the next one begins.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_those_that_a_recipe_is_pulled_into() {
        for number in &ROOM_NUMBERS {
            let (field, scale) = number.field;
            for (value, end) in [(-1e9, number.min), (1e9, number.max)] {
                let mut recipe = RoomRecipe {
                    coupled_s: 1.0,
                    ..RoomRecipe::default()
                };
                *field(&mut recipe) = value;
                let pulled = number.of(&recipe.fixed());
                assert!((pulled - end).abs() < 1e-4, "{}: {pulled}", number.name);
                number.set(&mut recipe, value);
                assert_eq!(*field(&mut recipe), end / scale, "{}", number.name);
                let kept = recipe.fixed();
                assert_eq!(number.of(&kept), number.of(&recipe), "{}", number.name);
            }
            let mut hall = RoomRecipe::default();
            number.set(&mut hall, f32::NAN);
            assert_eq!(hall, RoomRecipe::default());
        }
    }

    #[test]
    fn a_number_is_read_as_it_is_shown_and_as_people_type_it() {
        let named = |name: &str| ROOM_NUMBERS.iter().find(|number| number.name == name);
        for number in &ROOM_NUMBERS {
            for part in [0.0, 0.3, 1.0] {
                let value = number.min + part * (number.max - number.min);
                let shown = number.show(value);
                let read = number.read(&shown).expect("what is shown is read");
                assert_eq!(number.show(read), shown, "{}", number.name);
            }
            assert_eq!(number.read("a fair amount"), None);
        }
        for (name, text, wanted) in [
            ("Width", "12,5 M", 12.5),
            ("Early", "-3dB", -3.0),
            ("Next room", "NONE", 0.0),
            ("Source height", "as a person", 0.0),
        ] {
            assert_eq!(named(name).unwrap().read(text), Some(wanted), "{text}");
        }
        let low = RoomRecipe {
            size_m: [4.0, 5.0, 2.0],
            ..RoomRecipe::default()
        };
        assert_eq!(named("Source height").unwrap().most(&low), 1.9);
    }
}
