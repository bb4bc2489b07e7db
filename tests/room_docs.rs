//! `docs/rooms.md` names every built-in room with the recipe it has: otherwise `cargo xtask rooms` is to be run.

use std::collections::BTreeSet;
use std::path::Path;

use anteroom::impulse::origin::content_hash;
use anteroom::impulse::rooms;

/// The recipe's hash, as the command line lists it.
fn line(room: &anteroom::impulse::NamedRoom) -> String {
    let recipe = serde_json::to_vec(&room.recipe).expect("a recipe is text");
    let hash = &content_hash(&recipe)[..16];
    format!("<!-- recipe {}: {hash} -->", room.name)
}

#[test]
fn the_document_has_every_room_with_its_recipe_and_its_picture() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let text = std::fs::read_to_string(docs.join("rooms.md")).expect("it is there");
    let told: BTreeSet<&str> = text
        .lines()
        .filter(|line| line.starts_with("<!-- recipe"))
        .collect();
    let now: Vec<String> = rooms().iter().map(line).collect();
    let now: BTreeSet<&str> = now.iter().map(String::as_str).collect();
    let differ: Vec<_> = told.symmetric_difference(&now).collect();
    assert!(differ.is_empty(), "run `cargo xtask rooms`: {differ:#?}");
    for room in rooms() {
        assert!(
            text.contains(room.use_for.get(1..).unwrap_or_default()),
            "{}",
            room.name
        );
        let letter = |c: char| if c.is_alphanumeric() { c } else { '-' };
        let slug: String = room.name.to_lowercase().chars().map(letter).collect();
        let picture = docs.join(format!("rooms/{slug}.svg"));
        assert!(picture.exists(), "{} is not there", picture.display());
    }
}
