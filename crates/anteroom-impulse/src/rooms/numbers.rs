//! The numbers of a room that a user can set, each with its name, unit and bounds; and a recipe as a text of its own.
//!
//! Reading is strict, other than that of a project: a file that somebody wrote by hand says what is wrong with it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::RoomRecipe;

/// The longest text of a recipe, in bytes.
pub const MOST_RECIPE_BYTES: u64 = 64 << 10;

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
    /// The field of the recipe, and how many times as large the number is.
    field: (fn(&mut RoomRecipe) -> &mut f32, f32),
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

    /// Whether the number of a recipe is one that a room can have.
    fn fits(&self, recipe: &RoomRecipe) -> bool {
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

/// A file of a recipe: alone, or with a name, as `anteroom room --list --json` has it.
#[derive(Deserialize)]
struct Named {
    #[serde(default)]
    name: Option<String>,
    recipe: Map<String, Value>,
}

impl RoomRecipe {
    /// Reads a recipe from a text: an object with the fields of a recipe, or one that has it under `recipe`, with or without
    /// a `name`. What is left out is the hall's.
    ///
    /// # Errors
    /// A sentence that names what is wrong: no JSON, a field that a recipe has not, a number out of its bounds.
    pub fn from_text(text: &str) -> Result<(Option<String>, Self), String> {
        if text.len() as u64 > MOST_RECIPE_BYTES {
            return Err(format!("it is larger than {} KiB", MOST_RECIPE_BYTES >> 10));
        }
        let value: Value =
            serde_json::from_str(text).map_err(|error| format!("it is no JSON: {error}"))?;
        let Value::Object(map) = value else {
            return Err("it is no recipe: an object with its numbers is wanted".into());
        };
        let (name, fields) = match map.contains_key("recipe") {
            true => {
                let named: Named = serde_json::from_value(Value::Object(map))
                    .map_err(|error| format!("it is no recipe: {error}"))?;
                (named.name, named.recipe)
            }
            false => (None, map),
        };
        let known = serde_json::to_value(Self {
            source_m: 1.0,
            ..Self::default()
        });
        let known = known.unwrap_or_default();
        if let Some(key) = fields.keys().find(|key| known.get(key.as_str()).is_none()) {
            let keys = known.as_object().map(|known| {
                let keys: Vec<&str> = known.keys().map(String::as_str).collect();
                keys.join(", ")
            });
            let key: String = key.chars().take(40).collect();
            let keys = keys.unwrap_or_default();
            return Err(format!("a recipe has no field '{key}': there are {keys}"));
        }
        let recipe: Self = serde_json::from_value(Value::Object(fields))
            .map_err(|error| format!("it is no recipe: {error}"))?;
        if let Some(number) = ROOM_NUMBERS.iter().find(|number| !number.fits(&recipe)) {
            let (field, scale) = number.field;
            return Err(format!(
                "{} is {} to {}, not {}",
                number.name.to_lowercase(),
                number.min / scale,
                number.max / scale,
                field(&mut recipe.clone())
            ));
        }
        if !(1..=8).contains(&recipe.springs) {
            return Err(format!("springs are 1 to 8, not {}", recipe.springs));
        }
        Ok((name, recipe))
    }

    /// The recipe as such a text, with its name.
    #[must_use]
    pub fn to_text(&self, name: &str) -> String {
        #[derive(Serialize)]
        struct Written<'a> {
            name: &'a str,
            recipe: &'a RoomRecipe,
        }
        let written = Written { name, recipe: self };
        // Plain data with text keys always has a form in JSON.
        serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rooms::rooms;

    #[test]
    fn every_built_in_recipe_is_read_as_it_is_written() {
        for room in rooms() {
            let text = room.recipe.to_text(room.name);
            let read = RoomRecipe::from_text(&text);
            assert_eq!(read, Ok((Some(room.name.into()), room.recipe.clone())));
            let bare = serde_json::to_string(&room.recipe).unwrap();
            assert_eq!(
                RoomRecipe::from_text(&bare),
                Ok((None, room.recipe.clone()))
            );
        }
    }

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
    fn what_is_wrong_is_named() {
        let long = "x".repeat(100_000);
        for (text, wanted) in [
            ("{", "no JSON"),
            ("7", "no recipe"),
            (r#"{"rt60": 2.0}"#, "no field 'rt60'"),
            (r#"{"rt60_s": "long"}"#, "no recipe"),
            (r#"{"rt60_s": 200}"#, "reverberation is 0.05 to 20, not 200"),
            (r#"{"size_m": [1, 2]}"#, "no recipe"),
            (r#"{"size_m": [500, 2, 2]}"#, "width is 1 to 200"),
            (r#"{"distance": 2}"#, "listener is 0.05 to 0.9, not 2"),
            (r#"{"springs": 9999}"#, "springs are 1 to 8"),
            (r#"{"recipe": 3}"#, "no recipe"),
            (r#"{"recipe": {"seed": -1}}"#, "no recipe"),
            (r#"{"character": "moon"}"#, "no recipe"),
            (long.as_str(), "larger than 64 KiB"),
        ] {
            let refused = RoomRecipe::from_text(text).unwrap_err();
            assert!(refused.contains(wanted), "{refused}");
            assert!(!refused.contains('\n') && refused.len() < 400, "{refused}");
        }
        // What is left out is the hall's.
        let hall = RoomRecipe::from_text("{}").unwrap();
        assert_eq!(hall, (None, RoomRecipe::default()));
    }

    #[test]
    fn the_height_of_the_source_moves_its_reflections_and_is_not_written_where_it_rests() {
        let hall = RoomRecipe::default();
        assert!(!hall.to_text("x").contains("source_m"));
        let high = RoomRecipe {
            source_m: 9.0,
            ..hall.clone()
        };
        let text = high.to_text("x");
        assert_eq!(RoomRecipe::from_text(&text).unwrap().1, high);
        let made = [&hall, &high].map(|recipe| recipe.render(48_000, 1));
        assert_ne!(made[0], made[1]);
        // Above the ceiling is below it.
        let above = RoomRecipe {
            source_m: 150.0,
            ..hall
        };
        let samples = &above.render(48_000, 1).channels[0];
        assert!(samples.iter().all(|sample| sample.is_finite()));
    }
}
