//! Texts that are too long, too deep, or full of strange numbers.

use super::{Add, file, framed, project};
use anteroom::impulse::RoomRecipe;
use serde_json::json;

pub fn huge_text(add: &mut Add<'_>) {
    let long = "x".repeat(10 << 20);
    for key in ["name", "absolute", "hash", "relative"] {
        add("huge text", key, file(json!({ key: long })));
    }
    add(
        "huge text",
        "folder",
        project(&json!({"view": {"folder": long}})),
    );
    add(
        "huge text",
        "room",
        project(&json!({"origin": {"room": [long, RoomRecipe::default()]}})),
    );
    add(
        "huge text",
        "unknown field",
        project(&json!({"later": long})),
    );
    add(
        "huge text",
        "unknown key",
        project(&json!({ long.clone(): 1 })),
    );
    add(
        "huge text",
        "project",
        framed(&json!({"version": "", "params": {}, "fields": {"project": long}}).to_string()),
    );
    add(
        "huge text",
        "parameter",
        framed(
            &json!({"version": "", "params": {"mix": {"string": long}}, "fields": {}}).to_string(),
        ),
    );
    add(
        "huge text",
        "digits",
        framed(&format!(
            r#"{{"version":"","params":{{"mix":{{"f32":{}}}}},"fields":{{}}}}"#,
            "9".repeat(5 << 20)
        )),
    );
    add("huge text", "blanks", framed(&" ".repeat(30 << 20)));
}

pub fn nesting(add: &mut Add<'_>) {
    let open = |mark: &str, count: usize| mark.repeat(count);
    for count in [100, 10_000, 1_000_000] {
        add(
            "nesting",
            &format!("{count} lists"),
            framed(&open("[", count)),
        );
        add(
            "nesting",
            &format!("{count} objects"),
            framed(&open("{\"a\":", count)),
        );
        let inner = format!("{}1{}", open("[", count), open("]", count));
        let state = json!({"version": "", "params": {}, "fields": {"project": inner}});
        add(
            "nesting",
            &format!("{count} in the project"),
            framed(&state.to_string()),
        );
        let inner = format!(
            "{{\"origin\":{}1{}}}",
            open("{\"file\":", count),
            open("}", count)
        );
        let state = json!({"version": "", "params": {}, "fields": {"project": inner}});
        add(
            "nesting",
            &format!("{count} in the origin"),
            framed(&state.to_string()),
        );
    }
}

pub fn numbers(add: &mut Add<'_>) {
    for number in [
        "1e999", "-1e999", "NaN", "Infinity", "1e-400", "0x10", "01", "-0", "1e39",
    ] {
        let text = format!(
            r#"{{"version":"0","params":{{"decay":{{"f32":{number}}},"size":{{"f32":{number}}}}},"fields":{{}}}}"#
        );
        add("played numbers", number, framed(&text));
    }
    for length in [0, 1, 7, u64::MAX, 1 << 62, 1 << 32] {
        let mut state = length.to_le_bytes().to_vec();
        state.extend_from_slice(b"{}");
        add("numbers", &format!("a length of {length}"), state);
    }
    add("numbers", "nothing at all", Vec::new());
}
