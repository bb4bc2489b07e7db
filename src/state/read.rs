//! Tolerant reading: field by field, so that one damaged field costs that field alone.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Laws, Project, VERSION, View};

/// The oldest format that is still read; older ones are brought up step by step by [`migrate`].
const OLDEST: u32 = 0;

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
mod tests {
    use super::super::Origin;
    use super::*;

    #[test]
    fn a_project_comes_back_as_it_was_and_its_bytes_do_not_change() {
        let mut project = Project {
            embed: true,
            ..Project::default()
        };
        project.view.zoom = 1.5;
        project.view.folder = "/rooms/é \"quoted\"".into();
        let text = project.to_json();
        let back = Project::from_json(&text);
        assert_eq!(back, project);
        assert_eq!(back.to_json(), text);
        // Through serde, as the host's state does it, it is the same.
        assert_eq!(serde_json::to_string(&project).unwrap(), text);
        assert_eq!(serde_json::from_str::<Project>(&text).unwrap(), project);
    }

    #[test]
    fn the_laws_are_saved_and_newer_ones_are_told() {
        let saved = Project::default().to_json();
        let laws = r#""laws":{"recipe":2,"shaping":2,"loudness":2}"#;
        let sorted = r#""laws":{"loudness":2,"recipe":2,"shaping":2}"#;
        assert!(saved.contains(laws) || saved.contains(sorted), "{saved}");
        // What was saved before there were any opens as what there is now.
        let old = Project::from_json("{\"version\":1}");
        assert_eq!((old.laws, old.messages.len()), (Laws::NOW, 0));
        assert_eq!(old.to_json(), saved);
        let older = Project::from_json("{\"version\":1,\"laws\":{\"loudness\":1}}");
        assert!(older.messages.is_empty());
        assert_eq!(Project::from_json(&older.to_json()).laws, Laws::NOW);
        // Newer ones are told, and stay when it is saved here.
        let newer = Project::from_json("{\"version\":1,\"laws\":{\"recipe\":3,\"loudness\":9}}");
        assert_eq!(newer.messages.len(), 1, "{:?}", newer.messages);
        assert!(
            newer.messages[0].contains("rooms and loudness"),
            "{:?}",
            newer.messages
        );
        let again = Project::from_json(&newer.to_json());
        assert_eq!(
            (again.laws.recipe, again.laws.shaping, again.laws.loudness),
            (3, 2, 9)
        );
        // Damage costs no more than a message.
        let damaged = Project::from_json("{\"version\":1,\"laws\":7}");
        assert_eq!((damaged.laws, damaged.messages.len()), (Laws::NOW, 1));
    }

    #[test]
    fn the_second_impulse_comes_back_and_an_empty_slot_leaves_no_trace() {
        let empty = Project::default().to_json();
        assert!(!empty.contains("_b"), "{empty}");
        let project = Project {
            second: Origin::room("Plate"),
            embed_second: true,
            ..Project::default()
        };
        let text = project.to_json();
        assert!(text.contains("\"origin_b\"") && text.contains("\"embed_b\":true"));
        assert_eq!(Project::from_json(&text), project);
        // Before format 2 there was none.
        let older = Project::from_json("{\"version\":1,\"embed\":true}");
        assert_eq!((older.second, older.messages.len()), (None, 0));
        // What can not be read costs the second impulse alone, and is kept until it is replaced.
        let text = r#"{"version":2,"embed":true,"origin_b":{"Comet":42}}"#;
        let mut damaged = Project::from_json(text);
        assert!(damaged.embed && damaged.second.is_none());
        assert!(damaged.messages[0].contains("saved second impulse"));
        assert!(damaged.to_json().contains("Comet"));
        damaged.second = Origin::room("Hall");
        assert!(!damaged.to_json().contains("Comet"));
    }

    #[test]
    fn damage_gives_the_defaults_and_a_message_never_a_failure() {
        for text in [
            "",
            "{",
            "null",
            "7",
            "[]",
            "\"x\"",
            "\u{0}\u{0}",
            "{\"version\":-1}",
            "nan",
        ] {
            let project = Project::from_json(text);
            assert_eq!(project.origin, Project::default().origin, "{text:?}");
            assert_eq!(
                project.messages.len(),
                1,
                "{text:?}: {:?}",
                project.messages
            );
        }
        assert!(Project::from_json("{}").messages.is_empty());
    }

    #[test]
    fn every_cut_of_a_saved_project_is_survived() {
        let text = Project::default().to_json();
        for end in 0..text.len() {
            let _ = Project::from_json(&text[..end]);
        }
    }

    #[test]
    fn one_damaged_field_costs_that_field_alone_and_is_kept() {
        let text = r#"{"version":1,"origin":{"Comet":42},"embed":true,"view":{"zoom":99}}"#;
        let mut project = Project::from_json(text);
        assert_eq!(project.origin, Project::default().origin);
        assert!(project.embed);
        assert_eq!(project.view.zoom, 3.0);
        assert_eq!(project.messages.len(), 1);
        assert!(
            project.messages[0].contains("saved impulse"),
            "{:?}",
            project.messages
        );
        // Saving loses nothing, ...
        project.embed = false;
        let saved: Value = serde_json::from_str(&project.to_json()).unwrap();
        assert_eq!(saved["origin"]["Comet"], 42);
        assert_eq!(saved["embed"], false);
    }

    #[test]
    fn a_newer_project_is_read_as_far_as_it_goes_and_loses_nothing() {
        let text = r#"{"version":9,"embed":true,"reflections":[1,2]}"#;
        let project = Project::from_json(text);
        assert!(project.embed);
        assert!(project.messages[0].contains("newer version (format 9"));
        let saved: Value = serde_json::from_str(&project.to_json()).unwrap();
        assert_eq!(saved["version"], 9);
        assert_eq!(saved["reflections"][1], 2);
    }

    #[test]
    fn a_project_of_the_format_before_is_read_and_saved_in_this_one() {
        let text = r#"{"version":1,"embed":true,"view":{"width":700}}"#;
        let project = Project::from_json(text);
        assert_eq!((project.version, project.view.width), (VERSION, 700));
        assert!(project.messages.is_empty(), "{:?}", project.messages);
        let saved: Value = serde_json::from_str(&project.to_json()).unwrap();
        assert_eq!(saved["version"], VERSION);
    }

    #[test]
    fn an_older_project_is_brought_up_without_a_word() {
        let project = Project::from_json(r#"{"embed":true,"width":640,"height":480}"#);
        assert_eq!((project.view.width, project.view.height), (640, 480));
        assert_eq!(project.version, VERSION);
        assert!(project.messages.is_empty());
    }
}
