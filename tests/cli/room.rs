//! Rooms as files: the built-in ones, and those of a recipe.

use super::rig::Folder;
use super::{bad, good, read, text};
use anteroom::impulse::{Origin, rooms};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn rooms_are_listed_and_written_the_same_each_time() {
    let folder = Folder::new();
    let list = good(&["room", "--list"]);
    // A heading and an empty line for each category, but no empty line before the first.
    let categories: BTreeSet<&str> = rooms().iter().map(|room| room.category).collect();
    let lines = Origin::room_names().count() + 2 * categories.len() - 1;
    assert_eq!(list.lines().count(), lines);
    assert!(Origin::room_names().all(|name| list.contains(name)));
    let (one, two) = (folder.path("one.wav"), folder.path("two.wav"));
    for (channels, out) in [("1", &one), ("2", &one), ("4", &one), ("4", &two)] {
        good(&[
            "room",
            "hall",
            "-o",
            text(out),
            "--channels",
            channels,
            "--rate",
            "44100",
        ]);
        let spec = hound::WavReader::open(out).unwrap().spec();
        assert_eq!(
            (spec.channels.to_string().as_str(), spec.sample_rate),
            (channels, 44_100)
        );
    }
    assert_eq!(fs::read(&one).unwrap(), fs::read(&two).unwrap());
    good(&[
        "room",
        "hall",
        "-o",
        text(&two),
        "--channels",
        "4",
        "--set",
        "length=50",
    ]);
    assert!(read(&two)[0].len() < read(&one)[0].len() * 6 / 10 * 48 / 44);
}

#[test]
fn a_room_of_a_recipe_of_ones_own_is_written() {
    let folder = Folder::new();
    let (file, one, two) = (
        folder.path("mine.json"),
        folder.path("one.wav"),
        folder.path("two.wav"),
    );
    let written = |out: &Path| {
        good(&["room", "--recipe", text(&file), "-o", text(out)]);
        fs::read(out).unwrap()
    };
    // What the list says of a built-in room is that room.
    let listed: Value = serde_json::from_str(&good(&["room", "--list", "--json"])).unwrap();
    let hall = listed.as_array().unwrap().iter();
    let hall = hall.clone().find(|room| room["name"] == "Hall").unwrap();
    fs::write(&file, hall.to_string()).unwrap();
    good(&["room", "hall", "-o", text(&two)]);
    assert_eq!(written(&one), fs::read(&two).unwrap());
    // Another number is another room.
    fs::write(&file, r#"{"name": "Mine", "recipe": {"rt60_s": 0.5}}"#).unwrap();
    assert_ne!(written(&one), fs::read(&two).unwrap());
    fs::remove_file(&one).unwrap();
    for (wrong, wanted) in [
        ("{", "no JSON"),
        (r#"{"rt60_s": 500}"#, "reverberation is 0.05 to 20, not 500"),
        (r#"{"walls": 3}"#, "no field 'walls'"),
        ("\"\u{0}\"", "mine.json"),
    ] {
        fs::write(&file, wrong).unwrap();
        let complaint = bad(1, &["room", "--recipe", text(&file), "-o", text(&one)]);
        assert!(complaint.contains(wanted), "{complaint}");
        assert!(complaint.contains("mine.json") && !one.exists());
    }
    fs::write(&file, [0xff, 0xfe]).unwrap();
    bad(1, &["room", "--recipe", text(&file), "-o", text(&one)]);
    fs::write(&file, vec![b' '; 1 << 20]).unwrap();
    bad(1, &["room", "--recipe", text(&file), "-o", text(&one)]);
    let none = folder.path("none.json");
    bad(1, &["room", "--recipe", text(&none), "-o", text(&one)]);
    bad(
        2,
        &["room", "hall", "--recipe", text(&file), "-o", text(&one)],
    );
    bad(2, &["room", "--recipe", text(&file)]);
}

#[test]
fn a_room_is_written_and_heard_from_where_distance_says() {
    let folder = Folder::new();
    let out = folder.path("out.wav");
    let dry = folder.impulse("dry.wav", 1);
    // The energy of the first 50 ms to that of all, of what is written and of what is heard.
    let share = |arguments: &[&str]| {
        good(arguments);
        let samples = read(&out);
        let energy = |part: &[f32]| part.iter().map(|x| x * x).sum::<f32>();
        energy(&samples[0][..2_400]) / energy(&samples[0])
    };
    let mut before = [2.0; 2];
    for distance in ["distance=-80", "distance=0", "distance=80"] {
        let set = ["-o", text(&out), "--set", distance];
        let written = share(&[&["room", "studio"], &set[..]].concat());
        let render = ["render", text(&dry), "--room", "studio", "--set", "mix=100"];
        let heard = share(&[&render[..], &set].concat());
        for (now, before) in [written, heard].into_iter().zip(&mut before) {
            assert!(now < *before, "{distance}: {now} after {before}");
            *before = now;
        }
    }
}
