//! The user's own rooms: the present one with other numbers, and what is saved and listed of them. Editor thread.

use super::Controller;
use crate::editor::view_model::{ImpulseSource, OwnRoom, RoomDecay, RoomInfo};
use crate::state::{NamedRoom, Origin, RoomRecipe, rooms};

/// The heading of the user's own rooms.
pub(super) const OWN_ROOMS: &str = "Own rooms";

impl Controller {
    /// Lists the rooms anew, the user's own before those of the plug-in.
    pub(super) fn list_rooms(&mut self) {
        let own = self.own_rooms.iter().map(own);
        self.model.rooms = own.chain(rooms().iter().map(listed)).collect();
        self.screen.browser.rooms_revision += 1;
    }

    /// The user's own rooms have been read.
    pub(super) fn take_own_rooms(&mut self, found: Vec<OwnRoom>) {
        if found != self.own_rooms {
            self.own_rooms = found;
            self.list_rooms();
        }
    }

    /// Makes the project's impulse a room of these numbers.
    pub(super) fn edit_room(&mut self, name: String, recipe: RoomRecipe) {
        self.request(self.slot, Some(Origin::Room(name, recipe)));
    }

    /// Saves a room for other projects.
    pub(super) fn save_room(&mut self, name: &str, recipe: &RoomRecipe) {
        if let Err(message) = self.user_data.save_room(name, recipe) {
            self.show_message(&message);
        }
    }
}

/// A room of the user as the browser lists it.
fn own(room: &OwnRoom) -> RoomInfo {
    let [width, length, height] = room.recipe.size_m;
    RoomInfo {
        name: room.name.clone(),
        category: OWN_ROOMS.into(),
        about: format!(
            "{:.1} s, {width:.0} x {length:.0} x {height:.0} m",
            room.recipe.rt60_s
        ),
        tags: Vec::new(),
        recipe: Some(text(&room.recipe)),
        decay: Some(RoomDecay::of(&room.recipe)),
    }
}

/// A built-in room as the browser lists it.
fn listed(room: &NamedRoom) -> RoomInfo {
    RoomInfo {
        name: room.name.into(),
        category: room.category.into(),
        about: match room.tags {
            [] => room.use_for.into(),
            tags => format!("{} ({})", room.use_for, tags.join(", ")),
        },
        tags: room.tags.iter().map(|tag| (*tag).to_owned()).collect(),
        recipe: None,
        decay: Some(RoomDecay::of(&room.recipe)),
    }
}

/// A recipe as a text that is the same whenever the recipe is.
pub(super) fn text(recipe: &RoomRecipe) -> String {
    // Plain data always has a form in JSON.
    serde_json::to_string(recipe).unwrap_or_default()
}

/// The room that a project has, as it is chosen: a built-in one by its name alone.
pub(super) fn source_of_room(name: &str, recipe: &RoomRecipe) -> ImpulseSource {
    match Origin::room_names().any(|built_in| built_in == name) {
        true => ImpulseSource::Room(name.to_owned()),
        false => ImpulseSource::Own(name.to_owned(), text(recipe)),
    }
}
