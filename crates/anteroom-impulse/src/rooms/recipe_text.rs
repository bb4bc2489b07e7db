//! A recipe as a text of its own: a file that the editor saves or that somebody has written by hand.
//!
//! Reading is strict, other than that of a project: a file says what is wrong with it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::RoomRecipe;
use super::numbers::ROOM_NUMBERS;

/// The longest text of a recipe, in bytes.
pub const MOST_RECIPE_BYTES: u64 = 64 << 10;

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
