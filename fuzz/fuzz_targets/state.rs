//! Any text is a project, perhaps with defaults; what it holds can be unpacked or refused, and what
//! was read is written and read again without a change.

#![no_main]

use anteroom::impulse::{Origin, embed};
use anteroom::state::Project;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let project = Project::from_json(text);
    let again = project.to_json();
    assert_eq!(Project::from_json(&again).to_json(), again);
    if let Ok(Origin::File(file)) = serde_json::from_str::<Origin>(text)
        && let Some(embedded) = &file.embedded
    {
        let _ = embed::unpack(&file.name, embedded);
    }
});
