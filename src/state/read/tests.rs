//! Projects that are read and written again, whole or damaged.

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
fn the_list_of_choices_comes_back_and_an_empty_one_leaves_no_trace() {
    let empty = Project::default().to_json();
    assert!(!empty.contains("choices"), "{empty}");
    let rooms = Origin::room_names().take(3).filter_map(Origin::room);
    let project = Project {
        choices: rooms.collect(),
        ..Project::default()
    };
    let text = project.to_json();
    let back = Project::from_json(&text);
    assert_eq!((back.choices.len(), &back), (3, &project));
    assert_eq!(back.to_json(), text);
    // What was saved before there was one has none.
    let older = Project::from_json("{\"version\":2,\"embed\":true}");
    assert!(older.choices.is_empty() && older.messages.is_empty());
    // What can not be read costs the list alone, and is kept until it is replaced.
    let text = r#"{"version":2,"embed":true,"choices":[{"Comet":42}]}"#;
    let mut damaged = Project::from_json(text);
    assert!(damaged.embed && damaged.choices.is_empty());
    assert_eq!(damaged.messages.len(), 1, "{:?}", damaged.messages);
    assert!(damaged.to_json().contains("Comet"));
    damaged.choices = project.choices.clone();
    assert!(!damaged.to_json().contains("Comet"));
    // No more than there are places.
    let many = Project {
        choices: vec![Origin::default(); MOST_CHOICES + 1],
        ..Project::default()
    };
    let many = Project::from_json(&many.to_json());
    assert_eq!((many.choices.len(), many.messages.len()), (16, 1));
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
