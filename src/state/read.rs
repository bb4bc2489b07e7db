//! Tolerant reading: field by field, so that one damaged field costs that field alone.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Laws, MOST_CHOICES, Project, VERSION, View};

/// The oldest format that is still read; older ones are brought up step by step by [`migrate`].
const OLDEST: u32 = 0;
/// The longest name of a preset that is kept, bytes.
const MOST_NAME: usize = 400;

/// The project that `value` describes, with a message for everything that could not be read.
pub(super) fn project(value: Value) -> Project {
    let mut project = Project::default();
    let Value::Object(mut map) = value else {
        project.messages.push(format!(
            "the saved project is damaged (it is {}, not an object): the defaults are used",
            kind(&value)
        ));
        return project;
    };

    match map.remove("version") {
        // The very first builds wrote no version.
        None => project.version = OLDEST,
        Some(value) => match value
            .as_u64()
            .and_then(|version| u32::try_from(version).ok())
        {
            Some(version) => project.version = version,
            None => project.messages.push(format!(
                "the saved version is damaged ({value}): it is read as format {VERSION}"
            )),
        },
    }
    if project.version < VERSION {
        migrate(&mut map, project.version);
        project.version = VERSION;
    }
    if project.version > VERSION {
        project.messages.push(format!(
            "the project was saved by a newer version (format {}, this one writes {VERSION}): \
             what is new in it is kept but not used",
            project.version
        ));
    }

    field(
        &mut map,
        "origin",
        "impulse",
        &mut project.origin,
        &mut project.messages,
    );
    field(
        &mut map,
        "embed",
        "choice to embed",
        &mut project.embed,
        &mut project.messages,
    );
    field(
        &mut map,
        "origin_b",
        "second impulse",
        &mut project.second,
        &mut project.messages,
    );
    field(
        &mut map,
        "embed_b",
        "choice to embed the second impulse",
        &mut project.embed_second,
        &mut project.messages,
    );
    field(
        &mut map,
        "choices",
        "list of choices",
        &mut project.choices,
        &mut project.messages,
    );
    let many = project.choices.len();
    if many > MOST_CHOICES {
        project.choices.truncate(MOST_CHOICES);
        project.messages.push(format!(
            "the saved list of choices has {many} impulses: the first {MOST_CHOICES} are used"
        ));
    }
    field(
        &mut map,
        "view",
        "view of the editor",
        &mut project.view,
        &mut project.messages,
    );
    project.view = sane(project.view);
    field(
        &mut map,
        "laws",
        "versions of the sound",
        &mut project.laws,
        &mut project.messages,
    );
    project.messages.extend(project.laws.note());
    // What is left is unknown here. It goes back into the file with the next save.
    project.unread = map;
    project
}

/// The fields that are saved: the project's own, and those that it could not read and nobody has
/// replaced since.
pub(super) fn fields(project: &Project) -> Map<String, Value> {
    let mut map = project.unread.clone();
    let default = Project::default();
    put(&mut map, "origin", &project.origin, &default.origin);
    put(&mut map, "embed", &project.embed, &default.embed);
    // An empty slot is left out, as it was before there were two.
    if project.second.is_some() {
        put(&mut map, "origin_b", &project.second, &default.second);
    }
    if project.embed_second {
        put(&mut map, "embed_b", &project.embed_second, &false);
    }
    if !project.choices.is_empty() {
        put(&mut map, "choices", &project.choices, &default.choices);
    }
    put(&mut map, "view", &project.view, &default.view);
    let laws = project.laws.newest(Laws::NOW);
    put(&mut map, "laws", &laws, &default.laws);
    map.insert("version".into(), project.version.max(VERSION).into());
    map
}

/// Brings a map of format `from` up to [`VERSION`]. Every step changes one format into the next. Format 2 has a second
/// slot, which is empty in all before it: there is nothing to change.
fn migrate(map: &mut Map<String, Value>, from: u32) {
    if from < 1 {
        // Format 0 had the editor's size at the top.
        let mut view = Map::new();
        for key in ["width", "height", "zoom"] {
            if let Some(value) = map.remove(key) {
                view.insert(key.into(), value);
            }
        }
        if !view.is_empty() && !map.contains_key("view") {
            map.insert("view".into(), Value::Object(view));
        }
    }
}

/// Takes `key` out of the map into `slot`; a value that does not fit stays in the map.
fn field<T: DeserializeOwned>(
    map: &mut Map<String, Value>,
    key: &str,
    name: &str,
    slot: &mut T,
    messages: &mut Vec<String>,
) {
    let Some(value) = map.get(key) else { return };
    match T::deserialize(value) {
        Ok(read) => {
            *slot = read;
            map.remove(key);
        }
        Err(error) => messages.push(format!(
            "the saved {name} can not be read ({error}): the default is used, and the saved one kept \
             until it is replaced"
        )),
    }
}

/// Puts a field into the map, unless the map holds an unread one that nothing has replaced.
fn put<T: Serialize + PartialEq>(map: &mut Map<String, Value>, key: &str, value: &T, default: &T) {
    if map.contains_key(key) && value == default {
        return;
    }
    // Plain data with string keys always has a JSON form; if ever not, the field is left out and
    // reads as its default.
    if let Ok(value) = serde_json::to_value(value) {
        map.insert(key.into(), value);
    }
}

/// A view that a window can have.
fn sane(view: View) -> View {
    let default = View::default();
    View {
        width: view.width.clamp(320, 8192),
        height: view.height.clamp(240, 8192),
        zoom: if view.zoom.is_finite() {
            view.zoom.clamp(0.5, 3.0)
        } else {
            default.zoom
        },
        folder: view.folder,
        // A name is shown, and is looked for among names: any that is not absurdly long will do.
        preset: view
            .preset
            .filter(|preset| (1..=MOST_NAME).contains(&preset.name.len())),
    }
}

/// What a JSON value is, in a word.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a switch",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests;
