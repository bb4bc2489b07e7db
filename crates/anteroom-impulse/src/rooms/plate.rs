//! Plates: every mode of a sheet of steel.
//!
//! A thin sheet that is held at its edges rings at the frequencies of its bending waves, one mode for each number
//! of half waves along its sides. A driver and a pick-up meet each mode with its deflection at their place. Waves
//! of high frequency are faster, so that the sum is dense from its first milliseconds on, and the bass comes last.
//! Sources: M. Ducceschi and C. J. Webb, "Plate reverberation: towards the development of a real-time physical
//! model for the working musician", ICA (2016); S. Bilbao, "A digital plate reverberation algorithm", JAES 55
//! (2007). Levels are those of recorded EMT 140 plates.
//!
//! `partials` sums the modes.

use std::f64::consts::{LOG2_10, PI};

use super::band_times::BandTimes;
use super::{RENDER_HZ, RoomRecipe, TREBLE_HZ};
use crate::MAX_SECONDS;
use crate::math::{exp2, log2, sin_cos};
use crate::parallel::for_each_parallel;
use crate::rng::Rng;
use partials::Partial;

mod partials;

/// The stiffness of a sheet of steel of half a millimetre over its mass, in m²/s: a sheet of 2 m² has 1.3 modes
/// per hertz. Sheets of another kind are given by the size of the steel sheet that has their modes.
const STIFFNESS: f64 = 0.764;
/// The sides of a sheet that can be made, in metres.
const SIDES_M: (f64, f64) = (1.0, 3.0);
/// No sheet is damped more than this, in seconds to -60 dB.
const SHORTEST_S: f64 = 0.15;
/// The modes that are heard, in Hz.
const BAND_HZ: (f64, f64) = (18.0, 21_500.0);
/// No sheet is quite even: each mode is off by up to this part of its frequency.
const UNEVEN: f64 = 1.5e-3;
/// How loud a recorded plate is below 1 kHz, in dB re 1 kHz: at 1, 2, ... octaves below 1 kHz.
const BASS_DB: [f64; 8] = [0.0, -0.8, -1.2, -2.5, -9.0, -28.0, -50.0, -75.0];
/// The same above, as a part of what it is at 8 kHz: at 0, 1, 2 and 3 octaves above 1 kHz.
const TREBLE_PART: [f64; 4] = [0.0, 0.15, 0.5, 1.0];
/// What it loses in the octave above 8 kHz, in dB.
const TOP_DB: f64 = -6.0;

fn uniform(rng: &mut Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// The impulse of each path at [`RENDER_HZ`]. `None` if cancelled.
pub(super) fn render(
    recipe: &RoomRecipe,
    paths: &[usize],
    cancelled: &dyn Fn() -> bool,
) -> Option<Vec<Vec<f32>>> {
    let sheet = Sheet::new(recipe);
    let mut rows = vec![Vec::new(); paths.len()];
    for_each_parallel(&mut rows, cancelled, |number, row, cancelled| {
        let longest = (MAX_SECONDS * RENDER_HZ) as usize;
        *row = partials::sum(sheet.partials(paths[number]), longest, cancelled)?;
        // The end is at -90 dB, and softer yet where it stops.
        let fade = row.len() / 10;
        for (i, sample) in row.iter_mut().rev().take(fade).enumerate() {
            *sample *= (i as f32 + 0.5) / fade as f32;
        }
        Some(())
    })?;
    Some(rows)
}

/// A point on the sheet, in parts of its sides.
type Point = [f64; 2];

struct Sheet<'a> {
    recipe: &'a RoomRecipe,
    /// In metres, the shorter first.
    sides: [f64; 2],
    /// Those of the left and the right channel.
    drivers: [Point; 2],
    pick_ups: [Point; 2],
    tone: Tone,
}

impl<'a> Sheet<'a> {
    fn new(recipe: &'a RoomRecipe) -> Self {
        let mut rng = Rng::new(u64::from(recipe.seed), 0x914);
        let mut near = |at: f64| at + 0.05 * (uniform(&mut rng) - 0.5);
        // Drivers near the middle, pick-ups on either side: as far as the distance says, and never opposite.
        let far = 0.5 * f64::from(recipe.distance);
        let drivers = [[near(0.43), near(0.46)], [near(0.56), near(0.53)]];
        let pick_ups = [
            [near(0.31), near(0.5 - far)],
            [near(0.64), near(0.51 + far)],
        ];
        // Sides in a whole ratio would have modes in pairs.
        let sides = [0, 1].map(|i| {
            let metres = f64::from(recipe.size_m[i]) * (0.98 + 0.04 * uniform(&mut rng));
            metres.clamp(SIDES_M.0, SIDES_M.1)
        });
        Self {
            recipe,
            sides,
            drivers,
            pick_ups,
            tone: Tone::new(recipe),
        }
    }

