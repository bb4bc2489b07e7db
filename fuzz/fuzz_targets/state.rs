//! Any text is a project, perhaps with defaults; what it holds can be unpacked or refused, and what
//! was read is written and read again without a change. A text that is a whole state has every value in its range, and
//! a room that it names can be heard from anywhere.

#![no_main]

use anteroom::impulse::{Origin, embed};
use anteroom::state::{MOST_CHOICES, Preset, Project};
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
    // Each of its own choices can be unpacked or refused, and there are no more than there are places.
    assert!(project.choices.len() <= MOST_CHOICES);
    for origin in &project.choices {
        if let Origin::File(file) = origin
            && let Some(embedded) = &file.embedded
        {
            let _ = embed::unpack(&file.name, embedded);
        }
    }
    let Ok(preset) = Preset::from_json(bytes) else { return };
    for (param, value) in preset.values.iter() {
        assert!((param.min..=param.max).contains(&value), "{} {value}", param.id);
    }
    let saved = preset.to_json();
    let again = Preset::from_json(saved.as_bytes()).map(|preset| preset.to_json());
    assert_eq!(again.ok(), Some(saved));
    for origin in [&preset.project.origin].into_iter().chain(&preset.project.choices) {
        let Origin::Room(_, recipe) = origin else { continue };
        let (placed, _) = recipe.placed(&preset.values.shape());
        assert!(placed.distance.is_finite() || placed == *recipe);
    }
});
