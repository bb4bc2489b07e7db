//! Rooms: air between walls, from small to large.

use crate::rooms::{Character, Model, NamedRoom, RoomRecipe};

/// The room of a new instance.
pub(in crate::rooms) const HALL: RoomRecipe = RoomRecipe {
    character: Character::Room,
    size_m: [18.0, 30.0, 12.0],
    rt60_s: 1.9,
    bass: 1.2,
    treble: 0.65,
    distance: 0.4,
    early_db: 0.0,
    seed: 1,
    springs: 3,
    model: Model::Plain,
    scattering: 0.8,
    coupled_s: 0.0,
    coupled_db: -20.0,
    source_m: 0.0,
};

const fn room(size_m: [f32; 3], rt60_s: f32, bass: f32, treble: f32, seed: u32) -> RoomRecipe {
    RoomRecipe {
        size_m,
        rt60_s,
        bass,
        treble,
        seed,
        ..HALL
    }
}

/// Heard from this part of the length away, the first reflections raised by so many dB.
const fn heard(recipe: RoomRecipe, distance: f32, early_db: f32) -> RoomRecipe {
    RoomRecipe {
        distance,
        early_db,
        ..recipe
    }
}

/// With walls that scatter this part.
const fn rough(recipe: RoomRecipe, scattering: f32) -> RoomRecipe {
    RoomRecipe {
        scattering,
        ..recipe
    }
}

/// Open to a volume that rings for so many seconds, so many dB below.
const fn coupled(recipe: RoomRecipe, coupled_s: f32, coupled_db: f32) -> RoomRecipe {
    RoomRecipe {
        coupled_s,
        coupled_db,
        ..recipe
    }
}

const fn named(
    name: &'static str,
    category: &'static str,
    tags: &'static [&'static str],
    use_for: &'static str,
    recipe: RoomRecipe,
) -> NamedRoom {
    NamedRoom {
        name,
        category,
        tags,
        use_for,
        recipe,
    }
}

