//! Rooms without a file: a recipe of a few numbers and a seed becomes an impulse.
//!
//! Off the audio thread. The project state keeps the recipe only, and the same recipe gives the
//! same bits on every machine: the arithmetic is limited to what IEEE 754 defines exactly, with
//! [our own](super) elementary functions and transform.
//!
//! A room is reflections from its walls up to the mixing time, then a diffuse field; a plate and a
//! spring begin with waves that travel at a speed of their own for each frequency. There is no
//! direct sound: that is what the dry path is for, and time zero is when it would arrive.
//!
//! | file | what it is |
//! |---|---|
//! | `table` | the built-in ones |
//! | `room`, `plate`, `spring`, `outdoor`, `device`, `effect` | one for each [`Character`] |
//! | `images`, `diffuse_field`, `pulses` | first reflections, the field after them, and what colours them |
//! | `bands`, `band_times`, `calibration` | the bands of a room, how long each rings, and that it does so in fact |
//! | `distance` | the same room heard from elsewhere |
//! | `numbers`, `recipe_text` | the numbers of a room that a user can set; recipes as files |
//! | `air`, `minimum_phase` | what the air takes; spectra from their magnitudes |

use serde::{Deserialize, Serialize};

use super::Impulse;
use super::loudness::unity_gain;
use super::math::{exp2, log2};
use super::resample::resample_with;

mod air;
mod band_times;
mod bands;
mod calibration;
mod device;
mod diffuse_field;
mod distance;
mod effect;
mod images;
mod minimum_phase;
mod numbers;
mod outdoor;
mod plate;
mod pulses;
mod recipe_text;
mod room;
mod spring;
mod table;

pub use numbers::{ROOM_NUMBERS, RecipeNumber};
pub use recipe_text::MOST_RECIPE_BYTES;
pub use table::rooms;

/// The law by which a recipe becomes a room. It changes with the samples of any room.
///
/// 1 was specular reflections and noise.
pub const RECIPE_LAW: u32 = 2;

/// Every room is made at this rate, in Hz, and then resampled: so it is the same room at all of them.
const RENDER_HZ: u32 = 48_000;
/// Where bass, middle and treble of a recipe apply, in Hz.
const BASS_HZ: f64 = 125.0;
const MIDDLE_HZ: f64 = 1_000.0;
const TREBLE_HZ: f64 = 8_000.0;

/// Powers of two per octave by which the walls of a room take more above the treble: a tenth.
const WALLS_TOP: f64 = -0.152;
/// What rings longest of an octave above 1 kHz is around this part of its centre.
const LOWER_PART: f64 = 0.9;

/// What kind of thing rings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Character {
    /// Air in a box.
    #[default]
    Room,
    /// A sheet of steel, mode by mode: high frequencies arrive first, and it is dense from the start.
    Plate,
    /// Coils of wire: chirps that run up and down, and blur with every round.
    Spring,
    /// A place under the sky.
    Outdoor,
    /// A loudspeaker, a telephone, a cabinet.
    Device,
    /// What no place does: gated, reversed.
    Effect,
}

/// Which outdoor place, device or effect. One that its [`Character`] does not have counts as the
/// first of that character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// None in particular: what rooms, plates and springs are.
    #[default]
    Plain,
    /// Outdoor: trunks in a wood as wide and long as the size.
    Forest,
    /// Outdoor: houses as high as the size, as far apart as its width.
    Street,
    /// Outdoor: four walls of the size under the sky.
    Courtyard,
    /// Outdoor: faces of rock, as far apart as the size's width.
    Canyon,
    /// Outdoor: stands around a field of the size.
    Stadium,
    /// Device: one cone in a small box.
    SmallSpeaker,
    /// Device: a telephone's ear piece.
    Telephone,
    /// Device: a table radio.
    Radio,
    /// Device: a horn.
    Megaphone,
    /// Device: twelve-inch cones in a box.
    GuitarCabinet,
    /// Device: ten-inch cones in a closed box.
    BassCabinet,
    /// Effect: a dense field that is shut after the reverberation time of the recipe.
    Gated,
    /// Effect: a dense field that rises by 60 dB within the reverberation time of the recipe.
    Reverse,
}

/// A room in a few numbers. Values out of range are pulled in when it is rendered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomRecipe {
    /// What kind of thing rings.
    pub character: Character,
    /// Width, length and height in metres, 1 to 200. Of a plate the sides of the sheet of steel, half a millimetre
    /// thick, that has its modes, 1 to 3; of a spring the length, 16.5 ms of travel a metre.
    pub size_m: [f32; 3],
    /// The reverberation time at 1 kHz in seconds, 0.05 to 20.
    pub rt60_s: f32,
    /// The reverberation time at 125 Hz in relation to that at 1 kHz, 0.25 to 4.
    pub bass: f32,
    /// The reverberation time at 8 kHz in relation to that at 1 kHz, 0.1 to 2.
    pub treble: f32,
    /// From source to listener, in relation to the room's length, 0.05 to 0.9. Of a plate, how far apart its pick-ups
    /// are.
    pub distance: f32,
    /// Early reflections in relation to what the room would give, in dB, -24 to 12.
    pub early_db: f32,
    /// Where the randomness comes from.
    pub seed: u32,
    /// The springs in a tank, 1 to 8. A room and a plate have none.
    pub springs: u32,
    /// Which outdoor place, device or effect.
    pub model: Model,
    /// The part of the energy that a wall scatters in the middle of the spectrum, 0.05 to 1. Less in the bass, more
    /// in the treble. Rooms only.
    pub scattering: f32,
    /// The reverberation time at 1 kHz of a volume that the room opens into, in seconds, 0.05 to 20; 0 if there
    /// is none. Rooms only.
    pub coupled_s: f32,
    /// How far what comes back from it begins below the room's own sound, in dB, -60 to -6.
    pub coupled_db: f32,
    /// The height of the source above the floor in metres, up to 190 and below the ceiling; 0 is that of a person, or of
    /// the middle of a low room. Rooms only.
    #[serde(skip_serializing_if = "is_zero")]
    pub source_m: f32,
}

