//! Rooms without a file: a recipe of a few numbers and a seed becomes an impulse.
//!
//! Off the audio thread. The project state keeps the recipe only, and the same recipe gives the
//! same bits on every machine: the arithmetic is limited to what IEEE 754 defines exactly.

use serde::{Deserialize, Serialize};

use super::Impulse;
use super::dice::Dice;

/// What kind of thing rings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Character {
    /// Air in a box.
    #[default]
    Room,
    /// A sheet of steel.
    Plate,
    /// A coil.
    Spring,
}

/// A room in a few numbers. Values out of range are pulled in when it is rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomRecipe {
    /// What kind of thing rings.
    pub character: Character,
    /// Width, length and height in metres, 1 to 200.
    pub size_m: [f32; 3],
    /// The reverberation time at 1 kHz in seconds, 0.05 to 20.
    pub rt60_s: f32,
    /// The reverberation time at 125 Hz in relation to that at 1 kHz, 0.25 to 4.
    pub bass: f32,
    /// The reverberation time at 8 kHz in relation to that at 1 kHz, 0.1 to 2.
    pub treble: f32,
    /// From source to listener, in relation to the room's length, 0.05 to 0.9.
    pub distance: f32,
    /// Early reflections in relation to the late field, in dB, -24 to 12.
    pub early_db: f32,
    /// Where the randomness comes from.
    pub seed: u32,
}

impl Default for RoomRecipe {
    fn default() -> Self {
        HALL
    }
}

/// A room with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedRoom {
    /// The name, as it is shown and stored.
    pub name: &'static str,
    /// What it is like, in a few words.
    pub about: &'static str,
    /// How it is made.
    pub recipe: RoomRecipe,
}

const HALL: RoomRecipe = RoomRecipe {
    character: Character::Room,
    size_m: [18.0, 30.0, 12.0],
    rt60_s: 1.9,
    bass: 1.2,
    treble: 0.5,
    distance: 0.4,
    early_db: 0.0,
    seed: 1,
};

static ROOMS: [NamedRoom; 3] = [
    NamedRoom {
        name: "Small Room",
        about: "a furnished room",
        recipe: RoomRecipe {
            size_m: [4.0, 5.5, 2.6],
            rt60_s: 0.45,
            bass: 1.1,
            treble: 0.7,
            seed: 2,
            ..HALL
        },
    },
    NamedRoom {
        name: "Hall",
        about: "a hall for chamber music",
        recipe: HALL,
    },
    NamedRoom {
        name: "Plate",
        about: "a steel plate",
        recipe: RoomRecipe {
            character: Character::Plate,
            size_m: [1.0, 2.0, 1.0],
            rt60_s: 2.2,
            bass: 1.3,
            treble: 0.5,
            seed: 3,
            ..HALL
        },
    },
];

/// The built-in rooms, from small to large, then plates and springs.
pub fn rooms() -> &'static [NamedRoom] {
    &ROOMS
}

impl RoomRecipe {
    /// A built-in room by its name: case, spaces and hyphens do not matter, and the beginning is
    /// enough if it fits one room only or one name exactly.
    pub fn by_name(name: &str) -> Option<&'static NamedRoom> {
        let plain = |text: &str| -> String {
            let letters = text.chars().filter(|c| c.is_alphanumeric());
            letters.flat_map(char::to_lowercase).collect()
        };
        let wanted = plain(name);
        if wanted.is_empty() {
            return None;
        }
        if let Some(room) = rooms().iter().find(|room| plain(room.name) == wanted) {
            return Some(room);
        }
        let mut fits = rooms()
            .iter()
            .filter(|room| plain(room.name).starts_with(&wanted));
        fits.next().filter(|_| fits.next().is_none())
    }

    /// The impulse at `rate` Hz with 1, 2 or 4 `channels` (3 counts as 2, more as 4).
    pub fn render(&self, rate: u32, channels: usize) -> Impulse {
        let channels = match channels {
            0 | 1 => 1,
            2 | 3 => 2,
            _ => 4,
        };
        let rate = rate.clamp(1_000, 768_000);
        let rt60 = f64::from(self.rt60_s).clamp(0.05, 20.0);
        let frames = (rt60 * 1.2 * f64::from(rate)) as usize;
        let step = (-6.907_755_278_982_137 / (rt60 * f64::from(rate))).exp();
        let make = |stream: usize| {
            let mut dice = Dice::new(u64::from(self.seed), stream as u64 + 1);
            let mut gain = 0.05;
            let samples = (0..frames).map(|_| {
                gain *= step;
                (dice.normal() * gain) as f32
            });
            samples.collect()
        };
        Impulse {
            channels: (0..channels).map(make).collect(),
            rate,
        }
    }
}
