//! What is no room, plate or spring: outdoor places, devices and effects.

use super::rooms::HALL;
use crate::rooms::{Character, Model, NamedRoom, RoomRecipe};

const fn outdoor(
    model: Model,
    size_m: [f32; 3],
    distance: f32,
    (rt60_s, bass, treble): (f32, f32, f32),
    seed: u32,
) -> RoomRecipe {
    RoomRecipe {
        character: Character::Outdoor,
        model,
        size_m,
        distance,
        rt60_s,
        bass,
        treble,
        seed,
        ..HALL
    }
}

const fn device(model: Model, seed: u32) -> RoomRecipe {
    RoomRecipe {
        character: Character::Device,
        model,
        size_m: [1.0, 1.0, 1.0],
        rt60_s: 0.1,
        seed,
        ..HALL
    }
}

const fn effect(model: Model, rt60_s: f32, bass: f32, treble: f32, seed: u32) -> RoomRecipe {
    RoomRecipe {
        character: Character::Effect,
        model,
        rt60_s,
        bass,
        treble,
        seed,
        ..HALL
    }
}

pub(super) const ALL: &[NamedRoom] = &[
    NamedRoom {
        name: "Forest",
        category: "Outdoor",
        tags: &["outdoor", "post", "sparse", "dark"],
        use_for: "trunks scatter, no walls: dialogue and effects in a wood",
        recipe: outdoor(
            Model::Forest,
            [120.0, 120.0, 18.0],
            0.06,
            (1.3, 0.8, 0.6),
            201,
        ),
    },
    NamedRoom {
        name: "Street",
        category: "Outdoor",
        tags: &["outdoor", "post", "slap"],
        use_for: "houses on both sides: footsteps, shouts, a shot",
        recipe: outdoor(
            Model::Street,
            [14.0, 120.0, 16.0],
            0.07,
            (1.6, 0.9, 0.6),
            202,
        ),
    },
    NamedRoom {
        name: "Courtyard",
        category: "Outdoor",
        tags: &["outdoor", "post", "slap", "bright"],
        use_for: "four walls and the sky: bright, close echoes",
        recipe: outdoor(
            Model::Courtyard,
            [18.0, 26.0, 14.0],
            0.2,
            (1.3, 0.8, 0.7),
            203,
        ),
    },
    NamedRoom {
        name: "Canyon",
        category: "Outdoor",
        tags: &["outdoor", "post", "slap", "long", "special"],
        use_for: "slaps from far walls of rock, each wider than the last",
        recipe: outdoor(
            Model::Canyon,
            [150.0, 200.0, 90.0],
            0.05,
            (3.4, 1.0, 0.7),
            204,
        ),
    },
    NamedRoom {
        name: "Stadium",
        category: "Outdoor",
        tags: &["outdoor", "post", "slap", "long", "live"],
        use_for: "open stands all around: an announcer, a crowd, a rock show",
        recipe: outdoor(
            Model::Stadium,
            [130.0, 180.0, 30.0],
            0.1,
            (3.2, 1.0, 0.6),
            205,
        ),
    },
    NamedRoom {
        name: "Telephone",
        category: "Devices",
        tags: &["device", "post", "voice", "lo-fi"],
        use_for: "300 to 3400 Hz with the ring of an ear piece",
        recipe: device(Model::Telephone, 211),
    },
    NamedRoom {
        name: "Radio",
        category: "Devices",
        tags: &["device", "post", "voice", "lo-fi"],
        use_for: "a wooden table radio: boxy, soft above 4 kHz",
        recipe: device(Model::Radio, 212),
    },
    NamedRoom {
        name: "Small Speaker",
        category: "Devices",
        tags: &["device", "mix", "lo-fi"],
        use_for: "one cone in a small box: to check a mix, to make it small",
        recipe: device(Model::SmallSpeaker, 213),
    },
    NamedRoom {
        name: "Megaphone",
        category: "Devices",
        tags: &["device", "post", "voice", "lo-fi", "special"],
        use_for: "a horn that shouts: resonant and narrow",
        recipe: device(Model::Megaphone, 214),
    },
    NamedRoom {
        name: "Guitar Cabinet",
        category: "Devices",
        tags: &["device", "guitar", "cabinet"],
        use_for: "four twelve-inch cones, two microphones: for an amplifier's direct signal",
        recipe: device(Model::GuitarCabinet, 215),
    },
    NamedRoom {
        name: "Bass Cabinet",
        category: "Devices",
        tags: &["device", "bass", "cabinet"],
        use_for: "eight ten-inch cones in a closed box: for a bass from its pickup",
        recipe: device(Model::BassCabinet, 216),
    },
    NamedRoom {
        name: "Gated Short",
        category: "Effects",
        tags: &["effect", "drums", "snare", "short"],
        use_for: "a burst that is shut at once: snare and toms, tight",
        recipe: effect(Model::Gated, 0.22, 1.0, 0.9, 221),
    },
    NamedRoom {
        name: "Gated Long",
        category: "Effects",
        tags: &["effect", "drums", "snare", "big"],
        use_for: "the big snare of the eighties: dense, then nothing",
        recipe: effect(Model::Gated, 0.45, 1.2, 0.7, 222),
    },
    NamedRoom {
        name: "Reverse Short",
        category: "Effects",
        tags: &["effect", "vocal", "guitar", "swell"],
        use_for: "a swell of half a second into every note",
        recipe: effect(Model::Reverse, 0.6, 1.0, 0.8, 223),
    },
    NamedRoom {
        name: "Reverse Long",
        category: "Effects",
        tags: &["effect", "vocal", "guitar", "swell", "long", "special"],
        use_for: "a slow rise that stops dead: transitions, voices from nowhere",
        recipe: effect(Model::Reverse, 1.8, 1.1, 0.6, 224),
    },
];