fn is_zero(value: &f32) -> bool {
    *value == 0.0
}

impl Default for RoomRecipe {
    fn default() -> Self {
        table::HALL
    }
}

/// A factory impulse: a recipe with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedRoom {
    /// The name, as it is shown and stored.
    pub name: &'static str,
    /// The group it is listed in.
    pub category: &'static str,
    /// Words to find it by.
    pub tags: &'static [&'static str],
    /// What it is for, in one line.
    pub use_for: &'static str,
    /// How it is made. Its character is the kind.
    pub recipe: RoomRecipe,
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

    /// The reverberation time that is asked for in the octave around a frequency, in seconds: straight lines in
    /// logarithms from bass to middle and from middle to treble, level beyond. In a room air takes its
    /// share above 1 kHz (ISO 9613-1), and the walls a tenth per octave above 8 kHz; there the lower part of
    /// an octave rings longest and is what is measured.
    pub fn rt60_at(&self, hz: f64) -> f64 {
        match self.character {
            Character::Room => {
                let lower = (LOWER_PART * hz).max(hz.min(MIDDLE_HZ));
                let walls = self.walls_rt60(lower);
                air::shorten(walls, hz * std::f64::consts::FRAC_1_SQRT_2)
            }
            _ => self.line(hz),
        }
    }

    /// The same at one frequency of a room.
    fn rt60_of(&self, hz: f64) -> f64 {
        air::shorten(self.walls_rt60(hz), hz)
    }

    /// What the walls of a room leave of it.
    fn walls_rt60(&self, hz: f64) -> f64 {
        self.line(hz) * exp2(WALLS_TOP * log2(hz / TREBLE_HZ).max(0.0))
    }

    fn line(&self, hz: f64) -> f64 {
        let fixed = self.fixed();
        let hz = hz.clamp(BASS_HZ, TREBLE_HZ);
        let octaves = log2(hz / MIDDLE_HZ) / log2(TREBLE_HZ / MIDDLE_HZ);
        let ratio = if octaves < 0.0 {
            fixed.bass
        } else {
            fixed.treble
        };
        f64::from(fixed.rt60_s) * exp2(log2(f64::from(ratio)) * octaves.abs())
    }

    /// Every value in its range.
    fn fixed(&self) -> Self {
        let fit = |value: f32, low: f32, high: f32, other: f32| {
            if value.is_nan() {
                other
            } else {
                value.clamp(low, high)
            }
        };
        Self {
            size_m: self.size_m.map(|metres| fit(metres, 1.0, 200.0, 10.0)),
            rt60_s: fit(self.rt60_s, 0.05, 20.0, 1.0),
            bass: fit(self.bass, 0.25, 4.0, 1.0),
            treble: fit(self.treble, 0.1, 2.0, 1.0),
            distance: fit(self.distance, 0.05, 0.9, 0.4),
            early_db: fit(self.early_db, -24.0, 12.0, 0.0),
            springs: self.springs.clamp(1, 8),
            scattering: fit(self.scattering, 0.05, 1.0, 0.8),
            coupled_s: match self.coupled_s > 0.0 {
                true => self.coupled_s.clamp(0.05, 20.0),
                false => 0.0,
            },
            coupled_db: fit(self.coupled_db, -60.0, -6.0, -20.0),
            source_m: fit(self.source_m, 0.0, 190.0, 0.0),
            ..self.clone()
        }
    }

    /// The impulse at `rate` Hz with 1, 2 or 4 `channels` (3 counts as 2, more as 4). Pink noise
    /// comes out of it as loud as it went in.
    pub fn render(&self, rate: u32, channels: usize) -> Impulse {
        let made = self.render_with(rate, channels, &|| false);
        // A room that nobody cancels is always made.
        made.unwrap_or(Impulse {
            channels: vec![vec![0.0]],
            rate,
        })
    }

    /// The same; `None` as soon as `cancelled` says that nobody wants it any more. It is asked between
    /// the stages and, in the long ones, every few milliseconds.
    pub fn render_with(
        &self,
        rate: u32,
        channels: usize,
        cancelled: &dyn Fn() -> bool,
    ) -> Option<Impulse> {
        // Which of the four paths of a true-stereo room: L>L, L>R, R>L, R>R.
        let paths: &[usize] = match channels {
            0 | 1 => &[0],
            2 | 3 => &[0, 3],
            _ => &[0, 1, 2, 3],
        };
        let rate = rate.clamp(8_000, 768_000);
        let recipe = self.fixed();
        let make = match recipe.character {
            Character::Room => room::render,
            Character::Plate => plate::render,
            Character::Spring => spring::render,
            Character::Outdoor => outdoor::render,
            Character::Device => device::render,
            Character::Effect => effect::render,
        };
        let mut rows = make(&recipe, paths, cancelled)?;
        let longest = rows.iter().map(Vec::len).max().unwrap_or(0).max(1);
        rows.iter_mut().for_each(|row| row.resize(longest, 0.0));
        let scale = unity_gain(&rows, RENDER_HZ, cancelled)?;
        for sample in rows.iter_mut().flatten() {
            *sample = (f64::from(*sample) * scale) as f32;
        }
        let made = Impulse {
            channels: rows,
            rate: RENDER_HZ,
        };
        resample_with(&made, rate, cancelled, &|_| ()).ok()
    }
}
