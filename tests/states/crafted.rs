//! States that somebody might make on purpose, at least eight of each sort.

#[path = "crafted/copies.rs"]
mod copies;
#[path = "crafted/places.rs"]
mod places;
#[path = "crafted/texts.rs"]
mod texts;

use std::path::Path;

use anteroom::impulse::RoomRecipe;
use serde_json::{Map, Value, json};

/// All of them, by name. `folder` is for the files that some of them name.
pub fn states(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut add =
        |sort: &str, name: &str, state: Vec<u8>| all.push((format!("{sort}: {name}"), state));
    texts::huge_text(&mut add);
    copies::planes(&mut add);
    copies::rates(&mut add);
    views(&mut add);
    places::paths(&mut add, folder);
    texts::nesting(&mut add);
    copies::base64(&mut add);
    places::pipes(&mut add, folder);
    places::devices(&mut add);
    texts::numbers(&mut add);
    rooms(&mut add);
    all
}

type Add<'a> = dyn FnMut(&str, &str, Vec<u8>) + 'a;

/// Bytes in the frame that CLAP states have.
fn framed(text: &str) -> Vec<u8> {
    let mut state = (text.len() as u64).to_le_bytes().to_vec();
    state.extend_from_slice(text.as_bytes());
    state
}

/// A state with this project, written as the framework writes it: the project is a text in the text.
fn project(project: &Value) -> Vec<u8> {
    let state = json!({
        "version": "0.1.0",
        "params": {"mix": {"f32": 100.0}},
        "fields": {"project": project.to_string()},
    });
    framed(&state.to_string())
}

/// A state whose impulse is a file of these properties.
fn file(properties: Value) -> Vec<u8> {
    let mut file = json!({
        "hash": "a".repeat(64), "bytes": 1000, "name": "a.wav", "absolute": "/nowhere/a.wav",
        "frames": 1000, "rate": 48000, "channels": 2,
    });
    if let (Value::Object(file), Value::Object(properties)) = (&mut file, properties) {
        file.extend(properties);
    }
    project(&json!({"version": 1, "origin": {"file": file}}))
}

fn views(add: &mut Add<'_>) {
    let big = json!(u32::MAX);
    for (width, height, zoom) in [
        (json!(0), json!(0), json!(0.0)),
        (json!(1), json!(1), json!(0.5)),
        (json!(320), json!(240), json!(0.5)),
        (json!(8_192), json!(8_192), json!(3.0)),
        (big.clone(), big.clone(), json!(1.0)),
        (big.clone(), json!(1), json!(3.0)),
        (json!(640), json!(480), json!(1e30)),
        (json!(640), json!(480), json!(-1.0)),
        (json!(-5), json!(480), json!(1.0)),
        (json!(640.5), json!("480"), json!(null)),
    ] {
        let name = format!("{width} x {height} at {zoom}");
        add(
            "view",
            &name,
            project(&json!({"view": {"width": width, "height": height, "zoom": zoom}})),
        );
    }
    for folder in ["/proc/self", "/dev", "/", "..", "\u{0}", "/nowhere"] {
        add(
            "view",
            folder,
            project(&json!({"view": {"folder": folder}})),
        );
    }
}

fn rooms(add: &mut Add<'_>) {
    let good = serde_json::to_value(RoomRecipe::default()).unwrap_or_default();
    let keys: Vec<String> = good
        .as_object()
        .map(|map| map.keys().cloned().collect())
        .unwrap_or_default();
    for key in keys {
        for value in [json!(1e38), json!(-1e38), json!(0)] {
            let mut recipe: Map<String, Value> = good.as_object().cloned().unwrap_or_default();
            recipe.insert(key.clone(), value.clone());
            add(
                "played rooms",
                &format!("{key} {value}"),
                project(&json!({"origin": {"room": ["Hall", recipe]}})),
            );
        }
    }
}