pub(super) const ALL: &[NamedRoom] = &[
    named(
        "Car",
        "Small Spaces",
        &["post", "voice", "dark", "short"],
        "puts a voice on the seat beside you, for film and radio plays",
        heard(room([1.5, 2.6, 1.2], 0.3, 1.2, 0.65, 31), 0.3, -1.0),
    ),
    named(
        "Vocal Booth",
        "Small Spaces",
        &["vocal", "voice", "dry", "short"],
        "a lead vocal or a voice-over that has to stay dry but not dead",
        heard(room([1.8, 2.2, 2.3], 0.3, 1.1, 0.8, 117), 0.35, 0.0),
    ),
    named(
        "Wooden Booth",
        "Small Spaces",
        &["guitar", "vocal", "warm", "short"],
        "acoustic guitar and spoken word, close with a little wood around them",
        heard(room([2.6, 3.4, 2.7], 0.36, 1.0, 0.9, 168), 0.3, -0.5),
    ),
    named(
        "Tight Ambience",
        "Ambiences",
        &["drums", "vocal", "guitar", "short", "bright"],
        "glues dry tracks together without a tail that is heard",
        heard(room([4.2, 5.2, 2.7], 0.36, 1.0, 0.85, 703), 0.25, -1.0),
    ),
    named(
        "Wide Ambience",
        "Ambiences",
        &["keys", "guitar", "synth", "short", "wide"],
        "spreads a mono keyboard or guitar from side to side",
        heard(room([14.0, 9.0, 5.0], 0.55, 1.0, 0.8, 152), 0.3, 2.0),
    ),
    named(
        "Small Room",
        "Rooms",
        &["vocal", "guitar", "drums", "natural", "short"],
        "a furnished room for whatever was recorded too dry",
        room([4.0, 5.5, 2.6], 0.45, 1.1, 0.75, 141),
    ),
    named(
        "Studio",
        "Rooms",
        &["drums", "guitar", "strings", "natural", "warm"],
        "a live room of wood, for a band that plays together",
        rough(room([7.0, 9.0, 3.8], 0.6, 1.0, 0.85, 103), 0.9),
    ),
    named(
        "Live Room",
        "Rooms",
        &["brass", "strings", "drums", "natural", "bright"],
        "a large studio with a high ceiling, for horns and small ensembles",
        rough(room([11.0, 15.0, 7.0], 1.0, 1.0, 0.85, 112), 0.9),
    ),
    named(
        "Drum Room",
        "Drum Rooms",
        &["drums", "bright", "punchy"],
        "hard walls around a kit, the room microphones of a rock record",
        room([6.0, 8.0, 4.5], 0.9, 0.9, 0.85, 121),
    ),
    named(
        "Drum Room Close",
        "Drum Rooms",
        &["drums", "percussion", "tight", "short"],
        "snare and toms with body, over before the next stroke",
        heard(room([4.2, 5.4, 3.0], 0.48, 0.95, 0.9, 175), 0.15, -1.0),
    ),
    named(
        "Drum Room Far",
        "Drum Rooms",
        &["drums", "percussion", "big", "dark"],
        "microphones at the far end of a big room, to be crushed by a compressor",
        heard(room([9.0, 14.0, 6.5], 1.4, 1.1, 0.7, 37), 0.8, -3.0),
    ),
    named(
        "Tiled Bathroom",
        "Small Spaces",
        &["vocal", "guitar", "bright", "hard"],
        "singing against tiles, for guitars and backing vocals with an edge",
        rough(room([2.3, 3.1, 2.6], 0.9, 0.75, 0.85, 38), 0.6),
    ),
    named(
        "Corridor",
        "Small Spaces",
        &["post", "snare", "guitar", "hard"],
        "a long hallway with doors, for snares and scenes in a film",
        heard(room([2.2, 32.0, 2.9], 1.15, 0.9, 0.65, 39), 0.3, -1.5),
    ),
    named(
        "Stairwell",
        "Large Spaces",
        &["drums", "vocal", "guitar", "concrete"],
        "tall and narrow concrete, the classic place for a loud snare",
        room([2.5, 5.0, 14.0], 2.1, 1.1, 0.6, 14),
    ),
    named(
        "Chamber",
        "Chambers",
        &["vocal", "strings", "dense", "bright"],
        "a tiled echo chamber, smooth behind a lead vocal",
        rough(room([4.5, 6.0, 3.5], 1.5, 1.0, 0.7, 104), 0.95),
    ),
    named(
        "Large Chamber",
        "Chambers",
        &["vocal", "brass", "dense", "dark"],
        "a cellar with a loudspeaker in it, for ballads and horns",
        coupled(
            rough(room([7.0, 11.0, 4.5], 2.5, 1.1, 0.55, 40), 0.95),
            3.4,
            -16.0,
        ),
    ),
    named(
        "Club",
        "Venues",
        &["live", "drums", "synth", "dark"],
        "a low ceiling and people, for a band that is to sound live",
        room([12.0, 20.0, 4.0], 0.8, 1.2, 0.7, 132),
    ),
    named(
        "Theatre",
        "Venues",
        &["voice", "post", "clear", "warm"],
        "plush seats and clear speech, for dialogue on a stage",
        rough(room([20.0, 26.0, 11.0], 1.1, 1.15, 0.7, 17), 0.9),
    ),
    named(
        "Opera House",
        "Venues",
        &["vocal", "orchestra", "warm", "clear"],
        "boxes and velvet, for a singer in front of an orchestra",
        coupled(room([26.0, 34.0, 20.0], 1.5, 1.15, 0.65, 19), 2.2, -18.0),
    ),
    named(
        "Scoring Stage",
        "Halls",
        &["strings", "orchestra", "film", "clear"],
        "where film scores are recorded: wide, clear and quick to get out of the way",
        rough(room([22.0, 29.0, 12.0], 1.45, 1.05, 0.85, 41), 0.9),
    ),
    named(
        "Recital Hall",
        "Halls",
        &["piano", "strings", "guitar", "warm"],
        "piano, string quartet and classical guitar",
        rough(room([12.0, 21.0, 8.5], 1.35, 1.1, 0.75, 42), 0.85),
    ),
    named(
        "Hall",
        "Halls",
        &["strings", "vocal", "full mix", "natural"],
        "a hall for chamber music that suits nearly everything",
        HALL,
    ),
    named(
        "Concert Hall",
        "Halls",
        &["orchestra", "strings", "full mix", "wide"],
        "a shoebox for an orchestra, rich from the sides",
        rough(room([24.0, 48.0, 18.0], 2.2, 1.2, 0.65, 18), 0.85),
    ),
    named(
        "Grand Hall",
        "Halls",
        &["orchestra", "synth", "pad", "long", "wide"],
        "choirs, pads and slow music that may float",
        heard(room([32.0, 56.0, 22.0], 3.0, 1.15, 0.55, 43), 0.5, 0.0),
    ),
    named(
        "Arena",
        "Venues",
        &["live", "vocal", "drums", "huge"],
        "a band on the big stage, heard from the seats",
        heard(
            rough(room([65.0, 85.0, 24.0], 3.6, 1.2, 0.45, 44), 0.95),
            0.35,
            0.0,
        ),
    ),
    named(
        "Chapel",
        "Churches",
        &["vocal", "choir", "guitar", "bright"],
        "a small stone chapel for a soloist or a folk guitar",
        room([7.0, 14.0, 8.0], 2.4, 0.95, 0.6, 45),
    ),
    named(
        "Church",
        "Churches",
        &["choir", "organ", "vocal", "long"],
        "stone walls and a wooden roof, for choir and organ",
        room([14.0, 36.0, 14.0], 3.6, 1.1, 0.5, 21),
    ),
    named(
        "Abbey",
        "Churches",
        &["choir", "pad", "dark", "long"],
        "an old abbey with side aisles, dark and slow",
        coupled(room([22.0, 62.0, 19.0], 5.0, 1.2, 0.4, 46), 7.0, -15.0),
    ),
    named(
        "Cathedral",
        "Churches",
        &["choir", "organ", "pad", "huge"],
        "a nave of stone that rings on for more than seven seconds",
        room([30.0, 90.0, 28.0], 7.5, 1.05, 0.16, 22),
    ),
    named(
        "Warehouse",
        "Large Spaces",
        &["drums", "post", "industrial", "long"],
        "steel and concrete, empty, for big drums and scenes",
        rough(room([40.0, 60.0, 10.0], 3.2, 1.0, 0.5, 20), 0.9),
    ),
    named(
        "Parking Garage",
        "Large Spaces",
        &["post", "drums", "concrete", "dark"],
        "a low concrete deck, for footsteps, voices and percussion",
        rough(room([26.0, 44.0, 2.7], 2.3, 1.2, 0.5, 47), 0.7),
    ),
    named(
        "Swimming Hall",
        "Large Spaces",
        &["post", "synth", "bright", "hard"],
        "water and tiles, a bright wash for synths and sound design",
        rough(room([22.0, 38.0, 9.0], 3.0, 0.8, 0.75, 48), 0.65),
    ),
    named(
        "Tunnel",
        "Large Spaces",
        &["post", "effect", "concrete", "long"],
        "a road tunnel, for sirens, drones and everything underground",
        heard(room([7.0, 160.0, 5.5], 4.2, 1.1, 0.35, 49), 0.15, 0.0),
    ),
    named(
        "Cave",
        "Large Spaces",
        &["post", "effect", "dark", "long"],
        "rough rock with chambers behind it, dark and uneven",
        coupled(
            rough(room([16.0, 28.0, 9.0], 2.7, 1.25, 0.35, 114), 1.0),
            4.0,
            -17.0,
        ),
    ),
];
