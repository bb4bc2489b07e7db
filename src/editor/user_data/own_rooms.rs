//! The rooms that the user has made, a recipe a file: `rooms/NAME.json` in the folder for the user's data.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::editor::panels::presets::is_preset_name;
use crate::editor::view_model::OwnRoom;
use crate::files::{self, Progress};
use crate::state::{MOST_RECIPE_BYTES, RoomRecipe};

/// The most rooms that are listed.
const MOST: usize = 1_000;

/// The folder of the rooms.
pub(super) fn folder(data: &Path) -> PathBuf {
    data.join("rooms")
}

/// The file of a room.
pub(super) fn file(data: &Path, name: &str) -> PathBuf {
    folder(data).join(format!("{name}.json"))
}

/// The rooms in a folder, by name. A file that holds no recipe is left out.
pub(super) fn list(folder: &Path, progress: &Progress) -> io::Result<Vec<OwnRoom>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)?.flatten() {
        progress.step();
        if progress.is_given_up() || found.len() == MOST {
            break;
        }
        let path = entry.path();
        let is_recipe = path.extension().is_some_and(|kind| kind == "json");
        let name = path.file_stem().and_then(|stem| stem.to_str());
        let Some(name) = name.filter(|name| is_recipe && is_preset_name(name)) else {
            continue;
        };
        if let Some(recipe) = read(&path) {
            let name = name.to_owned();
            found.push(OwnRoom { name, recipe });
        }
    }
    found.sort_by_key(|room| room.name.to_lowercase());
    Ok(found)
}

fn read(path: &Path) -> Option<RoomRecipe> {
    let mut file = files::open_regular(path).ok()?;
    let bytes = files::read_all(&mut file, MOST_RECIPE_BYTES).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    // Its name is the file's: that one the user sees in the folder.
    Some(RoomRecipe::from_text(&text).ok()?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recipes_are_listed_by_the_names_of_their_files_and_what_is_none_is_left_out() {
        let data = tempfile::tempdir().expect("a folder");
        let hall = RoomRecipe::default();
        fs::create_dir(folder(data.path())).expect("a folder");
        for (name, text) in [
            ("Nave", hall.to_text("Another name")),
            ("attic", hall.to_text("attic")),
            ("Broken", "{".into()),
            ("Endless", r#"{"rt60_s": 1e9}"#.into()),
            ("Large", " ".repeat(1 << 20)),
        ] {
            fs::write(file(data.path(), name), text).expect("room on the disk");
        }
        fs::write(folder(data.path()).join("notes.txt"), "x").expect("room on the disk");
        let found = list(&folder(data.path()), &Progress::default()).expect("a folder");
        let names: Vec<&str> = found.iter().map(|room| room.name.as_str()).collect();
        assert_eq!(names, ["attic", "Nave"]);
        assert_eq!(found[0].recipe, hall);
    }
}