    /// The deflection of each mode along a side, at a place in parts of it: the sine of half waves.
    fn deflection(&self, side: usize, at: f64) -> Vec<f64> {
        let waves = self.sides[side] * (2.0 * BAND_HZ.1 / (PI * STIFFNESS)).sqrt();
        (0..=waves as usize + 1)
            .map(|wave| sin_cos(PI * wave as f64 * at).0)
            .collect()
    }

    /// The modes as a pick-up of the channel `path % 2` hears them when that of `path / 2` is driven.
    fn partials(&self, path: usize) -> impl Iterator<Item = Partial> {
        let (driver, pick_up) = (self.drivers[path / 2], self.pick_ups[path % 2]);
        let along: [Vec<f64>; 2] = [0, 1].map(|side| {
            let driven = self.deflection(side, driver[side]);
            let heard = self.deflection(side, pick_up[side]);
            driven.iter().zip(heard).map(|(a, b)| a * b).collect()
        });
        let [across, along] = along;
        let waves = along.len();
        let mut uneven = Rng::new(u64::from(self.recipe.seed), 0x0DD);
        let rate = f64::from(RENDER_HZ);
        (0..across.len() * waves).filter_map(move |mode| {
            let (m, n) = (mode / waves, mode % waves);
            let [x, y] = [m as f64 / self.sides[0], n as f64 / self.sides[1]];
            let off = 1.0 + UNEVEN * (2.0 * uniform(&mut uneven) - 1.0);
            let hz = PI / 2.0 * STIFFNESS * (x * x + y * y) * off;
            if m == 0 || n == 0 || hz < BAND_HZ.0 || hz > BAND_HZ.1 {
                return None;
            }
            let (rt60_s, level) = self.tone.at(hz);
            Some(Partial {
                frequency: hz / rate,
                rt60: rt60_s * rate,
                amplitude: level * across[m] * along[n],
            })
        })
    }
}

/// How long and how loud modes are, in a table of steps of a 24th of an octave.
struct Tone(Vec<(f64, f64)>);

/// Steps in an octave.
const STEPS: f64 = 24.0;

impl Tone {
    fn new(recipe: &RoomRecipe) -> Self {
        let times = BandTimes::new(
            |hz| recipe.rt60_at(hz).max(SHORTEST_S),
            |hz| exp2(LOG2_10 / 10.0 * level_db(recipe, hz)),
        );
        let steps = (STEPS * log2(BAND_HZ.1 / BAND_HZ.0)) as usize + 2;
        let step = |i: usize| {
            let hz = BAND_HZ.0 * exp2(i as f64 / STEPS);
            let rt60_s = times.at(hz);
            // The energy of a mode is that of its first second times the time it rings.
            let db = level_db(recipe, hz) / 20.0;
            (rt60_s, exp2(LOG2_10 * db) / rt60_s.sqrt())
        };
        Self((0..steps).map(step).collect())
    }

    /// The reverberation time in seconds and the amplitude at a frequency in the band.
    fn at(&self, hz: f64) -> (f64, f64) {
        let place = STEPS * log2(hz / BAND_HZ.0);
        let (whole, part) = (place.floor(), place - place.floor());
        let (a, b) = (self.0[whole as usize], self.0[whole as usize + 1]);
        let between = |a: f64, b: f64| a + part * (b - a);
        (between(a.0, b.0), between(a.1, b.1))
    }
}

/// The energy at a frequency, in dB re 1 kHz. A damper that takes the treble's time takes its level as well.
fn level_db(recipe: &RoomRecipe, hz: f64) -> f64 {
    let octaves = log2(hz / 1000.0);
    let between = |table: &[f64], at: f64| {
        let whole = (at.floor() as usize).min(table.len() - 2);
        let part = at - whole as f64;
        table[whole] + part * (table[whole + 1] - table[whole])
    };
    if octaves < 0.0 {
        return between(&BASS_DB, -octaves);
    }
    let at_treble = -22.5 + 20.0 * log2(f64::from(recipe.treble) / 0.5);
    let top = log2(TREBLE_HZ / 1000.0);
    let above = TOP_DB * (octaves - top).max(0.0);
    at_treble.min(0.0) * between(&TREBLE_PART, octaves.min(top)) + above
}
